"""Lines of two directions and scripts against Pango, which has an engine of its own for both."""

from __future__ import annotations

import pytest

from kiosk.typesetting.document import Document
from kiosk.typesetting.typesetter import Typesetter
from tests.typesetting.mixed import LINES, SIZE_PX, Pango
from tests.typesetting.pixels import Grey, cropped, strangers
from tests.typesetting.sheets import painted

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
