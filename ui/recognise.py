"""Who came back, and what is due to them: asked on the worker's thread. No Qt."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from kiosk.domain.attendee import Attendee, Consent
from kiosk.domain.language import Tag
from kiosk.services.arrive_again import meet, recognise, recognise_typed
from kiosk.services.correct import correct_attendee, registration_answers
from kiosk.services.desk import REGISTRATION, Desk
from kiosk.services.forms import open_session
from ui.walk import Row, Walk


@dataclass(frozen=True, slots=True)
class Known:
    """A visitor whom this kiosk has recognised."""

    attendee: Attendee
    certificate_due: bool


@dataclass(frozen=True, slots=True)
class Own:
    """What this kiosk can show a visitor of their own. ``here``: they registered at it.

    Of somebody from another kiosk it knows what the slip says, and nothing of what is not there.
    """

    attendee: Attendee
    rows: tuple[Row, ...]
    consents: tuple[Consent, ...]
    here: bool


def by_slip(desk: Desk, text: str) -> Known:
    """Who holds the slip that was scanned."""
    return _known(desk, recognise(desk, text))


def by_typing(desk: Desk, number: str, code: str) -> Known | None:
    """Who typed number and code; None if only another kiosk can know."""
    attendee = recognise_typed(desk, number, code)
    return None if attendee is None else _known(desk, attendee)


def by_name(desk: Desk, typed: tuple[str, str], name: str, language: Tag, does: str) -> Known:
    """Somebody whom this kiosk never met, by what they say of themselves."""
    number, code = typed
    return _known(desk, meet(desk, number, code, name, language, does))


def open_registration(desk: Desk, language: Tag, answers: Mapping[str, Any]) -> Walk:
    """The registration form with the answers of a draft."""
    return Walk(open_session(desk, REGISTRATION, language, answers))


def rename(desk: Desk, attendee: Attendee, name: str) -> Attendee:
    """The visitor with the name put right: in the record, if they stand there already."""
    if desk.record.attendee(attendee.id) is None:
        return replace(attendee, name=name)
    correct_attendee(desk, attendee, {"name": name}, "visitor")
    return desk.record.attendee(attendee.id) or attendee


def own_details(desk: Desk, attendee: Attendee, language: Tag) -> Own:
    """What is recorded of this visitor, in words of that language."""
    held = desk.record.attendee(attendee.id) or attendee
    here = held.met == "registered"
    rows = Walk(open_session(desk, REGISTRATION, language, registration_answers(held))).rows()
    return Own(
        held,
        tuple(row for row in rows if here or row.value),
        tuple(desk.record.consents(held.id)),
        here,
    )


def open_answer(desk: Desk, attendee: Attendee, name: str, language: Tag) -> Walk:
    """One question of the registration with what is recorded, to be put right."""
    held = desk.record.attendee(attendee.id) or attendee
    return Walk(open_session(desk, REGISTRATION, language, registration_answers(held)), [name])


def mend(desk: Desk, attendee: Attendee, name: str, value: object) -> Attendee:
    """The visitor with one answer put right, on the disk."""
    correct_attendee(desk, attendee, {name: value}, "visitor")
    return desk.record.attendee(attendee.id) or attendee


def _known(desk: Desk, attendee: Attendee) -> Known:
    """Somebody whom only another kiosk knows may have been checked in there: they get it."""
    asks = desk.event.asks_check_in and attendee.met == "registered"
    return Known(attendee, not asks or bool(desk.record.check_ins(attendee.id)))
