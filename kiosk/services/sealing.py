"""The port to what seals slips, and files on sticks, for the devices of one event."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from kiosk.domain.ids import AttendeeId, Number
from kiosk.domain.language import Tag


@dataclass(frozen=True, slots=True)
class SlipFacts:
    """What a slip tells another kiosk of the same event, sealed."""

    attendee_id: AttendeeId
    number: Number
    name: str
    language: Tag
    does: str
    receipt_hash: str


class Seal(Protocol):
    """Seals slips, and files on sticks, for the event's devices."""

    def seal(self, facts: SlipFacts) -> str:
        """Upper-case letters and digits only, short enough for a QR that a cheap scanner reads."""
        ...

    def open(self, text: str) -> SlipFacts:
        """Raises VisitorError: slip_unreadable, slip_other_event or slip_forged."""
        ...

    def seal_file(self, purpose: str, content: bytes) -> bytes:
        """What only a device of the event opens again, for the same purpose."""
        ...

    def open_file(self, purpose: str, sealed: bytes) -> bytes:
        """Raises VisitorError: sheets_unreadable, sheets_other_event or sheets_forged."""
        ...
