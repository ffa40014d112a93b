"""What can happen to a visitor between the first touch and the thanks."""

from __future__ import annotations

from functools import partial

import pytest
from PySide6.QtCore import QPoint, QSize, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit

from kiosk.domain.language import Tag
from kiosk.services.drafts import save_draft
from tests.journeys.day import Day, EmptyTray, MakeDay, PaperTray
from ui.fields.choice import PickField
from ui.journey import Place
from ui.screens.certificate import CertificateScreen
from ui.screens.question import QuestionScreen
from ui.screens.screen import Resumed
from ui.screens.slip import CODE, NUMBER, SlipScreen
from ui.theme import current_theme
from ui.tour.people import GUESTS, Guest
from ui.tour.report import cramped
from ui.visit import Paper
from ui.widgets.label import Label

NAMED = Guest(Tag("kn"), "ಶ್ರೀಲಕ್ಷ್ಮಿ", "seller", sentence="ಚೆನ್ನಾಗಿದೆ", scans=True)
NOBODY = Guest(Tag("hi"), "लक्ष्मी", "other", sentence="ठीक है", anonymous=True, scans=True)
IN_URDU = Guest(Tag("ur"), "محمد", "seller")
TYPES = Guest(Tag("en"), "Meera", "other", used="never")


@pytest.mark.parametrize("guest", GUESTS, ids=lambda guest: guest.language)
def test_a_visitor_arrives_and_returns_in_every_language(make_day: MakeDay, guest: Guest) -> None:
    day = make_day(tray := PaperTray())
    visitor = day.visitor(guest)
    visitor.arrive()
    visitor.come_back()

    attendee = day.ask(lambda desk: next(desk.record.attendees()))
    responses = day.ask(lambda desk: desk.record.responses(attendee.id))
    assert attendee.name == guest.name
    assert tray.sheets == ["slip", "KA1-C-0001"]
    assert len(responses) == (0 if guest.anonymous else 1)
    assert day.ask(lambda desk: desk.record.drafts()) == []


def test_two_visitors_with_a_language_between_them(make_day: MakeDay) -> None:
    day = make_day()
    day.visitor(NAMED).arrive()
    assert day.kiosk.speaker.tag == "kn"
    day.visitor(TYPES).arrive()

    assert day.kiosk.speaker.tag == "kn", "the event's own language greets the next visitor"
    assert day.ask(lambda desk: desk.record.figures().registered) == 2


def test_who_walks_away_before_consenting_leaves_nothing(make_day: MakeDay) -> None:
    day = make_day()
    day.visitor(NAMED).reach_notice()
    day.hands.touch_named("purpose-contact")
    _walk_away(day)

    assert day.ask(lambda desk: desk.record.drafts()) == []
    assert not any(day.kiosk.host.visit.consents.values())


def test_who_walks_away_after_consenting_leaves_a_draft_and_no_trace(make_day: MakeDay) -> None:
    day = make_day()
    visitor = day.visitor(NAMED)
    visitor.reach_notice()
    visitor.agree()
    day.hands.type(NAMED.name)
    QApplication.clipboard().setText(NAMED.name)
    assert day.holds(NAMED.name)
    _walk_away(day)

    assert not day.holds(NAMED.name)
    drafts = day.ask(lambda desk: desk.record.drafts())
    assert [draft.answers["name"] for draft in drafts] == [NAMED.name]


def test_a_draft_goes_on_at_its_question_with_the_consents_that_were_given(
    make_day: MakeDay,
) -> None:
    day = make_day()
    visitor = day.visitor(TYPES)
    visitor.reach_notice()
    for purpose in ("contact", "registration"):
        day.hands.touch_named(f"purpose-{purpose}")
    day.next()
    day.stand(Place.REGISTER)
    day.hands.type(TYPES.name)
    day.hands.touch(day.kiosk.window.panel.key("{next}"))
    day.hands.wait("what they do", lambda: day.kiosk.host.visit.question == "does")
    _walk_away(day)
    _resume(day, Place.REGISTER)

    assert day.kiosk.host.visit.question == "does"
    assert day.kiosk.speaker.tag == TYPES.language
    visitor.answer_until(Place.CHECK, {"does": TYPES.does})
    _walk_away(day)
    _resume(day, Place.CHECK)
    day.next()
    day.stand(Place.RECEIPT)
    attendee = day.ask(lambda desk: next(desk.record.attendees()))
    consents = day.ask(lambda desk: desk.record.consents(attendee.id))
    assert attendee.name == TYPES.name
    assert {one.purpose for one in consents if one.given} == {"registration", "contact"}
    assert day.ask(lambda desk: desk.record.drafts()) == []


def test_a_draft_without_its_consents_asks_for_them_and_says_why(make_day: MakeDay) -> None:
    day = make_day()
    answers = {"name": TYPES.name, "does": TYPES.does}
    day.ask(lambda desk: save_draft(desk, "register", TYPES.language, answers))
    _resume(day, Place.NOTICE)

    assert day.shows(day.say("draft.ask_again"))
    assert not any(day.kiosk.host.visit.consents.values())
    assert day.kiosk.host.visit.registration is not None
    assert day.kiosk.host.visit.registration.answers() == answers
    day.picture("draft-without-consents")


def test_a_certificate_left_on_the_screen_is_forgotten(make_day: MakeDay) -> None:
    day = make_day()
    visitor = day.visitor(NAMED)
    visitor.arrive()
    assert visitor.registered is not None
    day.hands.scan(visitor.registered.slip_qr)
    day.stand(Place.GREETING)
    day.next()
    day.stand(Place.CHOICE)
    day.hands.touch(day.kiosk.window.footer.skip)
    day.stand(Place.CERTIFICATE)
    day.hands.wait("the preview", lambda: day.kiosk.host.visit.prepared is not None)
    assert day.holds(NAMED.name)
    _walk_away(day)

    assert not day.holds(NAMED.name)
    assert day.kiosk.host.visit.prepared is None
    assert day.ask(lambda desk: desk.record.figures().certificates) == 0


def _resume(day: Day, goal: Place) -> None:
    """As staff do it, from the one draft that there is."""
    [draft] = day.ask(lambda desk: desk.record.drafts())
    screen = day.kiosk.window.screen_shown
    assert screen is not None
    screen.went.emit(Resumed(draft))
    day.stand(goal)


def _walk_away(day: Day) -> None:
    event = day.kiosk.host.room.event
    day.clock.leap(3 * event.idle_seconds + event.warning_seconds)
    day.stand(Place.ATTRACT)


def test_another_language_and_back_keep_what_was_typed(make_day: MakeDay) -> None:
    day = make_day()
    visitor = day.visitor(TYPES)
    visitor.reach_notice()
    visitor.agree()
    day.hands.type("Meera")
    for native in ("اردو", "తెలుగు", "English"):
        day.hands.touch_button(f"{day.say('header.language')}: {day.kiosk.speaker.language.native}")
        day.hands.touch_button(native)
        day.hands.wait(native, partial(_speaks, day, native))
        assert day.hands.written() == "Meera"
        day.picture(f"name-kept-{day.kiosk.speaker.tag}")
    day.hands.touch(day.kiosk.window.panel.key("{next}"))
    day.hands.wait("what they do", lambda: not day.kiosk.window.panel.isVisible())
    day.hands.touch(day.kiosk.window.footer.back)
    day.hands.wait("the name", day.kiosk.window.panel.isVisible)

    assert day.hands.written() == "Meera"


def _speaks(day: Day, native: str) -> bool:
    return day.kiosk.speaker.language.native == native


def test_larger_type_keeps_what_was_typed_and_ends_with_the_visit(make_day: MakeDay) -> None:
    day = make_day()
    visitor = day.visitor(TYPES)
    visitor.reach_notice()
    visitor.agree()
    day.hands.type("Meera")
    day.hands.touch_button(day.say("header.text_size"))
    day.hands.touch_button(f"A  {day.say('text_size.percent', percent=150)}")
    day.hands.wait("larger type", lambda: current_theme().scale == 1.5)
    assert day.hands.written() == "Meera"
    day.picture("name-at-150")
    _walk_away(day)

    assert current_theme().scale == 1.0


def test_the_question_is_whole_in_the_largest_type_on_the_smallest_screen(
    make_day: MakeDay,
) -> None:
    """What is short of room scrolls: the answers, and never what is asked."""
    day = make_day(size=QSize(1024, 768))
    visitor = day.visitor(IN_URDU)
    visitor.reach_notice()
    visitor.agree()
    day.hands.touch_button(day.say("header.text_size"))
    day.hands.touch_button(f"ح  {day.say('text_size.percent', percent=200)}")
    day.hands.wait("the largest type", lambda: current_theme().scale == 2.0)
    day.hands.type(IN_URDU.name)
    day.hands.touch(day.kiosk.window.panel.key("{next}"))
    day.hands.wait("what they do", lambda: not day.kiosk.window.panel.isVisible())
    day.picture("does-at-200")
    assert cramped(day.kiosk.window) == []

    visitor.answer_until(Place.CHECK, {"name": IN_URDU.name, "does": IN_URDU.does})
    day.next()
    day.stand(Place.RECEIPT)
    screen = day.kiosk.window.screen_shown
    day.picture("receipt-at-200")
    assert screen is not None
    for words in screen.findChildren(Label):
        assert words.mapTo(screen, QPoint()).x() >= 0, "nothing is wider than the screen"


@pytest.mark.parametrize(("language", "letter"), [("te", "అ"), ("kn", "ಅ")])
def test_consents_are_whole_in_the_largest_type_on_the_smallest_screen(
    make_day: MakeDay, language: str, letter: str
) -> None:
    day = make_day(size=QSize(1024, 768))
    day.visitor(Guest(Tag(language), "", "seller")).reach_notice()
    day.hands.touch_button(day.say("header.text_size"))
    day.hands.touch_button(f"{letter}  {day.say('text_size.percent', percent=200)}")
    day.hands.wait("the largest type", lambda: current_theme().scale == 2.0)
    day.picture("notice-at-200")
    assert cramped(day.kiosk.window) == []


def test_a_printer_without_paper_keeps_the_job_and_holds_nobody_up(make_day: MakeDay) -> None:
    day = make_day(EmptyTray())
    visitor = day.visitor(NAMED)
    visitor.reach_notice()
    visitor.agree()
    visitor.answer_until(Place.CHECK, {"name": NAMED.name, "does": NAMED.does})
    day.next()
    day.stand(Place.RECEIPT)
    day.hands.wait("the failure", lambda: day.kiosk.host.visit.slip is Paper.FAILED)
    assert day.shows(day.say("receipt.failed"))
    day.picture("slip-failed")
    slip = day.kiosk.host.visit.registered
    assert slip is not None
    day.next()
    day.stand(Place.THANKS)
    day.next()
    day.stand(Place.ATTRACT)
    day.hands.scan(slip.slip_qr)
    day.stand(Place.GREETING)
    day.next()
    day.stand(Place.CHOICE)
    day.hands.touch(day.kiosk.window.footer.skip)
    day.stand(Place.CERTIFICATE)
    day.hands.wait("the preview", lambda: day.kiosk.host.visit.prepared is not None)
    day.hands.touch_named("print")
    told = day.say("certificate.failed", number=slip.attendee.number)
    day.hands.wait("the failure", lambda: day.shows(told))

    day.picture("certificate-failed")
    jobs = day.ask(lambda desk: desk.record.print_jobs())
    assert [(job.kind, job.state, job.message) for job in jobs] == [
        ("slip", "failed", "out of paper"),
        ("certificate", "failed", "out of paper"),
    ]
    day.next()
    day.stand(Place.THANKS)


def test_without_a_printer_the_code_is_written_down_and_the_desk_prints(
    make_day: MakeDay,
) -> None:
    day = make_day(None)
    visitor = day.visitor(NAMED)
    visitor.arrive()
    assert visitor.registered is not None
    day.hands.scan(visitor.registered.slip_qr)
    day.stand(Place.GREETING)
    day.next()
    day.stand(Place.CHOICE)
    day.hands.touch(day.kiosk.window.footer.skip)
    day.stand(Place.CERTIFICATE)
    day.hands.wait("the preview", lambda: day.kiosk.host.visit.prepared is not None)
    day.hands.touch_named("print")
    told = day.say("certificate.at_desk", number="KA1-0001")
    day.hands.wait("the queue", lambda: day.shows(told))

    day.picture("collect-at-desk")
    jobs = day.ask(lambda desk: desk.record.print_jobs())
    assert [(job.kind, job.state) for job in jobs] == [("certificate", "waiting")]


def test_a_wrong_name_is_put_right_before_it_is_printed(make_day: MakeDay) -> None:
    day = make_day(PaperTray())
    visitor = day.visitor(TYPES)
    visitor.arrive()
    assert visitor.registered is not None
    day.hands.scan(visitor.registered.slip_qr)
    day.stand(Place.GREETING)
    day.next()
    day.stand(Place.CHOICE)
    day.hands.touch(day.kiosk.window.footer.skip)
    day.stand(Place.CERTIFICATE)
    screen = day.kiosk.window.screen_shown
    assert isinstance(screen, CertificateScreen)
    day.hands.wait("the preview", lambda: day.kiosk.host.visit.prepared is not None)
    day.hands.touch_named("rename")
    day.stand(Place.NAME)
    assert day.hands.written() == "Meera"
    day.hands.type(" Rao")
    day.picture("rename")
    day.hands.touch(day.kiosk.window.panel.key("{next}"))
    day.stand(Place.CERTIFICATE)
    day.hands.wait("the preview", lambda: day.kiosk.host.visit.prepared is not None)
    prepared = day.kiosk.host.visit.prepared

    assert prepared is not None
    assert prepared.content.name == "Meera Rao"
    assert day.ask(lambda desk: next(desk.record.attendees()).name) == "Meera Rao"


def test_number_and_code_that_do_not_belong_together_are_told_at_their_field(
    make_day: MakeDay,
) -> None:
    day = make_day()
    visitor = day.visitor(TYPES)
    visitor.arrive()
    screen = _type_slip(day, "KA1-0001", "0000-0000-0000-0000-0")

    assert screen.fields[CODE].problem_text == day.say("error.code_wrong")
    assert day.place is Place.SLIP
    day.picture("code-wrong")


def test_a_slip_number_that_only_another_kiosk_knows_leads_to_the_name(
    make_day: MakeDay,
) -> None:
    day = make_day()
    _type_slip(day, "KA2-0007", "0000-0000-0000-0000-0", wait=Place.MEET)
    day.hands.type("Meera")
    day.picture("meet")
    day.hands.touch(day.kiosk.window.panel.key("{next}"))
    day.hands.wait("what they do", lambda: not day.kiosk.window.panel.isVisible())
    screen = day.kiosk.window.screen_shown
    assert isinstance(screen, QuestionScreen)
    assert isinstance(screen.field, PickField)
    day.hands.touch(screen.field.cards["other"])
    day.next()
    day.stand(Place.GREETING)

    assert day.shows("Meera")
    assert day.ask(lambda desk: list(desk.record.attendees())) == [], "nothing was written yet"


def _type_slip(day: Day, number: str, code: str, wait: Place | None = None) -> SlipScreen:
    day.hands.touch_named("language-en")
    day.stand(Place.WELCOME)
    day.hands.touch_named("has_slip")
    day.stand(Place.SLIP)
    screen = day.kiosk.window.screen_shown
    assert isinstance(screen, SlipScreen)
    for name, text in ((NUMBER, number), (CODE, code)):
        day.hands.touch(screen.fields[name])
        day.hands.type(text)
    day.hands.touch(day.kiosk.window.panel.key("{next}"))
    if wait is not None:
        day.stand(wait)
    else:
        day.hands.wait("a problem", lambda: bool(screen.fields[CODE].problem_text))
    return screen


def test_a_forged_slip_is_refused_in_words(make_day: MakeDay) -> None:
    day = make_day()
    day.hands.scan("SK1" + "A" * 60)
    day.hands.wait("the notice", lambda: any("slip" in key for key in _told(day)))

    assert day.place is Place.ATTRACT
    day.picture("slip-forged")


def _told(day: Day) -> list[str]:
    words = day.kiosk.speaker.words.sentences
    return [key for key, text in words.items() if key.startswith("error.") and day.shows(text)]


def test_anonymous_feedback_is_kept_as_nobody_s(make_day: MakeDay) -> None:
    day = make_day(PaperTray())
    visitor = day.visitor(NOBODY)
    visitor.arrive()
    visitor.come_back()

    attendee = day.ask(lambda desk: next(desk.record.attendees()))
    assert day.ask(lambda desk: desk.record.responses(attendee.id)) == []
    assert day.ask(lambda desk: desk.record.drafts()) == []


def test_a_bug_is_noted_without_a_name_and_the_kiosk_goes_on(make_day: MakeDay) -> None:
    day = make_day()

    def bug(_desk: object) -> None:
        raise RuntimeError(NAMED.name)

    day.kiosk.worker.ask(bug, lambda _nothing: None)
    day.hands.wait("the notice", lambda: day.shows(day.say("trouble.unexpected")))
    noted = (day.kiosk.data / "trouble.log").read_text(encoding="utf-8")
    day.picture("trouble")

    assert "RuntimeError" in noted
    assert NAMED.name not in noted
    day.visitor(NAMED).arrive()


def test_a_visitor_cannot_close_the_window(make_day: MakeDay) -> None:
    day = make_day()
    QTest.keyClick(day.kiosk.window, Qt.Key.Key_F4, Qt.KeyboardModifier.AltModifier)
    day.kiosk.window.close()

    assert day.kiosk.window.isVisible()


def test_a_hardware_keyboard_alone_is_enough_for_a_name(make_day: MakeDay) -> None:
    day = make_day()
    visitor = day.visitor(TYPES)
    visitor.reach_notice()
    visitor.agree()
    line = day.kiosk.window.focusWidget()
    assert isinstance(line, QLineEdit)
    QTest.keyClicks(line, "Meera")
    QTest.keyClick(line, Qt.Key.Key_Return)
    day.hands.wait("what they do", lambda: not day.kiosk.window.panel.isVisible())

    assert day.kiosk.host.visit.registration is not None
    assert day.kiosk.host.visit.registration.answers()["name"] == "Meera"


def test_a_slip_scanned_while_somebody_types_leaves_their_name_alone(make_day: MakeDay) -> None:
    day = make_day(PaperTray())
    first = day.visitor(NAMED)
    first.arrive()
    assert first.registered is not None
    second = day.visitor(TYPES)
    second.reach_notice()
    second.agree()
    day.hands.type("Mee")
    day.hands.scan(first.registered.slip_qr)
    assert day.place is Place.REGISTER
    assert day.hands.written() == "Mee"
    assert day.shows(day.say("scan.finish_first"))
    day.hands.type("ra")
    assert day.hands.written() == "Meera"
    day.picture("scanned-by-another")
