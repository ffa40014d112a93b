"""The merged store's engine on PostgreSQL: one writer an event, rows in by COPY.

Several merges may run at once. Those of one event wait for each other at a row of ``event_lock``
(locks of rows are all that every distributed PostgreSQL has); those of different events do not.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from psycopg import errors

from kiosk.storage.postgres.connection import PostgresConnection
from kiosk.storage.postgres.faults import Contended

_FEW = 50  # rows that a statement inserts sooner than COPY begins
# Rows of these are known to be new before they are loaded: under the event's lock somebody looked.
_NEW = frozenset({"change", "payload"})


class PostgresEngine:
    """Implements ``storage.engine.Engine``."""

    def __init__(self, connection: PostgresConnection) -> None:
        self.connection = connection
        self._types: dict[str, dict[str, str]] = {}

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

    def load(self, table: str, columns: Sequence[str], rows: Iterable[tuple[Any, ...]]) -> int:
        """Inserts rows, leaving those alone whose key is there; how many were inserted."""
        rows = list(rows)
        if len(rows) <= _FEW:
            return self._insert(table, columns, rows)
        types = self._types_of(table)
        typed = [(name, types[name]) for name in columns]
        if table in _NEW:
            try:
                self.connection.copy(table, typed, rows)
            except errors.UniqueViolation as error:  # by somebody who took no lock
                raise Contended("server_busy", server=self.connection.server) from error
            return len(rows)
        return self._by_way_of_staging(table, typed, rows)

    def close(self) -> None:
        self.connection.close()

    def _insert(self, table: str, columns: Sequence[str], rows: list[tuple[Any, ...]]) -> int:
        if not rows:
            return 0
        one = f"({', '.join('?' * len(columns))})"
        return self.connection.execute(
            f"INSERT INTO {table} ({', '.join(columns)}) VALUES {', '.join([one] * len(rows))}"
            " ON CONFLICT DO NOTHING",
            [value for row in rows for value in row],
        ).rowcount

    def _by_way_of_staging(
        self, table: str, columns: Sequence[tuple[str, str]], rows: list[tuple[Any, ...]]
    ) -> int:
        """COPY knows no ON CONFLICT: into a table of this session's own, and from there."""
        names = ", ".join(name for name, _ in columns)
        staging = f"staging_{table}"
        declared = ", ".join(f"{name} {kind}" for name, kind in columns)
        self.connection.execute(f"CREATE TEMPORARY TABLE IF NOT EXISTS {staging} ({declared})")
        self.connection.copy(staging, columns, rows)
        inserted = self.connection.execute(
            f"INSERT INTO {table} ({names}) SELECT {names} FROM {staging} ON CONFLICT DO NOTHING"
        ).rowcount
        self.connection.execute(f"TRUNCATE {staging}")
        return inserted

    def _types_of(self, table: str) -> dict[str, str]:
        """The types of a table's columns, as COPY in binary has to be told."""
        if table not in self._types:
            found = self.connection.execute(
                "SELECT column_name, data_type FROM information_schema.columns"
                " WHERE table_name = ? AND table_schema = current_schema()",
                (table,),
            )
            self._types[table] = {
                name: "int8" if kind == "bigint" else kind for name, kind in found
            }
        return self._types[table]
