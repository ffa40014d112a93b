"""The same visitor twice: a program finds who may be, a person says whether they are."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kiosk.domain.attendee import Attendee
from kiosk.domain.change import ChangeDraft
from kiosk.domain.ids import AttendeeId, EventId, new_id
from kiosk.errors import VisitorError
from kiosk.services.desk import Desk
from kiosk.services.find import find_one

CERTAIN = 100.0
SAME, DIFFERENT = "same", "different"


@dataclass(frozen=True, slots=True)
class Row:
    """One registration, as far as it matters for recognising somebody."""

    id: AttendeeId
    number: str
    name: str
    mobile: str
    email: str
    organisation: str
    pin_code: str
    does: str
    district: str
    registered_at: int
    code: str  # of the laptop


@dataclass(frozen=True, slots=True)
class Twice:
    """Two registrations that may be one person's, the earlier first.

    ``score`` is 0 to 100; 100 where number and receipt code say so, which nobody needs to decide.
    ``reasons``: code, mobile, email, name, near_name, pin_code, organisation, district,
    other_mobile, other_email (these two speak against it). ``decided``: what a person said last.
    """

    event_id: EventId
    one: Row
    other: Row
    score: float
    reasons: tuple[str, ...]
    decided: bool | None = None

    @property
    def certain(self) -> bool:
        return self.score >= CERTAIN


def to_decide(found: Sequence[Twice]) -> list[Twice]:
    """Those that nobody decided yet and that are not certain."""
    return [pair for pair in found if pair.decided is None and not pair.certain]


def decide_twice(desk: Desk, one: str, other: str, actor: str, *, same: bool) -> tuple[str, str]:
    """Notes that two registrations (ids or numbers) are one person's, or are not; undone by
    deciding again. Gives their ids.

    Raises VisitorError ``twice_itself``, ``twice_certain`` (number and code say that they are
    one), ``number_unknown`` and the other errors of ``find_one``; then nothing was changed.
    """
    first, second = (_of(desk, text) for text in (one, other))
    if first.id == second.id:
        raise VisitorError("twice_itself", field="decide", number=first.number)
    if not same and _certain(first, second):
        raise VisitorError("twice_certain", field="decide", number=first.number)
    now = desk.clock.now_ms()
    body = {
        "attendee_id": first.id, "other_id": second.id, "same": same, "at": now,
        "device_id": desk.device.id,
    }  # fmt: skip
    with desk.record.writing() as writing:
        writing.write(ChangeDraft("same_as", new_id(now), "create", actor, body, first.id))
    return first.id, second.id


def _certain(one: Attendee, other: Attendee) -> bool:
    """Whether number and code say that they are one; "/" and what follows tells rows apart."""
    printed = (number.partition("/")[0] for number in (one.number, other.number))
    return len({*printed}) == 1 and one.receipt_hash == other.receipt_hash != ""


def _of(desk: Desk, text: str) -> Attendee:
    held = desk.record.attendee(AttendeeId(text.strip()))
    return find_one(desk, text) if held is None else held
