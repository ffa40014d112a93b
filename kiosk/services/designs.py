"""The designs that certificates may have: listed, tried out, and chosen by the coordinator."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from kiosk.domain.attendee import Attendee
from kiosk.domain.event import place_of
from kiosk.domain.language import Tag
from kiosk.services.certificate_content import event_content, serial_of
from kiosk.services.desk import Desk
from kiosk.services.paper import BadgeContent, CertificateContent, DesignInfo, Sheet
from kiosk.settings import write_design


@dataclass(frozen=True, slots=True)
class Shelf:
    """What may be chosen, and what is."""

    designs: tuple[DesignInfo, ...]
    chosen: str


def designs(desk: Desk) -> Shelf:
    """All designs for certificates, those that are wrong among them."""
    return Shelf(tuple(desk.paper.designs()), desk.paper.design())


def choose_design(desk: Desk, name: str) -> Shelf:
    """Certificates look like this from the next one on, after a restart too.

    Raises EnvironmentFault ``template_…`` where the design cannot be used for this event, with
    all its languages; then nothing is changed.
    """
    desk.paper.use_design(name, desk.event.languages)
    write_design(desk.folder, name)
    return designs(desk)


def try_design(desk: Desk, design: Path, name: str, language: Tag) -> Sheet:
    """A specimen for this event as the design at a path is on the disk now."""
    return desk.paper.preview([_specimen(desk, name, language)], design)


def _specimen(desk: Desk, name: str, language: Tag) -> CertificateContent:
    return replace(
        event_content(desk, serial_of(desk, 0), name, language),
        sessions=tuple(one.title for one in desk.event.sessions[:2]),
        qr=f"SPECIMEN {desk.campaign.id}".upper(),
        specimen=True,
    )


def badge_content(desk: Desk, attendee: Attendee, language: Tag | None = None) -> BadgeContent:
    """What this visitor's badge shows. Its symbol is the number alone: a badge is seen by all, and
    the slip, which stays in the pocket, opens more than a door.
    """
    labels = {category.code: category.label for category in desk.campaign.does}
    return BadgeContent(
        number=attendee.number,
        name=attendee.name,
        language=language or attendee.language,
        campaign=desk.campaign.name,
        event=desk.event.name,
        place=place_of(desk.campaign, desk.event).label,
        day=desk.event.day,
        does=attendee.does,
        does_label=labels.get(attendee.does, {}),
        organisation=attendee.organisation,
        qr=attendee.number,
        practice=desk.campaign.practice,
    )


def badge_sheet(desk: Desk, attendee: Attendee, kind: str) -> Sheet:
    """``kind`` is "badge" (A6) or "label" (a roll of 62 mm)."""
    content = badge_content(desk, attendee)
    return desk.paper.label(content) if kind == "label" else desk.paper.badge(content)
