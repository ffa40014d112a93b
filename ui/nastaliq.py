"""A cure for Noto Nastaliq Urdu as Debian and others ship it, applied to a copy in memory.

Its cursive anchors carry, beside their coordinates, the number of an outline point (OpenType
AnchorFormat2). The numbers are stale. HarfBuzz on its own ignores them; within Qt, which sets a
pixel size, it believes them, and the letters of a word fall apart. The copy says AnchorFormat1:
the coordinates alone. Its name is changed, so that it is not confused with the file it came
from; and its bold style says that it is bold, without which Qt takes one for the other.

Layout of the tables: OpenType 1.9, chapters GPOS, name, OS/2.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from pathlib import Path

NAME = "Samv Nastaliq Urdu"  # as long as the name that it replaces
OLD_NAME = "Noto Nastaliq Urdu"
_CURSIVE, _EXTENSION = 3, 9
_BOLD = 700
_WITH_POINT = b"\x00\x02"  # AnchorFormat2


def cured(file: Path, *, bold: bool) -> bytes:
    """The font's bytes with plain cursive anchors, under NAME."""
    font = bytearray(file.read_bytes())
    tables = _tables(font)
    for anchor in _cursive_anchors(font, tables["GPOS"][0]):
        if font[anchor : anchor + 2] == _WITH_POINT:
            font[anchor + 1] = 1
    if bold:
        struct.pack_into(">H", font, tables["OS/2"][0] + 4, _BOLD)
    _rename(font, *tables["name"])
    return bytes(font)


def _tables(font: bytearray) -> dict[str, tuple[int, int]]:
    """Offset and length of each table."""
    tables = {}
    for index in range(_word(font, 4)):
        tag, _, offset, length = struct.unpack_from(">4sLLL", font, 12 + 16 * index)
        tables[tag.decode("ascii")] = (offset, length)
    return tables


def _word(font: bytearray, at: int) -> int:
    return int.from_bytes(font[at : at + 2], "big")


def _cursive_anchors(font: bytearray, gpos: int) -> Iterator[int]:
    for subtable in _cursive_subtables(font, gpos):
        count = 2 * _word(font, subtable + 4)
        offsets = struct.unpack_from(f">{count}H", font, subtable + 6)
        yield from (subtable + offset for offset in set(offsets) if offset)


def _cursive_subtables(font: bytearray, gpos: int) -> Iterator[int]:
    lookups = gpos + _word(font, gpos + 8)
    for index in range(_word(font, lookups)):
        lookup = lookups + _word(font, lookups + 2 + 2 * index)
        for at in range(_word(font, lookup + 4)):
            subtable = lookup + _word(font, lookup + 6 + 2 * at)
            kind = _word(font, lookup)
            if kind == _EXTENSION:
                kind = _word(font, subtable + 2)
                subtable += int.from_bytes(font[subtable + 4 : subtable + 8], "big")
            if kind == _CURSIVE:
                yield subtable


def _rename(font: bytearray, at: int, length: int) -> None:
    names = bytes(font[at : at + length])
    for between in ("\0", ""):  # UTF-16, big-endian, and one byte a letter
        old, new = (between + between.join(name) for name in (OLD_NAME, NAME))
        names = names.replace(old.encode(), new.encode())
    font[at : at + length] = names
