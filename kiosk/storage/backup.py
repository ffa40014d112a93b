"""A whole data folder as one file: what it holds is encrypted in itself, nothing personal is clear.

``MAGIC | length | manifest | the files, one after the other``. The manifest is JSON: every file's
name, size and SHA-256, and a seal under the database key. No compression and no second list of
names: nothing can be larger, or lie elsewhere, than the manifest says and the file's size allows.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from kiosk.errors import EnvironmentFault
from kiosk.storage.files import folder_blamed, make_folder, settle, sync_folder

MAGIC = b"samvad kiosk backup\n"
FORMAT = 1
_LENGTH = 8  # bytes, big-endian
_MOST_MANIFEST = 8 * 1024 * 1024
_MOST_FILES = 20_000
_DEEPEST = 8
_LONGEST_NAME = 400
_PIECE = 1024 * 1024
_HEX = re.compile(r"[0-9a-f]{64}")
_UNSAFE = re.compile(r"[\x00-\x1f\x7f\\:]")
_TOP = frozenset({"kiosk.db", "kiosk.toml"})
_FOLDERS = frozenset({"keys", "campaign", "designs", "fonts", "outbox"})

Progress = Callable[[str, int, int], None]  # step, done, of; may raise to stop


@dataclass(frozen=True, slots=True)
class Entry:
    """One file of a backup: its name there, and what it has to be."""

    name: str
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a backup says of itself. ``facts`` are the maker's; ``seal`` is over all the rest."""

    facts: Mapping[str, Any]
    entries: tuple[Entry, ...]
    seal: str = ""

    def told(self) -> bytes:
        """What the seal is over."""
        files = [[one.name, one.bytes, one.sha256] for one in self.entries]
        told = {"format": FORMAT, "facts": self.facts, "files": files}
        return json.dumps(told, sort_keys=True, separators=(",", ":")).encode()


def write_backup(
    to: Path,
    files: Sequence[tuple[str, Path]],
    facts: Mapping[str, Any],
    seal: Callable[[bytes], str],
    progress: Progress | None = None,
) -> str:
    """Writes the files under their names to ``to``, reads it back, and gives its SHA-256.

    Written beside, synced, read back, renamed, the folder synced: it is whole, or not there.
    Raises EnvironmentFault: backup_changed (a file changed meanwhile), disk_full,
    folder_read_only, disk_error, target_differs.
    """
    part = to.with_name(f"{to.name}.part")
    with folder_blamed(to.parent):
        manifest = Manifest(facts, tuple(_entry(name, path) for name, path in files))
        manifest = Manifest(facts, manifest.entries, seal(manifest.told()))
        try:
            with _created(part) as stream:
                _write(stream, manifest, [path for _, path in files], progress)
                settle(stream)
            sha256 = _read_back(part, manifest)
            part.replace(to)
            sync_folder(to.parent)
        except BaseException:
            with suppress(OSError):
                part.unlink(missing_ok=True)
            raise
    return sha256


def read_manifest(path: Path) -> Manifest:
    """What a backup says of itself, found to be possible; its files are not looked at.

    Raises EnvironmentFault: backup_missing, backup_foreign, backup_newer, backup_damaged.
    """
    with _opened(path) as (stream, size):
        return _manifest(stream, size, path)


def unpack(path: Path, folder: Path, progress: Progress | None = None) -> tuple[Manifest, str]:
    """Writes what a backup holds into ``folder``, each file as its sum says; its manifest, and the
    SHA-256 of the whole.

    Raises EnvironmentFault as ``read_manifest`` does, disk_full, folder_read_only.
    """
    whole = hashlib.sha256()
    with _opened(path) as (stream, size):
        manifest = _manifest(stream, size, path, whole)
        of = sum(one.bytes for one in manifest.entries)
        done = 0
        for one in manifest.entries:
            _tell(progress, done, of)
            target = folder.joinpath(*one.name.split("/"))
            make_folder(target.parent)
            with folder_blamed(target.parent), _created(target) as out:
                if _copied(stream, one.bytes, whole, out) != one.sha256:
                    raise EnvironmentFault("backup_damaged", path=str(path))
                settle(out)
            done += one.bytes
    for made in {folder, *(one.parent for one in folder.rglob("*"))}:
        with folder_blamed(made):
            sync_folder(made)
    return manifest, whole.hexdigest()


def _tell(progress: Progress | None, done: int, of: int) -> None:
    if progress is not None:
        progress("backup", done // _PIECE, max(of // _PIECE, 1))


def _entry(name: str, path: Path) -> Entry:
    with path.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
        return Entry(name, os.fstat(stream.fileno()).st_size, digest)


@contextmanager
def _created(path: Path) -> Iterator[IO[bytes]]:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as stream:
        yield stream


def _write(
    stream: IO[bytes], manifest: Manifest, paths: Sequence[Path], progress: Progress | None
) -> None:
    sealed = {**json.loads(manifest.told()), "seal": manifest.seal}
    raw = json.dumps(sealed, ensure_ascii=False).encode()
    stream.write(MAGIC + len(raw).to_bytes(_LENGTH, "big") + raw)
    of = sum(one.bytes for one in manifest.entries)
    done = 0
    for entry, path in zip(manifest.entries, paths, strict=True):
        _tell(progress, done, of)
        with path.open("rb") as source:
            if _copied(source, entry.bytes, None, stream) != entry.sha256:
                raise EnvironmentFault("backup_changed", path=str(path))
        done += entry.bytes


def _copied(
    source: IO[bytes], count: int, whole: hashlib._Hash | None, out: IO[bytes] | None
) -> str:
    """Copies so many bytes; their SHA-256. Fewer are there: the sum is another."""
    digest = hashlib.sha256()
    while count:
        piece = source.read(min(_PIECE, count))
        if not piece:
            return ""
        count -= len(piece)
        digest.update(piece)
        if whole is not None:
            whole.update(piece)
        if out is not None:
            out.write(piece)
    return digest.hexdigest()


def _read_back(part: Path, wanted: Manifest) -> str:
    whole = hashlib.sha256()
    with _opened(part) as (stream, size):
        found = _manifest(stream, size, part, whole)
        same = found.told() == wanted.told() and all(
            _copied(stream, one.bytes, whole, None) == one.sha256 for one in found.entries
        )
    if not same:
        raise EnvironmentFault("target_differs", target=str(part.parent))
    return whole.hexdigest()


@contextmanager
def _opened(path: Path) -> Iterator[tuple[IO[bytes], int]]:
    try:
        with path.open("rb") as stream:
            yield stream, os.fstat(stream.fileno()).st_size
    except OSError as error:
        raise EnvironmentFault("backup_missing", path=str(path)) from error


def _manifest(
    stream: IO[bytes], size: int, path: Path, whole: hashlib._Hash | None = None
) -> Manifest:
    start = stream.read(len(MAGIC) + _LENGTH)
    if not start.startswith(MAGIC):
        key = "backup_damaged" if start and MAGIC.startswith(start) else "backup_foreign"
        raise EnvironmentFault(key, path=str(path))
    length = int.from_bytes(start[len(MAGIC) :], "big")
    raw = stream.read(length) if length <= _MOST_MANIFEST else b""
    if whole is not None:
        whole.update(start + raw)
    try:
        told = json.loads(raw)
        if int(told["format"]) > FORMAT:
            raise EnvironmentFault("backup_newer", path=str(path))
        entries = tuple(Entry(str(one), int(count), str(digest))
                        for one, count, digest in told["files"])  # fmt: skip
        manifest = Manifest(dict(told["facts"]), entries, str(told["seal"]))
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        raise EnvironmentFault("backup_damaged", path=str(path)) from error
    fits = len(start) + length + sum(one.bytes for one in entries) == size
    if not fits or not _possible(entries):
        raise EnvironmentFault("backup_damaged", path=str(path))
    return manifest


def _possible(entries: Sequence[Entry]) -> bool:
    """Whether a kiosk can have written these names: nothing leads out of the folder."""
    names = {one.name.casefold() for one in entries}
    return (
        len(names) == len(entries) <= _MOST_FILES
        and {one.name for one in entries} >= _TOP
        and all(one.bytes >= 0 and _HEX.fullmatch(one.sha256) for one in entries)
        and all(_safe(one.name) for one in entries)
    )


def _safe(name: str) -> bool:
    parts = name.split("/")
    if len(parts) == 1:
        return name in _TOP
    return (
        parts[0] in _FOLDERS
        and len(name) <= _LONGEST_NAME
        and len(parts) <= _DEEPEST
        and not _UNSAFE.search(name)
        and all(part.strip(" .") for part in parts)
    )
