"""One font file, open: which characters it has, how heavy and how large its glyphs are.

Files come from strangers too (a coordinator's folder, a stick), so a file is read whole, within
limits of size, before anything looks into it; HarfBuzz checks every table before it uses it.
"""

from __future__ import annotations

import stat
import zlib
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import uharfbuzz as hb

from kiosk.errors import EnvironmentFault

REGULAR, BOLD = 400, 700  # usWeightClass of OpenType, font-weight of CSS
LARGEST_FILE = 32 << 20
_MOST_CHARACTERS = 150_000  # all of Unicode 16; a table may claim seven times as many
_NEEDED_TABLES = {"glyf", "loca", "head", "hhea", "hmtx", "maxp", "cmap"}
_WEIGHT_AXIS = "wght"
_LEAST_UPEM, _MOST_UPEM = 16, 16384  # OpenType, head

Extents = tuple[int, int, int, int]  # left, bottom, right, top of a glyph's ink, font units


class Face:
    """One TrueType font file at one weight, open for shaping and measuring.

    A variable font is made static at that weight and at the defaults of its other axes, so that
    what is shaped is what a PDF can embed. Faces of one program at one weight are equal, since a
    PDF knows them by one name. Raises EnvironmentFault for what is no usable font.
    """

    def __init__(self, path: Path, weight: int = REGULAR, *, variable: Any = None) -> None:  # noqa: ANN401 - uharfbuzz ships no types
        """``variable``: the variable font of that file, where it is open already."""
        try:
            face = variable or _opened(_read(path))
            self._variable = face if "fvar" in face.table_tags else None
            self.is_variable = self._variable is not None
            self._face = _instance(face, weight) if self.is_variable else face
            usable = (
                _NEEDED_TABLES.issubset(self._face.table_tags)
                and 0 < len(self._face.unicodes) <= _MOST_CHARACTERS
            )
        except (OSError, ValueError, RuntimeError, hb.HarfBuzzError) as error:
            raise EnvironmentFault("font_unusable", file=str(path)) from error
        if not usable or not _LEAST_UPEM <= self._face.upem <= _MOST_UPEM:
            raise EnvironmentFault("font_unusable", file=str(path))
        self.path = path
        self.weight = weight if self.is_variable else _weight_class(self._face, path)
        self._weights = {self.weight: self}
        program = self._face.blob.data
        self._key = (path, self.weight, len(program), zlib.crc32(program))
        self._hash = hash(self._key)
        self.upem: int = self._face.upem
        self.glyph_count: int = self._face.glyph_count
        self.coverage = frozenset(self._face.unicodes)
        self.hb_font: Any = hb.Font(self._face)
        self._extents: dict[int, Extents] = {}
        self._advances: dict[int, int] = {}
        self._inked: dict[int, bool] = {}

    def __eq__(self, other: object) -> bool:
        return self is other or (isinstance(other, Face) and self._key == other._key)

    def __hash__(self) -> int:
        return self._hash

    @property
    def hb_face(self) -> Any:  # noqa: ANN401 - uharfbuzz ships no types
        return self._face

    def at(self, weight: int) -> Face:
        """This font at another weight, or as it is where it has no other."""
        if self.is_variable and weight not in self._weights:
            try:
                face = Face(self.path, weight, variable=self._variable)
            except EnvironmentFault:  # broken just there: what was opened is whole
                face = self
            face._weights = self._weights
            self._weights[weight] = face
        return self._weights.get(weight, self)

    @cached_property
    def dotted_circle(self) -> int | None:
        """The glyph that HarfBuzz puts under a mark without a letter."""
        glyph: int | None = self.hb_font.get_nominal_glyph(0x25CC)
        return glyph

    def extents(self, glyph: int) -> Extents:
        """The ink box of a glyph relative to its origin."""
        if glyph not in self._extents:
            box = self.hb_font.get_glyph_extents(glyph)
            self._extents[glyph] = (
                (box.x_bearing, box.y_bearing + box.height,
                 box.x_bearing + box.width, box.y_bearing)
                if box is not None else (0, 0, 0, 0)
            )  # fmt: skip
        return self._extents[glyph]

    def has_ink(self, glyph: int) -> bool:
        """Whether anything is drawn for a glyph, whatever its box claims."""
        if glyph not in self._inked:
            begun: list[bool] = []
            self.hb_font.draw_glyph(glyph, _BEGINNINGS, begun)
            self._inked[glyph] = bool(begun)
        return self._inked[glyph]

    def advance(self, glyph: int) -> int:
        if glyph not in self._advances:
            self._advances[glyph] = self.hb_font.get_glyph_h_advance(glyph)
        return self._advances[glyph]


def _note_beginning(_x: float, _y: float, begun: list[bool]) -> None:
    begun.append(True)


_BEGINNINGS = hb.DrawFuncs()
_BEGINNINGS.set_move_to_func(_note_beginning)


@lru_cache(maxsize=256)
def open_face(path: Path) -> Face:
    """The face of a file, opened once per process."""
    return Face(path)


def _read(path: Path) -> bytes:
    """The file in memory: what is mapped instead would end the process with a pulled stick."""
    status = path.stat()
    if not stat.S_ISREG(status.st_mode) or status.st_size > LARGEST_FILE:
        raise EnvironmentFault("font_unusable", file=str(path))
    with path.open("rb") as file:
        return file.read(LARGEST_FILE)


def _opened(program: bytes) -> Any:  # noqa: ANN401 - uharfbuzz ships no types
    return hb.Face(hb.Blob(program))


def _instance(face: Any, weight: int) -> Any:  # noqa: ANN401 - uharfbuzz ships no types
    wanted = hb.SubsetInput()
    wanted.keep_everything()
    wanted.pin_all_axes_to_default(face)
    if any(axis.tag == _WEIGHT_AXIS for axis in face.axis_infos):
        wanted.pin_axis_location(face, _WEIGHT_AXIS, weight)  # clamped to what the axis has
    return _opened(bytes(hb.subset(face, wanted).blob.data))


def _weight_class(face: Any, path: Path) -> int:  # noqa: ANN401 - uharfbuzz ships no types
    """usWeightClass, or what the file's name says where there is no such table."""
    table = bytes(face.reference_table("OS/2").data) if "OS/2" in face.table_tags else b""
    found = int.from_bytes(table[4:6], "big")
    if 1 <= found <= 1000:
        return found
    return BOLD if "bold" in path.stem.lower() else REGULAR
