"""The people of an event and what is recorded of them. Times are UTC milliseconds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from kiosk.domain.ids import (
    AttendeeId,
    CertificateId,
    CheckInId,
    ConsentId,
    DeviceId,
    FormId,
    Number,
    ResponseId,
    Serial,
    SessionId,
)
from kiosk.domain.language import Tag


@dataclass(frozen=True, slots=True)
class Attendee:
    """A visitor as registered. ``more`` holds answers to questions that only this campaign asks.

    ``receipt_hash`` is SHA-256 of the receipt code, in hexadecimal; the code itself is stored
    nowhere. ``met`` is "registered" here, "slip" (known from a slip alone) or "code" (typed number
    and code at a kiosk that never met this visitor; merging joins by number and receipt_hash).
    ``masked``: withdrew at ``withdrawn_at``; whoever reads the record gets no word of theirs.
    """

    id: AttendeeId
    number: Number
    name: str
    language: Tag
    does: str
    kinds: tuple[str, ...]
    organisation: str
    mobile: str
    email: str
    pin_code: str
    district: str
    state: str
    offers: str
    needs: str
    wants_help: str
    registered_at: int
    device_id: DeviceId
    assisted: bool
    receipt_hash: str
    met: str = "registered"
    masked: bool = False
    withdrawn_at: int | None = None
    more: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Consent:
    """One choice of one visitor. ``how`` is "self" or "witnessed" by the staff who noted it."""

    id: ConsentId
    attendee_id: AttendeeId
    purpose: str
    given: bool
    notice_version: str
    language: Tag
    how: str
    at: int
    withdrawn_at: int | None = None


@dataclass(frozen=True, slots=True)
class CheckIn:
    """The fact that somebody came to a session ("" = to the event)."""

    id: CheckInId
    attendee_id: AttendeeId
    session_id: SessionId
    at: int
    device_id: DeviceId


@dataclass(frozen=True, slots=True)
class Response:
    """Answers to a form by a visitor who gave their name to it."""

    id: ResponseId
    form_id: FormId
    form_version: str
    attendee_id: AttendeeId
    language: Tag
    answers: Mapping[str, Any]
    submitted_at: int
    device_id: DeviceId


@dataclass(frozen=True, slots=True)
class AnonymousResponse:
    """Answers of nobody: no id but a random key, no time, no device, no order.

    ``does``, ``language`` and ``state`` are "" until at least five responses share them.
    """

    key: bytes  # 128 random bits
    form_id: FormId
    form_version: str
    answers: Mapping[str, Any]
    does: str
    language: str
    state: str


@dataclass(frozen=True, slots=True)
class Certificate:
    """A certificate as issued. ``blank``: the name is a line to be written by hand."""

    id: CertificateId
    serial: Serial
    attendee_id: AttendeeId
    name: str
    blank: bool
    language: Tag
    sessions: tuple[str, ...]
    issued_at: int
    device_id: DeviceId
    status: str = "valid"  # valid, replaced, revoked
    replaced_by: str = ""
    reason: str = ""
