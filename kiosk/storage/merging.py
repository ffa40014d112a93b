"""A store in which many kiosks come together; its state is a function of the set of changes."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import astuple
from functools import partial
from pathlib import Path

from kiosk.domain.batch import MOST_FILE_BYTES, Opened
from kiosk.domain.ids import EventId
from kiosk.services.merging import Applied, Aside, Conflict, Fork, Gap, Held, WrongClock
from kiosk.services.ports import InstalledForm
from kiosk.storage import clocks, contests, segments
from kiosk.storage.arriving import arrive
from kiosk.storage.bearing import index_left
from kiosk.storage.driver import among, put
from kiosk.storage.engine import Engine, SqliteEngine
from kiosk.storage.faults import parsed
from kiosk.storage.key_rows import KeyRows
from kiosk.storage.opening import LARGE_PAGE_BYTES, open_database
from kiosk.storage.readying import Ready, ready
from kiosk.storage.search import Index

_INDEXED_AT_ONCE = 50_000
_CLOCKS = "clocks of "  # in meta: what was found the last time
_MOST_AT_ONCE = 300_000  # changes; others wait for some seconds meanwhile
_BUSY_MS = 30_000
_LOG_PAGES = 8_192  # of the write-ahead log before it is folded into the file
_CACHE_KIB = 524_288  # a merged store is larger than a day's record


def open_merged(path: Path, key: bytes, *, create: bool = False) -> MergedStore:
    """The merged store in an encrypted file of its own, with the schema of a kiosk's record.

    Raises EnvironmentFault as ``open_database`` does.
    """
    connection = open_database(path, key, create=create, page_bytes=LARGE_PAGE_BYTES)
    connection.execute(f"PRAGMA busy_timeout = {_BUSY_MS}")
    connection.execute(f"PRAGMA wal_autocheckpoint = {_LOG_PAGES}")
    connection.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
    return MergedStore(SqliteEngine(connection, path, key))


class MergedStore:
    """Implements the port ``Merging`` on whichever database the engine runs.

    ``unread_at``: the server at which analysts have no right to read it yet, if so.
    """

    unread_at = ""
    shared = False  # whether other coordinators write in it too, each with keys of their own

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._since = 0  # changes since the disk was told
        self._indexes: dict[EventId, KeyRows] = {}

    def close(self) -> None:
        self.engine.close()

    def known_files(self, sha256s: Collection[str]) -> set[str]:
        sql = "SELECT sha256 FROM received WHERE sha256 IN ?"
        with self.engine.reading():
            return {one for (one,) in among(self.engine.connection, sql, (), sha256s)}

    @contextmanager
    def together(self) -> Iterator[None]:
        """Within, batches may go to the disk several at once; that none is half there holds."""
        with self.engine.together():
            self._since = 0
            yield

    def readying(self) -> Callable[[Opened], Ready]:
        """What does beforehand, in whatever process, all that needs no look into the store."""
        return partial(ready, packer=self.engine.packer)

    def apply(self, batch: Opened | Ready, source: str, now_ms: int) -> Applied:
        """Takes a batch; one that was not made ready is made so here."""
        if isinstance(batch, Opened):
            batch = ready(batch, self.engine.packer)
        if self._since > _MOST_AT_ONCE:
            self.engine.breathe()
            self._since = 0
        self._since += batch.changes
        with self.engine.writing(batch.header.event):
            return arrive(self.engine, batch, source, now_ms)

    def set_aside(self, aside: Aside, content: bytes) -> None:
        body = content if len(content) <= MOST_FILE_BYTES else None
        with self.engine.writing(""):
            self.engine.connection.execute(
                "INSERT INTO set_aside (sha256, source, name, reason, at, bytes, body)"
                " VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (sha256) DO UPDATE SET"
                " reason = excluded.reason",
                (
                    aside.sha256, aside.source, aside.name, aside.reason, aside.at,
                    len(content), body,
                ),
            )  # fmt: skip

    def set_aside_files(self) -> list[Aside]:
        with self.engine.reading():
            rows = self.engine.connection.execute(
                "SELECT source, name, sha256, reason, at FROM set_aside ORDER BY at, sha256"
            ).fetchall()
        return [Aside(*row) for row in rows]

    def content_aside(self, sha256: str) -> bytes | None:
        """The bytes of a file that was set aside; None where it was too large to be kept."""
        with self.engine.reading():
            found = self.engine.connection.execute(
                "SELECT body FROM set_aside WHERE sha256 = ?", (sha256,)
            ).fetchone()
        return None if found is None or found[0] is None else bytes(found[0])

    def release_aside(self, sha256: str) -> None:
        with self.engine.writing(""):
            self.engine.connection.execute("DELETE FROM set_aside WHERE sha256 = ?", (sha256,))

    def gaps(self) -> list[Gap]:
        with self.engine.reading():
            return segments.gaps(self.engine.connection)

    def forks(self) -> list[Fork]:
        with self.engine.reading():
            return segments.forks(self.engine.connection)

    def held(self) -> list[Held]:
        with self.engine.reading():
            return segments.held(self.engine.connection)

    def erased_people(self) -> int:
        with self.engine.reading():
            found = self.engine.connection.execute("SELECT count(*) FROM erased").fetchone()
        return int(found[0])

    def conflicts(self) -> list[Conflict]:
        with self.engine.reading():
            return contests.conflicts(self.engine.connection)

    def wrong_clocks(
        self, days: Mapping[EventId, tuple[int, int]], since_ms: int | None = None
    ) -> list[WrongClock]:
        """The laptops that wrote before or after these times of each event.

        With ``since_ms`` only events of which something arrived since then are looked through;
        of the others what was found the last time is told.
        """
        with self.engine.reading():
            connection = self.engine.connection
            latest = connection.execute(
                "SELECT event_id, max(received_at) FROM received GROUP BY event_id"
            ).fetchall()
            noted = dict(connection.execute("SELECT key, value FROM meta").fetchall())
        found: list[WrongClock] = []
        for event_id, at_ms in sorted(latest):
            told = noted.get(f"{_CLOCKS}{event_id}")
            if event_id not in days:
                continue
            if since_ms is not None and told is not None and at_ms < since_ms:
                found += [WrongClock(event_id, *one) for one in parsed(told, list)]
            else:
                found += self._note_clocks(event_id, days[event_id])
        return found

    def _note_clocks(self, event_id: EventId, day: tuple[int, int]) -> list[WrongClock]:
        connection = self.engine.connection
        with self.engine.writing(event_id):
            found = clocks.wrong_clocks(connection, event_id, *day)
            told = json.dumps([astuple(one)[1:] for one in found])
            connection.execute(put("meta", "key, value", "key"), (f"{_CLOCKS}{event_id}", told))
        return found

    def note(self, key: str, value: str) -> None:
        """Keeps a word of what was found out about this store."""
        with self.engine.writing(""):
            self.engine.connection.execute(put("meta", "key, value", "key"), (key, value))

    def noted(self, key: str) -> str:
        """What was noted last, or nothing."""
        with self.engine.reading():
            found = self.engine.connection.execute(
                "SELECT value FROM meta WHERE key = ?", (key,)
            ).fetchone()
        return "" if found is None else str(found[0])

    def digest(self) -> str:
        with self.engine.reading():
            return segments.digest(self.engine.connection)

    def events(self) -> list[EventId]:
        """The events of which something arrived, or was written here."""
        with self.engine.reading():
            rows = self.engine.connection.execute(
                "SELECT event_id FROM received UNION SELECT event_id FROM head ORDER BY event_id"
            ).fetchall()
        return [EventId(event_id) for (event_id,) in rows]

    def install_form(self, form: InstalledForm) -> None:
        """Keeps a form of the campaign, so that corrections can be checked here."""
        with self.engine.writing(""):
            self.engine.connection.execute(
                put("form", "id, version, hash, xform", "id"),
                (form.id, form.version, form.hash, form.xform),
            )

    def search_index(self, event_id: EventId) -> Index:
        """Where the people of one event are looked up."""
        if event_id not in self._indexes:
            self._indexes[event_id] = KeyRows(self.engine.connection, event_id)
        return self._indexes[event_id]

    def forget_words(self) -> None:
        """Lets go of what was kept in memory of people, as after an erasure."""
        self._indexes.clear()

    def index_people(self, progress: Callable[[int, int], None] | None = None) -> int:
        """Makes those who arrived findable; how many there were. ``progress``: done, of how many.

        Finding is made ready when somebody wants to find: merging is the faster for it.
        """
        connection = self.engine.connection
        (left,) = connection.execute("SELECT count(*) FROM unindexed").fetchone()
        done = 0
        while connection.execute("SELECT 1 FROM unindexed LIMIT 1").fetchone() is not None:
            with self.engine.writing(""):
                done += index_left(connection, _INDEXED_AT_ONCE)
            if progress is not None:
                progress(done, max(done, left))
        return done
