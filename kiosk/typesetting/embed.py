"""A font in a PDF file: exactly the glyphs that its pages use, addressed by glyph id.

ISO 32000-1, 9.7: a Type 0 font with Identity-H over a CIDFontType2 whose CIDs are the glyph ids
of the font file, which HarfBuzz's subsetter keeps. One subset serves all pages of the file.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache

import uharfbuzz as hb

from kiosk.errors import EnvironmentFault
from kiosk.typesetting.fonts import Face
from kiosk.typesetting.pdf_file import PdfFile, stream_object

_KEPT_TABLES = ("glyf", "loca", "head", "hhea", "hmtx", "maxp")
_SYMBOLIC = 4
_MAPPINGS_AT_ONCE = 100  # a bfchar block holds no more (Adobe Technical Note 5014)
_SUBSETS_KEPT = 32  # what names do not touch is the same on every certificate of an event
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
        made = _made(self.face, frozenset(self._used))
        font_file, to_unicode = file.take_number(), file.take_number()
        descriptor, descendant = file.take_number(), file.take_number()
        file.put(font_file, made.program)
        file.put(to_unicode, made.to_unicode)
        file.put(descriptor, f"{made.descriptor}/FontFile2 {font_file} 0 R>>".encode())
        file.pack(descendant, f"{made.descendant}/FontDescriptor {descriptor} 0 R>>".encode())
        file.pack(
            number,
            f"<</Type/Font/Subtype/Type0/BaseFont/{made.name}/Encoding/Identity-H"
            f"/DescendantFonts[{descendant} 0 R]/ToUnicode {to_unicode} 0 R>>".encode(),
        )


@dataclass(frozen=True, slots=True)
class _Made:
    """A subset as objects of a file, but for what they refer to."""

    name: str
    program: bytes
    to_unicode: bytes
    descriptor: str
    descendant: str


@lru_cache(maxsize=_SUBSETS_KEPT)
def _made(face: Face, used: Meanings) -> _Made:
    meaning = _meaning(face, used)
    glyphs = sorted(meaning)
    name = f"{_tag(glyphs)}+{_postscript_name(face)}"
    program = _program(face, glyphs)
    return _Made(
        name=name,
        program=stream_object(program, f"/Length1 {len(program)}"),
        to_unicode=stream_object(_to_unicode(meaning)),
        descriptor=f"<</Type/FontDescriptor/FontName/{name}/Flags {_SYMBOLIC}"
        f"/FontBBox{_box(face, glyphs)}{_heights(face)}/CapHeight 700/ItalicAngle 0/StemV 80",
        descendant=f"<</Type/Font/Subtype/CIDFontType2/BaseFont/{name}"
        "/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>"
        "/CIDToGIDMap/Identity/DW 0"
        f"/W[{' '.join([_width_row(face, glyph) for glyph in glyphs])}]",
    )


def _meaning(face: Face, used: Meanings) -> dict[int, str]:
    """What every glyph stands for: alone somewhere, else by the font, else in its cluster.

    PDF/UA-1, 7.21.7, wants a meaning for each, though ``ActualText`` says what lines say.
    """
    meaning = {0: _NOTHING}
    for glyph, text in sorted(used):
        if text and not meaning.get(glyph):
            meaning[glyph] = text
    for glyph, _ in used:
        if glyph not in meaning:
            meaning[glyph] = _characters(face).get(glyph, _NOTHING)
    return meaning


@lru_cache(maxsize=64)
def _heights(face: Face) -> str:
    extents = face.hb_font.get_font_extents("ltr")
    ascent, descent = _thousandth(face, extents.ascender), _thousandth(face, extents.descender)
    return f"/Ascent {ascent}/Descent {descent}"


def _thousandth(face: Face, units: float) -> int:
    return round(units * 1000 / face.upem)


def _box(face: Face, glyphs: list[int]) -> str:
    lefts, bottoms, rights, tops = zip(*map(face.extents, glyphs), strict=True)
    sides = (min(lefts), min(bottoms), max(rights), max(tops))
    return f"[{' '.join(str(_thousandth(face, side)) for side in sides)}]"


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
