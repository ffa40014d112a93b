"""Sheets through a real CUPS: a scheduler of the tests' own, apart from the machine's."""

from __future__ import annotations

import ctypes
import io
import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import cast

import pypdfium2 as pdfium
import pytest
from pytestqt.qtbot import QtBot

from kiosk.domain.ids import Serial
from kiosk.services.ports import PrintJob
from tests.ui.test_printing import HandClock, Shelf
from ui.pages import sheet_size
from ui.paper_sizes import size_of
from ui.printers import (
    CupsPrinter,
    CupsPrinters,
    OnlyPrinter,
    PrinterError,
    Printers,
    QtPrinters,
    machine_printers,
)
from ui.printing import PATIENCE_SECONDS, Press
from ui.spooler import Media, media
from ui.troubles import troubles_in
from ui.worker import Worker

_CUPSD = shutil.which("cupsd", path=os.environ["PATH"] + ":/usr/sbin") or ""
_PATIENCE_MS = 60_000
pytestmark = pytest.mark.skipif(not _CUPSD, reason="there is no cupsd; setup.sh --test installs it")

FILES = """
ServerRoot {root}/etc
ServerBin {root}/bin
RequestRoot {root}/spool
TempDir {root}/spool/tmp
CacheDir {root}/cache
StateDir {root}/state
AccessLog {root}/log/access
ErrorLog {root}/log/error
PageLog {root}/log/page
DataDir /usr/share/cups
DocumentRoot {root}/etc
SystemGroup root
"""

DAEMON = """
Listen {root}/s
LogLevel debug
PageLogFormat %p %u %j %T %P %C
Browsing No
WebInterface No
DefaultAuthType None
<Location />
Order allow,deny
Allow all
</Location>
<Policy default>
<Limit All>
Order deny,allow
Allow all
</Limit>
</Policy>
"""

# What CUPS runs to reach a printer: without arguments it names its devices, else $6 is the sheet.
BACKENDS = {
    "tray": 'cat ${{6:+"$6"}} > {root}/out/"$3".pdf',  # from a filter, if there is no $6
    "unplugged": "echo 'ERROR: the cable is out' >&2; exit 1",
    "silent": "exec sleep 600",
    # what it says is what IPP calls printer-state-reasons; then somebody mends it
    "empty": """echo 'STATE: +media-empty-error' >&2
        until [ -e {root}/mended ]; do sleep 0.1; done
        echo 'STATE: -media-empty-error' >&2; cp "$6" {root}/out/"$3".pdf""",
    "ajar": "echo 'STATE: +cover-open-error,toner-low-warning' >&2; exec sleep 600",
    "jammed": "echo 'STATE: +media-jam-error' >&2; exec sleep 600",
    "away": "echo 'STATE: +offline-report,connecting-to-device' >&2; exec sleep 600",
}
QUEUES = {
    "tray": ("tray", "retry-job"),
    "paused": ("tray", "retry-job"),
    "tries_again": ("unplugged", "retry-job"),  # as on Debian, where nothing else is said
    "throws_away": ("unplugged", "abort-job"),
    "stops": ("unplugged", "stop-printer"),
    "silent": ("silent", "retry-job"),
    "empty": ("empty", "retry-job"),
    "ajar": ("ajar", "retry-job"),
    "jammed": ("jammed", "retry-job"),
    "away": ("away", "retry-job"),
}
# A printer that takes PDF on A4 and on A5, as drivers describe it; A4 lies in it.
PPD = """*PPD-Adobe: "4.3"
*FormatVersion: "4.3"
*FileVersion: "1.0"
*LanguageVersion: English
*LanguageEncoding: ISOLatin1
*PCFileName: "OFFICE.PPD"
*Manufacturer: "Office"
*Product: "(Office)"
*ModelName: "Office"
*ShortNickName: "Office"
*NickName: "Office"
*PSVersion: "(3010.000) 0"
*LanguageLevel: "3"
*ColorDevice: True
*cupsFilter2: "application/vnd.cups-pdf application/pdf 0 -"
*OpenUI *PageSize/Paper: PickOne
*DefaultPageSize: A4
*PageSize A4/A4: "<</PageSize[595 842]>>setpagedevice"
*PageSize A5/A5: "<</PageSize[420 595]>>setpagedevice"
*CloseUI: *PageSize
*OpenUI *PageRegion: PickOne
*DefaultPageRegion: A4
*PageRegion A4/A4: "<</PageSize[595 842]>>setpagedevice"
*PageRegion A5/A5: "<</PageSize[420 595]>>setpagedevice"
*CloseUI: *PageRegion
*DefaultImageableArea: A4
*ImageableArea A4/A4: "0 0 595 842"
*ImageableArea A5/A5: "0 0 420 595"
*DefaultPaperDimension: A4
*PaperDimension A4/A4: "595 842"
*PaperDimension A5/A5: "420 595"
"""


class Scheduler:
    """A cupsd with all that it reads and writes in one folder."""

    def __init__(self, root: Path) -> None:
        self.root = root
        for name in ("bin/backend", "spool/tmp", "cache", "state", "etc/ppd", "log", "out"):
            (root / name).mkdir(parents=True)
        for name in ("daemon", "filter"):
            (root / "bin" / name).symlink_to(f"/usr/lib/cups/{name}")
        (root / "office.ppd").write_text(PPD)
        for name, does in BACKENDS.items():
            backend = root / "bin/backend" / name
            backend.write_text(f"#!/bin/sh\n[ $# = 0 ] && exit 0\n{does.format(root=root)}\n")
            backend.chmod(0o700)  # so that CUPS runs it as whoever runs the tests
        for name, text in {"cups-files": FILES, "cupsd": DAEMON}.items():
            (root / f"etc/{name}.conf").write_text(text.format(root=root))
        self._files = ["-s", f"{root}/etc/cups-files.conf", "-c", f"{root}/etc/cupsd.conf"]

    def start(self) -> subprocess.Popen[bytes]:
        running = subprocess.Popen([_CUPSD, "-f", *self._files])
        until = time.monotonic() + _PATIENCE_MS / 1000
        while "is running" not in said("lpstat", "-r"):
            assert running.poll() is None, "cupsd ended"
            assert time.monotonic() < until, "cupsd does not answer"
        for name, (backend, policy) in QUEUES.items():
            uri, option = f"{backend}:/", f"printer-error-policy={policy}"
            said("lpadmin", "-p", name, "-E", "-v", uri, "-o", option)
        said("lpadmin", "-p", "office", "-E", "-v", "tray:/", "-P", f"{self.root}/office.ppd")
        said("lpadmin", "-d", "tray")
        said("cupsdisable", "-r", "the paper is out", "paused")
        return running


def ask_anew() -> None:
    """Makes this thread's library forget which server it has asked, and look who is there now."""
    reset = ctypes.CDLL("libcups.so.2").cupsSetServer
    reset.restype, reset.argtypes = None, [ctypes.c_char_p]
    reset(None)


def said(*command: str) -> str:
    where = os.environ["PATH"] + ":/usr/sbin"
    environment = os.environ | {"LC_ALL": "C.UTF-8", "PATH": where}
    ran = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    return ran.stdout


@pytest.fixture(scope="module")
def scheduler() -> Iterator[Scheduler]:
    with (
        tempfile.TemporaryDirectory(prefix="cups-") as folder,
        pytest.MonkeyPatch.context() as (environment),
    ):
        Path(folder).chmod(0o755)  # filters run as somebody else, where root runs the tests
        made = Scheduler(Path(folder))
        environment.setenv("CUPS_SERVER", f"{made.root}/s")
        environment.setenv("HOME", str(made.root))  # nobody's own choice of a printer
        running = made.start()
        ask_anew()
        yield made
        running.terminate()
        running.wait(_PATIENCE_MS / 1000)
    ask_anew()


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


Prints = Callable[[Callable[[], Printers]], Press]


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


@pytest.fixture
def prints(qtbot: QtBot, scheduler: Scheduler, clock: HandClock, shelf: Shelf) -> Iterator[Prints]:
    made: list[Press] = []

    def make(find: Callable[[], Printers]) -> Press:
        made.append(Press(cast("Worker", shelf), find, poll_seconds=0.05, clock=clock))
        return made[-1]

    yield make
    for press in made:
        press.close()


def one(name: str) -> Callable[[], Printers]:
    return lambda: OnlyPrinter(lambda: CupsPrinter(name))


SHEET = b"%PDF-1.4\n% a sheet for Meera\n%%EOF\n"


def blank(*sides_mm: float) -> bytes:
    """A page of that size, as our own paper makes them."""
    document = pdfium.PdfDocument.new()
    document.new_page(*(side * 72 / 25.4 for side in sides_mm))
    written = io.BytesIO()
    document.save(written)
    return written.getvalue()


def job(serial: str, pdf: bytes = SHEET) -> PrintJob:
    return PrintJob(
        serial, "Meera D'Souza", "certificate", pdf, "waiting", "", 0, None, Serial(serial)
    )


def is_over(_job: PrintJob, state: str, _said: str) -> bool:
    return state != "sent"


def begin(shelf: Shelf, press: Press, sheet: PrintJob) -> None:
    shelf.put(sheet)
    press.send(sheet)


def end_of(qtbot: QtBot, shelf: Shelf, press: Press, sheet: PrintJob) -> tuple[str, str]:
    """Prints, and gives the state that the sheet ended in, with what the printer said."""
    with qtbot.waitSignal(press._told, timeout=_PATIENCE_MS, check_params_cb=is_over) as told:
        begin(shelf, press, sheet)
    return told.args[1], told.args[2]


def held(qtbot: QtBot, shelf: Shelf, press: Press, sheet: PrintJob) -> str:
    """Prints, and waits until the printer says what holds it up."""
    with qtbot.waitSignal(
        press.settled, timeout=_PATIENCE_MS, check_params_cb=lambda _job, state: state == "held"
    ):
        begin(shelf, press, sheet)
    return shelf.held[sheet.id].message


def test_the_default_printer_brings_the_very_sheet_out(
    qtbot: QtBot, scheduler: Scheduler, prints: Prints, shelf: Shelf
) -> None:
    press = prints(machine_printers)
    assert end_of(qtbot, shelf, press, job("KA1-C-0001")) == ("done", "")
    assert (scheduler.root / "out/KA1-C-0001.pdf").read_bytes() == SHEET
    assert said("lpstat", "-o", "tray") == ""


def test_every_queue_is_seen_the_systems_own_first(qtbot: QtBot, prints: Prints) -> None:
    press = prints(machine_printers)
    qtbot.waitUntil(lambda: press.ready, timeout=_PATIENCE_MS)
    assert press.seen[0].name == "tray"
    assert {one.name for one in press.seen} == {*QUEUES, "office"}
    found = {one.name: one for one in press.seen}
    assert "paused" in found["paused"].reasons
    assert found["office"].loaded[0].is_like(size_of(210, 297))


def test_a_queue_that_was_paused_is_told_in_words_and_keeps_nothing(
    qtbot: QtBot, prints: Prints, shelf: Shelf
) -> None:
    state, words = end_of(qtbot, shelf, prints(one("paused")), job("KA1-C-0002"))
    assert state == "failed"
    assert "the paper is out" in words
    assert troubles_in(words) == ["paused"]
    assert said("lpstat", "-o", "paused") == "", "else it comes out twice when somebody resumes it"


@pytest.mark.parametrize("queue", ["tries_again", "throws_away", "stops"])
def test_a_printer_that_fails_is_told_in_its_own_words_whatever_cups_does_then(
    qtbot: QtBot, prints: Prints, shelf: Shelf, queue: str
) -> None:
    state, words = end_of(qtbot, shelf, prints(one(queue)), job("KA1-C-0003"))
    assert state == "failed"
    assert "the cable is out" in words
    qtbot.waitUntil(lambda: said("lpstat", "-o", queue) == "", timeout=_PATIENCE_MS)


def test_a_sheet_that_never_comes_out_is_taken_back_and_somebody_has_to_look(
    qtbot: QtBot, prints: Prints, shelf: Shelf, clock: HandClock
) -> None:
    press = prints(one("silent"))
    with qtbot.waitSignal(press._told, timeout=_PATIENCE_MS, check_params_cb=is_over) as told:
        begin(shelf, press, job("KA1-C-0004"))
        qtbot.waitUntil(
            lambda: "now printing" in said("lpstat", "-p", "silent"), timeout=_PATIENCE_MS
        )
        qtbot.waitUntil(lambda: press._out[0].until > 0, timeout=_PATIENCE_MS)  # lp has ended, too
        clock.seconds = PATIENCE_SECONDS + 1
    assert told.args[1] == "unknown", "it was being printed: half of it may be out"
    assert "timeout" in told.args[2]
    qtbot.waitUntil(lambda: "is idle" in said("lpstat", "-p", "silent"), timeout=_PATIENCE_MS)


def test_paper_out_is_told_while_it_lasts_and_the_sheet_comes_with_new_paper(
    qtbot: QtBot, scheduler: Scheduler, prints: Prints, shelf: Shelf
) -> None:
    press = prints(one("empty"))
    assert troubles_in(held(qtbot, shelf, press, job("KA1-C-0011"))) == ["paper_out"]
    assert shelf.held["KA1-C-0011"].state == "sent"
    with qtbot.waitSignal(
        press.settled, timeout=_PATIENCE_MS, check_params_cb=lambda _job, state: state == "done"
    ):
        (scheduler.root / "mended").touch()
    assert (scheduler.root / "out/KA1-C-0011.pdf").read_bytes() == SHEET


@pytest.mark.parametrize(
    ("queue", "trouble", "state"),
    [
        ("ajar", "open", "cancelled"),
        ("away", "offline", "cancelled"),
        ("jammed", "jam", "unknown"),
    ],
)
def test_a_sheet_that_is_held_up_can_be_taken_back_and_a_jam_has_to_be_looked_at(
    qtbot: QtBot, prints: Prints, shelf: Shelf, queue: str, trouble: str, state: str
) -> None:
    press, sheet = prints(one(queue)), job("KA1-C-0012")
    assert troubles_in(held(qtbot, shelf, press, sheet)) == [trouble]
    with qtbot.waitSignal(press._told, timeout=_PATIENCE_MS, check_params_cb=is_over) as told:
        press.cancel(sheet, "to another printer")
    assert told.args[1] == state
    qtbot.waitUntil(lambda: said("lpstat", "-o", queue) == "", timeout=_PATIENCE_MS)


def test_a_queue_that_is_not_there_is_told(qtbot: QtBot, prints: Prints, shelf: Shelf) -> None:
    state, words = end_of(qtbot, shelf, prints(one("sold")), job("KA1-C-0005"))
    assert state == "failed"
    assert words


def test_what_cups_notes_of_a_sheet_names_nobody(
    qtbot: QtBot, scheduler: Scheduler, prints: Prints, shelf: Shelf
) -> None:
    assert end_of(qtbot, shelf, prints(machine_printers), job("KA1-C-0006"))[0] == "done"
    noted = b"".join(path.read_bytes() for path in (scheduler.root / "log").iterdir())
    assert b"KA1-C-0006" in noted
    assert b"Meera" not in noted


# paper


@pytest.mark.parametrize(
    ("sheet", "paper"),
    [((297, 210), (210, 297)), ((148, 210), (148, 210)), ((105, 148), (210, 297))],
    ids=["A4 across", "A5", "A6 on the printer's A4"],
)
def test_a_sheet_goes_onto_paper_of_its_size_or_onto_larger(
    qtbot: QtBot,
    scheduler: Scheduler,
    prints: Prints,
    shelf: Shelf,
    sheet: tuple[int, int],
    paper: tuple[int, int],
) -> None:
    serial = f"KA1-C-1{sheet[0]:03d}"
    ended = end_of(qtbot, shelf, prints(one("office")), job(serial, blank(*sheet)))
    assert ended == ("done", "")
    size = sheet_size((scheduler.root / f"out/{serial}.pdf").read_bytes())
    assert size is not None
    # as it is laid on that paper, or left as it is for the printer to lay: newer filters do so
    assert size.is_like(size_of(*paper)) or size.is_like(size_of(*sheet))


def test_a_sheet_that_has_room_on_no_paper_is_told_before_it_is_printed(
    qtbot: QtBot, scheduler: Scheduler, prints: Prints, shelf: Shelf
) -> None:
    sheet = job("KA1-C-0020", blank(297, 420))
    state, words = end_of(qtbot, shelf, prints(one("office")), sheet)
    assert state == "failed"
    assert troubles_in(words) == ["wrong_size"]
    assert "297 × 420 mm | 210 × 297 mm" in words
    assert not (scheduler.root / "out/KA1-C-0020.pdf").exists()


def test_a_queue_that_tells_nothing_of_its_paper_takes_what_comes(scheduler: Scheduler) -> None:
    assert media("tray") == Media()
    assert media("sold") == Media()
    assert "iso_a4_210x297mm" in media("office").supported


# machines without CUPS, and with one that forgets


def test_where_cups_keeps_no_history_a_person_is_asked_and_nothing_is_taken_for_done(
    scheduler: Scheduler,
) -> None:
    with pytest.raises(PrinterError, match="no-history"):
        CupsPrinter("tray").is_out("tray-9999")


def test_where_no_cups_answers_qt_is_asked(
    qapp: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CUPS_SERVER", f"{tmp_path}/nobody")
    with ThreadPoolExecutor(1) as another:  # a thread that has asked a server asks it again
        assert isinstance(another.submit(machine_printers).result(), QtPrinters)
        assert another.submit(CupsPrinters().seen).result() == []
        with pytest.raises(PrinterError):
            another.submit(CupsPrinter("tray").is_out, "tray-1").result()
