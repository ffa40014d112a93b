"""What waits for a person in a store of fifty kiosks of two thousand visitors, all at one event.

Of each hundred, one was corrected at two kiosks, one has a certificate issued anew with another
name, one was registered at two kiosks (half of them were said to be one), and one took a consent
back. Run by hand: ``pytest tests/bench/test_deciding.py -n 0 -m long -s --no-cov``.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from kiosk.domain.ids import new_id
from kiosk.storage.at_odds import at_odds
from kiosk.storage.clocks import wrong_clocks
from kiosk.storage.duplicates import probably_twice
from kiosk.storage.figures import day_figures
from kiosk.storage.merging import MergedStore, open_merged
from kiosk.storage.same_people import earliest_of
from tests.bench.test_storage import FIRST, LAST, told
from tests.storage.joins import DAY, decide, record_of
from tests.storage.merged import Laptop
from tests.storage.records import EVENT, MORNING_MS, ZONE

pytestmark = pytest.mark.long

KIOSKS = 50
VISITORS = 2_000
OF_EACH = 100  # one of so many is corrected, registered twice …
Person = tuple[str, str, str]  # id, name, mobile


class Venue:
    """Fifty laptops at one event, and those whom two of them met."""

    def __init__(self) -> None:
        self.chance = random.Random(3)
        self.laptops = [Laptop(number + 1) for number in range(KIOSKS)]
        self.met: list[list[Person]] = []
        self.pairs: list[tuple[str, str]] = []
        for at, laptop in enumerate(self.laptops):
            self.met.append([self._visit(laptop, visitor) for visitor in range(VISITORS)])
            if at:
                self._meet_again(laptop, self.met[at - 1])

    def _visit(self, laptop: Laptop, visitor: int) -> Person:
        chance = self.chance
        name = f"{chance.choice(FIRST)} {chance.choice(FIRST)} {chance.choice(LAST)}"
        mobile = f"+919{chance.randrange(10**9):09d}"
        person = laptop.register(
            name, mobile=mobile, receipt_hash=chance.randbytes(32).hex(),
            pin_code=f"{560_001 + chance.randrange(300)}",
            organisation="" if visitor % 3 else f"{chance.choice(LAST)} {chance.choice(LAST)}",
        )  # fmt: skip
        self._agree(laptop, person, MORNING_MS)
        laptop.respond(person, rating="4", sentence="बहुत अच्छा, धन्यवाद")
        paper = laptop.certify(person, name)
        if visitor % OF_EACH == 1:
            laptop.correct("attendee", person, person, organisation="Here")
        if visitor % OF_EACH == 2:
            laptop.certify(person, f"{name} R")
            serial = f"{laptop.code}-C-{len(laptop.log) - 1:04d}"
            laptop.say(
                "certificate", paper, "replace", person, status="replaced", replaced_by=serial
            )
        if visitor % OF_EACH == 3:
            self._agree(laptop, person, MORNING_MS + 1, MORNING_MS + 5)
        return person, name, mobile

    def _agree(self, laptop: Laptop, person: str, at: int, withdrawn_at: int | None = None) -> None:
        for purpose in ("registration", "contact", "quotation"):
            laptop.say(
                "consent", new_id(MORNING_MS), "create", person, attendee_id=person,
                purpose=purpose, given=True, notice_version="1", language="hi", how="self",
                at=at, withdrawn_at=withdrawn_at,
            )  # fmt: skip

    def _meet_again(self, laptop: Laptop, others: list[Person]) -> None:
        """One corrects what another laptop wrote; another forgets that they were there."""
        for person, name, _ in others[1::OF_EACH]:
            laptop.correct("attendee", person, person, organisation=f"There {name}")
        for person, name, mobile in others[3::OF_EACH]:
            again = laptop.register(
                name.replace("a", "aa", 1), mobile=mobile, pin_code="560001",
                receipt_hash=self.chance.randbytes(32).hex(),
            )  # fmt: skip
            self._agree(laptop, again, MORNING_MS + 9)
            laptop.certify(again, name)
            self.pairs.append((person, again))


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MergedStore]:
    opened = open_merged(tmp_path_factory.mktemp("venue") / "merged.db", bytes(32), create=True)
    venue = Venue()
    with opened.together():
        for laptop in venue.laptops:
            for batch in laptop.batches():
                opened.apply(batch, "stick", MORNING_MS)
    record = record_of(opened)
    for one, other in venue.pairs[::2]:
        decide(record, one, other)
    yield opened
    opened.close()


def test_what_waits_is_found_soon(store: MergedStore) -> None:
    connection = store.engine.connection
    asked: dict[str, Callable[[], Any]] = {
        "conflicts": store.conflicts,
        "at odds": lambda: at_odds(connection, EVENT),
        "who is joined": lambda: earliest_of(connection, EVENT),
        "wrong clocks": lambda: wrong_clocks(connection, EVENT, *DAY),
        "probably twice": lambda: probably_twice(connection, EVENT),
        "figures": lambda: day_figures(
            connection, EVENT, ZONE, closed=False, moved=lambda _device, at_ms: at_ms
        ),
    }
    for name, ask in asked.items():
        begun = time.process_time()
        found = ask()
        first = time.process_time() - begun
        begun = time.process_time()
        ask()
        count = len(found) if hasattr(found, "__len__") else 0
        told(f"{name}: {count:,} in {first:.2f} s, again {time.process_time() - begun:.2f} s")
        assert count or name in {"wrong clocks", "figures"}
