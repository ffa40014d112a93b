"""Files that are whole and on the disk, or not there at all: for people, and for the kiosk."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from kiosk.errors import EnvironmentFault

FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})  # the disk, a quota, a limit


@contextmanager
def written_file(path: Path) -> Iterator[IO[bytes]]:
    """A file that appears, synced, when the block ends, and not at all when it raises.

    Raises EnvironmentFault ``file_unwritable``; what stood there stands there still.
    """
    if not path.name or path.is_dir():
        raise EnvironmentFault("file_unwritable", path=str(path))
    part = path.with_name(f"{path.name}.part")
    try:
        with part.open("wb") as stream:
            try:
                yield stream
                settle(stream)
            except BaseException:
                part.unlink()
                raise
        part.replace(path)
    except OSError as error:
        raise EnvironmentFault("file_unwritable", path=str(path)) from error


def read_within(path: Path, most: int, missing: str = "file_missing") -> bytes | None:
    """A file's content; None where it has more than ``most`` bytes.

    Raises EnvironmentFault ``missing`` where it cannot be read.
    """
    try:
        with path.open("rb") as stream:
            content = stream.read(most + 1)
    except OSError as error:
        raise EnvironmentFault(missing, path=str(path)) from error
    return None if len(content) > most else content


def settle(stream: IO[bytes]) -> None:
    """Has what was written so far on the disk."""
    stream.flush()
    os.fsync(stream.fileno())


@contextmanager
def folder_blamed(folder: Path) -> Iterator[None]:
    """Says what the folder or its disk did not take: disk_full, folder_read_only, disk_error."""
    try:
        yield
    except OSError as error:
        key = "disk_full" if error.errno in FULL else "folder_read_only"
        key = "disk_error" if error.errno == errno.EIO else key
        raise EnvironmentFault(key, path=str(folder)) from error


def write_durably(path: Path, content: bytes) -> None:
    """Writes ``content`` under ``path``, readable by its owner only: beside, synced, renamed.

    Raises EnvironmentFault as ``folder_blamed`` does; then what stood there stands there still.
    """
    part = path.with_name(path.name + ".part")
    with folder_blamed(path.parent):
        try:
            _write(part, content)
            part.replace(path)
            sync_folder(path.parent)
        except OSError:
            with suppress(OSError):
                part.unlink(missing_ok=True)
            raise


def _write(path: Path, content: bytes) -> None:
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(content)
        settle(file)


def make_folder(path: Path) -> None:
    """Makes a folder that only its owner can enter; fine if it is there."""
    with folder_blamed(path):
        path.mkdir(mode=0o700, parents=True, exist_ok=True)


def sync_folder(path: Path) -> None:
    """Has the folder's own entries on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
