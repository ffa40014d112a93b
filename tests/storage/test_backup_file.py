"""One file that holds a data folder: whole and read back, or refused with the reason."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from kiosk.errors import EnvironmentFault
from kiosk.storage.backup import MAGIC, Manifest, read_manifest, unpack, write_backup

FILES = {"kiosk.db": b"record" * 500_000, "kiosk.toml": b"", "keys/क.json": b"{}"}
Row = list[Any]


def seal(told: bytes) -> str:
    return hashlib.sha256(told).hexdigest()


@pytest.fixture
def files(tmp_path: Path) -> Sequence[tuple[str, Path]]:
    for name, content in FILES.items():
        path = tmp_path / "data" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return [(name, tmp_path / "data" / name) for name in FILES]


@pytest.fixture
def backup(files: Sequence[tuple[str, Path]], tmp_path: Path) -> Path:
    to = tmp_path / "stick.skb"
    sha256 = write_backup(to, files, {"made_at": 7}, seal)
    assert sha256 == hashlib.sha256(to.read_bytes()).hexdigest()
    return to


def crafted(path: Path, rows: list[Row], body: bytes = b"", **more: object) -> Path:
    """A backup as somebody else might make one."""
    told = {"format": 1, "facts": {}, "files": rows, "seal": ""} | more
    raw = json.dumps(told).encode()
    path.write_bytes(MAGIC + len(raw).to_bytes(8, "big") + raw + body)
    return path


def row(name: str, content: bytes = b"") -> Row:
    return [name, len(content), hashlib.sha256(content).hexdigest()]


NEEDED = [row("kiosk.db"), row("kiosk.toml")]


def refusal(work: Callable[[], object]) -> str:
    with pytest.raises(EnvironmentFault) as caught:
        work()
    return caught.value.key


def test_what_goes_in_comes_out(backup: Path, tmp_path: Path) -> None:
    told: list[tuple[str, int, int]] = []
    folder = tmp_path / "back"
    folder.mkdir()
    manifest, sha256 = unpack(backup, folder, lambda *step: told.append(step))
    assert sha256 == hashlib.sha256(backup.read_bytes()).hexdigest()
    assert manifest.facts == {"made_at": 7}
    assert manifest.seal == seal(manifest.told())
    assert {name: (folder / name).read_bytes() for name in FILES} == FILES
    assert all((folder / name).stat().st_mode & 0o077 == 0 for name in FILES)
    assert told == [("backup", 0, 2), ("backup", 2, 2), ("backup", 2, 2)]
    assert backup.stat().st_mode & 0o077 == 0
    assert not list(tmp_path.glob("*.part"))


def test_a_file_that_ends_anywhere_is_damaged(backup: Path, tmp_path: Path) -> None:
    content = backup.read_bytes()
    for length in (*range(1, 900), len(content) // 2, len(content) - 1):
        backup.write_bytes(content[:length])
        assert refusal(lambda: read_manifest(backup)) == "backup_damaged", length
    backup.write_bytes(content + b"\0")
    assert refusal(lambda: read_manifest(backup)) == "backup_damaged"


def test_a_byte_that_is_another_is_noticed_wherever_it_is(backup: Path, tmp_path: Path) -> None:
    content = backup.read_bytes()
    sealed = seal(read_manifest(backup).told())
    head = len(content) - sum(map(len, FILES.values()))
    for at in (*range(0, head, 3), head, len(content) - 1):
        backup.write_bytes(content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :])
        folder = tmp_path / f"back-{at}"
        folder.mkdir()
        manifest = whole_or_refused(backup, folder)
        if manifest is not None:  # then it is what the seal is over
            assert seal(manifest.told()) != sealed or manifest.seal != sealed, at


def whole_or_refused(backup: Path, folder: Path) -> Manifest | None:
    try:
        return unpack(backup, folder)[0]
    except EnvironmentFault as fault:
        if fault.key not in {"backup_damaged", "backup_foreign", "backup_newer"}:
            raise
        return None


@pytest.mark.parametrize(
    "name",
    [
        "../evil", "keys/../../evil", "/etc/passwd", "keys//a", "keys/", "keys/.", "keys\\a",
        "C:/a", "keys/a:b", "elsewhere/a", "other.db", "keys/\x00", "keys/. .", "keys",
        "keys/" + "a" * 500, "keys" + "/a" * 9, "KIOSK.DB", "kiosk.toml",
    ],
)  # fmt: skip
def test_no_name_leads_out(tmp_path: Path, name: str) -> None:
    path = crafted(tmp_path / "crafted.skb", [*NEEDED, row(name)])
    assert refusal(lambda: unpack(path, tmp_path / "back")) == "backup_damaged"
    assert not (tmp_path / "evil").exists()


@pytest.mark.parametrize(
    ("key", "given"),
    [
        ("backup_newer", {"format": 2}),
        ("backup_damaged", {"format": None}),
        ("backup_damaged", {"rows": [["kiosk.db", -5, "0" * 64], ["kiosk.toml", 5, "0" * 64]]}),
        ("backup_damaged", {"rows": [row("kiosk.db")]}),
        ("backup_damaged", {"rows": [*NEEDED, ["keys/a", 2**60, "0" * 64]]}),
        ("backup_damaged", {"rows": [*NEEDED, ["keys/a", 0, "short"]]}),
        ("backup_damaged", {"rows": [*NEEDED, ["keys/a"]]}),
        ("backup_damaged", {"rows": [*NEEDED, *(row(f"keys/{at}") for at in range(20_000))]}),
        ("backup_damaged", {"files": 3}),
    ],
)
def test_what_a_file_promises_is_looked_at_first(
    tmp_path: Path, key: str, given: dict[str, Any]
) -> None:
    rows = given.pop("rows", NEEDED)
    path = crafted(tmp_path / "crafted.skb", rows, **given)
    assert refusal(lambda: read_manifest(path)) == key


def test_a_manifest_without_end_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "crafted.skb"
    path.write_bytes(MAGIC + (2**40).to_bytes(8, "big") + b"{")
    assert refusal(lambda: read_manifest(path)) == "backup_damaged"
    path.write_bytes(MAGIC + (10**5).to_bytes(8, "big") + b"[" * 10**5)
    assert refusal(lambda: read_manifest(path)) == "backup_damaged"


def test_what_is_no_backup_is_told(tmp_path: Path) -> None:
    path = tmp_path / "holiday.jpg"
    path.write_bytes(b"\xff\xd8\xff\xe0")
    assert refusal(lambda: read_manifest(path)) == "backup_foreign"
    path.write_bytes(b"")
    assert refusal(lambda: read_manifest(path)) == "backup_foreign"
    assert refusal(lambda: read_manifest(tmp_path)) == "backup_missing"
    assert refusal(lambda: read_manifest(tmp_path / "gone")) == "backup_missing"


class Changing:
    """A seal, asked for between the looking and the copying: just then something changes."""

    def __init__(self, path: Path, content: bytes) -> None:
        self._path = path
        self._content = content

    def __call__(self, told: bytes) -> str:
        self._path.write_bytes(self._content)
        return seal(told)


@pytest.mark.parametrize("content", [b"record", b"other!" * 500_000])
def test_a_file_that_changes_meanwhile_makes_no_backup(
    files: Sequence[tuple[str, Path]], tmp_path: Path, content: bytes
) -> None:
    to = tmp_path / "stick.skb"
    changing = Changing(files[0][1], content)
    assert refusal(lambda: write_backup(to, files, {}, changing)) == "backup_changed"
    assert not list(tmp_path.glob("stick*"))


class Spoiling:
    """A stick that keeps something else than was written: seen when it is read back."""

    def __init__(self, part: Path) -> None:
        self._part = part
        self._count = 0

    def __call__(self, step: str, done: int, of: int) -> None:
        self._count += 1
        if self._count == len(FILES):
            self._handle = os.open(self._part, os.O_WRONLY)
            os.pwrite(self._handle, b"{", 2_000_000)
            os.close(self._handle)


def test_a_stick_that_keeps_other_bytes_is_noticed(
    files: Sequence[tuple[str, Path]], tmp_path: Path
) -> None:
    to = tmp_path / "stick.skb"

    def work() -> str:
        return write_backup(to, files, {}, seal, Spoiling(tmp_path / "stick.skb.part"))

    assert refusal(work) == "target_differs"
    assert not list(tmp_path.glob("stick*"))


def test_a_place_that_is_gone_or_takes_nothing_is_told(
    files: Sequence[tuple[str, Path]], tmp_path: Path
) -> None:
    gone = tmp_path / "gone" / "stick.skb"
    assert refusal(lambda: write_backup(gone, files, {}, seal)) == "folder_read_only"
    full = Path("/dev/full")
    part = tmp_path / "stick.skb.part"
    part.symlink_to(full)
    to = tmp_path / "stick.skb"
    assert refusal(lambda: write_backup(to, files, {}, seal)) == "disk_full"
    assert not to.exists()
