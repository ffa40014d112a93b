"""Before the first visitor: who answers at the venue, and what must be ready."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QVBoxLayout, QWidget

from kiosk.services.prepare import Ready, set_up_list, tick
from kiosk.services.traces import traces_of
from ui.isolates import alone
from ui.screens.screen import Room
from ui.screens.staff.frame import Open, Page
from ui.widgets.button import TouchButton
from ui.widgets.choice_card import ChoiceCard
from ui.widgets.grid import CardGrid
from ui.widgets.label import Label
from ui.widgets.strip import Strip
from ui.widgets.surface import Card
from ui.widgets.traces_card import TracesCard

if TYPE_CHECKING:
    from collections.abc import Callable

    from kiosk.services.ports import StaffMember

_STAFF = "staff:"
_WAYS = (("verify", "staff.verify.title"), ("backups", "staff.backups.title"))
_COORDINATORS_WAYS = (
    ("designs", "staff.designs.title"),
    ("enrol", "staff.enrol.title"),
    ("purge", "staff.purge.title"),
)


class PreparePage(Page):
    """Everybody sees it; the coordinator ticks. The cards stay, so that the focus does."""

    def __init__(self, room: Room, member: StaffMember) -> None:
        super().__init__(room, member)
        self._listed: tuple[Ready, ...] = ()
        self._done = Label("", "lead", bold=True)
        self._all = Strip("")
        self._all.hide()
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(self.theme.space(1.5))
        column.addWidget(self._done)
        column.addWidget(self._all)
        items = [item.id for item in room.event.set_up]
        self._choices = {one: self._choice(one) for one in items if member.coordinator}
        self._rows = {one: Label("", "body") for one in items if not member.coordinator}
        column.addWidget(self._list_card())
        ways = _WAYS + (_COORDINATORS_WAYS if member.coordinator else ())
        column.addWidget(CardGrid([self._way(*way) for way in ways], columns=(1, 2, 3)))
        column.addWidget(self._venue_card())
        self._traces = TracesCard(self.speaker)
        column.addWidget(self._traces)
        column.addStretch(1)
        self.set_body(self.scroller(content))

    def title(self) -> str:
        return self.speaker.say("staff.side.prepare")

    def enter(self) -> None:
        self.porch.worker.ask(set_up_list, self._show)
        self.porch.worker.ask(traces_of, self._traces.show_found)

    def say_again(self) -> None:
        super().say_again()
        self._show(self._listed)
        self._traces.say_again()

    # what is shown

    def _way(self, page: str, title: str) -> TouchButton:
        """To another page, by its own title."""
        button = TouchButton("", "plain")
        button.clicked.connect(lambda: self.went.emit(Open(page)))
        self.says(
            lambda text: button.set_text(text, self.speaker.tag), lambda: self.speaker.say(title)
        )
        return button

    def _list_card(self) -> Card:
        say = self.speaker.say
        card = Card()
        self._line(card, lambda: say("staff.prepare.list"), bold=True)
        if self.member.coordinator:
            card.column.addWidget(CardGrid(list(self._choices.values()), columns=(1, 2)))
            return card
        self._line(card, lambda: say("staff.prepare.only_coordinator"), quiet=True)
        for row in self._rows.values():
            card.column.addWidget(row)
        return card

    def _choice(self, item_id: str) -> ChoiceCard:
        choice = ChoiceCard("", many=True)
        choice.setObjectName(item_id)
        choice.clicked.connect(lambda on: self._tick(item_id, ready=on))
        return choice

    def _venue_card(self) -> Card:
        say, text = self.speaker.say, self.speaker.text
        event, contact = self.room.event, self.room.event.contact
        card = Card()
        self._line(card, lambda: say("staff.prepare.venue"), bold=True)
        self._line(card, self._marked(lambda: text(event.venue), sample=event.sample))
        for caption, words, sample in (
            (lambda: say("staff.prepare.host"), lambda: text(event.host), event.sample),
            (lambda: say("staff.prepare.contact"), lambda: text(contact.name), contact.sample),
            (lambda: say("staff.prepare.phone"), lambda: alone(contact.phone), contact.sample),
        ):
            self._line(card, caption, quiet=True)
            self._line(card, self._marked(words, sample=sample))
        return card

    def _line(
        self, card: Card, words: Callable[[], str], *, bold: bool = False, quiet: bool = False
    ) -> None:
        label = Label("", "small" if quiet else "body", bold=bold, quiet=quiet)
        card.column.addWidget(label)
        self.says(lambda text: label.set_text(text, self.speaker.tag), words)

    def _marked(self, words: Callable[[], str], *, sample: bool) -> Callable[[], str]:
        """What the source does not say is never shown as a fact."""
        say = self.speaker.say
        return lambda: f"{words()} ({say('staff.prepare.sample')})" if sample else words()

    def _show(self, listed: tuple[Ready, ...]) -> None:
        self._listed = listed
        say, tag = self.speaker.say, self.speaker.tag
        done = len([one for one in listed if one.tick is not None])
        complete = bool(listed) and done == len(listed)
        self._done.set_text(say("staff.prepare.count", done=done, count=len(listed)), tag)
        self._done.setVisible(not complete)
        self._all.set_text(say("staff.prepare.all_ready"))
        self._all.setVisible(complete)
        for one in listed:
            text, since = self.speaker.text(one.item.text), self._since(one)
            if self.member.coordinator:
                self._choices[one.item.id].set_texts(text, since, tag)
                self._choices[one.item.id].setChecked(one.tick is not None)
            else:
                self._rows[one.item.id].set_text(f"{text}: {since}", tag)

    def _since(self, one: Ready) -> str:
        say = self.speaker.say
        if one.tick is None:
            return say("staff.prepare.not_yet")
        name = alone(one.tick.actor.removeprefix(_STAFF))
        return say("staff.prepare.since", time=self.clock_time(one.tick.at), name=name)

    # what is done

    def _tick(self, item_id: str, *, ready: bool) -> None:
        self.porch.worker.ask(lambda desk: tick(desk, item_id, self.actor, ready=ready), self._show)
