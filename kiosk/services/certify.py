"""Certificates: prepared for the eye first, issued once somebody says that the name is right."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass

from kiosk.domain.attendee import Attendee, Certificate
from kiosk.domain.change import ChangeDraft
from kiosk.domain.ids import CertificateId, Serial, new_id
from kiosk.domain.language import Tag
from kiosk.errors import VisitorError
from kiosk.services.arrive_again import keep_if_new, unless_withdrawn
from kiosk.services.certificate_content import (
    as_issued,
    attested,
    certificate_content,
    drawn,
    serial_of,
    title_en,
)
from kiosk.services.desk import Desk
from kiosk.services.paper import CertificateContent, Sheet
from kiosk.services.ports import Writing

Progress = Callable[[int, int], None]  # done, of how many; may raise to cancel


@dataclass(frozen=True, slots=True)
class Prepared:
    """A certificate as it will be printed. ``issued`` is set if this visitor has it already.

    ``other_design``: the one in which it was issued is not here, so that it looks different.
    """

    attendee: Attendee
    content: CertificateContent
    sheet: Sheet
    count: int
    issued: Certificate | None
    other_design: bool = False

    @property
    def blank(self) -> bool:
        """Whether the name could not be set, so that a line is left to write it on."""
        return bool(self.sheet.blank)


@dataclass(frozen=True, slots=True)
class Issued:
    certificate: Certificate
    sheet: Sheet


Also = Callable[[Writing, Issued], None]  # writes what goes to the disk together with a certificate


@dataclass(frozen=True, slots=True)
class Batch:
    """Certificates issued together, in the order of the attendees' numbers."""

    certificates: tuple[Certificate, ...]
    contents: tuple[CertificateContent, ...]

    @property
    def blank(self) -> tuple[str, ...]:
        """The names that need a pen."""
        return tuple(one.name for one in self.certificates if one.blank)


def prepare_certificate(desk: Desk, attendee: Attendee, language: Tag | None = None) -> Prepared:
    """The very page that ``issue_certificate`` will give, without writing anything."""
    attendee = desk.record.attendee(attendee.id) or attendee
    unless_withdrawn(desk, attendee)
    tag = language or attendee.language
    held = valid_certificate(desk, attendee)
    count = desk.record.peek_count("certificate")
    serial = held.serial if held is not None else serial_of(desk, count)
    content = certificate_content(desk, attendee, tag, serial)
    issuer = desk.device.id
    if held is not None:  # a serial stands for one page: the one that was issued
        content = as_issued(desk, content, held)
        issuer = held.device_id
    content, sheet = drawn(desk, content, issuer)
    gone = bool(content.design) and not desk.paper.has_design(content.design)
    return Prepared(attendee, content, sheet, count, held, other_design=gone)


def issue_certificate(
    desk: Desk, prepared: Prepared, actor: str, also: Also | None = None
) -> Issued:
    """Issues what was prepared, or gives again what this visitor holds already.

    ``also`` writes in the same transaction. Where another certificate was issued in between, this
    one is drawn anew with its own serial.
    """
    while prepared.issued is None:
        certificate = _certificate(desk, prepared.attendee, prepared.content, blank=prepared.blank)
        issued = Issued(certificate, prepared.sheet)
        with desk.record.writing() as writing:
            if _takes(desk, writing, prepared.count):
                keep_if_new(desk, writing, prepared.attendee)
                _write(writing, certificate, prepared.content, actor)
                if also is not None:
                    also(writing, issued)
                return issued
        prepared = prepare_certificate(desk, prepared.attendee, prepared.content.language)
    issued = Issued(prepared.issued, prepared.sheet)
    if also is not None:
        with desk.record.writing() as writing:
            also(writing, issued)
    return issued


def reissue_certificate(
    desk: Desk,
    attendee: Attendee,
    actor: str,
    reason: str,
    deliver: Callable[[Issued], None] | None = None,
    also: Also | None = None,
) -> Issued:
    """A certificate under a new serial, with what is recorded now; the old one is replaced.

    ``deliver`` writes it before it counts as issued: if it raises, the old one stays valid.
    ``also`` writes in the same transaction.
    Raises VisitorError ``reason_missing``, or ``no_certificate`` where there is none to replace.
    """
    if not reason.strip():
        raise VisitorError("reason_missing", field="reason", code="required")
    attendee = desk.record.attendee(attendee.id) or attendee
    unless_withdrawn(desk, attendee)
    held = valid_certificate(desk, attendee)
    if held is None:
        raise VisitorError("no_certificate", field="number")
    while True:
        count = desk.record.peek_count("certificate")
        content = certificate_content(desk, attendee, held.language, serial_of(desk, count))
        content, sheet = drawn(desk, content, desk.device.id)
        certificate = _certificate(desk, attendee, content, blank=bool(sheet.blank))
        body = {"status": "replaced", "replaced_by": certificate.serial, "reason": reason.strip()}
        with desk.record.writing() as writing:
            if _takes(desk, writing, count):
                writing.write(
                    ChangeDraft("certificate", held.id, "replace", actor, body, attendee.id)
                )
                _write(writing, certificate, content, actor)
                issued = Issued(certificate, sheet)
                if also is not None:
                    also(writing, issued)
                if deliver is not None:
                    deliver(issued)
                return issued


def valid_certificate(desk: Desk, attendee: Attendee) -> Certificate | None:
    """The certificate that this visitor holds now, if any."""
    held = desk.record.certificates(attendee.id)
    return next((one for one in held if one.status == "valid"), None)


def issue_due(
    desk: Desk,
    actor: str,
    deliver: Callable[[Batch], None],
    *,
    attended: bool | None = None,
    progress: Progress | None = None,
    arrange: Callable[[list[Attendee]], list[Attendee]] | None = None,
) -> Batch:
    """Issues every certificate that is due and not yet issued, in one transaction.

    ``deliver`` draws or writes them before they count as issued: if it raises, none is.
    ``attended``: to those checked in, else to all registered; None: as the event asks.
    ``arrange`` says to whom of them, in which order.
    """
    due = desk.record.without_certificate(
        attended=desk.event.asks_check_in if attended is None else attended
    )
    due = due if arrange is None else arrange(due)
    return issue_to(desk, due, actor, lambda _writing, batch: deliver(batch), progress)


def issue_to(
    desk: Desk,
    due: Sequence[Attendee],
    actor: str,
    also: Callable[[Writing, Batch], None],
    progress: Progress | None = None,
) -> Batch:
    """Issues to each of these, who have none, in one transaction; ``also`` writes in the same."""
    if not due:
        return Batch((), ())
    with desk.record.writing() as writing:
        batch = _issue_all(desk, writing, due, actor, progress)
        also(writing, batch)
    return batch


def _takes(desk: Desk, writing: Writing, count: int) -> bool:
    """Takes this number if nobody has meanwhile; a number that is not used is not drawn."""
    return (
        desk.record.peek_count("certificate") == count
        and writing.take_count("certificate") == count
    )


def log_print(desk: Desk, certificate: Certificate, actor: str, reason: str) -> None:
    """Notes that a certificate went to paper again, and why; VisitorError without a reason."""
    draft = print_note(desk, certificate, actor, reason)
    with desk.record.writing() as writing:
        writing.write(draft)


def print_note(desk: Desk, certificate: Certificate, actor: str, reason: str) -> ChangeDraft:
    """What ``log_print`` writes. VisitorError: reason_missing, withdrawn."""
    if not reason.strip():
        raise VisitorError("reason_missing", field="reason", code="required")
    attendee = desk.record.attendee(certificate.attendee_id)
    if attendee is not None:
        unless_withdrawn(desk, attendee)
    now = desk.clock.now_ms()
    body = {"certificate_id": certificate.id, "reason": reason.strip()[:200], "at": now}
    return ChangeDraft("print", new_id(now), "create", actor, body, certificate.attendee_id)


def _issue_all(
    desk: Desk,
    writing: Writing,
    due: Sequence[Attendee],
    actor: str,
    progress: Progress | None,
) -> Batch:
    contents, certificates = [], []
    for done, attendee in enumerate(due):
        if progress is not None:
            progress(done, len(due))
        serial = serial_of(desk, writing.take_count("certificate"))
        content = certificate_content(desk, attendee, attendee.language, serial)
        blank = bool(desk.paper.unsettable(attendee.name, attendee.language))
        content = attested(desk, content, desk.device.id, blank=blank)
        certificate = _certificate(desk, attendee, content, blank=blank)
        _write(writing, certificate, content, actor)
        contents.append(content)
        certificates.append(certificate)
    return Batch(tuple(certificates), tuple(contents))


def _certificate(
    desk: Desk, attendee: Attendee, content: CertificateContent, *, blank: bool
) -> Certificate:
    now = desk.clock.now_ms()
    return Certificate(
        id=CertificateId(new_id(now)),
        serial=Serial(content.serial),
        attendee_id=attendee.id,
        name=attendee.name,
        blank=blank,
        language=content.language,
        sessions=tuple(title_en(title) for title in content.sessions),
        issued_at=now,
        device_id=desk.device.id,
    )


def _write(
    writing: Writing, certificate: Certificate, content: CertificateContent, actor: str
) -> None:
    """``page`` is the log's alone: with what the page can be drawn again, wherever that is."""
    body = asdict(certificate)
    certificate_id = body.pop("id")
    body["sessions"] = list(certificate.sessions)
    body["page"] = {
        "design": content.design, "does": content.does, "kinds": list(content.kinds),
    }  # fmt: skip
    writing.write(
        ChangeDraft("certificate", certificate_id, "create", actor, body, certificate.attendee_id)
    )
