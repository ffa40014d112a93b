"""Finding one among a million people in a merged store, encrypted and warm. By hand, some minutes:

pytest tests/bench/test_finding_millions.py -n 0 -m long -s --no-cov
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator

import pytest

from kiosk.storage.merging import MergedStore, open_merged
from kiosk.storage.search import FullText, find
from tests.bench.test_storage import FIRST, LAST, percentile, told
from tests.storage.postgres.batches import Kiosk
from tests.storage.records import MORNING_MS

pytestmark = pytest.mark.long

KIOSKS = 500
VISITORS = 2_000
LIMIT_MS = 5.0
ROUNDS = 1_000


@pytest.fixture(scope="module")
def nation(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MergedStore]:
    store = open_merged(tmp_path_factory.mktemp("nation") / "merged.db", bytes(32), create=True)
    chance = random.Random(1)
    begun = time.perf_counter()
    with store.together():
        for number in range(KIOSKS):
            kiosk = Kiosk(number)
            for _ in range(VISITORS):
                kiosk.register(
                    f"{chance.choice(FIRST)} {chance.choice(FIRST)} {chance.choice(LAST)}",
                    mobile=f"+919{chance.randrange(10**9):09d}",
                )
            for batch in kiosk.seal():
                store.apply(batch, "stick", MORNING_MS)
    merged = time.perf_counter()
    people = store.index_people()
    told(
        f"\n{people:,} people merged in {merged - begun:.0f} s, made findable in"
        f" {time.perf_counter() - merged:.0f} s"
    )
    yield store
    store.close()


def test_finding_is_quick_among_a_million(nation: MergedStore) -> None:
    index = FullText(nation.engine.connection)
    chance = random.Random(2)
    kinds: dict[str, Callable[[], str]] = {
        "a full name": lambda: (
            f"{chance.choice(FIRST)} {chance.choice(FIRST)} {chance.choice(LAST)}"
        ),
        "a name as it is typed": lambda: _typed(chance),
        "the last digits": lambda: f"{chance.randrange(10**5):05d}",
        "a number": lambda: f"K{chance.randrange(KIOSKS)}-{chance.randrange(1, VISITORS):04d}",
    }
    for kind, ask in kinds.items():
        for _ in range(ROUNDS):
            find(index, ask(), 20)  # warm
        times = []
        for _ in range(ROUNDS):
            text = ask()
            begun = time.perf_counter()
            find(index, text, 20)
            times.append(time.perf_counter() - begun)
        told(
            f"{kind}: p50 {percentile(times, 50):.2f} ms, p99 {percentile(times, 99):.2f} ms"
            f" (limit {LIMIT_MS} ms)"
        )
    assert len(find(index, f"{FIRST[0]} {LAST[0]}", 20)) == 20


def _typed(chance: random.Random) -> str:
    """A name of which not all has been typed yet."""
    name = f"{chance.choice(FIRST)} {chance.choice(LAST)}"
    return name[: chance.randrange(3, len(name) + 1)]
