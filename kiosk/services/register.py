"""A visitor arrives: consents, answers, number and secret code, all in one transaction."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

from kiosk.domain.attendee import Attendee, Consent
from kiosk.domain.change import ChangeDraft
from kiosk.domain.ids import (
    AttendeeId,
    ConsentId,
    Number,
    ReceiptCode,
    new_id,
    new_receipt_code,
)
from kiosk.domain.language import Tag
from kiosk.domain.problem import Problem
from kiosk.services.desk import REGISTRATION, Desk
from kiosk.services.forms import finished_record
from kiosk.services.ports import Writing
from kiosk.services.refused import Refused
from kiosk.services.sealing import SlipFacts

PLAIN_FIELDS = (
    "name", "does", "organisation", "mobile", "email", "pin_code", "district", "state",
    "offers", "needs", "wants_help",
)  # fmt: skip
KINDS = "is"  # the question's name; a word of Python, so the field is called kinds


@dataclass(frozen=True, slots=True)
class Registration:
    """What a visitor, or staff for one, has given. ``staff`` names who assisted and witnessed."""

    language: Tag
    answers: Mapping[str, Any]
    consents: Mapping[str, bool]
    assisted: bool = False
    staff: str = ""
    draft_id: str | None = None


@dataclass(frozen=True, slots=True)
class Registered:
    """A registration that is on the disk. The receipt code exists here and on the slip only."""

    attendee: Attendee
    receipt_code: ReceiptCode
    slip_qr: str


AlsoSlip = Callable[[Writing, Registered], None]  # writes what goes to the disk with a new code


def register_attendee(
    desk: Desk, registration: Registration, also: AlsoSlip | None = None
) -> Registered:
    """Registers one visitor; when this returns, a power cut loses nothing of it.

    ``also`` writes in the same transaction: the slip, say. Raises Refused with every problem of
    consents and answers; then nothing was written.
    """
    problems = _consent_problems(desk, registration.consents)
    try:
        record = finished_record(desk, REGISTRATION, registration.language, registration.answers)
    except Refused as refused:
        problems += refused.problems
    if problems:
        raise Refused(problems)
    return _save(desk, registration, record, also)


def hash_receipt(code: ReceiptCode) -> str:
    """What is stored of a receipt code."""
    return hashlib.sha256(code.encode()).hexdigest()


def slip_facts(attendee: Attendee) -> SlipFacts:
    """What the visitor's slip tells another kiosk."""
    return SlipFacts(
        attendee.id, attendee.number, attendee.name, attendee.language, attendee.does,
        attendee.receipt_hash,
    )  # fmt: skip


def person_fields(record: Mapping[str, Any]) -> dict[str, Any]:
    """A finished record of the registration form as fields of an attendee."""
    fields: dict[str, Any] = {name: str(record[name]) for name in PLAIN_FIELDS if name in record}
    if KINDS in record:
        kinds = record[KINDS]
        fields["kinds"] = (kinds,) if isinstance(kinds, str) else tuple(kinds)
    known = {*PLAIN_FIELDS, KINDS}
    more = {name: value for name, value in record.items() if name not in known}
    return fields | ({"more": more} if more else {})


def create_draft(attendee: Attendee, actor: str) -> ChangeDraft:
    """The change that writes this attendee's row."""
    body = asdict(attendee)
    del body["id"]
    body["kinds"] = list(attendee.kinds)
    return ChangeDraft("attendee", attendee.id, "create", actor, body, attendee.id)


def _consent_problems(desk: Desk, consents: Mapping[str, bool]) -> list[Problem]:
    known = {purpose.code: purpose for purpose in desk.campaign.notice.purposes}
    problems = [
        Problem(f"consents.{code}"[:80], "malformed", "consent_unknown")
        for code, given in consents.items()
        if code not in known or not isinstance(given, bool)
    ]
    return problems + [
        Problem(f"consents.{code}", "consent", "consent")
        for code, purpose in known.items()
        if purpose.required and not consents.get(code)
    ]


def registered_as(desk: Desk, attendee: Attendee, code: ReceiptCode) -> Registered:
    """With the sealed text of the slip."""
    return Registered(attendee, code, desk.seal.seal(slip_facts(attendee)))


def _save(
    desk: Desk, registration: Registration, record: Mapping[str, Any], also: AlsoSlip | None
) -> Registered:
    now, code = desk.clock.now_ms(), new_receipt_code()
    actor = f"staff:{registration.staff}" if registration.staff else "visitor"
    with desk.record.writing() as writing:
        count = writing.take_count("attendee")
        attendee = _attendee(desk, registration, record, count, now, code)
        writing.write(create_draft(attendee, actor))
        for consent in _consents(desk, registration, attendee, now):
            body = asdict(consent)
            consent_id = body.pop("id")
            writing.write(ChangeDraft("consent", consent_id, "create", actor, body, attendee.id))
        if registration.draft_id is not None:
            writing.drop_draft(registration.draft_id)
        registered = registered_as(desk, attendee, code)
        if also is not None:
            also(writing, registered)
    return registered


def _attendee(
    desk: Desk,
    registration: Registration,
    record: Mapping[str, Any],
    count: int,
    now: int,
    code: ReceiptCode,
) -> Attendee:
    fields: dict[str, Any] = dict.fromkeys(PLAIN_FIELDS, "") | {"kinds": ()}
    return Attendee(
        id=AttendeeId(new_id(now)),
        number=Number(f"{desk.device.code}-{count:04d}"),
        language=registration.language,
        registered_at=now,
        device_id=desk.device.id,
        assisted=registration.assisted,
        receipt_hash=hash_receipt(code),
        **(fields | person_fields(record)),
    )


def _consents(
    desk: Desk, registration: Registration, attendee: Attendee, now: int
) -> list[Consent]:
    return [
        Consent(
            id=ConsentId(new_id(now)),
            attendee_id=attendee.id,
            purpose=purpose.code,
            given=registration.consents.get(purpose.code, False),
            notice_version=desk.campaign.notice.version,
            language=registration.language,
            how="witnessed" if registration.assisted else "self",
            at=now,
        )
        for purpose in desk.campaign.notice.purposes
    ]
