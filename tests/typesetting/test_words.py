"""The proof: word for word, our PDF and HarfBuzz's own outlines are the same picture."""

from __future__ import annotations

import json
import subprocess
from collections import Counter
from pathlib import Path

import pytest
import uharfbuzz as hb

from kiosk.typesetting.fonts import Fonts
from kiosk.typesetting.typesetter import Typesetter
from tests.typesetting import sheets
from tests.typesetting.test_fonts import wheel
from tests.typesetting.test_text_in_pdf import actual_texts

ENOUGH = 300
EXCEPTED: dict[str, str] = {}  # a word that differs, and why; there is none


@pytest.mark.parametrize("script", sheets.SCRIPTS)
def test_every_word_of_a_script_equals_harfbuzz_outlines(
    typesetter: Typesetter, tmp_path: Path, script: str
) -> None:
    words = sheets.words(script)
    assert len(set(words)) >= ENOUGH
    placed = sheets.cells(words)
    pdf = sheets.sheet(placed, typesetter)
    found = sheets.differing(placed, sheets.painted(pdf), sheets.theirs(placed, tmp_path))
    assert {word.text: pixels for word, pixels in found.items() if word.text not in EXCEPTED} == {}
    assert actual_texts(pdf) == [word.text for word in words]
    if script != "Arab":
        (tmp_path / "sheet.pdf").write_bytes(pdf)
        text = subprocess.run(
            ["pdftotext", "-raw", str(tmp_path / "sheet.pdf"), "-"],
            check=True, capture_output=True, text=True,
        ).stdout  # fmt: skip
        assert Counter(text.split()) == Counter(word.text for word in words)


@pytest.mark.long
@pytest.mark.parametrize("script", sheets.SCRIPTS)
def test_every_bold_word_equals_harfbuzz_outlines(
    typesetter: Typesetter, tmp_path: Path, script: str
) -> None:
    placed = sheets.cells(sheets.words(script), sheets.bold)
    ours = sheets.painted(sheets.sheet(placed, typesetter, 700))
    assert sheets.differing(placed, ours, sheets.theirs(placed, tmp_path, sheets.bold)) == {}


@pytest.mark.long
@pytest.mark.parametrize("script", sorted(set(sheets.SCRIPTS) - {"Mtei", "Olck"}))
def test_every_word_of_a_variable_font_equals_harfbuzz_variations(
    tmp_path: Path, script: str
) -> None:
    """The wheel's fonts at a weight between regular and bold."""
    typesetter = Typesetter(Fonts(system=[wheel()]))
    own = "NotoSansArabic" if script == "Arab" else sheets.FONTS[script]
    path = wheel() / f"{own}[wght].ttf"
    varied = hb.Font(hb.Face(hb.Blob.from_file_path(str(path))))
    varied.set_variations({"wght": 550})
    words = [
        word
        for word in sheets.words(script)
        if typesetter.set_line(word.text, word.language, 1, weight=550).font_files == (path,)
    ]
    assert len(words) >= ENOUGH
    placed = sheets.cells(words, lambda _: varied)
    ours = sheets.painted(sheets.sheet(placed, typesetter, 550))
    assert sheets.differing(placed, ours, sheets.theirs(placed, tmp_path, lambda _: varied)) == {}


@pytest.mark.parametrize("script", sheets.SCRIPTS)
def test_glyphs_and_places_equal_those_of_another_harfbuzz(
    typesetter: Typesetter, script: str
) -> None:
    """hb-shape is the system's HarfBuzz, years older than the one that sets."""
    groups: dict[tuple[str, str], list[sheets.Word]] = {}
    for word in sheets.words(script):
        groups.setdefault((word.font, word.language.split("-")[0]), []).append(word)
    for (font, language), words in groups.items():
        rows = shaped_by_the_system(words, font, language)
        assert len(rows) == len(words)
        for word, row in zip(words, rows, strict=True):
            assert glyphs_of(typesetter, word) == row, word


def shaped_by_the_system(
    words: list[sheets.Word], font: str, language: str
) -> list[list[tuple[int, int, int]]]:
    """Glyph and place of each glyph of each word, in font units."""
    script = words[0].script
    done = subprocess.run(
        ["hb-shape", "--no-glyph-names", "--no-clusters", "--output-format=json",
         f"--script={script}", f"--language={language}",
         f"--direction={'rtl' if script == 'Arab' else 'ltr'}",
         str(sheets.NOTO / f"{font}-Regular.ttf")],
        input="".join(f"{word.text}\n" for word in words),
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    rows = []
    for line in done.stdout.splitlines():
        pen, row = 0, []
        for glyph in json.loads(line):
            row.append((glyph["g"], pen + glyph["dx"], glyph["dy"]))
            pen += glyph["ax"]
        rows.append(row)
    return rows


def glyphs_of(typesetter: Typesetter, word: sheets.Word) -> list[tuple[int, int, int]]:
    line = typesetter.set_line(word.text, word.language, 1)
    return [
        (glyph.id, round((run.x + glyph.x) * run.face.upem), round(glyph.y * run.face.upem))
        for run in line.runs
        for glyph in run.glyphs
    ]


@pytest.mark.parametrize(
    ("text", "language", "script", "other", "other_language"),
    [
        ("ज़मीन", "hi", "Deva", "जमीन", "hi"),
        ("क्‍ष", "hi", "Deva", "क्‌ष", "hi"),
        ("शल", "mr", "Deva", "शल", "hi"),
        ("झ५८", "ne", "Deva", "झ५८", "hi"),
        ("کِ", "ur", "Arab", "کَ", "ur"),
        ("ᱟᱹ", "sat", "Olck", "ᱟ", "sat"),
    ],
)
def test_the_proof_sees_one_dot_and_one_form(
    typesetter: Typesetter,
    tmp_path: Path,
    text: str,
    language: str,
    script: str,
    other: str,
    other_language: str,
) -> None:
    placed = sheets.cells([sheets.Word(text, language, script)])
    wrong = [sheets.Cell(sheets.Word(other, other_language, script), cell.x, cell.y, cell.width)
             for cell in placed]  # fmt: skip
    ours = sheets.painted(sheets.sheet(wrong, typesetter))
    assert len(sheets.differing(placed, ours, sheets.theirs(placed, tmp_path))) == 1
