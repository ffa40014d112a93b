"""A font in a PDF file: exactly the glyphs that its pages use, addressed by glyph id.

ISO 32000-1, 9.7: a Type 0 font with Identity-H over a CIDFontType2 whose CIDs are the glyph ids
of the font file, which HarfBuzz's subsetter keeps. One subset serves all pages of the file.
"""

from __future__ import annotations

import re
import zlib
from typing import Any

import uharfbuzz as hb
from reportlab.pdfbase.pdfdoc import PDFArray, PDFDictionary, PDFName, PDFStream

from kiosk.typesetting.fonts import Face
from kiosk.typesetting.shape import Glyph

_KEPT_TABLES = ("glyf", "loca", "head", "hhea", "hmtx", "maxp")
_SYMBOLIC = 4
_MAPPINGS_AT_ONCE = 100  # a bfchar block holds no more (Adobe Technical Note 5014)


class EmbeddedFont:
    """One face in one file; ``addObjects`` is what ReportLab calls when it writes the file."""

    def __init__(self, face: Face, name: str) -> None:
        self.face = face
        self.name = name
        self._meaning: dict[int, str] = {0: ""}
        self._font = PDFDictionary({})

    @property
    def font_dictionary(self) -> PDFDictionary:
        return self._font

    def use(self, glyph: Glyph) -> None:
        """Notes that a page draws the glyph, and what it stands for where it stands alone."""
        if not self._meaning.get(glyph.id):
            self._meaning[glyph.id] = glyph.text

    def addObjects(self, document: Any) -> None:  # noqa: ANN401, N802 - ReportLab's protocol
        glyphs = sorted(self._meaning)
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
        cmap = PDFStream(content=zlib.compress(self._to_unicode()))
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

    def _to_unicode(self) -> bytes:
        known = [(glyph, text) for glyph, text in sorted(self._meaning.items()) if text]
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
