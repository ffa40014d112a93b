"""What differs between the databases under a merged store: transactions, and loading by the lot.

Statements are the same for both, with ``?`` for values. SQLite is here; PostgreSQL has its room.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from itertools import chain
from pathlib import Path
from typing import Any, Protocol

from kiosk.storage.driver import Connection
from kiosk.storage.faults import blamed
from kiosk.storage.opening import open_for_reading

_IN_ONE = 400  # values in one statement
_LOADED_IN_ONE = 640  # the same, of rows: a statement a row costs more than the row
_WHOLE = ("BEGIN IMMEDIATE", "COMMIT", ("ROLLBACK",))
_STEP = ("SAVEPOINT step", "RELEASE step", ("ROLLBACK TO step", "RELEASE step"))


class Engine(Protocol):
    """A database that takes batches. ``connection`` reads, and writes within ``writing``."""

    @property
    def connection(self) -> Connection: ...

    def writing(self, event_id: str) -> AbstractContextManager[None]:
        """One transaction that nobody else's on the same event overlaps.

        Raises EnvironmentFault; then nothing of it is kept.
        """
        ...

    def reading(self) -> AbstractContextManager[None]:
        """What is read within shows one moment. Raises EnvironmentFault."""
        ...

    def together(self) -> AbstractContextManager[None]:
        """Within, several ``writing`` may go to the disk at once; each is whole, or not there."""
        ...

    def breathe(self) -> None:
        """Within ``together``: what was written goes to the disk, and others may write."""
        ...

    def load(self, table: str, columns: Sequence[str], rows: Iterable[tuple[Any, ...]]) -> int:
        """Inserts rows, leaving those alone whose key is there; how many were inserted."""
        ...

    def beside(self) -> AbstractContextManager[Connection]:
        """A second connection that cannot write and sees one moment, for what takes long."""
        ...

    def tidy(self) -> None:
        """Has what was deleted go out of the files as well, as far as the database can."""
        ...

    def close(self) -> None: ...


class SqliteEngine:
    """One encrypted file."""

    def __init__(self, connection: Connection, path: Path, key: bytes) -> None:
        self.connection = connection
        self._path = path
        self._key = key
        self._together = False

    @contextmanager
    def writing(self, event_id: str) -> Iterator[None]:  # noqa: ARG002 - a file has one writer
        begin, keep, undo = _STEP if self._together else _WHOLE
        with blamed(self._path):
            self.connection.execute(begin)
            try:
                yield
                self.connection.execute(keep)
            except BaseException:
                if self.connection.in_transaction:  # SQLite rolls back by itself on a full disk
                    for statement in undo:
                        self.connection.execute(statement)
                raise

    @contextmanager
    def together(self) -> Iterator[None]:
        """Pages that several batches touch are written once: keys of one day lie side by side."""
        with blamed(self._path):
            self.connection.execute("BEGIN IMMEDIATE")
            self._together = True
            try:
                yield
            finally:
                self._together = False
                if self.connection.in_transaction:
                    self.connection.execute("COMMIT")

    def breathe(self) -> None:
        if self._together:
            self.connection.execute("COMMIT")
            self.connection.execute("BEGIN IMMEDIATE")

    @contextmanager
    def reading(self) -> Iterator[None]:
        begin, end = ("SAVEPOINT look", "RELEASE look") if self._together else ("BEGIN", "ROLLBACK")
        with blamed(self._path):
            self.connection.execute(begin)
            try:
                yield
            finally:
                self.connection.execute(end)

    def load(self, table: str, columns: Sequence[str], rows: Iterable[tuple[Any, ...]]) -> int:
        values = [
            bytearray(value) if type(value) is bytes else value  # else an adapter is looked for
            for value in chain.from_iterable(rows)
        ]
        in_one = len(columns) * max(_LOADED_IN_ONE // len(columns), 1)
        odd = len(values) % in_one
        lots = [values[at : at + in_one] for at in range(0, len(values) - odd, in_one)]
        loaded = self._load(table, columns, lots) if lots else 0
        return loaded + (self._load(table, columns, [values[-odd:]]) if odd else 0)

    def _load(self, table: str, columns: Sequence[str], lots: Sequence[Sequence[Any]]) -> int:
        """Lots of one size, each the values of some rows."""
        one = f"({', '.join('?' * len(columns))})"
        rows = ", ".join([one] * (len(lots[0]) // len(columns)))
        return self.connection.executemany(
            f"INSERT INTO {table} ({', '.join(columns)}) VALUES {rows} ON CONFLICT DO NOTHING",
            lots,
        ).rowcount

    @contextmanager
    def beside(self) -> Iterator[Connection]:
        connection = open_for_reading(self._path, self._key)
        try:
            with blamed(self._path):
                connection.execute("BEGIN")
                yield connection
        finally:
            connection.close()

    def tidy(self) -> None:
        """Pages are overwritten as they are freed; the write-ahead log is folded away."""
        with blamed(self._path):
            self.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()

    def close(self) -> None:
        self.connection.close()


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
