"""What stands on a certificate: of a visitor as they are now, or as it was when it was issued."""

from __future__ import annotations

from dataclasses import replace

from kiosk.domain.attendee import Attendee, Certificate
from kiosk.domain.event import place_of
from kiosk.domain.ids import DeviceId, Serial
from kiosk.domain.language import Tag, Text
from kiosk.services.attesting import Facts
from kiosk.services.desk import Desk
from kiosk.services.paper import CertificateContent, Sheet


def serial_of(desk: Desk, count: int) -> Serial:
    """The serial for this device's certificate number ``count``."""
    return Serial(f"{desk.device.code}-C-{count:04d}")


def certificate_content(
    desk: Desk, attendee: Attendee, language: Tag, serial: str, *, specimen: bool = False
) -> CertificateContent:
    """Everything that this visitor's certificate may show."""
    attended = {fact.session_id for fact in desk.record.check_ins(attendee.id)}
    return replace(
        event_content(desk, serial, attendee.name, language),
        sessions=tuple(one.title for one in desk.event.sessions if one.id in attended),
        specimen=specimen,
        does=attendee.does,
        kinds=attendee.kinds,
        design=desk.paper.design_mark(),
    )


def event_content(desk: Desk, serial: str, name: str, language: Tag) -> CertificateContent:
    """What the certificates of this event show of it, whoever gets them."""
    event = desk.event
    return CertificateContent(
        serial=serial,
        name=name,
        language=language,
        campaign=desk.campaign.name,
        event=event.name,
        place=place_of(desk.campaign, event).label,
        venue=event.venue,
        organiser=desk.campaign.organiser,
        day=event.day,
        sessions=(),
        qr="",  # what is signed is known once it is seen whether the name can be set
        practice=desk.campaign.practice,
        specimen=False,
        sample=event.sample,
    )


def attested(
    desk: Desk, content: CertificateContent, issuer: DeviceId, *, blank: bool = False
) -> CertificateContent:
    """The content with its symbol: what this page says, signed by the laptop that issued it."""
    name = "" if blank else content.name
    facts = Facts(desk.event.id, Serial(content.serial), content.day, name, issuer)
    return replace(content, qr=desk.attest.attest(facts))


def as_issued(desk: Desk, content: CertificateContent, held: Certificate) -> CertificateContent:
    """What stands on a certificate that was issued, whatever was corrected or attended since."""
    page = desk.record.page_of(held.id)
    titles = {title_en(one.title): one.title for one in desk.event.sessions}
    return replace(
        content,
        name=held.name,
        language=held.language,
        sessions=tuple(titles.get(title, {"en": title}) for title in held.sessions),
        does=str(page.get("does", content.does)),
        kinds=tuple(map(str, page.get("kinds", content.kinds))),
        design=str(page.get("design", "")),
    )


def drawn(
    desk: Desk, content: CertificateContent, issuer: DeviceId
) -> tuple[CertificateContent, Sheet]:
    """The page, and what it says. Nothing is signed that does not stand on it."""
    blank = bool(desk.paper.unsettable(content.name, content.language))
    content = attested(desk, content, issuer, blank=blank)
    sheet = desk.paper.certificate(content)
    if sheet.blank and not blank:  # the letters can be set, and find no room
        content = attested(desk, content, issuer, blank=True)
        sheet = desk.paper.certificate(content)
    return content, sheet


def title_en(title: Text) -> str:
    """A session's title for the record."""
    return title.get("en", "")
