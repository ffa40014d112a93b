"""The merged store's engine on PostgreSQL: one writer an event, rows in by COPY.

Several merges may run at once. Those of one event wait for each other at a row of ``event_lock``
(locks of rows are all that every distributed PostgreSQL has); those of different events do not.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from typing import Any

from psycopg import errors

from kiosk.storage.postgres.connection import PostgresConnection, connect
from kiosk.storage.postgres.faults import Contended
from kiosk.storage.postgres.finding import PeopleIndex
from kiosk.storage.postgres.packing import Block, PostgresPacker

_FEW = 50  # rows that a statement inserts sooner than COPY begins
_OF_PEOPLE = (
    "attendee", "consent", "check_in", "response", "certificate", "payload", "salt", "finding",
    "search_key",
)  # fmt: skip


class PostgresEngine:
    """Implements ``storage.engine.Engine``."""

    def __init__(self, connection: PostgresConnection) -> None:
        self.connection = connection
        connection.people = PeopleIndex(self)
        self.packer = PostgresPacker()
        self._met_again: set[str] = set()
        self._shapes: dict[str, tuple[Mapping[str, str], tuple[str, ...]]] = {}

    @contextmanager
    def writing(self, event_id: str) -> Iterator[None]:
        """One transaction that no other one on the same event overlaps. Raises EnvironmentFault,
        ``Contended`` among them; then nothing of it is kept.
        """
        self.connection.execute("BEGIN")
        try:
            self.connection.execute(
                "INSERT INTO event_lock (event_id) VALUES (?) ON CONFLICT DO NOTHING", (event_id,)
            )
            self.connection.execute(
                "SELECT event_id FROM event_lock WHERE event_id = ? FOR UPDATE", (event_id,)
            )
            yield
            self.connection.execute("COMMIT")
        finally:
            if self.connection.in_transaction:
                self.connection.execute("ROLLBACK")

    @contextmanager
    def reading(self) -> Iterator[None]:
        """What is read within shows one moment."""
        self.connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
        try:
            yield
        finally:
            if self.connection.in_transaction:
                self.connection.execute("ROLLBACK")

    @contextmanager
    def together(self) -> Iterator[None]:
        """Nothing is held back here: others merge at the same time, each batch by itself."""
        yield

    def breathe(self) -> None:
        """Everything is on the disk already."""

    def add(self, event_id: str, device_id: str, packed: Sequence[Block]) -> int:  # noqa: ARG002 - each row says whose it is
        return sum(self._add(block) for block in packed)

    def load(self, table: str, columns: Sequence[str], rows: Iterable[tuple[Any, ...]]) -> int:
        """Inserts rows, leaving those alone whose key is there; how many were inserted."""
        return self.add("", "", self.packer.rows(table, columns, list(rows)))

    def _add(self, block: Block) -> int:
        """Nearly everything that arrives is new, so that COPY is tried at once: it lays down pages
        at a time where INSERT … ON CONFLICT puts every row by itself. Once a table has met a row
        again, it is asked first what it holds; the event's lock keeps others from coming between.
        """
        if block.count <= _FEW:
            return self._insert(block)
        if block.table not in self._met_again and self._copied(block):
            return block.count
        self._met_again.add(block.table)
        kinds, keys = self._shape_of(block.table)
        places = [block.columns.index(name) for name in keys]
        by_key = {tuple(row[at] for at in places): row for row in block.rows()}
        for known in self._known(block.table, keys, kinds, by_key):
            by_key.pop(known, None)
        new = self.packer.rows(block.table, block.columns, by_key.values())
        if not all(map(self._copied, new)):  # somebody wrote who took no lock
            raise Contended("server_busy", server=self.connection.server)
        return len(by_key)

    def _copied(self, block: Block) -> bool:
        """Whether all rows were new; else none of them is in."""
        self.connection.execute("SAVEPOINT loading")  # the transaction's end releases it
        try:
            self.connection.copy(block.table, block.columns, block.data)
        except errors.UniqueViolation:
            self.connection.execute("ROLLBACK TO SAVEPOINT loading")
            return False
        return True

    @contextmanager
    def beside(self) -> Iterator[PostgresConnection]:
        engine = PostgresEngine(connect(self.connection.url, long_read=True))
        try:
            with engine.reading():
                yield engine.connection
        finally:
            engine.close()

    def tidy(self) -> None:
        """Gives back the room of deleted rows, which is written over then. A database that does
        so by itself (CockroachDB) does not know the statement.
        """
        with suppress(errors.FeatureNotSupported, errors.SyntaxError):
            self.connection.execute(f"VACUUM {', '.join(_OF_PEOPLE)}")

    def close(self) -> None:
        self.connection.close()

    def _insert(self, block: Block) -> int:
        one = f"({', '.join('?' * len(block.columns))})"
        return self.connection.execute(
            f"INSERT INTO {block.table} ({', '.join(block.columns)})"
            f" VALUES {', '.join([one] * block.count)} ON CONFLICT DO NOTHING",
            [value for row in block.rows() for value in row],
        ).rowcount

    def _known(
        self,
        table: str,
        keys: Sequence[str],
        kinds: Mapping[str, str],
        wanted: Collection[tuple[Any, ...]],
    ) -> list[tuple[Any, ...]]:
        """Which of these keys are there; all of one event, that one partition be looked into."""
        ((event_id,),) = {key[:1] for key in wanted}
        rest = keys[1:]
        arrays = ", ".join(f"?::{kinds[name]}[]" for name in rest)
        same = " AND ".join(f"t.{name} = w.{name}" for name in rest)
        found = self.connection.execute(
            f"SELECT {', '.join(f't.{name}' for name in rest)}"
            f" FROM unnest({arrays}) AS w ({', '.join(rest)})"
            f" JOIN {table} t ON t.event_id = ? AND {same}",
            (*(list(column) for column in list(zip(*wanted, strict=True))[1:]), event_id),
        )
        return [(event_id, *row) for row in found]

    def _shape_of(self, table: str) -> tuple[Mapping[str, str], tuple[str, ...]]:
        """The types of a table's columns, and its key."""
        if table not in self._shapes:
            columns = self.connection.execute(
                "SELECT c.column_name, c.data_type, k.ordinal_position"
                " FROM information_schema.columns c"
                " LEFT JOIN information_schema.key_column_usage k"
                " ON k.table_schema = c.table_schema AND k.table_name = c.table_name"
                " AND k.column_name = c.column_name"
                " WHERE c.table_schema = current_schema() AND c.table_name = ?",
                (table,),
            ).fetchall()
            kinds = {name: kind for name, kind, _ in columns}
            keys = sorted((at, name) for name, _, at in columns if at is not None)
            self._shapes[table] = kinds, tuple(name for _, name in keys)
        return self._shapes[table]
