from __future__ import annotations

import pytest

from kiosk.errors import VisitorError
from kiosk.services.desk import Desk
from kiosk.services.staff import add_staff, unlock
from tests.fakes import FakeClock

PIN = "407192"


@pytest.fixture(autouse=True)
def member(desk: Desk) -> None:
    add_staff(desk, "Asha", PIN, coordinator=True)
    add_staff(desk, "Ravi", "830517")


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
        add_staff(desk, "New", pin)
    assert refused.value.key == "pin_malformed"


@pytest.mark.parametrize("pin", ["111111", "123456", "654321", "890123"])
def test_a_row_of_digits_is_no_pin(desk: Desk, pin: str) -> None:
    with pytest.raises(VisitorError) as refused:
        add_staff(desk, "New", pin)
    assert refused.value.key == "pin_weak"


def test_the_pin_itself_is_stored_nowhere(desk: Desk) -> None:
    assert all(PIN not in member.pin_hash for member in desk.record.staff())
