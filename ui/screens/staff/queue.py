"""The print queue: what waits, what failed, and what nobody knows of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QVBoxLayout, QWidget

from kiosk.services.printing import jobs, settle
from ui.isolates import alone
from ui.screens.screen import Room
from ui.screens.staff.frame import Page
from ui.widgets.button import TouchButton
from ui.widgets.question import Answer
from ui.widgets.row_card import RowCard
from ui.widgets.strip import Strip

if TYPE_CHECKING:
    from kiosk.services.desk import Desk
    from kiosk.services.ports import PrintJob, StaffMember

_REFRESH_MS = 4000
_LONGEST_MESSAGE = 120


class QueuePage(Page):
    """Looks again every few seconds while it is shown; a job leaves it when its paper is out."""

    def __init__(self, room: Room, member: StaffMember) -> None:
        super().__init__(room, member)
        self._jobs: list[PrintJob] | None = None
        self._list = QVBoxLayout()
        self._list.setSpacing(self.theme.space(1.5))
        content = QWidget()
        column = QVBoxLayout(content)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(self._list)
        column.addStretch(1)
        self.set_body(self.scroller(content))
        self._timer = QTimer(self)
        self._timer.setInterval(_REFRESH_MS)
        self._timer.timeout.connect(self.refresh)

    def title(self) -> str:
        return self.speaker.say("staff.queue.title")

    def enter(self) -> None:
        if not self._timer.isActive():
            self.room.press.settled.connect(self.refresh)
        self._timer.start()
        self.refresh()

    def leave(self) -> None:
        if self._timer.isActive():
            self.room.press.settled.disconnect(self.refresh)
        self._timer.stop()
        self.show_body()

    def forget(self) -> None:
        self.leave()
        self._show([])

    def say_again(self) -> None:
        super().say_again()
        jobs_now, self._jobs = self._jobs, None
        if jobs_now is not None:
            self._show(jobs_now)

    def refresh(self) -> None:
        """Reads the queue from the disk."""
        self.porch.worker.ask(jobs, self._show)

    # what is shown

    def _show(self, waiting: list[PrintJob]) -> None:
        if waiting == self._jobs:
            return
        self._jobs = waiting
        while (item := self._list.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        say = self.speaker.say
        if not waiting:
            self._list.addWidget(Strip(say("staff.queue.empty")))
            return
        if not self.room.press.ready:
            self._list.addWidget(Strip(say("staff.queue.no_printer"), "danger"))
        failed = [job for job in waiting if job.state in {"failed", "waiting"}]
        if len(failed) > 1:
            again = TouchButton(say("staff.queue.all_again"), "primary", icon="printer")
            again.clicked.connect(lambda: self._print_all(failed))
            self._list.addWidget(again)
        for job in waiting:
            self._list.addWidget(self._card(job))

    def _card(self, job: PrintJob) -> RowCard:
        say = self.speaker.say
        words = {
            "waiting": say("staff.queue.waiting"),
            "sent": say("staff.queue.sent"),
            "failed": say("staff.queue.failed"),
            "unknown": say("staff.queue.unknown"),
        }
        since = say("staff.queue.since", time=self.clock_time(job.queued_at))
        state = words.get(job.state, job.state)
        detail = f"{self._kind(job)} · {since}"
        wrong = job.state in {"failed", "unknown"}
        if wrong:
            said = job.message[:_LONGEST_MESSAGE]
            failure = f"{state} {alone(f'({said})')}" if said else state
            card = RowCard(job.title, detail, danger=failure, tag=self.speaker.tag)
        else:
            card = RowCard(job.title, f"{detail} · {state}", tag=self.speaker.tag)
        self._add_buttons(card, job)
        return card

    def _kind(self, job: PrintJob) -> str:
        say = self.speaker.say
        words = {
            "certificate": say("staff.queue.certificate"),
            "slip": say("staff.queue.slip"),
            "summary": say("staff.queue.summary"),
        }
        return words.get(job.kind, job.kind)

    def _add_buttons(self, card: RowCard, job: PrintJob) -> None:
        say = self.speaker.say
        if job.state == "unknown":
            came = card.add_button(TouchButton(say("staff.queue.came"), "primary"))
            came.clicked.connect(lambda: self._settle(job, "done"))
            again = card.add_button(TouchButton(say("staff.queue.not_came"), "plain"))
            again.clicked.connect(lambda: self._print(job))
            return
        if job.state != "sent":
            again = card.add_button(TouchButton(say("staff.queue.again"), "plain"))
            again.clicked.connect(lambda: self._print(job))
        discard = card.add_button(TouchButton(say("staff.queue.discard"), "quiet"))
        discard.clicked.connect(lambda: self._ask_discard(job))

    # what is done

    def _print(self, job: PrintJob) -> None:
        self.room.press.send(job)
        self.porch.worker.ask(jobs, self._show)

    def _print_all(self, waiting: list[PrintJob]) -> None:
        for job in waiting:
            self.room.press.send(job)
        self.porch.worker.ask(jobs, self._show)

    def _settle(self, job: PrintJob, state: str, message: str = "") -> None:
        def work(desk: Desk) -> list[PrintJob]:
            settle(desk, job.id, state, message)
            return jobs(desk)

        self.porch.worker.ask(work, self._show)

    def _ask_discard(self, job: PrintJob) -> None:
        say = self.speaker.say
        reasons = {
            "by_hand": say("staff.queue.why_by_hand"),
            "twice": say("staff.queue.why_twice"),
            "left": say("staff.queue.why_left"),
            "other": say("staff.reason.other"),
        }
        answers = [Answer(name, text) for name, text in reasons.items()]
        self.ask(
            say("staff.queue.discard_why", title=alone(job.title)),
            say("staff.queue.discard_help"),
            [*answers, Answer("", say("staff.cancel"), "quiet")],
            lambda name: self._settle(job, "done", f"{name}, {self.actor}") if name else None,
        )
