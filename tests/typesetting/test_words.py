"""The proof: word for word, our PDF and HarfBuzz's own outlines are the same picture."""

from __future__ import annotations

import subprocess
from collections import Counter
from pathlib import Path

import pytest

from kiosk.typesetting.typesetter import Typesetter
from tests.typesetting import sheets
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
    placed = sheets.cells(sheets.words(script), bold=True)
    ours = sheets.painted(sheets.sheet(placed, typesetter, bold=True))
    assert sheets.differing(placed, ours, sheets.theirs(placed, tmp_path, bold=True)) == {}


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
