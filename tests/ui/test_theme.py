from __future__ import annotations

from collections.abc import Callable

import pytest
import uharfbuzz as hb
from PySide6.QtCore import QByteArray, QPointF
from PySide6.QtGui import QFont, QRawFont, QTextLayout
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from ui import nastaliq
from ui.theme import PALETTES, SCALES, TOUCH_MIN, Palette, Theme, contrast, resource, stylesheet
from ui.typeface import _files_of, first_script, script_of_language, script_runs

READ_ON = [
    ("ink", "ground"), ("ink", "card"), ("ink", "warm"), ("ink", "tint"), ("ink", "key"),
    ("ink", "key_tool"), ("ink", "key_sign"), ("ink", "key_ground"), ("ink", "danger_ground"),
    ("quiet", "ground"), ("quiet", "card"), ("quiet", "warm"), ("quiet", "tint"),
    ("quiet", "key_sign"), ("quiet", "key"), ("primary", "ground"), ("primary", "card"),
    ("primary", "tint"), ("on_primary", "primary"), ("on_primary", "pressed"),
    ("on_deep", "deep"), ("quiet_on_deep", "deep"), ("highlight", "deep"), ("danger", "card"),
    ("danger", "ground"), ("danger", "danger_ground"), ("on_danger", "danger"), ("card", "ink"),
]  # fmt: skip
SEEN_ON = [("edge", "card"), ("edge", "ground"), ("focus", "card"), ("focus", "ground")]


def too_weak(
    palette: Palette, pairs: list[tuple[str, str]], least: float
) -> dict[tuple[str, str], float]:
    ratios = {
        (one, other): round(contrast(getattr(palette, one), getattr(palette, other)), 2)
        for one, other in pairs
    }
    return {pair: ratio for pair, ratio in ratios.items() if ratio < least}


@pytest.mark.parametrize("palette", PALETTES.values(), ids=list(PALETTES))
def test_words_stand_out_from_their_ground(palette: Palette) -> None:
    assert too_weak(palette, READ_ON, 4.5) == {}


@pytest.mark.parametrize("palette", PALETTES.values(), ids=list(PALETTES))
def test_borders_of_what_is_touched_and_the_focus_are_seen(palette: Palette) -> None:
    assert too_weak(palette, SEEN_ON, 3) == {}


def test_contrast_is_that_of_the_standard() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)
    assert contrast("#777777", "#FFFFFF") == pytest.approx(4.48, abs=0.01)


def test_high_contrast_is_not_pure_white_on_pure_black() -> None:
    palette = PALETTES["contrast"]
    assert palette.ground != "#000000"
    assert palette.ink != "#FFFFFF"


def test_type_grows_with_the_scale_and_space_half_as_fast() -> None:
    assert [Theme(scale=s).pixels("small") for s in SCALES] == [18, 22, 27, 36]
    assert [Theme(scale=s).space(2) for s in SCALES] == [16, 18, 20, 24]
    assert all(Theme(scale=s).touch() >= TOUCH_MIN for s in SCALES)


def test_nastaliq_is_half_a_step_larger_with_twice_the_leading() -> None:
    theme = Theme()
    assert theme.font("body", "ur").pixelSize() == 25
    assert theme.font("body", "hi").pixelSize() == 22
    assert theme.leading("body", "Arab") == 50


@pytest.mark.parametrize(
    ("tag", "family"),
    [
        ("hi", "Noto Sans Devanagari"),
        ("kn", "Noto Sans Kannada"),
        ("te", "Noto Sans Telugu"),
        ("ur", nastaliq.NAME),
        ("en", "Noto Sans"),
        ("sat-Olck", "Noto Sans Ol Chiki"),
        ("ks-Arab", nastaliq.NAME),
        ("sd", "Noto Naskh Arabic"),
    ],
)
def test_each_language_begins_with_the_family_of_its_script(tag: str, family: str) -> None:
    assert Theme().font("body", tag).families()[0] == family


def test_the_stylesheet_leaves_no_token_open() -> None:
    for palette in PALETTES.values():
        assert "$" not in stylesheet(Theme(palette, 1.5))


def test_widgets_of_qt_wear_the_palette(qtbot: QtBot, wear: Callable[[Theme], None]) -> None:
    line = QLineEdit()
    qtbot.addWidget(line)
    wear(Theme(PALETTES["dark"]))
    line.resize(300, 80)
    assert line.grab().toImage().pixelColor(150, 10).name().upper() == PALETTES["dark"].card


def test_a_text_is_cut_into_runs_of_one_script() -> None:
    text = "Iqbal محمد 25, ಕನ್ನಡ"
    runs = [(text[start:end], script) for start, end, script in script_runs(text, "Latn")]
    assert runs == [("Iqbal ", "Latn"), ("محمد ", "Arab"), ("25, ", "Latn"), ("ಕನ್ನಡ", "Knda")]
    assert first_script("25 श्री", "Latn") == "Deva"
    assert first_script("25", "Telu") == "Telu"
    assert script_of_language("pa-Arab") == "Arab"


@pytest.mark.parametrize("bold", [False, True])
@pytest.mark.parametrize("word", ["محمد", "ٹھیک", "درست", "کیجیے", "بب"])
def test_urdu_letters_stand_where_harfbuzz_puts_them(word: str, *, bold: bool) -> None:
    size = 1000
    font = QFont(nastaliq.NAME)
    font.setPixelSize(size)
    font.setBold(bold)
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    assert _by_qt(word, font) == pytest.approx(_by_harfbuzz(word, size, bold=bold), abs=2)


def _by_qt(word: str, font: QFont) -> list[float]:
    """Heights of the glyphs above the baseline, sorted."""
    layout = QTextLayout(word, font)
    layout.beginLayout()
    line = layout.createLine()
    line.setLineWidth(100_000)
    layout.endLayout()
    points: list[QPointF] = [at for run in line.glyphRuns() for at in run.positions()]
    return sorted(line.ascent() - at.y() for at in points)


def _by_harfbuzz(word: str, size: int, *, bold: bool) -> list[float]:
    files = _files_of(nastaliq.OLD_NAME)
    file = next(f for f in files if ("Bold" in f.name) == bold)
    font = hb.Font(hb.Face(hb.Blob.from_file_path(str(file))))
    font.scale = (size, size)
    buffer = hb.Buffer()
    buffer.add_str(word)
    buffer.guess_segment_properties()
    hb.shape(font, buffer, {})
    return sorted(position.y_offset for position in buffer.glyph_positions)


def test_the_cure_changes_nothing_but_anchors_and_names() -> None:
    file = next(f for f in _files_of(nastaliq.OLD_NAME) if "Regular" in f.name)
    before, after = file.read_bytes(), nastaliq.cured(file, bold=False)
    assert len(before) == len(after)
    raw = QRawFont(str(file), 100)
    glyphs = raw.glyphIndexesForString("محمد")
    cured = QRawFont(QByteArray(after), 100)
    assert [cured.boundingRect(g) for g in glyphs] == [raw.boundingRect(g) for g in glyphs]


def test_resources_are_found() -> None:
    assert resource("keyboards", "hi.toml").is_file()
