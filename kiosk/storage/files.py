"""The files beside the database: written as all that must be there after a power cut."""

from __future__ import annotations

import os
from pathlib import Path

from kiosk.services.files import (
    FULL,
    folder_blamed,
    make_folder,
    settle,
    sync_folder,
    write_durably,
)

__all__ = [
    "FULL",
    "folder_blamed",
    "make_folder",
    "settle",
    "sync_folder",
    "writable",
    "write_durably",
]


def writable(path: Path) -> bool:
    """Whether this user may write the file and into its folder."""
    return all(os.access(one, os.W_OK) for one in (path, path.parent))
