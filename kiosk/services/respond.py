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
from kiosk.services.arrive_again import keep_if_new
from kiosk.services.desk import Desk
from kiosk.services.forms import finished_record


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

    ``does`` and ``state`` are kept only once at least five responses share them.
    """
    record = finished_record(desk, given.form_id, given.language, given.answers)
    response = AnonymousResponse(
        key=secrets.token_bytes(16),
        form_id=FormId(given.form_id),
        form_version=desk.forms[FormId(given.form_id)].version,
        answers=record,
        does=does,
        language=given.language,
        state=state,
    )
    with desk.record.writing() as writing:
        writing.keep_anonymous(response)
