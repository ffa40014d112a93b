"""The way through the screens, as sentences."""

from __future__ import annotations

import pytest

from ui.journey import (
    ANYWHERE,
    NO_CLOCK,
    NOT_OPEN,
    PATIENCE,
    TABLE,
    Case,
    Place,
    Step,
    next_place,
)

P, S = Place, Step
SEPARATE = Case()
JOINED = Case(joined=True, arrived=True)


def walk(start: Place, steps: list[Step], case: Case) -> list[Place | None]:
    places, place = [], start
    for step in steps:
        reached = next_place(place, step, case)
        places.append(reached)
        place = reached or start
    return places


def test_arrival_goes_from_the_language_to_the_receipt() -> None:
    steps = [S.LANGUAGE, S.NEW_HERE, S.AGREED, S.ANSWERED, S.SAVED, S.GO_ON]

    assert walk(P.ATTRACT, steps, Case(arrived=True)) == [
        P.WELCOME, P.NOTICE, P.REGISTER, P.CHECK, P.RECEIPT, P.THANKS,
    ]  # fmt: skip


def test_who_has_said_what_is_needed_may_stop_or_tell_more() -> None:
    steps = [S.ESSENTIALS, S.TELL_MORE, S.ESSENTIALS, S.BACK, S.ESSENTIALS, S.ENOUGH]

    assert walk(P.REGISTER, steps, SEPARATE) == [
        P.MORE, P.REGISTER, P.MORE, P.REGISTER, P.MORE, P.CHECK,
    ]  # fmt: skip


def test_where_arrival_and_return_are_one_the_receipt_leads_to_the_feedback() -> None:
    steps = [S.GO_ON, S.CHOSEN, S.ANSWERED, S.SAVED, S.GO_ON, S.LEAVE]

    assert walk(P.RECEIPT, steps, JOINED) == [
        P.CHOICE, P.FEEDBACK, P.CHECK_FEEDBACK, P.CERTIFICATE, P.THANKS, P.ATTRACT,
    ]  # fmt: skip


def test_a_slip_scanned_on_the_attract_screen_leads_to_the_certificate() -> None:
    steps = [S.RECOGNISED, S.GO_ON, S.CHOSEN, S.ANSWERED, S.SAVED, S.GO_ON]

    assert walk(P.ATTRACT, steps, SEPARATE) == [
        P.GREETING, P.CHOICE, P.FEEDBACK, P.CHECK_FEEDBACK, P.CERTIFICATE, P.THANKS,
    ]  # fmt: skip


def test_a_visitor_whom_this_kiosk_never_met_is_asked_for_the_name() -> None:
    assert walk(P.SLIP, [S.UNKNOWN, S.RECOGNISED, S.GO_ON], SEPARATE) == [
        P.MEET, P.GREETING, P.CHOICE,
    ]  # fmt: skip


def test_who_does_not_agree_is_told_why_it_cannot_go_on_and_may_return() -> None:
    assert walk(P.NOTICE, [S.REFUSED, S.BACK, S.AGREED], SEPARATE) == [
        P.CANNOT, P.NOTICE, P.REGISTER,
    ]  # fmt: skip


def test_who_wants_no_feedback_still_gets_the_certificate() -> None:
    assert next_place(P.CHOICE, S.NO_FEEDBACK, SEPARATE) is P.CERTIFICATE


def test_where_no_certificate_is_due_the_feedback_leads_to_the_thanks() -> None:
    assert next_place(P.CHECK_FEEDBACK, S.SAVED, Case(certificate_due=False)) is P.THANKS


def test_back_from_the_choice_leads_to_where_the_visitor_came_from() -> None:
    assert next_place(P.CHOICE, S.BACK, SEPARATE) is P.GREETING
    assert next_place(P.CHOICE, S.BACK, JOINED) is P.RECEIPT


def test_the_staff_s_entrance_leads_back_to_where_it_was_touched() -> None:
    assert next_place(P.FEEDBACK, S.STAFF, SEPARATE) is P.PIN
    assert next_place(P.PIN, S.BACK, SEPARATE) is None
    assert next_place(P.PIN, S.UNLOCKED, SEPARATE) is P.STAFF


@pytest.mark.parametrize("place", sorted(set(Place) - NOT_OPEN, key=str))
def test_leaving_leads_to_the_attract_screen_from_everywhere(place: Place) -> None:
    assert next_place(place, S.LEAVE, SEPARATE) is P.ATTRACT


@pytest.mark.parametrize("step", [S.LEAVE, S.STAFF, S.NEW_HERE])
def test_a_locked_kiosk_leads_nowhere_but_to_its_unlocking(step: Step) -> None:
    with pytest.raises(KeyError):
        next_place(P.LOCKED, step, SEPARATE)


@pytest.mark.parametrize("step", [S.LEAVE, S.STAFF, S.BACK, S.NEW_HERE])
def test_until_there_is_a_coordinator_it_leads_nowhere_else(step: Step) -> None:
    assert next_place(P.LOCKED, S.NOBODY, SEPARATE) is P.FIRST
    assert next_place(P.FIRST, S.UNLOCKED, SEPARATE) is P.STAFF
    with pytest.raises(KeyError):
        next_place(P.FIRST, step, SEPARATE)


def test_the_staff_s_entrance_is_not_entered_twice() -> None:
    with pytest.raises(KeyError):
        next_place(P.PIN, S.STAFF, SEPARATE)


def test_every_place_can_be_reached_from_the_power_on() -> None:
    reached = {P.LOCKED}
    while True:
        more = {
            next_place(place, step, case)
            for case in (SEPARATE, JOINED)
            for place, step in TABLE
            if place in reached
        } - {None}
        more |= set(ANYWHERE.values()) if len(reached) > 1 else set()
        if more <= reached:
            break
        reached |= {place for place in more if place is not None}

    assert reached == set(Place)


def test_nothing_that_was_saved_is_gone_back_over() -> None:
    saved = (P.RECEIPT, P.CERTIFICATE, P.THANKS)

    assert not [place for place in saved if (place, S.BACK) in TABLE]


def test_whoever_reads_or_writes_down_has_longer_than_usual() -> None:
    assert PATIENCE[P.FULL_NOTICE] > 1 < PATIENCE[P.RECEIPT]
    assert PATIENCE[P.GREETING] < 1 > PATIENCE[P.CERTIFICATE]
    assert P.LOCKED in NO_CLOCK
