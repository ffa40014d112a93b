"""Where in a workbook something stands: the row of a question, the header of a column."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from kiosk.forms.xlsform import Row, Workbook

_ALIASES = {
    "caption": "label", "relevance": "relevant", "calculation": "calculate",
    "read_only": "readonly", "constraining_message": "constraint_message",
    "requiredmsg": "required_message", "command": "type", "tag": "name", "value": "name",
    "count": "repeat_count", "jr:count": "repeat_count", "list name": "list_name",
}  # fmt: skip
_BEGIN = re.compile(r"begin[ _](group|repeat)")
_END = re.compile(r"end[ _](group|repeat)")


@dataclass(frozen=True, slots=True)
class Place:
    """A cell, as a person finds it; 0 and "" where it is not known."""

    sheet: str = ""
    row: int = 0
    column: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """A question of the survey sheet: its row, its name and path, its cells by plain column."""

    row: int
    path: str
    name: str
    type: str
    cells: Row


def plain(header: str) -> str:
    """The column that a header means: "relevance" is relevant, "label::Hindi (hi)" is label."""
    name = header.partition("::")[0].strip().lower().replace(" ", "_")
    return _ALIASES.get(name, _ALIASES.get(header.strip().lower(), name))


def language_of(header: str) -> str:
    """The language in "label::Hindi (hi)"; "" where there is none."""
    parts = header.split("::")
    return parts[-1].strip() if len(parts) > 1 else ""


class Columns:
    """Finds the cells of one workbook."""

    def __init__(self, workbook: Workbook, root: str = "/data") -> None:
        self.workbook = workbook
        self.lines = tuple(self._lines(root))
        self._by_path = {line.path: line for line in self.lines}

    def header(self, sheet: str, column: str) -> str:
        """The first header of a sheet that means this column; the column itself if none does."""
        headers = self.workbook.headers[sheet]
        return next((header for header in headers if plain(header) == column), column)

    def place(self, path: str, column: str) -> Place:
        """The cell of a question; only the sheet where the question is not found."""
        line = self._by_path.get(path)
        if line is None:
            return Place("survey")
        return Place("survey", line.row, self.header("survey", column))

    def _lines(self, root: str) -> Iterator[Line]:
        groups = [root]
        for row, cells in enumerate(self.workbook.rows["survey"], 2):
            by_column = {plain(header): cell for header, cell in cells.items()}
            kind = " ".join(by_column.get("type", "").split())
            name = by_column.get("name", "")
            if _END.fullmatch(kind):
                groups = groups[:-1] or [root]
                continue
            path = f"{groups[-1]}/{name}"
            if kind:
                yield Line(row, path, name, kind, by_column)
            if _BEGIN.fullmatch(kind):
                groups.append(path)
