"""Pages of the staff's side, of which one is shown: each is made when it is first opened."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget

from ui.screens.screen import Room
from ui.screens.staff.frame import Open, Page

if TYPE_CHECKING:
    from kiosk.services.ports import StaffMember

PageMaker = Callable[[Room, "StaffMember"], Page]


class PageStack(QStackedWidget):
    """``pages`` gives each page its maker. What a page asks to be opened and is not among them
    ``went`` on; so does everything else that it says.
    """

    went = Signal(object)
    told = Signal(object)
    changed = Signal()
    opened = Signal(str)  # the page's name, before the page itself is entered

    def __init__(self, room: Room, member: StaffMember, pages: Mapping[str, PageMaker]) -> None:
        super().__init__()
        self._room, self._member, self._makers = room, member, pages
        self._made: dict[str, Page] = {}

    @property
    def page(self) -> Page | None:
        """The page that is shown now."""
        shown = self.currentWidget()
        return shown if isinstance(shown, Page) else None

    def open(self, name: str, about: object = None) -> None:
        """Shows a page."""
        before = self.page
        if name not in self._made:
            self._made[name] = self._make(name)
        page = self._made[name]
        if before is not None and before is not page:
            before.leave()
        page.take(about)
        self.setCurrentWidget(page)
        self.opened.emit(name)
        page.enter()
        self.changed.emit()

    def _make(self, name: str) -> Page:
        page = self._makers[name](self._room, self._member)
        page.went.connect(self._page_went)
        page.told.connect(self.told)
        page.changed.connect(self.changed)
        self.addWidget(page)
        return page

    def _page_went(self, event: object) -> None:
        if isinstance(event, Open) and event.page in self._makers:
            self.open(event.page, event.about)
        else:
            self.went.emit(event)

    def leave(self) -> None:
        """Something else is shown now."""
        if self.page is not None:
            self.page.leave()

    def say_again(self) -> None:
        """In another language, those that are not shown too."""
        for page in self._made.values():
            page.say_again()

    def forget(self) -> None:
        """Every page is dropped, with whatever stood on it."""
        for page in self._made.values():
            page.forget()
            self.removeWidget(page)
            page.deleteLater()
        self._made.clear()
