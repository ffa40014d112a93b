"""Who has withdrawn, and what may still be told of them: that there is a row, and no word of it.

Somebody who withdrew by number and code at a kiosk that never met them has a row of their own
there. Once rows are together, number and hash of the code say that it is the same person, or a
person decides so; a row stays the fold of its own changes, so this is looked up whenever a row is
read. A consent that was taken back holds no more, whichever row of the person it was given in;
one that was given anew after that does.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TypeVar

from kiosk.domain.attendee import Attendee, Certificate, CheckIn, Consent, Response
from kiosk.storage.contests import shown
from kiosk.storage.driver import Connection
from kiosk.storage.joining import taken_back, withdrawn_mate
from kiosk.storage.rows import Row

Thing = TypeVar("Thing", Attendee, Consent, CheckIn, Response, Certificate)

_SAME_PERSON = (
    "FROM attendee w WHERE w.event_id = attendee.event_id AND w.number = attendee.number"
    " AND w.receipt_hash = attendee.receipt_hash AND w.masked = 1"
)
_JOINED = withdrawn_mate("attendee")
_TOLD = {
    "masked": (
        f"(attendee.masked = 1 OR EXISTS (SELECT 1 {_SAME_PERSON}) OR EXISTS (SELECT 1 {_JOINED}))"
    ),
    "withdrawn_at": (
        f"coalesce(attendee.withdrawn_at, (SELECT min(w.withdrawn_at) {_SAME_PERSON}),"
        f" (SELECT min(w.withdrawn_at) {_JOINED}))"
    ),
}
VISIBLE = f"NOT {_TOLD['masked']}"
HOLDS = f"c.given = 1 AND c.withdrawn_at IS NULL AND NOT EXISTS (SELECT 1 {taken_back('c')})"
_TAKEN_BACK = (
    "CASE WHEN consent.given = 1 THEN coalesce(consent.withdrawn_at,"
    f" (SELECT min(w.withdrawn_at) {taken_back('consent')})) ELSE consent.withdrawn_at END"
)


def told(table: str, column: str) -> str:
    """The SQL for a column of ``table`` as it is told: withdrawn, whichever row says so; numbers
    and serials told apart where two people's papers bear the same.
    """
    if (table, column) == ("consent", "withdrawn_at"):
        return _TAKEN_BACK
    if table != "attendee" or column not in _TOLD:
        return shown(table, column)
    said = _TOLD[column]
    return f"CASE WHEN {said} THEN 1 ELSE 0 END" if column == "masked" else said


def withdrawn_at(connection: Connection, event_id: str, attendee_id: str) -> int | None:
    """When this person withdrew; None for everybody else."""
    found = connection.execute(
        f"SELECT {_TOLD['withdrawn_at']} FROM attendee"
        f" WHERE event_id = ? AND id = ? AND {_TOLD['masked']}",
        (event_id, attendee_id),
    ).fetchone()
    return None if found is None else int(found[0])


def same_person(connection: Connection, event_id: str, row: Row, *, masked: bool) -> list[str]:
    """The ids of rows, withdrawn or not, that number and code say are the same person's."""
    found = connection.execute(
        "SELECT id FROM attendee WHERE event_id = ? AND number = ? AND receipt_hash = ?"
        f" AND masked = {int(masked)}",
        (event_id, row["number"], row["receipt_hash"]),
    )
    return [row_id for (row_id,) in found.fetchall()]


def without_words(thing: Thing, at: int) -> Thing:
    """What may be told of somebody who withdrew ``at``: that it is there."""
    if isinstance(thing, Attendee):
        return replace(
            thing, name="", does="", kinds=(), organisation="", mobile="", email="", pin_code="",
            district="", state="", offers="", needs="", wants_help="", more={},
        )  # fmt: skip
    if isinstance(thing, Response):
        return replace(thing, answers={})
    if isinstance(thing, Certificate):
        return replace(thing, name="")
    if isinstance(thing, Consent) and thing.withdrawn_at is None:
        return replace(thing, withdrawn_at=at)
    return thing
