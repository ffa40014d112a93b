"""The Paper of services/ports.py on ReportLab: certificates, slips and summaries as PDF."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import IO

from kiosk.certificates import badge, certificate, slip
from kiosk.certificates.layout import PageContent
from kiosk.certificates.page import Pages
from kiosk.certificates.shelf import Shelf
from kiosk.certificates.summary import SummaryPage
from kiosk.domain.language import Tag, Words, in_language
from kiosk.errors import VisitorError
from kiosk.services.paper import (
    BadgeContent,
    CertificateContent,
    DesignInfo,
    Sheet,
    SlipContent,
    SummaryContent,
    WrittenPages,
)
from kiosk.typesetting.document import Document
from kiosk.typesetting.typesetter import Typesetter

SLIP_SIZES = ("a6", "roll80")
DEFAULT_DESIGN = "classic"


class ReportLabPaper:
    """Makes pages with the designs of a folder, and of a campaign's ``own`` one where it has any;
    those that were used stay in ``kept``.

    Raises EnvironmentFault ``template_…`` for a wrong one, when it is first used.
    """

    def __init__(
        self,
        words: Mapping[Tag, Words],
        typesetter: Typesetter,
        templates: Path,
        own: Path | None = None,
        design: str = DEFAULT_DESIGN,
        kept: Path | None = None,
    ) -> None:
        self._words = words
        self._typesetter = typesetter
        self._shelf = Shelf(templates, own, typesetter, words, kept)
        self._design = design

    def _words_of(self, language: Tag) -> Words:
        words = self._words.get(language)
        if words is None:
            raise VisitorError("language_unknown", field="language")
        return words

    def unsettable(self, text: str, language: Tag) -> tuple[str, ...]:
        """The grapheme clusters of ``text`` that no font here can set; empty when all is well."""
        return self._typesetter.unsettable(text, language)

    def certificate(self, content: CertificateContent) -> Sheet:
        return self.certificates([content])

    def preview(self, contents: Sequence[CertificateContent], design: Path) -> Sheet:
        """Certificates in the design at a path, as it is on the disk now."""
        return self._certificates(contents, Pages(self._shelf.open(design, "certificate")))

    def design_at(self, name_or_path: str) -> DesignInfo:
        """A design by its name, or whatever lies at a path."""
        return self._shelf.info(self._shelf.path_of(name_or_path))

    def designs(self) -> list[DesignInfo]:
        return self._shelf.infos("certificate")

    def design(self) -> str:
        return self._design

    def use_design(self, name: str, languages: Sequence[str] = ()) -> None:
        """Sets certificates in this design from now on. Raises EnvironmentFault ``template_…``."""
        self._shelf.open(self._shelf.path(name), "certificate", languages)
        self._shelf.forget()
        self._design = name

    def design_mark(self) -> str:
        """What the design is called as it is now; it is kept, so that ``has_design`` later on."""
        return self._shelf.mark(self._design, "certificate")

    def has_design(self, mark: str) -> bool:
        return self._shelf.pages_as(mark, "certificate") is not None

    def certificates(self, contents: Sequence[CertificateContent]) -> Sheet:
        """One file with a page each; title, language and design are those of the first page."""
        return self._certificates(contents, None)

    def write_certificates(
        self,
        contents: Iterable[CertificateContent],
        stream: IO[bytes],
        progress: Callable[[int], None] | None = None,
    ) -> WrittenPages:
        """As ``certificates``, page by page into ``stream``; ``progress`` may raise to end it."""
        return self._write(contents, None, stream, progress)

    def _pages_for(self, content: CertificateContent) -> Pages:
        """The design that this certificate has; where it is not here any more, today's."""
        used = self._shelf.pages_as(content.design, "certificate") if content.design else None
        return used or self._shelf.pages(self._design, "certificate")

    def _certificates(self, contents: Sequence[CertificateContent], design: Pages | None) -> Sheet:
        stream = io.BytesIO()
        written = self._write(contents, design, stream)
        return Sheet(stream.getvalue(), written.pages, written.blank)

    def _write(
        self,
        contents: Iterable[CertificateContent],
        design: Pages | None,
        stream: IO[bytes],
        progress: Callable[[int], None] | None = None,
    ) -> WrittenPages:
        """The file is known by its first certificate, and by its last where there are more."""
        document: Document | None = None
        first = last = ""
        blank: list[str] = []
        for content in contents:
            page = certificate.certificate_page(content, self._words_of(content.language))
            design = design or self._pages_for(content)
            if document is None:
                first, author = content.serial, in_language(content.organiser, content.language)
                document = design.start(page, author=author, subject=first, stream=stream)
            if design.draw(document, page):
                blank.append(content.name or content.serial)
            last = content.serial
            if progress is not None:
                progress(document.pages)
        if document is None:
            raise ValueError("a file of certificates needs at least one")
        document.subject = first if first == last else f"{first} – {last}"
        document.finish()
        return WrittenPages(document.pages, tuple(blank))

    def slip(self, content: SlipContent, size: str = "a6") -> Sheet:
        """``size`` is "a6" or "roll80" (80 mm paper roll)."""
        if size not in SLIP_SIZES:
            raise VisitorError("size_unknown", size=size)
        page: PageContent = slip.slip_page(content, self._words_of(content.language))
        return self._one(f"slip-{size}", "slip", page, content.name or content.number)

    def badge(self, content: BadgeContent) -> Sheet:
        """A6, to be worn."""
        return self._worn("badge-a6", "badge", content)

    def label(self, content: BadgeContent) -> Sheet:
        """For a roll 62 mm wide."""
        return self._worn("label-62", "label", content)

    def _worn(self, name: str, purpose: str, content: BadgeContent) -> Sheet:
        page = badge.badge_page(content, self._words_of(content.language))
        return self._one(name, purpose, page, content.name or content.number)

    def _one(self, name: str, purpose: str, page: PageContent, listed: str) -> Sheet:
        design = self._shelf.pages(name, purpose)
        document = design.start(page, author="", subject=page.fields["number"])
        blank = design.draw(document, page)
        return Sheet(document.finish(), 1, (listed,) if blank else ())

    def summary(self, content: SummaryContent) -> Sheet:
        page = SummaryPage(self._typesetter, self._words_of(content.language), content)
        return Sheet(page.draw(), 1)
