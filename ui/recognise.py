"""Who came back, and what is due to them: asked on the worker's thread. No Qt."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from kiosk.domain.attendee import Attendee
from kiosk.domain.language import Tag
from kiosk.services.arrive_again import meet, recognise, recognise_typed
from kiosk.services.correct import correct_attendee
from kiosk.services.desk import REGISTRATION, Desk
from kiosk.services.forms import open_session
from ui.walk import Walk


@dataclass(frozen=True, slots=True)
class Known:
    """A visitor whom this kiosk has recognised."""

    attendee: Attendee
    certificate_due: bool


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


def _known(desk: Desk, attendee: Attendee) -> Known:
    """Somebody whom only another kiosk knows may have been checked in there: they get it."""
    asks = desk.event.asks_check_in and attendee.met == "registered"
    return Known(attendee, not asks or bool(desk.record.check_ins(attendee.id)))
