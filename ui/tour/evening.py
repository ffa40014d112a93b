"""The staff's part of the tour: the first PIN, finding, checking in, closing the day."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import TypeVar

from PySide6.QtWidgets import QLineEdit, QWidget

from kiosk.services.desk import Desk
from ui.app import Kiosk
from ui.journey import Place
from ui.screens.staff.find import FindPage
from ui.screens.staff.frame import Page
from ui.screens.staff.side import StaffSide
from ui.tour.hands import Hands, TourError, plain, settle
from ui.tour.laptops import Ask
from ui.tour.people import COORDINATOR, GUESTS, PIN
from ui.tour.report import Report
from ui.widgets.answer_card import AnswerCard
from ui.widgets.link_card import LinkCard
from ui.widgets.pin_pad import PinPad

T = TypeVar("T")
_PAGES = ("today", "quick", "scan", "queue", "drafts", "prepare", "people")


class Evening:
    """One coordinator, from the PIN to the closed day, in English."""

    def __init__(self, kiosk: Kiosk, hands: Hands, report: Report) -> None:
        self._kiosk = kiosk
        self._hands = hands
        self._report = report

    def begin(self) -> None:
        """To the staff's side, and all over it."""
        self._enter()
        self._look_around()
        self._find_and_check_in()

    def close(self) -> None:
        """Nobody comes any more."""
        self._close_day()

    def end(self) -> None:
        """The staff's side is locked again."""
        self._lock()

    def _say(self, key: str, **values: object) -> str:
        return self._kiosk.speaker.say(key, **values)

    # in and out

    def _enter(self) -> None:
        self._report.say(f"{COORDINATOR} comes to the staff's side")
        self._hands.touch_named("language-en")
        self._stand(Place.WELCOME)
        self._hands.touch_button(self._say("header.staff"))
        self._stand(Place.PIN)
        self._hands.wait("the line for a name", lambda: self._line() is not None)
        line = self._line()
        if line is None:
            raise TourError("nobody is asked for a name")
        self._hands.touch(line)
        self._hands.wait("the keyboard", self._kiosk.window.panel.isVisible)
        self._hands.type(COORDINATOR)
        self._picture("first-coordinator")
        self._hands.touch(self._kiosk.window.panel.key("{next}"))
        for _twice in range(2):
            self._enter_pin()
        self._stand(Place.STAFF)

    def _enter_pin(self) -> None:
        self._hands.wait("the digits", lambda: self._pad() is not None)
        pad = self._pad()
        if pad is None:
            raise TourError("there are no digits")
        for digit in PIN:
            self._hands.touch_button(digit)
        self._picture("pin")
        self._hands.touch(pad.enter_button)

    def _lock(self) -> None:
        self._hands.touch_button(self._say("staff.side.lock"))
        self._stand(Place.ATTRACT)
        self._report.picture(self._kiosk.window, "locked-again")

    # pages

    def _look_around(self) -> None:
        for name in _PAGES:
            self._open(name)
            self._picture(name)
        self._open("prepare")
        self._hands.touch_button(self._say("staff.backups.title"))
        self._hands.wait("the page of backups", lambda: self._page_is("backups"))
        self._ask(lambda _desk: None)
        self._picture("backups")

    def _find_and_check_in(self) -> None:
        guest = next(guest for guest in GUESTS if guest.language == "en")
        self._report.say(f"staff look for {guest.name}")
        self._open("find")
        line = self._line()
        if line is None:
            raise TourError("there is nothing to search with")
        self._hands.touch(line)
        self._hands.wait("the keyboard", self._kiosk.window.panel.isVisible)
        self._hands.type(guest.name.split()[0])
        page = self._page()
        self._hands.wait("the search", lambda: isinstance(page, FindPage) and not page.searching)
        self._picture("find")
        self._hands.touch(self._kiosk.window.panel.key("{next}"))
        self._hands.wait("the keyboard to go", lambda: not self._kiosk.window.panel.isVisible())
        self._hands.touch(self._results(guest.name)[0])
        self._hands.wait("the visitor's page", lambda: self._page_is("visitor"))
        session = self._kiosk.host.room.event.sessions[0]
        title = f"{session.starts} · {self._kiosk.speaker.text(session.title)}"
        check_in = plain(self._say("staff.visitor.check_in_to", session=title))
        self._hands.wait_for_button(check_in)
        self._picture("visitor")
        before = self._ask(lambda desk: desk.record.figures().checked_in)
        for picture in ("checked-in", "checked-in-again"):
            self._hands.touch_button(check_in)
            self._ask(lambda _desk: None)  # the record has answered
            self._hands.wait("the answer", lambda: bool(self._seen(AnswerCard)))
            self._ask(lambda _desk: None)  # and the page was read again
            self._picture(picture)
        after = self._ask(lambda desk: desk.record.figures().checked_in)
        self._report.check(after == before + 1, f"{guest.name} is checked in to a session")

    def _close_day(self) -> None:
        self._report.say("the day is closed")
        self._open("close")
        self._hands.wait("what is open", lambda: bool(self._places()))
        self._picture("close")
        self._hands.touch(self._places()[0])
        self._hands.touch_button(self._say("staff.close.do"))
        self._hands.wait("the closed day", self._is_closed)
        self._picture("closed")
        export = self._kiosk.data / "export"
        files = sorted(path for path in export.rglob("*") if path.is_file())
        self._report.check(bool(files), "the day was exported")
        self._report.check(any(p.suffix == ".pdf" for p in files), "the summary was written")
        shutil.copytree(export, self._report.folder / "day")
        ok = self._ask(lambda desk: desk.record.verify().ok)
        self._report.check(ok, "the log of all changes holds, from the first entry to the last")
        drafts = self._ask(lambda desk: len(desk.record.drafts()))
        self._report.check(drafts == 0, "drafts died with the day")

    def _is_closed(self) -> bool:
        done = self._ask(lambda desk: desk.record.closed_at() is not None)
        return done and bool(list(self._written()))

    def _written(self) -> list[Path]:
        return list((self._kiosk.data / "export").rglob("*.pdf"))

    # where things are

    def _stand(self, place: Place) -> None:
        visit = self._kiosk.host.visit
        self._hands.wait(f"the place {place.value}", lambda: visit.place is place)

    def _open(self, name: str) -> None:
        settle()
        if not self._named(name):  # the list is folded behind a button where it is narrow
            self._hands.touch_button(self._say("staff.side.label"))
            self._hands.wait("the list of pages", lambda: self._named(name))
        self._hands.touch_named(name)
        self._hands.wait(f"the page {name}", lambda: self._page_is(name))
        self._ask(lambda _desk: None)  # what the page asked for has been answered

    def _named(self, name: str) -> bool:
        found = self._kiosk.window.findChildren(QWidget, name)
        return any(one.isVisible() for one in found)

    def _page_is(self, name: str) -> bool:
        page = self._page()
        return page is not None and type(page).__name__.lower().startswith(name)

    def _page(self) -> Page | None:
        side = self._kiosk.window.screen_shown
        return side.page if isinstance(side, StaffSide) else None

    def _seen(self, kind: type[T]) -> list[T]:
        widgets = self._kiosk.window.findChildren(QWidget)
        return [one for one in widgets if isinstance(one, kind) and one.isVisible()]

    def _line(self) -> QLineEdit | None:
        return next(iter(self._seen(QLineEdit)), None)

    def _pad(self) -> PinPad | None:
        return next(iter(self._seen(PinPad)), None)

    def _results(self, name: str) -> list[LinkCard]:
        return [card for card in self._seen(LinkCard) if name in plain(card.accessibleName())]

    def _places(self) -> list[QWidget]:
        here = self._say("staff.close.this_laptop")
        return [one for one in self._seen(QWidget) if one.accessibleName() == here]

    def _ask(self, question: Callable[[Desk], T]) -> T:
        return ask(self._kiosk, self._hands, question)

    def _picture(self, name: str) -> None:
        self._report.picture(self._kiosk.window, f"staff-{name}")


def ask(kiosk: Kiosk, hands: Hands, question: Callable[[Desk], T]) -> T:
    """What the record says, asked on its own thread."""
    answers: list[T] = []
    kiosk.worker.ask(question, answers.append)
    hands.wait("an answer of the record", lambda: bool(answers))
    return answers[0]


def asking(kiosk: Kiosk, hands: Hands) -> Ask:
    """The same, for whoever knows nothing of windows."""

    def asked(question: Callable[[Desk], T]) -> T:
        return ask(kiosk, hands, question)

    return asked
