"""A visitor sees what is recorded of them, puts it right, takes a consent back, withdraws."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from kiosk.bootstrap import PRACTICE_CAMPAIGN, PRACTICE_PASSPHRASE, init_kiosk, open_kiosk
from kiosk.domain.attendee import Attendee
from kiosk.domain.clock import local_time, written_date
from kiosk.domain.ids import Number
from kiosk.domain.language import Tag
from kiosk.services.closing import export_day
from kiosk.services.exporting import ExportRequest
from kiosk.services.register import Registered, Registration, register_attendee
from tests.fakes import files_below
from tests.journeys.day import Day, MakeDay
from ui.isolates import alone
from ui.journey import Place
from ui.screens.slip import CODE, SlipScreen
from ui.tour.people import GUESTS, Guest
from ui.tour.second_thoughts import SecondThoughts

CONSENTS = {"registration": True, "contact": True, "quotation": False, "introduction": True}
MEERA = Guest(Tag("en"), "Meera", "seller", scans=True)
MOBILE = "+919845012345"
LATER = {"kn": "ಶ್ರೀ", "hi": "श्रीमती", "en": "Meera", "ur": "محمد", "te": "శ్రీనివాస్"}


def registration(guest: Guest) -> Registration:
    answers = {"name": guest.name, "does": guest.does, "mobile": MOBILE}
    return Registration(guest.language, answers, CONSENTS)


def registered(day: Day, guest: Guest) -> SecondThoughts:
    """Somebody who registered here this morning."""
    visitor = SecondThoughts(day.kiosk, day.hands, day.report, guest)
    visitor.registered = day.ask(lambda desk: register_attendee(desk, registration(guest)))
    return visitor


def from_elsewhere(day: Day, folder: Path, guest: Guest) -> SecondThoughts:
    """Somebody who registered at another kiosk of the event, of which this one knows nothing."""
    event = day.kiosk.host.room.event.id
    init_kiosk(folder / "other", PRACTICE_CAMPAIGN, event, "KA2", PRACTICE_PASSPHRASE)
    visitor = SecondThoughts(day.kiosk, day.hands, day.report, guest)
    with open_kiosk(folder / "other", PRACTICE_PASSPHRASE) as desk:
        visitor.registered = register_attendee(desk, registration(guest))
    return visitor


def slip_of(visitor: SecondThoughts) -> Registered:
    assert visitor.registered is not None
    return visitor.registered


def slip_screen(day: Day) -> SlipScreen:
    screen = day.kiosk.window.screen_shown
    assert isinstance(screen, SlipScreen)
    return screen


def row(day: Day, number: str) -> Attendee:
    found = day.ask(lambda desk: desk.record.attendee_by_number(Number(number)))
    assert found is not None
    return found


def local_date(day: Day, attendee: Attendee) -> date:
    assert attendee.withdrawn_at is not None
    return local_time(attendee.withdrawn_at, day.kiosk.host.room.event.zone).date()


def withdrawn_from(day: Day, attendee: Attendee) -> set[str]:
    consents = day.ask(lambda desk: desk.record.consents(attendee.id))
    return {one.purpose for one in consents if one.withdrawn_at is not None}


@pytest.mark.parametrize("guest", GUESTS, ids=lambda guest: guest.language)
def test_in_every_language_details_are_changed_taken_back_and_withdrawn(
    make_day: MakeDay, tmp_path: Path, guest: Guest
) -> None:
    day = make_day()
    visitor = registered(day, guest)
    slip = slip_of(visitor)
    number, tag = slip.attendee.number, guest.language
    visitor.open_details()
    assert day.shows(guest.name)
    assert day.shows(MOBILE)
    day.picture(f"details-{tag}")

    visitor.change("name", guest.name, LATER[tag])
    assert row(day, number).name == LATER[tag]
    assert day.shows(day.say("details.saved"))
    visitor.take_back("contact")
    assert withdrawn_from(day, slip.attendee) == {"contact"}
    assert day.shows(day.say("details.gone"))
    day.picture(f"taken-back-{tag}")

    day.hands.touch(day.kiosk.window.footer.skip)
    day.stand(Place.WITHDRAW)
    assert day.shows(day.say("withdraw.anonymous"))
    day.picture(f"withdraw-{tag}")
    day.next()
    day.stand(Place.WITHDRAWN)
    assert not day.holds(LATER[tag])
    day.picture(f"withdrawn-{tag}")
    masked = row(day, number)
    assert (masked.masked, masked.name, masked.mobile) == (True, "", "")
    assert withdrawn_from(day, slip.attendee) == set(CONSENTS)
    day.next()
    day.stand(Place.ATTRACT)
    visitor.show_slip()
    since = written_date(local_date(day, masked))
    told = day.say("error.withdrawn", date=alone(since) if tag == "ur" else since)
    day.hands.wait("the sentence", lambda: day.shows(told))
    day.picture(f"withdrawn-slip-{tag}")

    folder = tmp_path / "export"
    folder.mkdir()
    day.ask(lambda desk: export_day(desk, "coordinator", ExportRequest(folder, plain=True)))
    exported = b"".join(path.read_bytes() for path in files_below(folder))
    kept = b"".join(path.read_bytes() for path in files_below(day.kiosk.data))
    for name in (guest.name, LATER[tag], MOBILE):
        assert name.encode() not in exported
        assert name.encode() not in kept


def test_who_keeps_it_loses_nothing(make_day: MakeDay) -> None:
    day = make_day()
    visitor = registered(day, MEERA)
    visitor.keep()
    assert row(day, slip_of(visitor).attendee.number) == slip_of(visitor).attendee


def test_an_answer_may_be_removed_and_a_wrong_one_is_told_at_its_field(make_day: MakeDay) -> None:
    day = make_day()
    visitor = registered(day, MEERA)
    number = slip_of(visitor).attendee.number
    visitor.open_details()
    day.hands.touch_named("change-mobile")
    day.stand(Place.MEND)
    day.hands.type("7")
    day.hands.touch(day.kiosk.window.panel.key("{next}"))
    day.hands.wait("the problem", lambda: day.shows(day.say("error.mobile")))
    assert row(day, number).mobile == MOBILE
    day.hands.touch_button(day.say("details.remove"))
    day.stand(Place.DETAILS)
    assert row(day, number).mobile == ""


def test_back_from_a_change_changes_nothing(make_day: MakeDay) -> None:
    day = make_day()
    visitor = registered(day, MEERA)
    visitor.open_details()
    day.hands.touch_named("change-name")
    day.stand(Place.MEND)
    day.hands.type("XYZ")
    day.hands.touch_button(day.say("nav.back"))
    day.stand(Place.DETAILS)
    day.hands.wait("what is recorded", lambda: day.shows("Meera"))
    assert row(day, slip_of(visitor).attendee.number).name == "Meera"
    day.hands.touch(day.kiosk.window.footer.back)
    day.stand(Place.WELCOME)
    assert day.kiosk.host.visit.attendee is None
    assert not day.holds("Meera")


def test_a_scanned_slip_leads_there_from_the_greeting(make_day: MakeDay) -> None:
    day = make_day()
    slip = slip_of(registered(day, MEERA))
    day.hands.scan(slip.slip_qr)
    day.stand(Place.GREETING)
    day.picture("greeting-with-details")
    day.hands.touch_named("own_details")
    day.stand(Place.DETAILS)
    day.hands.wait("what is recorded", lambda: day.shows(MOBILE))


def test_who_walks_away_from_their_details_leaves_no_trace(make_day: MakeDay) -> None:
    day = make_day()
    visitor = registered(day, MEERA)
    visitor.open_details()
    event = day.kiosk.host.room.event
    day.clock.leap(3 * event.idle_seconds + event.warning_seconds)
    day.stand(Place.ATTRACT)
    for word in ("Meera", MOBILE):
        assert not day.holds(word)
    assert day.kiosk.host.visit.own is None


def test_another_language_shows_the_same_details(make_day: MakeDay) -> None:
    day = make_day(size=QSize(1024, 768))
    visitor = registered(day, MEERA)
    visitor.open_details()
    day.hands.touch_button(f"{day.say('header.language')}: English")
    day.hands.touch_button("اردو")
    day.hands.wait("Urdu", lambda: day.shows(day.say("details.title")))
    day.hands.wait("the details", lambda: day.shows("Meera"))
    assert day.kiosk.window.layoutDirection() is Qt.LayoutDirection.RightToLeft
    day.picture("details-small-ur")


def test_a_keyboard_alone_is_enough_to_withdraw(make_day: MakeDay) -> None:
    day = make_day()
    slip = slip_of(registered(day, MEERA))
    press(day, lambda widget: widget.objectName() == "language-en")
    day.stand(Place.WELCOME)
    press(day, lambda widget: widget is day.kiosk.window.footer.skip)
    day.stand(Place.SLIP)
    for text in (slip.attendee.number, slip.receipt_code):
        QTest.keyClicks(focused(day), text)
        QTest.keyClick(focused(day), Qt.Key.Key_Return)
    day.stand(Place.DETAILS)
    day.hands.wait("what is recorded", lambda: day.shows(MOBILE))
    press(day, lambda widget: widget is day.kiosk.window.footer.skip)
    day.stand(Place.WITHDRAW)
    press(day, lambda widget: widget is day.kiosk.window.footer.next)
    day.stand(Place.WITHDRAWN)
    assert row(day, slip.attendee.number).masked


def focused(day: Day) -> QWidget:
    return day.kiosk.window.focusWidget() or day.kiosk.window


def press(day: Day, wanted: Callable[[QWidget], bool]) -> None:
    """Tab until the wanted one has the focus, then the space bar."""
    for _ in range(60):
        if wanted(focused(day)):
            QTest.keyClick(focused(day), Qt.Key.Key_Space)
            return
        QTest.keyClick(focused(day), Qt.Key.Key_Tab)
    raise AssertionError("the focus never came there")


def test_a_slip_of_another_kiosk_is_enough_to_withdraw(make_day: MakeDay, tmp_path: Path) -> None:
    day = make_day()
    visitor = from_elsewhere(day, tmp_path, MEERA)
    slip = slip_of(visitor)
    day.hands.scan(slip.slip_qr)
    day.stand(Place.GREETING)
    day.hands.touch_named("own_details")
    day.stand(Place.DETAILS)
    day.hands.wait("the details", lambda: day.shows(day.say("details.by_slip")))
    assert day.shows("Meera")
    assert not day.shows(MOBILE)
    day.picture("details-by-slip")
    day.hands.touch(day.kiosk.window.footer.skip)
    day.stand(Place.WITHDRAW)
    assert day.shows(day.say("withdraw.elsewhere"))
    day.picture("withdraw-elsewhere")
    day.next()
    day.stand(Place.WITHDRAWN)
    assert day.shows(day.say("withdraw.elsewhere"))
    noted = row(day, slip.attendee.number)
    assert (noted.id, noted.masked, noted.met) == (slip.attendee.id, True, "slip")


def test_number_and_code_of_another_kiosk_are_enough_to_withdraw(
    make_day: MakeDay, tmp_path: Path
) -> None:
    day = make_day()
    visitor = from_elsewhere(day, tmp_path, MEERA)
    slip = slip_of(visitor)
    visitor.open_details()
    assert day.shows(day.say("details.by_code"))
    assert day.shows(slip.attendee.number)
    day.picture("details-by-code")
    visitor.withdraw_from_details()
    noted = row(day, slip.attendee.number)
    assert (noted.masked, noted.met, noted.receipt_hash) == (
        True, "code", slip.attendee.receipt_hash,
    )  # fmt: skip


def test_a_wrong_code_says_no_more_than_that(make_day: MakeDay) -> None:
    day = make_day()
    registered(day, MEERA)
    day.hands.touch_named("language-en")
    day.stand(Place.WELCOME)
    day.hands.touch(day.kiosk.window.footer.skip)
    day.stand(Place.SLIP)
    screen = slip_screen(day)
    for text in ("KA1-0001", "0000-0000-0000-0000-0"):
        QTest.keyClicks(focused(day), text)
        QTest.keyClick(focused(day), Qt.Key.Key_Return)
    day.hands.wait("the problem", lambda: bool(screen.fields[CODE].problem_text))
    assert screen.fields[CODE].problem_text == day.say("error.code_wrong")
    assert not day.holds("Meera")
