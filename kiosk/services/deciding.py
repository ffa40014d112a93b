"""What a person decides once kiosks are together, and what becomes of it: changes like any other.

A decision is written as a correction that ``settles`` what it was made in view of, so that it
travels, and ends the contradiction in every store that it reaches. Of papers and consents it is
what a kiosk would write as well: a certificate is replaced by the one that stands, a consent
withdrawn.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from kiosk.domain.attendee import Attendee
from kiosk.domain.change import ChangeDraft
from kiosk.domain.ids import AttendeeId, FormId
from kiosk.errors import VisitorError
from kiosk.services.certify import Issued, reissue_certificate
from kiosk.services.correct import registration_answers
from kiosk.services.desk import REGISTRATION, Desk
from kiosk.services.forms import open_session
from kiosk.services.matters import AT_ODDS, Matter, Side, plain
from kiosk.services.merging import CERTIFICATES, CONSENT, WrongClock
from kiosk.services.refused import Refused
from kiosk.services.register import KINDS, person_fields

DECIDED = "decided"  # the reason why a certificate was replaced, a consent withdrawn
NAME_PUT_RIGHT = "name"  # the reason why one is issued anew
Deliver = Callable[[Issued], None]


def settle(
    desk: Desk,
    matter: Matter,
    actor: str,
    *,
    take: int | None = None,
    value: str | None = None,
    deliver: Deliver | None = None,
) -> Mapping[str, Any]:
    """Decides for a side (``take``, from 1) or for another value; gives what is recorded now.

    Of a wrong clock another value is the wall time of its first entry (2020-01-10T09:30); papers
    and consents have none. ``deliver`` writes a certificate that is issued anew before it counts.
    Raises VisitorError ``matter_take``, ``matter_value`` or ``matter_time``, Refused where the
    form does not accept the value; then nothing was changed.
    """
    side = 1 if take is None and matter.kind not in AT_ODDS else take or 0
    if (take is None) == (value is None) or not 1 <= side <= len(matter.sides):
        raise VisitorError("matter_take", field="take", most=len(matter.sides))
    if take is not None and matter.kind in AT_ODDS:
        return _put_in_order(desk, matter, actor, matter.sides[take - 1], deliver)
    if take is not None:
        values = dict(matter.sides[take - 1].values)
    elif matter.clock is not None:
        values = _shifted_to(desk, matter.clock, value or "")
    else:
        values = _checked(desk, matter, value or "")
    _correct(desk, matter, actor, {"more": values} if matter.clock is not None else dict(values))
    return values


def _correct(desk: Desk, matter: Matter, actor: str, body: dict[str, Any]) -> None:
    """What the row says from now on, in view of all sides."""
    ops = sorted(side.op for side in matter.sides if side.op)
    said = body | ({"settles": ops} if ops else {})
    person = _person(matter)
    with desk.record.writing() as writing:
        writing.write(ChangeDraft(matter.entity, matter.entity_id, "correct", actor, said, person))


# papers and consents


def _put_in_order(
    desk: Desk, matter: Matter, actor: str, side: Side, deliver: Deliver | None
) -> Mapping[str, Any]:
    if matter.kind == CERTIFICATES:
        return _keep_one(desk, matter, actor, side)
    if matter.kind == CONSENT:
        return _say_consent(desk, matter, actor, side)
    if not side.values:
        _correct(desk, matter, actor, {})
        return {}
    attendee = desk.record.attendee(AttendeeId(matter.person))
    if attendee is None:
        raise VisitorError("matter_unknown", field="settle", id=matter.id)
    if side.serial:  # the paper is right
        body = {**side.values, "settles": [one.op for one in matter.sides if one.op]}
        with desk.record.writing() as writing:
            writing.write(ChangeDraft("attendee", attendee.id, "correct", actor, body, attendee.id))
        return dict(side.values)
    return _issue_anew(desk, matter, attendee, actor, deliver)


def _keep_one(desk: Desk, matter: Matter, actor: str, side: Side) -> Mapping[str, Any]:
    """The other certificates are replaced by this one: whoever checks them is told so."""
    body = {"status": "replaced", "replaced_by": side.serial, "reason": DECIDED}
    with desk.record.writing() as writing:
        for other in matter.sides:
            if other.row != side.row:
                writing.write(
                    ChangeDraft("certificate", other.row, "replace", actor, body, other.person)
                )
    return dict(side.values)


def _say_consent(desk: Desk, matter: Matter, actor: str, side: Side) -> Mapping[str, Any]:
    """Taken back: what was given anew is withdrawn too. Given: it stays, and that is noted."""
    [purpose] = side.values
    if side.values[purpose]:
        _correct(desk, matter, actor, {})
        return {purpose: True}
    body = {"withdrawn_at": desk.clock.now_ms(), "reason": DECIDED}
    with desk.record.writing() as writing:
        writing.write(
            ChangeDraft("consent", matter.entity_id, "withdraw", actor, body, _person(matter))
        )
    return {purpose: False}


def _issue_anew(
    desk: Desk, matter: Matter, attendee: Attendee, actor: str, deliver: Deliver | None
) -> Mapping[str, Any]:
    """A certificate with the name that is recorded; the one with the other name is replaced."""
    paper = matter.sides[0].serial
    held = [one for one in desk.record.certificates(attendee.id) if one.id == matter.entity_id]
    if not held or held[0].status != "valid":
        raise VisitorError("matter_unknown", field="settle", id=matter.id)
    issued = reissue_certificate(desk, attendee, actor, NAME_PUT_RIGHT, deliver)
    return {"name": issued.certificate.name, "serial": issued.certificate.serial, "paper": paper}


def _person(matter: Matter) -> str | None:
    """Whose payload the decision is."""
    if matter.entity == "device":
        return None
    person = matter.entity_id if matter.entity == "attendee" else matter.person
    if not person:
        raise VisitorError("matter_no_choice", field="settle", id=matter.id)
    return person


def _checked(desk: Desk, matter: Matter, text: str) -> dict[str, Any]:
    """The value as the registration form takes it."""
    attendee = matter.entity == "attendee"
    holder = desk.record.attendee(AttendeeId(matter.entity_id)) if attendee else None
    [name] = matter.fields if len(matter.fields) == 1 else [""]
    asked = KINDS if name == "kinds" else name
    questions = {one.name for one in desk.forms[FormId(REGISTRATION)].questions}
    if holder is None or asked not in questions:
        raise VisitorError("matter_value", field="value")
    answer: str | list[str] = text.split() if asked == KINDS else text
    answers = {**registration_answers(holder), asked: answer}
    finished = open_session(desk, REGISTRATION, holder.language, answers).finish()
    problems = [one for one in finished.problems if one.field == asked]
    if problems:
        raise Refused(problems)
    fields = person_fields({asked: finished.record.get(asked, [] if asked == KINDS else "")})
    return {key: plain(one) for key, one in fields.items()}


def _shifted_to(desk: Desk, clock: WrongClock, text: str) -> dict[str, int]:
    """So that the laptop's first entry was made at this wall time."""
    try:
        wall = datetime.fromisoformat(text.strip())
    except ValueError as error:
        raise VisitorError("matter_time", field="value") from error
    if wall.tzinfo is None:
        wall = wall.replace(tzinfo=ZoneInfo(desk.event.zone))
    return {"shift_ms": int(wall.timestamp() * 1000) - clock.first}
