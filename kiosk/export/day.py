"""The day's export: for people a workbook, for programs SQLite and CSV, and a manifest."""

from __future__ import annotations

import importlib.metadata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from operator import itemgetter
from typing import TYPE_CHECKING, Any

from kiosk.domain.language import Tag, Words
from kiosk.errors import EnvironmentFault
from kiosk.export.labels import (
    ABOUT,
    CODE,
    DOCUMENTATION,
    EVENT,
    about_rows,
    code_rows,
    documentation_rows,
    event_row,
    written_at,
)
from kiosk.export.manifest import write_manifest
from kiosk.export.sealed import read_recipients, seal
from kiosk.export.shape import RECORD, Shape, Shaping, shape_of
from kiosk.export.source import Cell, Tables
from kiosk.export.staging import Made, Staging, blamed
from kiosk.export.writers import FORMATS, Sqlite, Table, Writers
from kiosk.services.desk import REGISTRATION, Device
from kiosk.services.exporting import ExportedFile, ExportRequest
from kiosk.services.register import KINDS, PLAIN_FIELDS

if TYPE_CHECKING:
    from kiosk.domain.clock import Clock
    from kiosk.domain.event import Campaign, Event
    from kiosk.domain.ids import EventId, FormId
    from kiosk.domain.language import Language
    from kiosk.forms.model import Form, Question


@dataclass(frozen=True, slots=True)
class Day:
    """What an export has to know of the event-day besides the record."""

    campaign: Campaign
    event: Event
    device: Device
    forms: Mapping[FormId, Form]
    languages: Mapping[Tag, Language]
    words: Mapping[Tag, Words]
    clock: Clock


Part = tuple["Event", Tables]  # an event, and its rows


class DayExport:
    """Writes the day for people and programs, and reads it back (``ports.Exporter``)."""

    def __init__(
        self,
        day: Day,
        tables: Tables | Sequence[Part],
        sqlite: Sqlite,
        recipients: Sequence[str] = (),
    ) -> None:
        """``recipients`` are the campaign's, for requests that name none and are not plain.

        ``tables``: of the day, or those of several events that came together, the day's first.
        """
        self._day = day
        self._together = isinstance(tables, Sequence)
        self._parts = tuple(tables) if isinstance(tables, Sequence) else ((day.event, tables),)
        self._sqlite = sqlite
        self._recipients = tuple(recipients)
        of = day.event.id if len(self._parts) == 1 else day.campaign.id
        self._prefix = f"{of}-{day.device.code}" if day.device.code else of

    def export(self, request: ExportRequest) -> list[ExportedFile]:
        """Writes, verifies, seals unless ``plain``, and only then gives the files their names.

        The last file is the manifest. Raises EnvironmentFault (export_folder_missing,
        export_folder_read_only, export_disk_full, export_running, export_name_taken …), and
        VisitorError("recipient"); then nothing of this export is in the folder, and an earlier one
        is as it was.
        """
        for wanted in request.formats:
            if wanted not in FORMATS:
                raise EnvironmentFault("export_format", format=wanted)
        keys = [] if request.plain else read_recipients(request.recipients or self._recipients)
        with (
            blamed(request.folder),
            Staging(request.folder, self._prefix, sealed=not request.plain) as staging,
        ):
            now = self._day.clock.now_ms()
            made, counts = self._write(request, staging, now)
            files = made if request.plain else [seal(file, staging, keys) for file in made]
            inside = {f"{file.name}.age": file.sha256 for file in made}
            facts = {**self._facts(request, now), "tables": counts}
            files.append(
                write_manifest(staging, f"{self._prefix}-manifest.json", facts, files, inside)
            )
            staging.publish(files, now / 1000)
        return [ExportedFile(request.folder / one.name, one.rows, one.sha256) for one in files]

    def _write(
        self, request: ExportRequest, staging: Staging, now: int
    ) -> tuple[list[Made], dict[str, int]]:
        writers = Writers(
            staging,
            self._prefix,
            request.formats,
            self._sqlite,
            dated=datetime.combine(self._day.event.day, datetime.min.time(), UTC),
            data=frozenset({*RECORD, "event"}),
        )
        try:
            writers.write(self._everything(request, now))
            return writers.verify(), writers.counts
        finally:
            writers.abandon()

    def _everything(self, request: ExportRequest, now: int) -> Iterator[Table]:
        day, practice = self._day, self._day.campaign.practice
        shapes = [
            shape_of(table, self._questions(table), together=self._together) for table in RECORD
        ]
        events = [event for event, _ in self._parts]
        shaping = {
            event.id: Shaping(event.zone, practice=practice, masked=set()) for event in events
        }
        for shape in shapes:
            yield shape.table, shape.names, self._cells(shape, shaping)
        words = day.words.get(request.language) or day.words[Tag("en")]
        yield "event", EVENT, [event_row(day.campaign, event, words.tag) for event in events]
        codes = code_rows(day.campaign, events, day.languages.values(), day.forms)
        yield "code", CODE, codes
        plain = {"event": EVENT, "code": CODE, "documentation": DOCUMENTATION, "about": ABOUT}
        yield (
            "documentation",
            DOCUMENTATION,
            documentation_rows(shapes, plain, words, practice=practice),
        )
        yield "about", ABOUT, about_rows(self._facts(request, now), words, practice=practice)

    def _cells(self, shape: Shape, shaping: Mapping[EventId, Shaping]) -> Iterable[list[Cell]]:
        """Rows of all events; anonymous ones by their random key, whatever order they come in."""
        cells = (
            row
            for event, tables in self._parts
            for row in shaping[event.id].rows(shape, self._rows(shape.table, tables))
        )
        if shape.table == "anonymous_response":
            return sorted(cells, key=itemgetter(0))
        return {row[0]: row for row in cells}.values() if shape.table == "device" else cells

    def _rows(self, table: str, tables: Tables) -> Iterable[Mapping[str, Any]]:
        _, rows = tables.export_rows(table)
        return self._with_this_device(rows) if table == "device" else rows

    def _with_this_device(self, rows: Iterable[Mapping[str, Any]]) -> Iterator[Mapping[str, Any]]:
        own = self._day.device
        seen = not own.code
        for row in rows:
            seen = seen or row["id"] == own.id
            yield row
        if not seen:
            yield {"id": own.id, "code": own.code}

    def _questions(self, table: str) -> Iterable[Question]:
        """The questions whose answers this table holds, each with a column of its own."""
        registering = table == "attendee"
        if not registering and table not in {"response", "anonymous_response"}:
            return []
        known = {*PLAIN_FIELDS, KINDS} if registering else set()
        return [
            question
            for form_id, form in self._day.forms.items()
            if (form_id == REGISTRATION) == registering
            for question in form.questions
            if (question.asked or question.kind == "calculate") and question.name not in known
        ]

    def _facts(self, request: ExportRequest, now: int) -> dict[str, Any]:
        day = self._day
        return {
            "program": "samvad-kiosk",
            "version": importlib.metadata.version("samvad-kiosk"),
            "campaign": day.campaign.id,
            "event": " ".join(event.id for event, _ in self._parts),
            "day": " ".join(sorted({event.day.isoformat() for event, _ in self._parts})),
            "device": day.device.code,
            "practice": day.campaign.practice,
            "plain": request.plain,
            "language": request.language,
            "exported_at": written_at(now),
        }
