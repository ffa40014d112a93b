"""A lost slip is replaced by one with a new code; the old one stops working."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiosk.domain.language import Tag
from kiosk.errors import EnvironmentFault, VisitorError
from kiosk.services.arrive_again import recognise_typed
from kiosk.services.desk import Desk
from kiosk.services.paper import Sheet, SlipContent
from kiosk.services.register import Registered, Registration, hash_receipt, register_attendee
from kiosk.services.slip_again import renew_slip
from kiosk.services.slips import register_and_queue, renew_and_queue
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


class NoPaper:
    """A place where no slip can be drawn."""

    def __init__(self, why: Exception) -> None:
        self.why = why

    def slip(self, _content: SlipContent, _size: str = "a6") -> Sheet:
        raise self.why


FONT_MISSING = EnvironmentFault("font_missing")


def unable(desk: Desk, why: Exception = FONT_MISSING) -> Desk:
    return replace(desk, paper=NoPaper(why))  # type: ignore[arg-type]  # no other sheet is asked for


def quiet(surprise: Exception) -> None:
    raise AssertionError from surprise


HERE = Registration(Tag("hi"), visitor(), CONSENTS)


def test_the_slip_of_a_registration_waits_with_the_code_that_works(desk: Desk) -> None:
    registered, job = register_and_queue(desk, HERE, "a6", quiet)
    assert job is not None
    attendee = registered.attendee
    assert (job.kind, job.state, job.attendee_id) == ("slip", "waiting", attendee.id)
    held = desk.record.print_job(job.id)
    assert held is not None
    assert held.pdf == job.pdf != b""
    assert recognise_typed(desk, attendee.number, registered.receipt_code) == attendee


BUG = ZeroDivisionError()


@pytest.mark.parametrize(("why", "told"), [(FONT_MISSING, []), (BUG, [BUG])])
def test_nobody_is_turned_away_because_a_slip_cannot_be_drawn(
    desk: Desk, why: Exception, told: list[Exception]
) -> None:
    surprises: list[Exception] = []
    registered, job = register_and_queue(unable(desk, why), HERE, "a6", surprises.append)
    assert job is None
    assert surprises == told
    assert desk.record.attendee(registered.attendee.id) == registered.attendee
    assert desk.record.print_jobs() == []


def test_the_old_code_works_until_there_is_paper_for_the_new_one(desk: Desk) -> None:
    first, _ = register_and_queue(desk, HERE, "a6", quiet)
    attendee, before = first.attendee, desk.record.verify().entries
    with pytest.raises(EnvironmentFault):
        renew_and_queue(unable(desk), attendee, "staff:Savita", "lost", "a6")
    assert desk.record.verify().entries == before
    assert recognise_typed(desk, attendee.number, first.receipt_code) == attendee
    second, job = renew_and_queue(desk, attendee, "staff:Savita", "lost", "a6")
    assert second.receipt_code != first.receipt_code
    assert [one.id for one in desk.record.print_jobs()][1:] == [job.id]
