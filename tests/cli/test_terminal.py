"""What a terminal does to a command: languages, prompts, Ctrl+C, readers that go away."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import PASSPHRASE
from tests.fakes import CONSENTS, files_below, visitor

WELL_KNOWN = {"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/")}
NO_KIOSK = {
    "en": "There is no kiosk in this folder",
    "hi": "इस फ़ोल्डर में कोई कियोस्क नहीं है",
}


def told(*arguments: object, **environment: str) -> subprocess.CompletedProcess[str]:
    """The real command, with no other environment than this."""
    return subprocess.run(
        [sys.executable, "-m", "kiosk", *map(str, arguments)], stdin=subprocess.DEVNULL,
        capture_output=True, check=False, env={**WELL_KNOWN, **environment}, encoding="utf-8",
    )  # fmt: skip


# languages of the terminal


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({}, "en"),
        ({"LANG": "hi_IN.UTF-8"}, "hi"),
        ({"LC_ALL": "hi_IN.UTF-8", "LANG": "en_IN.UTF-8"}, "hi"),
        ({"LC_MESSAGES": "hi_IN", "LANG": "en_IN.UTF-8"}, "hi"),
        ({"LC_ALL": "", "LANG": "hi"}, "hi"),
        ({"LC_ALL": "C.UTF-8", "LANG": "hi_IN.UTF-8"}, "en"),
        ({"LANG": "fr_FR.UTF-8"}, "en"),
    ],
)
def test_messages_speak_the_language_of_the_terminal(
    tmp_path: Path, environment: dict[str, str], language: str
) -> None:
    done = told("find", "a", "--data", tmp_path / "none", **environment)
    assert done.returncode == 3
    assert NO_KIOSK[language] in done.stderr


def test_a_language_that_is_asked_for_comes_before_the_terminal_s(tmp_path: Path) -> None:
    folder = tmp_path / "none"
    done = told("find", "a", "--data", folder, "--messages", "hi", LC_ALL="en_IN.UTF-8")
    assert NO_KIOSK["hi"] in done.stderr


# prompts


@pytest.mark.parametrize("closed", [False, True])
def test_nobody_is_asked_for_a_passphrase_who_cannot_answer(data: Path, *, closed: bool) -> None:
    command = f'exec "$0" -m kiosk find a --data "$1" {"<&-" if closed else "</dev/null"}'
    done = subprocess.run(
        ["sh", "-c", command, sys.executable, str(data)], capture_output=True, text=True,
        check=False, env=WELL_KNOWN,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (3, "")
    assert "passphrase" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("arguments", [["find", "-"], ["register", "-"], ["withdraw", "-"]])
def test_a_closed_standard_input_is_told_in_words(data: Path, arguments: list[str]) -> None:
    command = [sys.executable, *arguments, "--data", str(data)]
    done = subprocess.run(
        ["sh", "-c", 'exec "$0" -m kiosk "$@" <&-', *command], capture_output=True, text=True,
        check=False, env={**WELL_KNOWN, "KIOSK_PASSPHRASE": PASSPHRASE},
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (3, "")
    assert done.stderr.strip()
    assert "Traceback" not in done.stderr


# a reader that goes away


def test_who_reads_one_line_only_ends_the_command_with_3(data: Path) -> None:
    given = {"language": "hi", "answers": visitor(), "consents": CONSENTS}
    lines = (json.dumps(given) + "\n") * 200
    command = [sys.executable, "-m", "kiosk", "register", "-", "--data", str(data), "--json"]
    running = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        env={**WELL_KNOWN, "KIOSK_PASSPHRASE": PASSPHRASE},
    )  # fmt: skip
    assert running.stdin is not None
    assert running.stdout is not None
    assert running.stderr is not None
    running.stdin.write(lines.encode())
    running.stdin.flush()
    first = json.loads(running.stdout.readline())
    running.stdout.close()
    with contextlib.suppress(BrokenPipeError):  # it has ended already
        running.stdin.close()
    trouble = running.stderr.read()
    running.stderr.close()
    assert running.wait() == 3
    assert first["ok"]
    assert b"Traceback" not in trouble
    assert b"BrokenPipe" not in trouble


# Ctrl+C

_INTERRUPTED_AT = """
import runpy, sys

class CtrlC:
    @staticmethod
    def find_spec(name, path=None, target=None):
        if name == room:
            raise KeyboardInterrupt

room, *arguments = sys.argv[1:]
sys.argv = ["kiosk", *arguments]
sys.meta_path.insert(0, CtrlC)
runpy.run_module("kiosk", run_name="__main__")
"""


@pytest.mark.parametrize("room", ["kiosk.cli.__main__", "kiosk.bootstrap", "kiosk.cli.preparing"])
def test_ctrl_c_at_any_moment_ends_in_peace(room: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _INTERRUPTED_AT, room, "events"], capture_output=True, text=True,
        check=False, env=WELL_KNOWN,
    )  # fmt: skip
    assert (done.returncode, done.stdout) == (3, "")
    assert "Traceback" not in done.stderr


_IN_A_LIBRARY = """
import os, runpy, signal, sys

def hook(event, given):
    if event == "compile" and b"pyrage.x25519" in (given[0] or b""):
        os.kill(os.getpid(), signal.SIGINT)

sys.addaudithook(hook)
sys.argv = ["kiosk", *sys.argv[1:]]
runpy.run_module("kiosk", run_name="__main__")
"""


def test_ctrl_c_while_a_library_comes_up_ends_in_peace() -> None:
    """One that is written in Rust panics if it is interrupted there."""
    done = subprocess.run(
        [sys.executable, "-c", _IN_A_LIBRARY, "events"], capture_output=True, text=True,
        check=False, env=WELL_KNOWN,
    )  # fmt: skip
    assert (done.returncode, done.stdout, done.stderr) == (3, "", "")


# init that fails


def test_an_init_that_fails_leaves_room_for_the_next(tmp_path: Path) -> None:
    folder = tmp_path / "kiosk"
    folder.mkdir()
    (folder / "notes.txt").write_text("mine", "utf-8")
    init = [
        sys.executable, "-m", "kiosk", "init", "--data", str(folder), "--campaign", "gem-samvad",
        "--event", "ka-2020-01-10", "--device", "KA1",
    ]  # fmt: skip
    environment = {**WELL_KNOWN, "KIOSK_PASSPHRASE": PASSPHRASE}
    small = ["sh", "-c", 'ulimit -f 300 && exec "$@"', "sh", *init]  # the record has no room
    failed = subprocess.run(small, capture_output=True, text=True, check=False, env=environment)
    assert failed.returncode == 3
    assert "Traceback" not in failed.stderr
    assert files_below(folder) == [folder / "notes.txt"]
    done = subprocess.run(init, capture_output=True, text=True, check=False, env=environment)
    assert done.returncode == 0, done.stderr
    assert (folder / "notes.txt").read_text("utf-8") == "mine"
