"""A stage for the staff's screens: a real record, a real window, a printer that only counts."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QCoreApplication, QObject, Signal
from PySide6.QtWidgets import QAbstractButton, QLabel, QLineEdit, QWidget
from pytestqt.qtbot import QtBot

from kiosk.domain.language import Tag
from kiosk.errors import EnvironmentFault, VisitorError
from kiosk.services.desk import Desk
from kiosk.services.ports import PrintJob, StaffMember
from kiosk.services.words import load_all_words
from ui.printers import Seen
from ui.screens.screen import Notice, Room, Screen
from ui.screens.staff.frame import Page
from ui.screens.staff.side import StaffSide
from ui.staff import make_side
from ui.translate import Speaker
from ui.window import Window
from ui.worker import Worker

T = TypeVar("T")
P = TypeVar("P", bound=Page)
WAIT_MS = 60_000  # of a machine that does much else
_ROUNDS = 6  # of events: Qt shows in the next what was added in this one


class CountingPress(QObject):
    """A printer at its port: it takes what it is given and remembers it."""

    settled = Signal(object, str)
    looked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.ready = True
        self.sent: list[PrintJob] = []
        self.cancelled: list[tuple[PrintJob, str]] = []
        self.choices: Mapping[str, str] = {}
        self.seen: tuple[Seen, ...] = ()
        self.looks = 0
        self.slip_size = "a6"

    def send(self, job: PrintJob) -> None:
        self.sent.append(job)

    def cancel(self, job: PrintJob, why: str) -> None:
        self.cancelled.append((job, why))

    def ready_for(self, kind: str) -> bool:
        return self.ready and self.goes_to(kind) in {"", *(one.name for one in self.seen)}

    def goes_to(self, kind: str) -> str:
        return self.choices.get(kind, "")

    def choose(self, choices: Mapping[str, str]) -> None:
        self.choices = dict(choices)

    def look(self) -> None:
        self.looks += 1


class Stage:
    """Shows screens in a window and waits for the record."""

    def __init__(self, qtbot: QtBot, opener: Callable[[], Desk], data: Path) -> None:
        self.qtbot = qtbot
        self.data = data
        self.worker = Worker()
        self.press = CountingPress()
        self.faults: list[VisitorError | EnvironmentFault] = []
        self.events: list[object] = []
        self.notices: list[Notice] = []
        self._busy = False
        self.worker.busy.connect(self._set_busy)
        self.worker.faulted.connect(self.faults.append)
        opened: list[Desk] = []
        self.worker.open(opener, opened.append)
        qtbot.waitUntil(lambda: bool(opened), timeout=WAIT_MS)
        self.desk = opened[0]
        self.speaker = Speaker(load_all_words(), self.desk.languages, Tag("en"))
        self.window = Window(self.speaker, lambda: 0)  # a slow machine scans as fast as any
        self.window.settle()
        qtbot.addWidget(self.window, before_close_func=lambda _window: self._end())
        self.window.may_close = True
        self.window.resize(1366, 768)
        self.window.show()

    def _set_busy(self, busy: bool) -> None:
        self._busy = busy

    def settle(self) -> None:
        """Until the record has answered everything, what came is shown, and nobody asks more."""
        quiet = 0
        while quiet < _ROUNDS:
            QCoreApplication.processEvents()
            quiet += 1
            if self._busy:
                self.qtbot.waitUntil(lambda: not self._busy, timeout=WAIT_MS)
                quiet = 0

    @contextmanager
    def at_work(self) -> Iterator[None]:
        """Meanwhile the record is at work on something else; what is asked for waits."""
        done = threading.Event()
        self.worker.tell(lambda _desk: done.wait(WAIT_MS / 1000))
        try:
            yield
        finally:
            done.set()

    def ask(self, work: Callable[[Desk], T]) -> T:
        """What the record says, asked on its own thread."""
        answers: list[T] = []
        self.worker.ask(work, answers.append)
        self.qtbot.waitUntil(lambda: bool(answers), timeout=WAIT_MS)
        return answers[0]

    @property
    def room(self) -> Room:
        desk = self.desk
        return Room(
            speaker=self.speaker, worker=self.worker, data=self.data, campaign=desk.campaign,
            event=desk.event, device=desk.device, languages=desk.languages, press=self.press,
        )  # fmt: skip

    def speak(self, tag: str) -> None:
        self.speaker.set_tag(Tag(tag))
        self.window.setLayoutDirection(self.speaker.direction)

    def show(self, screen: Screen) -> None:
        screen.went.connect(self.events.append)
        screen.told.connect(self.notices.append)
        self.window.show_screen(screen)
        self.settle()

    def side(self, *, coordinator: bool = True) -> StaffSide:
        """The staff's side, shown."""
        side = make_side(self.room, StaffMember("Savita", "", coordinator))
        self.show(side)
        return side

    def page(self, kind: type[P], name: str, about: object = None) -> P:
        """One page of the staff's side, shown."""
        side = self.side()
        side.open(name, about)
        self.settle()
        assert isinstance(side.page, kind)
        return side.page

    def _end(self) -> None:
        """What was asked for is answered while its pages are there to be told."""
        self.settle()
        self.window.hide()

    def close(self) -> None:
        self.worker.tell(lambda desk: desk.close())
        self.worker.close()


def texts(widget: QWidget) -> str:
    """Everything that stands on it now, for the eye and for a screen reader."""
    found = []
    for one in widget.findChildren(QWidget):
        if isinstance(one, (QLabel, QAbstractButton, QLineEdit)) and one.isVisibleTo(widget):
            found += [one.text(), one.accessibleName(), one.accessibleDescription()]
    return "\n".join(plain(text) for text in found if text)


def plain(text: str) -> str:
    """Without the signs that keep names in their own direction."""
    return text.translate(dict.fromkeys(map(ord, "\u2066\u2067\u2068\u2069")))


def button(widget: QWidget, text: str) -> QAbstractButton:
    """The visible button that says, or is read out as, that."""
    for one in widget.findChildren(QAbstractButton):
        said = (plain(one.text()), plain(one.accessibleName()))
        if text in said and one.isVisibleTo(widget):
            return one
    raise AssertionError(f"no button says {text!r}:\n{texts(widget)}")
