"""What differs between the databases under a merged store: transactions, and loading by the lot.

Statements are the same for both, with ``?`` for values. SQLite is here; PostgreSQL has its room.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from itertools import repeat
from pathlib import Path
from typing import Any, Protocol

from kiosk.storage.driver import Connection
from kiosk.storage.faults import blamed
from kiosk.storage.opening import open_for_reading
from kiosk.storage.packing import LOG, SAYING, Lot, SqlitePacker
from kiosk.storage.readying import Packed, Packer, Row

_LOADED_IN_ONE = 640  # the same, of rows: a statement a row costs more than the row


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
        """Within, several ``writing`` may go to the disk at once; each is whole, or not there.

        Once one of them failed, ``together`` is to be left.
        """
        ...

    def breathe(self) -> None:
        """Within ``together``: what was written goes to the disk, and others may write."""
        ...

    @property
    def packer(self) -> Packer: ...

    def add(self, event_id: str, device_id: str, packed: Packed) -> int:
        """Loads what the packer made of rows, as ``load`` does, or of a device's changes."""
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
        self.packer = SqlitePacker()

    @contextmanager
    def writing(self, event_id: str) -> Iterator[None]:  # noqa: ARG002 - a file has one writer
        with blamed(self._path):
            if not self.connection.in_transaction:
                self.connection.execute("BEGIN IMMEDIATE")
            try:
                yield
                if not self._together:
                    self.connection.execute("COMMIT")
            except BaseException:
                if self.connection.in_transaction:  # SQLite rolls back by itself on a full disk
                    self.connection.execute("ROLLBACK")
                raise

    @contextmanager
    def together(self) -> Iterator[None]:
        """Pages that several batches touch are written once: keys of one day lie side by side.

        Where one fails, those that went before it since the disk was told go with it: to keep
        the way back to each would cost as much as all else.
        """
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

    def add(self, event_id: str, device_id: str, packed: Lot) -> int:
        values, width = packed.values.copy(), len(packed.columns)
        if packed.sayings:
            values[LOG::width] = repeat(self._log(event_id, device_id), len(values) // width)
            sayings = [self._saying(one) for one in packed.sayings]
            values[SAYING::width] = [sayings[one] for one in values[SAYING::width]]
        for at in packed.blobs:  # bytes are adapted each, which costs more than binding them
            column = values[at::width]
            values[at::width] = [None if one is None else bytearray(one) for one in column]
        in_one = width * max(_LOADED_IN_ONE // width, 1)
        odd = len(values) % in_one
        lots = [values[at : at + in_one] for at in range(0, len(values) - odd, in_one)]
        loaded = self._add(packed, lots) if lots else 0
        return loaded + (self._add(packed, [values[-odd:]]) if odd else 0)

    def load(self, table: str, columns: Sequence[str], rows: Iterable[tuple[Any, ...]]) -> int:
        return self.add("", "", self.packer.rows(table, columns, list(rows)))

    def _add(self, packed: Lot, lots: Sequence[Sequence[Any]]) -> int:
        """Lots of one size, each the values of some rows. A change is there once, or it is lost."""
        one = f"({', '.join('?' * len(packed.columns))})"
        rows = ", ".join([one] * (len(lots[0]) // len(packed.columns)))
        told = f"INSERT OR ROLLBACK INTO {packed.table} ({', '.join(packed.columns)}) VALUES {rows}"
        twice = "" if packed.sayings else " ON CONFLICT DO NOTHING"
        return self.connection.executemany(f"{told}{twice}", lots).rowcount

    def _log(self, event_id: str, device_id: str) -> int:
        key = (event_id, device_id)
        return self._number("log", ("event_id", "device_id"), key)

    def _saying(self, saying: Row) -> int:
        return self._number("saying", ("actor", "entity", "kind", "schema"), saying)

    def _number(self, table: str, columns: Sequence[str], key: Row) -> int:
        """The id under which a table keeps this key, which is new perhaps."""
        marks, same = ", ".join("?" * len(key)), " AND ".join(f"{name} = ?" for name in columns)
        self.connection.execute(
            f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks}) ON CONFLICT DO NOTHING",
            key,
        )
        sql = f"SELECT id FROM {table} WHERE {same}"
        return int(self.connection.execute(sql, key).fetchone()[0])

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
