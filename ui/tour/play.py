"""A whole day on the real screens, by itself: the product's own proof that it works here."""

from __future__ import annotations

import secrets
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from PySide6.QtCore import QSize

from kiosk.domain.ids import AttendeeId, Number
from kiosk.errors import EnvironmentFault
from ui.app import Kiosk, Options, catch_everything, make_application
from ui.journey import Place
from ui.notices import LOG
from ui.printers import PrinterError
from ui.tour.campaign import Laptops
from ui.tour.coordinator import Coordinator
from ui.tour.evening import ask, asking
from ui.tour.hands import Hands, TourError
from ui.tour.laptops import enrol_laptop, open_laptop, receive
from ui.tour.merging import Merging, keys_in
from ui.tour.people import (
    ERASED,
    FROM_ANOTHER_KIOSK,
    GUESTS,
    RESPELLED,
    RESPELLED_AT_THE_FIRST,
    WALKS_AWAY,
)
from ui.tour.report import Report
from ui.tour.second_thoughts import SecondThoughts
from ui.tour.servers import postgres_server, webdav_server
from ui.tour.visitor import Visitor
from ui.window import monotonic_ms

SIZE = QSize(1366, 768)
OTHER_DEVICE = "KA2"


class FolderPrinter:
    """Prints into a folder, as a proof that paper would have come out."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._sheets = 0

    def begin(self, pdf: bytes, title: str) -> str:
        kind = "certificates" if "-C-" in title else "slips"
        folder = self._folder / kind
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._sheets += 1
            name = title if kind == "certificates" else f"{title}-{self._sheets:02d}"
            (folder / f"{name}.pdf").write_bytes(pdf)
        except OSError as error:
            raise PrinterError(str(error)) from error
        return title

    def is_out(self, ticket: str) -> bool:
        return bool(ticket)

    def give_up(self, ticket: str) -> None:
        """What lies in the folder stays there."""


class LeapingClock:
    """Stands still until the tour moves it on: however slow a laptop is, nobody is forgotten and
    no scan takes too long meanwhile.
    """

    def __init__(self) -> None:
        self._ms = monotonic_ms()

    def __call__(self) -> int:
        return self._ms

    def leap(self, seconds: float) -> None:
        self._ms += round(seconds * 1000)


def play(folder: Path) -> int:
    """Plays the day; 0 if all held, else 1. A new folder within ``folder`` takes what comes out."""
    place = _new_folder(folder)
    report = Report(place)
    printer = FolderPrinter(place)
    clock = LeapingClock()
    app = make_application(["samvad-kiosk"])
    kiosk = Kiosk(
        Options(
            data=place / "kiosk",
            demo=True,
            windowed=SIZE,
            find_printer=lambda: printer,
            now_ms=clock,
        )
    )
    app.setQuitOnLastWindowClosed(False)
    hands = Hands(kiosk.window)
    report.say("A practice day plays itself, by touches on the real screens.")
    try:
        _open(kiosk, hands)
        _day(kiosk, hands, report, clock)
    except TourError as error:
        report.picture(kiosk.window, "stopped-here")
        report.check(holds=False, what=f"the tour reached its end: {error}")
    finally:
        sys.excepthook = sys.__excepthook__
        kiosk.end()
    report.check(not (kiosk.data / LOG).exists(), "no trouble was noted")
    return report.end()


def _open(kiosk: Kiosk, hands: Hands) -> None:
    catch_everything(kiosk)
    kiosk.begin()
    kiosk.show()
    kiosk.settle()
    hands.wait("the practice day", lambda: kiosk.host.visit.place is Place.ATTRACT)
    hands.wait("the printer", lambda: kiosk.press.ready)


def _day(kiosk: Kiosk, hands: Hands, report: Report, clock: LeapingClock) -> None:
    report.picture(kiosk.window, "attract")
    visitors = [SecondThoughts(kiosk, hands, report, guest) for guest in GUESTS]
    for visitor in visitors:
        visitor.arrive()
    for visitor in visitors:
        visitor.come_back()
    first = asking(kiosk, hands)
    laptops = Laptops(kiosk.host.room.event.id, report.folder, first, report)
    laptops.copy(kiosk.data)
    _reconsider(kiosk, hands, report, visitors)
    _meet_a_stranger(kiosk, hands, laptops)
    _walk_away(kiosk, hands, report, clock)
    known = {guest.name: one.attendee_id for guest, one in zip(GUESTS, visitors, strict=True)}
    laptops.work(corrected=known[RESPELLED.name], erased=known[ERASED.name])
    coordinator = Coordinator(kiosk, hands, report)
    coordinator.begin()
    coordinator.check_papers()
    coordinator.close()
    come = [one.registered for one in visitors if one.registered is not None]
    laptops.end(come, gone=[known[ERASED.name], visitors[-1].attendee_id])
    _bring_together(coordinator, laptops, known[RESPELLED.name])
    coordinator.end()


def _bring_together(coordinator: Coordinator, laptops: Laptops, respelled: AttendeeId) -> None:
    """The same evening: by stick, by server where there is one, merged, and decided."""
    folder, report = laptops.folder, laptops.report
    stick, served = folder / "stick", folder / "served"
    stick.mkdir()
    served.mkdir()
    laptops.begin_to_carry(stick)
    coordinator.carry(stick)
    laptops.carry(stick)
    with webdav_server(served) as address, postgres_server() as database, keys_in(folder):
        if address is None:
            report.say("no WebDAV server is installed here: the stick alone carries")
        else:
            laptops.carry_by_web(address, stick, served)
        if database is None:
            report.say("no PostgreSQL can be started here: files alone are merged into")
        together = folder / "merged"
        together.mkdir()
        coordinator.merge(stick, together)
        merging = Merging(together, report, laptops.roll, stick, address, database)
        merging.bring_together()
        laptops.read_receipts(stick)
        coordinator.decide()
        merging.spread(respelled)


def _reconsider(
    kiosk: Kiosk, hands: Hands, report: Report, visitors: Sequence[SecondThoughts]
) -> None:
    """All look at what is recorded of them; one puts the name right, and the last withdraws."""
    *others, last = visitors
    for guest, visitor in zip(GUESTS, others, strict=False):
        if guest is RESPELLED:
            visitor.respell(RESPELLED_AT_THE_FIRST)
        else:
            visitor.keep()
    last.withdraw()
    slip = last.registered
    number = "" if slip is None else slip.attendee.number
    row = ask(kiosk, hands, lambda desk: desk.record.attendee_by_number(Number(number)))
    report.check(row is not None and row.masked and not row.name, "who withdrew is masked at once")


def _walk_away(kiosk: Kiosk, hands: Hands, report: Report, clock: LeapingClock) -> None:
    """Somebody consents, types their name, and goes: warned, counted down, forgotten."""
    visitor = Visitor(kiosk, hands, report, WALKS_AWAY)
    report.say(f"{WALKS_AWAY.name} walks away")
    visitor.reach_notice()
    visitor.agree()
    hands.type(WALKS_AWAY.name)
    event = kiosk.host.room.event
    clock.leap(event.idle_seconds + 1)
    hands.wait("the warning", lambda: kiosk.window.overlaid is not None)
    report.picture(kiosk.window, "idle-warning")
    hands.touch_button(kiosk.speaker.say("idle.stay"))
    hands.wait("the warning to go", lambda: kiosk.window.overlaid is None)
    report.check(hands.written() == WALKS_AWAY.name, "staying keeps what was typed")
    clock.leap(event.idle_seconds + event.warning_seconds + 1)
    hands.wait("the languages", lambda: kiosk.host.visit.place is Place.ATTRACT)
    visitor.check_forgotten()
    drafts = ask(kiosk, hands, lambda desk: len(desk.record.drafts()))
    report.check(drafts == 1, "what was typed is kept as a draft that staff can offer again")


def _meet_a_stranger(kiosk: Kiosk, hands: Hands, laptops: Laptops) -> None:
    """Somebody registered at another kiosk of the event; the slip alone is enough here."""
    guest, report = FROM_ANOTHER_KIOSK, laptops.report
    report.say(f"{guest.name} comes from another kiosk")
    other = report.folder / "other-kiosk"
    event = kiosk.host.room.event.id
    enrol_laptop(other, event, OTHER_DEVICE)
    with open_laptop(other) as desk:
        [registered] = receive(desk, [guest])
    laptops.add_second(other, [registered])
    visitor = Visitor(kiosk, hands, report, guest)
    visitor.registered = registered
    visitor.come_back()


def _new_folder(folder: Path) -> Path:
    """A folder of its own for this tour: nothing that is there already is touched."""
    name = f"tour-{datetime.now(UTC):%Y%m%d-%H%M%S}-{secrets.token_hex(2)}"
    place = folder.resolve() / name
    try:
        place.mkdir(parents=True)
    except OSError as error:
        raise EnvironmentFault("file_unwritable", path=place) from error
    return place
