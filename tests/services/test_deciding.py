"""Deciding between what kiosks said, as services see it: ids, words withheld, values checked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from kiosk import bootstrap
from kiosk.bootstrap_desks import Desks, open_desks
from kiosk.bootstrap_matters import odd_clocks
from kiosk.bootstrap_merging import MergeRequest, merge
from kiosk.bootstrap_store import open_merged
from kiosk.domain.attendee import Attendee
from kiosk.domain.change import ChangeDraft
from kiosk.domain.ids import AttendeeId, DeviceId, EventId
from kiosk.domain.language import Tag
from kiosk.errors import EnvironmentFault, VisitorError
from kiosk.services.deciding import settle
from kiosk.services.desk import Desk
from kiosk.services.duplicates import decide_twice, to_decide
from kiosk.services.matters import Matter, find_matter, matters
from kiosk.services.merging import Conflict, WrongClock
from kiosk.services.register import Registration, register_attendee
from kiosk.services.withdraw import withdraw_attendee
from tests.conftest import PASSPHRASE
from tests.fakes import CONSENTS, FakeClock, visitor

EVENT = EventId("ka-2020-01-10")


@pytest.fixture
def desks(data: Path, tmp_path: Path, clock: FakeClock) -> Iterator[Desks]:
    """A merged store with two visitors."""
    stick, target = tmp_path / "stick", str(tmp_path / "m.db")
    stick.mkdir()
    with bootstrap.open_kiosk(data, PASSPHRASE, clock) as desk:
        for name in ("Asha Rao", "Usha Rao"):
            register_attendee(desk, Registration(Tag("hi"), visitor(name=name), CONSENTS))
        desk.carry.sync(str(stick))
    with open_merged(target, "gem-samvad", PASSPHRASE, create=True, clock=clock) as home:
        merge(home, "gem-samvad", MergeRequest([str(stick)]), clock=clock)
    with open_desks(target, PASSPHRASE, clock=clock) as opened:
        yield opened


@pytest.fixture
def desk(desks: Desks) -> Desk:
    [one] = desks.desks()
    return one


def conflict(desk: Desk, number: int, field: str, *values: Any) -> Conflict:
    """Something that laptops are said to contradict each other about."""
    person = list(desk.record.attendees())[number]
    sides = tuple(
        {"value": value, "op": f"{at:032x}", "at": 1_000 + at, "device": f"d{at}", "code": "KA1",
         "actor": "visitor"}
        for at, value in enumerate(values)
    )  # fmt: skip
    return Conflict("correction", EVENT, "attendee", person.id, person.name, field, sides)


def told(desk: Desk, *conflicts: Conflict) -> list[Matter]:
    """What comes of these at the desk's event."""

    def people(_event_id: EventId, ids: Sequence[str]) -> dict[str, Attendee]:
        held = (desk.record.attendee(AttendeeId(one)) for one in ids)
        return {str(one.id): one for one in held if one is not None}

    return matters({EVENT: desk.event}, people, conflicts, [])


def test_what_waits_comes_before_what_is_only_to_be_known(desk: Desk) -> None:
    both = conflict(desk, 0, "name", "Asha R", "Aisha")
    clash = replace(
        both, kind="number", entity_id="KA1-0001", field="number",
        sides=tuple({**one, "name": "Asha"} for one in both.sides),
    )  # fmt: skip
    assert [(one.kind, one.open) for one in told(desk, clash, both)] == [
        ("correction", True), ("number", False),
    ]  # fmt: skip


def test_what_is_decided_differently_has_another_id(desk: Desk) -> None:
    both = conflict(desk, 0, "name", "Asha R", "Aisha")
    [one] = told(desk, both)
    [same] = told(desk, both)
    [other] = told(desk, replace(both, sides=both.sides[:1]))
    assert one.id == same.id != other.id
    assert find_matter([one], f" {one.id.upper()} ") == one
    for wanted, key in (("nothing", "matter_unknown"),):
        with pytest.raises(VisitorError) as raised:
            find_matter([one], wanted)
        assert raised.value.key == key
    assert told(desk, replace(both, event_id=EventId("ka-2019-12-19"))) == []


def test_of_who_withdrew_nothing_is_told_or_decided(desk: Desk) -> None:
    both = conflict(desk, 0, "name", "Asha R", "Aisha")
    person = next(iter(desk.record.attendees()))
    withdraw_attendee(desk, person, "coordinator", "asked by phone")
    assert told(desk, both) == []


def test_values_are_checked_as_the_form_checks_them(desk: Desk) -> None:
    kinds, mobile, number = (
        told(desk, conflict(desk, 0, field, *values))[0]
        for field, values in (
            ("kinds", (["msme"], ["shg"])), ("mobile", ("+919845012345", "")),
            ("number", ("1", "2")),
        )
    )  # fmt: skip
    assert settle(desk, kinds, "coordinator", value="msme artisan") == {
        "kinds": ["msme", "artisan"]
    }
    assert settle(desk, mobile, "coordinator", value="98450 12346") == {"mobile": "+919845012346"}
    held = next(iter(desk.record.attendees()))
    assert (held.kinds, held.mobile) == (("msme", "artisan"), "+919845012346")
    with pytest.raises(VisitorError):
        settle(desk, mobile, "coordinator", value="12")
    with pytest.raises(VisitorError) as raised:
        settle(desk, number, "coordinator", value="7")
    assert raised.value.key == "matter_value"


def test_what_concerns_no_person_has_no_choice_here(desk: Desk) -> None:
    said = replace(conflict(desk, 0, "status", "a", "b"), entity="certificate", entity_id="c1")
    [matter] = told(desk, said)
    with pytest.raises(VisitorError) as raised:
        settle(desk, matter, "coordinator", take=1)
    assert raised.value.key == "matter_no_choice"


def test_two_coordinators_may_contradict_each_other_about_a_laptop(desk: Desk) -> None:
    laptop = desk.device.id
    said = Conflict(
        "correction", EVENT, "device", laptop, "", "more",
        tuple({"value": {"shift_ms": at}, "op": f"{at:032x}", "at": 5, "device": f"d{at}",
               "code": f"CO{at}", "actor": "coordinator"} for at in (1, 2)),
    )  # fmt: skip
    [matter] = told(desk, said)
    assert settle(desk, matter, "coordinator", take=2) == {"more": {"shift_ms": 2}}
    assert desk.record.verify().ok


def test_who_is_one_by_number_and_code_cannot_be_parted(desks: Desks, desk: Desk) -> None:
    one, other = list(desk.record.attendees())
    body = {
        "number": one.number, "name": "Asha", "language": "hi", "does": "seller", "met": "code",
        "receipt_hash": one.receipt_hash, "registered_at": 1, "device_id": desk.device.id,
    }  # fmt: skip
    again = "016f2191-c940-7000-8000-000000000001"
    with desk.record.writing() as writing:
        writing.write(ChangeDraft("attendee", again, "create", "visitor", body, again))
    [certain] = [pair for pair in desks.twice() if pair.certain]
    assert {certain.one.id, certain.other.id} == {one.id, again}
    assert certain not in to_decide(desks.twice())
    with pytest.raises(VisitorError) as raised:
        decide_twice(desk, one.id, again, "coordinator", same=False)
    assert raised.value.key == "twice_certain"
    assert decide_twice(desk, one.number, other.number, "coordinator", same=True)


def test_a_store_that_cannot_sign_changes_nothing(desks: Desks) -> None:
    unsigned = replace(desks.home, identity=None)
    blind = Desks(unsigned, desks.keys, desks.campaign_name, desks.clock)
    with pytest.raises(EnvironmentFault, match="store_unsigned"):
        blind.signed()
    [one] = blind.desks()
    assert [found.attendee.name for found in one.record.find("asha")] == ["Asha Rao"]
    assert one.device.code == ""


def test_a_practice_day_may_be_played_on_any_day_but_not_in_1970(desks: Desks) -> None:
    now = 1_800_000_000_000
    day = 86_400_000

    def clock(code: str, first: int, last: int) -> WrongClock:
        return WrongClock(EVENT, DeviceId(code), code, 5, first, last)

    found = [
        clock("today", now - day, now), clock("in 1970", 5, 9), clock("both", 5, now),
        clock("ahead", now, now + 2 * day), clock("long ago", now - 400 * day, now - 390 * day),
    ]  # fmt: skip
    told = [one.code for one in odd_clocks(desks.home, found, now)]
    assert told == ["in 1970", "both", "ahead", "long ago"]
    own = replace(desks.home.trust, practice=False)
    campaign = replace(desks.home.campaign, practice=False)
    home = replace(desks.home, trust=own, campaign=campaign)
    assert odd_clocks(home, found, now) == found
