"""The print desk: somebody with a slip, a number or a name, and what waits here for them."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QVBoxLayout, QWidget

from kiosk.services.find import SLIP_PREFIX, find_one
from kiosk.services.print_desk import AtDesk, at_desk, sender_of, sheets_about
from kiosk.services.printing import OPEN, print_again
from ui.fields.type_line import TypeLine
from ui.isolates import alone
from ui.print_words import state_words
from ui.screens.screen import Room
from ui.screens.staff.frame import Open, Page
from ui.widgets.button import Kind, TouchButton
from ui.widgets.column import Column
from ui.widgets.label import Label
from ui.widgets.question import Answer
from ui.widgets.row_card import RowCard
from ui.widgets.strip import Strip

if TYPE_CHECKING:
    from kiosk.domain.language import Tag
    from kiosk.services.ports import PrintJob, StaffMember

_LONGEST_SLIP = 4000
_MOST_FOUND = 20


class DeskPage(Page):
    """Prints what was handed to this desk, and nothing twice without a reason."""

    under = "queue"

    def __init__(self, room: Room, member: StaffMember) -> None:
        super().__init__(room, member)
        self._typing = False
        self._here: AtDesk | None = None
        self._queue: list[PrintJob] = []
        self._line = TypeLine("name", tag=self.speaker.tag, longest=_LONGEST_SLIP)
        self._line.touched.connect(lambda: self._set_typing(typing=True))
        self._line.returnPressed.connect(self._entered)
        self._found, self._rest = Column(), Column()
        things = QWidget()
        column = QVBoxLayout(things)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(self.theme.space(1.5))
        column.addWidget(self._found)
        column.addWidget(self._rest, 1)
        body = QWidget()
        whole = QVBoxLayout(body)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(self.theme.space(1))
        whole.addWidget(self._line)
        whole.addWidget(self.scroller(things), 1)
        self.set_body(body)
        self.says(self._name_line, lambda: self.speaker.say("printing.desk.placeholder"))

    def title(self) -> str:
        return self.speaker.say("printing.desk.title")

    def _name_line(self, name: str) -> None:
        say = self.speaker.say
        self._line.set_names(name, say("staff.find.clear"), say("printing.desk.help"))
        self._line.setPlaceholderText(name)

    # what the frame calls

    def enter(self) -> None:
        self._line.set_tag(self.speaker.tag)
        self._line.setFocus()
        self.refresh()

    def leave(self) -> None:
        self._typing = False
        self.show_body()

    def forget(self) -> None:
        self.leave()
        self._line.forget()
        self._here, self._queue = None, []
        self._found.clear()
        self._rest.clear()

    def say_again(self) -> None:
        super().say_again()
        self._line.set_tag(self.speaker.tag)
        self._show(self._queue)
        if self._here is not None:
            self._show_found(self._here)

    def refresh(self) -> None:
        """Reads the queue from the disk."""
        self.porch.worker.ask(lambda desk: desk.record.print_jobs(), self._show)

    def keyboard(self) -> tuple[Tag, str] | None:
        return (self.speaker.tag, "name") if self._typing else None

    def on_next(self) -> None:
        self._entered()

    # somebody stands here

    def on_slip(self, text: str) -> bool:
        """The slip shows what there is here for its visitor, met before or not."""
        if self.busy:
            return False
        self.porch.worker.ask(lambda desk: at_desk(desk, find_one(desk, text)), self._show_found)
        return True

    def _set_typing(self, *, typing: bool) -> None:
        if typing != self._typing:
            self._typing = typing
            self.changed.emit()

    def _entered(self) -> None:
        text = self._line.text().strip()
        self._set_typing(typing=False)
        self._line.forget()
        if text.upper().startswith(SLIP_PREFIX):
            self.on_slip(text)
        elif text:
            self.porch.worker.ask(
                lambda desk: sheets_about(desk, text, _MOST_FOUND),
                lambda sheets: self._show_sheets(text, sheets),
            )

    def _show_sheets(self, text: str, sheets: list[PrintJob]) -> None:
        self._here = None
        if sheets:
            self._found.put(*(self._job_row(job) for job in sheets))
        else:
            words = self.speaker.say("printing.desk.none", text=alone(text[:60]))
            self._found.put(Strip(words))

    def _show_found(self, here: AtDesk) -> None:
        self._here = here
        say, attendee = self.speaker.say, here.attendee
        card = self.card(f"{attendee.number} · {alone(attendee.name)}")
        papers = [job for job in here.jobs if job.kind == "certificate"]
        for job in papers:
            card.column.addWidget(self._job_row(job))
        if not papers:
            if here.certificate is None:
                words = say("printing.desk.unknown", number=alone(attendee.number))
                card.column.addWidget(Strip(words))
                help_ = Label(say("printing.desk.unknown_help"), "body", tag=self.speaker.tag)
                card.column.addWidget(help_)
                text = say("printing.desk.issue_here")
            else:
                text = say("staff.visitor.print_again")
            button = TouchButton(text, "plain", icon="star", tag=self.speaker.tag)
            button.clicked.connect(lambda: self.went.emit(Open("papers", attendee)))
            card.column.addWidget(button)
        self._found.put(card)

    def _job_row(self, job: PrintJob) -> RowCard:
        say, state = self.speaker.say, state_words(self.speaker, job, self.clock_time)
        grave = job.state in {"failed", "unknown", "done", "handed"}
        if grave:
            row = RowCard(job.title, danger=state, tag=self.speaker.tag)
        else:
            row = RowCard(job.title, state, tag=self.speaker.tag)
        if job.state == "unknown":
            self._button(row, say("staff.side.queue"), lambda: self.went.emit(Open("queue")))
        elif job.state in OPEN:
            now = say("printing.desk.print_now")
            self._button(row, now, lambda: self._print([job]), "primary")
        elif job.state == "done":
            self._button(row, say("printing.queue.copy"), lambda: self._ask_copy(job))
        return row

    def _button(
        self, row: RowCard, text: str, act: Callable[[], object], kind: Kind = "plain"
    ) -> None:
        button = row.add_button(TouchButton(text, kind, icon="printer", tag=self.speaker.tag))
        button.clicked.connect(lambda _on=False: act())

    # what waits

    def _show(self, waiting: list[PrintJob]) -> None:
        self._queue = waiting
        say, tag = self.speaker.say, self.speaker.tag
        piles: dict[str, list[PrintJob]] = {}
        for job in waiting:
            if sender_of(job) and job.state in {"waiting", "failed"}:
                piles.setdefault(sender_of(job), []).append(job)
        rows: list[RowCard] = []
        for kiosk, sheets in piles.items():
            title = say("printing.desk.from", kiosk=alone(kiosk), count=len(sheets))
            rows.append(RowCard(title, tag=tag))
            text = say("printing.desk.print_all")
            self._button(rows[-1], text, partial(self._print_by_name, sheets), "primary")
        carry = TouchButton(say("printing.desk.sticks"), "plain", icon="save", tag=tag)
        carry.clicked.connect(lambda: self.went.emit(Open("handing")))
        self._rest.put(Label(say("printing.desk.help"), "body", tag=tag), *rows, carry)

    # what is done

    def _print(self, sheets: list[PrintJob]) -> None:
        for job in sheets:
            self.room.press.send(job)
        self._found.clear()
        self.went.emit(Open("queue"))

    def _print_by_name(self, sheets: list[PrintJob]) -> None:
        tag = self.speaker.tag
        self.porch.worker.ask(lambda _desk: in_order(sheets, tag), self._print)

    def _ask_copy(self, job: PrintJob) -> None:
        say = self.speaker.say
        self.ask(
            say("staff.visitor.reason"), state_words(self.speaker, job, self.clock_time),
            [
                Answer("printer", say("staff.reason.printer")),
                Answer("lost", say("staff.reason.lost")),
                Answer("other", say("staff.reason.other")),
                Answer("", say("staff.cancel"), "quiet"),
            ],
            lambda reason: self._copy(job, reason) if reason else None,
        )  # fmt: skip

    def _copy(self, job: PrintJob, reason: str) -> None:
        self.porch.worker.ask(
            lambda desk: print_again(desk, job.id, self.actor, reason),
            lambda copy: self._print([copy]),
        )


def in_order(sheets: list[PrintJob], tag: Tag) -> list[PrintJob]:
    """By the names that stand behind the serials in their titles."""
    from kiosk.services.ordering import by_name  # noqa: PLC0415 - 0.1 s, for piles only

    return by_name(sheets, lambda job: job.title.partition(" ")[2], tag)
