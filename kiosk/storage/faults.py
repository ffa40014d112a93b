"""What the driver complains about, said by blame: the machine's faults, by their keys."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

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


def key_of(error: dbapi2.Error) -> str | None:
    """The fault's key, or None where the error is our own mistake."""
    return _KEYS.get(getattr(error, "sqlite_errorcode", 0) & 0xFF)


@contextmanager
def blamed(path: Path) -> Iterator[None]:
    """Turns the driver's complaints about the machine into faults; a bug stays what it is."""
    try:
        yield
    except dbapi2.Error as error:
        key = key_of(error)
        if key is None:
            raise
        raise EnvironmentFault(key, path=str(path)) from error
