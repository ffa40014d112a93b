"""A font in a PDF file: exactly the glyphs that its pages use, addressed by glyph id.

ISO 32000-1, 9.7: a Type 0 font with Identity-H over a CIDFontType2 whose CIDs are the glyph ids
of the font file, which HarfBuzz's subsetter keeps. One subset serves all pages of the file.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Mapping
from functools import lru_cache

import uharfbuzz as hb

from kiosk.errors import EnvironmentFault
from kiosk.typesetting.fonts import Face
from kiosk.typesetting.pdf_file import PdfFile

_KEPT_TABLES = ("glyf", "loca", "head", "hhea", "hmtx", "maxp")
_SYMBOLIC = 4
_MAPPINGS_AT_ONCE = 100  # a bfchar block holds no more (Adobe Technical Note 5014)
_NOTHING = "\u200b"  # what a part of a cluster means that no character stands for

Meanings = frozenset[tuple[int, str]]  # glyphs, and what each alone stands for ("": nothing alone)


class EmbeddedFont:
    """One face in one file: what its pages use of it, written when they are all there."""

    def __init__(self, face: Face) -> None:
        self.face = face
        self.name = font_name(face)
        self._used: set[tuple[int, str]] = set()

    def use(self, meanings: Meanings) -> None:
        """Notes that a page draws these glyphs, and what they stand for where they stand alone."""
        if not meanings <= self._used:
            self._used |= meanings

    def write(self, file: PdfFile, number: int) -> None:
        """Writes the font as the object that pages name."""
        meaning = self._meaning()
        glyphs = sorted(meaning)
        base = f"{_tag(glyphs)}+{_postscript_name(self.face)}"
        program = _program(self.face, glyphs)
        font_file = file.put_stream(program, f"/Length1 {len(program)}")
        to_unicode = file.put_stream(_to_unicode(meaning))
        descriptor, descendant = file.take_number(), file.take_number()
        file.put(
            descriptor,
            f"<</Type/FontDescriptor/FontName/{base}/Flags {_SYMBOLIC}/FontBBox{self._box(glyphs)}"
            f"/ItalicAngle 0{self._heights()}/CapHeight 700/StemV 80"
            f"/FontFile2 {font_file} 0 R>>".encode(),
        )
        file.pack(
            descendant,
            f"<</Type/Font/Subtype/CIDFontType2/BaseFont/{base}"
            "/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>"
            f"/FontDescriptor {descriptor} 0 R/CIDToGIDMap/Identity/DW 0"
            f"/W[{' '.join(_width_row(self.face, glyph) for glyph in glyphs)}]>>".encode(),
        )
        file.pack(
            number,
            f"<</Type/Font/Subtype/Type0/BaseFont/{base}/Encoding/Identity-H"
            f"/DescendantFonts[{descendant} 0 R]/ToUnicode {to_unicode} 0 R>>".encode(),
        )

    def _heights(self) -> str:
        extents = self.face.hb_font.get_font_extents("ltr")
        ascent, descent = map(self._thousandth, (extents.ascender, extents.descender))
        return f"/Ascent {ascent}/Descent {descent}"

    def _thousandth(self, units: float) -> int:
        return round(units * 1000 / self.face.upem)

    def _box(self, glyphs: list[int]) -> str:
        lefts, bottoms, rights, tops = zip(*map(self.face.extents, glyphs), strict=True)
        sides = (min(lefts), min(bottoms), max(rights), max(tops))
        return f"[{' '.join(str(self._thousandth(side)) for side in sides)}]"

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


@lru_cache(maxsize=4096)
def _width_row(face: Face, glyph: int) -> str:
    return f"{glyph}[{f'{width(face, glyph):.2f}'.rstrip('0').rstrip('.')}]"


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
    try:
        return bytes(hb.subset(face.hb_face, wanted).blob.data)
    except RuntimeError as error:  # a table that shaping never asked for is broken
        raise EnvironmentFault("font_unusable", file=str(face.path)) from error


def _tag(glyphs: list[int]) -> str:
    """Six letters that tell subsets apart (ISO 32000-1, 9.6.4)."""
    seed = zlib.crc32(",".join(map(str, glyphs)).encode())
    return "".join(chr(ord("A") + seed // 26**place % 26) for place in range(6))


def _postscript_name(face: Face) -> str:
    name = re.sub(r"[^A-Za-z0-9-]", "", face.path.stem) or "Font"
    return f"{name}-{face.weight}" if face.is_variable else name


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
