"""The record of one kiosk: reading on the spot, writing in transactions, long reads beside."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from kiosk.domain.attendee import Attendee
from kiosk.domain.clock import Clock
from kiosk.domain.ids import AttendeeId, DeviceId, EventId
from kiosk.errors import EnvironmentFault
from kiosk.services.ports import Found, Verification
from kiosk.storage import anonymous
from kiosk.storage.ballast import lay_in, let_go
from kiosk.storage.bearing import index_left
from kiosk.storage.chain import Head, head_key, read_head
from kiosk.storage.erasing import erase
from kiosk.storage.faults import blamed
from kiosk.storage.files import writable
from kiosk.storage.home import Home, read_home
from kiosk.storage.key_rows import KeyRows
from kiosk.storage.opening import BUSY_TIMEOUT_MS, open_database, open_for_reading
from kiosk.storage.outgoing import OutgoingRecord
from kiosk.storage.purging import PurgingRecord
from kiosk.storage.reading import Reading
from kiosk.storage.search import find
from kiosk.storage.snapshot import Snapshots
from kiosk.storage.verifying import verify
from kiosk.storage.writing import OpenWriting

DATABASE = "kiosk.db"
INDEXED_AT_ONCE = 500  # also how many may be left when nobody ever has a moment for it


class Store(Reading):
    """Implements the port ``Record``. One thread at a time writes; a lock sees to it.

    ``folder`` is the data folder, ``key`` the database key (32 bytes). Only ``create`` makes a
    database; that of a kiosk which lost its file is not silently begun anew.
    """

    def __init__(
        self,
        folder: Path,
        key: bytes,
        *,
        event_id: EventId,
        device_id: DeviceId,
        zone: str,
        clock: Clock,
        create: bool = False,
    ) -> None:
        self.path = folder / DATABASE
        super().__init__(open_database(self.path, key, create=create), event_id, zone)
        self._folder = folder
        self._key = key
        self._head_key = head_key(key)
        self._device_id = device_id
        self._clock = clock
        self._lock = threading.RLock()
        self._index = KeyRows(self.connection, event_id)
        self._ballast_used = False
        self._newcomers = 0  # since people were last made findable
        self.outgoing = OutgoingRecord(self.connection, event_id, self.writing, self._looking)
        self.purging = PurgingRecord(
            self.connection, event_id, self.writing, self.reading, self._settle_erasures
        )
        self.snapshots = Snapshots(self.path, key)
        lay_in(folder)

    def close(self) -> None:
        """Ends the connection; what was written is on the disk already."""
        with self._lock:
            self.connection.close()

    @contextmanager
    def writing(self) -> Iterator[OpenWriting]:
        """One transaction. Raises EnvironmentFault (disk_full, database_locked …); then nothing
        of it is kept. On a full disk the ballast is let go, so that trying again succeeds
        (``disk_full_released``); it is laid in again once there is room.
        """
        with self._lock, self._released_when_full():
            self.connection.execute("BEGIN IMMEDIATE")
            opened = OpenWriting(
                self.connection, self.event_id, self._device_id, self._clock, self.path
            )
            try:
                yield opened
                opened.finish(self._head_key)
                self.connection.execute("COMMIT")
            except BaseException:
                if self.connection.in_transaction:  # SQLite rolls back by itself on a full disk
                    self.connection.execute("ROLLBACK")
                raise
            if opened.anonymous:
                self._fold_log_away()
            if self._ballast_used:
                with suppress(EnvironmentFault):  # what was to be written is
                    self._ballast_used = not lay_in(self._folder)
            self._newcomers += opened.newcomers
        if self._newcomers >= INDEXED_AT_ONCE:  # where nobody ever had a moment for it
            self._make_findable_if_there_is_room()

    @contextmanager
    def reading(self) -> Iterator[Reading]:
        """A second connection that cannot write, with one view of the disk, for long reads."""
        connection = open_for_reading(self.path, self._key)
        try:
            with blamed(self.path):
                connection.execute("BEGIN")
                yield Reading(connection, self.event_id, self.zone)
        finally:
            connection.close()

    def home(self) -> Home | None:
        """Where this record was at home when it was last opened."""
        with self._lock, blamed(self.path):
            return read_home(self.connection)

    def head(self) -> Head:
        """The end of this device's own chain."""
        with self._lock, blamed(self.path):
            return read_head(self.connection, self.event_id, self._device_id)

    def holds(self, device_id: DeviceId, seq: int, last_hash: bytes) -> bool:
        """Whether the log has this very entry."""
        with self._lock, blamed(self.path):
            found = self.connection.execute(
                "SELECT 1 FROM change WHERE event_id = ? AND device_id = ? AND seq = ?"
                " AND hash = ?",
                (self.event_id, device_id, seq, last_hash),
            ).fetchone()
            return found is not None

    def device_codes(self) -> frozenset[str]:
        """The codes of all devices that this record knows."""
        with self._lock, blamed(self.path):
            found = self.connection.execute("SELECT DISTINCT code FROM device").fetchall()
            return frozenset(code for (code,) in found)

    def knows(self, device_id: DeviceId) -> bool:
        """Whether this device has introduced itself in the record."""
        with self._lock, blamed(self.path):
            found = self.connection.execute(
                "SELECT 1 FROM head WHERE device_id = ?", (device_id,)
            ).fetchone()
            return found is not None

    def attendees(self) -> Iterator[Attendee]:
        with self.reading() as reading:
            yield from reading.attendees()

    def make_findable(self) -> None:
        """Writes the search keys of those who registered since, some in each transaction.

        Raises EnvironmentFault as ``writing`` does.
        """
        with self._lock:
            self._newcomers = 0
            while self._someone_is_left():
                with self.writing():
                    index_left(self.connection, INDEXED_AT_ONCE)

    def _someone_is_left(self) -> bool:
        with self._looking():
            return self.connection.execute("SELECT 1 FROM unindexed LIMIT 1").fetchone() is not None

    def find(self, text: str, limit: int = 20) -> list[Found]:
        with self._lock, blamed(self.path):
            self._make_findable_if_there_is_room()
            hits = find(self._index, text, limit)
            people = self.attendees_of([hit.attendee_id for hit in hits])
            return [Found(people[hit.attendee_id], hit.score) for hit in hits]

    def _make_findable_if_there_is_room(self) -> None:
        """A full disk still tells whom it knows."""
        try:
            self.make_findable()
        except EnvironmentFault as fault:
            if fault.key not in {"disk_full", "disk_full_released"}:
                raise

    def seal_anonymous(self) -> tuple[int, str]:
        """Rewrites the file and counts the box; the change that closes the day with this digest
        seals it, in its own transaction.
        """
        with self._lock, self._released_when_full():
            self._fold_log_away()
            self.connection.execute("VACUUM")
            self._fold_log_away()
            return anonymous.to_seal(self.connection, self.event_id)

    def erase_person(self, person_id: AttendeeId, actor: str) -> None:
        """Forgets a person: rows, payloads, salt and search keys go; the chain still verifies."""
        with self.writing() as writing:
            erase(self.connection, writing, self.event_id, person_id, actor)
        self._settle_erasures()

    def _settle_erasures(self) -> None:
        self._index.forget()
        with self._lock, self._released_when_full():
            self._fold_log_away()

    def verify(self) -> Verification:
        """Checks the whole log, on a view of its own, so that nobody waits for it."""
        try:
            with self.reading() as reading:
                return verify(reading.connection, self._head_key, self._device_id)
        except EnvironmentFault as fault:
            if fault.key != "database_corrupt":
                raise
            return Verification(0, ok=False, broken_at=1, head="", reason="the file is damaged")

    @contextmanager
    def _looking(self) -> Iterator[None]:
        with self._lock, blamed(self.path):
            yield

    def _fold_log_away(self) -> None:
        """Moves the write-ahead log into the file; where a reader is under way, next time."""
        self.connection.execute("PRAGMA busy_timeout = 0")
        self.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        self.connection.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")

    @contextmanager
    def _released_when_full(self) -> Iterator[None]:
        try:
            with blamed(self.path):
                yield
        except EnvironmentFault as fault:
            if fault.key == "folder_read_only" and writable(self.path):
                # after a broken page SQLCipher takes no more, and calls that read-only
                raise EnvironmentFault("database_corrupt", path=str(self.path)) from fault
            if fault.key != "disk_full":
                raise
            self._ballast_used = True
            released = let_go(self._folder)
            key = "disk_full_released" if released else "disk_full"
            raise EnvironmentFault(key, path=str(self.path), released=released) from fault
