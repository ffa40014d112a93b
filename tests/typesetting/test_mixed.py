"""Lines of two directions and scripts against Pango, which has an engine of its own for both."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

import pytest

from kiosk.typesetting.proof import prove
from kiosk.typesetting.typesetter import Typesetter
from tests.typesetting.pixels import DPI, cropped, loaded, rendered, strangers

NOTO = Path("/usr/share/fonts/truetype/noto")
CONFIGURATION = """<?xml version="1.0"?><!DOCTYPE fontconfig SYSTEM "fonts.dtd">
<fontconfig><dir>{folder}/fonts</dir><cachedir>{folder}/cache</cachedir></fontconfig>"""
FAMILIES = {"ur": "Noto Nastaliq Urdu", "hi": "Noto Sans Devanagari", "en": "Noto Sans",
            "kn": "Noto Sans Kannada", "te": "Noto Sans Telugu"}  # fmt: skip
FILES = ("NotoNastaliqUrdu", "NotoSans", "NotoSansDevanagari", "NotoSansKannada", "NotoSansTelugu")

# Digits and brackets that stand next to Latin letters are left out: Pango takes them from the
# line's first font, we from the font of the letters beside them.
LINES = [
    ("ur", "محمد اقبال نے 19 دسمبر 2019 کو GeM Samvad میں شرکت کی"),
    ("ur", "کام GeM کا"),
    ("ur", "یہ Mary Fernandes کی سند ہے"),
    ("ur", "کل 1284 افراد آئے، 812 نے رائے دی"),
    ("ur", "23-12-2019 کو بنگلورو میں"),
    ("ur", "(جیم سمواد) آندھرا پردیش"),
    ("hi", "श्रीमती लक्ष्मी ने 19-12-2019 को GeM Samvad में भाग लिया"),
    ("hi", "नाम: محمد اقبال जी"),
    ("en", "Certificate for محمد اقبال of Bengaluru"),
    ("en", "Certificate for श्रीमती लक्ष्मी कृष्णमूर्ति"),
    ("kn", "ಶ್ರೀ ಕೃಷ್ಣಮೂರ್ತಿ 23-12-2019 GeM Samvad"),
    ("te", "లక్ష్మి కృష్ణమూర్తి GeM Samvad లో"),
]


@pytest.fixture(scope="module")
def fontconfig(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A fontconfig that knows the same few fonts that the typesetter would choose."""
    folder = tmp_path_factory.mktemp("pango")
    (folder / "fonts").mkdir()
    for name in FILES:
        (folder / "fonts" / f"{name}.ttf").symlink_to(NOTO / f"{name}-Regular.ttf")
    configuration = folder / "fonts.conf"
    configuration.write_text(CONFIGURATION.format(folder=folder))
    return configuration


@pytest.mark.parametrize(("language", "text"), LINES)
def test_mixed_lines_equal_pango(
    typesetter: Typesetter, tmp_path: Path, fontconfig: Path, language: str, text: str
) -> None:
    pdf, picture = tmp_path / "line.pdf", tmp_path / "pango.png"
    prove(typesetter, text, language=language, to=pdf, size_pt=40)
    subprocess.run(
        ["pango-view", "--no-display", f"--font={FAMILIES[language]} 40", f"--dpi={DPI}",
         f"--language={language}", "--hinting=none", "--subpixel-positions", "--margin=80",
         *(["--rtl", "--no-auto-dir"] if language == "ur" else []),
         "-o", str(picture), f"--text={text}"],
        env=dict(os.environ, FONTCONFIG_FILE=str(fontconfig)),
        check=True,
        capture_output=True,
    )  # fmt: skip
    ours, theirs = cropped(rendered(pdf)), cropped(loaded(picture))
    assert abs(ours.shape[1] - theirs.shape[1]) <= 3
    assert strangers(ours, theirs, reach=2) <= 0.002
