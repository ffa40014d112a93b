"""Finding fonts: which faces may set a script, the best first.

Fonts are found (a folder of the coordinator's, then the system's, then those of the wheel
``manimgx-fonts`` where it is installed), never copied. Bold and other weights come from the
static file nearest to them, or from a variable font.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

from kiosk.errors import EnvironmentFault
from kiosk.typesetting.faces import BOLD, REGULAR, Extents, Face, open_face
from kiosk.typesetting.scripts import families

__all__ = ["BOLD", "REGULAR", "Extents", "Face", "Fonts", "open_face"]

MOST_OWN_FILES = 200
MOST_OWN_BYTES = 128 << 20
_STYLES = {  # of Noto's static files
    100: ("-Thin",), 200: ("-ExtraLight",), 300: ("-Light",), 400: ("-Regular", ""),
    500: ("-Medium",), 600: ("-SemiBold",), 700: ("-Bold", "B", "b"), 800: ("-ExtraBold",),
    900: ("-Black",),
}  # fmt: skip
_VARIABLE = ("[wght]", "[wdth,wght]", "-VariableFont_wght", "-VariableFont_wdth,wght", "-VF")


def _wheel_folder() -> Path | None:
    """Where pip has put the variable Noto fonts of ``manimgx-fonts``, if it has."""
    found = find_spec("manimgx_fonts")
    places = list(found.submodule_search_locations or ()) if found else []
    return Path(places[0]) if places else None


WHEEL_FOLDER = _wheel_folder()
SYSTEM_FOLDERS = (
    Path("/usr/share/fonts/truetype/noto"),
    Path("/usr/share/fonts/truetype/dejavu"),
    Path("/usr/share/fonts/noto"),
    Path("/usr/share/fonts/google-noto"),
    Path("/usr/share/fonts/google-noto-vf"),
    Path("/usr/local/share/fonts"),
    Path("~/.local/share/fonts").expanduser(),
    Path("C:/Windows/Fonts"),
    *((WHEEL_FOLDER,) if WHEEL_FOLDER else ()),
)


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
        self._found: dict[tuple[str, str, int], tuple[Face, ...]] = {}

    def preferring(self, files: Sequence[Path]) -> Fonts:
        """These files first, then what is here."""
        fonts = Fonts(files=files, system=self._system)
        fonts._own += self._own
        return fonts

    def candidates(self, script: str, language: str, weight: int = REGULAR) -> tuple[Face, ...]:
        """Faces that may set this script, the best first."""
        key = (script, language, weight)
        if key not in self._found:
            own = [face.at(weight) for face in self._own]
            own.sort(key=lambda face: abs(face.weight - weight))
            system = self._system_faces(families(script, language), weight)
            self._found[key] = (*own, *system)
        return self._found[key]

    def _system_faces(self, names: Iterable[str], weight: int) -> Iterator[Face]:
        """For every family its face nearest to that weight; files that are none are passed over."""
        for name in names:
            paths = (
                folder / f"{name}{ending}.ttf"
                for ending in _endings(weight)
                for folder in self._system
            )
            faces = _usable(path for path in paths if path.is_file())
            face = next(faces, None)
            if face is not None:
                yield face.at(weight)


@lru_cache
def _endings(weight: int) -> tuple[str, ...]:
    """What follows a family in the names of its files: the very weight, then a variable font, then
    the nearest of the other weights, on the same side of medium first (as CSS fonts 4, 5.2).
    """

    def distance(style: int) -> tuple[bool, int]:
        return (style > 500) != (weight > 500), abs(style - weight)

    nearest = sorted(_STYLES, key=distance)
    exact = _STYLES.get(weight, ())
    others = (ending for style in nearest if style != weight for ending in _STYLES[style])
    return (*exact, *_VARIABLE, *others)


def _font_files(folder: Path) -> list[Path]:
    try:
        files = sorted(path for path in folder.iterdir() if path.suffix.lower() == ".ttf")
    except OSError as error:
        raise EnvironmentFault("font_folder_unreadable", folder=str(folder)) from error
    if len(files) > MOST_OWN_FILES:
        raise EnvironmentFault("font_folder_too_large", folder=str(folder), most=MOST_OWN_FILES)
    return files


def _usable(files: Iterable[Path]) -> Iterator[Face]:
    """The faces of these files, up to what memory should hold; what is no font is passed over."""
    left = MOST_OWN_BYTES
    for path in files:
        try:
            left -= path.stat().st_size
            if left >= 0:
                yield open_face(path)
        except (OSError, EnvironmentFault):
            continue
