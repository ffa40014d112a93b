"""A pile of certificates: for everybody, a role or a session, by name; printed or in one file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QButtonGroup, QWidget

from kiosk.domain.language import indian_grouping
from kiosk.errors import EnvironmentFault, VisitorError
from kiosk.services.certify import Batch, issue_due
from kiosk.services.files import written_file
from kiosk.services.piles import Pile, Selection, chosen, pile_of
from ui.isolates import alone
from ui.notices import sentence
from ui.piling import Piling, telling_later
from ui.print_words import pen_words, way_back
from ui.screens.screen import Room
from ui.screens.staff.frame import Open
from ui.screens.staff.running import RunningPage
from ui.sticks import Target, plugged
from ui.widgets.button import TouchButton
from ui.widgets.choice_card import ChoiceCard
from ui.widgets.grid import CardGrid
from ui.widgets.label import Label
from ui.worker import Cancelled, Progress

if TYPE_CHECKING:
    from kiosk.services.desk import Desk
    from kiosk.services.ports import StaffMember

EVERYBODY = Selection()


class PilePage(RunningPage):
    """``look`` tells the sticks that are in now."""

    under = "queue"

    def __init__(
        self, room: Room, member: StaffMember, look: Callable[[Path], list[Target]] = plugged
    ) -> None:
        super().__init__(room, member)
        self._look = look
        self._selection = EVERYBODY
        self._pile: Pile | None = None
        self._do = TouchButton("", "primary", icon="printer")
        self._do.clicked.connect(self._begin_queue)
        self._column = self.set_column(self._do)
        self.says(self._do.set_text, lambda: self.speaker.say("printing.pile.print"))

    def title(self) -> str:
        return self.speaker.say("printing.pile.title")

    def enter(self) -> None:
        if not self.running:
            self.show_body()
            self.refresh()

    def forget(self) -> None:
        super().forget()
        self._pile = None
        self._column.clear()

    def say_again(self) -> None:
        super().say_again()
        if self._pile is not None and not self.running:
            self._show(self._pile)

    def refresh(self) -> None:
        """Reads from the disk for whom a certificate is due or waits."""
        selection, tag = self._selection, self.speaker.tag
        self.porch.worker.ask(lambda desk: pile_of(desk, selection, tag), self._show)

    # what is shown

    def _show(self, pile: Pile) -> None:
        self._pile = pile
        say, tag, count = self.speaker.say, self.speaker.tag, len(pile.wanted)
        back = way_back(say("staff.queue.title"), tag, lambda: self.went.emit(Open("queue")))
        words = say("printing.pile.count", count=indian_grouping(count))
        words = words if count else say("printing.pile.none")
        things: list[QWidget] = [back, Label(say("printing.pile.help"), "body", tag=tag)]
        things += [Label(words, "lead", bold=True, tag=tag), self._who()]
        for stick in self._look(self.porch.data) if count else ():
            text = say("printing.pile.save", stick=alone(stick.stick))
            save = TouchButton(text, "plain", icon="save", tag=tag)
            save.clicked.connect(lambda _on=False, to=stick: self._save(to))
            things.append(save)
        self._column.put(*things)
        self._do.setVisible(bool(count))

    def _who(self) -> QWidget:
        say, text = self.speaker.say, self.speaker.text
        card = self.card(say("printing.pile.who"))
        roles = [(Selection(does=one.code), text(one.label)) for one in self.room.campaign.does]
        sessions = [
            (Selection(session=one.id), f"{one.starts} · {text(one.title)}")
            for one in self.room.event.sessions
        ]
        group = QButtonGroup(card)
        for caption, choices in (
            ("", [(EVERYBODY, say("printing.pile.everybody"))]),
            (say("printing.pile.role"), roles),
            (say("printing.pile.session"), sessions),
        ):
            if caption and choices:
                label = Label(caption, "small", quiet=True, tag=self.speaker.tag)
                card.column.addWidget(label)
            cards = [self._choice(group, selection, words) for selection, words in choices]
            card.column.addWidget(CardGrid(cards, columns=(1, 2)))
        return card

    def _choice(self, group: QButtonGroup, selection: Selection, words: str) -> ChoiceCard:
        choice = ChoiceCard(words, tag=self.speaker.tag)
        choice.setChecked(selection == self._selection)
        choice.clicked.connect(lambda: self._choose(selection))
        group.addButton(choice)
        return choice

    def _choose(self, selection: Selection) -> None:
        self._selection = selection
        self.refresh()

    # into the queue, a few at a time: whoever registers meanwhile waits for none of them

    def _begin_queue(self) -> None:
        pile = self._pile
        if pile is None or self.running:
            return
        piling = Piling(lambda _desk: pile, self.actor, self.room.press)

        def step(_name: str, at: int, _total: int) -> str:
            return self._step(at)

        def failed(fault: VisitorError | EnvironmentFault | Cancelled) -> None:
            if isinstance(fault, Cancelled):
                self._end_queue("printing.pile.stopped", piling)
            else:
                self.notify(sentence(fault, self.speaker), grave=True)
                self.refresh()

        self.begin_in_lots(
            self._step(0), piling.lot, step,
            lambda: self._end_queue("printing.pile.queued", piling), failed,
            telling_later(self.room, piling),
        )  # fmt: skip

    def _step(self, at: int) -> str:
        count = 0 if self._pile is None else len(self._pile.wanted)
        return self.speaker.say("printing.pile.preparing", done=at, count=count)

    def _end_queue(self, key: str, piling: Piling) -> None:
        words = self.speaker.say(key, count=indian_grouping(piling.queued))
        words = " ".join([words, *pen_words(self.speaker, piling.blank)])
        self.notify(words, grave=bool(piling.blank))
        self.went.emit(Open("queue"))

    # into one file

    def _save(self, stick: Target) -> None:
        pile, selection, actor = self._pile, self._selection, self.actor
        if pile is None:
            return
        name = f"{self.room.event.id}-{self.room.device.code}-{pile.id[-6:]}.pdf"
        path = stick.folder / name

        def work(desk: Desk, run: Progress) -> Batch:
            return _into_file(desk, pile, selection, actor, path, run)

        def step(_name: str, at: int, _total: int) -> str:
            return self._step(at)

        def done(batch: Batch) -> None:
            count = indian_grouping(len(batch.certificates))
            words = self.speaker.say("printing.pile.saved", count=count, file=alone(name))
            words = " ".join([words, *pen_words(self.speaker, batch.blank)])
            self.notify(words, grave=bool(batch.blank))
            self.refresh()

        self.begin(self._step(0), work, step, done, self._not_saved)

    def _not_saved(self, fault: VisitorError | EnvironmentFault | Cancelled) -> None:
        if isinstance(fault, Cancelled):
            self.notify(self.speaker.say("staff.close.stopped"))
        else:
            self.notify(sentence(fault, self.speaker), grave=True)
        self.refresh()


def _into_file(
    desk: Desk, pile: Pile, selection: Selection, actor: str, path: Path, run: Progress
) -> Batch:
    """Issues what of the pile is due, into one file on a stick, or none of it."""
    order = {one.attendee_id: at for at, one in enumerate(pile.wanted)}

    def deliver(batch: Batch) -> None:
        with written_file(path) as stream:
            stream.write(desk.paper.certificates(batch.contents).pdf)

    return issue_due(
        desk,
        actor,
        deliver,
        attended=pile.attended,
        progress=lambda at, total: run("", at, total),
        arrange=lambda due: sorted(
            (one for one in chosen(desk, due, selection) if one.id in order),
            key=lambda one: order[one.id],
        ),
    )
