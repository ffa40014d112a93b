"""Merging into SQLite: fifty kiosks of two thousand visitors, beside ``ATTACH … INSERT``.

Run by hand: ``pytest tests/bench/test_merging.py -n 0 -m long -s --no-cov``.
"""

from __future__ import annotations

import gc
import time
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.domain.batch import Opened
from kiosk.storage.merging import MergedStore, open_merged
from kiosk.storage.opening import LARGE_PAGE_BYTES, PAGE_BYTES
from tests.storage.postgres.batches import kiosk_day
from tests.storage.records import MORNING_MS

pytestmark = pytest.mark.long

KEY = bytes(range(32))
KIOSKS = 50
VISITORS = 2_000
TABLES = (
    "change", "payload", "salt", "attendee", "response", "certificate", "unindexed", "segment",
    "received",
)  # fmt: skip


@pytest.fixture(scope="module")
def batches() -> Iterator[list[Opened]]:
    """All at once, where a merge has a few: the collector is not to go through them each time."""
    yield [batch for number in range(KIOSKS) for batch in kiosk_day(number, VISITORS).seal()]
    gc.unfreeze()


@pytest.fixture
def store(tmp_path: Path) -> Iterator[MergedStore]:
    opened = open_merged(tmp_path / "merged.db", KEY, create=True)
    yield opened
    opened.close()


def seconds(begun: float) -> float:
    return time.perf_counter() - begun


def test_fifty_kiosks_come_together(
    store: MergedStore, batches: list[Opened], tmp_path: Path
) -> None:
    changes = sum(len(batch.told) for batch in batches)
    gc.freeze()
    begun, busy = time.perf_counter(), time.process_time()
    with store.together():
        for batch in batches:
            store.apply(batch, "stick", MORNING_MS)
    merged, cpu = seconds(begun), time.process_time() - busy
    begun = time.perf_counter()
    again = store.known_files([batch.sha256 for batch in batches])
    digest = store.digest()
    nothing_new = seconds(begun)
    assert len(again) == len(batches)
    floor = attached(tmp_path)
    begun = time.perf_counter()
    people = store.index_people()
    print(  # noqa: T201 - a figure for whoever measures
        f"\n{changes} changes: {merged:.1f} s ({cpu:.1f} s of one core,"
        f" {changes / cpu:,.0f} a second of it),"
        f" {changes / merged:,.0f} a second (limit 60,000);"
        f" ATTACH … INSERT of the same rows {floor:.1f} s: {merged / floor:.1f} times (limit 4);"
        f" again with nothing new {nothing_new * 1_000:.0f} ms (limit 50);"
        f" {people} people made findable in {seconds(begun):.1f} s; digest {digest[:8]}"
    )


def attached(folder: Path) -> float:
    """Seconds that SQLite itself takes for the same rows, with the same keys and indexes."""
    bare = open_merged(folder / "bare.db", KEY, create=True)
    connection = bare.engine.connection
    key = f"\"x'{KEY.hex()}'\""
    connection.execute(f"PRAGMA cipher_default_page_size = {LARGE_PAGE_BYTES}")
    connection.execute(f"ATTACH '{folder / 'merged.db'}' AS merged KEY {key}")
    connection.execute(f"PRAGMA cipher_default_page_size = {PAGE_BYTES}")  # of whoever comes next
    begun = time.perf_counter()
    connection.execute("BEGIN IMMEDIATE")
    for table in TABLES:
        connection.execute(f"INSERT INTO main.{table} SELECT * FROM merged.{table} ORDER BY 1, 2")
    connection.execute("COMMIT")
    taken = seconds(begun)
    bare.close()
    return taken


def test_memory_is_flat(store: MergedStore) -> None:
    """Whatever has arrived, a batch needs what a batch needs."""
    peaks = []
    for number in range(12):
        (batch,) = kiosk_day(number, VISITORS).seal()
        tracemalloc.start()
        store.apply(batch, "stick", MORNING_MS)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()
    told = ", ".join(f"{peak / 1e6:.1f}" for peak in peaks)
    print("\npeak of each batch in MB:", told)  # noqa: T201 - a figure for whoever measures
    assert max(peaks) < 2 * min(peaks)
