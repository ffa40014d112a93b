"""The merged store of a campaign on PostgreSQL, and one event's record in it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager

from kiosk.domain.attendee import Attendee
from kiosk.domain.batch import Opened
from kiosk.domain.clock import Clock
from kiosk.domain.ids import AttendeeId, DeviceId, EventId
from kiosk.services.carrying import Applied, Aside
from kiosk.services.ports import Found, Verification
from kiosk.storage import anonymous
from kiosk.storage.chain import head_key, read_head
from kiosk.storage.driver import put
from kiosk.storage.erasing import erase
from kiosk.storage.merging import MergedStore
from kiosk.storage.noting import note_written
from kiosk.storage.postgres.connection import again, connect
from kiosk.storage.postgres.engine import PostgresEngine
from kiosk.storage.postgres.finding import AT_ONCE, KeyTable, PeopleIndex
from kiosk.storage.postgres.opening import let_analysts_read, open_database
from kiosk.storage.postgres.schema import PARTITIONS, Partitions
from kiosk.storage.reading import Reading
from kiosk.storage.search import find
from kiosk.storage.verifying import verify
from kiosk.storage.writing import OpenWriting

Progress = Callable[[int, int], None]


def open_merged(
    url: str, *, create: bool = False, partitions: Partitions = PARTITIONS
) -> PostgresMergedStore:
    """The merged store at ``url``. Raises EnvironmentFault as ``open_database`` does.

    Several may be open at once, in one program or in many: those who bring batches of one event
    wait for each other, the others do not. With ``create`` analysts are let in as well, where
    whoever is connected may do that; else ``unread_at`` says so.
    """
    connection = open_database(url, create=create, partitions=partitions)
    store = PostgresMergedStore(PostgresEngine(connection))
    try:
        if create and not let_analysts_read(connection):
            store.unread_at = connection.server
    except BaseException:
        store.close()
        raise
    return store


class PostgresMergedStore(MergedStore):
    """Implements the port ``Merging``. One thread at a time."""

    engine: PostgresEngine

    def apply(self, batch: Opened, source: str, now_ms: int) -> Applied:
        return again(lambda: super(PostgresMergedStore, self).apply(batch, source, now_ms))

    def set_aside(self, aside: Aside, content: bytes) -> None:
        again(lambda: super(PostgresMergedStore, self).set_aside(aside, content))

    def note_zones(self, zones: Mapping[EventId, str]) -> None:
        """Which zone each event's walls have, so that analysts read its times."""
        connection = self.engine.connection
        noted = dict(connection.execute("SELECT event_id, zone FROM event_zone").fetchall())
        for event_id, zone in zones.items():
            if noted.get(event_id) != zone:
                sql = put("event_zone", "event_id, zone", "event_id")
                connection.execute(sql, (event_id, zone))

    def index_people(self, progress: Progress | None = None) -> int:
        return index_people(self.engine, progress)


def index_people(engine: PostgresEngine, progress: Progress | None = None) -> int:
    """Makes those who arrived findable; how many there were. ``progress``: done, of how many."""
    (left,) = engine.connection.execute("SELECT count(*) FROM unindexed").fetchone()
    done = 0
    while some := again(lambda: _index_some(engine)):
        done += some
        if progress is not None:
            progress(done, max(left, done))
    return done


def _index_some(engine: PostgresEngine) -> int:
    (event_id,) = engine.connection.execute("SELECT min(event_id) FROM unindexed").fetchone()
    if event_id is None:
        return 0
    with engine.writing(event_id):
        rows = engine.connection.execute(
            "SELECT attendee_id FROM unindexed WHERE event_id = ? ORDER BY attendee_id LIMIT ?",
            (event_id, AT_ONCE),
        ).fetchall()
        people = [attendee_id for (attendee_id,) in rows]
        PeopleIndex(engine).index(event_id, people)
        engine.connection.execute(
            "DELETE FROM unindexed WHERE event_id = ? AND attendee_id = ANY (?)",
            (event_id, people),
        )
    return len(people)


class PostgresRecord(Reading):
    """Implements the port ``Record`` for one event of a merged store, for ``--in postgresql://…``.

    ``key`` seals the head of this device's own chain. One thread at a time writes.
    """

    def __init__(
        self,
        url: str,
        key: bytes,
        *,
        event_id: EventId,
        device_id: DeviceId,
        zone: str,
        clock: Clock,
    ) -> None:
        self._engine = PostgresEngine(open_database(url))
        super().__init__(self._engine.connection, event_id, zone)
        self._url = url
        self._key = key
        self._device_id = device_id
        self._clock = clock
        self._lock = threading.RLock()

    def close(self) -> None:
        with self._lock:
            self._engine.close()

    @contextmanager
    def writing(self) -> Iterator[OpenWriting]:
        """One transaction. Raises EnvironmentFault; then nothing of it is kept."""
        with self._lock, self._engine.writing(self.event_id):
            mine = (self.event_id, self._device_id)
            before = read_head(self.connection, *mine)
            opened = OpenWriting(self.connection, *mine, self._clock)
            yield opened
            opened.finish(head_key(self._key))
            note_written(self.connection, *mine, before.seq)

    @contextmanager
    def reading(self) -> Iterator[Reading]:
        """A second connection that cannot write, with one view of the store, for long reads."""
        engine = PostgresEngine(connect(self._url, long_read=True))
        try:
            with engine.reading():
                yield Reading(engine.connection, self.event_id, self.zone)
        finally:
            engine.close()

    def attendees(self) -> Iterator[Attendee]:
        with self.reading() as reading:
            yield from reading.attendees()

    def find(self, text: str, limit: int = 20) -> list[Found]:
        with self._lock:
            index_people(self._engine)
            hits = find(KeyTable(self.connection, self.event_id), text, limit)
            people = self.attendees_of([hit.attendee_id for hit in hits])
            return [Found(people[hit.attendee_id], hit.score) for hit in hits]

    def seal_anonymous(self) -> tuple[int, str]:
        """What the box of this store itself holds: anonymous answers arrive sealed."""
        with self._lock:
            return anonymous.to_seal(self.connection, self.event_id)

    def erase_person(self, person_id: AttendeeId, actor: str) -> None:
        """Forgets a person: rows, payloads, salt and search keys go; the chain still verifies."""
        with self.writing() as writing:
            erase(self.connection, writing, self.event_id, person_id, actor)

    def verify(self) -> Verification:
        """Checks the whole log, on a view of its own, so that nobody waits for it."""
        with self.reading() as reading:
            return verify(reading.connection, head_key(self._key), self._device_id)
