"""What is written in a merged store itself becomes part of what the store holds.

Its corrections and re-issues are changes like those that arrive: they belong to the spans that
the digest tells, may settle a conflict, and may make or end a clash of numbers.
"""

from __future__ import annotations

from kiosk.domain.batch import Told
from kiosk.domain.ids import DeviceId, EventId
from kiosk.storage import segments
from kiosk.storage.chain import COLUMNS
from kiosk.storage.contests import note_clashes, note_conflict
from kiosk.storage.driver import Connection

_CLASHING = ("attendee", "certificate")


def note_written(
    connection: Connection, event_id: EventId, device_id: DeviceId, after_seq: int
) -> None:
    """Takes note of what this device wrote since ``after_seq``, in the same transaction."""
    rows = connection.execute(
        f"SELECT {COLUMNS} FROM change WHERE event_id = ? AND device_id = ? AND seq > ?"
        " ORDER BY seq",
        (event_id, device_id, after_seq),
    ).fetchall()
    told = [Told._make((*row, None, None)) for row in rows]
    if not told:
        return
    segments.add(connection, event_id, device_id, segments.runs(told))
    for one in told:
        if one.kind == "correct":
            note_conflict(connection, event_id, one.entity, one.entity_id)
    for entity in _CLASHING:
        note_clashes(
            connection, event_id, entity, [one.entity_id for one in told if one.entity == entity]
        )
