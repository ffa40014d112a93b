"""The driver with types: sqlcipher3 has the interface of the standard library's sqlite3."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlite3 import Connection
else:
    from sqlcipher3.dbapi2 import Connection

__all__ = ["Connection"]
