"""A lost slip: the visitor gets a new secret code, and the old one stops working.

The code itself is stored nowhere, so the old slip cannot be printed again.
"""

from __future__ import annotations

from dataclasses import replace

from kiosk.domain.attendee import Attendee
from kiosk.domain.change import ChangeDraft
from kiosk.domain.ids import new_id, new_receipt_code
from kiosk.errors import VisitorError
from kiosk.services.arrive_again import unless_withdrawn
from kiosk.services.desk import Desk
from kiosk.services.register import AlsoSlip, Registered, hash_receipt, registered_as

LONGEST_REASON = 200


def renew_slip(
    desk: Desk, attendee: Attendee, actor: str, reason: str, also: AlsoSlip | None = None
) -> Registered:
    """A slip with a new code for somebody who stands here; the log says who gave it and why.

    ``also`` writes in the same transaction: if it raises, the old code goes on working.
    Raises VisitorError ``reason_missing``, ``number_unknown`` where this kiosk has no row of the
    visitor, and ``withdrawn``.
    """
    if not reason.strip():
        raise VisitorError("reason_missing", field="reason", code="required")
    held = desk.record.attendee(attendee.id)
    if held is None:
        raise VisitorError("number_unknown", field="number")
    unless_withdrawn(desk, held)
    code = new_receipt_code()
    renewed = replace(held, receipt_hash=hash_receipt(code))
    now = desk.clock.now_ms()
    printed = {"slip": held.number, "reason": reason.strip()[:LONGEST_REASON], "at": now}
    changed = {"receipt_hash": renewed.receipt_hash}
    with desk.record.writing() as writing:
        writing.write(ChangeDraft("attendee", held.id, "correct", actor, changed, held.id))
        writing.write(ChangeDraft("print", new_id(now), "create", actor, printed, held.id))
        registered = registered_as(desk, renewed, code)
        if also is not None:
            also(writing, registered)
    return registered
