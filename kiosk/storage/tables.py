"""The record row by row, for exports: columns by name, lists and mappings as JSON text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from kiosk.storage.faults import blamed
from kiosk.storage.masking import told
from kiosk.storage.reading import BY_NUMBER, Reading
from kiosk.storage.rows import ENTITIES

_ORDER = {"attendee": BY_NUMBER, "certificate": "length(serial), serial, id"}
ANONYMOUS = "anonymous_response"
_ANONYMOUS_COLUMNS = ("key", "form_id", "form_version", "answers", "does", "language", "state")


class RecordTables:
    """What one reading shows. Give it ``Store.reading()``, and all tables show the same moment."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading

    def export_rows(self, table: str) -> tuple[tuple[str, ...], Iterator[Mapping[str, Any]]]:
        """Columns and rows of attendee, consent, check_in, response, certificate, device, or
        anonymous_response (sorted by key, told as coarsely as has to be); KeyError for others.

        Those who withdrew are there with ``masked`` set: the exporter leaves their words out.
        """
        if table == ANONYMOUS:
            return _ANONYMOUS_COLUMNS, self._anonymous()
        columns = ("id", *ENTITIES[table].fields)
        return columns, self._rows(table, columns)

    def _rows(self, table: str, columns: tuple[str, ...]) -> Iterator[Mapping[str, Any]]:
        sql = (
            f"SELECT {', '.join(told(table, name) for name in columns)} FROM {table}"
            f" WHERE event_id = ? ORDER BY {_ORDER.get(table, 'id')}"
        )
        with blamed(self._reading.path):
            for row in self._reading.connection.execute(sql, (self._reading.event_id,)):
                yield dict(zip(columns, row, strict=True))

    def _anonymous(self) -> Iterator[Mapping[str, Any]]:
        for one in self._reading.anonymous_responses():
            yield {column: getattr(one, column) for column in _ANONYMOUS_COLUMNS}
