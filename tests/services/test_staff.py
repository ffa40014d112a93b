from __future__ import annotations

import pytest

from kiosk.errors import VisitorError
from kiosk.services.desk import Desk
from kiosk.services.staff import add_staff, change_pin, remove_staff, unlock
from tests.fakes import FakeClock

PIN = "407192"


@pytest.fixture(autouse=True)
def member(desk: Desk) -> None:
    add_staff(desk, "Asha", PIN, coordinator=True)
    add_staff(desk, "Ravi", "830517", by="Asha")


def refusal(desk: Desk, name: str, pin: str) -> VisitorError:
    with pytest.raises(VisitorError) as refused:
        unlock(desk, name, pin)
    return refused.value


def test_a_pin_opens_for_its_person_only(desk: Desk) -> None:
    assert unlock(desk, "Asha", f" {PIN} ").coordinator
    assert not unlock(desk, "Ravi", "830517").coordinator
    assert refusal(desk, "Ravi", PIN).key == "pin_wrong"
    assert refusal(desk, "Nobody", PIN).key == "pin_wrong"


def test_after_three_tries_the_wait_grows_and_holds_through_a_restart(
    desk: Desk, clock: FakeClock
) -> None:
    assert [refusal(desk, "Asha", "000001").values.get("left") for _ in range(2)] == [2, 1]
    waits: list[int] = []
    for _ in range(5):
        waits.append(int(str(refusal(desk, "Asha", "000001").values["seconds"])))
        assert refusal(desk, "Asha", PIN).key == "pin_locked"
        clock.pass_seconds(waits[-1] + 1)
    assert waits == [30, 60, 120, 240, 480]
    assert unlock(desk, "Asha", PIN).name == "Asha"
    assert refusal(desk, "Asha", "000001").values["left"] == 2


def test_who_locks_themselves_out_locks_nobody_else_out(desk: Desk) -> None:
    for _ in range(4):
        refusal(desk, "Asha", "000001")
    assert unlock(desk, "Ravi", "830517").name == "Ravi"


def test_a_clock_that_jumps_back_does_not_lock_for_years(desk: Desk, clock: FakeClock) -> None:
    for _ in range(3):
        refusal(desk, "Asha", "000001")
    clock.ms = 0
    assert unlock(desk, "Asha", PIN).name == "Asha"


@pytest.mark.parametrize("pin", ["12345", "1" * 13, "12a456", "", "१२३४५७"])
def test_a_pin_is_six_to_twelve_digits(desk: Desk, pin: str) -> None:
    with pytest.raises(VisitorError) as refused:
        add_staff(desk, "New", pin, by="Asha")
    assert refused.value.key == "pin_malformed"


@pytest.mark.parametrize("pin", ["111111", "123456", "654321", "890123"])
def test_a_row_of_digits_is_no_pin(desk: Desk, pin: str) -> None:
    with pytest.raises(VisitorError) as refused:
        add_staff(desk, "New", pin, by="Asha")
    assert refused.value.key == "pin_weak"


def test_the_pin_itself_is_stored_nowhere(desk: Desk) -> None:
    assert all(PIN not in member.pin_hash for member in desk.record.staff())


def names(desk: Desk) -> list[str]:
    return sorted(member.name for member in desk.record.staff())


def test_a_coordinator_removes_a_colleague_and_the_log_keeps_it(desk: Desk) -> None:
    before = desk.record.verify().entries
    remove_staff(desk, "Ravi", by="Asha")
    assert names(desk) == ["Asha"]
    assert refusal(desk, "Ravi", "830517").key == "pin_wrong"
    verified = desk.record.verify()
    assert (verified.entries, verified.ok) == (before + 1, True)


@pytest.mark.parametrize(
    ("name", "by", "key"),
    [
        ("Asha", "Ravi", "staff_not_allowed"),
        ("Ravi", "Ravi", "staff_not_allowed"),
        ("Ravi", "Nobody", "staff_not_allowed"),
        ("Nobody", "Asha", "staff_unknown"),
        ("Asha", "Asha", "staff_last_coordinator"),
    ],
)
def test_nobody_else_removes_and_never_the_last_coordinator(
    desk: Desk, name: str, by: str, key: str
) -> None:
    before = desk.record.verify().entries
    with pytest.raises(VisitorError) as refused:
        remove_staff(desk, name, by=by)
    assert refused.value.key == key
    assert names(desk) == ["Asha", "Ravi"]
    assert desk.record.verify().entries == before


@pytest.mark.parametrize("by", ["", "Ravi", "Nobody"])
def test_only_a_coordinator_lets_somebody_in(desk: Desk, by: str) -> None:
    before = desk.record.verify().entries
    with pytest.raises(VisitorError) as refused:
        add_staff(desk, "Meera", "615203", by=by)
    assert refused.value.key == "staff_not_allowed"
    assert names(desk) == ["Asha", "Ravi"]
    add_staff(desk, "Meera", "615203", by="Asha")
    assert desk.record.verify().entries == before + 1, "the log keeps who let whom in"


def test_the_first_is_a_coordinator(other_desk: Desk) -> None:
    with pytest.raises(VisitorError) as refused:
        add_staff(other_desk, "Meera", "615203", by="Meera")
    assert refused.value.key == "staff_not_allowed"
    assert other_desk.record.staff() == []


def test_one_of_two_coordinators_may_go(desk: Desk) -> None:
    add_staff(desk, "Meera", "615203", coordinator=True, by="Asha")
    remove_staff(desk, "Asha", by="Asha")
    assert names(desk) == ["Meera", "Ravi"]


def test_who_knows_their_pin_changes_it_and_stays_what_they_are(desk: Desk) -> None:
    refusal(desk, "Asha", "000001")
    before = desk.record.verify().entries
    assert change_pin(desk, "Asha", PIN, "615203").coordinator
    assert refusal(desk, "Asha", PIN).values["left"] == 2
    assert unlock(desk, "Asha", "615203").coordinator
    assert desk.record.verify().entries == before + 1


@pytest.mark.parametrize(
    ("pin", "new", "key"),
    [("000001", "615203", "pin_wrong"), (PIN, "111111", "pin_weak"), (PIN, "1", "pin_malformed")],
)
def test_a_pin_stays_where_the_old_or_the_new_one_is_not_right(
    desk: Desk, pin: str, new: str, key: str
) -> None:
    with pytest.raises(VisitorError) as refused:
        change_pin(desk, "Asha", pin, new)
    assert refused.value.key == key
    assert unlock(desk, "Asha", PIN).name == "Asha"
