"""All formats written in one reading of the record, so that they show the same moment."""

from __future__ import annotations

import collections
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from kiosk.errors import EnvironmentFault
from kiosk.export.csv_file import CsvFile
from kiosk.export.source import Cell, SqliteCounter, SqliteWriter
from kiosk.export.staging import Made, Staging, not_verified, settle, sha256_of
from kiosk.export.xlsx_file import XlsxFile

Table = tuple[str, Sequence[str], Iterable[Sequence[Cell]]]
FORMATS = ("sqlite", "csv", "xlsx")


@dataclass(frozen=True, slots=True)
class Sqlite:
    """How a plain SQLite file is written and opened again."""

    write: SqliteWriter
    count: SqliteCounter


@dataclass(slots=True)
class Writers:
    """The formats asked for, in the making."""

    staging: Staging
    prefix: str
    formats: Sequence[str]
    sqlite: Sqlite
    dated: datetime
    data: frozenset[str]  # the tables that count as rows of a file; the others explain them
    counts: dict[str, int] = field(default_factory=dict)
    _csv: list[CsvFile] = field(default_factory=list)
    _xlsx: XlsxFile | None = None

    def write(self, tables: Iterable[Table]) -> None:
        """Draws every row once, and gives it to every format."""
        if "xlsx" in self.formats:
            name = f"{self.prefix}.xlsx"
            path = self.staging.plain(name)
            self._xlsx = XlsxFile(name, path, self.staging.scratch, dated=self.dated)
        passing = (
            (name, columns, self._pass(name, columns, rows)) for name, columns, rows in tables
        )
        if "sqlite" in self.formats:
            self.sqlite.write(self._sqlite_path, passing)
        else:
            for _, _, rows in passing:
                collections.deque(rows, maxlen=0)
        if self._xlsx is not None:
            self._xlsx.close()

    def verify(self) -> list[Made]:
        """Reads every file back from the disk. Raises EnvironmentFault where one is not right."""
        made = [file.verify() for file in self._csv]
        data = {table: rows for table, rows in self.counts.items() if table in self.data}
        if "sqlite" in self.formats:
            made.append(self._verify_sqlite(sum(data.values())))
        if self._xlsx is not None:
            made.append(self._xlsx.verify(data))
        return made

    def abandon(self) -> None:
        """Lets go of what is open, if anything still is."""
        for file in self._csv:
            file.abandon()
        if self._xlsx is not None:
            self._xlsx.abandon()

    @property
    def _sqlite_path(self) -> Path:
        return self.staging.plain(f"{self.prefix}.sqlite")

    def _pass(
        self, table: str, columns: Sequence[str], rows: Iterable[Sequence[Cell]]
    ) -> Iterator[Sequence[Cell]]:
        """The rows, each having been given to the other formats too."""
        adders: list[Callable[[Sequence[Cell]], None]] = []
        text = self._begin_csv(table, columns)
        if text is not None:
            adders.append(text.add)
        if self._xlsx is not None:
            self._xlsx.begin(table, columns)
            adders.append(self._xlsx.add)
        count = 0
        for row in rows:
            for add in adders:
                add(row)
            count += 1
            yield row
        self.counts[table] = count
        if text is not None:
            text.close()

    def _begin_csv(self, table: str, columns: Sequence[str]) -> CsvFile | None:
        if "csv" not in self.formats:
            return None
        name = f"{self.prefix}-{table}.csv"
        self._csv.append(CsvFile(name, self.staging.plain(name), columns))
        return self._csv[-1]

    def _verify_sqlite(self, rows: int) -> Made:
        path, name = self._sqlite_path, f"{self.prefix}.sqlite"
        settle(path)
        try:
            found: Mapping[str, int] = self.sqlite.count(path)
        except EnvironmentFault as fault:  # it is the copy that is damaged, not the record
            raise not_verified(name) from fault
        if any(found.get(table) != count for table, count in self.counts.items()):
            raise not_verified(name)
        return Made(name, path, rows, sha256_of(path))
