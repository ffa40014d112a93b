"""One at a time: a lock that ends with the process that holds it, however it ends."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from kiosk.errors import EnvironmentFault
from kiosk.storage.files import folder_blamed

WAIT_S = 5.0
_PAUSE_S = 0.05


@contextmanager
def only_one(
    path: Path, *, wait_s: float = WAIT_S, sleep: Callable[[float], None] = time.sleep
) -> Iterator[None]:
    """Holds the lock at ``path``, a file that stays empty and stays there.

    Raises EnvironmentFault ``database_locked`` where somebody else holds it for longer than
    ``wait_s``; folder_read_only, disk_full.
    """
    with folder_blamed(path.parent):
        handle = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        for _ in range(max(1, round(wait_s / _PAUSE_S))):
            if _take(handle):
                break
            sleep(_PAUSE_S)
        else:
            raise EnvironmentFault("database_locked", path=str(path.with_suffix("")))
        yield
    finally:
        os.close(handle)


def _take(handle: int) -> bool:
    try:
        if sys.platform == "win32":  # pragma: no cover - the other platform's lock
            import msvcrt  # noqa: PLC0415

            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl  # noqa: PLC0415

            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):  # what POSIX and Windows say of a lock that is taken
        return False
    return True
