"""A PDF file in the making: pages, lines of text, and a canvas for what is no text."""

from __future__ import annotations

import io
from functools import lru_cache
from typing import Any

from reportlab.pdfbase.pdfdoc import (
    PDFArray,
    PDFDictionary,
    PDFInfo,
    PDFName,
    PDFStream,
    PDFString,
    PDFZCompress,
)
from reportlab.pdfgen.canvas import Canvas

from kiosk.typesetting.embed import EmbeddedFont, width
from kiosk.typesetting.fonts import Face
from kiosk.typesetting.line import Line
from kiosk.typesetting.shape import Run, Shaped

INK = "#1C2333"


class _Info(PDFInfo):  # type: ignore[misc]  # ReportLab ships no types
    """Title and author without dates: the same content makes the same file, byte for byte."""

    creator = producer = "Samvad Kiosk"

    def format(self, document: Any) -> bytes:  # noqa: ANN401 - ReportLab's signature
        entries = {
            "Title": PDFString(self.title), "Author": PDFString(self.author),
            "Subject": PDFString(self.subject), "Creator": PDFString(self.creator),
            "Producer": PDFString(self.producer), "Trapped": PDFName("False"),
        }  # fmt: skip
        formatted: bytes = PDFDictionary(entries).format(document)
        return formatted


class _Canvas(Canvas):  # type: ignore[misc]  # ReportLab ships no types
    def _make_preamble(self) -> None:
        """No font of ReportLab's own is ever set, so none is named in the file."""
        self._preamble = "1 0 0 1 0 0 cm"


class Document:
    """One PDF file. Text comes as ``Line``; a line with anything missing is never drawn."""

    def __init__(  # what a file is known by
        self,
        *,
        title: str,
        language: str,
        width_pt: float,
        height_pt: float,
        author: str = "",
        subject: str = "",
    ) -> None:
        self._file = io.BytesIO()
        self.width, self.height = width_pt, height_pt
        self.canvas: Any = _Canvas(
            self._file,
            pagesize=(width_pt, height_pt),
            lang=language,
            invariant=1,
            pageCompression=0,
        )
        # Flate alone: ReportLab's page compression wraps it in ASCII base 85, a quarter larger.
        self.canvas._doc.defaultStreamFilters = [PDFZCompress]  # noqa: SLF001 - no other way
        info = _Info()
        info.title, info.author, info.subject = title, author, subject
        self.canvas._doc.info = info  # noqa: SLF001 - ReportLab has no other way
        self.canvas.setViewerPreference("DisplayDocTitle", "true")
        self._fonts: dict[Face, EmbeddedFont] = {}
        self._drawn: dict[int, tuple[Shaped, list[str]]] = {}  # what is kept keeps its id
        self.pages = 0

    def draw(self, line: Line, x: float, y: float, colour: str = INK) -> None:
        """Draws a line whose left end stands at ``x`` on the baseline ``y``, in points."""
        if line.missing:
            raise ValueError(f"a line that cannot be set reached the page: {line.missing}")
        if not line.runs:
            return
        text = line.text.encode("utf-16-be").hex().upper()
        size = _real(line.size_pt)
        self.operators(
            f"/Span <</Lang ({line.language}) /ActualText <FEFF{text}>>> BDC",
            f"{_rgb(colour)} rg BT {size} 0 0 {size} {_real(x)} {_real(y)} Tm",
            *self._shown(line),
            "ET EMC",
        )

    def next_page(self) -> None:
        self.canvas.showPage()
        self.pages += 1

    def finish(self) -> bytes:
        """The whole file."""
        self.canvas.save()
        return self._file.getvalue()

    def operators(self, *operators: str) -> None:
        """Writes PDF operators as they are; whoever calls leaves the graphics state as it was."""
        self.canvas._code.extend(operators)  # noqa: SLF001 - ReportLab knows no glyph ids

    def rule(self, x0: float, y0: float, x1: float, y1: float, stroke: float, colour: str) -> None:
        ends = f"{_real(x0)} {_real(y0)} m {_real(x1)} {_real(y1)} l"
        self.operators(f"{_rgb(colour)} RG {stroke:g} w {ends} S")

    def box(  # noqa: PLR0913 - a rectangle has four sides and three looks
        self, x: float, y: float, width: float, height: float,
        *, radius: float = 0.0, fill: str = "", border: str = "", stroke: float = 0.8,
    ) -> None:  # fmt: skip
        """A rectangle, filled and outlined as asked; x, y is its lower left corner."""
        if fill:
            self.operators(f"{_rgb(fill)} rg")
        if border:
            self.operators(f"{_rgb(border)} RG {stroke:g} w")
        self.canvas.roundRect(
            x, y, width, height, radius, stroke=int(bool(border)), fill=int(bool(fill))
        )

    def diamond(self, x: float, y: float, size: float, colour: str) -> None:
        corners = ((x - size, y), (x, y + size), (x + size, y), (x, y - size))
        path = (f"{_real(left)} {_real(bottom)}" for left, bottom in corners)
        self.operators(f"{_rgb(colour)} rg {' l '.join(path).replace(' l', ' m', 1)} l f")

    def define(self, name: str, compressed: bytes) -> None:
        """Keeps a drawing once for all pages of the file: PDF operators under zlib."""
        entries = {
            "Type": PDFName("XObject"), "Subtype": PDFName("Form"),
            "Filter": PDFName("FlateDecode"),
            "BBox": PDFArray([0, 0, self.width, self.height]), "Resources": PDFDictionary({}),
        }  # fmt: skip
        form = PDFStream(PDFDictionary(entries), compressed)
        self.canvas._doc.addForm(name, form)  # noqa: SLF001 - as above

    def repeat(self, name: str) -> None:
        self.canvas.doForm(name)

    def _shown(self, line: Line) -> list[str]:
        """The line's glyphs as operators in a space where one em is 1.

        Kept by shaping, since the pages of a batch repeat most of their lines.
        """
        key = id(line.shaped)
        if key not in self._drawn:
            self._drawn[key] = (line.shaped, self._operators_of(line.runs))
        return self._drawn[key][1]

    def _operators_of(self, runs: tuple[Run, ...]) -> list[str]:
        """``Td`` to each run, ``Ts`` for the heights of its glyphs."""
        operators: list[str] = []
        before = 0.0
        for run in runs:
            font = self._font(run.face)
            operators.append(f"/{font.name} 1 Tf {_real(run.x - before)} 0 Td")
            operators.extend(_show(run, font))
            before = run.x
        return operators

    def _font(self, face: Face) -> EmbeddedFont:
        if face not in self._fonts:
            pdf = self.canvas._doc  # noqa: SLF001 - fonts of our own are no business of ReportLab's
            font = EmbeddedFont(face, f"K{len(self._fonts) + 1}")
            pdf.idToObject["BasicFonts"].dict[font.name] = pdf.Reference(font.font_dictionary)
            pdf.delayedFonts.append(font)
            self._fonts[face] = font
        return self._fonts[face]


@lru_cache(maxsize=64)
def _rgb(colour: str) -> str:
    """#RRGGBB as PDF wants it."""
    return " ".join(_real(int(colour[at : at + 2], 16) / 255) for at in (1, 3, 5))


def _show(run: Run, font: EmbeddedFont) -> list[str]:
    """``TJ`` arrays that put every glyph of a run where HarfBuzz wants it.

    The pen is followed in the PDF's own arithmetic, so roundings never add up.
    """
    operators: list[str] = []
    shown: list[str] = []
    pen, rise = 0.0, 0.0
    for glyph in run.glyphs:
        font.use(glyph)
        if glyph.y != rise:
            operators += [f"[{''.join(shown)}] TJ"] if shown else []
            operators.append(f"{_real(glyph.y)} Ts")
            shown, rise = [], glyph.y
        back = round((pen - glyph.x) * 1000, 2)
        if back:
            shown.append(f"{back:g}" if abs(back) < 10_000 else f"{back:.2f}")
            pen -= back / 1000
        shown.append(f"<{glyph.id:04X}>")
        pen += width(run.face, glyph.id) / 1000
    operators += [f"[{''.join(shown)}] TJ"] if shown else []
    if rise:
        operators.append("0 Ts")
    return operators


def _real(value: float) -> str:
    return f"{value:.5f}".rstrip("0").rstrip(".") if value else "0"
