"""A page that finds a visitor as one types; where it looks is the business of those below it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QVBoxLayout, QWidget

from kiosk.domain.clock import local_time
from kiosk.errors import EnvironmentFault, VisitorError
from kiosk.services.find import SLIP_PREFIX
from ui.fields.type_line import TypeLine
from ui.isolates import alone, joined
from ui.screens.screen import Room
from ui.screens.staff.frame import Page
from ui.store import Hit
from ui.widgets.grid import CardGrid
from ui.widgets.label import Label
from ui.widgets.link_card import LinkCard

if TYPE_CHECKING:
    from collections.abc import Callable

    from kiosk.domain.language import Tag
    from kiosk.services.ports import StaffMember

_PAUSE_MS = 120  # after the last letter
MOST = 30
_LONGEST_SLIP = 4000


class FindingPage(Page):
    """Results stand as cards; the one that is touched is opened."""

    def __init__(self, room: Room, member: StaffMember) -> None:
        super().__init__(room, member)
        self._typing = False
        self._asked = 0  # searches so far: an older answer is not shown over a newer one
        self.searching = False  # what is typed has not been looked for to its end
        self._found: list[Hit] | None = None
        self._line = TypeLine("name", tag=self.speaker.tag, longest=_LONGEST_SLIP)
        self._line.textChanged.connect(self._text_changed)
        self._line.touched.connect(self._begin_typing)
        self._line.returnPressed.connect(self._entered)
        self.head = QWidget()  # what stands above the line, where anything does
        self.head.hide()
        self._words = Label("", "small", quiet=True)
        self._cards = CardGrid(columns=(1, 2))
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE_MS)
        self._pause.timeout.connect(self._search)
        self._lay_out()
        self.says(self._name_line, self.title)
        self.says(self._line.setPlaceholderText, lambda: self.speaker.say("staff.find.placeholder"))

    def title(self) -> str:
        return self.speaker.say("staff.find.title")

    def _lay_out(self) -> None:
        space = self.theme.space
        results = QWidget()
        column = QVBoxLayout(results)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._cards)
        column.addStretch(1)
        body = QWidget()
        whole = QVBoxLayout(body)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(space(1))
        whole.addWidget(self.head)
        whole.addWidget(self._line)
        whole.addWidget(self._words)
        whole.addWidget(self.scroller(results), 1)
        self.set_body(body)

    # what the frame calls

    def enter(self) -> None:
        self._line.set_tag(self.speaker.tag)
        self._line.setFocus()
        self._search()

    def leave(self) -> None:
        self._typing = False

    def forget(self) -> None:
        self._asked += 1
        self._pause.stop()
        self._line.forget()
        self._show(None)

    def say_again(self) -> None:
        super().say_again()
        self._line.set_tag(self.speaker.tag)
        self._show(self._found)

    def keyboard(self) -> tuple[Tag, str] | None:
        return (self.speaker.tag, "name") if self._typing else None

    def on_next(self) -> None:
        self._set_typing(typing=False)

    def on_slip(self, text: str) -> bool:
        self._set_typing(typing=False)
        return super().on_slip(text)

    # searching

    def _begin_typing(self) -> None:
        self._set_typing(typing=True)

    def _set_typing(self, *, typing: bool) -> None:
        if typing != self._typing:
            self._typing = typing
            self.changed.emit()

    def _text_changed(self, _text: str) -> None:
        self.searching = True
        self._pause.start()

    def _name_line(self, name: str) -> None:
        say = self.speaker.say
        self._line.set_names(name, say("staff.find.clear"), say("staff.find.help"))

    def _entered(self) -> None:
        """Return: a scanner has read a slip, or somebody wants to see the results."""
        text = self._line.text().strip()
        if text.upper().startswith(SLIP_PREFIX):
            self._pause.stop()
            self.look_for_slip(text, self._no_slip)
        else:
            self._set_typing(typing=False)
            self._search()

    def _no_slip(self, fault: VisitorError | EnvironmentFault) -> None:
        self._line.forget()
        self.porch.worker.faulted.emit(fault)

    def _search(self) -> None:
        text = self._line.text().strip()
        self._asked += 1
        asked = self._asked
        if not text or text.upper().startswith(SLIP_PREFIX):
            self._show(None)
            return
        self.look_for(text, lambda found: self._show(found) if asked == self._asked else None)

    def look_for(self, text: str, done: Callable[[list[Hit]], None]) -> None:
        """Asks who this may be."""

    def look_for_slip(self, text: str, failed: Callable[[Any], None] | None = None) -> None:
        """Opens the visitor whose slip a scanner read."""

    def about(self, hit: Hit) -> list[str]:
        """What tells somebody from others of the same name."""
        labels = {one.code: self.speaker.text(one.label) for one in self.room.campaign.does}
        attendee = hit.attendee
        time = f"{local_time(attendee.registered_at, hit.event.zone):%H:%M}"
        does = labels.get(attendee.does, "")
        return [attendee.number, does, attendee.mobile, time, attendee.organisation]

    def open_hit(self, hit: Hit) -> None:
        """Leads to the visitor's own page."""

    def _show(self, found: list[Hit] | None) -> None:
        self._found = found
        self.searching = self._pause.isActive()
        self._cards.clear()
        say = self.speaker.say
        if found is None:
            self._words.set_text(say("staff.find.help"))
            return
        if not found:
            self._words.set_text(say("staff.find.none", text=alone(self._line.text().strip()[:60])))
        elif len(found) == MOST:
            self._words.set_text(say("staff.find.more", count=MOST))
        else:
            self._words.set_text(say("staff.find.count", count=len(found)))
        for one in found:
            self._cards.add(self._card(one))

    def _card(self, hit: Hit) -> LinkCard:
        attendee, detail = hit.attendee, joined(self.about(hit))
        name = attendee.name
        if attendee.masked:
            name, detail = attendee.number, self.speaker.say("staff.find.masked")
        card = LinkCard(name, detail, tag=attendee.language, detail_tag=self.speaker.tag)
        card.clicked.connect(lambda: self.choose(hit))
        return card

    def choose(self, hit: Hit) -> None:
        """Somebody was found, by touch or by slip."""
        self._set_typing(typing=False)
        self.open_hit(hit)
