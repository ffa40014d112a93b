"""A certificate and its sheet in the queue go to the disk together."""

from __future__ import annotations

from dataclasses import replace

import pytest

from kiosk.errors import VisitorError
from kiosk.services.certify import issue_certificate, prepare_certificate
from kiosk.services.desk import Desk
from kiosk.services.issuing import issue_and_queue, queue_again, reissue_and_queue
from kiosk.services.paper import Sheet
from tests.services.test_certify import arrive

TOO_LARGE = bytes(64 * 1024 * 1024 + 1)


def test_what_is_issued_waits_with_its_serial_and_its_holder(desk: Desk) -> None:
    attendee = arrive(desk)
    prepared = prepare_certificate(desk, attendee)
    job = issue_and_queue(desk, prepared, "visitor")
    assert (job.serial, job.attendee_id, job.state) == ("KA1-C-0001", attendee.id, "waiting")
    assert job.title == "KA1-C-0001 सुनीता शर्मा"
    assert desk.record.print_job(job.id) == replace(job, pdf=prepared.sheet.pdf)
    again = issue_and_queue(desk, prepare_certificate(desk, attendee), "visitor")
    assert (again.serial, again.pdf) == (job.serial, job.pdf)
    assert again.id != job.id


def test_a_sheet_that_the_queue_does_not_take_was_not_issued(desk: Desk) -> None:
    attendee = arrive(desk)
    prepared = replace(prepare_certificate(desk, attendee), sheet=Sheet(TOO_LARGE, 1))
    with pytest.raises(ValueError, match="a sheet of"):
        issue_and_queue(desk, prepared, "visitor")
    assert desk.record.certificates(attendee.id) == []
    assert desk.record.peek_count("certificate") == 1, "no number was drawn for it"


def test_one_issued_anew_waits_and_the_old_one_is_replaced(desk: Desk) -> None:
    attendee = arrive(desk)
    issue_certificate(desk, prepare_certificate(desk, attendee), "visitor")
    job = reissue_and_queue(desk, attendee, "staff:A", "name")
    held = {one.serial: one.status for one in desk.record.certificates(attendee.id)}
    assert held == {"KA1-C-0001": "replaced", "KA1-C-0002": "valid"}
    assert [one.serial for one in desk.record.print_jobs()] == [job.serial] == ["KA1-C-0002"]


def test_a_copy_waits_together_with_the_note_of_its_reason(desk: Desk) -> None:
    attendee = arrive(desk)
    with pytest.raises(VisitorError) as none:
        queue_again(desk, prepare_certificate(desk, attendee), "staff:A", "lost")
    assert none.value.key == "no_certificate"
    issue_certificate(desk, prepare_certificate(desk, attendee), "visitor")
    held = prepare_certificate(desk, attendee)
    before = desk.record.verify().entries
    with pytest.raises(ValueError, match="a sheet of"):
        queue_again(desk, replace(held, sheet=Sheet(TOO_LARGE, 1)), "staff:A", "lost")
    with pytest.raises(VisitorError) as silent:
        queue_again(desk, held, "staff:A", " ")
    assert silent.value.key == "reason_missing"
    assert (desk.record.verify().entries, desk.record.print_jobs()) == (before, [])
    job = queue_again(desk, held, "staff:A", "lost")
    assert job.serial == "KA1-C-0001"
    assert desk.record.verify().entries == before + 1
