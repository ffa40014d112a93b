"""Lines in which scripts and directions meet, and Pango, which sets them with its own engine."""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

from kiosk.typesetting.scripts import script_of
from tests.typesetting.pixels import Grey, cropped, loaded
from tests.typesetting.sheets import FONTS, NOTO, WORDS

SIZE_PX = 80
_FAMILIES = {
    "Arab": "Noto Nastaliq Urdu", "Beng": "Noto Sans Bengali", "Deva": "Noto Sans Devanagari",
    "Gujr": "Noto Sans Gujarati", "Guru": "Noto Sans Gurmukhi", "Knda": "Noto Sans Kannada",
    "Latn": "Noto Sans", "Mlym": "Noto Sans Malayalam", "Mtei": "Noto Sans Meetei Mayek",
    "Olck": "Noto Sans Ol Chiki", "Orya": "Noto Sans Oriya", "Taml": "Noto Sans Tamil",
    "Telu": "Noto Sans Telugu",
}  # fmt: skip
_CONFIGURATION = """<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>{folder}/fonts</dir><cachedir>{folder}/cache</cachedir></fontconfig>"""

# Digits and brackets that stand next to letters of another script than the line's are left out:
# Pango takes them from the line's first font, we from the font of the letters beside them.
LINES = [
    tuple(row.split("\t")) for row in (WORDS / "mixed.txt").read_text(encoding="utf-8").splitlines()
]


@dataclass(frozen=True, slots=True)
class Pango:
    """pango-view with a fontconfig that knows the fonts of the proof and no others: of Arabic fonts
    Nastaliq, or Naskh for a Sindhi line.
    """

    folder: Path

    @classmethod
    def at(cls, folder: Path) -> Pango:
        for arabic in ("NotoNastaliqUrdu", "NotoNaskhArabic"):
            fonts = folder / arabic / "fonts"
            fonts.mkdir(parents=True)
            for name in (*(own for own in FONTS.values() if own != "NotoNastaliqUrdu"), arabic):
                (fonts / f"{name}.ttf").symlink_to(NOTO / f"{name}-Regular.ttf")
            configuration = _CONFIGURATION.format(folder=folder / arabic)
            (folder / arabic / "fonts.conf").write_text(configuration)
        return cls(folder)

    def drawn(self, text: str, language: str) -> Grey:
        script = script_of(language)
        naskh = language == "sd"
        family = "Noto Naskh Arabic" if naskh else _FAMILIES[script]
        configuration = "NotoNaskhArabic" if naskh else "NotoNastaliqUrdu"
        picture = self.folder / "line.png"
        subprocess.run(
            ["pango-view", "--no-display", f"--font={family} {SIZE_PX}px", "--dpi=72",
             f"--language={language}", "--hinting=none", "--subpixel-positions", "--margin=160",
             *(["--rtl"] if script == "Arab" else []), "--no-auto-dir",
             "-o", str(picture), f"--text={text}"],
            env=dict(os.environ, FONTCONFIG_FILE=str(self.folder / configuration / "fonts.conf")),
            check=True,
            capture_output=True,
        )  # fmt: skip
        return cropped(loaded(picture))
