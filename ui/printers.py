"""The printers of this machine: CUPS where it is, else Qt with pages drawn at their resolution.

We lay no sheet in clear on a disk: CUPS takes it by standard input. What it keeps of it itself,
and how long, is its administrator's to say (PreserveJobFiles of cupsd.conf); the self-check looks.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from ui.paper_sizes import Size, paper_for, size_named
from ui.spooler import OVER, JobState, Media, destinations, job_state, media
from ui.troubles import NO_HISTORY, WRONG_SIZE, nothing_is_out, stopping

_TOOL_SECONDS = 15
_REQUEST = re.compile(r"request id is (\S+)")
# a job that its printer failed at is held until CUPS tries again; nobody waits for that at a kiosk
_LOST = {JobState.HELD, JobState.STOPPED, JobState.CANCELED, JobState.ABORTED}


class PrinterError(Exception):
    """The printer did not take the sheet, or did not bring it out; ``str`` is what it said."""


class PrinterUnsure(PrinterError):  # noqa: N818 - neither out nor failed, as far as anybody knows
    """Nobody can say whether the sheet came out: a person has to look."""


class PrinterWaits(Exception):  # noqa: N818 - no error: the sheet comes once somebody has been there
    """Something at the printer holds the sheet up; ``str`` is what."""


class Printer(Protocol):
    """One printer. Its methods are called on the press's thread only."""

    def begin(self, pdf: bytes, title: str) -> str:
        """Hands a sheet over; gives a ticket, "" when it is out already. PrinterError if not."""
        ...

    def is_out(self, ticket: str) -> bool:
        """Whether the sheet of that ticket has come out; PrinterError when it never will,
        PrinterWaits while something holds it up.
        """
        ...

    def give_up(self, ticket: str) -> None:
        """Takes the sheet back, so that it does not come out twice later. PrinterUnsure where
        it may have come out all the same.
        """
        ...


@dataclass(frozen=True, slots=True)
class Seen:
    """A printer that is there now; ``reasons`` are keywords of ``ui.troubles``."""

    name: str
    title: str
    default: bool = False
    reasons: tuple[str, ...] = ()
    loaded: tuple[Size, ...] = ()  # what paper is in it, as far as it tells


class Printers(Protocol):
    """Where printers come from. Asked on the press's thread only."""

    def seen(self) -> list[Seen]:
        """Those that are there now, the system's own first."""
        ...

    def printer(self, name: str) -> Printer:
        """One of them."""
        ...


class CupsPrinter:
    """A queue of CUPS, by its own tools and its library."""

    def __init__(self, name: str) -> None:
        self._name = name

    def begin(self, pdf: bytes, title: str) -> str:
        command = ["lp", "-d", self._name, "-t", title, *self._paper(pdf), "-"]
        found = _REQUEST.search(_run(command, pdf))
        return found.group(1) if found else ""

    def is_out(self, ticket: str) -> bool:
        state = self._state(ticket)
        if state is JobState.COMPLETED:
            return True
        if state is None:
            raise PrinterUnsure(NO_HISTORY)
        reasons, stopped = self._ails()
        if state in _LOST or stopped:
            raise PrinterError(f"{' '.join(reasons)} {self._says()}".strip()[:400])
        if held := stopping(reasons):
            raise PrinterWaits(" ".join(held))
        return False

    def give_up(self, ticket: str) -> None:
        state = self._state(ticket)
        if state in {*OVER, None}:
            return
        reasons, _stopped = self._ails()
        _run(["cancel", "-x", ticket])
        if state is JobState.PROCESSING and not nothing_is_out(reasons):
            raise PrinterUnsure(" ".join(reasons))

    def _paper(self, pdf: bytes) -> list[str]:
        """What ``lp`` is told of the paper; PrinterError where the sheet has room on none."""
        from ui.pages import sheet_size  # noqa: PLC0415 - PDFium is loaded when paper is needed

        sheet, papers = sheet_size(pdf), media(self._name)
        if sheet is None or not papers.supported:
            return []  # a queue that tells nothing of its paper takes what comes
        fits = paper_for(sheet, papers.supported, papers.default)
        if fits is None:
            raise PrinterError(f"{WRONG_SIZE}: {sheet} | {_in_words(papers)}")
        name, exact = fits
        options = ["-o", f"media={name}"] if name else []
        return options if exact else [*options, "-o", "print-scaling=none"]

    def _state(self, ticket: str) -> JobState | None:
        number = ticket.rpartition("-")[2]
        try:
            return job_state(self._name, int(number)) if number else None
        except OSError as error:
            raise PrinterError(str(error)) from error

    def _ails(self) -> tuple[tuple[str, ...], bool]:
        try:
            found = next((one for one in destinations() if one.name == self._name), None)
        except OSError as error:
            raise PrinterError(str(error)) from error
        return (found.reasons, found.stopped) if found is not None else ((), False)

    def _says(self) -> str:
        """What the printer says of itself, on one line."""
        return " ".join(_run(["lpstat", "-p", self._name]).split())


class CupsPrinters:
    """All queues of CUPS."""

    def seen(self) -> list[Seen]:
        try:
            found = destinations()
        except OSError:
            return []
        return [
            Seen(one.name, one.info, one.default, one.reasons, _sizes(media(one.name).ready))
            for one in found
        ]

    def printer(self, name: str) -> Printer:
        return CupsPrinter(name)


class QtPrinter:
    """The platform's own printer; pages are rendered, since QPrinter cannot print a PDF."""

    def __init__(self, name: str) -> None:
        self._name = name

    def begin(self, pdf: bytes, title: str) -> str:
        from ui.pages import print_pages  # noqa: PLC0415 - PDFium is loaded when paper is needed

        wrong = print_pages(self._name, pdf, title)
        if wrong is not None:
            raise PrinterError(wrong or self._name)
        return ""

    def is_out(self, ticket: str) -> bool:
        return not ticket

    def give_up(self, ticket: str) -> None:
        """What Qt has handed over cannot be taken back."""


class QtPrinters:
    """The platform's printers, by Qt."""

    def seen(self) -> list[Seen]:
        from PySide6.QtPrintSupport import QPrinterInfo  # noqa: PLC0415 - rarely needed

        own = QPrinterInfo.defaultPrinterName()
        found = [
            Seen(one.printerName(), one.description() or one.printerName(),
                 one.printerName() == own)
            for one in QPrinterInfo.availablePrinters()
        ]  # fmt: skip
        return sorted(found, key=lambda one: (not one.default, one.name))

    def printer(self, name: str) -> Printer:
        return QtPrinter(name)


class OnlyPrinter:
    """One printer for everything, or none: for the tour and for tests."""

    def __init__(self, find: Callable[[], Printer | None]) -> None:
        self._find = find

    def seen(self) -> list[Seen]:
        return [] if self._find() is None else [Seen("printer", "printer", default=True)]

    def printer(self, name: str) -> Printer:
        found = self._find()
        if found is None:
            raise PrinterError(name)
        return found


def machine_printers() -> Printers:
    """CUPS where its tools and its library are, else Qt."""
    try:
        destinations()
    except OSError:
        return QtPrinters()
    return CupsPrinters() if shutil.which("lp") else QtPrinters()


def _sizes(names: tuple[str, ...]) -> tuple[Size, ...]:
    return tuple(size for name in names if (size := size_named(name)) is not None)


def _in_words(papers: Media) -> str:
    names = papers.ready or papers.supported
    return ", ".join(str(one) for one in _sizes(names))[:120]


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
