"""Lines of two directions and scripts against Pango, which has an engine of its own for both."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from kiosk.typesetting.bidi import bidi_class
from kiosk.typesetting.document import Document
from kiosk.typesetting.typesetter import Typesetter
from tests.typesetting.mixed import LINES, SIZE_PX, Pango
from tests.typesetting.pixels import Grey, cropped, strangers
from tests.typesetting.sheets import painted
from tests.typesetting.test_text_in_pdf import actual_texts

MOST_STRANGERS = 0.002  # curves of another painter; a wrong letter is above 0.03


@pytest.fixture(scope="module")
def pango(tmp_path_factory: pytest.TempPathFactory) -> Pango:
    return Pango.at(tmp_path_factory.mktemp("pango"))


def ours(typesetter: Typesetter, text: str, language: str) -> Grey:
    line = typesetter.set_line(text, language, SIZE_PX)
    assert not line.missing
    document = Document(
        title=text, language=language, width_pt=line.width_pt + 4 * SIZE_PX, height_pt=6 * SIZE_PX
    )
    document.draw(line, 2 * SIZE_PX, 3 * SIZE_PX, "#000000")
    document.next_page()
    return cropped(painted(document.finish()) / 255)


def test_there_are_lines_enough() -> None:
    assert len(set(LINES)) >= 50


@pytest.mark.parametrize(("language", "text"), LINES)
def test_mixed_lines_equal_pango(
    typesetter: Typesetter, pango: Pango, language: str, text: str
) -> None:
    mine, theirs = ours(typesetter, text, language), pango.drawn(text, language)
    assert abs(mine.shape[1] - theirs.shape[1]) <= 3
    assert strangers(mine, theirs, reach=2) <= MOST_STRANGERS


def test_the_comparison_sees_a_wrong_order(typesetter: Typesetter, pango: Pango) -> None:
    mine = ours(typesetter, "کام GeM کا", "ur")
    assert strangers(mine, pango.drawn("کا GeM کام", "ur"), reach=2) > 10 * MOST_STRANGERS


def test_the_text_of_mixed_lines_comes_back(typesetter: Typesetter, tmp_path: Path) -> None:
    """All of it as ActualText, in the order of reading; what runs from the left by poppler too."""
    document = Document(title="lines", language="en", width_pt=3000, height_pt=100)
    for language, text in LINES:
        document.draw(typesetter.set_line(text, language, 20), 20, 40)
        document.next_page()
    pdf = document.finish()
    assert actual_texts(pdf) == [text for _, text in LINES]
    path = tmp_path / "lines.pdf"
    path.write_bytes(pdf)
    found = subprocess.run(
        ["pdftotext", str(path), "-"], check=True, capture_output=True, text=True
    ).stdout.split("\f")
    from_the_left = [
        (at, text)
        for at, (_, text) in enumerate(LINES)
        if not {"R", "AL"}.intersection(map(bidi_class, text))
    ]
    assert len(from_the_left) > 25
    assert [found[at].strip() for at, _ in from_the_left] == [text for _, text in from_the_left]
