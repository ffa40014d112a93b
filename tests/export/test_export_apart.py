"""Exports that were killed, that run at once, or whose names are taken: nobody loses a file."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import threading
import uuid
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from pyrage import x25519

from kiosk.errors import EnvironmentFault
from kiosk.export.day import DayExport
from kiosk.export.owner import is_alive, ourselves
from kiosk.export.source import Cell
from kiosk.export.staging import Made, Staging, blamed
from kiosk.services.exporting import ExportRequest

MakeExport = Callable[..., DayExport]
Tables = Iterable[tuple[str, Sequence[str], Iterable[Sequence[Cell]]]]
ROOT = Path(__file__).parents[2]
PREFIX = "ka-2020-01-10-KA1"
AT_WORK = f"""
import pathlib, sys
from kiosk.export.staging import Staging
with Staging(pathlib.Path(sys.argv[1]), "{PREFIX}", sealed=True) as staging:
    staging.plain("{PREFIX}.sqlite").write_bytes(b"a name in clear")
    staging.part("{PREFIX}.sqlite.age").write_bytes(b"half a file")
    print(staging.scratch, flush=True)
    sys.stdin.read()
"""


@contextlib.contextmanager
def another_export(folder: Path) -> Iterator[tuple[subprocess.Popen[str], Path]]:
    """A process in the midst of an export into the folder, and where its plain files are."""
    command = [sys.executable, "-c", AT_WORK, str(folder)]
    with subprocess.Popen(
        command, cwd=ROOT, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        try:
            yield process, Path(process.stdout.readline().strip())
        finally:
            process.kill()


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


@pytest.fixture
def recipient() -> str:
    return str(x25519.Identity.generate().to_public())


def test_what_a_killed_export_left_the_next_one_removes(
    make_export: MakeExport, tmp_path: Path, recipient: str
) -> None:
    with another_export(tmp_path) as (process, scratch):
        assert stat.S_IMODE(scratch.stat().st_mode) == stat.S_IRWXU
        assert (scratch / f"{PREFIX}.sqlite").read_bytes() == b"a name in clear"
        os.kill(process.pid, signal.SIGKILL)  # from now on any export on this machine removes it
        os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)  # dead, and not yet counted
        assert any(name.endswith(".part") for name in names(tmp_path))
        make_export({}, recipients=[recipient]).export(ExportRequest(tmp_path, ("csv",)))
        assert not scratch.exists()
    assert not [name for name in names(tmp_path) if name.startswith(".")]


def test_a_second_export_into_the_same_folder_is_told_so(
    make_export: MakeExport, tmp_path: Path
) -> None:
    stick, elsewhere = tmp_path / "stick", tmp_path / "elsewhere"
    stick.mkdir()
    elsewhere.mkdir()
    export = make_export({})
    with another_export(stick) as (_, scratch):
        before = names(stick)
        with pytest.raises(EnvironmentFault) as fault:
            export.export(ExportRequest(stick, plain=True))
        assert (fault.value.key, fault.value.values) == ("export_running", {"folder": str(stick)})
        export.export(ExportRequest(elsewhere, plain=True))
        assert names(stick) == before
        assert (scratch / f"{PREFIX}.sqlite").exists()
    export.export(ExportRequest(stick, plain=True))
    assert names(stick) == names(elsewhere)
    assert not [one for one in names(stick) if one.startswith(".")]


def test_two_threads_of_one_process_are_kept_apart_too(tmp_path: Path) -> None:
    told: list[str] = []

    def again() -> None:
        with pytest.raises(EnvironmentFault) as fault, Staging(tmp_path, "day", sealed=False):
            told.append("entered")
        told.append(fault.value.key)

    with Staging(tmp_path, "day", sealed=True) as staging:
        staging.part("day.csv").write_bytes(b"x")
        staging.plain("day.csv").write_bytes(b"x")
        second = threading.Thread(target=again)
        second.start()
        second.join()
        assert told == ["export_running"]
        assert staging.part("day.csv").exists()
        assert staging.plain("day.csv").exists()


def test_parts_of_a_living_export_stay_where_the_folder_cannot_be_locked(tmp_path: Path) -> None:
    parent = f"{ourselves().split('-')[0]}-{os.getppid()}-{_began(os.getppid())}"
    living, dead = (tmp_path / f".day.csv.{one}.part" for one in (parent, f"{parent}0"))
    old_style = tmp_path / ".day.csv.part-journal"
    strange = tmp_path / ".day-notes.txt"
    for path in (living, dead, old_style, strange):
        path.write_bytes(b"x")
    with Staging(tmp_path, "day", sealed=False):
        pass
    assert names(tmp_path) == {living.name, strange.name}


def test_scratch_of_nobody_known_is_removed(tmp_path: Path) -> None:
    made = tmp_path / f"kiosk-export-{uuid.uuid4()}"
    made.mkdir()
    (made / "day.csv").write_bytes(b"a name in clear")
    left = Path(tempfile.gettempdir()) / made.name
    shutil.move(made, left)  # any export on this machine may remove it now
    with Staging(tmp_path, "day", sealed=False):
        assert not left.exists()


@pytest.mark.parametrize("plain", [True, False])
def test_a_name_that_is_taken_is_found_before_any_file_is_replaced(
    make_export: MakeExport,
    attendee_row: Callable[..., dict[str, Any]],
    tmp_path: Path,
    recipient: str,
    plain: bool,
) -> None:
    request = ExportRequest(tmp_path, plain=plain)
    make_export({}, recipients=[recipient]).export(request)
    taken = tmp_path / (f"{PREFIX}.xlsx" if plain else f"{PREFIX}.xlsx.age")
    taken.unlink()
    taken.mkdir()
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir() if path.is_file()}
    later = make_export({"attendee": [attendee_row(1)]}, recipients=[recipient])
    with pytest.raises(EnvironmentFault) as fault:
        later.export(request)
    assert fault.value.key == "export_name_taken"
    assert fault.value.values == {"file": taken.name, "folder": str(tmp_path)}
    assert {p.name: p.read_bytes() for p in tmp_path.iterdir() if p.is_file()} == before


def test_what_fails_while_publishing_is_rolled_back(tmp_path: Path) -> None:
    (tmp_path / "day-a.csv").write_bytes(b"earlier")
    with Staging(tmp_path, "day", sealed=False) as staging:
        first, second = (Made(name, staging.part(name), 1, "") for name in ("day-a.csv", "day-b"))
        for file in (first, second):
            file.path.write_bytes(b"later")
        with pytest.raises(FileNotFoundError):  # it is there when looked at, and then gone
            staging.publish([first, second, second], 0)
        assert (tmp_path / "day-a.csv").read_bytes() == b"earlier"
    assert names(tmp_path) == {"day-a.csv"}


def test_a_file_set_aside_by_an_export_that_died_comes_back(tmp_path: Path) -> None:
    aside = tmp_path / ".day-a.csv.00000000-1-1.old"
    superseded = tmp_path / ".day-b.csv.00000000-1-1.old"
    aside.write_bytes(b"earlier")
    superseded.write_bytes(b"earlier")
    (tmp_path / "day-b.csv").write_bytes(b"later")
    with Staging(tmp_path, "day", sealed=False):
        pass
    assert {p.name: p.read_bytes() for p in tmp_path.iterdir()} == {
        "day-a.csv": b"earlier",
        "day-b.csv": b"later",
    }


@pytest.mark.parametrize(
    ("key", "told"),
    [
        ("disk_full", "export_disk_full"),
        ("folder_read_only", "export_folder_read_only"),
        ("export_not_verified", "export_not_verified"),
    ],
)
def test_a_full_stick_is_not_taken_for_the_kiosk_s_own_disk(
    tmp_path: Path, key: str, told: str
) -> None:
    with pytest.raises(EnvironmentFault) as fault, blamed(tmp_path):
        raise EnvironmentFault(key)
    assert fault.value.key == told


def test_who_is_alive() -> None:
    machine, pid, began = ourselves().split("-")
    assert is_alive(ourselves())
    assert is_alive(f"{machine}-{os.getppid()}-{_began(os.getppid())}")
    for owner in (
        "",
        "somebody",
        f"{machine}-{pid}-{int(began) + 1}",
        f"{'0' * 8}-{pid}-{began}",
        f"{machine}-{2**30}-{began}",
        f"{machine}-{os.getppid()}-",
    ):
        assert not is_alive(owner), owner


def _began(pid: int) -> str:
    return Path(f"/proc/{pid}/stat").read_text("utf-8").rpartition(")")[2].split()[19]
