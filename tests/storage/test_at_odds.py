"""Papers and consents at odds, as the store finds them, also where the log tells little."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.domain.ids import new_id
from kiosk.services.merging import CERTIFICATES, CONSENT, PAPER_NAME, Conflict
from kiosk.storage.at_odds import at_odds
from kiosk.storage.merging import MergedStore
from tests.storage.joins import decide, record_of, take
from tests.storage.merged import Laptop, MakeMerged
from tests.storage.records import EVENT, MORNING_MS


@pytest.fixture
def store(tmp_path: Path) -> Iterator[MergedStore]:
    opened = MakeMerged(tmp_path)()
    yield opened
    opened.close()


def found(store: MergedStore) -> list[Conflict]:
    return at_odds(store.engine.connection, EVENT)


def agree(laptop: Laptop, person: str, at: int, withdrawn_at: int | None = None) -> None:
    laptop.say(
        "consent", new_id(MORNING_MS), "create", person, attendee_id=person, purpose="contact",
        given=True, notice_version="1", language="hi", how="self", at=at,
        withdrawn_at=withdrawn_at,
    )  # fmt: skip


def test_a_reissued_paper_may_bear_another_name_than_was_registered(store: MergedStore) -> None:
    laptop = Laptop(1)
    person = laptop.register("Asha")
    first = laptop.certify(person, "Asha")
    laptop.certify(person, "Aasha")
    [serial] = [f"K1-C-{len(laptop.log) - 1:04d}"]
    laptop.say("certificate", first, "replace", person, status="replaced", replaced_by=serial)
    take(store, laptop)
    [conflict] = found(store)
    assert (conflict.kind, [one["value"] for one in conflict.sides]) == (
        PAPER_NAME, ["Aasha", "Asha"],
    )  # fmt: skip
    assert conflict.sides[1]["actor"] == "visitor"
    assert conflict.sides[1]["op"] == laptop.log[0].op_id.hex()


def test_two_papers_of_one_registration_are_told_without_anybody_joining(
    store: MergedStore,
) -> None:
    one, other = Laptop(1), Laptop(2)
    person = one.register("Asha")
    one.certify(person, "Asha")
    other.register_as(person, "Asha", number="K1-0001", met="slip")
    other.certify(person, "Asha")
    take(store, one, other)
    [conflict] = found(store)
    assert (conflict.kind, conflict.entity_id, len(conflict.sides)) == (CERTIFICATES, person, 2)


def test_a_consent_may_have_come_as_taken_back_already(store: MergedStore) -> None:
    one, other = Laptop(1), Laptop(2)
    first, second = one.register("Asha"), other.register("Asha R")
    agree(one, first, MORNING_MS, MORNING_MS + 5)
    agree(other, second, MORNING_MS + 9)
    take(store, one, other)
    assert found(store) == []
    decide(record_of(store), first, second)
    [conflict] = found(store)
    assert (conflict.kind, [one["op"] for one in conflict.sides]) == (CONSENT, ["", ""])
    assert conflict.sides[1]["device"] == one.device


def test_what_two_stores_said_of_a_laptop_concerns_nobody(store: MergedStore) -> None:
    laptop, one, other = Laptop(1), Laptop(8), Laptop(9)
    laptop.say("device", laptop.device, "create", None, code="K1", public_key="", certificate="")
    for at, coordinator in enumerate((one, other)):
        shift = {"shift_ms": at}
        coordinator.say("device", laptop.device, "correct", None, more=shift)
    take(store, laptop, one, other)
    [conflict] = store.conflicts()
    assert {one["person"] for one in conflict.sides} == {""}
