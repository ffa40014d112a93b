"""What analysts see: views in a schema of their own, with a word on each.

Who withdrew is left out, with all that is theirs; anonymous answers stand apart and lead to
nobody; names and contacts are there of those alone who agreed to be contacted. Times are
``timestamptz``; ``…_local`` is the wall's time in the event's zone.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

SCHEMA = "analyst"
GROUP = "samvad_analyst"
_KEPT = (
    "NOT (a.masked = 1 OR EXISTS (SELECT 1 FROM attendee w WHERE w.event_id = a.event_id"
    " AND w.number = a.number AND w.receipt_hash = a.receipt_hash AND w.masked = 1))"
)
_OF_VISITOR = f"JOIN attendee a ON a.event_id = x.event_id AND a.id = x.attendee_id AND {_KEPT}"


class _View(NamedTuple):
    about: str
    query: str
    columns: Mapping[str, str]


def _agreed(table: str, person: str, purpose: str) -> str:
    return (
        f"EXISTS (SELECT 1 FROM consent y WHERE y.event_id = {table}.event_id"
        f" AND y.attendee_id = {table}.{person} AND y.purpose = '{purpose}' AND y.given = 1"
        " AND y.withdrawn_at IS NULL)"
    )


def _at(column: str) -> str:
    return f"to_timestamp({column} / 1000.0)"


def _local(table: str, column: str) -> str:
    zone = f"(SELECT z.zone FROM event_zone z WHERE z.event_id = {table}.event_id)"
    return f"timezone(coalesce({zone}, 'UTC'), {_at(f'{table}.{column}')})"


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
        " a.wants_help, a.assisted = 1 AS assisted, " + _at("a.registered_at")
        + " AS registered_at, " + _local("a", "registered_at") + " AS registered_local,"
        f" a.device_id FROM attendee a WHERE a.met = 'registered' AND {_KEPT}",
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
        "SELECT a.event_id, a.id, a.name, a.organisation, a.mobile, a.email FROM attendee a"
        f" WHERE a.met = 'registered' AND {_KEPT} AND " + _agreed("a", "id", "contact"),
        {"name": "As the visitor wrote it"},
    ),
    "consent": _View(
        "What each visitor agreed to or not, and when it was withdrawn",
        "SELECT x.event_id, x.id, x.attendee_id, x.purpose, x.given = 1 AS given,"
        " x.notice_version, x.how, " + _at("x.at") + " AS at, " + _at("x.withdrawn_at")
        + f" AS withdrawn_at FROM consent x {_OF_VISITOR}",
        {"how": "self, or witnessed by staff"},
    ),
    "check_in": _View(
        "Who came to which session; an empty session is the event itself",
        "SELECT x.event_id, x.id, x.attendee_id, x.session_id, " + _at("x.at") + " AS at, "
        + _local("x", "at") + f" AS local FROM check_in x {_OF_VISITOR}",
        {"local": "Wall time at the event"},
    ),
    "response": _View(
        "Responses to forms by visitors who gave their name to them",
        "SELECT x.event_id, x.id, x.attendee_id, x.form_id, x.form_version, x.language, "
        + _answers("x") + " AS answers, " + _agreed("x", "attendee_id", "quotation")
        + " AS may_be_quoted, " + _at("x.submitted_at") + " AS submitted_at, "
        + _local("x", "submitted_at") + f" AS submitted_local FROM response x {_OF_VISITOR}",
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
        "SELECT x.event_id, x.id, " + _shown("x", "serial") + " AS serial, x.attendee_id,"
        " x.language, x.blank = 1 AS blank, x.sessions::jsonb AS sessions, x.status,"
        " x.replaced_by, x.reason, " + _at("x.issued_at") + " AS issued_at, "
        + _local("x", "issued_at") + f" AS issued_local FROM certificate x {_OF_VISITOR}",
        {"blank": "The name was written by hand", "status": "valid, replaced or revoked"},
    ),
    "anonymous_response": _View(
        "Responses of nobody: no person, time, kiosk or order",
        "SELECT x.event_id, x.form_id, x.form_version, x.does, x.language, x.state, "
        + _answers("x") + " AS answers FROM anonymous_response x",
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
        f" JOIN {SCHEMA}.visitor v ON v.event_id = s.event_id AND v.id = s.attendee_id"
        f" JOIN {SCHEMA}.visitor w ON w.event_id = s.event_id AND w.id = s.other_id",
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
        + _local("d", "closed_at") + " AS closed_local FROM day d",
        {"closed_at": "Empty while it is open"},
    ),
}  # fmt: skip


def _made() -> list[str]:
    made = [f"CREATE SCHEMA {SCHEMA}"]
    for name, view in _VIEWS.items():
        made.append(f"CREATE VIEW {SCHEMA}.{name} AS {view.query}")
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
