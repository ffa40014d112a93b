"""Whatever a laptop's clock says, and wherever the program runs: all are in their day."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.stores import EVENT, PRACTICE, Run, carry_day, exported, new_kiosk, run
from tests.conftest import PASSPHRASE
from tests.fakes import CONSENTS, FakeClock, visitor

__all__ = ["run"]  # a fixture
ROOT = Path(__file__).resolve().parents[2]
VISITORS = 50
MISSING = "faketime is needed: run `sh resources/setup.sh --test` (Debian's package faketime)"


def kiosk_at(moment: str, data: Path, *arguments: object) -> None:
    """Runs a command in a process of its own whose clock begins at this moment, UTC."""
    faketime = shutil.which("faketime")
    if faketime is None:
        pytest.fail(MISSING, pytrace=False)
    command = [
        faketime, "-f", f"@{moment}", sys.executable, "-m", "kiosk", *map(str, arguments),
        "--data", str(data), "--json",
    ]  # fmt: skip
    env = {**os.environ, "TZ": "UTC", "KIOSK_PASSPHRASE": PASSPHRASE, "NO_FAKE_STAT": "1"}
    result = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, check=False)
    assert result.returncode == 0, result.stderr.decode()


def test_two_laptops_under_one_code_one_of_them_in_1970(run: Run, tmp_path: Path) -> None:
    stick = tmp_path / "stick"
    stick.mkdir()
    for laptop, moment in (("a", "2020-01-10 05:00:00"), ("b", "1970-01-01 00:05:00")):
        data, file = tmp_path / laptop, tmp_path / f"{laptop}.jsonl"
        lines = (
            {"language": "hi", "answers": visitor(name=f"आगंतुक {laptop} {at}"), "consents": CONSENTS}
            for at in range(VISITORS)
        )
        file.write_text("\n".join(map(json.dumps, lines)), "utf-8")
        papers = tmp_path / f"{laptop}.pdf"
        kiosk_at(moment, data, "init", *PRACTICE, "--event", EVENT, "--device", "KA1")
        kiosk_at(moment, data, "register", file)
        kiosk_at(moment, data, "certificate", "batch", "--due", "registered", "--to", papers)
        kiosk_at(moment, data, "sync", stick)
    store = tmp_path / "m.db"
    code, merged, _ = run("merge", stick, "--into", store, *PRACTICE)
    assert (code, merged["rejected"], merged["forks"], merged["gaps"]) == (0, [], [], [])
    [clock] = merged["clocks"]
    assert (clock["code"], clock["rows"], clock["from"][:10]) == ("KA1", VISITORS, "1970-01-01")
    out = tmp_path / "out"
    out.mkdir()
    assert run("export", "--to", out, "--plain", "--in", store)[0] == 0
    people = "SELECT count(*), count(DISTINCT id), count(DISTINCT number) FROM attendee"
    assert exported(out, people) == [(2 * VISITORS,) * 3]
    issued = "SELECT count(*), count(DISTINCT serial), count(DISTINCT attendee_id) FROM certificate"
    assert exported(out, issued) == [(2 * VISITORS,) * 3]
    flagged = [one for one in run("conflicts", "--in", store)[1] if one["kind"] == "wrong_clock"]
    assert [one["device"] for one in flagged] == [clock["device"]]


@pytest.fixture(params=["UTC", "America/New_York"])
def abroad(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A machine set to the time of another place."""
    monkeypatch.setenv("TZ", request.param)
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


def test_about_midnight_everybody_is_in_the_day_of_their_event(
    abroad: None, run: Run, tmp_path: Path
) -> None:
    stick, store = tmp_path / "stick", tmp_path / "m.db"
    before, after = 1_576_780_140_000, 1_576_780_260_000  # 23:59 on 19-12-2019 and 00:01, in India
    for event, code in (("ka-2019-12-19", "KA1"), ("uk-2019-12-20", "UK1")):
        data = new_kiosk(tmp_path / event, code, event)
        carry_day(data, stick, [{"name": f"{code} before"}], FakeClock(before))
        carry_day(data, stick, [{"name": f"{code} after"}], FakeClock(after))
    merged = run("merge", stick, "--into", store, *PRACTICE)[1]
    assert merged["clocks"] == []
    counts = {}
    for day in ("2019-12-19", "2019-12-20", ""):
        out = tmp_path / f"out {day}"
        out.mkdir()
        which = ("--day", day) if day else ()
        assert run("export", "--to", out, "--plain", "--in", store, *which)[0] == 0
        rows = exported(
            out, "SELECT name, substr(registered_at, 1, 16) FROM attendee ORDER BY 2, 1"
        )
        counts[day] = len(rows)
        assert {at for _, at in rows} == {"2019-12-19T23:59", "2019-12-20T00:01"}
        days = exported(out, "SELECT day FROM event ORDER BY day")
        assert days == [(day,)] if day else [("2019-12-19",), ("2019-12-20",)]
    assert counts["2019-12-19"] + counts["2019-12-20"] == counts[""] == 4
