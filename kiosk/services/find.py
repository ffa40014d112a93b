"""Visitors are found by whatever is known of them, on a kiosk or wherever kiosks came together."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import replace

from kiosk.domain.attendee import Attendee
from kiosk.domain.ids import Serial
from kiosk.errors import VisitorError
from kiosk.services.arrive_again import is_number, read_number, recognise, unless_withdrawn
from kiosk.services.desk import Desk
from kiosk.services.ports import Found

LONGEST_QUERY = 200
MOST_RESULTS = 200
SLIP_PREFIX = "SK1"
_SERIAL = re.compile(r"[A-Z0-9]{1,8}-C-[0-9]{4,9}(?:/[0-9A-F]{6})?")
_CERTAIN = 100.0


def find_attendees(desk: Desk, text: str, limit: int = 20) -> list[Found]:
    """Visitors by name in any script, phone, e-mail, organisation, number or serial, best first.

    Somebody who has withdrawn is found by the whole number alone, and without a word of theirs.
    """
    query = unicodedata.normalize("NFC", text[:LONGEST_QUERY]).strip()
    if not query:
        return []
    limit = max(1, min(limit, MOST_RESULTS))
    exact = _exactly(desk, query)
    found = desk.record.find(query, limit)
    if not exact:
        return found
    known = {one.id for one in exact}
    seen = [one for one in exact if not one.masked]
    if found and not seen:
        return found
    others = [
        replace(one, score=min(one.score, _CERTAIN - 1))
        for one in found
        if one.attendee.id not in known
    ]
    first = [Found(one, _CERTAIN) for one in seen or exact[:1]]
    return [*first, *others][:limit]


def make_findable(desk: Desk) -> None:
    """Makes ready to find those who registered since; for a moment when nobody waits."""
    desk.record.make_findable()


def find_everywhere(desks: Sequence[Desk], text: str, limit: int = 20) -> list[tuple[Desk, Found]]:
    """As ``find_attendees``, at all these events, each hit with the desk that knows them."""
    hits = [(desk, found) for desk in desks for found in find_attendees(desk, text, limit)]
    hits.sort(key=lambda hit: (-hit[1].score, hit[1].attendee.id))
    return hits[:limit]


def find_one(desk: Desk, number_or_slip: str) -> Attendee:
    """The visitor with this number, or with the slip that a scanner read.

    Raises VisitorError ``number_unknown``, ``number_malformed``, ``number_shared`` (kiosks that
    came together gave it to several), ``withdrawn`` or one of the slip's errors.
    """
    text = number_or_slip.strip()
    if text.upper().startswith(SLIP_PREFIX):
        return recognise(desk, text)
    rows = desk.record.attendees_by_number(read_number(text))
    if not rows:
        raise VisitorError("number_unknown", field="number")
    shown = sorted({one.number for one in rows})
    if len(shown) > 1:
        raise VisitorError("number_shared", field="number", numbers=", ".join(shown))
    unless_withdrawn(desk, rows[0])
    return rows[0]


def find_one_of(desks: Sequence[Desk], number: str) -> tuple[Desk, Attendee]:
    """The visitor with this number, and the desk of their event.

    Raises VisitorError ``number_in_events`` where several events gave it, and as ``find_one``.
    """
    wanted = read_number(number)
    there = [desk for desk in desks if desk.record.attendees_by_number(wanted)]
    if len(there) > 1:
        names = ", ".join(desk.event.id for desk in there)
        raise VisitorError("number_in_events", field="number", number=wanted, events=names)
    if not there:
        raise VisitorError("number_unknown", field="number")
    return there[0], find_one(there[0], number)


def _exactly(desk: Desk, query: str) -> list[Attendee]:
    """Those whose whole number this is, or whose certificate bears it as its serial."""
    if is_number(query):
        return desk.record.attendees_by_number(read_number(query))
    serial = query.upper()
    certificate = desk.record.certificate(Serial(serial)) if _SERIAL.fullmatch(serial) else None
    holder = None if certificate is None else desk.record.attendee(certificate.attendee_id)
    return [] if holder is None or holder.masked else [holder]
