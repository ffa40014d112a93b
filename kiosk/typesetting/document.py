"""A PDF file in the making: pages, lines of text, and a canvas for what is no text."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from typing import IO, Any

from reportlab.pdfbase.pdfdoc import (
    PDFArray,
    PDFDictionary,
    PDFName,
    PDFResourceDictionary,
    PDFStream,
)
from reportlab.pdfgen.canvas import Canvas

from kiosk.typesetting.embed import EmbeddedFont
from kiosk.typesetting.fonts import Face
from kiosk.typesetting.glyphs import Drawn, drawn
from kiosk.typesetting.line import Line
from kiosk.typesetting.pdf_file import PdfFile, real, text_string
from kiosk.typesetting.tags import CLOSE, OPEN_ARTIFACT, PARAGRAPH, PageTags, Structure
from kiosk.typesetting.xmp import SOFTWARE, Facts, packet

INK = "#1C2333"


class _Canvas(Canvas):  # type: ignore[misc]  # ReportLab ships no types
    """ReportLab's canvas for one page after another; whoever made it takes each as it is done."""

    def __init__(
        self, file: PdfFile, size: tuple[float, float], take_page: Callable[[], None]
    ) -> None:
        super().__init__("", pagesize=size, invariant=1, pageCompression=0)
        self._doc = file
        self._take_page = take_page
        self._known: dict[tuple[str, ...], int] = {}

    def _make_preamble(self) -> None:
        """No font of ReportLab's own is ever set, so none is named in the file."""
        self._preamble = ""

    def showPage(self) -> None:  # noqa: N802 - ReportLab's name
        self._take_page()
        self._startPage()

    def resources(self) -> int:
        """The number of what the page's operators name; pages with the same share it."""
        states = self._extgstate.getState()
        key = (*self._formsinuse, *self._colorsUsed, *self._shadingUsed)
        if states is None and key in self._known:
            return self._known[key]
        resources = PDFResourceDictionary()
        resources.basicFonts()
        resources.allProcs()
        if self._formsinuse:
            resources.XObject = self._doc.xobjDict(self._formsinuse)
        if states is not None:
            resources.ExtGState = states
        resources.setShading(self._shadingUsed)
        resources.setColorSpace(self._colorsUsed)
        number: int = self._doc.put_resources(resources)
        if states is None:
            self._known[key] = number
        return number


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
        self.canvas: Any = _Canvas(self._file, (width_pt, height_pt), self._write_page)
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
        self.operators(_rule(x0, y0, x1, y1, stroke, colour))

    def box(  # noqa: PLR0913 - a rectangle has four sides and three looks
        self, x: float, y: float, width: float, height: float,
        *, radius: float = 0.0, fill: str = "", border: str = "", stroke: float = 0.8,
    ) -> None:  # fmt: skip
        """A rectangle, filled and outlined as asked; x, y is its lower left corner."""
        paint = "B" if fill and border else "f" if fill else "S" if border else "n"
        colours = f"{_rgb(fill)} rg " if fill else ""
        if border:
            colours += f"{_rgb(border)} RG {stroke:g} w "
        self.operators(f"{colours}{_rounded(x, y, width, height, radius)} {paint}")

    def diamond(self, x: float, y: float, size: float, colour: str) -> None:
        self.operators(_diamond(x, y, size, colour))

    def modules(self, rows: Sequence[bytes], x: float, y: float, side: float) -> None:
        """A square of dark and light modules (1 and 0 in ``rows``, from the top); x, y is its
        lower left corner.

        It is a mask four times as fine as the modules, a hexadecimal digit each: viewers and
        printers then smooth their edges, which cameras need, and it is small once compressed.
        """
        count = len(rows) * _FINER
        digits = (row.translate(_DIGITS).decode() + "0" * (len(rows) % 2) for row in rows)
        self.operators(
            f"q 0 g {real(side)} 0 0 {real(side)} {real(x)} {real(y)} cm",
            f"BI /W {count} /H {count} /IM true /D [1 0] /F /AHx ID "
            f"{''.join(row * _FINER for row in digits)}> EI Q",
        )

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
_BEND = 1 - 0.5523  # of a radius: from a corner to the points that bend a quarter of a circle
_KEPT = 512  # texts and rules: those of a batch that stand on every page
_FINER = 4  # a hexadecimal digit is four bits
_DIGITS = bytes.maketrans(b"\x00\x01", b"0F")


def _rounded(x: float, y: float, width: float, height: float, radius: float) -> str:
    """A rectangle whose corners are quarters of a circle, as cubic Bézier curves."""
    if not radius:
        return f"{real(x)} {real(y)} {real(width)} {real(height)} re"
    bend = radius * _BEND
    right, top = x + width, y + height
    path: tuple[tuple[float | str, ...], ...] = (
        (x + radius, y, "m"),
        (right - radius, y, "l"),
        (right - bend, y, right, y + bend, right, y + radius, "c"),
        (right, top - radius, "l"),
        (right, top - bend, right - bend, top, right - radius, top, "c"),
        (x + radius, top, "l"),
        (x + bend, top, x, top - bend, x, top - radius, "c"),
        (x, y + radius, "l"),
        (x, y + bend, x + bend, y, x + radius, y, "c"),
    )
    return " ".join([*(" ".join(map(_coordinate, part)) for part in path), "h"])


def _coordinate(part: float | str) -> str:
    return part if isinstance(part, str) else f"{part:.2f}"


def _draws_nothing(operators: str) -> bool:
    """What only changes the graphics state needs no tag."""
    parts = operators.split(maxsplit=_MATRIX)
    return parts in (["q"], ["Q"]) or (len(parts) == _MATRIX and parts[-1] == "cm")


@lru_cache(maxsize=_KEPT)
def _text(shown: Drawn, language: str, size_pt: float, x: float, y: float, colour: str) -> str:
    size = real(size_pt)
    return (
        f"/Span <</Lang ({language}) /ActualText {shown.actual_text}>> BDC\n"
        f"{_rgb(colour)} rg BT {size} 0 0 {size} {real(x)} {real(y)} Tm\n"
        f"{shown.operators}\nET EMC"
    )


@lru_cache(maxsize=_KEPT)
def _rule(x0: float, y0: float, x1: float, y1: float, stroke: float, colour: str) -> str:
    ends = f"{real(x0)} {real(y0)} m {real(x1)} {real(y1)} l"
    return f"{_rgb(colour)} RG {stroke:g} w {ends} S"


@lru_cache(maxsize=_KEPT)
def _diamond(x: float, y: float, size: float, colour: str) -> str:
    corners = ((x - size, y), (x, y + size), (x + size, y), (x, y - size))
    path = (f"{real(left)} {real(bottom)}" for left, bottom in corners)
    return f"{_rgb(colour)} rg {' l '.join(path).replace(' l', ' m', 1)} l f"


@lru_cache(maxsize=64)
def _rgb(colour: str) -> str:
    """#RRGGBB as PDF wants it."""
    return " ".join(real(int(colour[at : at + 2], 16) / 255) for at in (1, 3, 5))
