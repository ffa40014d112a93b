"""The queue on the disk: before, during and after a printer; copies, cancelling, piles."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiosk import bootstrap
from kiosk.domain.attendee import Attendee
from kiosk.domain.ids import AttendeeId
from kiosk.domain.language import Tag
from kiosk.errors import VisitorError
from kiosk.services.certify import issue_certificate, prepare_certificate
from kiosk.services.check_in import check_in
from kiosk.services.desk import Desk
from kiosk.services.paper import Sheet
from kiosk.services.piles import A_FEW, Pile, Selection, due_only, pile_of, queue_some
from kiosk.services.ports import PrintJob
from kiosk.services.printing import (
    BY_SLIP,
    after_power_cut,
    begin_printing,
    cancel_batch,
    choose_printer,
    give_to,
    jobs,
    print_again,
    queue,
    settle,
)
from kiosk.services.withdraw import withdraw_attendee
from tests.conftest import PASSPHRASE
from tests.fakes import FakeClock
from tests.services.test_certify import arrive

ENGLISH, KANNADA = Tag("en"), Tag("kn")


def put(desk: Desk, kind: str = "certificate", attendee: Attendee | None = None) -> PrintJob:
    sheet = Sheet(b"%PDF the page", 1)
    return queue(desk, sheet, kind, "a title", attendee_id=attendee.id if attendee else None)


def states(desk: Desk) -> list[str]:
    return [job.state for job in jobs(desk)]


def test_a_sheet_is_sent_once_and_unknown_after_a_cut_and_never_printed_by_itself(
    desk: Desk, clock: FakeClock
) -> None:
    job, waiting = put(desk), put(desk, "slip")
    clock.pass_seconds(5)
    sent = begin_printing(desk, job.id)
    assert sent is not None
    assert (sent.state, sent.pdf, sent.settled_at) == ("sent", job.pdf, clock.now_ms())
    assert begin_printing(desk, job.id) is None, "it is at the printer already"
    desk.close()
    with bootstrap.open_kiosk(desk.folder, PASSPHRASE, clock) as again:
        assert [one.id for one in after_power_cut(again)] == [job.id]
        assert [(one.id, one.state) for one in jobs(again)] == [
            (job.id, "unknown"), (waiting.id, "waiting"),
        ]  # fmt: skip
        assert begin_printing(again, job.id) is not None, "staff said that it did not come out"


def test_what_came_out_is_history_without_its_pages(desk: Desk) -> None:
    job = put(desk, "slip")
    assert settle(desk, job.id, "done").pdf == b""
    assert jobs(desk) == []
    assert [one.id for one in desk.record.print_history(5)] == [job.id]
    assert begin_printing(desk, job.id) is None


@pytest.mark.parametrize("state", ["done", "cancelled", "handed", "sent"])
def test_only_what_waits_goes_to_another_printer(desk: Desk, state: str) -> None:
    job = put(desk)
    assert give_to(desk, job.id, "Office").printer == "Office"
    settle(desk, job.id, state)
    with pytest.raises(VisitorError) as gone:
        give_to(desk, job.id, "Roll")
    assert gone.value.key == "job_unknown"


def test_a_word_that_is_no_state_is_a_bug(desk: Desk) -> None:
    with pytest.raises(ValueError, match="lost"):
        settle(desk, put(desk).id, "lost")


def test_the_own_certificate_is_drawn_again_and_a_foreign_one_is_kept(desk: Desk) -> None:
    attendee = arrive(desk)
    issued = issue_certificate(desk, prepare_certificate(desk, attendee), "visitor")
    serial = issued.certificate.serial
    own = queue(desk, issued.sheet, "certificate", serial, serial=serial)
    foreign = queue(desk, issued.sheet, "certificate", "KA9-C-0001", serial="KA9-C-0001")  # type: ignore[arg-type]
    assert settle(desk, own.id, "done").pdf == b""
    assert settle(desk, foreign.id, "done").pdf == issued.sheet.pdf


def test_a_copy_is_the_same_sheet_and_the_log_says_why(desk: Desk, clock: FakeClock) -> None:
    foreign = queue(desk, Sheet(b"%PDF 9", 1), "certificate", "9", serial="KA9-C-0009")  # type: ignore[arg-type]
    with pytest.raises(VisitorError) as early:
        print_again(desk, foreign.id, "staff:A", "lost")
    assert early.value.key == "job_unknown", "it has not come out yet"
    settle(desk, foreign.id, "done")
    with pytest.raises(VisitorError) as silent:
        print_again(desk, foreign.id, "staff:A", " ")
    assert silent.value.key == "reason_missing"
    before = desk.record.verify().entries
    clock.pass_seconds(1)
    copy = print_again(desk, foreign.id, "staff:A", "lost")
    assert (copy.pdf, copy.serial) == (b"%PDF 9", "KA9-C-0009")
    assert copy.id != foreign.id
    assert desk.record.verify().entries == before + 1
    assert states(desk) == ["waiting"]


def test_whoever_withdrew_leaves_the_queue(desk: Desk) -> None:
    attendee = arrive(desk)
    job = put(desk, attendee=attendee)
    begin_printing(desk, job.id)
    withdraw_attendee(desk, attendee, "staff:A", "asked")
    settle(desk, job.id, "failed", "no paper")
    assert desk.record.print_job(job.id) is None


def test_printers_are_chosen_for_kinds_that_there_are(desk: Desk) -> None:
    choose_printer(desk, "slip", "Roll")
    assert choose_printer(desk, "certificate", BY_SLIP) == {"slip": "Roll", "certificate": BY_SLIP}
    with pytest.raises(ValueError, match="slip"):
        choose_printer(desk, "slip", BY_SLIP)
    with pytest.raises(ValueError, match="poster"):
        choose_printer(desk, "poster", "Roll")


# piles

NAMES = ["ಕಮಲ", "ಅನಿಲ್", "ಅಂಬಿಕಾ", "ಲಕ್ಷ್ಮಿ", "ಆಶಾ", "Zubin", "ಹರ್ಷ"]
IN_ORDER = ["ಅಂಬಿಕಾ", "ಅನಿಲ್", "ಆಶಾ", "ಕಮಲ", "ಲಕ್ಷ್ಮಿ", "ಹರ್ಷ", "Zubin"]


def everybody(desk: Desk, attended: bool = False, **selected: str) -> Pile:
    return pile_of(desk, Selection(attended=attended, **selected), KANNADA)


def names(pile: Pile) -> list[str]:
    return [one.name for one in pile.wanted]


def test_a_pile_is_in_the_order_of_the_names_and_queued_by_a_few(desk: Desk) -> None:
    for name in NAMES:
        arrive(desk, name, "kn")
    pile = everybody(desk)
    assert names(pile) == IN_ORDER
    before = desk.record.verify().entries
    first = queue_some(desk, pile, 0, "staff:A")
    assert len(first.jobs) == A_FEW == 4
    assert desk.record.verify().entries == before + A_FEW, "the rest is still due"
    second = queue_some(desk, pile, A_FEW, "staff:A")
    made = [*first.jobs, *second.jobs]
    assert [job.title.partition(" ")[2] for job in made] == IN_ORDER
    assert {job.batch for job in made} == {pile.id}
    assert [job.id for job in jobs(desk)] == [job.id for job in made]
    assert names(everybody(desk)) == IN_ORDER, "they wait: another try takes them up"


def test_what_was_issued_and_waits_goes_into_the_pile_under_its_serial(desk: Desk) -> None:
    early = arrive(desk, "ಆಶಾ", "kn")
    arrive(desk, "ಅನಿಲ್", "kn")
    issued = issue_certificate(desk, prepare_certificate(desk, early), "visitor")
    serial = issued.certificate.serial
    job = queue(desk, issued.sheet, "certificate", serial, attendee_id=early.id, serial=serial)
    pile = everybody(desk)
    assert names(pile) == ["ಅನಿಲ್", "ಆಶಾ"]
    made = queue_some(desk, pile, 0, "staff:A").jobs
    assert [one.serial for one in made] == ["KA1-C-0002", "KA1-C-0001"]
    assert made[1].id == job.id
    assert made[1].pdf == issued.sheet.pdf
    settle(desk, job.id, "done")
    assert queue_some(desk, pile, 0, "staff:A").jobs == (), "nobody gets two"


def test_who_withdrew_or_was_served_meanwhile_is_passed_over(desk: Desk) -> None:
    gone, served, _here = (arrive(desk, name, "kn") for name in ("ಅನಿಲ್", "ಆಶಾ", "ಕಮಲ"))
    pile = everybody(desk)
    withdraw_attendee(desk, gone, "staff:A", "asked")
    issue_certificate(desk, prepare_certificate(desk, served), "visitor")
    unknown = replace(pile.wanted[0], attendee_id=AttendeeId("nobody"))
    pile = replace(pile, wanted=(*pile.wanted, unknown))
    made = queue_some(desk, pile, 0, "staff:A").jobs
    assert [job.title.partition(" ")[2] for job in made] == ["ಕಮಲ"]
    assert due_only(everybody(desk)).wanted == ()
    assert names(everybody(desk)) == ["ಕಮಲ"], "it waits to be printed"


def test_a_pile_of_a_role_and_of_a_session(desk: Desk) -> None:
    first, _second = arrive(desk, "ಅನಿಲ್", "kn"), arrive(desk, "ಆಶಾ", "kn")
    session = desk.event.sessions[0].id
    check_in(desk, first, session, "staff:A")
    assert names(everybody(desk, session=session)) == ["ಅನಿಲ್"]
    assert names(everybody(desk, does=first.does)) == ["ಅನಿಲ್", "ಆಶಾ"]
    assert names(everybody(desk, does="officer")) == []
    assert names(everybody(desk, attended=True)) == ["ಅನಿಲ್"]


def test_a_pile_can_be_stopped_and_what_is_out_is_out(desk: Desk) -> None:
    for name in NAMES[:4]:
        arrive(desk, name, "kn")
    pile = everybody(desk)
    made = queue_some(desk, pile, 0, "staff:A").jobs
    settle(desk, made[0].id, "done")
    begin_printing(desk, made[1].id)
    alone = put(desk, "slip")
    assert cancel_batch(desk, pile.id, "staff:A") == 2
    assert {job.id: job.state for job in jobs(desk)} == {made[1].id: "sent", alone.id: "waiting"}
    assert begin_printing(desk, made[2].id) is None
