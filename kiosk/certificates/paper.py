"""The Paper of services/ports.py on ReportLab: certificates, slips and summaries as PDF."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from kiosk.certificates import certificate, slip
from kiosk.certificates.layout import PageContent
from kiosk.certificates.page import Pages
from kiosk.certificates.reading import read_template
from kiosk.certificates.summary import SummaryPage
from kiosk.domain.language import Tag, Words, in_language
from kiosk.errors import VisitorError
from kiosk.services.ports import CertificateContent, Sheet, SlipContent, SummaryContent
from kiosk.typesetting.typesetter import Typesetter

SLIP_SIZES = ("a6", "roll80")


class ReportLabPaper:
    """Makes pages with the templates of a folder. Raises EnvironmentFault for a wrong template."""

    def __init__(self, words: Mapping[Tag, Words], typesetter: Typesetter, templates: Path) -> None:
        self._words = words
        self._typesetter = typesetter
        self._certificates = self._pages(templates / "certificate.toml", certificate.FIELDS)
        self._slips = {
            size: self._pages(templates / f"slip-{size}.toml", slip.FIELDS) for size in SLIP_SIZES
        }

    def _pages(self, path: Path, fields: frozenset[str]) -> Pages:
        return Pages(read_template(path), self._typesetter, self._words.values(), fields)

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

    def certificates(self, contents: Sequence[CertificateContent]) -> Sheet:
        """One file with a page each; the file's title and language are the first page's."""
        if not contents:
            raise ValueError("a file of certificates needs at least one")
        pages = [
            certificate.certificate_page(content, self._words_of(content.language))
            for content in contents
        ]
        first = contents[0]
        author = in_language(first.organiser, first.language)
        document = self._certificates.start(pages[0], author=author, subject=first.serial)
        blank = tuple(
            content.name or content.serial
            for content, page in zip(contents, pages, strict=True)
            if self._certificates.draw(document, page)
        )
        return Sheet(document.finish(), len(contents), blank)

    def slip(self, content: SlipContent, size: str = "a6") -> Sheet:
        """``size`` is "a6" or "roll80" (80 mm paper roll)."""
        if size not in self._slips:
            raise VisitorError("size_unknown", size=size)
        page: PageContent = slip.slip_page(content, self._words_of(content.language))
        document = self._slips[size].start(page, author="", subject=content.number)
        blank = self._slips[size].draw(document, page)
        return Sheet(document.finish(), 1, (content.name or content.number,) if blank else ())

    def summary(self, content: SummaryContent) -> Sheet:
        page = SummaryPage(self._typesetter, self._words_of(content.language), content)
        return Sheet(page.draw(), 1)
