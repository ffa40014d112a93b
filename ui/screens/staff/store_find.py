"""Finding somebody in a merged store, at whichever event they were."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout

from kiosk.services.find import SLIP_PREFIX
from ui.isolates import alone
from ui.screens.screen import Room
from ui.screens.staff.finding import MOST, FindingPage
from ui.screens.staff.frame import Open
from ui.store import Hit, find_in, find_slip_in
from ui.store_words import event_words
from ui.widgets.button import TouchButton
from ui.widgets.label import Label

if TYPE_CHECKING:
    from kiosk.services.ports import StaffMember
    from ui.store import StoreWorker


class StoreFindPage(FindingPage):
    """``Open("visitor", hit)``: somebody was chosen, with the event at which they were."""

    def __init__(self, room: Room, member: StaffMember, store: StoreWorker) -> None:
        self._store = store
        super().__init__(room, member)
        row = QHBoxLayout(self.head)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(self.theme.space(2))
        back = TouchButton("", "quiet", icon="back")
        back.clicked.connect(lambda: self.went.emit(Open("decide", store.at)))
        where = Label("", "small", quiet=True)
        row.addWidget(back, 0, Qt.AlignmentFlag.AlignVCenter)
        row.addWidget(where, 1, Qt.AlignmentFlag.AlignVCenter)
        self.head.show()
        say, path = self.speaker.say, alone(store.at.path)
        self.says(back.set_text, lambda: say("staff.decide.title"))
        self.says(where.set_text, lambda: say("staff.store.lies_in", path=path))
        self.changed.connect(lambda: self.head.setVisible(self.keyboard() is None))

    def look_for(self, text: str, done: Callable[[list[Hit]], None]) -> None:
        self._store.ask_store(lambda desks: find_in(desks, text, MOST), done)

    def look_for_slip(self, text: str, failed: Callable[[Any], None] | None = None) -> None:
        self._store.ask_store(lambda desks: find_slip_in(desks, text), self.choose, failed)

    def on_slip(self, text: str) -> bool:
        """A slip is looked for in the store; nothing else is scanned here."""
        if self.busy or not text.upper().startswith(SLIP_PREFIX):
            return False
        self.on_next()
        self.look_for_slip(text)
        return True

    def about(self, hit: Hit) -> list[str]:
        number, does, mobile, _time, organisation = super().about(hit)
        return [number, *event_words(self.speaker, hit.event), does, mobile, organisation]

    def open_hit(self, hit: Hit) -> None:
        self.went.emit(Open("visitor", hit))
