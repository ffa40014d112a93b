"""Paper: jobs of the queue go to their printers on a thread of their own; nobody waits for them.

A job is noted as sent on the disk before a printer gets it, so that a cut never prints it twice;
no more than a few are with a printer at a time, so that a cut leaves few of them unknown.
"""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal

from ui.print_choice import PrintChoice
from ui.printers import (
    OnlyPrinter,
    Printer,
    PrinterError,
    Printers,
    PrinterUnsure,
    PrinterWaits,
    Seen,
)
from ui.troubles import NO_PRINTER, stopping

if TYPE_CHECKING:
    from kiosk.services.desk import Desk
    from kiosk.services.ports import PrintJob
    from ui.worker import Worker

POLL_SECONDS = 1.0
LOOK_SECONDS = 15.0  # for a printer, where there was none
PATIENCE_SECONDS = 90.0  # with a printer that does not say what holds it up
_AT_ONCE = 2  # with one printer: one that prints, and the next


@dataclass(slots=True)
class _Out:
    """A sheet that is on its way; without a ticket, it is just being noted as sent."""

    job: PrintJob
    name: str  # the printer's
    printer: Printer | None = None
    ticket: str = ""
    until: float = 0.0
    held: str = ""  # what holds it up, as it was told


class Press(QObject):
    """Sends jobs to their printers, and settles each in the record.

    ``settled(job, state)`` tells the window's thread: "done", "failed", "unknown" or "cancelled"
    with the job kept, and "held" when somebody has to see to the printer first. ``looked`` says
    that other printers are there now, or that they ail of something else. ``find`` is called on
    the press's own thread. ``clock`` counts seconds and never runs backwards.
    """

    settled = Signal(object, str)  # PrintJob, state
    looked = Signal()
    _told = Signal(object, str, str)
    _marking = Signal(object)
    _held_up = Signal(object)

    def __init__(
        self,
        worker: Worker,
        find: Callable[[], Printers],
        *,
        poll_seconds: float = POLL_SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__()
        self._worker = worker
        self._find = find
        self._printers: Printers = OnlyPrinter(lambda: None)
        self._poll_seconds = poll_seconds
        self._clock = clock
        self._choice = PrintChoice()
        self._inbox: queue.SimpleQueue[Callable[[], None] | None] = queue.SimpleQueue()
        self._waiting: list[PrintJob] = []
        self._out: list[_Out] = []
        self._behind: set[str] = set()  # told that they wait behind a sheet that is held up
        self._told.connect(self._on_told, Qt.ConnectionType.QueuedConnection)
        self._held_up.connect(self._on_held_up, Qt.ConnectionType.QueuedConnection)
        self._marking.connect(self._on_marking, Qt.ConnectionType.QueuedConnection)
        self._thread = threading.Thread(target=self._run, name="press", daemon=True)
        self._thread.start()

    # for any thread

    @property
    def ready(self) -> bool:
        """Whether a printer was found; not before the first look at the machine."""
        return bool(self._choice.seen)

    @property
    def seen(self) -> tuple[Seen, ...]:
        """The printers as they were at the last look."""
        return tuple(self._choice.seen)

    def ready_for(self, kind: str) -> bool:
        """Whether sheets of this kind come out here, as staff has chosen."""
        return bool(self._choice.printer_for(kind))

    @property
    def slip_size(self) -> str:
        """The slip that the paper of its printer takes: "roll80", or "a6" where it is wider."""
        return self._choice.slip_size()

    def goes_to(self, kind: str) -> str:
        """What staff has chosen for sheets of this kind (``kiosk.services.printing``)."""
        return self._choice.chosen_for(kind)

    def choose(self, choices: Mapping[str, str]) -> None:
        """Which printer takes which kind of sheet, as the record has it."""
        self._choice.choose(choices)

    def look(self) -> None:
        """Looks at the machine's printers anew."""
        self._inbox.put(self._look)

    def send(self, job: PrintJob) -> None:
        """Prints a job of the queue; what became of it is settled in the record."""
        self._inbox.put(partial(self._take, job))

    def cancel(self, job: PrintJob, why: str) -> None:
        """Takes a sheet back, wherever it is; settled as cancelled, or as unknown."""
        self._inbox.put(partial(self._cancel, job, why))

    def close(self) -> None:
        """Ends the thread; what is still on its way stays "sent" in the record."""
        self._inbox.put(None)
        self._thread.join()

    # on the press's own thread

    def _run(self) -> None:
        self._printers = self._find()
        self._look()
        while True:
            try:
                ask = self._inbox.get(timeout=self._pause())
            except queue.Empty:
                self._look_after()
            else:
                if ask is None:
                    return
                ask()
            if self._inbox.empty():  # a slip that was asked for by now goes first
                self._begin_more()

    def _take(self, job: PrintJob) -> None:
        """Whoever touches the button twice does not get two."""
        known = {one.id for one in self._waiting} | {one.job.id for one in self._out}
        if job.id not in known:
            self._waiting.append(job)

    def _pause(self) -> float | None:
        if self._out:
            return self._poll_seconds
        return None if self._choice.seen else LOOK_SECONDS

    def _look(self) -> None:
        seen = self._printers.seen()
        if seen != self._choice.seen:
            self._choice.seen = seen
            self.looked.emit()

    def _begin_more(self) -> None:
        """Slips first, batches last: somebody stands and waits for a slip."""
        self._waiting.sort(key=lambda job: (bool(job.batch), job.kind != "slip"))
        for job in list(self._waiting):
            name = self._choice.printer_for(job.kind, job.printer)
            if not name:
                self._waiting.remove(job)
                self._told.emit(job, "failed", NO_PRINTER)
            elif sum(one.name == name for one in self._out) < self._most(name):
                self._waiting.remove(job)
                self._out.append(_Out(job, name))
                self._marking.emit(job)
            elif self._ails(name) and job.id not in self._behind:
                self._behind.add(job.id)
                self._held_up.emit(job)

    def _most(self, name: str) -> int:
        """One alone at a printer that ails, to see whether it is well again."""
        return 1 if self._ails(name) else _AT_ONCE

    def _ails(self, name: str) -> bool:
        return any(one.held for one in self._out if one.name == name)

    def _begin(self, job: PrintJob, marked: PrintJob | None) -> None:
        sheet = next((one for one in self._out if one.job.id == job.id), None)
        if sheet is None:
            return
        if marked is None:  # cancelled, printed or withdrawn since
            self._out.remove(sheet)
            return
        try:
            sheet.printer = self._printers.printer(sheet.name)
            # what a spooler logs must not name anybody
            sheet.ticket = sheet.printer.begin(marked.pdf, marked.serial or marked.kind)
        except PrinterError as error:
            self._out.remove(sheet)
            self._told.emit(job, "failed", str(error))
            return
        sheet.until = self._clock() + PATIENCE_SECONDS
        self._look_after()

    def _look_after(self) -> None:
        if not self._out and not self._choice.seen:
            self._look()
        self._out = [one for one in self._out if not self._is_over(one)]

    def _is_over(self, sheet: _Out) -> bool:
        printer = sheet.printer
        ending = None if printer is None else self._ending(printer, sheet)
        if printer is None or ending is None:
            return False
        state, said = ending
        if state == "failed":
            self._take_back(printer, sheet, state, said)
        else:
            self._told.emit(sheet.job, state, said)
        return True

    def _ending(self, printer: Printer, sheet: _Out) -> tuple[str, str] | None:
        """How a sheet ended, and what was said; None while it has not."""
        held, now = "", self._clock()
        try:
            if printer.is_out(sheet.ticket):
                return "done", ""
        except PrinterWaits as waits:
            held = str(waits)
        except PrinterUnsure as error:
            return "unknown", str(error)
        except PrinterError as error:
            return "failed", str(error)
        self._hold(sheet, held, now)
        return ("failed", "timeout") if now > sheet.until else None

    def _hold(self, sheet: _Out, said: str, now: float) -> None:
        """Tells once what holds a sheet up; while it is known, patience does not end."""
        if said:
            sheet.until = now + PATIENCE_SECONDS
        if said != sheet.held:
            sheet.held = said
            self._told.emit(sheet.job, "sent", said)
            self._look()

    def _take_back(self, printer: Printer, sheet: _Out, state: str, said: str) -> None:
        try:
            printer.give_up(sheet.ticket)
        except PrinterError as error:  # also one who only says that it is unsure
            state, said = "unknown", f"{said}; {error}"
        self._told.emit(sheet.job, state, said)

    def _cancel(self, job: PrintJob, why: str) -> None:
        self._waiting = [one for one in self._waiting if one.id != job.id]
        sheet = next((one for one in self._out if one.job.id == job.id), None)
        if sheet is None or sheet.printer is None:
            self._out = [one for one in self._out if one.job.id != job.id]
            self._told.emit(job, "cancelled", why)
            return
        self._out.remove(sheet)
        self._take_back(sheet.printer, sheet, "cancelled", why)

    # on the window's thread, and on the record's

    def _on_marking(self, job: PrintJob) -> None:
        self._worker.tell(lambda desk: self._mark(desk, job))

    def _mark(self, desk: Desk, job: PrintJob) -> None:
        from kiosk.services.printing import begin_printing  # noqa: PLC0415 - late, as all services

        marked = None
        try:
            marked = begin_printing(desk, job.id)
        finally:
            self._inbox.put(partial(self._begin, job, marked))

    def _on_held_up(self, job: PrintJob) -> None:
        self.settled.emit(job, "held")

    def _on_told(self, job: PrintJob, state: str, message: str) -> None:
        from kiosk.services.printing import settle  # noqa: PLC0415 - late, as all services here

        self._worker.tell(lambda desk: settle(desk, job.id, state, message))
        if state != "sent":
            self.settled.emit(job, state)
        elif stopping(message.split()):
            self.settled.emit(job, "held")
