"""A merged store's rows for exports: with their event, and with who is the same visitor."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from kiosk.storage.faults import blamed
from kiosk.storage.reading import Reading
from kiosk.storage.same_people import earliest_of
from kiosk.storage.tables import RecordTables


class MergedTables:
    """What one reading shows of one event."""

    def __init__(self, reading: Reading) -> None:
        self._tables = RecordTables(reading)
        self._reading = reading
        self._event_id = reading.event_id

    def export_rows(self, table: str) -> tuple[tuple[str, ...], Iterator[Mapping[str, Any]]]:
        """As ``RecordTables``, with ``event_id``; attendees with ``same_as``, the id of the row
        that stands for a visitor who has several (None for that row, and for everybody else).
        """
        columns, rows = self._tables.export_rows(table)
        if table != "attendee":
            return (*columns, "event_id"), self._told(rows)
        return (*columns, "event_id", "same_as"), self._people(rows)

    def _told(self, rows: Iterator[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
        return ({**row, "event_id": self._event_id} for row in rows)

    def _people(self, rows: Iterator[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
        with blamed(self._reading.path):
            same = earliest_of(self._reading.connection, self._event_id)
        return ({**row, "same_as": same.get(row["id"])} for row in self._told(rows))
