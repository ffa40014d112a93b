"""A template and the files beside it: one file, a folder, or a folder packed as .zip.

What somebody else packed is opened with bounds: few entries, small, none that leaves the folder,
and none that grows out of proportion when it is unpacked. Nothing is ever unpacked to the disk.
"""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from kiosk.errors import EnvironmentFault

LARGEST_TEMPLATE = 200_000  # bytes
LARGEST_FILE = 12 << 20
LARGEST_PACKAGE = 40 << 20
MOST_ENTRIES = 100
GREATEST_RATIO = 200
MANIFESTS = ("template.toml", "template.json")
SUFFIXES = (".toml", ".json", ".zip")


@dataclass(frozen=True, slots=True)
class Package:
    """``read`` gives a file beside the template: its bytes, or None where there is no such file."""

    file: str  # what a person knows the template by
    text: str
    json: bool
    read: Callable[[str], bytes | None]


def open_package(path: Path) -> Package:
    """The package at a path. Raises EnvironmentFault ``template_…``."""
    if path.is_dir():
        manifest = next((path / name for name in MANIFESTS if (path / name).is_file()), None)
        if manifest is None:
            raise EnvironmentFault("template_unreadable", file=str(path), reason=MANIFESTS[0])
        return _of_file(manifest, f"{path.name}/{manifest.name}")
    if path.suffix.lower() == ".zip":
        return _of_zip(path)
    return _of_file(path, path.name)


def _of_file(path: Path, shown: str) -> Package:
    data = _bytes(path, LARGEST_TEMPLATE)
    folder = path.parent

    def read(name: str) -> bytes | None:
        return read_beside(folder, shown, name)

    return Package(shown, _text(shown, data), path.suffix.lower() == ".json", read)


def read_beside(folder: Path, shown: str, name: str) -> bytes | None:
    """A file of a folder; None where there is none. Raises ``template_unsafe_path``."""
    wanted = folder / safe_name(shown, name)
    try:
        if not wanted.is_file():
            return None
        inside = wanted.resolve().is_relative_to(folder.resolve())
    except OSError as error:
        raise _unreadable(wanted, error) from error
    if not inside:  # a link that leads out of the folder
        raise EnvironmentFault("template_unsafe_path", file=shown, value=name)
    return _bytes(wanted, LARGEST_FILE)


def _of_zip(path: Path) -> Package:
    try:
        if path.stat().st_size > LARGEST_PACKAGE:
            raise EnvironmentFault("template_too_large", file=path.name, most=LARGEST_PACKAGE)
        with zipfile.ZipFile(path) as archive:
            held = _entries(archive, path.name)
    # what zipfile raises for files that somebody bent: lengths, methods, flags, dates
    except (
        OSError, zipfile.BadZipFile, zlib.error, ValueError, RuntimeError, NotImplementedError,
        EOFError, OverflowError,
    ) as error:  # fmt: skip
        raise _unreadable(path, error) from error
    top = min((name for name in held if PurePosixPath(name).name in MANIFESTS), default="", key=len)
    if not top:
        raise EnvironmentFault("template_unreadable", file=path.name, reason=MANIFESTS[0])
    folder = PurePosixPath(top).parent
    shown = f"{path.name}/{top}"

    def read(name: str) -> bytes | None:
        return held.get(str(folder / safe_name(shown, name)))

    if len(held[top]) > LARGEST_TEMPLATE:
        raise EnvironmentFault("template_too_large", file=shown, most=LARGEST_TEMPLATE)
    return Package(shown, _text(shown, held[top]), top.endswith(".json"), read)


def _entries(archive: zipfile.ZipFile, shown: str) -> dict[str, bytes]:
    """All files of the archive. What an entry says of its own size is not believed."""
    entries = [one for one in archive.infolist() if not one.filename.endswith("/")]
    if len(entries) > MOST_ENTRIES:
        raise EnvironmentFault("template_package", file=shown, value=f"> {MOST_ENTRIES}")
    held: dict[str, bytes] = {}
    left = LARGEST_PACKAGE
    for entry in entries:
        name = str(safe_name(shown, entry.filename))
        if entry.flag_bits & 1 or name in held:  # encrypted, or there twice
            raise EnvironmentFault("template_package", file=shown, value=entry.filename[:80])
        most = min(LARGEST_FILE, left, max(entry.compress_size, 100) * GREATEST_RATIO)
        with archive.open(entry) as stream:
            held[name] = stream.read(most + 1)
        if len(held[name]) > most:
            raise EnvironmentFault("template_package", file=shown, value=entry.filename[:80])
        left -= len(held[name])
    return held


def safe_name(shown: str, name: str) -> PurePosixPath:
    """A path below the template's own folder, else ``template_unsafe_path``."""
    path = PurePosixPath(name)
    odd = "\\" in name or ":" in name or "\0" in name or len(name) > 200
    if odd or not path.parts or path.is_absolute() or ".." in path.parts:
        shown_name = "".join(char if char.isprintable() else "\ufffd" for char in name[:80])
        raise EnvironmentFault("template_unsafe_path", file=shown, value=shown_name)
    return path


def _bytes(path: Path, most: int) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(most + 1)
    except (OSError, ValueError) as error:
        raise _unreadable(path, error) from error
    if len(data) > most:
        raise EnvironmentFault("template_too_large", file=path.name, most=most)
    return data


def _text(shown: str, data: bytes) -> str:
    try:
        return data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        raise EnvironmentFault("template_unreadable", file=shown, reason=str(error)) from error


def _unreadable(path: Path, error: Exception) -> EnvironmentFault:
    return EnvironmentFault("template_unreadable", file=str(path), reason=str(error)[:200])
