"""Many words on one sheet, set twice: by our PDF, and as HarfBuzz's own outlines in an SVG.

The second hand knows nothing of the first: it shapes each word whole with the one font of its
language, and rsvg-convert paints the outlines.
"""

from __future__ import annotations

import io
import subprocess
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
import pypdfium2 as pdfium
import uharfbuzz as hb
from numpy.typing import NDArray
from PIL import Image

from kiosk.typesetting.document import Document
from kiosk.typesetting.typesetter import Typesetter

NOTO = Path("/usr/share/fonts/truetype/noto")
WORDS = Path(__file__).with_name("words")
SCRIPTS = ("Arab", "Beng", "Deva", "Gujr", "Guru", "Knda", "Latn", "Mlym", "Mtei", "Olck", "Orya",
           "Taml", "Telu")  # fmt: skip
FONTS = {"Latn": "NotoSans", "Deva": "NotoSansDevanagari", "Beng": "NotoSansBengali",
         "Gujr": "NotoSansGujarati", "Guru": "NotoSansGurmukhi", "Knda": "NotoSansKannada",
         "Mlym": "NotoSansMalayalam", "Orya": "NotoSansOriya", "Taml": "NotoSansTamil",
         "Telu": "NotoSansTelugu", "Olck": "NotoSansOlChiki", "Mtei": "NotoSansMeeteiMayek",
         "Arab": "NotoNastaliqUrdu"}  # fmt: skip
EM = 48  # pixels; a certificate's name at 150 dpi
_WIDTH = 60 * EM
_ROW = {"Arab": 4.2}  # ems from baseline to baseline
_INK, _PAPER = 170, 40  # what surely is ink, and what surely is none, of 255
MOST_STRAY = 2  # pixels of a word that may have no ink near them on the other sheet

Pixels = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Word:
    text: str
    language: str
    script: str

    @property
    def font(self) -> str:
        """Sindhi is printed in Naskh, and so is a word that has a letter Nastaliq lacks: some
        Kashmiri ones.
        """
        own = FONTS[self.script]
        if self.script == "Arab" and (self.language == "sd" or not self._all_in(own)):
            return "NotoNaskhArabic"
        return own

    def _all_in(self, font: str) -> bool:
        face = _font(NOTO / f"{font}-Regular.ttf").face
        return set(map(ord, self.text)) <= set(face.unicodes)


@dataclass(frozen=True, slots=True)
class Cell:
    """A word, and where its origin stands on the sheet, in pixels from the upper left."""

    word: Word
    x: float
    y: float
    width: float


@lru_cache
def words(script: str) -> tuple[Word, ...]:
    """The list of a script: a language and a word a line."""
    rows = (WORDS / f"{script}.txt").read_text(encoding="utf-8").splitlines()
    pairs = (row.split("\t") for row in rows)
    return tuple(Word(text, language, script) for language, text in pairs)


@lru_cache(maxsize=64)
def _font(path: Path) -> hb.Font:
    return hb.Font(hb.Face(hb.Blob.from_file_path(str(path))))


def regular(word: Word) -> hb.Font:
    return _font(NOTO / f"{word.font}-Regular.ttf")


def bold(word: Word) -> hb.Font:
    return _font(NOTO / f"{word.font}-Bold.ttf")


Look = Callable[[Word], hb.Font]  # the font in which a word is drawn


def outlines(word: Word, look: Look = regular) -> tuple[list[str], float]:
    """SVG paths of the glyphs in ems, y downwards, and the advance; HarfBuzz does it all."""
    font = look(word)
    buffer = hb.Buffer()
    buffer.add_str(word.text)
    buffer.script, buffer.language = word.script, word.language.split("-", maxsplit=1)[0]
    buffer.direction = "rtl" if word.script == "Arab" else "ltr"
    hb.shape(font, buffer)
    paths, pen, upem = [], 0, font.face.upem
    for info, position in zip(buffer.glyph_infos, buffer.glyph_positions, strict=True):
        assert info.codepoint, f"{word.font} lacks a letter of {word.text}"
        drawn = _Path((pen + position.x_offset) / upem, position.y_offset / upem, upem)
        font.draw_glyph_with_pen(info.codepoint, drawn)
        paths.append("".join(drawn.commands))
        pen += position.x_advance
    return [path for path in paths if path], pen / upem


class _Path:
    """Outlines as SVG: what HarfBuzz calls while it draws a glyph (the protocol of fontTools)."""

    def __init__(self, x: float, y: float, upem: int) -> None:
        self._x, self._y, self._upem = x, y, upem
        self.commands: list[str] = []

    def _add(self, letter: str, *points: tuple[float, float]) -> None:
        numbers = (
            f"{self._x + x / self._upem:.4f} {-self._y - y / self._upem:.4f}" for x, y in points
        )
        self.commands.append(letter + " ".join(numbers))

    def moveTo(self, point: tuple[float, float]) -> None:  # noqa: N802 - the protocol
        self._add("M", point)

    def lineTo(self, point: tuple[float, float]) -> None:  # noqa: N802 - the same
        self._add("L", point)

    def qCurveTo(self, *points: tuple[float, float]) -> None:  # noqa: N802 - the same
        self._add("Q", *points)

    def curveTo(self, *points: tuple[float, float]) -> None:  # noqa: N802 - the same
        self._add("C", *points)

    def closePath(self) -> None:  # noqa: N802 - the same
        self.commands.append("Z")


def cells(chosen: Sequence[Word], look: Look = regular) -> list[Cell]:
    """The words in rows, each with an em around it."""
    row = _ROW.get(chosen[0].script, 3.0) * EM
    found: list[Cell] = []
    x, y = float(EM), row * 0.6
    for word in chosen:
        width = outlines(word, look)[1] * EM
        if x + width > _WIDTH - EM:
            x, y = float(EM), y + row
        found.append(Cell(word, x, y, width))
        x += width + EM
    return found


def height_of(placed: Sequence[Cell]) -> int:
    return int(placed[-1].y + 2 * EM)


def theirs(placed: Sequence[Cell], folder: Path, look: Look = regular) -> Pixels:
    height = height_of(placed)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH}" height="{height}">',
        '<rect width="100%" height="100%" fill="#fff"/>',
    ]
    for cell in placed:
        paths = "".join(f'<path d="{path}"/>' for path in outlines(cell.word, look)[0])
        parts.append(f'<g transform="translate({cell.x:.4f} {cell.y:.4f}) scale({EM})">{paths}</g>')
    svg, png = folder / "sheet.svg", folder / "sheet.png"
    svg.write_text("\n".join([*parts, "</svg>"]))
    subprocess.run(["rsvg-convert", "-o", str(png), "--unlimited", str(svg)], check=True)
    with Image.open(png) as picture:
        return 255 - np.asarray(picture.convert("L"))


def sheet(placed: Sequence[Cell], typesetter: Typesetter, weight: int = 400) -> bytes:
    """Our PDF of the same sheet."""
    height = height_of(placed)
    document = Document(title="words", language="en", width_pt=_WIDTH, height_pt=height)
    for cell in placed:
        line = typesetter.set_line(cell.word.text, cell.word.language, EM, weight=weight)
        assert not line.missing, f"{cell.word}: {line.missing}"
        document.draw(line, cell.x, height - cell.y, "#000000")
    document.next_page()
    return document.finish()


def painted(pdf: bytes) -> Pixels:
    """A page as PDFium paints it, a pixel a point."""
    with pdfium.PdfDocument(io.BytesIO(pdf)) as document:
        bitmap = document[0].render(scale=1, grayscale=True)
        return 255 - np.asarray(bitmap.to_pil().convert("L"))


def differing(placed: Sequence[Cell], one: Pixels, other: Pixels) -> dict[Word, int]:
    """The words whose pictures differ by more than antialiasing, and by how many pixels."""
    stray = _stray(one, other) | _stray(other, one)
    row = int(_ROW.get(placed[0].word.script, 3.0) * EM)
    found = {}
    for cell in placed:
        top, left = max(0, int(cell.y - row * 0.6)), max(0, int(cell.x - EM // 2))
        box = stray[top : top + row, left : int(cell.x + cell.width) + EM // 2]
        if int(box.sum()) > MOST_STRAY:
            found[cell.word] = int(box.sum())
    return found


def _stray(one: Pixels, other: Pixels) -> NDArray[np.bool_]:
    """Where one is surely inked and the other has nothing within a pixel."""
    near = np.pad(other, 1)
    wide = np.maximum(np.maximum(near[:, :-2], near[:, 1:-1]), near[:, 2:])
    spread = np.maximum(np.maximum(wide[:-2], wide[1:-1]), wide[2:])
    return (one > _INK) & (spread < _PAPER)
