"""What every page of the staff's side is made of."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QAbstractButton, QStackedLayout, QVBoxLayout, QWidget

from kiosk.domain.clock import local_time, written_date
from kiosk.services.attesting import ATTESTED
from kiosk.services.find import find_one
from ui.isolates import alone
from ui.screens.screen import Notice, Room, Screen
from ui.widgets.button import TouchButton
from ui.widgets.column import Column
from ui.widgets.label import Label
from ui.widgets.question import Answer, Question
from ui.widgets.scroll import ScrollColumn
from ui.widgets.surface import Card

if TYPE_CHECKING:
    from kiosk.services.ports import StaffMember


@dataclass(frozen=True, slots=True)
class Open:
    """``went(Open("visitor", attendee))``: another page of the staff's side, about something."""

    page: str
    about: object = None


class Page(Screen):
    """One page: it has a title, and may be about something (one visitor, say).

    It has a body, over which something else may stand for a while: a question, one field.
    """

    under = "find"  # the page of the list under which it stands, where it is not listed itself

    def __init__(self, room: Room, member: StaffMember) -> None:
        super().__init__(room)
        self.room = room
        self.member = member
        self._sayings: list[Callable[[], None]] = []
        self._views = QStackedLayout(self)
        self._over: QWidget | None = None

    @property
    def actor(self) -> str:
        """Who does it, as the log has it."""
        return f"staff:{self.member.name}"

    def title(self) -> str:
        """What stands above the page."""
        return ""

    def take(self, about: object) -> None:
        """What the page is about, said before ``enter``; None when it is chosen from the list."""

    def says(self, setter: Callable[[str], object], sentence: Callable[[], str]) -> None:
        """Puts a sentence into a widget, now and whenever the language is another."""

        def say() -> None:
            setter(sentence())

        self._sayings.append(say)
        say()

    def say_again(self) -> None:
        for say in self._sayings:
            say()

    # the body, and what stands over it

    def set_body(self, body: QWidget) -> None:
        """What the page shows as a rule."""
        self._views.addWidget(body)

    def set_column(self, foot: TouchButton | None = None) -> Column:
        """A column that scrolls, as the body; ``foot`` always stands below it."""
        column = Column()
        if foot is None:
            self.set_body(self.scroller(column))
            return column
        body = QWidget()
        rows = QVBoxLayout(body)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(self.theme.space(1))
        rows.addWidget(self.scroller(column), 1)
        rows.addWidget(foot)
        self.set_body(body)
        return column

    def card(self, title: str, words: str = "") -> Card:
        """A frame with its title, for things that belong together."""
        card, space, tag = Card(), self.theme.space, self.speaker.tag
        card.column.setContentsMargins(space(3), space(1.5), space(3), space(1.5))
        card.column.addWidget(Label(title, "lead" if words else "body", bold=True, tag=tag))
        if words:
            card.column.addWidget(Label(words, "body", tag=tag))
            card.setAccessibleName(f"{title}. {words}")
        return card

    def scroller(self, content: QWidget) -> ScrollColumn:
        """The content in a column that scrolls where it does not fit."""
        say = self.speaker.say
        return ScrollColumn(
            content, up_name=say("staff.scroll_up"), down_name=say("staff.scroll_down")
        )

    def reach_last(self, button: QWidget) -> None:
        """The keyboard comes to this button after all else on the page, made before it or later."""
        others = [one for one in self.findChildren(QAbstractButton) if one is not button]
        if others:
            QWidget.setTabOrder(others[-1], button)

    def show_over(self, widget: QWidget) -> None:
        """Shows something instead of the body, for a while."""
        self.show_body()
        self._over = widget
        self._views.addWidget(widget)
        self._views.setCurrentWidget(widget)
        self.changed.emit()

    def show_body(self) -> None:
        """Whatever stood over the body is gone."""
        if self._over is not None:
            self._views.removeWidget(self._over)
            self._over.hide()
            self._over.deleteLater()
            self._over = None
            self._views.setCurrentIndex(0)
            self.changed.emit()

    def ask(
        self, text: str, detail: str, answers: Sequence[Answer], then: Callable[[str], None]
    ) -> None:
        """Asks in the middle of work; ``then`` gets the answer's name. The last one is harmless."""

        def answered(name: str) -> None:
            self.show_body()
            then(name)

        question = Question(text, detail, answers, tag=self.speaker.tag)
        question.answered.connect(answered)
        self.show_over(self.scroller(Column(question)))
        question.take_focus()

    # slips

    @property
    def busy(self) -> bool:
        """Whether something is asked or written here that a scanned slip may not end."""
        return self._over is not None

    def on_slip(self, text: str) -> bool:
        """The slip finds its visitor; a certificate is checked."""
        if self.busy:
            return False
        if text.upper().startswith(ATTESTED):
            self.went.emit(Open("verify", text))
            return True
        self.porch.worker.ask(
            lambda desk: find_one(desk, text),
            lambda attendee: self.went.emit(Open("visitor", attendee)),
        )
        return True

    # words

    def clock_time(self, at_ms: int) -> str:
        """HH:MM in the event's zone; in a store, where it may be months later, with the date."""
        moment = local_time(at_ms, self.room.event.zone)
        if "check_in" in self.room.deeds or moment.date() == self.room.event.day:
            return f"{moment:%H:%M}"
        return alone(f"{written_date(moment.date())} {moment:%H:%M}")

    def notify(self, text: str, *, grave: bool = False) -> None:
        """A calm strip that says what happened."""
        self.told.emit(Notice(text, grave))
