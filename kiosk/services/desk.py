"""What a service has to hand: the record and everything around it, wired once in bootstrap."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from kiosk.domain.clock import Clock
    from kiosk.domain.event import Campaign, Event
    from kiosk.domain.ids import DeviceId, FormId
    from kiosk.domain.language import Language, Tag, Words
    from kiosk.forms.model import Form
    from kiosk.services.attesting import Attest, Eyes
    from kiosk.services.carrying import Carry
    from kiosk.services.exporting import Exporter
    from kiosk.services.paper import Paper
    from kiosk.services.ports import Record
    from kiosk.services.sealing import Seal

REGISTRATION = "registration"
FEEDBACK = "feedback"


@dataclass(frozen=True, slots=True)
class Device:
    """This laptop: its identity, and the code that people read (KA1).

    ``renewed_from`` is the code that it had until this opening found its data to be a copy;
    ``formers`` are all codes that it ever had before, the latest first.
    """

    id: DeviceId
    code: str
    renewed_from: str = ""
    formers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Desk:
    """One kiosk, unlocked, on its event-day."""

    campaign: Campaign
    event: Event
    device: Device
    record: Record
    forms: Mapping[FormId, Form]
    languages: Mapping[Tag, Language]  # those of the event, in its order
    words: Mapping[Tag, Words]
    clock: Clock
    paper: Paper
    seal: Seal
    attest: Attest
    eyes: Eyes
    exporter: Exporter
    carry: Carry
    folder: Path  # the data folder

    def close(self) -> None:
        """Ends the day's work on this record; what was written is on the disk already."""
        self.record.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
