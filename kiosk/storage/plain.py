"""Plain SQLite files for people and programs: written once, in one piece, and opened again."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from pathlib import Path

from kiosk.errors import EnvironmentFault

Cell = str | int | float | None
Table = tuple[str, Sequence[str], Iterable[Sequence[Cell]]]

_APPLICATION_ID = 0x53414D56  # "SAMV", for file(1)
_KEYS = frozenset({"id", "key"})
_FULL = 13  # SQLITE_FULL


def write_plain_sqlite(path: Path, tables: Iterable[Table], /) -> None:
    """Makes the file with these tables (name, columns, rows), drawing rows as it writes.

    A first column called ``id`` or ``key`` is the table's primary key. Of column names that differ
    in case only, which SQLite takes for the same, the later gets a number. Raises EnvironmentFault
    ``disk_full`` or ``folder_read_only``; FileExistsError where the file is there already.
    """
    if path.exists():
        raise FileExistsError(path)
    try:
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            connection.execute("PRAGMA journal_mode = OFF")  # half a file is thrown away whole
            connection.execute("PRAGMA synchronous = OFF")  # the exporter syncs it when it is done
            connection.execute(f"PRAGMA application_id = {_APPLICATION_ID}")
            connection.execute("BEGIN")
            for name, columns, rows in tables:
                _write_table(connection, name, columns, rows)
            connection.execute("COMMIT")
    except sqlite3.OperationalError as error:
        full = error.sqlite_errorcode & 0xFF == _FULL
        key = "disk_full" if full else "folder_read_only"
        raise EnvironmentFault(key, path=str(path), released=False) from error


def count_plain_sqlite(path: Path, /) -> Mapping[str, int]:
    """The file's tables and how many rows each has; EnvironmentFault ``database_corrupt`` where
    SQLite's own check finds damage.
    """
    try:
        with closing(sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)) as found:
            (state,) = found.execute("PRAGMA integrity_check(1)").fetchone()
            names = found.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
            counts = {
                name: int(found.execute(f"SELECT count(*) FROM {_quoted(name)}").fetchone()[0])
                for (name,) in names
            }
    except sqlite3.DatabaseError as error:
        raise EnvironmentFault("database_corrupt", path=str(path)) from error
    if state != "ok":
        raise EnvironmentFault("database_corrupt", path=str(path))
    return counts


def _write_table(
    connection: sqlite3.Connection,
    name: str,
    columns: Sequence[str],
    rows: Iterable[Sequence[Cell]],
) -> None:
    declared = [_quoted(column) for column in _distinct(columns)]
    if columns[0] in _KEYS:
        declared[0] += " TEXT PRIMARY KEY"
    closing_words = " WITHOUT ROWID" if columns[0] in _KEYS else ""
    connection.execute(f"CREATE TABLE {_quoted(name)} ({', '.join(declared)}){closing_words}")
    marks = ", ".join("?" * len(columns))
    connection.executemany(f"INSERT INTO {_quoted(name)} VALUES ({marks})", rows)


def _distinct(columns: Sequence[str]) -> list[str]:
    taken: dict[str, int] = {}
    names = []
    for column in columns:
        at = taken[column.casefold()] = taken.get(column.casefold(), 0) + 1
        names.append(column if at == 1 else f"{column}_{at}")
    return names


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
