"""What proves a certificate: the ports to what signs, what reads, and what is known of serials."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Protocol

from kiosk.domain.ids import CampaignId, DeviceId, Serial

ATTESTED = "SC1"  # how the text of every certificate's symbol begins


@dataclass(frozen=True, slots=True)
class Facts:
    """What stands on a certificate and is signed; ``name`` is "" where a line is left to write on.

    ``device_id``: who issued it, where that was another identity of this laptop than today's.
    """

    event: str
    serial: Serial
    day: date
    name: str
    device_id: DeviceId | None = None


@dataclass(frozen=True, slots=True)
class Attested:
    """What a symbol says once every signature was found good.

    ``practice``: the campaign's keys are public, and anybody could have signed it. ``lost_at``:
    when the laptop that signed (or one that it was a copy of) was written down as lost, UTC
    milliseconds; None for all others.
    """

    campaign: CampaignId
    practice: bool
    event: str
    serial: Serial
    day: date
    name: str
    device_id: DeviceId
    device_code: str
    lost_at: int | None


@dataclass(frozen=True, slots=True)
class Fate:
    """What became of a certificate: ``status`` is valid, replaced or revoked, since ``at`` (ms).

    Two laptops under one code may have given one serial to two people: ``device_id`` tells apart.
    """

    serial: Serial
    device_id: DeviceId
    status: str
    replaced_by: str
    reason: str
    at: int


class Fates(Protocol):
    """What a record knows of certificates."""

    def fates(self, serial: Serial | None = None) -> list[Fate]:
        """Of all that bear this serial; without one, of all that are no longer valid."""
        ...

    def serials_of(self, device_id: DeviceId) -> list[Serial]:
        """All serials that this device gave, but for those of people who were erased."""
        ...

    def issued_by(self, device_id: DeviceId) -> int:
        """How many certificates this device issued, those of people who were erased among them."""
        ...

    def device_certificate(self, device_id: DeviceId) -> bytes | None:
        """With what this device introduced itself, if it did."""
        ...

    def devices(self) -> list[DeviceId]:
        """All that wrote in this record."""
        ...


class Attest(Protocol):
    """Signs what a certificate says, for its QR, and reads it again."""

    def attest(self, facts: Facts) -> str:
        """Upper-case letters and digits only; the same text for the same facts.

        Raises EnvironmentFault ``store_unsigned`` where there is nobody to sign.
        """
        ...

    def read(self, text: str) -> Attested:
        """What is signed. Raises VisitorError: attest_none (no certificate's symbol at all),
        attest_altered, attest_other_campaign, attest_device_unknown.
        """
        ...


@dataclass(frozen=True, slots=True)
class Picture:
    """A photograph or a scan: one byte a pixel, 0 is black, row by row."""

    width: int
    height: int
    grey: bytes


@dataclass(frozen=True, slots=True)
class Seen:
    """What was found on one page: the symbols' texts, and what the page says in letters.

    ``printed`` is None where the page is a picture that says nothing in letters.
    """

    symbols: tuple[str, ...]
    printed: str | None


class Eyes(Protocol):
    """Finds symbols in files and pictures."""

    def pages(self, file: Path, most: int) -> Sequence[Seen]:
        """The first ``most`` pages of a PDF. Raises EnvironmentFault: file_missing,
        VisitorError: verify_file_broken, verify_file_large.
        """
        ...

    def picture(self, picture: Picture) -> Seen: ...
