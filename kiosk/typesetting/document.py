"""A PDF file in the making: pages, lines of text, and a canvas for what is no text."""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from typing import IO, Any

from reportlab.pdfbase.pdfdoc import PDFArray, PDFDictionary, PDFName, PDFStream

from kiosk.typesetting.canvas import PageCanvas
from kiosk.typesetting.embed import EmbeddedFont
from kiosk.typesetting.fonts import Face
from kiosk.typesetting.glyphs import Drawn, drawn
from kiosk.typesetting.line import Line
from kiosk.typesetting.outlines import diamond, mask, painted, rgb, rounded, rule
from kiosk.typesetting.pdf_file import PdfFile, real, text_string
from kiosk.typesetting.tags import CLOSE, OPEN_ARTIFACT, PARAGRAPH, PageTags, Structure
from kiosk.typesetting.xmp import SOFTWARE, Facts, packet

INK = "#1C2333"


class Document:
    """One PDF file. Text comes as ``Line``; a line with anything missing is never drawn.

    Pages go to ``stream`` as soon as they are done; without one, ``finish`` gives the file.
    """

    def __init__(  # what a file is known by
        self,
        *,
        title: str,
        language: str,
        width_pt: float,
        height_pt: float,
        author: str = "",
        subject: str = "",
        stream: IO[bytes] | None = None,
    ) -> None:
        self._buffer = io.BytesIO()
        self._file = PdfFile(stream or self._buffer)
        self._structure = Structure(self._file, language)
        self._language = language
        self.title, self.author, self.subject = title, author, subject
        self.width, self.height = width_pt, height_pt
        self.canvas: Any = PageCanvas(self._file, (width_pt, height_pt), self._write_page)
        self._fonts: dict[Face, EmbeddedFont] = {}
        self._tags = PageTags()
        self._tagged_to = 0  # so much of the page's code stands within elements or is an artifact
        self._in_figure = False
        self.pages = 0

    def draw(
        self, line: Line, x: float, y: float, colour: str = INK,
        *, role: str = PARAGRAPH, whole: str = "", continues: bool = False,
    ) -> None:  # fmt: skip
        """Draws a line whose left end stands at ``x`` on the baseline ``y``, in points.

        ``role`` is heading, paragraph or artifact (what nobody should hear read out); a line that
        ``continues`` belongs to the heading or paragraph of the line drawn before it. The first
        line of several brings the ``whole`` text, since lines do not say what stands between them.
        """
        if line.missing:
            raise ValueError(f"a line that cannot be set reached the page: {line.missing}")
        if not line.runs:
            return
        shown = drawn(line.shaped)
        for face, meanings in shown.fonts:
            self._font(face).use(meanings)
        text = _text(shown, line.language, line.size_pt, x, y, colour)
        if self._in_figure:
            self.operators(text)
            return
        code = self._closed_artifact()
        tag = self._tags.open_text(role, line.language, whole=whole, continues=continues)
        code += (tag, text, CLOSE)
        self._tagged_to = len(code)

    @contextmanager
    def figure(
        self, alt: str, x: float, y: float, width: float, height: float, *, language: str = ""
    ) -> Iterator[None]:
        """What is drawn within is one picture, which ``alt`` puts into words; x, y is its lower
        left corner. Without words it is an ornament.
        """
        if not alt:
            yield
            return
        code = self._closed_artifact()
        box = (x, y, x + width, y + height)
        code.append(self._tags.open_figure(language or self._language, alt, box))
        self._in_figure = True
        yield
        self._in_figure = False
        code.append(CLOSE)
        self._tagged_to = len(code)

    def next_page(self) -> None:
        self.canvas.showPage()

    def finish(self) -> bytes:
        """Ends the file: the whole of it, or nothing where pages went to a stream."""
        if self.canvas._code:  # noqa: SLF001 - ReportLab's own test for a page left open
            self.next_page()
        named = self._file.idToObject["BasicFonts"].dict
        for font in self._fonts.values():
            number = self._file.take_number()
            named[font.name] = f"{number} 0 R"
            font.write(self._file, number)
        facts = Facts(self.title, self._language, self.author, self.subject)
        metadata = self._file.put_clear(packet(facts), "/Type/Metadata/Subtype/XML")
        texts = {"Title": self.title, "Author": self.author, "Subject": self.subject}
        info = "".join(f"/{name}{text_string(text)}" for name, text in texts.items())
        self._file.finish(
            f"/Lang ({self._language})/MarkInfo<</Marked true>>/Metadata {metadata}"
            f"/StructTreeRoot {self._structure.finish()}"
            "/ViewerPreferences<</DisplayDocTitle true>>",
            f"{info}/Creator({SOFTWARE})/Producer({SOFTWARE})",
        )
        return self._buffer.getvalue()

    def operators(self, *operators: str) -> None:
        """Writes PDF operators as they are; whoever calls leaves the graphics state as it was."""
        self.canvas._code.extend(operators)  # noqa: SLF001 - ReportLab knows no glyph ids

    def rule(self, x0: float, y0: float, x1: float, y1: float, stroke: float, colour: str) -> None:
        self.operators(rule(x0, y0, x1, y1, stroke, colour))

    def box(  # noqa: PLR0913 - a rectangle has four sides and three looks
        self, x: float, y: float, width: float, height: float,
        *, radius: float = 0.0, fill: str = "", border: str = "", stroke: float = 0.8,
    ) -> None:  # fmt: skip
        """A rectangle, filled and outlined as asked; x, y is its lower left corner."""
        path = rounded(x, y, width, height, radius)
        self.operators(painted(path, fill, border, stroke))

    def diamond(self, x: float, y: float, size: float, colour: str) -> None:
        self.operators(diamond(x, y, size, colour))

    def modules(self, rows: Sequence[bytes], x: float, y: float, side: float) -> None:
        """A square of dark and light modules (1 and 0 in ``rows``, from the top); x, y is its
        lower left corner.
        """
        self.operators(*mask(rows, x, y, side))

    def define(self, name: str, compressed: bytes) -> None:
        """Keeps a drawing once for all pages of the file: PDF operators under zlib."""
        entries = {
            "Type": PDFName("XObject"), "Subtype": PDFName("Form"),
            "Filter": PDFName("FlateDecode"),
            "BBox": PDFArray([0, 0, self.width, self.height]), "Resources": PDFDictionary({}),
        }  # fmt: skip
        form = PDFStream(PDFDictionary(entries), compressed)
        self._file.addForm(name, form)

    def keep(self, name: str, stream: PDFStream) -> None:
        """Keeps a form or picture that was made elsewhere once for all pages of the file."""
        self._file.addForm(name, stream)

    def repeat(self, name: str) -> None:
        self.canvas.doForm(name)

    def _closed_artifact(self) -> list[str]:
        """The page's code; what was drawn since the last element is marked as an artifact."""
        code: list[str] = self.canvas._code  # noqa: SLF001 - as above
        since = code[self._tagged_to :]
        if not all(map(_draws_nothing, since)):
            code[self._tagged_to :] = [OPEN_ARTIFACT, *since, CLOSE]
        return code

    def _write_page(self) -> None:
        """Writes the page that the canvas holds, its content, and its elements."""
        file, code = self._file, self._closed_artifact()
        content, page = file.put_stream("\n".join(code).encode("latin-1")), file.take_number()
        resources = self.canvas.resources()
        elements = self._structure.add_page(page, self._tags)
        width, height = self.canvas._pagesize  # noqa: SLF001 - a caller may have set another
        file.put_page(
            page,
            f"/MediaBox[0 0 {real(width)} {real(height)}]/Resources {resources} 0 R"
            f"/Contents {content} 0 R{elements}/Tabs/S",
        )
        self._tags, self._tagged_to = PageTags(), 0
        self.pages += 1

    def _font(self, face: Face) -> EmbeddedFont:
        if face not in self._fonts:
            self._fonts[face] = EmbeddedFont(face)
        return self._fonts[face]


_MATRIX = 7  # six numbers and their operator
_KEPT = 512  # texts of a batch that stand on every page


def _draws_nothing(operators: str) -> bool:
    """What only changes the graphics state needs no tag."""
    parts = operators.split(maxsplit=_MATRIX)
    return parts in (["q"], ["Q"]) or (len(parts) == _MATRIX and parts[-1] == "cm")


@lru_cache(maxsize=_KEPT)
def _text(shown: Drawn, language: str, size_pt: float, x: float, y: float, colour: str) -> str:
    size = real(size_pt)
    return (
        f"/Span <</Lang ({language}) /ActualText {shown.actual_text}>> BDC\n"
        f"{rgb(colour)} rg BT {size} 0 0 {size} {real(x)} {real(y)} Tm\n"
        f"{shown.operators}\nET EMC"
    )
