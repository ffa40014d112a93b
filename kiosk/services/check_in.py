"""Somebody came to a session: a fact, recorded always and never rejected."""

from __future__ import annotations

from dataclasses import asdict, dataclass

from kiosk.domain.attendee import Attendee, CheckIn
from kiosk.domain.change import ChangeDraft
from kiosk.domain.ids import CheckInId, SessionId, new_id
from kiosk.errors import VisitorError
from kiosk.services.arrive_again import keep_if_new
from kiosk.services.desk import Desk


@dataclass(frozen=True, slots=True)
class CheckedIn:
    """The fact, and when this visitor came to the same session before (UTC milliseconds)."""

    check_in: CheckIn
    first: bool
    before: tuple[int, ...]


def check_in(desk: Desk, attendee: Attendee, session_id: str, actor: str) -> CheckedIn:
    """Records that the visitor came to the session ("" means the event as a whole)."""
    if session_id and session_id not in {session.id for session in desk.event.sessions}:
        raise VisitorError("session_unknown", field="session", code="malformed")
    before = tuple(
        fact.at for fact in desk.record.check_ins(attendee.id) if fact.session_id == session_id
    )
    now = desk.clock.now_ms()
    fact = CheckIn(CheckInId(new_id(now)), attendee.id, SessionId(session_id), now, desk.device.id)
    body = asdict(fact)
    fact_id = body.pop("id")
    with desk.record.writing() as writing:
        keep_if_new(desk, writing, attendee)
        writing.write(ChangeDraft("check_in", fact_id, "create", actor, body, attendee.id))
    return CheckedIn(fact, first=not before, before=before)
