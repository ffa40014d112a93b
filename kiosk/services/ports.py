"""The port to the record, and what it keeps besides what attendees said and got.

Every reading method returns what is on the disk now. Writing happens in ``Record.writing()``
only: one transaction, durable when the ``with`` block ends, nothing of it kept when it raises.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any, Protocol

from kiosk.domain.attendee import (
    AnonymousResponse,
    Attendee,
    Certificate,
    CheckIn,
    Consent,
    Response,
)
from kiosk.domain.change import ChangeDraft
from kiosk.domain.ids import AttendeeId, CertificateId, FormId, Number, Serial
from kiosk.domain.language import Tag
from kiosk.services.attesting import Fates


@dataclass(frozen=True, slots=True)
class Found:
    """One hit of a search; ``score`` is 0 to 100."""

    attendee: Attendee
    score: float


@dataclass(frozen=True, slots=True)
class Draft:
    """What somebody had typed when they walked away after consenting. Local; dies with the day."""

    id: str
    screen: str
    language: Tag
    answers: Mapping[str, Any]
    saved_at: int
    consents: Mapping[str, bool] = field(default_factory=dict)
    question: str = ""  # where they stopped


@dataclass(frozen=True, slots=True)
class Tick:
    """Something that was made ready for the day, by whom and when. Local to this kiosk."""

    item: str
    actor: str
    at: int


KINDS_OF_SHEETS = ("certificate", "slip", "badge", "label", "summary")


@dataclass(frozen=True, slots=True)
class PrintJob:
    """A sheet that waits for, went to, or came out of the printer. Local to this kiosk.

    ``state``: waiting, sent, done, failed, unknown (nobody saw whether it came out), cancelled,
    handed (to a print desk, which alone prints it from then on). ``printer``: the one that staff
    chose for it, "" as for all of its kind; of what was handed over, the desk's code.
    ``batch`` joins what was queued together. Times are in milliseconds, 0 for not yet.
    """

    id: str
    title: str
    kind: str  # one of ``KINDS_OF_SHEETS``
    pdf: bytes
    state: str
    message: str
    queued_at: int
    attendee_id: AttendeeId | None = None
    serial: Serial | None = None
    printer: str = ""
    batch: str = ""
    settled_at: int = 0


@dataclass(frozen=True, slots=True)
class StaffMember:
    """Somebody with a PIN. ``pin_hash`` is salted and slow; ``locked_until`` in milliseconds."""

    name: str
    pin_hash: str
    coordinator: bool
    failures: int = 0
    locked_until: int = 0


@dataclass(frozen=True, slots=True)
class InstalledForm:
    """A form as imported: the XForm itself, its version and the SHA-256 of its source."""

    id: FormId
    version: str
    hash: str
    xform: str


@dataclass(frozen=True, slots=True)
class DayFigures:
    """The day in numbers. Feedback figures hold anonymous responses only once the day is closed."""

    registered: int
    responses: int
    anonymous: int
    certificates: int
    checked_in: int
    drafts: int
    printing: int
    by_hour: Mapping[int, int]  # hour of the event's zone -> registrations
    by_language: Mapping[str, int]
    by_does: Mapping[str, int]
    ratings: Mapping[int, int]  # 1..5 -> how often
    themes: Mapping[str, int]
    sentences: Sequence[tuple[str, str]]  # language, sentence


@dataclass(frozen=True, slots=True)
class Verification:
    """What checking the chain of changes found; ``broken_at`` is the first wrong ``seq``."""

    entries: int
    ok: bool
    broken_at: int | None
    head: str  # hexadecimal hash of the last change
    reason: str = ""


class Writing(Protocol):
    """One transaction on the record."""

    def take_count(self, counter: str) -> int:
        """The next number of ``counter`` ("attendee", "certificate") on this device, from 1."""
        ...

    def write(self, draft: ChangeDraft) -> None:
        """Writes the row and its change, and what searching needs."""
        ...

    def keep_anonymous(self, response: AnonymousResponse) -> None:
        """Puts answers into the anonymous box, where nothing tells when or whose they are."""
        ...

    def save_draft(self, draft: Draft) -> None: ...

    def drop_draft(self, draft_id: str) -> None: ...

    def drop_all_drafts(self) -> None: ...

    def save_print_job(self, job: PrintJob) -> None:
        """Adds the job, or replaces the one with its id."""
        ...

    def drop_print_job(self, job_id: str) -> None: ...

    def drop_print_jobs_of(self, attendee_id: AttendeeId) -> None:
        """Those of one person, done ones too; not what the printer has already."""
        ...

    def choose_printer(self, kind: str, printer: str) -> None:
        """Which printer takes sheets of this kind from now on; "" for the system's own."""
        ...

    def save_staff(self, member: StaffMember) -> None: ...

    def drop_staff(self, name: str) -> None:
        """Takes a member's PIN away; not an error if there is none."""
        ...

    def save_tick(self, tick: Tick) -> None: ...

    def drop_tick(self, item: str) -> None: ...

    def install_form(self, form: InstalledForm) -> None: ...


class Glance(Protocol):
    """What is on the disk at one moment, as far as the day at a glance needs it."""

    def drafts(self) -> list[Draft]: ...

    def print_jobs(self) -> list[PrintJob]: ...

    def figures(self) -> DayFigures: ...

    def closed_at(self) -> int | None: ...


class Record(Fates, Protocol):
    """The event-day's record on this kiosk.

    Of somebody who has withdrawn it tells that there is a row (``masked``), and no word of theirs:
    no name, answers or contacts, also in what is read of them by ``responses`` and the like.
    """

    def writing(self) -> AbstractContextManager[Writing]: ...

    def reading(self) -> AbstractContextManager[Glance]:
        """A view of its own for long reads, on whichever thread: nobody who writes waits for it."""
        ...

    def close(self) -> None: ...

    def peek_count(self, counter: str) -> int:
        """What ``take_count`` would give now."""
        ...

    def attendee(self, attendee_id: AttendeeId) -> Attendee | None: ...

    def attendee_by_number(self, number: Number) -> Attendee | None: ...

    def attendees_by_number(self, number: Number) -> list[Attendee]:
        """All rows with this number, the best informed first; of several people where kiosks
        came together that gave the same one.
        """
        ...

    def attendee_by_receipt(self, receipt_hash: str) -> Attendee | None: ...

    def attendees(self) -> Iterator[Attendee]:
        """All, in the order of their numbers."""
        ...

    def find(self, text: str, limit: int = 20) -> list[Found]:
        """By name in any script, phone (also last digits), e-mail, organisation or number."""
        ...

    def make_findable(self) -> None:
        """Makes ready to find whoever registered since; ``find`` itself does it if nobody did."""
        ...

    def consents(self, attendee_id: AttendeeId) -> list[Consent]: ...

    def check_ins(self, attendee_id: AttendeeId) -> list[CheckIn]: ...

    def responses(self, attendee_id: AttendeeId) -> list[Response]: ...

    def certificates(self, attendee_id: AttendeeId) -> list[Certificate]: ...

    def certificate(self, serial: Serial) -> Certificate | None: ...

    def page_of(self, certificate_id: CertificateId) -> Mapping[str, Any]:
        """With what a certificate's page was drawn besides what stands in its row; {} where the
        log does not tell.
        """
        ...

    def without_certificate(self, *, attended: bool) -> list[Attendee]:
        """Who has no valid certificate yet, of all or of those checked in, by number."""
        ...

    def drafts(self) -> list[Draft]: ...

    def print_jobs(self) -> list[PrintJob]:
        """What somebody still waits for, oldest first; here and in all lists without the pages."""
        ...

    def print_history(self, limit: int) -> list[PrintJob]:
        """What came out, was cancelled or handed over, the latest first."""
        ...

    def print_jobs_of(self, attendee_id: AttendeeId) -> list[PrintJob]:
        """All of one person's, whatever became of them, oldest first."""
        ...

    def print_job(self, job_id: str) -> PrintJob | None:
        """One sheet with its pages."""
        ...

    def print_choices(self) -> Mapping[str, str]:
        """The printer that was chosen for each kind of sheet; kinds without a choice are absent."""
        ...

    def staff(self) -> list[StaffMember]: ...

    def ticks(self) -> list[Tick]:
        """What is ready for the day, in the order in which it was."""
        ...

    def forms(self) -> list[InstalledForm]: ...

    def figures(self) -> DayFigures: ...

    def closed_at(self) -> int | None: ...

    def seal_anonymous(self) -> tuple[int, str]:
        """At closing: count and digest (SHA-256, hex) of the box; then nothing of its order is
        left in the file (write-ahead log truncated, file rewritten).
        """
        ...

    def verify(self) -> Verification: ...
