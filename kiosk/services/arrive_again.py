"""A visitor returns, at this kiosk or at one that never met them.

Nothing is written when somebody is recognised: a row that says "was here" would stand beside the
anonymous answers given a minute later. The row is written with the first thing that needs it.
"""

from __future__ import annotations

import re
from dataclasses import replace

from kiosk.domain.attendee import Attendee
from kiosk.domain.clock import local_time, written_date
from kiosk.domain.ids import AttendeeId, Number, ReceiptCode, new_id, read_receipt_code
from kiosk.domain.language import Tag
from kiosk.errors import VisitorError
from kiosk.services.desk import Desk
from kiosk.services.ports import Writing
from kiosk.services.register import create_draft, hash_receipt
from kiosk.validate import clean

# After "/" the end of the record's id, where a merged store tells apart who share a number.
_NUMBER = re.compile(r"[A-Z0-9]{1,8}-[0-9]{4,9}(?:/[0-9A-F]{6})?")
LONGEST_SLIP = 4000


def recognise(desk: Desk, slip_text: str) -> Attendee:
    """Who this slip belongs to; VisitorError if it is none of this event or was tampered with.

    Also ``slip_replaced``, where this kiosk has given its holder a newer one, and ``withdrawn``.
    """
    facts = desk.seal.open(slip_text[:LONGEST_SLIP])
    attendee = desk.record.attendee(facts.attendee_id)
    if attendee is not None:
        unless_withdrawn(desk, attendee)
        if attendee.met == "registered" and attendee.receipt_hash != facts.receipt_hash:
            raise VisitorError("slip_replaced")
        return attendee
    met = stranger(desk, facts.number, facts.name, facts.language, facts.does)
    return replace(met, id=facts.attendee_id, receipt_hash=facts.receipt_hash, met="slip")


def recognise_typed(desk: Desk, number: str, code: str) -> Attendee | None:
    """Who typed this number and secret code; None if this kiosk never met the number.

    Raises VisitorError ``number_malformed``, ``code_malformed``, ``code_wrong``, ``withdrawn``.
    """
    number, receipt = read_number(number), read_code(code)
    attendee = by_code(desk, number, hash_receipt(receipt))
    if attendee is not None:
        unless_withdrawn(desk, attendee)
    return attendee


def by_code(desk: Desk, number: Number, receipt_hash: str) -> Attendee | None:
    """Whose number and code these are; None if this kiosk never met the number.

    Raises VisitorError ``code_wrong``. What somebody typed here whom this kiosk could not check
    (met "code") proves no code wrong.
    """
    attendee = desk.record.attendee_by_receipt(receipt_hash)
    if attendee is not None and attendee.number == number:
        return attendee
    other = desk.record.attendee_by_number(number)
    if other is not None and other.met != "code":
        raise VisitorError("code_wrong", field="code")
    return None


def meet(desk: Desk, number: str, code: str, name: str, language: Tag, does: str) -> Attendee:
    """Somebody with number and code whom only another kiosk knows; merging joins the two."""
    met = stranger(desk, read_number(number), clean(("name",), name), language, does)
    return replace(met, receipt_hash=hash_receipt(read_code(code)), met="code")


def read_number(text: str) -> Number:
    """The number of a slip as somebody typed it, or VisitorError ``number_malformed``."""
    number = _as_number(text)
    if not _NUMBER.fullmatch(number):
        raise VisitorError("number_malformed", field="number")
    return Number(number)


def is_number(text: str) -> bool:
    """Whether this is written as the number of a slip."""
    return bool(_NUMBER.fullmatch(_as_number(text)))


def _as_number(text: str) -> str:
    return re.sub(r"[\s–—_.]+", "-", text[:40].strip().upper())


def keep_if_new(desk: Desk, writing: Writing, attendee: Attendee) -> None:
    """Writes the row of somebody met by slip or code, in the transaction that needs it.

    Raises VisitorError ``withdrawn``: nothing more is recorded of somebody who has withdrawn.
    """
    held = desk.record.attendee(attendee.id)
    if held is not None:
        unless_withdrawn(desk, held)
    elif attendee.met != "registered":
        writing.write(create_draft(attendee, "visitor"))


def read_code(code: str) -> ReceiptCode:
    """The receipt code as somebody typed it, or VisitorError ``code_malformed``."""
    receipt = read_receipt_code(code[:80])
    if receipt is None:
        raise VisitorError("code_malformed", field="code")
    return receipt


def unless_withdrawn(desk: Desk, attendee: Attendee) -> None:
    """Raises VisitorError ``withdrawn``, with the day, for somebody who has withdrawn."""
    if attendee.masked:
        at = local_time(attendee.withdrawn_at or 0, desk.event.zone)
        raise VisitorError("withdrawn", date=written_date(at.date()))


def stranger(desk: Desk, number: Number, name: str, language: Tag, does: str) -> Attendee:
    """Somebody whom only another kiosk knows; nothing is written, and no code checked yet."""
    now = desk.clock.now_ms()
    return Attendee(
        id=AttendeeId(new_id(now)), number=number, name=name, language=language, does=does,
        kinds=(), organisation="", mobile="", email="", pin_code="", district="", state="",
        offers="", needs="", wants_help="", registered_at=now, device_id=desk.device.id,
        assisted=False, receipt_hash="",
    )  # fmt: skip
