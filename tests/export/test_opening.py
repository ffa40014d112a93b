"""Sealed files of an export, opened by those for whom they were sealed and by nobody else."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pyrage
import pytest

from kiosk.errors import EnvironmentFault, VisitorError
from kiosk.export.opening import open_sealed
from tests.export.test_export_faults import files_up_to

OURS, OTHERS = pyrage.x25519.Identity.generate(), pyrage.x25519.Identity.generate()
CONTENT = "सुनीता शर्मा, محمد فاروق\n".encode() * 10_000  # several of age's chunks


@pytest.fixture
def sealed(tmp_path: Path) -> Path:
    file = tmp_path / "ವಿಚಾರ day-attendee.csv.age"
    file.write_bytes(pyrage.encrypt(CONTENT, [OURS.to_public()]))
    return file


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "खुला हुआ"
    made.mkdir()
    return made


def test_what_was_sealed_for_somebody_is_opened_by_them(sealed: Path, folder: Path) -> None:
    [made] = open_sealed([sealed], str(OURS), folder)
    assert (folder / made.name).read_bytes() == CONTENT
    assert made.sha256 == hashlib.sha256(CONTENT).hexdigest()
    assert [one.name for one in folder.iterdir()] == ["ವಿಚಾರ day-attendee.csv"]


def test_nobody_else_opens_it(sealed: Path, folder: Path) -> None:
    with pytest.raises(VisitorError, match="sealed_not_opened"):
        list(open_sealed([sealed], str(OTHERS), folder))
    assert list(folder.iterdir()) == []


@pytest.mark.parametrize("left", [0, 20, 200, 70_000, -1])
def test_nothing_is_left_of_a_damaged_file(sealed: Path, folder: Path, left: int) -> None:
    sealed.write_bytes(sealed.read_bytes()[:left])
    with pytest.raises(VisitorError, match="sealed_not_opened"):
        list(open_sealed([sealed], str(OURS), folder))
    assert list(folder.iterdir()) == []


def test_nothing_is_written_over(sealed: Path, folder: Path) -> None:
    there = folder / "ವಿಚಾರ day-attendee.csv"
    there.write_text("somebody works in it")
    with pytest.raises(VisitorError, match="sealed_there"):
        list(open_sealed([sealed], str(OURS), folder))
    assert there.read_text() == "somebody works in it"


@pytest.mark.parametrize("name", ["day.csv", ".age"])
def test_other_files_are_told_apart(tmp_path: Path, folder: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"clear")
    with pytest.raises(VisitorError, match="sealed_name"):
        list(open_sealed([tmp_path / name], str(OURS), folder))


def test_a_file_that_is_not_there_is_missed(tmp_path: Path, folder: Path) -> None:
    with pytest.raises(EnvironmentFault, match="sealed_missing"):
        list(open_sealed([tmp_path / "day.csv.age"], str(OURS), folder))


def test_a_folder_that_is_not_there_is_not_made(sealed: Path, tmp_path: Path) -> None:
    with pytest.raises(EnvironmentFault, match="export_folder_missing"):
        list(open_sealed([sealed], str(OURS), tmp_path / "none"))
    assert not (tmp_path / "none").exists()


def test_a_disk_that_takes_no_more_is_told(sealed: Path, folder: Path) -> None:
    with files_up_to(50_000), pytest.raises(EnvironmentFault, match="export_file_too_large"):
        list(open_sealed([sealed], str(OURS), folder))
    assert list(folder.iterdir()) == []
