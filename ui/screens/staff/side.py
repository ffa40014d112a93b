"""The staff's side: the list of pages at the start side, the chosen page beside it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ui.isolates import alone
from ui.print_words import unseen_words
from ui.screens.screen import Locked, Notice, Room, Screen
from ui.screens.staff.frame import Page
from ui.screens.staff.stack import PageMaker, PageStack
from ui.widgets.button import TouchButton
from ui.widgets.label import Label
from ui.widgets.side_bar import Entry, SideBar

if TYPE_CHECKING:
    from kiosk.domain.language import Tag
    from kiosk.services.ports import StaffMember

_WIDE_EM = 55
_PRACTICE_EM, _NARROW_PRACTICE_EM = 16, 8
_WIDEST_BAR = 0.32  # of the window; a wider list of pages is folded into a menu


class StaffSide(Screen):
    """The list of pages at the start side, the chosen page beside it; narrow windows fold the list.

    ``pages`` gives each page its maker, in the order of the list; ``entries`` the key of each
    page's name, for those that stand in the list. Pages are made when they are first opened, and
    all of them end with the side: nothing of a visitor stays behind.
    """

    shows_header = False
    shows_footer = False
    sensitive = True

    def __init__(
        self,
        room: Room,
        member: StaffMember,
        pages: Mapping[str, PageMaker],
        entries: Mapping[str, Callable[[], str]],
    ) -> None:
        super().__init__(room)
        self.room, self.member = room, member
        self._entries = entries
        self._menu_open = False
        self._bar = SideBar()
        self._bar.chose.connect(self.open)
        self._menu = TouchButton("", "tool")
        self._menu.clicked.connect(self._toggle_menu)
        self._title = Label("", "title", bold=True)
        self._practice = Label("", "small", quiet=True)
        self._lock = TouchButton("", "tool")
        self._lock.clicked.connect(self.lock)
        self._stack = PageStack(room, member, pages)
        self._stack.went.connect(self.went)
        self._stack.told.connect(self.told)
        self._stack.changed.connect(self._page_changed)
        self._stack.opened.connect(self._opened)
        self._side = self._lay_out()
        self.say_again()

    def _lay_out(self) -> QWidget:
        head = QHBoxLayout()
        head.setSpacing(self.theme.space(1.5))
        middle = Qt.AlignmentFlag.AlignVCenter
        head.addWidget(self._menu, 0, middle)
        head.addWidget(self._title, 1, middle)
        head.addWidget(self._practice, 0, middle)
        head.addWidget(self._lock, 0, middle)
        self._head = QWidget()
        self._head.setLayout(head)
        head.setContentsMargins(0, 0, 0, 0)
        content = QWidget()
        self._column = QVBoxLayout(content)
        self._column.addWidget(self._head)
        self._column.addWidget(self._stack, 1)
        rows = QHBoxLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        rows.addWidget(self._bar)
        rows.addWidget(content, 1)
        return content

    # pages

    @property
    def page(self) -> Page | None:
        """The page that is shown now."""
        return self._stack.page

    def open(self, name: str, about: object = None) -> None:
        """Shows a page of the staff's side."""
        self._stack.open(name, about)

    def _opened(self, name: str) -> None:
        page = self._stack.page
        under = "" if page is None else page.under
        self._bar.choose(name if name in self._entries else under)
        self._menu_open = False

    def _page_changed(self) -> None:
        page = self.page
        self._title.set_text(page.title() if page is not None else "")
        self._arrange()
        self.changed.emit()

    def lock(self) -> None:
        """Leaves the staff's side; nothing of any visitor stays."""
        self.forget()
        self.went.emit(Locked())

    # what the window calls

    def enter(self) -> None:
        self.open(next(iter(self._entries)))
        unseen = [unseen_words(self.speaker, one) for one in self.room.unseen]
        if unseen:
            self.told.emit(Notice("\n".join(unseen), grave=True))

    def leave(self) -> None:
        self._stack.leave()

    def say_again(self) -> None:
        entries = [Entry(name, say()) for name, say in self._entries.items()]
        note = self.speaker.say("staff.side.you", name=alone(self.member.name))
        tag = self.speaker.tag
        self._bar.set_entries(self.speaker.text(self.room.campaign.name), note, entries, tag)
        self._bar.setAccessibleName(self.speaker.say("staff.side.label"))
        self._menu.set_text(self.speaker.say("staff.side.label"))
        practice = self.room.campaign.practice
        self._practice.set_text(self.speaker.say("staff.practice") if practice else "")
        self._practice.setVisible(practice)
        self._lock.set_text(self.speaker.say("staff.side.lock"))
        self._stack.say_again()
        self._page_changed()

    def forget(self) -> None:
        """Every page is dropped, with whatever stood on it."""
        self._stack.forget()
        self._title.set_text("")

    def on_next(self) -> None:
        if self.page is not None:
            self.page.on_next()

    def on_slip(self, text: str) -> bool:
        return self.page is not None and self.page.on_slip(text)

    def keyboard(self) -> tuple[Tag, str] | None:
        return self.page.keyboard() if self.page is not None else None

    # waiting

    @property
    def waiting(self) -> bool:
        return super().waiting or (self.page is not None and self.page.waiting)

    def set_waiting(self, waiting: bool) -> None:  # noqa: FBT001 - as Qt's own setEnabled
        """After trouble the window frees the side, and the side its page."""
        super().set_waiting(waiting)
        if not waiting and self.page is not None:
            self.page.set_waiting(False)

    # size

    def minimumSizeHint(self) -> QSize:
        """None: a page that does not fit scrolls, and never makes a full-screen window larger."""
        return QSize(0, 0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _toggle_menu(self) -> None:
        self._menu_open = not self._menu_open
        self._arrange()

    def _arrange(self) -> None:
        """The list beside the page where both have room, else folded behind a button."""
        typing = self.keyboard() is not None
        width = max(self._bar.least_width(), min(self._bar.wanted_width(), self.width() // 4))
        self._bar.set_brief(False)
        self._bar.set_brief(self._bar.height_at(width) > self.height())
        fits = width <= self.width() * _WIDEST_BAR and self._bar.height_at(width) <= self.height()
        folded = typing or not fits
        self._menu.setVisible(folded)
        self._bar.setVisible(not folded or self._menu_open)
        self._side.setVisible(not (folded and self._menu_open))
        self._bar.set_columns(2 if folded else 1)
        self._bar.setMinimumWidth(0 if folded else width)
        self._bar.setMaximumWidth(self.width() if folded else width)
        self._head.setVisible(not typing)
        narrow = self.width() < _WIDE_EM * self.theme.pixels("body")
        em = _NARROW_PRACTICE_EM if narrow else _PRACTICE_EM
        self._practice.setMaximumWidth(em * self.theme.pixels("small"))
        space = self.theme.space
        edge = space(2) if folded else space(5)
        self._column.setContentsMargins(edge, space(1 if typing else 2), edge, space(2))
        self._column.setSpacing(space(1))
