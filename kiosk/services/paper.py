"""What the services need of paper: what stands on a page, and who makes pages of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import IO, Protocol

from kiosk.domain.language import Tag, Text
from kiosk.errors import EnvironmentFault
from kiosk.services.ports import DayFigures


@dataclass(frozen=True, slots=True)
class Sheet:
    """A finished PDF. ``blank`` names what could not be set and became a line to write on."""

    pdf: bytes
    pages: int
    blank: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class WrittenPages:
    """How many pages went to a file, and what became a line to write on."""

    pages: int
    blank: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CertificateContent:
    """Everything that a certificate's template may show; texts in the certificate's language.

    ``design`` is the mark of the design that it has (``Paper.design_mark``); "": today's.
    """

    serial: str
    name: str
    language: Tag
    campaign: Text
    event: Text
    place: Text
    venue: Text
    organiser: Text
    day: date
    sessions: tuple[Text, ...]
    qr: str
    practice: bool
    specimen: bool
    sample: bool  # the venue is a sample, and is marked so
    does: str = ""  # codes of the pack, for what a template shows to some only
    kinds: tuple[str, ...] = ()
    design: str = ""


@dataclass(frozen=True, slots=True)
class SlipContent:
    """What the visitor carries: number, name, secret code, and the sealed QR."""

    number: str
    name: str
    language: Tag
    campaign: Text
    event: Text
    day: date
    receipt_code: str
    qr: str
    practice: bool


@dataclass(frozen=True, slots=True)
class BadgeContent:
    """What a visitor wears: the name large, and the number to be scanned at a session's door."""

    number: str
    name: str
    language: Tag
    campaign: Text
    event: Text
    place: Text
    day: date
    does: str  # the pack's code, and its words
    does_label: Text
    organisation: str
    qr: str
    practice: bool


@dataclass(frozen=True, slots=True)
class DesignInfo:
    """A design of a page that may be chosen; ``wrong`` says why it cannot be used."""

    name: str
    title: Text
    path: Path
    purpose: str = ""  # certificate, slip, badge or label
    languages: tuple[Tag, ...] = ()  # in which it can be set
    wrong: EnvironmentFault | None = None


@dataclass(frozen=True, slots=True)
class SummaryContent:
    """The day on one page, for the coordinator, in one language."""

    language: Tag
    campaign: Text
    event: Text
    place: Text
    venue: Text
    day: date
    figures: DayFigures
    language_names: Mapping[str, str]
    does_labels: Mapping[str, str]
    theme_labels: Mapping[str, str]
    device_code: str
    entries: int
    head: str
    practice: bool
    sample: bool


class Paper(Protocol):
    """Makes pages. Whatever cannot be set correctly is told, never drawn wrongly."""

    def unsettable(self, text: str, language: Tag) -> tuple[str, ...]:
        """The grapheme clusters of ``text`` that no font here can set; empty when all is well."""
        ...

    def certificate(self, content: CertificateContent) -> Sheet: ...

    def certificates(self, contents: Sequence[CertificateContent]) -> Sheet:
        """One file with a page each."""
        ...

    def write_certificates(
        self,
        contents: Iterable[CertificateContent],
        stream: IO[bytes],
        progress: Callable[[int], None] | None = None,
    ) -> WrittenPages:
        """As ``certificates``, but each page goes to ``stream`` as soon as it is drawn, so that
        memory does not grow with them. ``progress`` hears how many there are; it may raise.
        """
        ...

    def slip(self, content: SlipContent, size: str = "a6") -> Sheet:
        """``size`` is "a6" or "roll80" (80 mm paper roll)."""
        ...

    def badge(self, content: BadgeContent) -> Sheet:
        """A6, to be worn."""
        ...

    def label(self, content: BadgeContent) -> Sheet:
        """For a roll 62 mm wide."""
        ...

    def summary(self, content: SummaryContent) -> Sheet: ...

    def designs(self) -> list[DesignInfo]:
        """The designs that a certificate may have."""
        ...

    def design(self) -> str:
        """The name of the one that they have."""
        ...

    def design_mark(self) -> str:
        """That design as it is now, for the record: its name, and what tells its files from
        others. It is kept, so that a certificate can be printed again as it was issued.
        """
        ...

    def has_design(self, mark: str) -> bool:
        """Whether a design is here as it was when it had this mark."""
        ...

    def use_design(self, name: str, languages: Sequence[str] = ()) -> None:
        """Sets certificates in this design from now on; read anew from the disk.

        Raises EnvironmentFault ``template_…`` for one that is wrong, or lacks a language.
        """
        ...

    def design_at(self, name_or_path: str) -> DesignInfo:
        """A design of the kiosk or the campaign by its name, or whatever lies at a path.

        Raises EnvironmentFault ``template_missing``.
        """
        ...

    def preview(self, contents: Sequence[CertificateContent], design: Path) -> Sheet:
        """Certificates in the design at a path, as it is on the disk now."""
        ...
