"""Merging into PostgreSQL: fifty kiosks of two thousand visitors, beside bare COPY.

Run by hand: ``pytest tests/bench/test_merging_postgres.py -n 0 -m long -s --no-cov``. The server
writes durably, as it comes from Debian; as many merge at once as there are processors.
"""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

import psycopg
import pytest

from kiosk.domain.batch import Opened
from kiosk.storage.postgres.store import PostgresMergedStore, open_merged
from tests.postgres import Server
from tests.storage.postgres.batches import kiosk_day
from tests.storage.records import MORNING_MS

pytestmark = pytest.mark.long

KIOSKS = 50
VISITORS = 2_000
EVENTS = 8
MERGERS = max(os.cpu_count() or 1, 2)
TABLES = ("change", "payload", "salt", "attendee", "response", "certificate", "unindexed")


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    durable = Server(durable=True)
    yield durable
    durable.remove()


@pytest.fixture(scope="module")
def by_event() -> list[list[Opened]]:
    """The batches of each event, as many kiosks as there are."""
    found: list[list[Opened]] = [[] for _ in range(EVENTS)]
    for number in range(KIOSKS):
        at = number % EVENTS
        found[at] += kiosk_day(number + 1, VISITORS, f"ka-2020-01-{at + 1:02d}").seal()
    return found


def merged_by(mergers: int, url: str, by_event: Sequence[Sequence[Opened]]) -> float:
    """Seconds until all is merged by so many at once, each with events of its own."""
    open_merged(url, create=True).close()

    def merge(first: int) -> None:
        store = open_merged(url)
        for batches in by_event[first::mergers]:
            for batch in batches:
                store.apply(batch, "stick", MORNING_MS)
        store.close()

    begun = time.perf_counter()
    with ThreadPoolExecutor(mergers) as threads:
        list(threads.map(merge, range(mergers)))
    return time.perf_counter() - begun


def copied(url: str, server: Server) -> float:
    """Seconds of COPY out of the store and into bare tables, without keys, of the same rows."""
    there = server.new_database()
    taken = 0.0
    with psycopg.connect(url) as store, psycopg.connect(there) as bare:
        for table in TABLES:
            columns = store.execute(
                "SELECT column_name, data_type FROM information_schema.columns"
                " WHERE table_schema = 'public' AND table_name = %s ORDER BY ordinal_position",
                (table,),
            ).fetchall()
            bare.execute(f"CREATE TABLE {table} ({', '.join(' '.join(one) for one in columns)})")
            source = f"COPY (SELECT * FROM {table}) TO STDOUT (FORMAT BINARY)"
            with store.cursor().copy(source) as out:
                blocks = list(out)
            begun = time.perf_counter()
            with bare.cursor().copy(f"COPY {table} FROM STDIN (FORMAT BINARY)") as copy:
                for block in blocks:
                    copy.write(block)
            bare.commit()
            taken += time.perf_counter() - begun
    server.drop(there)
    return taken


def test_fifty_kiosks_come_together(server: Server, by_event: list[list[Opened]]) -> None:
    changes = sum(len(batch.told) for batches in by_event for batch in batches)
    for mergers in (1, MERGERS):
        url = server.new_database()
        taken = merged_by(mergers, url, by_event)
        floor = copied(url, server)
        print(  # noqa: T201 - a figure for whoever measures
            f"\n{changes} changes by {mergers} at once: {taken:.1f} s,"
            f" {changes / taken:,.0f} a second (limit 35,000); bare COPY of the same rows"
            f" {floor:.1f} s: {taken / floor:.1f} times (limit 10);"
            f" load of the machine {os.getloadavg()[0]:.1f}"
        )
        nothing_new(open_merged(url), by_event)
        server.drop(url)


def nothing_new(store: PostgresMergedStore, by_event: list[list[Opened]]) -> None:
    files = [batch.sha256 for batches in by_event for batch in batches]
    begun = time.perf_counter()
    assert store.known_files(files) == set(files)
    digest = store.digest()
    taken = time.perf_counter() - begun
    begun = time.perf_counter()
    people = store.index_people()
    print(  # noqa: T201 - a figure for whoever measures
        f"again with nothing new {taken * 1_000:.0f} ms (limit 50), digest {digest[:8]};"
        f" {people} people made findable in {time.perf_counter() - begun:.1f} s"
    )
    store.close()
