"""Which font belongs to which script, and which script a piece of text is in."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from string import digits

from PySide6.QtCore import QByteArray, QLoggingCategory
from PySide6.QtGui import QFontDatabase

from ui import nastaliq

LATIN, ARABIC, COMMON = "Latn", "Arab", "Zyyy"

FAMILIES = {
    LATIN: "Noto Sans",
    "Deva": "Noto Sans Devanagari",
    "Beng": "Noto Sans Bengali",
    "Guru": "Noto Sans Gurmukhi",
    "Gujr": "Noto Sans Gujarati",
    "Orya": "Noto Sans Oriya",
    "Taml": "Noto Sans Tamil",
    "Telu": "Noto Sans Telugu",
    "Knda": "Noto Sans Kannada",
    "Mlym": "Noto Sans Malayalam",
    ARABIC: nastaliq.NAME,
    "Olck": "Noto Sans Ol Chiki",
    "Mtei": "Noto Sans Meetei Mayek",
}
NASKH = "Noto Naskh Arabic"
SYMBOLS = ("Noto Sans Symbols", "Noto Sans Symbols2", "Noto Sans Math")

_LANGUAGE_SCRIPTS = {
    "hi": "Deva", "mr": "Deva", "ne": "Deva", "sa": "Deva", "kok": "Deva", "mai": "Deva",
    "doi": "Deva", "brx": "Deva", "sd": ARABIC, "ur": ARABIC, "ks": ARABIC, "kn": "Knda",
    "te": "Telu", "ta": "Taml", "ml": "Mlym", "bn": "Beng", "as": "Beng", "gu": "Gujr",
    "pa": "Guru", "or": "Orya", "sat": "Olck", "mni": "Mtei",
}  # fmt: skip

_BLOCKS = (  # first, last, script (Unicode 16, Blocks.txt)
    (0x0041, 0x005A, LATIN), (0x0061, 0x007A, LATIN), (0x00C0, 0x024F, LATIN),
    (0x0600, 0x06FF, ARABIC), (0x0750, 0x077F, ARABIC), (0x0870, 0x08FF, ARABIC),
    (0x0900, 0x0963, "Deva"), (0x0966, 0x097F, "Deva"), (0x0980, 0x09FF, "Beng"),
    (0x0A00, 0x0A7F, "Guru"), (0x0A80, 0x0AFF, "Gujr"), (0x0B00, 0x0B7F, "Orya"),
    (0x0B80, 0x0BFF, "Taml"), (0x0C00, 0x0C7F, "Telu"), (0x0C80, 0x0CFF, "Knda"),
    (0x0D00, 0x0D7F, "Mlym"), (0x1C50, 0x1C7F, "Olck"), (0x1CD0, 0x1CFF, "Deva"),
    (0x1E00, 0x1EFF, LATIN), (0xA8E0, 0xA8FF, "Deva"), (0xAAE0, 0xAAFF, "Mtei"),
    (0xABC0, 0xABFF, "Mtei"), (0xFB50, 0xFDFF, ARABIC), (0xFE70, 0xFEFF, ARABIC),
)  # fmt: skip


@cache
def script_of(character: str) -> str:
    """The ISO 15924 code of a character's script; COMMON for spaces, digits, punctuation."""
    point = ord(character)
    return next((script for first, last, script in _BLOCKS if first <= point <= last), COMMON)


def first_script(text: str, otherwise: str) -> str:
    """The script of the first letter that has one."""
    return next((s for s in map(script_of, text) if s != COMMON), otherwise)


def script_runs(text: str, otherwise: str) -> Iterator[tuple[int, int, str]]:
    """Start, end and script of each stretch; what is common goes with the stretch before it. But
    among Arabic letters a number is a Latin stretch: the space of Nastaliq is so narrow that a
    date and a time would be read as one number.
    """
    start, script = 0, first_script(text, otherwise)
    for at, character in enumerate(text):
        found = LATIN if script == ARABIC and character in digits else script_of(character)
        if found not in (COMMON, script):
            if start < at:
                yield start, at, script
            start, script = at, found
    if text:
        yield start, len(text), script


def script_of_language(tag: str) -> str:
    """The script that a language is written in; a BCP 47 script subtag wins."""
    parts = tag.split("-")
    named = next((part for part in parts[1:] if len(part) == 4 and part.isalpha()), None)
    return named or _LANGUAGE_SCRIPTS.get(parts[0], LATIN)


def families_for(script: str, tag: str = "") -> list[str]:
    """The font families to try, in order, for text of this script in this language."""
    sindhi = tag.partition("-")[0] == "sd"
    own = NASKH if script == ARABIC and sindhi else FAMILIES.get(script)
    others = [family for family in FAMILIES.values() if family != own]
    return [*([own] if own else []), *others, *SYMBOLS]


def load_fonts() -> tuple[str, ...]:
    """Makes every family of FAMILIES known to Qt, from the system's folders of fonts if need be.

    Gives the families that are nowhere to be found. Call it once, after QApplication.
    """
    _be_calm()
    return tuple(family for family in FAMILIES.values() if not _load(family))


def load_first_fonts() -> None:
    """Before the first picture: what no system has, and all if the system has no Latin either.

    To ask for each family takes as long as painting them; ``load_later_fonts`` does it soon after.
    """
    if not QFontDatabase.hasFamily(FAMILIES[LATIN]):
        load_fonts()
        return
    _be_calm()
    _load(nastaliq.NAME)


def load_later_fonts() -> bool:
    """Loads what is still missing; whether anything was, so that all has to be laid out anew."""
    missing = [family for family in FAMILIES.values() if not QFontDatabase.hasFamily(family)]
    for family in missing:
        _load(family)
    return bool(missing)


def _be_calm() -> None:
    """Qt tells of each family that it passes over on its way down a list of families; the list is
    there to be gone down.
    """
    QLoggingCategory.setFilterRules("qt.text.font.db.info=false")


def _load(family: str) -> bool:
    if QFontDatabase.hasFamily(family):
        return True
    if family == nastaliq.NAME:
        for file in _files_of(nastaliq.OLD_NAME):
            font = nastaliq.cured(file, bold="Bold" in file.name)
            QFontDatabase.addApplicationFontFromData(QByteArray(font))
    else:
        for file in _files_of(family):
            QFontDatabase.addApplicationFont(str(file))
    return QFontDatabase.hasFamily(family)


def _files_of(family: str) -> list[Path]:
    stem = family.replace(" ", "")
    wanted = {f"{stem}{style}.ttf" for style in ("-Regular", "-Bold", "[wght]", "[wdth,wght]", "")}
    return [
        file
        for folder in _font_folders()
        for file in sorted(
            Path(at, name) for at, names in _listed(folder) for name in names & wanted
        )
    ]


@cache
def _listed(folder: Path) -> tuple[tuple[str, frozenset[str]], ...]:
    """Every folder below, and the names of its files."""
    return tuple((at, frozenset(names)) for at, _, names in os.walk(folder))


def _font_folders() -> list[Path]:
    own = [Path(path) for path in os.environ.get("SAMVAD_FONTS", "").split(os.pathsep) if path]
    wheel = Path(sys.prefix) / "share" / "fonts"
    return [*own, wheel, Path("/usr/share/fonts"), Path.home() / ".local/share/fonts"]
