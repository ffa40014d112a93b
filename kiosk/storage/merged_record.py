"""One event's record in a merged store: read, found, corrected, re-issued like a kiosk's own."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from kiosk.domain.attendee import Attendee
from kiosk.domain.change import ChangeDraft
from kiosk.domain.clock import Clock
from kiosk.domain.ids import AttendeeId, DeviceId, EventId
from kiosk.services.ports import Found, Verification
from kiosk.storage import anonymous
from kiosk.storage.chain import head_key, read_head
from kiosk.storage.erasing import erase
from kiosk.storage.faults import blamed
from kiosk.storage.merging import MergedStore
from kiosk.storage.noting import note_written
from kiosk.storage.outgoing import OutgoingRecord
from kiosk.storage.reading import Reading
from kiosk.storage.search import find
from kiosk.storage.verifying import verify
from kiosk.storage.writing import OpenWriting


@dataclass(frozen=True, slots=True)
class Writer:
    """In whose name a store is written: ``key`` seals the heads of this device's chains.

    ``introduction`` says who the device is; it is its first change in every event.
    """

    key: bytes
    device_id: DeviceId
    clock: Clock
    introduction: ChangeDraft | None = None


class MergedRecord(Reading):
    """Implements the port ``Record`` for one event of a merged store, wherever that is.

    Records of several events share the store and its connection; one thread at a time.
    """

    def __init__(
        self,
        store: MergedStore,
        writer: Writer,
        *,
        event_id: EventId,
        zone: str,
        day: tuple[int, int] | None = None,
    ) -> None:
        super().__init__(store.engine.connection, event_id, zone, day)
        self.store = store
        self._writer = writer
        self._lock = threading.RLock()
        self.outgoing = OutgoingRecord(self.connection, event_id, self.writing, self._looking)

    def close(self) -> None:
        """Nothing is this record's own; the store is closed by who opened it."""

    @contextmanager
    def writing(self) -> Iterator[OpenWriting]:
        """One transaction. Raises EnvironmentFault; then nothing of it is kept."""
        writer, mine = self._writer, (self.event_id, self._writer.device_id)
        with self._lock, self.store.engine.writing(self.event_id):
            before = read_head(self.connection, *mine)
            opened = OpenWriting(self.connection, *mine, writer.clock, self.path)
            if writer.introduction is not None and before.seq == 0:
                opened.write(writer.introduction)
            yield opened
            opened.finish(head_key(writer.key))
            note_written(self.connection, *mine, before.seq)

    @contextmanager
    def reading(self) -> Iterator[Reading]:
        """A second connection that cannot write, with one view of the store, for long reads."""
        with self.store.engine.beside() as connection:
            yield Reading(connection, self.event_id, self.zone, self.day)

    def attendees(self) -> Iterator[Attendee]:
        with self.reading() as reading:
            yield from reading.attendees()

    def find(self, text: str, limit: int = 20) -> list[Found]:
        with self._looking():
            self.make_findable()
            hits = find(self.store.search_index(self.event_id), text, limit)
            people = self.attendees_of([hit.attendee_id for hit in hits])
            found = [Found(people[hit.attendee_id], hit.score) for hit in hits]
            return [one for one in found if not one.attendee.masked]  # one is who withdrew

    def make_findable(self) -> None:
        """Writes the search keys of those who came since."""
        with self._looking():
            self.store.index_people()

    def seal_anonymous(self) -> tuple[int, str]:
        """What the box of this store itself holds: anonymous answers arrive sealed."""
        with self._looking():
            return anonymous.to_seal(self.connection, self.event_id)

    def erase_person(self, person_id: AttendeeId, actor: str) -> None:
        """Forgets a person: rows, payloads, salt and search keys go; the chain still verifies."""
        with self.writing() as writing:
            erase(self.connection, writing, self.event_id, person_id, actor)
        self.store.forget_words()

    def verify(self) -> Verification:
        """Checks the whole log, on a view of its own, so that nobody waits for it."""
        writer, shared = self._writer, self.store.shared
        with self.reading() as reading:
            return verify(reading.connection, head_key(writer.key), writer.device_id, shared=shared)

    @contextmanager
    def _looking(self) -> Iterator[None]:
        with self._lock, blamed(self.path):
            yield
