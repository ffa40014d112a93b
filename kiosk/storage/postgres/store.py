"""The merged store of a campaign on PostgreSQL, and one event's record in it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from kiosk.domain.batch import Opened
from kiosk.domain.clock import Clock
from kiosk.domain.ids import DeviceId, EventId
from kiosk.services.merging import Applied, Aside
from kiosk.storage.driver import put
from kiosk.storage.merged_record import MergedRecord, Writer
from kiosk.storage.merging import MergedStore
from kiosk.storage.postgres.connection import again
from kiosk.storage.postgres.engine import PostgresEngine
from kiosk.storage.postgres.finding import AT_ONCE, KeyTable, PeopleIndex
from kiosk.storage.postgres.opening import let_analysts_read, open_database
from kiosk.storage.postgres.schema import PARTITIONS, Partitions
from kiosk.storage.readying import Ready
from kiosk.storage.search import Index

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
    shared = True

    def apply(self, batch: Opened | Ready, source: str, now_ms: int) -> Applied:
        return again(lambda: super(PostgresMergedStore, self).apply(batch, source, now_ms))

    def set_aside(self, aside: Aside, content: bytes) -> None:
        again(lambda: super(PostgresMergedStore, self).set_aside(aside, content))

    def note_zones(self, zones: Mapping[EventId, tuple[str, int, int]]) -> None:
        """Which zone each event's walls have, and between which times (UTC milliseconds) a clock
        was right, so that analysts read its times.
        """
        connection = self.engine.connection
        rows = connection.execute("SELECT event_id, zone, first_ms, until_ms FROM event_zone")
        noted = {event_id: told for event_id, *told in rows.fetchall()}
        for event_id, told in zones.items():
            if noted.get(event_id) != [*told]:
                sql = put("event_zone", "event_id, zone, first_ms, until_ms", "event_id")
                connection.execute(sql, (event_id, *told))

    def index_people(self, progress: Progress | None = None) -> int:
        return index_people(self.engine, progress)

    def search_index(self, event_id: EventId) -> Index:
        return KeyTable(self.engine.connection, event_id)


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


class PostgresRecord(MergedRecord):
    """One event of a merged store, with a connection of its own."""

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
        store = open_merged(url)
        writer = Writer(key, device_id, clock)
        super().__init__(store, writer, event_id=event_id, zone=zone)

    def close(self) -> None:
        self.store.close()
