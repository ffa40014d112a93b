"""What the driver complains about, said by blame: the machine's faults, by their keys."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from sqlcipher3 import dbapi2

from kiosk.errors import EnvironmentFault

# Primary result codes of SQLite (https://www.sqlite.org/rescode.html).
_KEYS = {
    5: "database_locked",  # BUSY
    6: "database_locked",  # LOCKED
    8: "folder_read_only",  # READONLY
    10: "disk_error",  # IOERR
    11: "database_corrupt",  # CORRUPT
    13: "disk_full",  # FULL
    14: "folder_read_only",  # CANTOPEN: the file is there, its journal cannot be made
    26: "database_corrupt",  # NOTADB
}


_UNREADABLE_TEXT = "Could not decode to UTF-8"  # the driver gives no code with it
Content = TypeVar("Content", dict[str, Any], list[Any])


class Damaged(Exception):  # noqa: N818 - it is a finding; ``blamed`` makes a fault of it
    """What stands in the file cannot have been written by this program."""


def parsed(text: str | bytes, kind: type[Content]) -> Content:
    """JSON of the record, which has to be a list or a mapping. Raises Damaged."""
    try:
        found = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise Damaged(str(error)) from error
    if not isinstance(found, kind):
        raise Damaged(f"{type(found).__name__} in place of {kind.__name__}")
    return found


def key_of(error: dbapi2.Error) -> str | None:
    """The fault's key, or None where the error is our own mistake."""
    if str(error).startswith(_UNREADABLE_TEXT):
        return "database_corrupt"
    return _KEYS.get(getattr(error, "sqlite_errorcode", 0) & 0xFF)


@contextmanager
def blamed(path: Path) -> Iterator[None]:
    """Turns the driver's complaints about the machine into faults; a bug stays what it is.

    A page whose seal is broken comes out of SQLCipher as "out of memory" here and there.
    """
    try:
        yield
    except (Damaged, MemoryError) as error:
        raise EnvironmentFault("database_corrupt", path=str(path)) from error
    except dbapi2.Error as error:
        key = key_of(error)
        if key is None:
            raise
        raise EnvironmentFault(key, path=str(path)) from error
