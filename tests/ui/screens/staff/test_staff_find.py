"""A visitor is found, corrected, checked in, and given paper again; Lock forgets them."""

from __future__ import annotations

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit

from kiosk.domain.attendee import Attendee
from kiosk.services.correct import correct_attendee
from kiosk.services.printing import settle
from kiosk.services.register import slip_facts
from tests.fakes import FakeClock
from tests.ui.screens.staff.stage import WAIT_MS, Stage, button, plain, texts
from ui.screens.screen import Locked
from ui.screens.staff.correct import CorrectPage
from ui.screens.staff.find import FindPage
from ui.screens.staff.frame import Open
from ui.screens.staff.papers import PapersPage
from ui.screens.staff.quick import QuickPage
from ui.screens.staff.scan import ScanPage
from ui.screens.staff.slip import SlipPage
from ui.screens.staff.visitor import VisitorPage
from ui.widgets.answer_card import AnswerCard
from ui.widgets.link_card import LinkCard


def someone(stage: Stage, at: int = 0) -> Attendee:
    return stage.ask(lambda desk: list(desk.record.attendees()))[at]


def held(stage: Stage, attendee: Attendee) -> Attendee:
    found = stage.ask(lambda desk: desk.record.attendee(attendee.id))
    assert found is not None
    return found


def search(stage: Stage, page: FindPage, text: str) -> list[LinkCard]:
    line = page.findChild(QLineEdit)
    assert isinstance(line, QLineEdit)
    line.setText(text)
    stage.qtbot.waitUntil(lambda: not page.searching, timeout=WAIT_MS)
    stage.settle()
    return [card for card in page.findChildren(LinkCard) if card.isVisibleTo(page)]


def open_visitor(stage: Stage, attendee: Attendee) -> VisitorPage:
    return stage.page(VisitorPage, "visitor", attendee)


def test_results_come_while_one_types_and_lead_to_the_visitor(stage: Stage) -> None:
    attendee = someone(stage)
    page = stage.page(FindPage, "find")
    cards = search(stage, page, attendee.name)
    assert attendee.name in [card.text() for card in cards]
    [card] = search(stage, page, attendee.number)
    assert attendee.number in plain(card.accessibleDescription())
    card.click()
    stage.settle()
    assert attendee.name in texts(stage.window)


def test_nobody_found_says_what_to_try(stage: Stage) -> None:
    page = stage.page(FindPage, "find")
    assert search(stage, page, "qqqqzzzz") == []
    assert "Nobody here matches “qqqqzzzz”" in texts(page)


def test_a_scanned_slip_opens_its_visitor(stage: Stage) -> None:
    attendee = someone(stage)
    slip = stage.ask(lambda desk: desk.seal.seal(slip_facts(attendee)))
    page = stage.page(FindPage, "find")
    line = page.findChild(QLineEdit)
    assert isinstance(line, QLineEdit)
    line.setFocus()
    QTest.keyClicks(line, slip)
    stage.qtbot.keyClick(line, "\r")
    stage.settle()
    assert "What is recorded" in texts(stage.window)
    assert attendee.name in texts(stage.window)


@pytest.mark.parametrize("name", ["today", "find", "queue", "drafts", "people"])
def test_a_slip_finds_the_person_from_wherever_staff_are(stage: Stage, name: str) -> None:
    attendee = someone(stage)
    slip = stage.ask(lambda desk: desk.seal.seal(slip_facts(attendee)))
    side = stage.side()
    side.open(name)
    stage.settle()
    target = stage.window.focusWidget() or stage.window
    QTest.keyClicks(target, slip)
    stage.qtbot.keyClick(target, "\r")
    stage.settle()
    assert isinstance(side.page, VisitorPage)
    assert attendee.name in texts(stage.window)
    assert stage.faults == []


def test_a_slip_scanned_while_staff_write_leaves_what_is_written(stage: Stage) -> None:
    attendee = someone(stage)
    slip = stage.ask(lambda desk: desk.seal.seal(slip_facts(attendee)))
    page = stage.page(QuickPage, "quick")
    QTest.keyClicks(page.line, "Lakshmi")
    QTest.keyClicks(page.line, slip)
    stage.qtbot.keyClick(page.line, "\r")
    stage.settle()
    assert page.isVisible()
    assert page.line.text() == "Lakshmi"
    assert "finish here first" in texts(stage.window)


def test_a_slip_is_checked_in_at_the_door_whatever_stands_in_the_line(stage: Stage) -> None:
    attendee = someone(stage)
    slip = stage.ask(lambda desk: desk.seal.seal(slip_facts(attendee)))
    page = stage.page(ScanPage, "scan")
    button(page, "The event itself").click()
    stage.settle()
    before = len(stage.ask(lambda desk: desk.record.check_ins(attendee.id)))
    line = page.findChild(QLineEdit)
    assert isinstance(line, QLineEdit)
    QTest.keyClicks(line, "5" + slip)
    stage.qtbot.keyClick(line, "\r")
    stage.settle()
    assert line.text() == "5"
    assert len(stage.ask(lambda desk: desk.record.check_ins(attendee.id))) == before + 1


def test_a_slip_of_another_event_is_told_and_forgotten(stage: Stage) -> None:
    page = stage.page(FindPage, "find")
    line = page.findChild(QLineEdit)
    assert isinstance(line, QLineEdit)
    line.setText("SK1AAAAAAAAAAAAAAAAAAAAAAAAAAAAA")
    stage.qtbot.keyClick(line, "\r")
    stage.settle()
    assert [fault.key for fault in stage.faults] == ["slip_unreadable"]
    assert line.text() == ""


def test_a_wrong_mobile_is_refused_next_to_the_field_and_a_right_one_is_kept(stage: Stage) -> None:
    attendee = someone(stage)
    page = stage.page(CorrectPage, "correct", (attendee, "mobile"))
    line = page.findChild(QLineEdit)
    assert isinstance(line, QLineEdit)
    line.setText("12345")
    button(page, "Save").click()
    stage.settle()
    assert "not a mobile number" in texts(page)
    assert held(stage, attendee).mobile == attendee.mobile
    line.setText("98450 12345")
    button(page, "Save").click()
    stage.settle()
    assert held(stage, attendee).mobile == "+919845012345"
    assert "The log keeps the old value" in stage.notices[-1].text


def test_a_check_in_is_answered_in_words_and_shape(stage: Stage, clock: FakeClock) -> None:
    attendee = someone(stage)
    session = stage.room.event.sessions[0]
    title = f"{session.starts} · {session.title[stage.speaker.tag]}"
    page = open_visitor(stage, attendee)
    answer = page.findChild(AnswerCard)
    assert isinstance(answer, AnswerCard)
    assert not answer.isVisible()
    before = stage.ask(lambda desk: desk.record.check_ins(attendee.id))
    assert session.id not in [fact.session_id for fact in before]
    button(page, f"Check in: {title}").click()
    stage.settle()
    first = page.clock_time(clock.now_ms())
    assert (answer.isVisible(), answer.mood) == (True, "good")
    assert answer.accessibleName() == f"{title}. Checked in at {first}."
    assert f"was there: {first}" in texts(page)
    clock.pass_seconds(3600)
    button(page, f"Check in: {title}").click()
    stage.settle()
    again = page.clock_time(clock.now_ms())
    assert answer.mood == "again"
    said = f"Was already checked in at {first}. Noted again at {again}"
    assert said in answer.accessibleName()
    assert f"was there: {first}, {again}" in texts(page)
    after = stage.ask(lambda desk: desk.record.check_ins(attendee.id))
    assert len(after) == len(before) + 2


def test_the_next_visitor_is_not_shown_the_answer_about_the_last(stage: Stage) -> None:
    page = open_visitor(stage, someone(stage))
    button(page, "Check in: The event itself").click()
    stage.settle()
    answer = page.findChild(AnswerCard)
    assert isinstance(answer, AnswerCard)
    assert answer.isVisible()
    page.went.emit(Open("find"))
    page.went.emit(Open("visitor", someone(stage, 1)))
    stage.settle()
    assert not answer.isVisible()


def test_a_certificate_is_seen_issued_and_printed_again_with_a_reason(stage: Stage) -> None:
    due = stage.ask(lambda desk: desk.record.without_certificate(attended=False))[0]
    page = stage.page(PapersPage, "papers", due)
    button(page, "It is right, issue and print").click()
    stage.settle()
    [job] = stage.press.sent
    assert job.kind == "certificate"
    [certificate] = stage.ask(lambda desk: desk.record.certificates(due.id))
    stage.ask(lambda desk: settle(desk, job.id, "done"))
    again = stage.page(PapersPage, "papers", due)
    assert f"Already issued as {certificate.serial}" in texts(again)
    button(again, "Print the certificate again").click()
    stage.settle()
    button(again, "The visitor lost it").click()
    stage.settle()
    assert len(stage.press.sent) == 2
    assert len(stage.ask(lambda desk: desk.record.certificates(due.id))) == 1


def test_cancelling_the_reason_prints_nothing(stage: Stage) -> None:
    due = stage.ask(lambda desk: desk.record.without_certificate(attended=False))[0]
    first = stage.page(PapersPage, "papers", due)
    button(first, "It is right, issue and print").click()
    stage.settle()
    stage.ask(lambda desk: settle(desk, stage.press.sent[0].id, "done"))
    page = stage.page(PapersPage, "papers", due)
    button(page, "Print the certificate again").click()
    stage.settle()
    button(page, "Cancel").click()
    stage.settle()
    assert len(stage.press.sent) == 1


def test_a_new_slip_ends_the_old_code(stage: Stage) -> None:
    attendee = someone(stage)
    stage.press.ready = False
    page = stage.page(SlipPage, "slip", attendee)
    assert "the old code stops working" in texts(page)
    button(page, "The visitor lost it").click()
    stage.settle()
    assert held(stage, attendee).receipt_hash != attendee.receipt_hash
    assert "write number and code down" in texts(page)
    assert stage.press.sent == []


@pytest.mark.parametrize("leaving", ["lock", "drop"])
def test_nothing_of_a_visitor_stays(stage: Stage, leaving: str) -> None:
    attendee = someone(stage)
    side = stage.side()
    side.open("find")
    page = side.page
    assert isinstance(page, FindPage)
    search(stage, page, attendee.name)
    side.open("visitor", attendee)
    stage.settle()
    assert attendee.name in texts(side)
    if leaving == "lock":
        button(side, "Lock").click()
        assert isinstance(stage.events[-1], Locked)
    else:
        side.forget()
    assert attendee.name not in texts(side)
    assert side.page is None


def test_a_correction_says_which_other_answers_went_with_it(stage: Stage) -> None:
    people = stage.ask(lambda desk: list(desk.record.attendees()))
    seller = next(one for one in people if one.does == "seller")
    stage.ask(lambda desk: correct_attendee(desk, seller, {"offers": "Baskets"}, "staff:A"))
    page = stage.page(CorrectPage, "correct", (held(stage, seller), "does"))
    button(page, "Officer of the programme").click()
    button(page, "Save").click()
    stage.settle()
    assert (held(stage, seller).does, held(stage, seller).offers) == ("officer", "")
    told = plain(stage.notices[-1].text)
    assert "No longer asked now" in told
    assert "What do you sell, or which service do you give?" in told
