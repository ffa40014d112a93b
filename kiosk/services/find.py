"""Staff find a visitor by whatever is known of them."""

from __future__ import annotations

import unicodedata

from kiosk.domain.attendee import Attendee
from kiosk.errors import VisitorError
from kiosk.services.arrive_again import read_number, recognise
from kiosk.services.desk import Desk
from kiosk.services.ports import Found

LONGEST_QUERY = 200
MOST_RESULTS = 200
SLIP_PREFIX = "SK1"


def find_attendees(desk: Desk, text: str, limit: int = 20) -> list[Found]:
    """Visitors by name in any script, phone, e-mail, organisation or number, best first."""
    query = unicodedata.normalize("NFC", text[:LONGEST_QUERY]).strip()
    if not query:
        return []
    return desk.record.find(query, max(1, min(limit, MOST_RESULTS)))


def find_one(desk: Desk, number_or_slip: str) -> Attendee:
    """The visitor with this number, or with the slip that a scanner read.

    Raises VisitorError ``number_unknown``, ``number_malformed`` or one of the slip's errors.
    """
    text = number_or_slip.strip()
    if text.upper().startswith(SLIP_PREFIX):
        return recognise(desk, text)
    attendee = desk.record.attendee_by_number(read_number(text))
    if attendee is None:
        raise VisitorError("number_unknown", field="number")
    return attendee
