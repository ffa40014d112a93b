"""A merged store's rows for exports: with their event, and with who is the same visitor."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from kiosk.storage.clocks import TIMES, shifting, shifts
from kiosk.storage.driver import among
from kiosk.storage.faults import blamed
from kiosk.storage.reading import Reading
from kiosk.storage.same_people import earliest_of
from kiosk.storage.tables import RecordTables


class MergedTables:
    """What one reading shows of one event. ``day``: outside of these times (UTC milliseconds) a
    laptop's clock was wrong, and the times are told as a person decided.
    """

    def __init__(self, reading: Reading, day: tuple[int, int]) -> None:
        self._tables = RecordTables(reading)
        self._reading = reading
        self._event_id = reading.event_id
        with blamed(reading.path):
            moved = shifts(reading.connection, reading.event_id)
            self._moved = shifting(reading.connection, reading.event_id, day)
            self._any_moved = bool(moved)
            self._shifted = self._people_of(moved)

    def export_rows(self, table: str) -> tuple[tuple[str, ...], Iterator[Mapping[str, Any]]]:
        """As ``RecordTables``, with ``event_id``; attendees with ``same_as``, the id of the row
        that stands for a visitor who has several (None for that row, and for everybody else).
        """
        columns, rows = self._tables.export_rows(table)
        if table != "attendee":
            return (*columns, "event_id"), self._told(table, rows)
        return (*columns, "event_id", "same_as"), self._people(rows)

    def _told(self, table: str, rows: Iterator[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
        column = TIMES.get(table)
        for row in rows:
            told = {**row, "event_id": self._event_id}
            if self._any_moved and column is not None:
                device = row.get("device_id") or self._shifted.get(row["attendee_id"], "")
                told[column] = self._moved(device, told[column])
            yield told

    def _people(self, rows: Iterator[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
        with blamed(self._reading.path):
            same = earliest_of(self._reading.connection, self._event_id)
        return ({**row, "same_as": same.get(row["id"])} for row in self._told("attendee", rows))

    def _people_of(self, devices: Iterable[str]) -> dict[str, str]:
        """Who registered at these laptops: a consent says where by whose it is."""
        rows = among(
            self._reading.connection,
            "SELECT id, device_id FROM attendee WHERE event_id = ? AND device_id IN ?",
            (self._event_id,),
            devices,
        )
        return dict(rows)
