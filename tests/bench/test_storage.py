"""How fast the record is, each figure beside the limit that the machine sets in the same run.

pytest tests/bench/test_storage.py -n 0 --no-cov --benchmark-skip -m "long or not long" -s
"""

from __future__ import annotations

import os
import random
import statistics
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.domain.change import ChangeDraft
from kiosk.storage.store import DATABASE, Store
from tests.storage.records import MORNING_MS, attendee_body, open_store, register

KEY = bytes(range(32))
ROUNDS = 300
CROWD = 100_000
LIMIT_TIMES = 4.0
LIMIT_FIND_MS = 8.0
NAMES = """
राम सीता लक्ष्मी गणेश सुरेश रमेश अनीता सुनीता विजय प्रिया Ram Suresh Lakshmi Priya Anil Farhan
ರಾಮ ಲಕ್ಷ್ಮಿ ಗಣೇಶ ಅನಿತಾ రాముడు లక్ష్మి వెంకటేశ్ అనిత احمد محمد فاطمہ رام Mohammed Gurpreet
/ कुमार शर्मा वर्मा देवी पटेल Kumar Sharma Reddy Rao Patil Gowda ಗೌಡ ಶೆಟ್ಟಿ ಪಾಟೀಲ రెడ్డి రావు
నాయుడు خان انصاری قریشی Khan Singh Das Nair Iyer
"""
FIRST, LAST = (half.split() for half in NAMES.split("/"))


def told(line: str) -> None:
    sys.stdout.write(line + "\n")


def percentile(times: list[float], percent: int) -> float:
    return statistics.quantiles(times, n=100)[percent - 1] * 1_000


def raw_sync(path: Path, size: int) -> float:
    """What the disk itself takes to make ``size`` more bytes of a file durable, in seconds."""
    block = os.urandom(size)
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    start = time.perf_counter()
    os.write(handle, block)
    os.fdatasync(handle)
    taken = time.perf_counter() - start
    os.close(handle)
    return taken


@pytest.mark.long
def test_a_registration_is_durable_in_four_raw_syncs(tmp_path: Path) -> None:
    store = open_store(tmp_path, KEY, create=True)
    for at in range(500):  # a kiosk's usual day is in it already
        register(store, f"{FIRST[at % len(FIRST)]} {LAST[at % len(LAST)]}", mobile=f"+9198{at:08d}")
    store.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    store.connection.execute("PRAGMA wal_autocheckpoint = 0")  # the log's growth is what counts
    log = tmp_path / f"{DATABASE}-wal"
    times, grown, raw = [], [], []
    beside = tmp_path / "raw"
    for at in range(ROUNDS):
        before = log.stat().st_size
        start = time.perf_counter()
        register(store, f"{FIRST[at % len(FIRST)]} {LAST[at % len(LAST)]}", mobile=f"+9199{at:08d}")
        times.append(time.perf_counter() - start)
        grown.append(log.stat().st_size - before)
        raw.append(raw_sync(beside, grown[-1]))  # by turns: the machine is equally busy for both
    store.close()
    size = int(statistics.median(grown))
    ours, limit = percentile(times, 50), percentile(raw, 50)
    told(
        f"registration durable p50 {ours:.2f} ms (p99 {percentile(times, 99):.2f});"
        f" raw fdatasync of {size} bytes p50 {limit:.2f} ms; {ours / limit:.2f} times"
        f" (limit {LIMIT_TIMES:.0f})"
    )


@pytest.fixture(scope="module")
def crowd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A hundred thousand visitors, with rare names among the common ones."""
    store = open_store(Path(tmp_path_factory.mktemp("crowd")), KEY, create=True)
    dice = random.Random(1)
    start = time.perf_counter()
    for first in range(0, CROWD, 5_000):
        with store.writing() as writing:
            for at in range(first, first + 5_000):
                person = f"016f2191-{at:08d}"
                rare = "".join(dice.choice("kgtdnpbmrlsv") + dice.choice("aeiou") for _ in range(3))
                name = f"{dice.choice(FIRST)} {rare.title()} {dice.choice(LAST)}"
                body = attendee_body(
                    name, f"KA1-{at:04d}", mobile=f"+919{dice.randrange(10**9):09d}",
                    email=f"{rare}{at}@example.in", organisation=f"{rare.title()} Traders",
                    registered_at=MORNING_MS + at,
                )  # fmt: skip
                writing.write(ChangeDraft("attendee", person, "create", "visitor", body, person))
    store.make_findable()
    told(f"{CROWD} attendees written and findable in {time.perf_counter() - start:.0f} s")
    yield store
    store.close()


def queries(dice: random.Random, store: Store) -> list[str]:
    """What staff type: beginnings, whole names, other scripts, misspellings, phones, numbers."""
    typed = []
    for _ in range(600):
        at = dice.randrange(CROWD)
        row = store.connection.execute(
            "SELECT name, mobile, number FROM attendee WHERE id = ?", (f"016f2191-{at:08d}",)
        ).fetchone()
        name, mobile, number = row
        first, rare, last = name.split()
        wrong = rare[:2] + dice.choice("aeiou") + rare[3:]
        typed += [first[:2], first, f"{first} {last}", rare, name, wrong, f"{wrong} {last}"]
        typed += [mobile[3:], mobile[-5:], number, dice.choice(["ram", "lakshmi", "ahmad khan"])]
    dice.shuffle(typed)
    return typed


@pytest.mark.long
def test_somebody_among_a_hundred_thousand_is_found_at_once(crowd: Store) -> None:
    dice = random.Random(2)
    typed = queries(dice, crowd)
    for text in typed[:400]:
        crowd.find(text)  # warm
    times, cpu = [], []
    for text in typed:
        start, busy = time.perf_counter(), time.process_time()
        crowd.find(text)
        times.append(time.perf_counter() - start)
        cpu.append(time.process_time() - busy)
    assert crowd.find(f"{FIRST[0]} {LAST[0]}")
    p99 = percentile(times, 99)
    told(
        f"find among {CROWD}: p50 {percentile(times, 50):.2f} ms, p99 {p99:.2f} ms"
        f" (limit {LIMIT_FIND_MS:.0f});"
        f" of the processor p50 {percentile(cpu, 50):.2f} ms, p99 {percentile(cpu, 99):.2f} ms"
    )


@pytest.mark.long
def test_the_audit_of_a_hundred_thousand(crowd: Store) -> None:
    start = time.perf_counter()
    verification = crowd.verify()
    told(f"audit of {verification.entries} entries: {time.perf_counter() - start:.1f} s")
    assert verification.ok
