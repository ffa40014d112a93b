"""What an export needs from storage, as nouns of its own: export and storage are blind to each
other, and bootstrap introduces them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Protocol

Cell = str | int | float | None


class Tables(Protocol):
    """The record, readable row by row."""

    def export_rows(self, table: str) -> tuple[Sequence[str], Iterator[Mapping[str, Any]]]:
        """Columns and rows of attendee, consent, check_in, response, certificate, device or
        anonymous_response, by column name. Lists and mappings may come as JSON text.
        """
        ...


class SqliteWriter(Protocol):
    """Writes a plain SQLite file."""

    def __call__(
        self,
        path: Path,
        tables: Iterable[tuple[str, Sequence[str], Iterable[Sequence[Cell]]]],
        /,
    ) -> None:
        """Makes the file with these tables (name, columns, rows), drawing rows as it writes."""
        ...


class SqliteCounter(Protocol):
    """Opens a plain SQLite file again."""

    def __call__(self, path: Path, /) -> Mapping[str, int]:
        """Its tables and how many rows each has, the file checked for damage."""
        ...
