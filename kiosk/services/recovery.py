"""What stands on a recovery sheet, and the port that makes it: printed once, on purpose."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Protocol

from kiosk.domain.language import Tag, Text
from kiosk.services.paper import Sheet


@dataclass(frozen=True, slots=True)
class Keeper:
    """Who can open what a campaign's kiosks sealed. ``who``: coordinator, deputy."""

    who: str
    recipient: str
    identity: str


@dataclass(frozen=True, slots=True)
class RecoveryContent:
    """A page for each keeper, with the identity of that one alone, so that they part."""

    language: Tag
    campaign: Text
    campaign_id: str
    root: str  # its public key, hex
    made_on: date
    keepers: tuple[Keeper, ...]


class RecoveryPaper(Protocol):
    """Makes recovery sheets."""

    def recovery(self, content: RecoveryContent) -> Sheet: ...
