"""What PostgreSQL complains about, said by blame: the server's faults, by their keys."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg

from kiosk.errors import EnvironmentFault

LONGEST_SAID = 300
# SQLSTATE by its beginning, the longest first (PostgreSQL manual, appendix A).
_KEYS = {
    "08": "server_gone",
    "25006": "server_read_only",
    "42501": "server_denied",
    "53100": "server_full",
    "53": "server_busy",
    "55P03": "server_busy",
    "57014": "server_busy",
    "57P": "server_gone",
    "58": "server_disk",
    "XX001": "server_damaged",
    "XX002": "server_damaged",
}
_CONTENDED = {"40001", "40P01"}  # serialization failure, deadlock
# Before there is a connection the library gives sentences only, in the server's language.
_REFUSALS = (
    ("does not exist", "database", "server_database_missing"),
    ("no password", "", "server_password"),
    ("authentication", "", "server_password"),
    ("does not exist", "role", "server_password"),
    ("permission denied", "database", "server_denied"),
)


class Contended(EnvironmentFault):
    """Another one was writing the same; nothing was changed, and it may be tried again at once."""


def key_of(state: str | None, *, closed: bool) -> str | None:
    """The fault's key for an SQLSTATE, or None where the error is our own mistake."""
    for start in sorted(_KEYS, key=len, reverse=True):
        if (state or "").startswith(start):
            return _KEYS[start]
    return "server_gone" if closed else None


def refusal(error: psycopg.Error, server: str) -> EnvironmentFault:
    """Why there is no connection."""
    said = " ".join(str(error).split())
    for words, about, key in _REFUSALS:
        if words in said and about in said.rpartition("FATAL:")[2]:
            return EnvironmentFault(key, server=server)
    if "FATAL:" not in said:
        return EnvironmentFault("server_unreachable", server=server)
    return EnvironmentFault("server_refused", server=server, said=said[:LONGEST_SAID])


@contextmanager
def blamed(connection: psycopg.Connection, server: str) -> Iterator[None]:
    """Turns the server's complaints into faults; a bug stays what it is."""
    try:
        yield
    except psycopg.Error as error:
        if error.sqlstate in _CONTENDED:
            raise Contended("server_busy", server=server) from error
        key = key_of(error.sqlstate, closed=connection.closed)
        if key is None:
            raise
        raise EnvironmentFault(key, server=server) from error
