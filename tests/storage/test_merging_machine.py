"""Whatever happens to kiosks and their batches, every store comes to the same."""

from __future__ import annotations

import random
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    multiple,
    rule,
)

from kiosk.domain.batch import Opened
from kiosk.storage.merging import MergedStore
from tests.storage.merged import NOW_MS, Laptop, MakeMerged, Model, differences, rows_of

_FOLDER = tempfile.TemporaryDirectory(prefix="merging-")
make_merged = MakeMerged(Path(_FOLDER.name))

names = st.sampled_from(["राम", "Lakshmi", "محمد", "ಅನಿತಾ", "వెంకట్"])
at_random = st.integers(0, 2**32)


class Campaign(RuleBasedStateMachine):
    """Kiosks at work; batches that are lost, repeated, reordered; one store that sees it happen."""

    def __init__(self) -> None:
        super().__init__()
        self.laptops: list[Laptop] = []
        self.people: list[str] = []
        self.certificates: list[tuple[str, str]] = []
        self.sealed: list[Opened] = []
        self.model = Model()
        self.store = self.make()

    def make(self) -> MergedStore:
        """An empty store."""
        return make_merged()

    batches = Bundle("batches")

    @initialize(count=st.integers(1, 3))
    def kiosks_are_opened(self, count: int) -> None:
        self.laptops = [Laptop(number) for number in range(1, count + 1)]

    def _laptop(self, which: int) -> Laptop:
        return self.laptops[which % len(self.laptops)]

    def _person(self, which: int) -> str | None:
        return self.people[which % len(self.people)] if self.people else None

    @rule(which=at_random, name=names)
    def somebody_registers(self, which: int, name: str) -> None:
        laptop = self._laptop(which)
        person = laptop.register(name)
        self.people.append(person)
        laptop.agree(person, "registration", "contact")

    @rule(which=at_random, who=at_random, name=names)
    def somebody_comes_to_another_kiosk(self, which: int, who: int, name: str) -> None:
        if person := self._person(who):
            body: dict[str, Any] = {"met": "slip", "number": "K1-0001"}
            laptop = self._laptop(which)
            if not any(one.entity_id == person for one in laptop.log):
                laptop.register_as(person, name, **body)

    @rule(which=at_random, who=at_random, name=names)
    def a_name_is_corrected(self, which: int, who: int, name: str) -> None:
        if person := self._person(who):
            self._laptop(which).correct("attendee", person, person, name=name)

    @rule(which=at_random, who=at_random, need=st.text(max_size=3))
    def a_need_is_corrected(self, which: int, who: int, need: str) -> None:
        if person := self._person(who):
            self._laptop(which).correct("attendee", person, person, needs=need)

    @rule(which=at_random, who=at_random)
    def a_certificate_is_issued(self, which: int, who: int) -> None:
        if person := self._person(who):
            self.certificates.append((self._laptop(which).certify(person), person))

    @rule(which=at_random, what=at_random, kind=st.sampled_from(["replace", "revoke"]))
    def a_certificate_is_no_longer_good(self, which: int, what: int, kind: str) -> None:
        if self.certificates:
            certificate, person = self.certificates[what % len(self.certificates)]
            self._laptop(which).say("certificate", certificate, kind, person, reason="name")

    @rule(which=at_random, who=at_random)
    def somebody_withdraws(self, which: int, who: int) -> None:
        if person := self._person(who):
            self._laptop(which).withdraw(person)

    @rule(which=at_random, who=at_random)
    def somebody_is_erased(self, which: int, who: int) -> None:
        if person := self._person(who):
            laptop = self._laptop(which)
            if person not in laptop.erased:
                laptop.erase(person)

    @rule(which=at_random)
    def a_laptop_is_cloned(self, which: int) -> None:
        if len(self.laptops) < 5:
            self.laptops.append(self._laptop(which).clone())

    @rule(which=at_random, years=st.integers(-50, 1))
    def a_clock_jumps(self, which: int, years: int) -> None:
        self._laptop(which).jump(years)

    @rule(target=batches, which=at_random, most=st.integers(1, 5))
    def a_laptop_seals(self, which: int, most: int) -> Any:
        return multiple(*self._sealed(self._laptop(which).batches(most)))

    @rule(target=batches, which=at_random)
    def a_laptop_seals_all_anew(self, which: int) -> Any:
        return multiple(*self._sealed(self._laptop(which).anew().batches()))

    def _sealed(self, batches: list[Opened]) -> list[Opened]:
        self.sealed.extend(batches)
        return batches

    @rule(batch=batches)
    def a_batch_arrives(self, batch: Opened) -> None:
        self._arrive(batch)

    @rule(batch=consumes(batches))
    def a_batch_arrives_for_the_last_time(self, batch: Opened) -> None:
        self._arrive(batch)

    def _arrive(self, batch: Opened) -> None:
        before = len(self.model.told)
        self.model.take(batch)
        applied = self.store.apply(batch, "stick", NOW_MS)
        assert applied.new == len(self.model.told) - before
        assert applied.new + applied.known == len(batch.told)

    @invariant()
    def the_store_is_what_the_model_says(self) -> None:
        assert self.store.digest() == self.model.digest()

    def teardown(self) -> None:
        try:
            _check(self.store, self.model)
            self._all_in_any_order()
        finally:
            self.store.close()

    def _all_in_any_order(self) -> None:
        """Everything arrives in the end, elsewhere, shuffled and repeated."""
        shuffled = self.sealed * 2
        random.Random(len(self.sealed)).shuffle(shuffled)
        model, store = Model(), self.make()
        try:
            for batch in shuffled:
                model.take(batch)
                store.apply(batch, "cloud", NOW_MS)
            for batch in self.sealed:
                self.model.take(batch)
                self.store.apply(batch, "stick", NOW_MS)
            _check(store, model)
            _check(self.store, model)
            assert _said(self.store) == _said(store)
        finally:
            store.close()


def _check(store: MergedStore, model: Model) -> None:
    assert store.digest() == model.digest()
    assert differences(rows_of(store.engine.connection), model.rows()) == {}


def _said(store: MergedStore) -> object:
    """What people are told: where nothing may depend on the order, either.

    Of a fork, which branch is the trunk does: so of what is held, the tips.
    """
    tips = [{span[2] for span in one.spans} for one in store.held()]
    return (store.gaps(), store.forks(), tips, store.conflicts())


# Shrinking takes minutes; whoever looks for the cause adds Phase.shrink.
_PHASES = (Phase.explicit, Phase.reuse, Phase.generate)

TestCampaign = Campaign.TestCase
TestCampaign.settings = settings(max_examples=40, stateful_step_count=30, phases=_PHASES)


class LongCampaign(Campaign):
    """The same for an hour's worth of accidents."""


TestLongCampaign = pytest.mark.long(LongCampaign.TestCase)
TestLongCampaign.settings = settings(max_examples=3_000, stateful_step_count=60, phases=_PHASES)
