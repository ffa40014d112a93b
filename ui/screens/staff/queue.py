"""The print queue: what waits, what needs a hand, what nobody knows of, and what came out."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget

from kiosk.services.print_desk import take_back
from kiosk.services.printing import OPEN, cancel_batch, give_to, jobs, settle
from ui.isolates import alone
from ui.print_words import ailing, kind_words, state_words
from ui.screens.screen import Room
from ui.screens.staff.frame import Open, Page
from ui.widgets.button import Kind, TouchButton
from ui.widgets.grid import CardGrid
from ui.widgets.question import Answer
from ui.widgets.row_card import RowCard
from ui.widgets.strip import Strip

if TYPE_CHECKING:
    from collections.abc import Callable

    from kiosk.services.desk import Desk
    from kiosk.services.ports import PrintJob, StaffMember

_REFRESH_MS = 4000
_MOST_HISTORY = 40
_MOST_WAITING = 60  # cards at once; a longer queue shows its beginning
_HELD_UP = "sent"


@dataclass(frozen=True, slots=True)
class Queue:
    """What is in the queue and what has left it, read in one go."""

    waiting: tuple[PrintJob, ...]
    history: tuple[PrintJob, ...]
    batches: dict[str, int]  # how many sheets of a batch came out


def read_queue(desk: Desk) -> Queue:
    """The queue as it is on the disk."""
    waiting, history = tuple(jobs(desk)), desk.record.print_history(_MOST_HISTORY)
    wanted = {job.batch for job in waiting if job.batch}
    out = dict.fromkeys(wanted, 0)
    if wanted:
        for job in desk.record.print_history(5_000):
            if job.batch in wanted and job.state == "done":
                out[job.batch] += 1
    return Queue(waiting, tuple(history), out)


class QueuePage(Page):
    """Looks again every few seconds while it is shown; a job leaves it when its paper is out."""

    def __init__(self, room: Room, member: StaffMember) -> None:
        super().__init__(room, member)
        self._queue: Queue | None = None
        self._ailing: list[str] = []
        self._history = False
        self._column = self.set_column()
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
        self._history = False
        self.show_body()

    def forget(self) -> None:
        self.leave()
        self._queue = None
        self._column.clear()

    def say_again(self) -> None:
        super().say_again()
        queue_now, self._queue = self._queue, None
        if queue_now is not None:
            self._show(queue_now)

    def refresh(self) -> None:
        """Reads the queue from the disk, and looks at the printers."""
        self.room.press.look()
        self.porch.worker.ask(read_queue, self._show)

    # what is shown

    def _show(self, queue_now: Queue) -> None:
        troubles = ailing(self.speaker, self.room.press.seen)
        if queue_now == self._queue and troubles == self._ailing:
            return
        self._queue, self._ailing = queue_now, troubles
        say = self.speaker.say
        things: list[QWidget] = [self._tools()]
        if not self.room.press.ready:
            things.append(Strip(say("staff.queue.no_printer"), "danger"))
        things += [Strip(words, "danger") for words in troubles]
        if self._history:
            things += self._past(queue_now)
        else:
            things += self._present(queue_now)
        self._column.put(*things)

    def _tools(self) -> QWidget:
        say = self.speaker.say
        pages = {
            "printers": say("printing.choose.title"),
            "desk": say("printing.desk.title"),
            "pile": say("printing.pile.title"),
        }
        buttons = []
        for name, text in pages.items():
            buttons.append(TouchButton(text, "plain", tag=self.speaker.tag))
            buttons[-1].clicked.connect(lambda _on=False, to=name: self.went.emit(Open(to)))
        text = say("staff.queue.title") if self._history else say("printing.queue.history")
        buttons.append(TouchButton(text, "quiet", tag=self.speaker.tag))
        buttons[-1].clicked.connect(self._turn)
        return CardGrid(buttons, columns=(1, 2, 4))

    def _turn(self) -> None:
        self._history, queue_now, self._queue = not self._history, self._queue, None
        if queue_now is not None:
            self._show(queue_now)

    def _present(self, queue_now: Queue) -> list[QWidget]:
        say, waiting = self.speaker.say, queue_now.waiting
        if not waiting:
            return [Strip(say("staff.queue.empty"))]
        things: list[QWidget] = []
        alone_here = [
            job for job in waiting if not job.batch and job.state in {"failed", "waiting"}
        ]
        if len(alone_here) > 1:
            again = TouchButton(say("staff.queue.all_again"), "primary", icon="printer")
            again.clicked.connect(lambda: self._print(alone_here))
            things.append(again)
        batches = dict.fromkeys(job.batch for job in waiting if job.batch)
        things += [self._pile(queue_now, batch) for batch in batches]
        shown = [job for job in waiting if not job.batch or job.state in {"failed", "unknown"}]
        return [*things, *(self._card(job) for job in shown[:_MOST_WAITING])]

    def _pile(self, queue_now: Queue, batch: str) -> RowCard:
        """Many sheets that were queued together, as one."""
        say = self.speaker.say
        mine = [job for job in queue_now.waiting if job.batch == batch]
        ready = [job for job in mine if job.state == "waiting"]
        needy = [job for job in mine if job.state in {"failed", "unknown"}]
        done = queue_now.batches[batch]
        card = RowCard(
            say("printing.queue.pile", done=done, count=done + len(mine)),
            say("printing.queue.pile_detail", waiting=len(mine) - len(needy), failed=len(needy)),
            tag=self.speaker.tag,
        )
        if ready:
            go_on = say("printing.queue.go_on")
            self._button(card, go_on, lambda: self._print(ready), "primary")
            self._button(card, say("printing.queue.stop"), lambda: self._stop(batch))
        return card

    def _card(self, job: PrintJob) -> RowCard:
        say = self.speaker.say
        since = say("staff.queue.since", time=self.clock_time(job.queued_at))
        kind = kind_words(self.speaker).get(job.kind, job.kind)
        state = state_words(self.speaker, job, self.clock_time)
        detail = f"{kind} · {since}"
        if job.state in {"failed", "unknown"} or (job.state == _HELD_UP and job.message):
            card = RowCard(job.title, detail, danger=state, tag=self.speaker.tag)
        else:
            card = RowCard(job.title, f"{detail} · {state}", tag=self.speaker.tag)
        self._add_buttons(card, job)
        return card

    def _add_buttons(self, card: RowCard, job: PrintJob) -> None:
        say = self.speaker.say
        if job.state == "unknown":
            came, not_came = say("staff.queue.came"), say("staff.queue.not_came")
            self._button(card, came, lambda: self._settle(job, "done"), "primary")
            self._button(card, not_came, lambda: self._print([job]))
            return
        if job.state == _HELD_UP:
            self._button(card, say("printing.queue.back"), lambda: self._ask_discard(job))
            return
        self._button(card, say("staff.queue.again"), lambda: self._print([job]))
        if len(self.room.press.seen) > 1:
            self._button(card, say("printing.queue.other"), lambda: self._ask_printer(job), "quiet")
        self._button(card, say("staff.queue.discard"), lambda: self._ask_discard(job), "quiet")

    def _past(self, queue_now: Queue) -> list[QWidget]:
        say = self.speaker.say
        if not queue_now.history:
            return [Strip(say("printing.queue.history_none"))]
        things: list[QWidget] = []
        for job in queue_now.history:
            kind = kind_words(self.speaker).get(job.kind, job.kind)
            state = state_words(self.speaker, job, self.clock_time)
            card = RowCard(job.title, f"{kind} · {state}", tag=self.speaker.tag)
            if job.state == "handed":
                text = say("printing.queue.take_back")
                self._button(card, text, partial(self._ask_back, job), "quiet")
            things.append(card)
        return things

    def _button(
        self, card: RowCard, text: str, act: Callable[[], object], kind: Kind = "plain"
    ) -> None:
        button = card.add_button(TouchButton(text, kind, tag=self.speaker.tag))
        button.clicked.connect(lambda _on=False: act())

    # what is done

    def _print(self, sheets: list[PrintJob]) -> None:
        for job in sheets:
            self.room.press.send(job)
        self.refresh()

    def _settle(self, job: PrintJob, state: str, message: str = "") -> None:
        self.porch.worker.ask(lambda desk: settle(desk, job.id, state, message), self._done)

    def _stop(self, batch: str) -> None:
        self.porch.worker.ask(lambda desk: cancel_batch(desk, batch, self.actor), self._done)

    def _done(self, _result: object) -> None:
        self.refresh()

    def _ask_printer(self, job: PrintJob) -> None:
        say, seen = self.speaker.say, self.room.press.seen
        answers = [Answer(one.name, alone(one.title)) for one in seen]
        self.ask(
            say("printing.queue.which", title=alone(job.title)), "",
            [*answers, Answer("", say("staff.cancel"), "quiet")],
            lambda name: self._give(job, name) if name else None,
        )  # fmt: skip

    def _give(self, job: PrintJob, printer: str) -> None:
        self.porch.worker.ask(
            lambda desk: give_to(desk, job.id, printer), lambda given: self._print([given])
        )

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
            lambda name: self._discard(job, name) if name else None,
        )

    def _discard(self, job: PrintJob, reason: str) -> None:
        why = f"{reason}, {self.actor}"
        if job.state in OPEN:
            self._settle(job, "cancelled", why)
        else:
            self.room.press.cancel(job, why)

    def _ask_back(self, job: PrintJob) -> None:
        say, desk_code = self.speaker.say, alone(job.printer)
        self.ask(
            say("printing.queue.take_back_why", title=alone(job.title), desk=desk_code),
            say("printing.queue.take_back_help"),
            [
                Answer("stick", say("printing.queue.stick_lost")),
                Answer("desk", say("printing.queue.desk_broken")),
                Answer("", say("staff.cancel"), "quiet"),
            ],
            lambda reason: self._take_back(job, reason) if reason else None,
        )

    def _take_back(self, job: PrintJob, reason: str) -> None:
        self.porch.worker.ask(lambda desk: take_back(desk, job.id, self.actor, reason), self._done)
