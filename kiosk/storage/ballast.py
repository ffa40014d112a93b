"""Room kept for a full disk: a file that is let go so that the queue can be finished."""

from __future__ import annotations

import contextlib
import os
import shutil
from pathlib import Path

from kiosk.errors import EnvironmentFault
from kiosk.storage.files import FULL

BALLAST_BYTES = 8 * 1024 * 1024
_NAME = "ballast"
_SPARE = 10  # so many times its size must be free before the ballast is laid in


def lay_in(folder: Path, size: int = BALLAST_BYTES) -> bool:
    """Keeps room in ``folder``, where there is plenty; tells whether it is kept."""
    path = folder / _NAME
    if path.exists():
        return True
    try:
        if shutil.disk_usage(folder).free < _SPARE * size:
            return False
        with path.open("xb") as file:
            file.write(os.urandom(size))  # random, as a file system that compresses keeps no zeros
    except OSError as error:
        let_go(folder)
        if error.errno in FULL:
            return False  # others write to this disk as well
        raise EnvironmentFault("folder_read_only", path=str(folder)) from error
    return True


def let_go(folder: Path) -> bool:
    """Gives the room back; False if it was gone already."""
    path = folder / _NAME
    if not path.exists():
        return False
    with contextlib.suppress(OSError):  # a full disk is the fault to tell, not this
        path.unlink()
    return not path.exists()
