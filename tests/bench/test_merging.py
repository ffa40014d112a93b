"""Merging into SQLite: fifty kiosks of two thousand visitors, beside ``ATTACH … INSERT``.

From files on a stick to rows on the disk, as ``kiosk merge`` does it; and the store's share of it
alone. Run by hand: ``pytest tests/bench/test_merging.py -n 0 -m long -s --no-cov``.
"""

from __future__ import annotations

import gc
import os
import resource
import time
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.domain.batch import Opened
from kiosk.storage.merging import MergedStore, open_merged
from kiosk.storage.opening import LARGE_PAGE_BYTES, PAGE_BYTES
from kiosk.sync.carriers.folder import FolderCarrier
from kiosk.sync.merging import Merger
from tests.fakes import FakeClock
from tests.storage.postgres.batches import kiosk_day
from tests.storage.records import MORNING_MS
from tests.sync.kiosks import OPENER, SealingKiosk, stick_with
from tests.sync.samples import TRUST

pytestmark = pytest.mark.long

KEY = bytes(range(32))
KIOSKS = 50
VISITORS = 2_000
TABLES = (
    "log", "saying", "told", "salt", "attendee", "response", "certificate", "unindexed", "segment",
    "received",
)  # fmt: skip


@pytest.fixture(scope="module")
def stick(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What fifty kiosks of a day left there."""
    folder = tmp_path_factory.mktemp("stick")
    for number in range(KIOSKS):
        kiosk = SealingKiosk(f"KA{number + 1}")
        for at in range(VISITORS):
            person = kiosk.register()
            kiosk.respond(person, rating=str(at % 5 + 1), sentence="बहुत अच्छा, धन्यवाद")
            kiosk.certify(person)
        stick_with(folder, kiosk.files())
    return folder


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


def told(line: str) -> None:
    print(f"\n{line} (load of the machine {os.getloadavg()[0]:.1f})")  # noqa: T201 - a figure


def test_fifty_kiosks_come_together(store: MergedStore, stick: Path, tmp_path: Path) -> None:
    merger = Merger(OPENER, store, FakeClock(), TRUST.campaign)
    begun, busy = time.perf_counter(), time.process_time()
    result = merger.merge([FolderCarrier(stick)])
    merged, cpu = seconds(begun), time.process_time() - busy
    begun = time.perf_counter()
    again = merger.merge([FolderCarrier(stick)])
    nothing_new = seconds(begun)
    assert (again.new, again.already_there) == (0, result.batches)
    floor = attached(tmp_path)
    begun = time.perf_counter()
    people = store.index_people()
    told(
        f"{result.new} changes from the stick: {merged:.1f} s ({cpu:.1f} s of this process),"
        f" {result.new / merged:,.0f} a second (limit 60,000);"
        f" ATTACH … INSERT of the same rows {floor:.1f} s: {merged / floor:.1f} times (limit 4);"
        f" again with nothing new {nothing_new * 1_000:.0f} ms (limit 50);"
        f" {people} people made findable in {seconds(begun):.1f} s; digest {result.digest[:8]}"
    )


def test_what_the_store_needs_of_it(store: MergedStore, batches: list[Opened]) -> None:
    """One process that readies and writes, from batches that were opened before."""
    changes = sum(batch.changes for batch in batches)
    gc.freeze()
    begun, busy = time.perf_counter(), time.process_time()
    with store.together():
        for batch in batches:
            store.apply(batch, "stick", MORNING_MS)
    merged, cpu = seconds(begun), time.process_time() - busy
    assert store.gaps() == []
    told(
        f"{changes} changes readied and written: {merged:.1f} s ({cpu:.1f} s of one core),"
        f" {changes / merged:,.0f} a second"
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
    shown = ", ".join(f"{peak / 1e6:.1f}" for peak in peaks)
    told(f"peak of each batch in MB: {shown}")
    assert max(peaks) < 2 * min(peaks)


@pytest.mark.skipif(not os.environ.get("KIOSK_MILLIONS"), reason="an hour's quarter, by hand")
def test_memory_is_flat_at_three_million_changes(store: MergedStore) -> None:
    """With ``KIOSK_MILLIONS=1``: the most that the process ever held, at each 300,000."""
    most = []
    for number in range(500):
        (batch,) = kiosk_day(number, VISITORS).seal()
        with store.together():
            store.apply(batch, "stick", MORNING_MS)
        if number % 50 == 49:
            held = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1_024
            most.append(held)
            told(f"{(number + 1) * VISITORS * 3:,} changes: at most {held} MB so far")
    assert most[-1] < most[2] * 1.1
