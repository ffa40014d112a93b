"""Small files that must be there after a power cut, whole or not at all."""

from __future__ import annotations

import os
from pathlib import Path

from kiosk.errors import EnvironmentFault


def write_durably(path: Path, content: bytes) -> None:
    """Writes ``content`` under ``path``, readable by its owner only: beside, synced, renamed.

    Raises EnvironmentFault ``folder_read_only``; then what stood there stands there still.
    """
    part = path.with_name(path.name + ".part")
    try:
        handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
        sync_folder(path.parent)
    except OSError as error:
        raise EnvironmentFault("folder_read_only", path=str(path.parent)) from error


def make_folder(path: Path) -> None:
    """Makes a folder that only its owner can enter; fine if it is there."""
    try:
        path.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise EnvironmentFault("folder_read_only", path=str(path)) from error


def sync_folder(path: Path) -> None:
    """Has the folder's own entries on the disk."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
