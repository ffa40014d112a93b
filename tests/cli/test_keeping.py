"""kiosk purge, backup and restore, as coordinators run them."""

from __future__ import annotations

import json
import os
import pty
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from kiosk import bootstrap
from kiosk.cli.__main__ import main
from kiosk.domain.language import Tag
from kiosk.services.register import Registration, register_attendee
from tests.conftest import PASSPHRASE
from tests.fakes import CONSENTS, visitor

Run = Callable[..., tuple[int, Any, str]]
ROOT = Path(__file__).parents[2]


@pytest.fixture
def run(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs a command with ``--json``; gives exit code, document and what was told beside it."""
    monkeypatch.setenv("KIOSK_PASSPHRASE", PASSPHRASE)
    monkeypatch.setenv("LANG", "en_IN.UTF-8")

    def command(*arguments: object) -> tuple[int, Any, str]:
        capfd.readouterr()
        code = main([*map(str, arguments), "--json"])
        out, told = capfd.readouterr()
        return code, json.loads(out) if out else None, told

    return command


def meet(data: Path, *names: str) -> None:
    with bootstrap.open_kiosk(data, PASSPHRASE) as desk:
        for name in names:
            register_attendee(desk, Registration(Tag("hi"), visitor(name=name), CONSENTS))


def in_days(days: int, *arguments: object) -> tuple[int, Any, str]:
    """The command on a laptop whose clock is so many days ahead."""
    environment = {**os.environ, "KIOSK_PASSPHRASE": PASSPHRASE, "LANG": "en_IN.UTF-8"}
    done = subprocess.run(
        ["faketime", "-f", f"{days:+}d", sys.executable, "-m", "kiosk", *map(str, arguments),
         "--json"],
        cwd=ROOT, env=environment, capture_output=True, text=True, check=False,
        stdin=subprocess.DEVNULL,
    )  # fmt: skip
    return done.returncode, json.loads(done.stdout) if done.stdout else None, done.stderr


def test_a_purge_erases_in_time_and_not_before(data: Path, run: Run) -> None:
    meet(data, "Asha", "Ravi")
    code, answer, _ = run("--data", data, "purge")
    assert (code, answer["erased"], answer["due"]) == (0, 0, 0)
    code, answer, _ = in_days(366, "--data", data, "purge", "--dry-run")
    assert (code, answer["erased"], answer["due"], answer["dry_run"]) == (0, 0, 2, True)
    assert answer["events"] == {"ka-2020-01-10": 2}
    code, answer, _ = in_days(366, "--data", data, "purge")
    assert (code, answer["erased"], len(answer["sealed"])) == (0, 2, 1)
    code, answer, _ = in_days(366, "--data", data, "audit", "--verify")
    assert (code, answer["ok"]) == (0, True)


def test_a_clock_that_cannot_be_right_is_told(data: Path) -> None:
    meet(data, "Asha")
    code, answer, told = in_days(-2, "--data", data, "purge")
    assert (code, answer) == (3, None)
    assert "(days: 2)" in told
    code, answer, told = in_days(20 * 365, "--data", data, "purge")
    assert (code, answer) == (1, None)
    assert "--yes" in told
    code, answer, _ = in_days(20 * 365, "--data", data, "purge", "--yes")
    assert (code, answer["erased"]) == (0, 1)


@pytest.mark.parametrize(("said", "code"), [("yes\n", 0), ("no\n", 1)])
def test_at_a_terminal_somebody_is_asked(data: Path, said: str, code: int) -> None:
    meet(data, "Asha")
    ours, theirs = pty.openpty()
    os.write(ours, said.encode())
    done = subprocess.run(
        ["faketime", "-f", "+366d", sys.executable, "-m", "kiosk", "--data", data, "purge"],
        cwd=ROOT, env={**os.environ, "KIOSK_PASSPHRASE": PASSPHRASE}, stdin=theirs,
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    os.close(ours)
    os.close(theirs)
    assert done.returncode == code, done.stderr
    assert "People whose time has come: 1" in done.stderr


def test_what_was_backed_up_comes_back(data: Path, run: Run, tmp_path: Path) -> None:
    meet(data, "Asha")
    file = tmp_path / "day.skb"
    code, made, _ = run("--data", data, "backup", "--to", file)
    assert (code, made["bytes"]) == (0, file.stat().st_size)
    back = tmp_path / "back"
    code, restored, _ = run("--data", back, "restore", file)
    assert (code, restored["sha256"], restored["erased"]) == (0, made["sha256"], 0)
    code, found, told = run("--data", back, "find", "Asha")
    assert [one["name"] for one in found] == ["Asha"]
    assert "KA1" in told  # it has a name of its own now
    code, _, told = run("--data", back, "restore", file)
    assert code == 3
    code, _, told = run("--data", tmp_path / "other", "restore", tmp_path / "gone.skb")
    assert code == 3
    assert "gone.skb" in told


def test_a_purge_renews_the_regular_backup(data: Path, run: Run, tmp_path: Path) -> None:
    meet(data, "Asha")
    place = tmp_path / "stick"
    place.mkdir()
    code, first, _ = run("--data", data, "backup", "--keep", place)
    assert code == 0
    code, _, _ = run("--data", data, "backup", "--to", tmp_path / "by hand.skb")
    assert code == 0
    code, done, told = in_days(366, "--data", data, "purge")
    assert (code, done["older_backups"]) == (0, None)
    assert done["outlived"] == [str(tmp_path / "by hand.skb")]
    assert "still holds who was erased" in told
    (left,) = place.glob("*.skb")
    assert str(left) != first["file"]
    place.rename(tmp_path / "pulled")
    code, done, told = in_days(366, "--data", data, "purge")
    assert (code, done["older_backups"]) == (0, str(place))
    assert "Older backups" in told
    code, done, _ = in_days(366, "--data", data, "purge", "--dry-run")
    assert (code, done["older_backups"]) == (0, None)


def test_a_practice_kiosk_comes_back_by_itself(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("KIOSK_PASSPHRASE")
    data = tmp_path / "practice"
    assert run("--data", data, "demo", "--attendees", "2")[0] == 0
    assert run("--data", data, "backup", "--to", tmp_path / "day.skb")[0] == 0
    assert run("--data", tmp_path / "back", "restore", tmp_path / "day.skb")[0] == 0


def test_in_a_merged_store_across_its_events(data: Path, run: Run, tmp_path: Path) -> None:
    meet(data, "Asha", "Ravi")
    stick, store = tmp_path / "stick", tmp_path / "all.db"
    stick.mkdir()
    assert run("--data", data, "sync", stick)[0] == 0
    assert run("merge", stick, "--into", store, "--campaign", "gem-samvad")[0] == 0
    code, answer, _ = run("purge", "--in", store)
    assert (code, answer["erased"]) == (0, 0)
    code, answer, _ = in_days(366, "purge", "--in", store)
    assert (code, answer["erased"], len(answer["sealed"])) == (0, 2, 1)
    code, again, _ = in_days(366, "merge", stick, "--into", store, "--campaign", "gem-samvad")
    assert (code, again["new"]) == (0, 0)
    code, found, _ = in_days(366, "find", "Asha", "--in", store)
    assert (code, found) == (0, [])


def test_a_coordinator_opens_what_was_exported_for_them(
    data: Path, run: Run, tmp_path: Path
) -> None:
    meet(data, "सुनीता शर्मा")
    stick, clear = tmp_path / "दिन की फ़ाइलें", tmp_path / "clear"
    stick.mkdir()
    clear.mkdir()
    assert run("export", "--data", data, "--to", stick, "--format", "csv")[0] == 0
    own = ROOT / "resources/campaigns/gem-samvad/practice/deputy.identity"
    code, told, said = run(
        "open", *sorted(stick.glob("*.age")), "--identity", own, "--to", clear
    )  # fmt: skip
    assert code == 0
    assert [Path(one["path"]) for one in told["files"]] == sorted(clear.iterdir())
    assert "सुनीता शर्मा" in next(clear.glob("*-attendee.csv")).read_text("utf-8")
    assert "not encrypted any more" in said
    code, _, said = run("open", next(stick.glob("*.age")), "--identity", own, "--to", clear)
    assert (code, said.splitlines()[-1]) == (1, "code: sealed_there")
