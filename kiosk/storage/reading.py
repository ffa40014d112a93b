"""Everything that can be asked of the record, on one connection."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields
from typing import Any, cast

from kiosk.domain.attendee import (
    AnonymousResponse,
    Attendee,
    Certificate,
    CheckIn,
    Consent,
    Response,
)
from kiosk.domain.ids import AttendeeId, CertificateId, EventId, FormId, Number, Serial
from kiosk.domain.language import Tag
from kiosk.services.ports import DayFigures, Draft, InstalledForm, PrintJob, StaffMember, Tick
from kiosk.storage import anonymous
from kiosk.storage.applying import said_of
from kiosk.storage.clocks import shifting
from kiosk.storage.driver import Connection, place_of
from kiosk.storage.faults import blamed, parsed
from kiosk.storage.figures import count_registered, day_figures
from kiosk.storage.masking import VISIBLE, Thing, told, withdrawn_at, without_words
from kiosk.storage.print_columns import PRINT_COLUMNS, PRINTER_OF, SETTLED
from kiosk.storage.proofs import Proofs
from kiosk.storage.rows import ENTITIES, from_columns

BY_NUMBER = "rtrim(number, '0123456789'), length(number), number, id"


class Reading(Proofs):
    """The record of one event as one connection sees it; every method reads the disk now.

    ``day``: outside of these times (UTC milliseconds) a laptop's clock was wrong, and times are
    told as a person decided; None where nobody decides that.
    """

    def __init__(
        self,
        connection: Connection,
        event_id: EventId,
        zone: str,
        day: tuple[int, int] | None = None,
    ) -> None:
        self.connection = connection
        self.path = place_of(connection)
        self.event_id = event_id
        self.zone = zone
        self.day = day

    def peek_count(self, counter: str) -> int:
        found = self._rows("SELECT value FROM counter WHERE name = ?", counter)
        return int(found[0][0]) + 1 if found else 1

    def attendee(self, attendee_id: AttendeeId) -> Attendee | None:
        return next(self._things(Attendee, "id = ?", attendee_id), None)

    def attendees_of(self, attendee_ids: Sequence[str]) -> dict[str, Attendee]:
        """Those of these ids that are there, by id."""
        if not attendee_ids:
            return {}
        marks = ", ".join("?" * len(attendee_ids))
        return {one.id: one for one in self._things(Attendee, f"id IN ({marks})", *attendee_ids)}

    def attendee_by_number(self, number: Number) -> Attendee | None:
        """The one who has this number; of two devices enrolled under one code, the earlier.

        ``KA1-0001/9F3C2A`` tells apart who share a number, as lists of a merged store do.
        """
        return next(iter(self.attendees_by_number(number)), None)

    def attendees_by_number(self, number: Number) -> list[Attendee]:
        """All rows with this number, the best informed first: one person's (met elsewhere by
        number and code), or in a merged store several people's.
        """
        said, *suffix = number.split("/", 1)
        apart = " AND upper(substr(id, 31, 6)) = ?" if suffix else ""
        order = f"number = ?{apart} ORDER BY met = 'registered' DESC, registered_at, id"
        return list(self._things(Attendee, order, said, *suffix))

    def attendee_by_receipt(self, receipt_hash: str) -> Attendee | None:
        """The one whose code has this hash; of rows for one person, the best informed."""
        order = "receipt_hash = ? ORDER BY met = 'registered' DESC, registered_at, id LIMIT 1"
        return next(self._things(Attendee, order, receipt_hash), None)

    def attendees(self) -> Iterator[Attendee]:
        return self._things(Attendee, f"1 = 1 ORDER BY {BY_NUMBER}")

    def consents(self, attendee_id: AttendeeId) -> list[Consent]:
        return self._of(Consent, attendee_id)

    def check_ins(self, attendee_id: AttendeeId) -> list[CheckIn]:
        return self._of(CheckIn, attendee_id)

    def responses(self, attendee_id: AttendeeId) -> list[Response]:
        return self._of(Response, attendee_id)

    def certificates(self, attendee_id: AttendeeId) -> list[Certificate]:
        return self._of(Certificate, attendee_id)

    def certificate(self, serial: Serial) -> Certificate | None:
        said, *suffix = serial.split("/", 1)
        apart = " AND upper(substr(id, 31, 6)) = ?" if suffix else ""
        order = f"serial = ?{apart} ORDER BY id LIMIT 1"
        found = next(self._things(Certificate, order, said, *suffix), None)
        return None if found is None else self._as_told([found], found.attendee_id)[0]

    def page_of(self, certificate_id: CertificateId) -> Mapping[str, Any]:
        with blamed(self.path):
            said = said_of(self.connection, self.event_id, "certificate", certificate_id)
        pages = (one.body.get("page") for one in said if one.kind == "create")
        return next((page for page in pages if isinstance(page, dict)), {})

    def without_certificate(self, *, attended: bool) -> list[Attendee]:
        came = (
            " AND EXISTS (SELECT 1 FROM check_in i"
            " WHERE i.event_id = attendee.event_id AND i.attendee_id = attendee.id)"
        )
        where = (
            f"{VISIBLE} AND NOT EXISTS (SELECT 1 FROM certificate c WHERE c.event_id ="
            " attendee.event_id AND c.attendee_id = attendee.id AND c.status = 'valid')"
            f"{came if attended else ''} ORDER BY {BY_NUMBER}"
        )
        return list(self._things(Attendee, where))

    def drafts(self) -> list[Draft]:
        rows = self._rows(
            "SELECT id, screen, language, answers, saved_at, consents, question FROM draft"
            " ORDER BY saved_at, id"
        )
        with blamed(self.path):
            return [
                Draft(
                    draft_id, screen, Tag(language), parsed(answers, dict), saved_at,
                    parsed(consents, dict), question,
                )
                for draft_id, screen, language, answers, saved_at, consents, question in rows
            ]  # fmt: skip

    def print_jobs(self) -> list[PrintJob]:
        return self._print_jobs(f"state NOT IN {SETTLED} ORDER BY queued_at, rowid")

    def print_history(self, limit: int) -> list[PrintJob]:
        return self._print_jobs(
            f"state IN {SETTLED} ORDER BY settled_at DESC, rowid DESC LIMIT ?", limit
        )

    def print_jobs_of(self, attendee_id: AttendeeId) -> list[PrintJob]:
        return self._print_jobs("attendee_id = ? ORDER BY queued_at, rowid", attendee_id)

    def print_job(self, job_id: str) -> PrintJob | None:
        rows = self._rows(f"SELECT {PRINT_COLUMNS} FROM print_job WHERE id = ?", job_id)
        return PrintJob(*rows[0]) if rows else None

    def print_choices(self) -> dict[str, str]:
        rows = self._rows(
            "SELECT key, value FROM meta WHERE substr(key, 1, ?) = ?", len(PRINTER_OF), PRINTER_OF
        )
        return {key.removeprefix(PRINTER_OF): printer for key, printer in rows}

    def _print_jobs(self, where: str, *values: str | int) -> list[PrintJob]:
        """Without their pages, which are much to read for a list that is looked at again."""
        columns = PRINT_COLUMNS.replace(" pdf,", "")
        rows = self._rows(f"SELECT {columns} FROM print_job WHERE {where}", *values)
        return [PrintJob(row[0], row[1], row[2], b"", *row[3:]) for row in rows]

    def ticks(self) -> list[Tick]:
        rows = self._rows("SELECT item, actor, at FROM tick ORDER BY at, item")
        return [Tick(*row) for row in rows]

    def staff(self) -> list[StaffMember]:
        rows = self._rows(
            "SELECT name, pin_hash, coordinator, failures, locked_until FROM staff ORDER BY name"
        )
        return [
            StaffMember(name, pin_hash, bool(coordinator), failures, until)
            for name, pin_hash, coordinator, failures, until in rows
        ]

    def forms(self) -> list[InstalledForm]:
        rows = self._rows("SELECT id, version, hash, xform FROM form ORDER BY id")
        return [InstalledForm(FormId(row[0]), *row[1:]) for row in rows]

    def registered(self) -> int:
        """How many people registered, each once: the first of the figures, and quickly told."""
        with blamed(self.path):
            return count_registered(self.connection, self.event_id)

    def figures(self) -> DayFigures:
        with blamed(self.path):
            moved = shifting(self.connection, self.event_id, self.day)
            return day_figures(
                self.connection, self.event_id, self.zone, closed=self._closed(), moved=moved
            )

    def closed_at(self) -> int | None:
        found = self._rows(
            "SELECT closed_at FROM day WHERE event_id = ? AND id = ?", self.event_id, self.event_id
        )
        return cast("int | None", found[0][0]) if found else None

    def anonymous_responses(self) -> Iterator[AnonymousResponse]:
        """All, sorted by their random keys, told as coarsely as has to be."""
        with blamed(self.path):
            return anonymous.responses(self.connection, self.event_id)

    def _closed(self) -> bool:
        return self.closed_at() is not None

    def _of(self, thing: type[Thing], attendee_id: AttendeeId) -> list[Thing]:
        found = list(self._things(thing, "attendee_id = ? ORDER BY id", attendee_id))
        return self._as_told(found, attendee_id)

    def _as_told(self, things: list[Thing], attendee_id: str) -> list[Thing]:
        """What is told of somebody: all of it, or no word once they have withdrawn."""
        if not things:
            return things
        with blamed(self.path):
            at = withdrawn_at(self.connection, self.event_id, attendee_id)
        return things if at is None else [without_words(one, at) for one in things]

    def _things(self, thing: type[Thing], where: str, *values: str) -> Iterator[Thing]:
        entity = next(one for one in ENTITIES.values() if one.type is thing)
        columns = ", ".join(told(entity.name, name) for name in entity.fields)
        sql = f"SELECT id, {columns} FROM {entity.name} WHERE event_id = ? AND {where}"
        tuples = {one.name for one in fields(thing) if str(one.type).startswith("tuple")}
        with blamed(self.path):
            for found in self.connection.execute(sql, (self.event_id, *values)):
                row = from_columns(entity, dict(zip(entity.fields, found[1:], strict=True)))
                for name in tuples:
                    row[name] = tuple(row[name])
                made = thing(id=found[0], **row)
                withdrew = row.get("withdrawn_at") if row.get("masked") else None
                yield made if withdrew is None else without_words(made, withdrew)

    def _rows(self, sql: str, *values: str | int) -> list[tuple[Any, ...]]:
        with blamed(self.path):
            return self.connection.execute(sql, values).fetchall()
