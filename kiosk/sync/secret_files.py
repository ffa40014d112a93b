"""Small files that are their owner's alone, whole and on the disk, or not there at all."""

from __future__ import annotations

import contextlib
import errno
import os
import secrets
from pathlib import Path

from kiosk.errors import EnvironmentFault
from kiosk.services.files import read_within

_LARGEST = 1_048_576


def new_secret(length: int) -> bytes:
    """Random bytes from the operating system."""
    return secrets.token_bytes(length)


def make_secret_folder(path: Path) -> None:
    """Makes a folder that only its owner can enter; fine if it is there."""
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise _fault(error, path) from error


def write_secret(path: Path, content: bytes, *, new: bool = False) -> None:
    """Writes a file that only its owner can read: beside, synced, renamed.

    ``new``: EnvironmentFault ``file_exists`` where there is one. Else disk_full,
    folder_missing, folder_read_only; then what stood there stands there still.
    """
    if new and (path.exists() or path.is_symlink()):
        raise EnvironmentFault("file_exists", path=str(path))
    part = path.with_name(f"{path.name}.part")
    try:
        handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except OSError as error:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
        raise _fault(error, path.parent) from error


def read_bounded(path: Path) -> bytes:
    """A small file. Raises EnvironmentFault ``file_unreadable``."""
    content = read_within(path, _LARGEST, "file_unreadable")
    if content is None:
        raise EnvironmentFault("file_unreadable", path=str(path))
    return content


def _fault(error: OSError, folder: Path) -> EnvironmentFault:
    keys = {errno.ENOSPC: "disk_full", errno.EDQUOT: "disk_full", errno.ENOENT: "folder_missing"}
    return EnvironmentFault(keys.get(error.errno or 0, "folder_read_only"), path=str(folder))
