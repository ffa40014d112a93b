"""A connection to PostgreSQL with the interface that storage uses on SQLite.

Statements come with ``?`` for their values and are the same on both. Whole numbers and truth
values go and come as the numbers that SQLite knows, so that rows look alike.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

import psycopg
from psycopg import conninfo, pq
from psycopg.adapt import Loader
from psycopg.types.numeric import Int8Dumper

from kiosk.errors import EnvironmentFault
from kiosk.storage.indexing import OwnIndex
from kiosk.storage.postgres.faults import Contended, blamed, refusal

CONNECT_SECONDS = 10
ATTEMPTS = 8  # at what others write at the same moment
_DRAWN = 2_000  # rows at a time where a long read goes through all of a table
_TOKEN = re.compile(r"'(?:[^']|'')*'|\?|%")
_READS = re.compile(r"\s*(SELECT|WITH)\b", re.IGNORECASE)
Given = TypeVar("Given")
# Compiling a plan over sixteen partitions takes 12 s where running it takes two. Where there is no
# such setting (CockroachDB), nothing is set.
_NO_JIT = "SELECT set_config(name, 'off', false) FROM pg_settings WHERE name = 'jit'"
# A server that vanished is missed within a minute, not within two hours.
_UTF8 = {"client_encoding": "UTF8"}
_PATIENCE: dict[str, Any] = {
    "connect_timeout": CONNECT_SECONDS, "keepalives_idle": 20, "keepalives_interval": 10,
    "keepalives_count": 3, "tcp_user_timeout": 60_000, "application_name": "samvad-kiosk",
}  # fmt: skip


class _AsNumber(Int8Dumper):
    """Whole numbers of one width, so that a statement is prepared once; False and True are 0, 1."""

    def dump(self, obj: int) -> bytes:
        return str(int(obj)).encode()


class _Whole(Loader):
    """Sums of whole numbers are whole."""

    def load(self, data: Any) -> int | float:  # noqa: ANN401 - bytes in one of three guises
        text = bytes(data)
        return int(text) if text.lstrip(b"-").isdigit() else float(text)


@lru_cache(maxsize=1_024)
def translated(sql: str) -> str:
    """The statement with psycopg's placeholders; what stands in quotes stays as it is."""
    return _TOKEN.sub(_placeholder, sql)


def _placeholder(found: re.Match[str]) -> str:
    return "%s" if found[0] == "?" else found[0].replace("%", "%%")


class PostgresConnection:
    """Implements ``storage.driver.Connection``. One thread at a time.

    ``long_read``: iterating over a SELECT draws rows from the server as they are needed; begin a
    transaction first.
    """

    def __init__(self, raw: psycopg.Connection, place: Path, *, long_read: bool = False) -> None:
        self.raw = raw
        self.place = place
        self.people: OwnIndex | None = None  # keeps what finding needs
        self.url = ""  # where another connection leads to the same
        self.plain = False  # whether the server refuses what ``schema.plain`` leaves out
        self._long_read = long_read

    @property
    def server(self) -> str:
        return str(self.place)

    @property
    def in_transaction(self) -> bool:
        if self.raw.closed:
            return False
        return self.raw.info.transaction_status != pq.TransactionStatus.IDLE

    def execute(self, sql: str, parameters: Sequence[Any] = (), /) -> _Rows | _LaterRows:
        if self._long_read and _READS.match(sql):
            return _LaterRows(self, sql, parameters)
        return self.now(sql, parameters)

    def now(self, sql: str, parameters: Sequence[Any] = ()) -> _Rows:
        """Has the server answer at once and in full."""
        with blamed(self.raw, self.server):
            cursor = self.raw.cursor()
            cursor.execute(translated(sql), parameters)
            return _Rows(cursor)

    def drawn(self, sql: str, parameters: Sequence[Any]) -> Iterator[Any]:
        """The rows, a few thousand at a time."""
        with blamed(self.raw, self.server), self.raw.cursor(name=f"read_{id(object())}") as cursor:
            cursor.itersize = _DRAWN
            cursor.execute(translated(sql), parameters)
            yield from cursor

    def among(self, sql: str, given: Sequence[Any], values: list[Any]) -> list[Any]:
        """Rows of ``sql``, whose last ``IN ?`` takes any of ``values``: one array, one plan."""
        head, _, tail = sql.rpartition("IN ?")
        return self.now(f"{head}= ANY (?){tail}", (*given, values)).fetchall() if values else []

    def executemany(self, sql: str, parameters: Iterable[Sequence[Any]], /) -> _Rows:
        with blamed(self.raw, self.server):
            cursor = self.raw.cursor()
            cursor.executemany(translated(sql), parameters)
            return _Rows(cursor)

    def copy(self, table: str, columns: Sequence[str], data: bytes) -> None:
        """Writes rows by COPY, as it takes them in binary."""
        sql = f"COPY {table} ({', '.join(columns)}) FROM STDIN (FORMAT BINARY)"
        with blamed(self.raw, self.server), self.raw.cursor() as cursor, cursor.copy(sql) as copy:
            copy.write(data)

    def close(self) -> None:
        self.raw.close()


class _Rows:
    """What a statement gave."""

    def __init__(self, cursor: psycopg.Cursor[Any]) -> None:
        self._cursor = cursor

    @property
    def rowcount(self) -> int:
        return self._cursor.rowcount

    def fetchone(self) -> Any:  # noqa: ANN401 - a row holds anything
        return self._cursor.fetchone() if self._cursor.description else None

    def fetchall(self) -> list[Any]:
        return self._cursor.fetchall() if self._cursor.description else []

    def __iter__(self) -> Iterator[Any]:
        return iter(self.fetchall())


class _LaterRows:
    """What a SELECT will give: asked for when it is known how many rows are wanted at once."""

    def __init__(self, connection: PostgresConnection, sql: str, values: Sequence[Any]) -> None:
        self._connection = connection
        self._sql = sql
        self._values = values

    @property
    def rowcount(self) -> int:
        return -1

    def fetchone(self) -> Any:  # noqa: ANN401 - a row holds anything
        return self._connection.now(self._sql, self._values).fetchone()

    def fetchall(self) -> list[Any]:
        return self._connection.now(self._sql, self._values).fetchall()

    def __iter__(self) -> Iterator[Any]:
        return self._connection.drawn(self._sql, self._values)


def connect(url: str, *, long_read: bool = False) -> PostgresConnection:
    """A connection to the server at ``url`` (postgresql://…), in UTC, outside of a transaction.

    Raises EnvironmentFault: server_address (the URL itself is wrong), server_unreachable,
    server_password, server_database_missing, server_denied, server_refused (with what it said).
    """
    try:
        known = conninfo.conninfo_to_dict(url)
        place = Path(f"{known.get('dbname', '')}@{known.get('host', 'localhost')}")
    except psycopg.ProgrammingError as error:
        raise EnvironmentFault("server_address") from error
    try:
        raw = psycopg.connect(
            conninfo.make_conninfo("", **(_PATIENCE | known | _UTF8)), autocommit=True
        )
    except psycopg.Error as error:
        raise refusal(error, str(place)) from error
    raw.adapters.register_dumper(int, _AsNumber)
    raw.adapters.register_dumper(bool, _AsNumber)
    raw.adapters.register_loader("numeric", _Whole)
    connection = PostgresConnection(raw, place, long_read=long_read)
    connection.url = url
    connection.now("SET TIME ZONE 'UTC'")
    connection.now(_NO_JIT)
    return connection


def again(step: Callable[[], Given]) -> Given:
    """Does a whole transaction, anew when another one wrote the same at the same moment."""
    for _ in range(ATTEMPTS - 1):
        try:
            return step()
        except Contended:
            continue
    return step()
