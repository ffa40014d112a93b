"""A font in a PDF file: exactly the glyphs that its pages use, addressed by glyph id.

ISO 32000-1, 9.7: a Type 0 font with Identity-H over a CIDFontType2 whose CIDs are the glyph ids
of the font file, which HarfBuzz's subsetter keeps. One subset serves all pages of the file.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import uharfbuzz as hb
from reportlab.pdfbase.pdfdoc import PDFArray, PDFDictionary, PDFName, PDFStream

from kiosk.typesetting.fonts import Face

_KEPT_TABLES = ("glyf", "loca", "head", "hhea", "hmtx", "maxp")
_SYMBOLIC = 4
_MAPPINGS_AT_ONCE = 100  # a bfchar block holds no more (Adobe Technical Note 5014)
_NOTHING = "\u200b"  # what a part of a cluster means that no character stands for

Meanings = frozenset[tuple[int, str]]  # glyphs, and what each alone stands for ("": nothing alone)


class EmbeddedFont:
    """One face in one file; ``addObjects`` is what ReportLab calls when it writes the file."""

    def __init__(self, face: Face) -> None:
        self.face = face
        self.name = font_name(face)
        self._used: set[tuple[int, str]] = set()
        self._font = PDFDictionary({})

    @property
    def font_dictionary(self) -> PDFDictionary:
        return self._font

    def use(self, meanings: Meanings) -> None:
        """Notes that a page draws these glyphs, and what they stand for where they stand alone."""
        if not meanings <= self._used:
            self._used |= meanings

    def addObjects(self, document: Any) -> None:  # noqa: ANN401, N802 - ReportLab's protocol
        meaning = self._meaning()
        glyphs = sorted(meaning)
        program = _program(self.face, glyphs)
        base = PDFName(f"{_tag(glyphs)}+{_postscript_name(self.face)}")
        stream = PDFStream(PDFDictionary({"Length1": len(program)}), zlib.compress(program, 6))
        stream.dictionary["Filter"] = PDFName("FlateDecode")
        descriptor = PDFDictionary({
            "Type": PDFName("FontDescriptor"), "FontName": base, "Flags": _SYMBOLIC,
            "FontBBox": PDFArray(self._box(glyphs)), "ItalicAngle": 0, "StemV": 80,
            "Ascent": self._thousandth(self._font_extents().ascender),
            "Descent": self._thousandth(self._font_extents().descender),
            "CapHeight": 700, "FontFile2": document.Reference(stream),
        })  # fmt: skip
        descendant = PDFDictionary({
            "Type": PDFName("Font"), "Subtype": PDFName("CIDFontType2"), "BaseFont": base,
            "CIDSystemInfo": PDFDictionary(
                {"Registry": "(Adobe)", "Ordering": "(Identity)", "Supplement": 0}
            ),
            "FontDescriptor": document.Reference(descriptor), "DW": 0,
            "W": self._widths(glyphs), "CIDToGIDMap": PDFName("Identity"),
        })  # fmt: skip
        cmap = PDFStream(content=zlib.compress(_to_unicode(meaning)))
        cmap.dictionary["Filter"] = PDFName("FlateDecode")
        self._font.dict.update({
            "Type": PDFName("Font"), "Subtype": PDFName("Type0"), "BaseFont": base,
            "Encoding": PDFName("Identity-H"), "ToUnicode": document.Reference(cmap),
            "DescendantFonts": PDFArray([document.Reference(descendant)]),
        })  # fmt: skip

    def _font_extents(self) -> Any:  # noqa: ANN401 - uharfbuzz ships no types
        return self.face.hb_font.get_font_extents("ltr")

    def _thousandth(self, units: float) -> int:
        return round(units * 1000 / self.face.upem)

    def _box(self, glyphs: list[int]) -> list[int]:
        lefts, bottoms, rights, tops = zip(*map(self.face.extents, glyphs), strict=True)
        sides = (min(lefts), min(bottoms), max(rights), max(tops))
        return [self._thousandth(side) for side in sides]

    def _widths(self, glyphs: list[int]) -> str:
        """Each glyph and its width; a string, as ReportLab makes an object of every number."""
        rows = (f"{glyph} [{_number(width(self.face, glyph))}]" for glyph in glyphs)
        return f"[{' '.join(rows)}]"

    def _meaning(self) -> dict[int, str]:
        """What every glyph stands for: alone somewhere, else by the font, else in its cluster.

        PDF/UA-1, 7.21.7, wants a meaning for each, though ``ActualText`` says what lines say.
        """
        meaning = {0: _NOTHING}
        for glyph, text in sorted(self._used):
            if text and not meaning.get(glyph):
                meaning[glyph] = text
        for glyph, _ in self._used:
            if glyph not in meaning:
                meaning[glyph] = _characters(self.face).get(glyph, _NOTHING)
        return meaning


@lru_cache(maxsize=64)
def font_name(face: Face) -> str:
    """The font's name in the operators of pages: the same in every file, whatever else is there."""
    head = face.hb_face.reference_table("head").data
    return f"K{zlib.crc32(_postscript_name(face).encode() + head):08X}"


@lru_cache(maxsize=64)
def _characters(face: Face) -> dict[int, str]:
    """The character of every glyph that has one by itself; the lowest of several."""
    nominal = face.hb_font.get_nominal_glyph
    return {nominal(code): chr(code) for code in sorted(face.coverage, reverse=True)}


def _to_unicode(meaning: Mapping[int, str]) -> bytes:
    known = sorted(meaning.items())
    blocks = []
    for at in range(0, len(known), _MAPPINGS_AT_ONCE):
        block = known[at : at + _MAPPINGS_AT_ONCE]
        rows = "\n".join(
            f"<{glyph:04X}> <{text.encode('utf-16-be').hex().upper()}>" for glyph, text in block
        )
        blocks.append(f"{len(block)} beginbfchar\n{rows}\nendbfchar")
    return "\n".join((_CMAP_HEAD, *blocks, _CMAP_TAIL)).encode()


def width(face: Face, glyph: int) -> float:
    """The width that the PDF states for a glyph, in thousandths of an em."""
    return round(face.advance(glyph) * 1000 / face.upem, 2)


def _number(value: float) -> str:
    return f"{value:.2f}".rstrip("0").rstrip(".")


def _program(face: Face, glyphs: list[int]) -> bytes:
    """A TrueType font with these glyphs only, under their old ids, without tables of layout."""
    wanted = hb.SubsetInput()
    wanted.glyph_set.update(glyphs)
    wanted.unicode_set.clear()
    dropped = set(face.hb_face.table_tags) - set(_KEPT_TABLES)
    wanted.drop_table_tag_set.update(int.from_bytes(tag.encode(), "big") for tag in dropped)
    wanted.flags = (
        hb.SubsetFlags.RETAIN_GIDS | hb.SubsetFlags.NO_LAYOUT_CLOSURE | hb.SubsetFlags.NO_HINTING
    )
    return bytes(hb.subset(face.hb_face, wanted).blob.data)


def _tag(glyphs: list[int]) -> str:
    """Six letters that tell subsets apart (ISO 32000-1, 9.6.4)."""
    seed = zlib.crc32(",".join(map(str, glyphs)).encode())
    return "".join(chr(ord("A") + seed // 26**place % 26) for place in range(6))


def _postscript_name(face: Face) -> str:
    return re.sub(r"[^A-Za-z0-9-]", "", face.path.stem) or "Font"


_CMAP_HEAD = """/CIDInit /ProcSet findresource begin
12 dict begin
begincmap
/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def
/CMapName /Adobe-Identity-UCS def
/CMapType 2 def
1 begincodespacerange
<0000> <FFFF>
endcodespacerange"""
_CMAP_TAIL = """endcmap
CMapName currentdict /CMap defineresource pop
end
end"""
