"""A visitor returns, at this kiosk or at one that never met them.

Nothing is written when somebody is recognised: a row that says "was here" would stand beside the
anonymous answers given a minute later. The row is written with the first thing that needs it.
"""

from __future__ import annotations

import re
from dataclasses import replace

from kiosk.domain.attendee import Attendee
from kiosk.domain.ids import AttendeeId, Number, ReceiptCode, new_id, read_receipt_code
from kiosk.domain.language import Tag
from kiosk.errors import VisitorError
from kiosk.services.desk import Desk
from kiosk.services.ports import Writing
from kiosk.services.register import create_draft, hash_receipt
from kiosk.validate import clean

_NUMBER = re.compile(r"[A-Z0-9]{1,8}-[0-9]{4,9}")
LONGEST_SLIP = 4000


def recognise(desk: Desk, slip_text: str) -> Attendee:
    """Who this slip belongs to; VisitorError if it is none of this event or was tampered with."""
    facts = desk.seal.open(slip_text[:LONGEST_SLIP])
    attendee = desk.record.attendee(facts.attendee_id)
    if attendee is not None:
        return _unless_masked(attendee)
    met = _stranger(desk, facts.number, facts.name, facts.language, facts.does)
    return replace(met, id=facts.attendee_id, receipt_hash=facts.receipt_hash, met="slip")


def recognise_typed(desk: Desk, number: str, code: str) -> Attendee | None:
    """Who typed this number and secret code; None if this kiosk never met the number.

    Raises VisitorError ``number_malformed``, ``code_malformed`` or ``code_wrong``.
    """
    number, receipt = read_number(number), _read_code(code)
    attendee = desk.record.attendee_by_number(number)
    if attendee is None:
        return None
    if attendee.receipt_hash != hash_receipt(receipt):
        raise VisitorError("code_wrong", field="code")
    return _unless_masked(attendee)


def meet(desk: Desk, number: str, code: str, name: str, language: Tag, does: str) -> Attendee:
    """Somebody with number and code whom only another kiosk knows; merging joins the two."""
    met = _stranger(desk, read_number(number), clean(("name",), name), language, does)
    return replace(met, receipt_hash=hash_receipt(_read_code(code)), met="code")


def read_number(text: str) -> Number:
    """The number of a slip as somebody typed it, or VisitorError ``number_malformed``."""
    number = re.sub(r"[\s–—_.]+", "-", text[:40].strip().upper())
    if not _NUMBER.fullmatch(number):
        raise VisitorError("number_malformed", field="number")
    return Number(number)


def keep_if_new(desk: Desk, writing: Writing, attendee: Attendee) -> None:
    """Writes the row of somebody met by slip or code, in the transaction that needs it."""
    if attendee.met != "registered" and desk.record.attendee(attendee.id) is None:
        writing.write(create_draft(attendee, "visitor"))


def _read_code(code: str) -> ReceiptCode:
    receipt = read_receipt_code(code[:80])
    if receipt is None:
        raise VisitorError("code_malformed", field="code")
    return receipt


def _unless_masked(attendee: Attendee) -> Attendee:
    if attendee.masked:
        raise VisitorError("withdrawn", field="number")
    return attendee


def _stranger(desk: Desk, number: Number, name: str, language: Tag, does: str) -> Attendee:
    now = desk.clock.now_ms()
    return Attendee(
        id=AttendeeId(new_id(now)), number=number, name=name, language=language, does=does,
        kinds=(), organisation="", mobile="", email="", pin_code="", district="", state="",
        offers="", needs="", wants_help="", registered_at=now, device_id=desk.device.id,
        assisted=False, receipt_hash="",
    )  # fmt: skip
