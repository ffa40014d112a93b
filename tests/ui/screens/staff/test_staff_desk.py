"""At the desk: registering in ten seconds, the door of a session, the queue, the drafts."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QLineEdit, QWidget

from kiosk.domain.language import Tag
from kiosk.services.certify import prepare_certificate
from kiosk.services.desk import Desk
from kiosk.services.drafts import save_draft
from kiosk.services.ports import PrintJob
from kiosk.services.printing import queue, settle
from tests.ui.screens.staff.stage import Stage, button, texts
from ui.screens.screen import Resumed
from ui.screens.staff.drafts import DraftsPage
from ui.screens.staff.queue import QueuePage
from ui.screens.staff.quick import QuickPage
from ui.screens.staff.scan import ScanPage, number_in_full
from ui.widgets.answer_card import AnswerCard
from ui.widgets.choice_card import ChoiceCard


def line_of(page: QWidget) -> QLineEdit:
    line = page.findChild(QLineEdit)
    assert isinstance(line, QLineEdit)
    return line


def card(page: QWidget, text: str) -> ChoiceCard:
    return next(one for one in page.findChildren(ChoiceCard) if one.text() == text)


# registering quickly


def test_without_name_choice_and_consent_nobody_is_registered(stage: Stage) -> None:
    page = stage.page(QuickPage, "quick")
    before = stage.ask(lambda desk: desk.record.figures().registered)
    button(page, "Register").click()
    stage.settle()
    shown = texts(page)
    assert "Please write the name first" in shown
    assert "Please choose what they do" in shown
    assert "Without consent nobody is registered" in shown
    assert stage.ask(lambda desk: desk.record.figures().registered) == before


def test_a_visitor_is_registered_with_what_was_witnessed_and_no_more(stage: Stage) -> None:
    page = stage.page(QuickPage, "quick")
    line_of(page).setText("लक्ष्मी कृष्णन")
    card(page, "Seller").click()
    card(page, "हिन्दी").click()
    card(page, "Consent was given orally and I witnessed it").click()
    button(page, "Register").click()
    stage.settle()
    found = stage.ask(lambda desk: list(desk.record.attendees()))[-1]
    assert (found.name, found.does, found.language) == ("लक्ष्मी कृष्णन", "seller", "hi")
    assert found.assisted
    consents = stage.ask(lambda desk: desk.record.consents(found.id))
    assert {one.purpose for one in consents if one.given} == {"registration"}
    assert {one.how for one in consents} == {"witnessed"}
    assert found.number in texts(page)
    assert [job.kind for job in stage.press.sent] == ["slip"]


def test_the_next_visitor_finds_empty_fields(stage: Stage) -> None:
    page = stage.page(QuickPage, "quick")
    line_of(page).setText("A Person")
    card(page, "Seller").click()
    card(page, "Consent was given orally and I witnessed it").click()
    button(page, "Register").click()
    stage.settle()
    button(page, "Next visitor").click()
    stage.settle()
    assert line_of(page).text() == ""
    checked = [one.text() for one in page.findChildren(ChoiceCard) if one.isChecked()]
    assert checked == ["ಕನ್ನಡ"]


def test_without_a_printer_the_code_is_shown_to_be_written_down(stage: Stage) -> None:
    stage.press.ready = False
    page = stage.page(QuickPage, "quick")
    line_of(page).setText("A Person")
    card(page, "Seller").click()
    card(page, "Consent was given orally and I witnessed it").click()
    button(page, "Register").click()
    stage.settle()
    assert "write number and code down" in texts(page)
    assert stage.press.sent == []
    assert [job.kind for job in stage.ask(lambda desk: desk.record.print_jobs())] == ["slip"]


def test_an_aadhaar_number_is_no_name(stage: Stage) -> None:
    page = stage.page(QuickPage, "quick")
    line_of(page).setText("2341 2341 2346")
    card(page, "Seller").click()
    card(page, "Consent was given orally and I witnessed it").click()
    before = stage.ask(lambda desk: desk.record.figures().registered)
    button(page, "Register").click()
    stage.settle()
    assert line_of(page).property("wrong")
    assert stage.ask(lambda desk: desk.record.figures().registered) == before


def test_the_notice_can_be_read_aloud_in_the_visitors_language(stage: Stage) -> None:
    page = stage.page(QuickPage, "quick")
    card(page, "हिन्दी").click()
    button(page, "The notice, to read aloud").click()
    stage.settle()
    assert "हम क्या पूछेंगे" in texts(page)
    button(page, "Back to the form").click()
    stage.settle()
    assert button(page, "Register").isEnabled()


# the door of a session


def scan(stage: Stage, page: ScanPage, text: str) -> AnswerCard:
    line_of(page).setText(text)
    stage.qtbot.keyClick(line_of(page), "\r")
    stage.settle()
    answer = page.findChild(AnswerCard)
    assert isinstance(answer, AnswerCard)
    return answer


def at_the_door(stage: Stage) -> ScanPage:
    page = stage.page(ScanPage, "scan")
    button(page, "The event itself").click()
    stage.settle()
    return page


def test_each_scan_is_answered_and_none_is_rejected(stage: Stage) -> None:
    page = at_the_door(stage)
    attendee = stage.ask(lambda desk: list(desk.record.attendees()))[0]
    before = len(stage.ask(lambda desk: desk.record.check_ins(attendee.id)))
    assert scan(stage, page, attendee.number).mood == "good"
    again = scan(stage, page, "1")
    assert again.mood == "again"
    assert attendee.name in again.accessibleName()
    assert "please let them in" in again.accessibleName()
    assert len(stage.ask(lambda desk: desk.record.check_ins(attendee.id))) == before + 2
    assert line_of(page).text() == ""


def test_a_number_that_nobody_knows_is_said_so(stage: Stage) -> None:
    page = at_the_door(stage)
    unknown = scan(stage, page, "ZZ9-0001")
    assert unknown.mood == "danger"
    assert "does not know" in texts(page)
    assert "not a slip number" in scan(stage, page, "??").accessibleName()


@pytest.mark.parametrize(
    ("typed", "full"),
    [("57", "KA1-0057"), (" 57 ", "KA1-0057"), ("५७", "KA1-0057"), ("KA2-0001", "KA2-0001")],
)
def test_digits_alone_mean_this_kiosks_own_number(typed: str, full: str) -> None:
    assert number_in_full(typed, "KA1") == full


# the print queue


def put(stage: Stage, state: str, message: str = "") -> PrintJob:
    def work(desk: Desk) -> PrintJob:
        attendee = next(iter(desk.record.attendees()))
        sheet = prepare_certificate(desk, attendee).sheet
        job = queue(desk, sheet, "certificate", f"KA1-C-0001 {attendee.name}")
        return settle(desk, job.id, state, message)

    return stage.ask(work)


def test_what_nobody_knows_of_is_asked(stage: Stage) -> None:
    put(stage, "unknown")
    page = stage.page(QueuePage, "queue")
    assert "Did it come out?" in texts(page)
    button(page, "Yes, it came out").click()
    stage.settle()
    assert stage.ask(lambda desk: desk.record.print_jobs()) == []
    assert "Nothing waits" in texts(page)


def test_a_failed_sheet_is_printed_again(stage: Stage) -> None:
    job = put(stage, "failed", "out of paper")
    page = stage.page(QueuePage, "queue")
    assert "did not print (out of paper)" in texts(page)
    button(page, "Print again").click()
    stage.settle()
    assert [sent.id for sent in stage.press.sent] == [job.id]


def test_a_sheet_that_came_out_leaves_the_queue_at_once(stage: Stage) -> None:
    job = put(stage, "waiting")
    page = stage.page(QueuePage, "queue")
    stage.ask(lambda desk: settle(desk, job.id, "done"))
    stage.press.settled.emit(job, "done")
    stage.settle()
    assert "Nothing waits" in texts(page)


def test_discarding_asks_why_and_can_be_called_off(stage: Stage) -> None:
    put(stage, "failed")
    page = stage.page(QueuePage, "queue")
    button(page, "Discard").click()
    stage.settle()
    button(page, "Cancel").click()
    stage.settle()
    assert len(stage.ask(lambda desk: desk.record.print_jobs())) == 1
    button(page, "Discard").click()
    stage.settle()
    button(page, "It was there twice").click()
    stage.settle()
    assert stage.ask(lambda desk: desk.record.print_jobs()) == []


def test_without_a_printer_the_queue_says_that_nothing_is_lost(stage: Stage) -> None:
    stage.press.ready = False
    put(stage, "waiting")
    page = stage.page(QueuePage, "queue")
    assert "No printer is connected. Nothing is lost" in texts(page)


# drafts


def test_a_draft_goes_on_with_the_visitor(stage: Stage) -> None:
    stage.ask(lambda desk: save_draft(desk, "register", Tag("kn"), {"name": "ಸವಿತಾ"}))
    page = stage.page(DraftsPage, "drafts")
    assert "ಸವಿತಾ" in texts(page)
    button(page, "Continue with the visitor").click()
    resumed = stage.events[-1]
    assert isinstance(resumed, Resumed)
    assert resumed.draft.answers == {"name": "ಸವಿತಾ"}


def test_a_draft_is_discarded_only_after_a_second_word(stage: Stage) -> None:
    stage.ask(lambda desk: save_draft(desk, "register", Tag("kn"), {"name": "ಸವಿತಾ"}))
    page = stage.page(DraftsPage, "drafts")
    button(page, "Discard").click()
    stage.settle()
    button(page, "Keep it").click()
    stage.settle()
    assert len(stage.ask(lambda desk: desk.record.drafts())) == 1
    button(page, "Discard").click()
    stage.settle()
    button(page, "Yes, discard it").click()
    stage.settle()
    assert stage.ask(lambda desk: desk.record.drafts()) == []
    assert "Nobody has left a page unfinished" in texts(page)
