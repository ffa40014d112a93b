"""One table as CSV that a spreadsheet opens rightly: UTF-8 with BOM, and no cell is a formula.

A cell that a spreadsheet would calculate (it begins with = + - @, their wide forms, a tab or a
line end) has an apostrophe put before it; so has one that begins with apostrophes before such a
sign, so that taking one apostrophe away always gives the cell as it was.
"""

from __future__ import annotations

import contextlib
import csv
import io
import re
from collections.abc import Sequence
from pathlib import Path

from kiosk.export.source import Cell
from kiosk.export.staging import HashingFile, Made, not_verified, settle, sha256_of

_FIRST = frozenset("=+-@\t\r\n＝＋－＠'")
_RISKY = re.compile("'*[=+\\-@\t\r\n＝＋－＠]")
_LONGEST_CELL = 1 << 24
_BUFFER = 1 << 20


class CsvFile:
    """A CSV file in the making."""

    def __init__(self, name: str, path: Path, columns: Sequence[str]) -> None:
        self._name = name
        self._path = path
        self._columns = list(columns)
        self._rows = 0
        self._raw = HashingFile(path)
        large = io.BufferedWriter(self._raw, _BUFFER)
        self._text = io.TextIOWrapper(large, encoding="utf-8-sig", newline="")
        self._writer = csv.writer(self._text)
        self._writer.writerow(columns)

    def add(self, cells: Sequence[Cell]) -> None:
        """Writes one row."""
        self._writer.writerow(
            [escaped(one) if one.__class__ is str and one[:1] in _FIRST else one for one in cells]
        )
        self._rows += 1

    def close(self) -> None:
        """Forces the file to the disk; again at will."""
        self._text.close()

    def abandon(self) -> None:
        """Lets go of a file that will not be finished."""
        with contextlib.suppress(OSError):
            self._text.close()

    def verify(self) -> Made:
        """Reads the file back, parses it, and compares columns, rows and hash."""
        settle(self._path)
        try:
            head, rows = self._parsed()
        except (csv.Error, UnicodeDecodeError) as error:
            raise not_verified(self._name) from error
        digest = sha256_of(self._path)
        if head != self._columns or rows != self._rows or digest != self._raw.sha256:
            raise not_verified(self._name)
        return Made(self._name, self._path, rows, digest)

    def _parsed(self) -> tuple[list[str], int]:
        csv.field_size_limit(_LONGEST_CELL)
        with self._path.open(encoding="utf-8-sig", newline="") as file:
            reader = csv.reader(file, strict=True)
            return next(reader, []), sum(1 for _ in reader)


def escaped(text: str | Cell) -> str:
    """The text as it may stand in a cell of a CSV file."""
    return f"'{text}" if _RISKY.match(str(text)) else str(text)
