"""A visitor says what works and what does not: under their name, or as nobody."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from kiosk.domain.attendee import AnonymousResponse, Attendee, Response
from kiosk.domain.change import ChangeDraft
from kiosk.domain.ids import FormId, ResponseId, new_id
from kiosk.domain.language import Tag
from kiosk.domain.problem import Problem
from kiosk.services.arrive_again import keep_if_new
from kiosk.services.desk import REGISTRATION, Desk
from kiosk.services.forms import finished_record
from kiosk.services.refused import Refused

# Who wishes to be contacted gives their name to it: asked in so many words, never assumed.
ENDS_ANONYMITY = (("contact_me", "yes"),)


@dataclass(frozen=True, slots=True)
class Answers:
    """Answers to one installed form, as given."""

    form_id: str
    language: Tag
    answers: Mapping[str, Any]


def respond(desk: Desk, attendee: Attendee, given: Answers) -> Response:
    """Keeps a response under the visitor's name. Refused with every problem otherwise."""
    record = finished_record(desk, given.form_id, given.language, given.answers)
    now = desk.clock.now_ms()
    response = Response(
        id=ResponseId(new_id(now)),
        form_id=FormId(given.form_id),
        form_version=desk.forms[FormId(given.form_id)].version,
        attendee_id=attendee.id,
        language=given.language,
        answers=record,
        submitted_at=now,
        device_id=desk.device.id,
    )
    body = asdict(response)
    response_id = body.pop("id")
    with desk.record.writing() as writing:
        keep_if_new(desk, writing, attendee)
        writing.write(ChangeDraft("response", response_id, "create", "visitor", body, attendee.id))
    return response


def respond_anonymously(desk: Desk, given: Answers, *, does: str = "", state: str = "") -> None:
    """Puts the answers into the anonymous box, where nothing says whose they are or when.

    ``does`` and ``state`` are kept only where at least five people share them. Raises Refused
    with every problem, also where the answers wish for contact, which ends anonymity.
    """
    if given.form_id == REGISTRATION:
        raise Refused([Problem("form", "malformed", "form_not_anonymous")])
    record = finished_record(desk, given.form_id, given.language, given.answers)
    if any(record.get(question) == wish for question, wish in ENDS_ANONYMITY):
        raise Refused([Problem("contact_me", "consent", "contact_ends_anonymity")])
    response = AnonymousResponse(
        key=secrets.token_bytes(16),
        form_id=FormId(given.form_id),
        form_version=desk.forms[FormId(given.form_id)].version,
        answers=_as_given(desk, given.form_id, record),
        does=does,
        language=given.language,
        state=state,
    )
    with desk.record.writing() as writing:
        writing.keep_anonymous(response)


def _as_given(desk: Desk, form_id: str, record: Mapping[str, Any]) -> dict[str, Any]:
    """Only what somebody answered: what a form computes may hold the time."""
    asked = desk.forms[FormId(form_id)].asked_kinds()
    return {name: value for name, value in record.items() if name in asked}
