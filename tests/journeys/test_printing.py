"""Paper and people: neither waits for the other, and everybody is told where to collect."""

from __future__ import annotations

import threading

from kiosk.domain.language import Tag
from kiosk.services.printing import BY_SLIP, choose_printer
from kiosk.services.register import Registered
from tests.journeys.day import Day, MakeDay
from ui.journey import Place
from ui.printers import PrinterWaits
from ui.screens.paper import PagePicture
from ui.tour.people import Guest
from ui.widgets.button import TouchButton

FIRST = Guest(Tag("kn"), "ಶ್ರೀಲಕ್ಷ್ಮಿ", "seller", sentence="ಚೆನ್ನಾಗಿದೆ", scans=True)
SECOND = Guest(Tag("en"), "Meera", "other", used="never")


class Stuck:
    """A printer that takes a sheet and then answers nobody until the test lets go."""

    def __init__(self) -> None:
        self.let_go = threading.Event()
        self.asked = threading.Event()
        self.sheets: list[str] = []

    def begin(self, _pdf: bytes, title: str) -> str:
        self.asked.set()
        self.let_go.wait()
        self.sheets.append(title)
        return title

    def is_out(self, ticket: str) -> bool:
        return ticket in self.sheets

    def give_up(self, ticket: str) -> None:
        raise AssertionError(f"{ticket} came out")


class NoPaper:
    """A printer that says what it lacks, and goes on once it has it."""

    def __init__(self) -> None:
        self.lacks = "media-empty-error"

    def begin(self, _pdf: bytes, title: str) -> str:
        return title

    def is_out(self, _ticket: str) -> bool:
        if self.lacks:
            raise PrinterWaits(self.lacks)
        return True

    def give_up(self, _ticket: str) -> None:
        """Nothing was drawn in."""


def arrive(day: Day, guest: Guest) -> Registered:
    """Registers, and leaves without waiting for the slip."""
    visitor = day.visitor(guest)
    visitor.reach_notice()
    visitor.agree()
    visitor.answer_until(Place.CHECK, visitor._arrival_answers())
    day.next()
    day.stand(Place.RECEIPT)
    registered = day.kiosk.host.visit.registered
    assert registered is not None
    day.next()
    day.stand(Place.THANKS)
    day.kiosk.host.leave()
    day.stand(Place.ATTRACT)
    return registered


def at_certificate(day: Day, guest: Guest) -> str:
    """Arrives, comes back, and stands before the certificate; the visitor's number."""
    registered = arrive(day, guest)
    day.hands.scan(registered.slip_qr)
    day.stand(Place.GREETING)
    day.next()
    day.stand(Place.CHOICE)
    day.hands.touch(day.kiosk.window.footer.skip)
    day.stand(Place.CERTIFICATE)
    day.hands.wait("the preview", lambda: day.kiosk.host.visit.prepared is not None)
    return registered.attendee.number


def test_people_register_while_the_printer_hangs_and_sheets_come_when_it_is_well(
    make_day: MakeDay,
) -> None:
    printer = Stuck()
    day = make_day(printer)
    try:
        arrive(day, FIRST)
        day.hands.wait("the slip to be with the printer, which hangs", printer.asked.is_set)
        arrive(day, SECOND)
        assert day.ask(lambda desk: desk.record.figures().registered) == 2
        states = day.ask(lambda desk: [job.state for job in desk.record.print_jobs()])
        assert sorted(states) == ["sent", "waiting"], "one hangs, the other waits for it alone"
        assert printer.sheets == []
    finally:
        printer.let_go.set()
    day.hands.wait("both slips", lambda: day.ask(lambda desk: desk.record.print_jobs()) == [])
    assert printer.sheets == ["slip", "slip"]


def test_who_waits_for_a_printer_without_paper_is_told_where_to_collect(make_day: MakeDay) -> None:
    printer = NoPaper()
    day = make_day(printer)
    number = at_certificate(day, FIRST)
    day.hands.touch_named("print")
    told = day.say("printing.visitor.held", number=number)
    day.hands.wait("the words", lambda: day.shows(told))
    day.picture("certificate-held")
    held = {job.kind: job for job in day.ask(lambda desk: desk.record.print_jobs())}
    assert {job.state for job in held.values()} <= {"sent", "waiting"}
    assert "media-empty-error" in {job.message for job in held.values()}
    printer.lacks = ""
    out = day.say("thanks.certificate")
    day.hands.wait("the paper", lambda: day.shows(out))
    day.hands.wait("the slip", lambda: day.ask(lambda desk: desk.record.print_jobs()) == [])


def test_a_kiosk_that_leaves_certificates_to_the_print_desk_issues_none(make_day: MakeDay) -> None:
    day = make_day(NoPaper())
    day.kiosk.press.choose(day.ask(lambda desk: choose_printer(desk, "certificate", BY_SLIP)))
    at_certificate(day, FIRST)
    assert day.shows(day.say("printing.visitor.by_slip"))
    day.picture("certificate-by-slip")
    preview = day.kiosk.window.findChild(PagePicture)
    assert isinstance(preview, PagePicture)
    assert not preview.isVisible(), "the paper will bear another serial"
    for name in ("print", "collect", "rename"):
        button = day.kiosk.window.findChild(TouchButton, name)
        assert isinstance(button, TouchButton)
        assert not button.isVisible(), f"{name}: a name is put right where it is printed"
    day.next()
    day.stand(Place.THANKS)
    assert day.ask(lambda desk: desk.record.figures().certificates) == 0
