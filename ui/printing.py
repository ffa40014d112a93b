"""Paper: jobs of the queue go to a printer on a thread of their own; nobody waits for them.

A printer is a port: CUPS where there is one, else Qt with pages rendered at the printer's
resolution, else none. We lay no sheet in clear on a disk: CUPS takes it by standard input. What it
keeps of it itself, and how long, is its administrator's to say (PreserveJobFiles of cupsd.conf).
"""

from __future__ import annotations

import os
import queue
import re
import subprocess
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QObject, Qt, Signal

from ui.spooler import OVER, JobState, job_state, library

if TYPE_CHECKING:
    from kiosk.services.ports import PrintJob
    from ui.worker import Worker

POLL_SECONDS = 1.0
PATIENCE_SECONDS = 90.0
_TOOL_SECONDS = 15
_REQUEST = re.compile(r"request id is (\S+)")
# a job that its printer failed at is held until CUPS tries again; nobody waits for that at a kiosk
_LOST = {JobState.HELD, JobState.STOPPED, JobState.CANCELED, JobState.ABORTED}


class PrinterError(Exception):
    """The printer did not take the sheet, or did not bring it out; ``str`` is what it said."""


class Printer(Protocol):
    """One printer. Its methods are called on the press's thread only."""

    def begin(self, pdf: bytes, title: str) -> str:
        """Hands a sheet over; gives a ticket, "" when it is out already. PrinterError if not."""
        ...

    def is_out(self, ticket: str) -> bool:
        """Whether the sheet of that ticket has come out; PrinterError when it never will."""
        ...

    def give_up(self, ticket: str) -> None:
        """Takes the sheet back, so that it does not come out twice later."""
        ...


class CupsPrinter:
    """A queue of CUPS, by its own tools and its library."""

    def __init__(self, name: str) -> None:
        self._name = name

    def begin(self, pdf: bytes, title: str) -> str:
        said = _run(["lp", "-d", self._name, "-t", title, "-"], pdf)
        found = _REQUEST.search(said)
        return found.group(1) if found else ""

    def is_out(self, ticket: str) -> bool:
        state = self._state(ticket)
        if state in {JobState.COMPLETED, None}:
            return True
        says = self._says()
        if state in _LOST or says.startswith(f"printer {self._name} disabled"):
            raise PrinterError(f"{state.name.lower()}: {says}"[:300])
        return False

    def give_up(self, ticket: str) -> None:
        if self._state(ticket) not in {*OVER, None}:
            _run(["cancel", "-x", ticket])

    def _state(self, ticket: str) -> JobState | None:
        number = ticket.rpartition("-")[2]
        try:
            return job_state(self._name, int(number)) if number else None
        except OSError as error:
            raise PrinterError(str(error)) from error

    def _says(self) -> str:
        """What the printer says of itself, on one line."""
        return " ".join(_run(["lpstat", "-p", self._name]).split())


class QtPrinter:
    """The platform's own printer; pages are rendered, since QPrinter cannot print a PDF."""

    def __init__(self, name: str) -> None:
        self._name = name

    def begin(self, pdf: bytes, title: str) -> str:
        from ui.pages import print_pages  # noqa: PLC0415 - PDFium is loaded when paper is needed

        if not print_pages(self._name, pdf, title):
            raise PrinterError(self._name)
        return ""

    def is_out(self, ticket: str) -> bool:
        return not ticket

    def give_up(self, ticket: str) -> None:
        """What Qt has handed over cannot be taken back."""


def find_printer() -> Printer | None:
    """The printer of this machine: CUPS's, else Qt's default one, else none."""
    try:
        said = _run(["lpstat", "-d", "-p"])
        library()
    except (PrinterError, OSError):
        return _qt_printer()
    default = re.search(r"destination: (\S+)", said)
    first = re.search(r"^printer (\S+)", said, re.MULTILINE)
    found = default or first
    return CupsPrinter(found.group(1)) if found else None


def _qt_printer() -> Printer | None:
    from PySide6.QtPrintSupport import QPrinterInfo  # noqa: PLC0415 - rarely needed

    info = QPrinterInfo.defaultPrinter()
    return None if info.isNull() else QtPrinter(info.printerName())


def _run(command: list[str], given: bytes = b"") -> str:
    try:
        ran = subprocess.run(
            command, input=given, capture_output=True, timeout=_TOOL_SECONDS, check=True,
            env=os.environ | {"LC_ALL": "C.UTF-8"},
        )  # fmt: skip
    except subprocess.CalledProcessError as error:
        raise PrinterError(error.stderr.decode(errors="replace").strip()[:300]) from error
    except (OSError, subprocess.TimeoutExpired) as error:
        raise PrinterError(str(error)[:300]) from error
    return ran.stdout.decode(errors="replace")


@dataclass(slots=True)
class _Out:
    """A sheet that is on its way."""

    job: PrintJob
    ticket: str
    until: float


class Press(QObject):
    """Sends jobs to the printer one after the other, and settles each in the record.

    ``settled(job, state)`` tells the window's thread: "done", or "failed" with the job kept.
    ``clock`` counts seconds and never runs backwards.
    """

    settled = Signal(object, str)  # PrintJob, state
    _told = Signal(object, str, str)

    def __init__(
        self,
        worker: Worker,
        find: Callable[[], Printer | None] = find_printer,
        *,
        poll_seconds: float = POLL_SECONDS,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__()
        self._worker = worker
        self._find = find
        self._poll_seconds = poll_seconds
        self._clock = clock
        self._printer: Printer | None = None
        self._jobs: queue.SimpleQueue[PrintJob | None] = queue.SimpleQueue()
        self._out: list[_Out] = []
        self._told.connect(self._on_told, Qt.ConnectionType.QueuedConnection)
        self._thread = threading.Thread(target=self._run, name="press", daemon=True)
        self._thread.start()

    @property
    def ready(self) -> bool:
        """Whether a printer was found; not before the first look at the machine."""
        return self._printer is not None

    def send(self, job: PrintJob) -> None:
        """Prints a job of the queue; what became of it is settled in the record."""
        self._jobs.put(job)

    def close(self) -> None:
        """Ends the thread; what is still on its way stays "sent" in the record."""
        self._jobs.put(None)
        self._thread.join()

    def _run(self) -> None:
        self._printer = self._find()
        while True:
            try:
                job = self._jobs.get(timeout=self._poll_seconds if self._out else None)
            except queue.Empty:
                self._look_after()
                continue
            if job is None:
                return
            self._begin(job)
            self._look_after()

    def _begin(self, job: PrintJob) -> None:
        if self._printer is None:
            self._told.emit(job, "failed", "no printer")
            return
        self._told.emit(job, "sent", "")
        try:
            # what a spooler logs must not name anybody
            ticket = self._printer.begin(job.pdf, job.serial or job.kind)
        except PrinterError as error:
            self._told.emit(job, "failed", str(error))
            return
        self._out.append(_Out(job, ticket, self._clock() + PATIENCE_SECONDS))

    def _look_after(self) -> None:
        self._out = [sheet for sheet in self._out if not self._is_settled(sheet)]

    def _is_settled(self, sheet: _Out) -> bool:
        if self._printer is None:
            return True
        try:
            if self._printer.is_out(sheet.ticket):
                self._told.emit(sheet.job, "done", "")
                return True
            if self._clock() <= sheet.until:
                return False
            said = "timeout"
        except PrinterError as error:
            said = str(error)
        self._give_up(self._printer, sheet, said)
        return True

    def _give_up(self, printer: Printer, sheet: _Out, said: str) -> None:
        try:
            printer.give_up(sheet.ticket)
        except PrinterError as error:
            said = f"{said}; {error}"
        self._told.emit(sheet.job, "failed", said)

    def _on_told(self, job: PrintJob, state: str, message: str) -> None:
        from kiosk.services.printing import settle  # noqa: PLC0415 - late, as all services here

        self._worker.tell(lambda desk: settle(desk, job.id, state, message))
        if state != "sent":
            self.settled.emit(job, state)
