"""A visitor withdraws: masked at once wherever the record is read, erased when it may be.

Whoever withdraws stays a row without words until ``purge`` erases it. What they said under their
name is shown and counted no more; it is not turned into something anonymous, which nobody agreed
to. A certificate that was issued stays valid: the paper is theirs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from kiosk.domain.attendee import Attendee, Consent
from kiosk.domain.change import ChangeDraft
from kiosk.domain.ids import AttendeeId, Number
from kiosk.errors import VisitorError
from kiosk.services.arrive_again import by_code, read_code, read_number, stranger
from kiosk.services.desk import Desk
from kiosk.services.register import create_draft, hash_receipt

LONGEST_REASON = 200
VISITOR = "visitor"


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """A withdrawal that is on the disk. ``here``: this kiosk held the registration itself.

    ``first`` is False where they had withdrawn before; then nothing was written.
    """

    attendee_id: AttendeeId
    number: Number
    at: int
    here: bool
    first: bool = True


def withdraw_with_code(desk: Desk, code: str, number: str = "", actor: str = VISITOR) -> Withdrawn:
    """Withdraws whoever holds this receipt code.

    With ``number``, also somebody whom only another kiosk knows: it is noted under number and
    code, and takes effect where the records come together. Raises VisitorError
    ``code_malformed``, ``number_malformed``, ``code_wrong``, or, without a number,
    ``code_unknown``, which tells nothing of anybody.
    """
    receipt_hash = hash_receipt(read_code(code))
    if not number:
        held = desk.record.attendee_by_receipt(receipt_hash)
        if held is None:
            raise VisitorError("code_unknown", field="code")
        return _withdraw(desk, held, actor)
    wanted = read_number(number)
    known = by_code(desk, wanted, receipt_hash)
    if known is None:
        unmet = stranger(desk, wanted, "", next(iter(desk.languages)), "")
        known = replace(unmet, receipt_hash=receipt_hash, met="code")
    return _withdraw(desk, known, actor)


def withdraw_visitor(desk: Desk, attendee: Attendee, actor: str = VISITOR) -> Withdrawn:
    """Withdraws a visitor whom this kiosk has recognised by slip or code."""
    return _withdraw(desk, attendee, actor)


def withdraw_attendee(desk: Desk, attendee: Attendee, actor: str, reason: str) -> Withdrawn:
    """Withdraws on behalf of somebody who asked staff; the log says who did it and why.

    Raises VisitorError ``reason_missing``.
    """
    return _withdraw(desk, attendee, actor, _reason(reason))


def withdraw_consent(
    desk: Desk, attendee: Attendee, purpose: str, actor: str = VISITOR, reason: str = ""
) -> Consent:
    """Takes back one optional consent, and leaves everything else as it is.

    Raises VisitorError ``consent_unknown`` where it was not given or is taken back already, also
    for the registration itself, which is withdrawn as a whole.
    """
    required = {one.code for one in desk.campaign.notice.purposes if one.required}
    given = [one for one in given_consents(desk, attendee) if one.purpose == purpose]
    if not given or purpose in required:
        raise VisitorError("consent_unknown", field="consent")
    now = desk.clock.now_ms()
    with desk.record.writing() as writing:
        for one in given:
            writing.write(_consent_draft(one, now, actor, reason))
    return replace(given[0], withdrawn_at=now)


def given_consents(desk: Desk, attendee: Attendee) -> list[Consent]:
    """The consents that hold now."""
    return [
        one for one in desk.record.consents(attendee.id) if one.given and one.withdrawn_at is None
    ]


def _withdraw(desk: Desk, attendee: Attendee, actor: str, reason: str = "") -> Withdrawn:
    held = desk.record.attendee(attendee.id)
    here = held is not None and held.met == "registered"
    if held is not None and held.masked:
        return Withdrawn(held.id, held.number, held.withdrawn_at or 0, here, first=False)
    now = desk.clock.now_ms()
    said = {"withdrawn_at": now} | ({"reason": reason} if reason else {})
    with desk.record.writing() as writing:
        if held is None:
            # no word of somebody whom only another kiosk knows is needed here
            writing.write(create_draft(replace(attendee, name="", does=""), actor))
        for consent in given_consents(desk, attendee):
            writing.write(_consent_draft(consent, now, actor))
        writing.write(ChangeDraft("attendee", attendee.id, "withdraw", actor, said, attendee.id))
        writing.drop_print_jobs_of(attendee.id)
    return Withdrawn(attendee.id, attendee.number, now, here)


def _consent_draft(consent: Consent, now: int, actor: str, reason: str = "") -> ChangeDraft:
    said: Mapping[str, Any] = {"withdrawn_at": now} | ({"reason": reason} if reason else {})
    return ChangeDraft("consent", consent.id, "withdraw", actor, said, consent.attendee_id)


def _reason(reason: str) -> str:
    if not reason.strip():
        raise VisitorError("reason_missing", field="reason", code="required")
    return reason.strip()[:LONGEST_REASON]
