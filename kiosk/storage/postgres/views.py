"""What analysts see: views in a schema of their own, with a word on each.

Who withdrew is left out, with all that is theirs; anonymous answers stand apart and lead to
nobody, nor to a kiosk by the order in which they came; names and contacts are there of those alone
who agreed to be contacted. Whoever has several rows, as a person decided, is there once, and all
that is theirs leads to that one. Times are ``timestamptz``, of a laptop whose clock was wrong as a
person put them right; ``…_local`` is the wall's time in the event's zone. Each is a barrier: what
an analyst asks (a cast that fails, a function that talks) is asked of rows that the view tells,
never of those that it leaves out.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from kiosk.storage.joining import counted, stands, taken_back, withdrawn_mate

SCHEMA = "analyst"
GROUP = "samvad_analyst"


def _kept(table: str) -> str:
    """True of attendees who have not withdrawn, whichever row of theirs says so."""
    return (
        f"NOT ({table}.masked = 1 OR EXISTS (SELECT 1 FROM attendee w"
        f" WHERE w.event_id = {table}.event_id AND w.number = {table}.number"
        f" AND w.receipt_hash = {table}.receipt_hash AND w.masked = 1)"
        f" OR EXISTS (SELECT 1 {withdrawn_mate(table)}))"
    )


_KEPT = _kept("a")
# By pattern: a laptop's row may say anything, and a cast that fails would take the view away.
_SHIFT = """substring(d.more from '"shift_ms":(-?[0-9]{1,13})[,}]')::bigint"""
_WITHDRAWN = (
    "coalesce(x.withdrawn_at, CASE WHEN x.given = 1"
    f" THEN (SELECT min(w.withdrawn_at) {taken_back('x')}) END)"
)
_THEIRS = f"{stands('x', 'attendee_id')} AS attendee_id"
_OF_VISITOR = f"JOIN attendee a ON a.event_id = x.event_id AND a.id = x.attendee_id AND {_KEPT}"


class _View(NamedTuple):
    about: str
    query: str
    columns: Mapping[str, str]


def _agreed(table: str, person: str, purpose: str) -> str:
    return (
        f"EXISTS (SELECT 1 FROM consent y WHERE y.event_id = {table}.event_id"
        f" AND y.attendee_id = {table}.{person} AND y.purpose = '{purpose}' AND y.given = 1"
        f" AND y.withdrawn_at IS NULL AND NOT EXISTS (SELECT 1 {taken_back('y')}))"
    )


def _at(column: str) -> str:
    return f"to_timestamp({column} / 1000.0)"


def _when(table: str, column: str, whose: str = "") -> str:
    return _at(_right(table, column, whose or table))


def _wall(table: str, column: str) -> str:
    return _local(table, _right(table, column, table))


def _right(table: str, column: str, whose: str) -> str:
    """The time as it was: outside of the event's days by what a person decided of the laptop."""
    return (
        f"({table}.{column} + coalesce((SELECT {_SHIFT} FROM device d"
        f" JOIN event_zone z ON z.event_id = d.event_id WHERE d.event_id = {table}.event_id"
        f" AND d.id = {whose}.device_id AND ({table}.{column} < z.first_ms"
        f" OR {table}.{column} >= z.until_ms)), 0))"
    )


def _local(table: str, time: str) -> str:
    zone = f"(SELECT z.zone FROM event_zone z WHERE z.event_id = {table}.event_id)"
    return f"timezone(coalesce({zone}, 'UTC'), {_at(time)})"


def _shown(table: str, column: str) -> str:
    return (
        f"CASE WHEN EXISTS (SELECT 1 FROM clash k WHERE k.event_id = {table}.event_id"
        f" AND k.kind = '{column}' AND k.said = {table}.{column})"
        f" THEN {table}.{column} || '/' || upper(substr({table}.id, 31, 6))"
        f" ELSE {table}.{column} END"
    )


def _answers(table: str) -> str:
    """The answers as JSON; without those that hold a NUL, which no text of PostgreSQL can."""
    return (
        f"(CASE WHEN strpos({table}.answers, '\\u0000') > 0 THEN '{{}}'"
        f" ELSE {table}.answers END)::jsonb"
    )


_VIEWS = {
    "visitor": _View(
        "Everybody registered who has not withdrawn, without name and contacts",
        "SELECT a.event_id, a.id, " + _shown("a", "number") + " AS number, a.language, a.does,"
        " a.kinds::jsonb AS kinds, a.district, a.state, a.pin_code, a.offers, a.needs,"
        " a.wants_help, a.assisted = 1 AS assisted, " + _when("a", "registered_at")
        + " AS registered_at, " + _wall("a", "registered_at") + " AS registered_local,"
        f" a.device_id FROM attendee a WHERE a.met = 'registered' AND {_KEPT}"
        f" AND {counted('a')}",
        {
            "number": "As on the slip; with an ending where two people were given one number",
            "does": "Code of what one does, as in the campaign",
            "kinds": "Codes of what one is, a list",
            "assisted": "Staff typed it in",
            "registered_local": "Wall time at the event",
        },
    ),
    "visitor_contact": _View(
        "Names and contacts of those who agreed to be contacted by the programme's officers",
        "SELECT a.event_id, " + stands("a", "id") + " AS id, a.name, a.organisation, a.mobile,"
        " a.email FROM attendee a"
        f" WHERE a.met = 'registered' AND {_KEPT} AND " + _agreed("a", "id", "contact"),
        {"name": "As the visitor wrote it"},
    ),
    "consent": _View(
        "What each visitor agreed to or not, and when it was withdrawn",
        "SELECT x.event_id, x.id, " + _THEIRS + ", x.purpose, x.given = 1 AS given,"
        " x.notice_version, x.how, " + _when("x", "at", "a") + " AS at, " + _at(_WITHDRAWN)
        + f" AS withdrawn_at FROM consent x {_OF_VISITOR}",
        {"how": "self, or witnessed by staff"},
    ),
    "check_in": _View(
        "Who came to which session; an empty session is the event itself",
        "SELECT x.event_id, x.id, " + _THEIRS + ", x.session_id, " + _when("x", "at") + " AS at, "
        + _wall("x", "at") + f" AS local FROM check_in x {_OF_VISITOR}",
        {"local": "Wall time at the event"},
    ),
    "response": _View(
        "Responses to forms by visitors who gave their name to them",
        "SELECT x.event_id, x.id, " + _THEIRS + ", x.form_id, x.form_version, x.language, "
        + _answers("x") + " AS answers, " + _agreed("x", "attendee_id", "quotation")
        + " AS may_be_quoted, " + _when("x", "submitted_at") + " AS submitted_at, "
        + _wall("x", "submitted_at") + f" AS submitted_local FROM response x {_OF_VISITOR}",
        {
            "answers": "By question; choices as codes",
            "may_be_quoted": "Agreed to be quoted without the name",
        },
    ),
    "answer": _View(
        "One row an answer of a named response",
        "SELECT r.event_id, r.id AS response_id, r.attendee_id, r.form_id, r.language,"
        " q.key AS question, q.value AS answer, r.may_be_quoted"
        f" FROM {SCHEMA}.response r CROSS JOIN LATERAL jsonb_each_text(r.answers) q",
        {"answer": "As text; several choices are a JSON list or codes between spaces"},
    ),
    "certificate": _View(
        "Certificates issued, replaced and revoked; without the names on them",
        "SELECT x.event_id, x.id, " + _shown("x", "serial") + " AS serial, " + _THEIRS + ","
        " x.language, x.blank = 1 AS blank, x.sessions::jsonb AS sessions, x.status,"
        " x.replaced_by, x.reason, " + _when("x", "issued_at") + " AS issued_at, "
        + _wall("x", "issued_at") + f" AS issued_local FROM certificate x {_OF_VISITOR}",
        {"blank": "The name was written by hand", "status": "valid, replaced or revoked"},
    ),
    "anonymous_response": _View(
        "Responses of nobody: no person, time, kiosk or order",
        "SELECT x.event_id, x.form_id, x.form_version, x.does, x.language, x.state, "
        + _answers("x") + " AS answers FROM anonymous_response x ORDER BY x.event_id, x.key",
        {"state": "Empty, as are what one does and language, where fewer than five share them"},
    ),
    "anonymous_answer": _View(
        "One row an answer of an anonymous response",
        "SELECT x.event_id, x.form_id, x.does, x.language, x.state, q.key AS question,"
        f" q.value AS answer FROM {SCHEMA}.anonymous_response x"
        " CROSS JOIN LATERAL jsonb_each_text(x.answers) q",
        {"answer": "As text"},
    ),
    "same_visitor": _View(
        "Pairs of visitors of whom a person decided whether they are one",
        "SELECT s.event_id, s.attendee_id, s.other_id, s.same = 1 AS same FROM same_as s"
        f" JOIN attendee a ON a.event_id = s.event_id AND a.id = s.attendee_id AND {_KEPT}"
        " JOIN attendee b ON b.event_id = s.event_id AND b.id = s.other_id"
        f" AND {_kept('b')}",
        {"same": "They are one; false: they are two"},
    ),
    "device": _View(
        "The laptops of each event",
        "SELECT d.event_id, d.id, d.code, d.revoked_after_batch FROM device d",
        {"code": "As numbers and serials begin"},
    ),
    "day": _View(
        "When each event's day was closed",
        "SELECT d.event_id, d.id, " + _at("d.closed_at") + " AS closed_at, "
        + _local("d", "d.closed_at") + " AS closed_local FROM day d",
        {"closed_at": "Empty while it is open"},
    ),
}  # fmt: skip


def _made() -> list[str]:
    made = []
    for name, view in _VIEWS.items():
        made.append(
            f"CREATE OR REPLACE VIEW {SCHEMA}.{name} WITH (security_barrier) AS {view.query}"
        )
        made.append(f"COMMENT ON VIEW {SCHEMA}.{name} IS {_quoted(view.about)}")
        made += [
            f"COMMENT ON COLUMN {SCHEMA}.{name}.{column} IS {_quoted(said)}"
            for column, said in view.columns.items()
        ]
    return made


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


VIEWS = tuple(_made())
NEW_GROUP = f"CREATE ROLE {GROUP} NOLOGIN"
GRANTS = (
    f"GRANT USAGE ON SCHEMA {SCHEMA} TO {GROUP}",
    f"GRANT SELECT ON ALL TABLES IN SCHEMA {SCHEMA} TO {GROUP}",
)
