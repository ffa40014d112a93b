"""A folder as a carrier: whole files or none, whatever happens to the stick."""

from __future__ import annotations

import os
import resource
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from kiosk.services.carrying import CarrierFault
from kiosk.sync.carriers.folder import FolderCarrier
from kiosk.sync.carriers.layout import BatchName, batch_name, receipt_file, receipt_name
from kiosk.sync.carriers.opening import open_carrier
from tests.calls import counted
from tests.sync.files import DEVICE, OTHER_DEVICE, batch_files

MOST = 1_000_000


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    folder = tmp_path / "स्टिक नंबर एक"
    folder.mkdir()
    return folder


def whole_files(folder: Path) -> set[str]:
    return {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}


def fault_of(*arguments: str | Path) -> str:
    with pytest.raises(CarrierFault) as raised:
        open_carrier(str(arguments[0]))
    return raised.value.key


def test_files_come_back_as_they_went(stick: Path) -> None:
    carrier = open_carrier(str(stick))
    files = batch_files(5)
    assert [carrier.create(name, content) for name, content in files.items()] == [True] * 5
    assert [carrier.create(name, content) for name, content in files.items()] == [False] * 5
    assert carrier.folders() == [DEVICE]
    sizes = {name.partition("/")[2]: len(content) for name, content in files.items()}
    assert dict(carrier.files(DEVICE)) == sizes
    assert {name: carrier.read(name, MOST) for name in files} == files
    assert list(carrier.files(OTHER_DEVICE)) == []
    assert whole_files(stick) == set(files)
    assert carrier.name == str(stick)


def test_a_place_that_is_not_there_is_never_made(tmp_path: Path) -> None:
    assert fault_of(tmp_path / "media" / "stick") == "target_missing"
    assert list(tmp_path.iterdir()) == []


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "stick").write_bytes(b"")
    assert fault_of(tmp_path / "stick") == "target_is_file"


@pytest.mark.parametrize("target", ["ftp://host/x", "s3://", "webdav://host/x?y", "gs://bucket"])
def test_an_address_that_nobody_speaks_is_told(target: str) -> None:
    assert fault_of(target) == "target_unknown"


def test_no_fault_shows_a_password() -> None:
    with pytest.raises(CarrierFault) as raised:
        open_carrier("gopher://kiosk:very-secret@host/x")
    assert raised.value.values["target"] == "gopher://host/x"
    assert "secret" not in str(raised.value)


def test_a_torn_or_altered_copy_is_written_anew(stick: Path) -> None:
    carrier = FolderCarrier(stick)
    [(name, content)] = batch_files(1).items()
    for wrong in (content[:-1], content + b"x", bytes(len(content))):
        (stick / DEVICE).mkdir(exist_ok=True)
        (stick / name).write_bytes(wrong)
        assert carrier.create(name, content)
        assert (stick / name).read_bytes() == content


def test_what_a_broken_off_copying_left_is_swept(stick: Path) -> None:
    (stick / DEVICE).mkdir()
    old, new = list(batch_files(2).items())
    (stick / f"{old[0]}.part").write_bytes(old[1][:100])
    (stick / DEVICE / "thesis.part").write_bytes(b"somebody else's")
    FolderCarrier(stick).create(*new)
    assert whole_files(stick) == {new[0], f"{DEVICE}/thesis.part"}


@pytest.fixture
def quick_stick() -> Iterator[Path]:
    """In memory where there is such a place: making the files is not what is measured."""
    memory = Path("/dev/shm")  # noqa: S108 - a folder of one's own in it
    folder = Path(tempfile.mkdtemp(dir=memory if memory.is_dir() else None))
    yield folder
    shutil.rmtree(folder)


def test_a_hundred_thousand_other_files_do_not_matter(quick_stick: Path) -> None:
    stick, own = quick_stick, quick_stick / DEVICE
    own.mkdir()
    for at in range(100_000):
        os.mknod((stick if at % 2 else own) / f"holiday {at}.jpg")
    carrier = open_carrier(str(stick))
    [(name, content)] = batch_files(1).items()
    with counted() as calls:
        assert carrier.create(name, content)
        assert carrier.folders() == [DEVICE]
        assert list(carrier.files(DEVICE)) == [(name.partition("/")[2], len(content))]
    looks = sum(calls[name] for name in ("stat", "lstat", "fstat", "is_dir", "is_file"))
    assert 0 < looks < 50  # their names are read, and nothing else of them
    assert calls["scandir"] < 10


def test_a_file_too_large_is_not_read(stick: Path) -> None:
    carrier = FolderCarrier(stick)
    [(name, content)] = batch_files(1).items()
    carrier.create(name, content)
    assert carrier.read(name, len(content)) == content
    with pytest.raises(CarrierFault, match="too_large"):
        carrier.read(name, len(content) - 1)


def test_pipes_links_and_folders_named_like_batches_are_none(stick: Path, tmp_path: Path) -> None:
    folder = stick / DEVICE
    folder.mkdir()
    names = [name.partition("/")[2] for name in batch_files(3)]
    os.mkfifo(folder / names[0])
    (folder / names[1]).symlink_to("/etc/passwd")
    (folder / names[2]).mkdir()
    (stick / OTHER_DEVICE).symlink_to(tmp_path)
    carrier = FolderCarrier(stick)
    assert carrier.folders() == [DEVICE]
    assert list(carrier.files(DEVICE)) == []
    for name in names:
        with pytest.raises(CarrierFault):
            carrier.read(f"{DEVICE}/{name}", MOST)
    [(name, content)] = batch_files(1, device=OTHER_DEVICE).items()
    with pytest.raises(CarrierFault, match="target_unreadable"):
        carrier.create(name, content)


@contextmanager
def no_file_above(size: int) -> Iterator[None]:
    """As on a full disk: what is longer cannot be written to its end."""
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, handler)


def test_a_full_stick_keeps_what_was_whole(stick: Path) -> None:
    carrier = FolderCarrier(stick)
    [(small, content)] = batch_files(1, 1_000).items()
    [(large, more)] = batch_files(1, 50_000).items()
    assert carrier.create(small, content)
    with no_file_above(10_000), pytest.raises(CarrierFault) as raised:
        carrier.create(large, more)
    assert (raised.value.key, raised.value.values["target"]) == ("target_full", str(stick))
    assert whole_files(stick) == {small}
    assert carrier.create(large, more)


@contextmanager
def nobody_s_rights() -> Iterator[None]:
    """Root may write anywhere; the kiosk's user may not."""
    mine = os.geteuid()
    if mine == 0:
        os.seteuid(65_534)
    try:
        yield
    finally:
        os.seteuid(mine)


def test_a_stick_that_is_locked_says_so_and_can_still_be_read() -> None:
    folder = Path(tempfile.mkdtemp(dir="/tmp"))  # every folder above may be entered by anyone
    try:
        files = batch_files(2)
        (first, content), (second, more) = files.items()
        FolderCarrier(folder).create(first, content)
        (folder / DEVICE).chmod(0o555)
        folder.chmod(0o555)
        with nobody_s_rights():
            carrier = FolderCarrier(folder)
            with pytest.raises(CarrierFault, match="target_read_only"):
                carrier.create(second, more)
            assert carrier.create(first, content) is False
            assert carrier.read(first, MOST) == content
    finally:
        folder.chmod(0o755)
        (folder / DEVICE).chmod(0o755)
        shutil.rmtree(folder)


@pytest.mark.parametrize("mount_point_stays", [True, False])
def test_a_pulled_stick_is_told_and_nothing_lands_beside_it(
    stick: Path, *, mount_point_stays: bool
) -> None:
    carrier = FolderCarrier(stick)
    (first, content), (second, more) = batch_files(2).items()
    carrier.create(first, content)
    stick.rename(stick.with_name("in the pocket"))
    if mount_point_stays:
        stick.mkdir()
    with pytest.raises(CarrierFault, match="target_gone"):
        carrier.create(second, more)
    if not mount_point_stays:
        with pytest.raises(CarrierFault, match="target_gone"):
            carrier.folders()
        with pytest.raises(CarrierFault, match="target_gone"):
            list(carrier.files(DEVICE))
        with pytest.raises(CarrierFault, match="target_gone"):
            carrier.read(first, MOST)
        stick.mkdir()
    assert list(stick.iterdir()) == []


_COPY = """
import os, sys
from pathlib import Path
from kiosk.sync.carriers.folder import FolderCarrier
from tests.sync.files import batch_files

left = int(sys.argv[2])

def step(event, arguments):
    global left
    if event in {"open", "os.rename", "os.mkdir", "os.remove", "os.scandir", "os.listdir"}:
        left -= 1
        if left < 0:
            os.kill(os.getpid(), 9)

carrier = FolderCarrier(Path(sys.argv[1]))
files = batch_files(3)
sys.addaudithook(step)
for name, content in files.items():
    carrier.create(name, content)
sys.stdout.write("done")
"""


def test_a_kill_at_any_step_of_copying_leaves_no_half_file(tmp_path: Path) -> None:
    """Killed before each call that touches the disk; then said again."""
    files = batch_files(3)
    for steps in range(100):
        stick = tmp_path / str(steps)
        stick.mkdir()
        command = [sys.executable, "-c", _COPY, str(stick), str(steps)]
        done = subprocess.run(command, capture_output=True, check=False)
        there = {name for name in whole_files(stick) if name.endswith(".ekb")}
        assert all((stick / name).read_bytes() == files[name] for name in there)
        carrier = FolderCarrier(stick)
        for name, content in files.items():
            assert carrier.create(name, content) == (name not in there)
        assert whole_files(stick) == set(files)
        if done.stdout == b"done":
            assert steps > 8
            return
    pytest.fail("it never came to its end")


def test_names_say_what_a_file_is() -> None:
    sha = "ab" * 32
    assert batch_name(f"17-{sha}.ekb") == BatchName(17, sha)
    name = receipt_name(receipt_file(DEVICE, 5, sha).partition("/")[2])
    assert name is not None
    assert (name.store, name.at, name.sha256) == (DEVICE, 5, sha)
    for other in (f"17-{sha}.ekb.part", f"-{sha}.ekb", f"१-{sha}.ekb", f"1-{sha[1:]}.ekb", ""):
        assert batch_name(other) is None
        assert receipt_name(other) is None
