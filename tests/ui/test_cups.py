"""Sheets through a real CUPS: a scheduler of the tests' own, apart from the machine's."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import cast

import pytest
from pytestqt.qtbot import QtBot

from kiosk.domain.ids import Serial
from kiosk.services.ports import PrintJob
from tests.ui.test_printing import Deaf, HandClock
from ui.printing import PATIENCE_SECONDS, CupsPrinter, Press, Printer, find_printer
from ui.worker import Worker

_CUPSD = shutil.which("cupsd", path=os.environ["PATH"] + ":/usr/sbin") or ""
_PATIENCE_MS = 30_000
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
    "tray": 'cp "$6" {root}/out/"$3".pdf',
    "unplugged": "echo 'ERROR: the cable is out' >&2; exit 1",
    "jammed": "exec sleep 600",
}
QUEUES = {
    "tray": ("tray", "retry-job"),
    "paused": ("tray", "retry-job"),
    "tries_again": ("unplugged", "retry-job"),  # as on Debian, where nothing else is said
    "throws_away": ("unplugged", "abort-job"),
    "stops": ("unplugged", "stop-printer"),
    "jammed": ("jammed", "retry-job"),
}


class Scheduler:
    """A cupsd with all that it reads and writes in one folder."""

    def __init__(self, root: Path) -> None:
        self.root = root
        for name in ("bin/backend", "spool/tmp", "cache", "state", "etc/ppd", "log", "out"):
            (root / name).mkdir(parents=True)
        (root / "bin/daemon").symlink_to("/usr/lib/cups/daemon")
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
        said("lpadmin", "-d", "tray")
        said("cupsdisable", "-r", "the paper is out", "paused")
        return running


def said(*command: str) -> str:
    where = os.environ["PATH"] + ":/usr/sbin"
    environment = os.environ | {"LC_ALL": "C.UTF-8", "PATH": where}
    ran = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    return ran.stdout


@pytest.fixture(scope="module")
def scheduler(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scheduler]:
    made = Scheduler(tmp_path_factory.mktemp("cups"))
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("CUPS_SERVER", f"{made.root}/s")
        environment.setenv("HOME", str(made.root))  # nobody's own choice of a printer
        running = made.start()
        yield made
        running.terminate()
        running.wait(_PATIENCE_MS / 1000)


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


Prints = Callable[[Callable[[], Printer | None]], Press]


@pytest.fixture
def prints(qtbot: QtBot, scheduler: Scheduler, clock: HandClock) -> Iterator[Prints]:
    made: list[Press] = []

    def make(find: Callable[[], Printer | None]) -> Press:
        made.append(Press(cast("Worker", Deaf()), find, poll_seconds=0.05, clock=clock))
        return made[-1]

    yield make
    for press in made:
        press.close()


SHEET = b"%PDF-1.4\n% a sheet for Meera\n%%EOF\n"


def job(serial: str) -> PrintJob:
    return PrintJob(
        serial, "Meera D'Souza", "certificate", SHEET, "waiting", "", 0, None, Serial(serial)
    )


def is_over(_job: PrintJob, state: str, _said: str) -> bool:
    return state != "sent"


def end_of(qtbot: QtBot, press: Press, sheet: PrintJob) -> tuple[str, str]:
    """Prints, and gives the state that the sheet ended in, with what the printer said."""
    with qtbot.waitSignal(press._told, timeout=_PATIENCE_MS, check_params_cb=is_over) as told:
        press.send(sheet)
    return told.args[1], told.args[2]


def test_the_default_printer_brings_the_very_sheet_out(
    qtbot: QtBot, scheduler: Scheduler, prints: Prints
) -> None:
    assert end_of(qtbot, prints(find_printer), job("KA1-C-0001")) == ("done", "")
    assert (scheduler.root / "out/KA1-C-0001.pdf").read_bytes() == SHEET
    assert said("lpstat", "-o", "tray") == ""


def test_a_queue_that_was_paused_is_told_in_words_and_keeps_nothing(
    qtbot: QtBot, prints: Prints
) -> None:
    state, words = end_of(qtbot, prints(lambda: CupsPrinter("paused")), job("KA1-C-0002"))
    assert state == "failed"
    assert "the paper is out" in words
    assert said("lpstat", "-o", "paused") == "", "else it comes out twice when somebody resumes it"


@pytest.mark.parametrize("queue", ["tries_again", "throws_away", "stops"])
def test_a_printer_that_fails_is_told_in_its_own_words_whatever_cups_does_then(
    qtbot: QtBot, prints: Prints, queue: str
) -> None:
    state, words = end_of(qtbot, prints(lambda: CupsPrinter(queue)), job("KA1-C-0003"))
    assert state == "failed"
    assert "the cable is out" in words
    assert said("lpstat", "-o", queue) == ""


def test_a_sheet_that_never_comes_out_is_taken_from_the_printer(
    qtbot: QtBot, prints: Prints, clock: HandClock
) -> None:
    press = prints(lambda: CupsPrinter("jammed"))
    with qtbot.waitSignal(press._told, timeout=_PATIENCE_MS, check_params_cb=is_over) as told:
        press.send(job("KA1-C-0004"))
        qtbot.waitUntil(
            lambda: "now printing" in said("lpstat", "-p", "jammed"), timeout=_PATIENCE_MS
        )
        clock.seconds = PATIENCE_SECONDS + 1
    assert told.args[1:] == ["failed", "timeout"]
    qtbot.waitUntil(lambda: "is idle" in said("lpstat", "-p", "jammed"), timeout=_PATIENCE_MS)


def test_a_queue_that_is_not_there_is_told(qtbot: QtBot, prints: Prints) -> None:
    state, words = end_of(qtbot, prints(lambda: CupsPrinter("sold")), job("KA1-C-0005"))
    assert state == "failed"
    assert words


def test_what_cups_notes_of_a_sheet_names_nobody(
    qtbot: QtBot, scheduler: Scheduler, prints: Prints
) -> None:
    assert end_of(qtbot, prints(find_printer), job("KA1-C-0006"))[0] == "done"
    noted = b"".join(path.read_bytes() for path in (scheduler.root / "log").iterdir())
    assert b"KA1-C-0006" in noted
    assert b"Meera" not in noted
