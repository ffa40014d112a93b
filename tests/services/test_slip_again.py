"""A lost slip is replaced by one with a new code; the old one stops working."""

from __future__ import annotations

import pytest

from kiosk.domain.language import Tag
from kiosk.errors import VisitorError
from kiosk.services.arrive_again import recognise_typed
from kiosk.services.desk import Desk
from kiosk.services.register import Registered, Registration, hash_receipt, register_attendee
from kiosk.services.slip_again import renew_slip
from tests.fakes import CONSENTS, visitor


def registered(desk: Desk) -> Registered:
    return register_attendee(desk, Registration(Tag("hi"), visitor(), CONSENTS))


def test_the_new_code_works_and_the_old_one_does_not(desk: Desk) -> None:
    first = registered(desk)
    second = renew_slip(desk, first.attendee, "staff:Savita", "lost")
    assert second.receipt_code != first.receipt_code
    number = first.attendee.number
    assert recognise_typed(desk, number, second.receipt_code) == second.attendee
    with pytest.raises(VisitorError) as wrong:
        recognise_typed(desk, number, first.receipt_code)
    assert wrong.value.key == "code_wrong"


def test_the_slip_is_sealed_anew_and_the_log_still_verifies(desk: Desk) -> None:
    first = registered(desk)
    second = renew_slip(desk, first.attendee, "staff:Savita", "lost")
    assert desk.seal.open(second.slip_qr).receipt_hash == hash_receipt(second.receipt_code)
    verification = desk.record.verify()
    assert verification.ok


def test_without_a_reason_nothing_changes(desk: Desk) -> None:
    first = registered(desk)
    with pytest.raises(VisitorError) as refused:
        renew_slip(desk, first.attendee, "staff:Savita", "  ")
    assert refused.value.key == "reason_missing"
    assert desk.record.attendee(first.attendee.id) == first.attendee


def test_somebody_of_another_kiosk_has_no_row_to_change(desk: Desk, other_desk: Desk) -> None:
    stranger = registered(other_desk)
    with pytest.raises(VisitorError) as unknown:
        renew_slip(desk, stranger.attendee, "staff:Savita", "lost")
    assert unknown.value.key == "number_unknown"
