"""What finding a person needs, written beside the row and gone with it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from kiosk.storage.bearing import index, unindex
from kiosk.storage.driver import Connection
from kiosk.storage.masking import same_person
from kiosk.storage.rows import Row


class OwnIndex(Protocol):
    """What a database finds people by that is no file of SQLite."""

    def index(self, event_id: str, attendee_ids: Sequence[str]) -> None: ...

    def unindex(self, event_id: str, attendee_ids: Sequence[str]) -> None: ...


def index_attendee(connection: Connection, event_id: str, attendee_id: str, row: Row) -> None:
    """Writes the keys of one attendee anew; who has withdrawn gets none, whichever row says it.

    The row is there already.
    """
    own = _own_index(connection)
    if own is not None:
        own.index(event_id, [attendee_id])
        return
    unindex(connection, event_id, [attendee_id])
    if row["masked"]:
        unindex(connection, event_id, same_person(connection, event_id, row, masked=False))
    elif not same_person(connection, event_id, row, masked=True):
        index(connection, event_id, {attendee_id: row})


def leave_unindexed(connection: Connection, event_id: str, attendee_id: str) -> None:
    """Notes that this attendee's keys are still to be written: before anybody looks for people."""
    connection.execute(
        "INSERT INTO unindexed (event_id, attendee_id) VALUES (?, ?) ON CONFLICT DO NOTHING",
        (event_id, attendee_id),
    )


def unindex_attendee(connection: Connection, event_id: str, attendee_id: str) -> None:
    """Takes the keys of one attendee away."""
    own = _own_index(connection)
    if own is not None:
        own.unindex(event_id, [attendee_id])
    else:
        unindex(connection, event_id, [attendee_id])


def _own_index(connection: Connection) -> OwnIndex | None:
    own: OwnIndex | None = getattr(connection, "people", None)
    return own
