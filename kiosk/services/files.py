"""Files for people to take away: whole and on the disk, or not there at all."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from kiosk.errors import EnvironmentFault


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


def settle(stream: IO[bytes]) -> None:
    """Has what was written so far on the disk."""
    stream.flush()
    os.fsync(stream.fileno())
