"""Weights from static and variable files, and files that are no fonts."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
import uharfbuzz as hb
from fontTools.ttLib import TTFont
from fontTools.varLib.instancer import instantiateVariableFont

from kiosk.errors import EnvironmentFault
from kiosk.typesetting.document import Document
from kiosk.typesetting.faces import BOLD, LARGEST_FILE, REGULAR, Face, open_face
from kiosk.typesetting.fonts import MOST_OWN_BYTES, WHEEL_FOLDER, Fonts
from kiosk.typesetting.typesetter import Typesetter
from tests.typesetting import sheets

NOTO = Path("/usr/share/fonts/truetype/noto")
SAMPLES = {"en": "Lakshmi", "hi": "श्रीमती क्षत्रिय", "kn": "ಶ್ರೀ ಕೃಷ್ಣ", "te": "స్త్రీ లక్ష్మి",
           "ta": "ஸ்ரீ", "bn": "ক্ষ্ম", "gu": "કૃષ્ણા", "pa": "ਪ੍ਰੀਤ", "ml": "ക്ഷേത്രം",
           "or": "ଲକ୍ଷ୍ମୀ", "sd": "ڄام"}  # fmt: skip


def wheel() -> Path:
    """The folder of the wheel manimgx-fonts, which the tests install."""
    assert WHEEL_FOLDER is not None
    return WHEEL_FOLDER


@pytest.mark.parametrize("language", SAMPLES)
def test_the_wheel_alone_sets_names_in_three_weights(language: str) -> None:
    typesetter = Typesetter(Fonts(system=[wheel()]))
    widths = []
    for weight in (REGULAR, 550, BOLD):
        line = typesetter.set_line(SAMPLES[language], language, 12, weight=weight)
        assert line.missing == ()
        assert {run.face.weight for run in line.runs} == {weight}
        assert all(path.parent == wheel() for path in line.font_files)
        widths.append(line.width_pt)
    assert len(set(widths)) == 3
    bold = typesetter.set_line(SAMPLES[language], language, 12, bold=True)
    assert bold.width_pt == widths[-1]


def test_scripts_that_the_wheel_lacks_are_told() -> None:
    typesetter = Typesetter(Fonts(system=[wheel()]))
    assert typesetter.unsettable("ᱥᱟ", "sat") == ("ᱥ", "ᱟ")
    assert typesetter.unsettable("ꯃꯩ", "mni") == ("ꯃꯩ",)


def test_static_files_come_before_the_wheel_and_other_weights_from_it(
    typesetter: Typesetter,
) -> None:
    named = {
        weight: typesetter.set_line("राम", "hi", 12, weight=weight).font_files[0].name
        for weight in (400, 600, 700, 900)
    }
    assert named == {
        400: "NotoSansDevanagari-Regular.ttf",
        600: "NotoSansDevanagari[wght].ttf",
        700: "NotoSansDevanagari-Bold.ttf",
        900: "NotoSansDevanagari[wght].ttf",
    }


def test_without_variable_fonts_the_nearest_static_weight_is_taken() -> None:
    typesetter = Typesetter(Fonts(system=[NOTO]))
    names = [
        typesetter.set_line("राम", "hi", 12, weight=weight).font_files[0].stem
        for weight in (100, 500, 600, 900, 99_999)
    ]
    assert [name.rpartition("-")[2] for name in names] == ["Regular"] * 2 + ["Bold"] * 3


def test_an_own_folder_gives_the_weight_that_was_asked_for(tmp_path: Path) -> None:
    for name, style in (("one", "Bold"), ("two", "Regular")):  # what files are called says nothing
        (tmp_path / f"{name}.ttf").symlink_to(NOTO / f"NotoSerif-{style}.ttf")
    typesetter = Typesetter(Fonts([tmp_path]))
    assert typesetter.set_line("Ravi", "en", 12).font_files[0].stem == "two"
    assert typesetter.set_line("Ravi", "en", 12, bold=True).font_files[0].stem == "one"


@pytest.mark.parametrize("name", ["NotoSansDevanagari", "NotoSansKannada"])
def test_a_static_instance_has_the_outlines_of_the_variation(name: str) -> None:
    """HarfBuzz's instancer against HarfBuzz's own variations, and, a unit off, fontTools'."""
    path = wheel() / f"{name}[wght].ttf"
    instance = Face(path, 600)
    varied = hb.Font(hb.Face(hb.Blob.from_file_path(os.fspath(path))))
    varied.set_variations({"wght": 600})
    other = instantiateVariableFont(TTFont(path), {"wght": 600})
    widths = other["hmtx"].metrics
    order = other.getGlyphOrder()
    for glyph in range(0, instance.glyph_count, 29):
        assert abs(instance.advance(glyph) - varied.get_glyph_h_advance(glyph)) <= 1
        assert abs(instance.advance(glyph) - widths[order[glyph]][0]) <= 1
        box = varied.get_glyph_extents(glyph)
        expected = (box.x_bearing, box.y_bearing + box.height,
                    box.x_bearing + box.width, box.y_bearing)  # fmt: skip
        assert all(abs(a - b) <= 2 for a, b in zip(instance.extents(glyph), expected, strict=True))


def test_a_variable_weight_is_embedded_as_it_was_shaped(tmp_path: Path) -> None:
    """What PDFium paints of weight 600 is neither regular nor bold."""
    typesetter = Typesetter(Fonts(system=[wheel()]))
    pages = {}
    for weight in (400, 600, 700):
        word = sheets.Word("लक्ष्मी", "hi", "Deva")
        document = Document(title="w", language="hi", width_pt=400, height_pt=200)
        line = typesetter.set_line(word.text, "hi", 100, weight=weight)
        document.draw(line, 20, 60, "#000000")
        document.next_page()
        pages[weight] = int(sheets.painted(document.finish()).astype(int).sum())
    assert pages[400] < pages[600] < pages[700]


def test_a_font_that_is_opened_again_is_the_same_font() -> None:
    """Else a page that was set before and after would name two subsets alike."""
    path = wheel() / "NotoSansDevanagari[wght].ttf"
    document = Document(title="w", language="hi", width_pt=400, height_pt=200)
    for text in ("श्री", "लक्ष्मी"):
        open_face.cache_clear()
        line = Typesetter(Fonts(files=[path], system=())).set_line(text, "hi", 40)
        document.draw(line, 20, 60)
        document.next_page()
    assert document.finish().count(b"/FontFile2") == 1
    assert Face(path, 400) == Face(path) != Face(path, 500)


@pytest.mark.parametrize("kind", ["folder", "pipe", "device", "huge", "empty", "text"])
def test_what_is_no_font_file_is_refused_at_once(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "a.ttf"
    if kind == "folder":
        path.mkdir()
    elif kind == "pipe":
        os.mkfifo(path)
    elif kind == "device":
        path = Path("/dev/zero")
    elif kind == "huge":
        with path.open("wb") as file:
            file.truncate(LARGEST_FILE + 1)
    else:
        path.write_bytes(b"" if kind == "empty" else b"a font" * 99)
    with pytest.raises(EnvironmentFault) as fault:
        Face(path)
    assert fault.value.key == "font_unusable"


def test_a_folder_is_read_up_to_what_memory_should_hold(tmp_path: Path) -> None:
    program = (NOTO / "NotoSansOlChiki-Regular.ttf").read_bytes()
    for at in range(6):
        with (tmp_path / f"{at}.ttf").open("wb") as file:
            file.write(program)
            file.truncate(LARGEST_FILE)  # a font all the same
    read = Fonts([tmp_path], system=()).candidates("Olck", "sat")
    assert len(read) == MOST_OWN_BYTES // LARGEST_FILE == 4
    open_face.cache_clear()
