"""Who is there twice: rules find them, decisions hold, and one row stands for all."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from kiosk.domain.change import ChangeDraft
from kiosk.domain.ids import new_id
from kiosk.services.carrying import Stopped
from kiosk.services.duplicates import Twice
from kiosk.storage.duplicates import probably_twice
from kiosk.storage.merged_record import MergedRecord, Writer
from kiosk.storage.merging import MergedStore
from kiosk.storage.same_people import earliest_of
from tests.storage.merged import KEY, NOW_MS, Laptop, MakeMerged
from tests.storage.postgres.batches import STORE
from tests.storage.records import EVENT, MORNING_MS, ZONE, FakeClock

PHONE = "+919845012345"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[MergedStore]:
    opened = MakeMerged(tmp_path)()
    yield opened
    opened.close()


def arrive(store: MergedStore, *people: dict[str, Any]) -> list[str]:
    """Registers people at one laptop, in this order; their ids."""
    laptop = Laptop(1)
    ids = []
    for at, person in enumerate(people):
        fields: dict[str, Any] = {"mobile": "", "registered_at": MORNING_MS + at, **person}
        ids.append(laptop.register(**fields))
    for batch in laptop.batches():
        store.apply(batch, "stick", NOW_MS)
    return ids


def found(store: MergedStore) -> list[Twice]:
    return probably_twice(store.engine.connection, EVENT)


def decide(store: MergedStore, one: str, other: str, *, same: bool) -> None:
    record = MergedRecord(store, Writer(KEY, STORE, FakeClock()), event_id=EVENT, zone=ZONE)
    body = {"attendee_id": one, "other_id": other, "same": same, "at": 1, "device_id": STORE}
    with record.writing() as writing:
        draft = ChangeDraft("same_as", new_id(1), "create", "coordinator", body, one)
        writing.write(draft)


@pytest.mark.parametrize(
    ("one", "other", "reasons"),
    [
        (
            {"name": "राम कुमार वर्मा", "mobile": PHONE},
            {"name": "Ram Kumar Varma", "mobile": "09845012345"},
            {"name", "mobile"},
        ),
        (
            {"name": "Lakshmi Reddy", "mobile": PHONE, "pin_code": "560001"},
            {"name": "Laxmi Redy", "mobile": PHONE, "pin_code": "560001"},
            {"name", "mobile", "pin_code"},
        ),
        (
            {"name": "Farooq Ahmed Khan", "email": "F@example.org", "mobile": PHONE},
            {"name": "Farook Ahmed", "email": "f@example.org", "mobile": "+919845012346"},
            {"name", "email", "other_mobile"},
        ),
        (
            {"name": "ಕಾವ್ಯ ರಾವ್", "mobile": PHONE},
            {"name": "Kavya Rao", "mobile": PHONE},
            {"near_name", "mobile"},
        ),
        (
            {"name": "Meena Devi", "organisation": "Asha Traders", "pin_code": "560001"},
            {"name": "मीना देवी", "organisation": "आशा Traders", "pin_code": "560001"},
            {"name", "organisation", "pin_code"},
        ),
        (
            {"name": "Sunita Sharma", "district": "Mysuru"},
            {"name": "SUNITA SHARMA", "district": "mysuru"},
            {"name", "district"},
        ),
    ],
)
def test_the_same_visitor_in_another_spelling_or_script_is_found(
    store: MergedStore, one: dict[str, Any], other: dict[str, Any], reasons: set[str]
) -> None:
    first, second = arrive(store, one, other)
    [pair] = found(store)
    assert (pair.one.id, pair.other.id) == (first, second)
    assert set(pair.reasons) == reasons
    assert 60 <= pair.score < 100
    assert (pair.certain, pair.decided) == (False, None)


@pytest.mark.parametrize(
    "others",
    [
        [{"name": "Meena Devi", "mobile": PHONE}, {"name": "Kavya Rao", "mobile": PHONE}],
        [{"name": "Ravi", "pin_code": "560001"}, {"name": "Ravi", "pin_code": "560002"}],
        [{"name": "Ram Kumar", "mobile": PHONE}, {"name": "Ram Kumar", "mobile": "+919845012346"}],
        [{"name": "Ram Kumar"}] * 4,
        [{"name": "अ", "mobile": PHONE}, {"name": "Z", "mobile": PHONE}],
        [
            {"name": "Asha Rao", "email": "a@example.org", "pin_code": "560001"},
            {"name": "Asha Rao", "email": "b@example.org", "pin_code": "560001"},
        ],
    ],
)  # fmt: skip
def test_who_shares_a_phone_or_a_common_name_is_not_taken_for_one(
    store: MergedStore, others: list[dict[str, Any]]
) -> None:
    arrive(store, *others)
    assert found(store) == []


def test_an_organisation_that_many_name_says_little(store: MergedStore) -> None:
    crowd = [{"name": f"Visitor{at} Of{at}", "organisation": "MSME"} for at in range(60)]
    twins = [
        {"name": "Meena Devi Rao", "organisation": "MSME", "does": does} for does in ("a", "b")
    ]
    arrive(store, *crowd, *twins, *twins)
    assert found(store) == []


def test_among_many_a_place_and_a_name_are_not_enough_against_two_phones(
    store: MergedStore,
) -> None:
    crowd = [{"name": f"{chr(97 + at % 26)}ara{at}", "pin_code": str(at)} for at in range(150)]
    meena = {"name": "Meena Devi Rao", "pin_code": "560001"}
    works = {**meena, "organisation": "Rao Works"}
    first, second, *others = arrive(
        store, {**meena, "mobile": PHONE}, {**meena, "mobile": "+919845012346"},
        {**works, "mobile": "+919845012347"}, {**works, "mobile": "+919845012348"}, meena, *crowd,
    )  # fmt: skip
    pairs = {(one.one.id, one.other.id) for one in found(store)}
    assert (first, second) not in pairs
    assert (first, others[2]) in pairs  # who gave no phone may be either
    assert (others[0], others[1]) in pairs  # an organisation in common says more
    assert len(pairs) == 5


def test_looking_tells_how_far_it_is_and_can_be_stopped(store: MergedStore) -> None:
    arrive(
        store,
        *({"name": f"Asha {at}", "mobile": PHONE, "pin_code": str(at)} for at in range(3)),
    )
    told: list[tuple[int, int]] = []
    probably_twice(store.engine.connection, EVENT, lambda done, of: told.append((done, of)))
    assert told == [(0, 6), (3, 6)]

    def stop(done: int, _of: int) -> None:
        if done:
            raise Stopped

    with pytest.raises(Stopped):
        probably_twice(store.engine.connection, EVENT, stop)


def test_a_phone_of_a_whole_village_is_looked_through_all_the_same(store: MergedStore) -> None:
    crowd = [{"name": f"{chr(98 + at % 20)}ira {at}", "mobile": PHONE} for at in range(70)]
    ids = arrive(store, *crowd, {"name": "Sunita Sharma", "mobile": PHONE},
                 {"name": "Sunita Sharmaa", "mobile": PHONE})  # fmt: skip
    pairs = {(one.one.id, one.other.id) for one in found(store)}
    assert tuple(ids[-2:]) in pairs


def test_number_and_code_need_nobody_to_decide(store: MergedStore) -> None:
    code = {"number": "KA1-0001", "receipt_hash": "c" * 64}
    met, registered, third, _ = arrive(
        store,
        {"name": "Asha", "met": "code", **code},
        {"name": "Asha Rao", **code},
        {"name": "", "met": "slip", **code},
        {"name": "Kavya", "receipt_hash": ""},
    )
    pairs = found(store)
    assert {one.reasons for one in pairs} == {("code",)}
    assert all(one.certain for one in pairs)
    assert earliest_of(store.engine.connection, EVENT) == {met: registered, third: registered}


def test_decisions_join_people_and_a_later_one_parts_them(store: MergedStore) -> None:
    a, b, c, d = arrive(store, *({"name": name} for name in ("Asha", "Bina", "Chitra", "Dipa")))
    connection = store.engine.connection
    assert earliest_of(connection, EVENT) == {}
    decide(store, b, c, same=True)
    decide(store, d, c, same=True)
    decide(store, a, b, same=False)
    assert earliest_of(connection, EVENT) == {c: b, d: b}
    decide(store, c, b, same=False)
    assert earliest_of(connection, EVENT) == {d: c}
    assert {(one.one.id, one.other.id): one.decided for one in found(store)} == {
        (a, b): False, (b, c): False, (c, d): True,
    }  # fmt: skip


def test_who_has_withdrawn_or_not_arrived_is_no_ones_double(store: MergedStore) -> None:
    laptop = Laptop(1)
    people = [laptop.register("Asha Rao", mobile=PHONE) for _ in range(2)]
    laptop.withdraw(people[0])
    code = {"number": "KA1-0001", "receipt_hash": "c" * 64}
    certain = [laptop.register("Usha Rao", mobile="", **code) for _ in range(2)]
    laptop.withdraw(certain[0])
    for batch in laptop.batches():
        store.apply(batch, "stick", NOW_MS)
    decide(store, people[1], "nobody", same=True)
    assert found(store) == []
    assert certain[1] in {*earliest_of(store.engine.connection, EVENT), certain[1]}
    assert "nobody" not in earliest_of(store.engine.connection, EVENT).values()
