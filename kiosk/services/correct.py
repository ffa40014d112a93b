"""A wrong name or number is put right; the log keeps both."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kiosk.domain.attendee import Attendee
from kiosk.domain.change import ChangeDraft
from kiosk.services.arrive_again import keep_if_new, unless_withdrawn
from kiosk.services.desk import REGISTRATION, Desk
from kiosk.services.forms import open_session
from kiosk.services.refused import Refused
from kiosk.services.register import KINDS, PLAIN_FIELDS, person_fields


def correct_attendee(
    desk: Desk, attendee: Attendee, answers: Mapping[str, Any], actor: str
) -> list[str]:
    """Changes answers of the registration form; returns the names of those that did change.

    An empty answer clears an optional field. Raises Refused where a new answer is not accepted;
    then nothing was changed. Somebody known from a slip alone gets a row with the change.
    """
    unless_withdrawn(desk, desk.record.attendee(attendee.id) or attendee)
    given = {**registration_answers(attendee), **answers}
    finished = open_session(desk, REGISTRATION, attendee.language, given).finish()
    problems = [problem for problem in finished.problems if problem.field in answers]
    if problems:
        raise Refused(problems)
    changed = _changes(attendee, {name: finished.record.get(name, "") for name in answers})
    if changed:
        with desk.record.writing() as writing:
            keep_if_new(desk, writing, attendee)
            writing.write(
                ChangeDraft("attendee", attendee.id, "correct", actor, changed, attendee.id)
            )
    return [KINDS if name == "kinds" else name for name in changed]


def registration_answers(attendee: Attendee) -> dict[str, Any]:
    """What the registration form would hold for this attendee."""
    answers: dict[str, Any] = {
        name: value for name in PLAIN_FIELDS if (value := getattr(attendee, name))
    }
    if attendee.kinds:
        answers[KINDS] = list(attendee.kinds)
    return answers | dict(attendee.more)


def _changes(attendee: Attendee, record: Mapping[str, Any]) -> dict[str, Any]:
    fields = person_fields(
        {name: (value or []) if name == KINDS else value for name, value in record.items()}
    )
    more = fields.pop("more", {})
    changed = {
        name: list(value) if name == "kinds" else value
        for name, value in fields.items()
        if value != getattr(attendee, name)
    }
    different = {name: value for name, value in more.items() if attendee.more.get(name) != value}
    return changed | ({"more": different} if different else {})
