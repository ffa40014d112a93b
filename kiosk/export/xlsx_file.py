"""All tables as one workbook: a sheet each, text as text, nothing calculated and nothing linked.

The first row of a sheet is the column's name as programs know it and stays in view; what it means
stands in the sheet "documentation", so that a program can read every sheet from its second row.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path

import xlsxwriter
from xlsxwriter.exceptions import FileCreateError
from xlsxwriter.worksheet import Worksheet

from kiosk.errors import EnvironmentFault
from kiosk.export.source import Cell
from kiosk.export.staging import HashingFile, Made, not_verified, settle, sha256_of

ROW_LIMIT = 1_048_576  # rows of a sheet (ECMA-376 has none, Excel has)
_CELL_LIMIT = 32_767  # characters
_CHUNK = 1 << 18
_WIDE = {"name": 32, "organisation": 32, "sentence": 60, "offers": 40, "needs": 40, "meaning": 70}
_OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "strings_to_numbers": False,
}


class XlsxFile:
    """A workbook in the making. Temporary pieces stand in ``scratch``.

    It is packed in memory, where nothing can be full: a library that is thrown away in the midst
    of a file tries to write its end all the same, and complains aloud if it cannot.
    """

    def __init__(self, name: str, path: Path, scratch: Path, *, dated: datetime) -> None:
        self._name = name
        self._path = path
        self._packed = io.BytesIO()
        self._sha256 = ""
        self._book = xlsxwriter.Workbook(self._packed, _OPTIONS | {"tmpdir": str(scratch)})
        self._book.set_properties({"created": dated.replace(tzinfo=None)})
        self._text = self._book.add_format({"num_format": "@"})
        self._head = self._book.add_format(
            {"bold": True, "num_format": "@", "bg_color": "#EAF3F2", "bottom": 1}
        )
        self._sheet: Worksheet | None = None
        self._rows: dict[str, int] = {}
        self._current = ""
        self._done = False

    def begin(self, table: str, columns: Sequence[str]) -> None:
        """The next sheet; those before it are finished."""
        sheet = self._book.add_worksheet(table)
        for at, column in enumerate(columns):
            sheet.set_column(at, at, _WIDE.get(column, max(12, len(column) + 2)), self._text)
        sheet.freeze_panes(1, 0)
        for at, column in enumerate(columns):
            sheet.write_string(0, at, column, self._head)
        self._sheet, self._current = sheet, table
        self._rows[table] = 0

    def add(self, cells: Sequence[Cell]) -> None:
        """Writes one row of the sheet begun last. Raises EnvironmentFault at Excel's last row."""
        assert self._sheet is not None  # noqa: S101 - begin comes first, and says so to mypy
        row = self._rows[self._current] = self._rows[self._current] + 1
        if row >= ROW_LIMIT:
            raise EnvironmentFault("export_too_many_rows", table=self._current, limit=ROW_LIMIT - 1)
        for at, value in enumerate(cells):
            if isinstance(value, str):
                self._sheet.write_string(row, at, _fitting(value), self._text)
            elif value is not None:
                self._sheet.write_number(row, at, value)

    def close(self) -> None:
        """Puts the workbook together. Raises OSError where the disk does not take it."""
        if self._done:
            return
        self._done = True
        try:
            self._book.close()
        except FileCreateError as error:
            raise _as_os_error(error) from error
        with self._packed.getbuffer() as packed, HashingFile(self._path) as file:
            file.write(packed)
        self._sha256 = file.sha256

    def abandon(self) -> None:
        """Lets go of the pieces of a workbook that will not be put together."""
        if not self._done:
            self._done = True
            self._book.fileclosed = True
            for sheet in self._book.worksheets():
                sheet.row_data_fh.close()

    def verify(self, data: Mapping[str, int]) -> Made:
        """Unpacks the file from the disk and counts the rows of each sheet.

        ``data`` is what the record gave, table by table; the file's count is of these alone.
        """
        settle(self._path)
        try:
            found = self._counted()
        except (zipfile.BadZipFile, zlib.error, KeyError) as error:
            raise not_verified(self._name) from error
        if found != [rows + 1 for rows in self._rows.values()]:
            raise not_verified(self._name)
        if any(self._rows[table] != rows for table, rows in data.items()):
            raise not_verified(self._name)
        digest = sha256_of(self._path)
        if digest != self._sha256:
            raise not_verified(self._name)
        return Made(self._name, self._path, sum(data.values()), digest)

    def _counted(self) -> list[int]:
        with zipfile.ZipFile(self._path) as book:
            sheets = range(1, len(self._rows) + 1)
            return [_count(book, f"xl/worksheets/sheet{at}.xml") for at in sheets]


def _fitting(text: str) -> str:
    return text if len(text) <= _CELL_LIMIT else text[: _CELL_LIMIT - 1] + "…"


def _count(book: zipfile.ZipFile, sheet: str) -> int:
    """Rows of a sheet, read to its end, which checks its CRC."""
    rows, tail = 0, b""
    with book.open(sheet) as xml:
        while piece := xml.read(_CHUNK):
            text = tail + piece
            rows += text.count(b"<row ")
            tail = text[-4:]
    return rows


def _as_os_error(error: FileCreateError) -> OSError:
    cause = error.args[0] if error.args else None
    return cause if isinstance(cause, OSError) else OSError(str(error))
