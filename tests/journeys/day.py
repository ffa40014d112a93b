"""A day of one kiosk: the real window, a real data folder and record, fingers on the glass."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QSize
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from kiosk.services.desk import Desk
from ui.app import Kiosk, Options
from ui.journey import Place
from ui.printers import Printer, PrinterError
from ui.tour.evening import ask
from ui.tour.hands import Hands, settle
from ui.tour.people import Guest
from ui.tour.play import LeapingClock
from ui.tour.report import Report
from ui.tour.visitor import Visitor, traces

T = TypeVar("T")
PICTURES = Path(__file__).parent / "pictures"


class PaperTray:
    """A printer that works: every sheet comes out at once."""

    def __init__(self) -> None:
        self.sheets: list[str] = []

    def begin(self, pdf: bytes, title: str) -> str:
        assert pdf.startswith(b"%PDF")
        self.sheets.append(title)
        return title

    def is_out(self, ticket: str) -> bool:
        return ticket in self.sheets

    def give_up(self, ticket: str) -> None:
        raise AssertionError(f"{ticket} came out")


class EmptyTray:
    """A printer without paper."""

    def begin(self, pdf: bytes, title: str) -> str:
        raise PrinterError("out of paper")

    def is_out(self, ticket: str) -> bool:
        raise PrinterError("out of paper")

    def give_up(self, ticket: str) -> None:
        """It never took anything."""


class Day:
    """One kiosk on a practice day on which nobody came yet."""

    def __init__(self, folder: Path, printer: Printer | None, size: QSize) -> None:
        self.clock = LeapingClock()
        self.kiosk = Kiosk(
            Options(
                data=folder / "kiosk", demo=True, windowed=size, find_printer=lambda: printer,
                now_ms=self.clock, practice_visitors=0,
            )
        )  # fmt: skip
        self.hands = Hands(self.kiosk.window)
        self.said = io.StringIO()
        self.report = Report(folder, self.said)
        self.surprises: list[Exception] = []
        self.kiosk.worker.surprised.connect(self.surprises.append)
        self.kiosk.begin()
        self.kiosk.show()
        self.kiosk.settle()
        self.stand(Place.ATTRACT)
        if printer is not None:
            self.hands.wait("the printer", lambda: self.kiosk.press.ready)

    @property
    def place(self) -> Place:
        return self.kiosk.host.visit.place

    def stand(self, place: Place) -> None:
        self.hands.wait(place.value, lambda: self.place is place)
        settle()

    def visitor(self, guest: Guest) -> Visitor:
        return Visitor(self.kiosk, self.hands, self.report, guest)

    def ask(self, question: Callable[[Desk], T]) -> T:
        return ask(self.kiosk, self.hands, question)

    def next(self) -> None:
        self.hands.touch(self.kiosk.window.footer.next)

    def say(self, key: str, **values: object) -> str:
        return self.kiosk.speaker.say(key, **values)

    def shows(self, text: str) -> bool:
        """Whether this text stands in a widget that is seen now."""
        return any(text in one for one in traces(self.kiosk.window, seen=True))

    def holds(self, text: str) -> bool:
        """Whether any widget, seen or not, or the clipboard has it."""
        there = [*traces(self.kiosk.window), QApplication.clipboard().text()]
        return any(text in one for one in there)

    def picture(self, name: str) -> None:
        PICTURES.mkdir(exist_ok=True)
        settle()
        assert self.kiosk.window.grab().save(str(PICTURES / f"{name}.png"))

    def end(self) -> None:
        self.kiosk.window.may_close = True
        self.kiosk.window.close()
        self.kiosk.end()
        self.kiosk.window.deleteLater()
        QTest.qWait(0)


MakeDay = Callable[..., Day]
