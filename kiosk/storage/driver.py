"""What storage asks of a connection, whichever database is behind it.

sqlcipher3 has the interface of the standard library's sqlite3; ``storage.postgres`` gives
PostgreSQL the same one, so that a statement is written once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Protocol

_IN_ONE = 400  # values in one statement


class Rows(Protocol):
    """What a statement gives. Iterating draws rows as they are needed."""

    @property
    def rowcount(self) -> int: ...

    def fetchone(self) -> Any: ...  # noqa: ANN401 - a row holds anything

    def fetchall(self) -> list[Any]: ...

    def __iter__(self) -> Iterator[Any]: ...


class Connection(Protocol):
    """Statements have ``?`` for their values. Transactions begin where the code says BEGIN."""

    @property
    def in_transaction(self) -> bool: ...

    def execute(self, sql: str, parameters: Sequence[Any] = ..., /) -> Rows: ...

    def executemany(self, sql: str, parameters: Iterable[Sequence[Any]], /) -> Rows: ...

    def close(self) -> None: ...


class Runs(Protocol):
    """What laying a database out needs of a connection, or of sqlite-utils' Database."""

    def execute(self, sql: str, parameters: Sequence[Any] = ..., /) -> Rows: ...

    def executescript(self, sql: str, /) -> object: ...


def place_of(connection: Connection) -> Path:
    """Where the database is, as faults name it: its file, or the server's name for it."""
    place = getattr(connection, "place", None)
    if place is None:
        place = connection.execute("PRAGMA database_list").fetchone()[2]
    return Path(place)


def put(table: str, columns: str, *keys: str) -> str:
    """The statement that writes a row, over the one that may be there under the same key."""
    names = [name.strip() for name in columns.split(",")]
    marks = ", ".join("?" * len(names))
    anew = ", ".join(f"{name} = excluded.{name}" for name in names if name not in keys)
    return (
        f"INSERT INTO {table} ({', '.join(names)}) VALUES ({marks})"
        f" ON CONFLICT ({', '.join(keys)}) DO UPDATE SET {anew}"
    )


def among(
    connection: Connection, sql: str, given: Sequence[Any], values: Iterable[Any]
) -> Iterator[tuple[Any, ...]]:
    """Rows of ``sql``, whose last ``?`` stands for any of ``values``, however many there are."""
    wanted = list(values)
    by_array = getattr(connection, "among", None)
    if by_array is not None:
        yield from by_array(sql, given, wanted)
        return
    for at in range(0, len(wanted), _IN_ONE):
        some = wanted[at : at + _IN_ONE]
        marks = ", ".join("?" * len(some))
        head, _, tail = sql.rpartition("?")
        yield from connection.execute(f"{head}({marks}){tail}", (*given, *some)).fetchall()
