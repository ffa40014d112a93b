"""Paper for a kiosk: what sets type and makes pages, wired when the first sheet is asked for."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import IO, TYPE_CHECKING

from kiosk.campaign.pack import find_event, pack_folder
from kiosk.domain.event import Campaign, place_of
from kiosk.domain.ids import Serial
from kiosk.domain.language import Tag
from kiosk.services.paper import (
    BadgeContent,
    CertificateContent,
    DesignInfo,
    Paper,
    Sheet,
    SlipContent,
    SummaryContent,
    WrittenPages,
)
from kiosk.services.words import load_all_words
from kiosk.settings import RESOURCES, read_design
from kiosk.validate import clean

if TYPE_CHECKING:
    from kiosk.services.attesting import Picture, Seen
    from kiosk.typesetting.typesetter import Typesetter

DESIGNS = "designs"  # as they were when certificates were issued in them, in the data folder
FONTS = "fonts"  # a coordinator's own, in the data folder, go before those of the system


def make_typesetter(files: Sequence[Path] = (), folders: Sequence[Path] = ()) -> Typesetter:
    """Sets text with the given fonts first, then with those of the system."""
    from kiosk.typesetting.fonts import Fonts
    from kiosk.typesetting.typesetter import Typesetter

    return Typesetter(Fonts(folders, files=files))


def make_paper(
    font_folders: Sequence[Path] = (),
    own: Path | None = None,
    design: str = "",
    kept: Path | None = None,
) -> Paper:
    """What makes pages, with the shipped designs and those in ``own``; ``design`` is the name of
    the one that certificates have, ``kept`` the folder where used ones stay as they were.
    """
    from kiosk.certificates.paper import DEFAULT_DESIGN, ReportLabPaper

    typesetter = make_typesetter(folders=font_folders)
    return ReportLabPaper(
        load_all_words(), typesetter, RESOURCES / "templates", own, design or DEFAULT_DESIGN, kept
    )


def templates_of(campaign_name: str | Path) -> Path:
    """Where a campaign's own designs lie, if it has any."""
    return pack_folder(campaign_name, RESOURCES) / "templates"


def specimen_content(
    campaign: Campaign, event_id: str | None, name: str, language: Tag, serial: Serial
) -> CertificateContent:
    """A certificate marked as a specimen, for one of the campaign's events (else the first)."""
    event = campaign.events[0] if event_id is None else find_event(campaign, event_id)
    return CertificateContent(
        serial=serial,
        name=clean(("name",), name),
        language=language,
        campaign=campaign.name,
        event=event.name,
        place=place_of(campaign, event).label,
        venue=event.venue,
        organiser=campaign.organiser,
        day=event.day,
        sessions=tuple(session.title for session in event.sessions[:1]),
        qr=f"SPECIMEN {campaign.id} {serial}".upper(),  # signed by nobody
        practice=campaign.practice,
        specimen=True,
        sample=event.sample,
    )


def paper_of(data: Path, own: Path | None = None, design: str = "") -> Paper:
    """What makes pages, with a coordinator's own fonts in this folder first; made when needed.

    The design chosen on this laptop comes before ``design``, the event's.
    """
    fonts = [one for one in (data / FONTS,) if one.is_dir()]
    return _Paper(lambda: make_paper(fonts, own, read_design(data) or design, data / DESIGNS))


class _Paper:
    """The port ``Paper``, made with the first sheet: nobody waits for fonts when the day opens."""

    def __init__(self, make: Callable[[], Paper]) -> None:
        self._made = cache(make)

    def unsettable(self, text: str, language: Tag) -> tuple[str, ...]:
        return self._made().unsettable(text, language)

    def certificate(self, content: CertificateContent) -> Sheet:
        return self._made().certificate(content)

    def certificates(self, contents: Sequence[CertificateContent]) -> Sheet:
        return self._made().certificates(contents)

    def write_certificates(
        self,
        contents: Iterable[CertificateContent],
        stream: IO[bytes],
        progress: Callable[[int], None] | None = None,
    ) -> WrittenPages:
        return self._made().write_certificates(contents, stream, progress)

    def slip(self, content: SlipContent, size: str = "a6") -> Sheet:
        return self._made().slip(content, size)

    def badge(self, content: BadgeContent) -> Sheet:
        return self._made().badge(content)

    def label(self, content: BadgeContent) -> Sheet:
        return self._made().label(content)

    def summary(self, content: SummaryContent) -> Sheet:
        return self._made().summary(content)

    def designs(self) -> list[DesignInfo]:
        return self._made().designs()

    def design(self) -> str:
        return self._made().design()

    def design_mark(self) -> str:
        return self._made().design_mark()

    def has_design(self, mark: str) -> bool:
        return self._made().has_design(mark)

    def use_design(self, name: str, languages: Sequence[str] = ()) -> None:
        self._made().use_design(name, languages)

    def design_at(self, name_or_path: str) -> DesignInfo:
        return self._made().design_at(name_or_path)

    def preview(self, contents: Sequence[CertificateContent], design: Path) -> Sheet:
        return self._made().preview(contents, design)


class SheetEyes:
    """The port ``Eyes``; what reads symbols is loaded with the first page."""

    def pages(self, file: Path, most: int) -> Sequence[Seen]:
        from kiosk.certificates.eyes import read_pages

        return read_pages(file, most)

    def picture(self, picture: Picture) -> Seen:
        from kiosk.certificates.eyes import read_picture

        return read_picture(picture)
