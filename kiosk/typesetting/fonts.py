"""Finding fonts and asking them: which characters they have, and how large their glyphs are.

Fonts are found (a folder of the coordinator's, then the system's), never copied. A face is
opened once per process.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import uharfbuzz as hb

from kiosk.errors import EnvironmentFault
from kiosk.typesetting.scripts import families

SYSTEM_FOLDERS = (
    Path("/usr/share/fonts/truetype/noto"),
    Path("/usr/share/fonts/truetype/dejavu"),
    Path("/usr/share/fonts/noto"),
    Path("/usr/share/fonts/google-noto"),
    Path("/usr/local/share/fonts"),
    Path("~/.local/share/fonts").expanduser(),
    Path("C:/Windows/Fonts"),
)
LARGEST_FILE = 32 << 20
MOST_OWN_FILES = 200
_NEEDED_TABLES = {"glyf", "loca", "head", "hhea", "hmtx", "maxp", "cmap"}

Extents = tuple[int, int, int, int]  # left, bottom, right, top of a glyph's ink, font units


class Face:
    """One TrueType font file, open for shaping and measuring. Raises EnvironmentFault."""

    def __init__(self, path: Path) -> None:
        try:
            if path.stat().st_size > LARGEST_FILE:
                raise EnvironmentFault("font_unusable", file=str(path))
            self._face = hb.Face(hb.Blob.from_file_path(os.fspath(path)))
        except (OSError, hb.HarfBuzzError) as error:
            raise EnvironmentFault("font_unusable", file=str(path)) from error
        if not _NEEDED_TABLES.issubset(self._face.table_tags) or not self._face.unicodes:
            raise EnvironmentFault("font_unusable", file=str(path))
        self.path = path
        self.upem: int = self._face.upem
        self.glyph_count: int = self._face.glyph_count
        self.coverage = frozenset(self._face.unicodes)
        self.hb_font: Any = hb.Font(self._face)
        self._extents: dict[int, Extents] = {}
        self._advances: dict[int, int] = {}

    @property
    def hb_face(self) -> Any:  # noqa: ANN401 - uharfbuzz ships no types
        return self._face

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

    def advance(self, glyph: int) -> int:
        if glyph not in self._advances:
            self._advances[glyph] = self.hb_font.get_glyph_h_advance(glyph)
        return self._advances[glyph]


@lru_cache(maxsize=256)
def open_face(path: Path) -> Face:
    """The face of a file, opened once per process."""
    return Face(path)


class Fonts:
    """Where fonts are looked for: given files first, then given folders, then the system's."""

    def __init__(
        self,
        folders: Sequence[Path] = (),
        *,
        files: Sequence[Path] = (),
        system: Sequence[Path] = SYSTEM_FOLDERS,
    ) -> None:
        self._system = tuple(system)
        self._own = [open_face(path) for path in files]
        self._own += [face for folder in folders for face in _usable(_font_files(folder))]
        self._found: dict[tuple[str, str, bool], tuple[Face, ...]] = {}

    def candidates(self, script: str, language: str, *, bold: bool) -> tuple[Face, ...]:
        """Faces that may set this script, the best first."""
        key = (script, language, bold)
        if key not in self._found:
            own = sorted(self._own, key=lambda face: _is_bold(face.path) != bold)
            self._found[key] = (*own, *self._system_faces(families(script, language), bold=bold))
        return self._found[key]

    def _system_faces(self, names: Iterable[str], *, bold: bool) -> Iterator[Face]:
        """For every family its face of that weight, or, where it has none, the other weight."""
        endings = ("-Bold.ttf", "-Regular.ttf", ".ttf") if bold else ("-Regular.ttf", ".ttf")
        for name in names:
            paths = (folder / f"{name}{ending}" for ending in endings for folder in self._system)
            path = next((path for path in paths if path.is_file()), None)
            if path is not None:
                yield open_face(path)


def _font_files(folder: Path) -> list[Path]:
    try:
        files = sorted(path for path in folder.iterdir() if path.suffix.lower() == ".ttf")
    except OSError as error:
        raise EnvironmentFault("font_folder_unreadable", folder=str(folder)) from error
    if len(files) > MOST_OWN_FILES:
        raise EnvironmentFault("font_folder_too_large", folder=str(folder), most=MOST_OWN_FILES)
    return files


def _usable(files: Iterable[Path]) -> Iterator[Face]:
    """The faces of a folder; a file there that is no font is passed over."""
    for path in files:
        try:
            yield open_face(path)
        except EnvironmentFault:
            continue


def _is_bold(path: Path) -> bool:
    return "bold" in path.stem.lower()
