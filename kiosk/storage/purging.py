"""Erasing many at once: who is held since when, and forgetting them by the hundred."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import AbstractContextManager

from kiosk.domain.clock import Hlc
from kiosk.domain.ids import AttendeeId, EventId
from kiosk.domain.retention import Held
from kiosk.storage.driver import Connection
from kiosk.storage.erasing import erase
from kiosk.storage.masking import VISIBLE
from kiosk.storage.merged_record import MergedRecord
from kiosk.storage.reading import Reading
from kiosk.storage.writing import OpenWriting

_SAID = "SELECT person_id, device_id, hlc, kind FROM said WHERE event_id = ? AND person_id <> ''"
_WITHDRAWN = (
    "SELECT id, number, receipt_hash, met, coalesce((SELECT j.first_id FROM joined j"
    " WHERE j.event_id = attendee.event_id AND j.attendee_id = attendee.id), '')"
    f" FROM attendee WHERE event_id = ? AND NOT ({VISIBLE})"
)
_NEWEST = (
    "SELECT c.device_id, c.hlc FROM change c JOIN (SELECT device_id, max(seq) AS seq FROM change"
    " WHERE event_id = ? GROUP BY device_id) h ON c.device_id = h.device_id AND c.seq = h.seq"
    " WHERE c.event_id = ?"
)
_HERE = "registered"


class PurgingRecord:
    """Implements the port ``Purging`` for one event of whatever record this is.

    ``writing`` is a transaction, ``reading`` a look that nobody waits for, ``settle`` has what
    was erased go out of the index and the file as well.
    """

    def __init__(
        self,
        connection: Connection,
        event_id: EventId,
        writing: Callable[[], AbstractContextManager[OpenWriting]],
        reading: Callable[[], AbstractContextManager[Reading]],
        settle: Callable[[], None],
    ) -> None:
        self._connection = connection
        self._event_id = event_id
        self._writing = writing
        self._reading = reading
        self._settle = settle

    def newest_ms(self) -> int:
        with self._reading() as reading:
            latest = _latest(reading.connection, self._event_id)
            rows = reading.connection.execute(_NEWEST, (self._event_id,) * 2).fetchall()
        return max((_capped(device, hlc, latest) for device, hlc in rows), default=0)

    def held(self) -> list[Held]:
        processed: dict[str, int] = {}
        with self._reading() as reading:
            connection = reading.connection
            latest = _latest(connection, self._event_id)
            for person, device, hlc, kind in connection.execute(_SAID, (self._event_id,)):
                at = 0 if kind == "withdraw" else _capped(device, hlc, latest)
                processed[person] = max(processed.get(person, 0), at)
            withdrawn = connection.execute(_WITHDRAWN, (self._event_id,)).fetchall()
        notes = _notes_among(withdrawn, processed)
        return [
            Held(AttendeeId(person), at, person in notes, notes.get(person, False))
            for person, at in processed.items()
        ]

    def erase(self, people: Sequence[AttendeeId], actor: str) -> None:
        with self._writing() as writing:
            for person in people:
                erase(self._connection, writing, self._event_id, person, actor)

    def drop_leftovers(self, before_ms: int) -> None:
        with self._writing():
            connection = self._connection
            connection.execute("DELETE FROM draft WHERE saved_at < ?", (before_ms,))
            connection.execute(
                "DELETE FROM print_job WHERE attendee_id IS NULL AND queued_at < ?", (before_ms,)
            )
            connection.execute("UPDATE set_aside SET body = NULL WHERE at < ?", (before_ms,))

    def settle(self) -> None:
        self._settle()


def purging_of(record: MergedRecord) -> PurgingRecord:
    """One event of a merged store, as far as erasing goes."""
    store = record.store

    def settle() -> None:
        store.forget_words()
        store.engine.tidy()

    return PurgingRecord(record.connection, record.event_id, record.writing, record.reading, settle)


def _latest(connection: Connection, event_id: str) -> Mapping[str, int]:
    """When what came in batches was here for certain, by device: their clocks may be wrong."""
    rows = connection.execute(
        "SELECT device_id, max(received_at) FROM received WHERE event_id = ? GROUP BY device_id",
        (event_id,),
    ).fetchall()
    return {device: int(at) for device, at in rows}


def _capped(device: str, hlc: bytes, latest: Mapping[str, int]) -> int:
    at = Hlc.from_bytes(bytes(hlc)).ms
    return min(at, latest.get(device, at))


def _notes_among(
    withdrawn: Iterable[tuple[str, str, str, str, str]], processed: dict[str, int]
) -> dict[str, bool]:
    """Who has withdrawn, and whether nothing but that is known of them here.

    Rows that number and code, or a person's decision, say are one person's become due together,
    or erasing the one that withdrew would unmask the other.
    """
    people: dict[tuple[str, ...], list[tuple[str, str]]] = defaultdict(list)
    for person, number, receipt_hash, met, first in withdrawn:
        people[(first,) if first else (number, receipt_hash)].append((person, met))
    notes: dict[str, bool] = {}
    for rows in people.values():
        last = max(processed.get(person, 0) for person, _ in rows)
        alone = all(met != _HERE for _, met in rows)
        notes.update({person: alone for person, _ in rows})
        processed.update({person: last for person, _ in rows if person in processed})
    return notes
