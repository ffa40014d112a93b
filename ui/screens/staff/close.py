"""The evening: what is open, where the files go, then one page and the export."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QWidget

from kiosk.domain.language import indian_grouping
from kiosk.errors import EnvironmentFault, VisitorError
from kiosk.services.closing import OpenMatters, open_matters
from kiosk.services.paper import Sheet
from kiosk.services.piles import Selection, due_only, pile_of
from kiosk.services.printing import queue
from ui.closing import Done, close_to, in_words
from ui.isolates import alone
from ui.notices import sentence
from ui.piling import Piling, telling_later
from ui.print_words import pen_words
from ui.screens.screen import Room
from ui.screens.staff.frame import Open
from ui.screens.staff.running import RunningPage
from ui.sticks import Target, Volume, mounted, size_in_words, targets
from ui.widgets.button import TouchButton
from ui.widgets.choice_card import ChoiceCard
from ui.widgets.closing_card import ClosingCard
from ui.widgets.grid import CardGrid
from ui.widgets.label import Label
from ui.widgets.question import Answer
from ui.widgets.strip import Strip
from ui.widgets.surface import Card
from ui.worker import Cancelled, Progress

if TYPE_CHECKING:
    from kiosk.services.desk import Desk
    from kiosk.services.ports import PrintJob, StaffMember


class ClosePage(RunningPage):
    """``look`` tells the volumes that are mounted now."""

    def __init__(
        self, room: Room, member: StaffMember, look: Callable[[], list[Volume]] = mounted
    ) -> None:
        super().__init__(room, member)
        self._look = look
        self._matters: OpenMatters | None = None
        self._registered = 0
        self._targets: list[Target] = []
        self._chosen: Path | None = None
        self._plain = False
        self._do = TouchButton("", "primary", icon="save")
        self._do.clicked.connect(self._ask_or_close)
        self._column = self.set_column(self._do)
        self.says(self._do.set_text, lambda: self.speaker.say("staff.close.do"))

    def title(self) -> str:
        return self.speaker.say("staff.close.title")

    # what the frame calls

    def enter(self) -> None:
        if self.running:
            return
        self.show_body()
        self._column.clear()
        self._do.setVisible(self.member.coordinator)
        if not self.member.coordinator:
            self._column.put(Strip(self.speaker.say("staff.close.only_coordinator")))
            return
        self._plain = False
        self.offer(targets(self._look(), self.porch.data))
        self.refresh()

    def offer(self, places: list[Target]) -> None:
        """The places among which the coordinator chooses; the first is chosen already."""
        self._targets = places
        self._chosen = places[0].folder
        if self._matters is not None:
            self._show()

    def refresh(self) -> None:
        """Reads what is open from the disk."""
        self.porch.worker.ask(
            lambda desk: (open_matters(desk), desk.record.figures().registered), self._know
        )

    def forget(self) -> None:
        super().forget()
        self._matters = None
        self._column.clear()

    def say_again(self) -> None:
        super().say_again()
        if self._matters is not None and not self.running:
            self._show()

    def set_waiting(self, waiting: bool) -> None:  # noqa: FBT001 - as Qt's own setEnabled
        """After trouble that nobody foresaw, the page is there again."""
        running = self.running
        super().set_waiting(waiting)
        if running and not self.running:
            self.refresh()

    # the body

    def _know(self, read: tuple[OpenMatters, int]) -> None:
        self._matters, self._registered = read
        self._show()

    def _show(self) -> None:
        matters, say = self._matters, self.speaker.say
        if matters is None:
            return
        closed = []
        if matters.closed_at is not None:
            time = self.clock_time(matters.closed_at)
            closed.append(Strip(say("staff.close.was_closed", time=time)))
        self._column.put(*closed, self._open_card(matters), self._where_card(), self._how_card())

    def _open_card(self, matters: OpenMatters) -> QWidget:
        say = self.speaker.say
        card = self.card(say("staff.close.open"))
        count = indian_grouping
        if matters.drafts:
            text = say("staff.close.drafts", count=count(matters.drafts))
            self._matter(card, text, say("staff.close.to_drafts"), self._to("drafts"))
        if matters.printing:
            text = say("staff.close.printing", count=count(matters.printing))
            self._matter(card, text, say("staff.close.to_queue"), self._to("queue"))
        if matters.certificates_due:
            text = say("staff.close.due", count=count(matters.certificates_due))
            self._matter(card, text, say("staff.close.issue_due"), self._issue_due)
        nothing = not (matters.drafts or matters.printing or matters.certificates_due)
        if nothing:
            card.hide()
            card.deleteLater()
            return Strip(say("staff.close.nothing_open"))
        words = say("staff.close.open_help")
        card.column.addWidget(Label(words, "small", quiet=True, tag=self.speaker.tag))
        return card

    def _matter(self, card: Card, text: str, action: str, act: Callable[[], None]) -> None:
        line = QHBoxLayout()
        line.setSpacing(self.theme.space(2))
        line.addWidget(Label(text, "body", tag=self.speaker.tag), 3)
        button = TouchButton(action, "plain", tag=self.speaker.tag)
        button.clicked.connect(act)
        line.addWidget(button, 2)
        card.column.addLayout(line)

    def _to(self, page: str) -> Callable[[], None]:
        return lambda: self.went.emit(Open(page))

    def _where_card(self) -> Card:
        say = self.speaker.say
        card = self.card(say("staff.close.where"))
        group = QButtonGroup(card)
        cards = []
        for target in self._targets:
            title = say("staff.close.this_laptop")
            if target.stick:
                title = say("staff.close.stick", name=alone(target.stick))
            size = size_in_words(target.free)
            detail = say("staff.close.free", folder=alone(target.folder), size=alone(size))
            choice = ChoiceCard(title, detail, tag=self.speaker.tag)
            choice.setChecked(target.folder == self._chosen)
            choice.clicked.connect(lambda _on=False, folder=target.folder: self._choose(folder))
            group.addButton(choice)
            cards.append(choice)
        card.column.addWidget(CardGrid(cards, columns=(1, 2)))
        if len(self._targets) == 1:
            words = say("staff.close.no_stick")
            card.column.addWidget(Label(words, "small", quiet=True, tag=self.speaker.tag))
        again = TouchButton(say("staff.refresh"), "quiet", tag=self.speaker.tag)
        again.clicked.connect(self.enter)
        card.column.addWidget(again)
        return card

    def _choose(self, folder: Path) -> None:
        self._chosen = folder

    def _how_card(self) -> Card:
        say, tag = self.speaker.say, self.speaker.tag
        card = self.card(say("staff.close.how"))
        sealed = ChoiceCard(say("staff.close.sealed"), say("staff.close.sealed_detail"), tag=tag)
        plain = ChoiceCard(say("staff.close.plain"), say("staff.close.plain_detail"), tag=tag)
        group = QButtonGroup(card)
        for choice, is_plain in ((sealed, False), (plain, True)):
            group.addButton(choice)
            choice.setChecked(self._plain == is_plain)
            choice.clicked.connect(lambda _on=False, kind=is_plain: self._set_plain(plain=kind))
        card.column.addWidget(CardGrid([sealed, plain], columns=(1, 2)))
        return card

    def _set_plain(self, *, plain: bool) -> None:
        self._plain = plain

    # certificates that are due

    def _issue_due(self) -> None:
        """A few at a time: who registers meanwhile waits for none of them."""
        say, tag = self.speaker.say, self.speaker.tag
        piling = Piling(
            lambda desk: due_only(pile_of(desk, Selection(), tag)), self.actor, self.room.press
        )

        def step(_name: str, at: int, total: int) -> str:
            return say("staff.close.issuing", done=at, total=total)

        def done() -> None:
            self._issued(say("staff.close.issued", count=indian_grouping(piling.queued)), piling)

        def failed(fault: VisitorError | EnvironmentFault | Cancelled) -> None:
            if isinstance(fault, Cancelled):
                count = indian_grouping(piling.queued)
                self._issued(say("printing.pile.stopped", count=count), piling)
            else:
                self._failed(fault)

        words = say("staff.close.issuing", done=0, total="…")
        self.begin_in_lots(words, piling.lot, step, done, failed, telling_later(self.room, piling))

    def _issued(self, words: str, piling: Piling) -> None:
        words = " ".join([words, *pen_words(self.speaker, piling.blank)])
        self.notify(words, grave=bool(piling.blank))
        self.refresh()

    def _failed(self, fault: VisitorError | EnvironmentFault | Cancelled) -> None:
        if isinstance(fault, Cancelled):
            self.notify(self.speaker.say("staff.close.stopped"))
        else:
            self.notify(sentence(fault, self.speaker), grave=True)
        self.refresh()

    # closing

    def _ask_or_close(self) -> None:
        if not self._plain:
            self._close()
            return
        say = self.speaker.say
        answers = [
            Answer("plain", say("staff.close.plain_yes"), "danger"),
            Answer("", say("staff.close.plain_no"), "plain"),
        ]
        count = indian_grouping(self._registered)
        self.ask(
            say("staff.close.plain"), say("staff.close.plain_sure", count=count), answers,
            self._sure,
        )  # fmt: skip

    def _sure(self, answer: str) -> None:
        if answer == "plain":
            self._close()
            return
        self._plain = False
        self._show()

    def _close(self) -> None:
        target = next((one for one in self._targets if one.folder == self._chosen), None)
        if target is None:
            return
        say, tag, plain = self.speaker.say, self.speaker.tag, self._plain
        steps = {
            "seal": say("staff.close.step_seal"),
            "summary": say("staff.close.step_summary"),
            "export": say("staff.close.step_export"),
        }

        def work(desk: Desk, run: Progress) -> Done:
            return close_to(desk, target, self.actor, tag, run, plain=plain)

        def step(name: str, _at: int, _total: int) -> str:
            return steps.get(name, "")

        self.begin(steps["seal"], work, step, self._closed, self._failed)

    def _closed(self, done: Done) -> None:
        written = in_words(self.speaker, done, f"{self.room.event.id}-{self.room.device.code}")
        card = ClosingCard(written, done.summary, self.speaker.tag)
        card.printed.connect(lambda: self._print(done.summary))
        card.again.connect(self.enter)
        card.carried.connect(lambda: self.went.emit(Open("carry")))
        self.show_over(self.scroller(card))

    def _print(self, pdf: bytes) -> None:
        title = self.speaker.say("staff.close.summary")
        self.porch.worker.ask(
            lambda desk: queue(desk, Sheet(pdf, 1), "summary", title), self._queued
        )

    def _queued(self, job: PrintJob) -> None:
        if self.room.press.ready_for("summary"):
            self.room.press.send(job)
        self.notify(self.speaker.say("staff.visitor.queued", title=alone(job.title)))
