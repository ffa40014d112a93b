"""Staff find a visitor by whatever is known of them."""

from __future__ import annotations

import unicodedata

from kiosk.domain.attendee import Attendee
from kiosk.errors import VisitorError
from kiosk.services.arrive_again import is_number, read_number, recognise, unless_withdrawn
from kiosk.services.desk import Desk
from kiosk.services.ports import Found

LONGEST_QUERY = 200
MOST_RESULTS = 200
SLIP_PREFIX = "SK1"


def find_attendees(desk: Desk, text: str, limit: int = 20) -> list[Found]:
    """Visitors by name in any script, phone, e-mail, organisation or number, best first.

    Somebody who has withdrawn is found by the whole number alone, and without a word of theirs.
    """
    query = unicodedata.normalize("NFC", text[:LONGEST_QUERY]).strip()
    if not query:
        return []
    found = desk.record.find(query, max(1, min(limit, MOST_RESULTS)))
    return found or _withdrawn(desk, query)


def find_one(desk: Desk, number_or_slip: str) -> Attendee:
    """The visitor with this number, or with the slip that a scanner read.

    Raises VisitorError ``number_unknown``, ``number_malformed``, ``withdrawn`` or one of the
    slip's errors.
    """
    text = number_or_slip.strip()
    if text.upper().startswith(SLIP_PREFIX):
        return recognise(desk, text)
    attendee = desk.record.attendee_by_number(read_number(text))
    if attendee is None:
        raise VisitorError("number_unknown", field="number")
    unless_withdrawn(desk, attendee)
    return attendee


def _withdrawn(desk: Desk, query: str) -> list[Found]:
    attendee = desk.record.attendee_by_number(read_number(query)) if is_number(query) else None
    return [Found(attendee, 100.0)] if attendee is not None and attendee.masked else []
