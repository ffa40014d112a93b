"""A wrong name or number is put right; the log keeps both."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kiosk.domain.attendee import Attendee
from kiosk.domain.change import ChangeDraft
from kiosk.domain.problem import Problem
from kiosk.services.arrive_again import keep_if_new, unless_withdrawn
from kiosk.services.desk import REGISTRATION, Desk
from kiosk.services.forms import open_session
from kiosk.services.refused import Refused
from kiosk.services.register import KINDS, PLAIN_FIELDS, person_fields

_NOTHING: tuple[object, ...] = ("", None, [])


def correct_attendee(
    desk: Desk, attendee: Attendee, answers: Mapping[str, Any], actor: str
) -> list[str]:
    """Changes answers of the registration form; returns the names of those that did change.

    An empty answer clears an optional field; what is no longer asked, now that another answer is
    different, goes as well. Raises Refused where a new answer is not accepted or not asked; then
    nothing was changed. Somebody known from a slip alone gets a row with the change.
    """
    unless_withdrawn(desk, desk.record.attendee(attendee.id) or attendee)
    held = registration_answers(attendee)
    session = open_session(desk, REGISTRATION, attendee.language, {**held, **answers})
    finished = session.finish()
    not_asked = {shown.name for shown in session.states().values() if not shown.relevant}
    problems = [problem for problem in finished.problems if problem.field in answers]
    problems += [
        Problem(name, "constraint", "not_asked")
        for name, value in answers.items()
        if name in not_asked and value not in _NOTHING
    ]
    if problems:
        raise Refused(problems)
    touched = [*answers, *(name for name in held if name in not_asked and name not in answers)]
    changed = _changes(attendee, {name: finished.record.get(name, "") for name in touched})
    if changed:
        with desk.record.writing() as writing:
            keep_if_new(desk, writing, attendee)
            writing.write(
                ChangeDraft("attendee", attendee.id, "correct", actor, changed, attendee.id)
            )
    own = [KINDS if name == "kinds" else name for name in changed if name != "more"]
    return own + list(changed.get("more", {}))


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
