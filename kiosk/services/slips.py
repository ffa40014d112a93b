"""The slip that a visitor carries away: number, QR, secret code."""

from __future__ import annotations

from kiosk.domain.language import Tag
from kiosk.services.desk import Desk
from kiosk.services.paper import Sheet, SlipContent
from kiosk.services.register import Registered


def slip_content(desk: Desk, registered: Registered, language: Tag | None = None) -> SlipContent:
    """What stands on the slip; the receipt code exists nowhere else."""
    attendee = registered.attendee
    return SlipContent(
        number=attendee.number,
        name=attendee.name,
        language=language or attendee.language,
        campaign=desk.campaign.name,
        event=desk.event.name,
        day=desk.event.day,
        receipt_code=registered.receipt_code,
        qr=registered.slip_qr,
        practice=desk.campaign.practice,
    )


def slip_sheet(desk: Desk, registered: Registered, size: str = "a6") -> Sheet:
    """The slip as a PDF, "a6" or "roll80"."""
    return desk.paper.slip(slip_content(desk, registered), size)
