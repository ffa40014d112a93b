"""QR symbols made in a moment are those that segno makes, and scanners read them."""

from __future__ import annotations

import random

import numpy as np
import pytest
import segno

from kiosk.certificates.modules import ALPHANUMERIC, MASK, modules
from tests.certificates.symbols import symbols_in

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"  # digits alone would make segno choose another mode
# Where the text ends with a codeword, segno adds one of zeros that the standard does not ask for
# (7.4.9): that symbol is another, and as good.
LENGTHS = (1, 3, 20, 47, 78, 200, 300, 420, 560, 641, 900, 1500, 2200, 3000, 4296)


def text_of(length: int) -> str:
    source = random.Random(length)
    return "".join(source.choice(ALPHANUMERIC) for _ in range(length - 1)) + source.choice(LETTERS)


@pytest.mark.parametrize("level", ["l", "m"])
@pytest.mark.parametrize("length", LENGTHS)
def test_symbols_are_segno_s(length: int, level: str) -> None:
    text = text_of(length)
    made = modules(text, level)
    try:
        expected = segno.make(text, error=level, micro=False, boost_error=False, mask=MASK)
    except segno.DataOverflowError:
        assert made is None
        return
    assert made == tuple(bytes(row) for row in expected.matrix)


@pytest.mark.parametrize("length", range(1, 160, 3))
def test_scanners_read_every_length(length: int) -> None:
    text = text_of(length)
    made = modules(text, "m")
    assert made is not None
    picture = np.pad(np.array([list(row) for row in made], dtype=np.uint8), 4)
    picture = np.kron(255 - picture * 255, np.ones((3, 3), dtype=np.uint8))
    assert [found.text for found in symbols_in(picture)] == [text]


@pytest.mark.parametrize("text", ["", "lower case", "जेम", "A" * 5000])
def test_other_texts_are_left_to_segno(text: str) -> None:
    assert modules(text, "l") is None
