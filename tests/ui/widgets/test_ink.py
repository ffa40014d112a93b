from __future__ import annotations

from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pytest
from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QTextOption

from ui.theme import Role, Theme
from ui.widgets.ink import Block, Side, Style, _lay_out, block, forget_blocks, widest_word

LONG = {
    "ur": "درست ہے، محفوظ کیجیے۔ براہِ کرم ٹھیک ٹھیک لکھیے، گگن گھٹا گہرائی پیچھے ٹیڑھی کھیر",
    "hi": "कृपया ध्यान दीजिए: लक्ष्मी कृष्णमूर्ति की पर्ची ज़रूरी है, इसे सँभालकर रखिएगा",
    "kn": "ದಯವಿಟ್ಟು ಗಮನಿಸಿ: ಲಕ್ಷ್ಮಿ ಕೃಷ್ಣಮೂರ್ತಿಯವರ ಚೀಟಿಯನ್ನು ಜೋಪಾನವಾಗಿ ಇಟ್ಟುಕೊಳ್ಳಿ",
    "te": "దయచేసి గమనించండి: లక్ష్మి కృష్ణమూర్తిగారి చీటీని జాగ్రత్తగా ఉంచుకోండి",
    "ml": "ദയവായി ശ്രദ്ധിക്കുക: രജിസ്ട്രേഷൻപൂർത്തിയാക്കിയിരിക്കുന്നു",
    "en": "Please note: what Lakshmi and محمد اقبال wrote, and ಕನ್ನಡ, is kept",
}
EDGE = 60


def ink_of(laid: Block, side: Side) -> tuple[npt.NDArray[np.bool_], int]:
    """Where there is ink, in a picture with EDGE px around the block; and the block's width."""
    width = laid.width
    image = QImage(width + 2 * EDGE, laid.height + 2 * EDGE, QImage.Format.Format_Grayscale8)
    image.fill(Qt.GlobalColor.white)
    painter = QPainter(image)
    laid.draw(painter, QRectF(EDGE, EDGE, width, laid.height), QColor("black"), side)
    painter.end()
    pixels = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), -1)
    return pixels[:, : image.width()] < 200, width


@pytest.mark.parametrize("side", ["left", "right"])
@pytest.mark.parametrize("scale", [1.0, 1.5, 2.0])
@pytest.mark.parametrize("role", ["small", "title"])
@pytest.mark.parametrize("tag", LONG)
def test_no_ink_leaves_the_block(tag: str, role: Role, scale: float, side: Side) -> None:
    for bold in (False, True):
        for width in (None, 700, 260):
            laid = Block(LONG[tag], Style(Theme(scale=scale), role, tag, bold), width)
            ink, _ = ink_of(laid, side)
            inside = ink[EDGE:-EDGE, EDGE:-EDGE]
            assert inside.any()
            assert ink.sum() == inside.sum()


@pytest.mark.parametrize("tag", LONG)
def test_lines_do_not_run_into_each_other(tag: str) -> None:
    laid = Block(LONG[tag], Style(Theme(), "lead", tag), 400)
    boxes = [
        (line.baseline + line.ink.top(), line.baseline + line.ink.bottom()) for line in laid._lines
    ]
    assert len(boxes) > 1
    assert all(above[1] <= below[0] + 1 for above, below in pairwise(boxes))


@pytest.mark.parametrize("tag", LONG)
def test_what_fits_whole_is_not_broken(tag: str) -> None:
    style = Style(Theme(), "lead", tag, bold=True)
    whole = Block(LONG[tag], style)
    assert len(whole) == 1
    assert len(Block(LONG[tag], style, whole.width)) == 1
    assert len(Block(LONG[tag], style, whole.width - 40)) > 1


def test_a_word_is_broken_only_if_it_must_be() -> None:
    style = Style(Theme(), "lead", "ml")
    word = widest_word(LONG["ml"], style)
    fitting = Block(LONG["ml"], style, word)
    assert fitting.width <= word
    narrow = Block(LONG["ml"], style, word // 2)
    assert narrow.width <= word // 2 + 2
    assert len(narrow) > len(fitting)


CODES = {
    "en": "Certificate KA1-C-0042 was replaced by KA1-C-0043.",
    "ur": "سند \u2066KA1-C-0042\u2069 کی جگہ سند \u2066KA1-C-0043\u2069 جاری ہوئی۔",
    "kn": "ಪ್ರಮಾಣಪತ್ರ \u2066KA1-C-0042\u2069 ಬದಲಿಗೆ \u2066KA1-C-0043\u2069 ನೀಡಲಾಗಿದೆ.",
    "te": "ధ్రువపత్రం \u2066KA1-C-0042\u2069 స్థానంలో \u2066KA1-C-0043\u2069 ఇచ్చారు.",
    "hi": "प्रमाणपत्र \u2066KA1-C-0042\u2069 की जगह \u2066KA1-C-0043\u2069 दिया गया।",
}


@pytest.mark.parametrize("tag", CODES)
def test_no_line_ends_within_a_serial(tag: str) -> None:
    style, counts = Style(Theme(), "body", tag), set()
    for width in range(widest_word(CODES[tag], style), 700, 7):
        laid = Block(CODES[tag], style, width)
        for line in laid._lines:
            start, length = line.line.textStart(), line.line.textLength()
            shown = line.layout.text()[start : start + length].rstrip()
            assert not shown.endswith(("-", "-\u2060"))
        counts.add(len(laid))
    assert len(counts) > 1


@pytest.mark.parametrize("tag", CODES)
def test_what_keeps_a_serial_whole_is_not_seen(tag: str) -> None:
    """Beside the same line laid out as it is; the text itself stays what it was."""
    style = Style(Theme(), "lead", tag)
    laid = Block(CODES[tag], style)
    plain = Block(CODES[tag], style)
    plain._lines = _lay_out(CODES[tag], style, 100_000.0, QTextOption.WrapMode.NoWrap)
    plain._place()
    assert laid.text == CODES[tag]
    assert (ink_of(laid, "left")[0] == ink_of(plain, "left")[0]).all()


def test_all_of_a_text_is_laid_out() -> None:
    text = "one two\n\nthree"
    laid = Block(text, Style(Theme()))
    assert len(laid) == 3
    assert laid.height >= 3 * Theme().leading("body")


def test_a_key_cap_shrinks_into_its_key() -> None:
    laid = Block("ముందుకు", Style(Theme(), "display", "te"))
    image = QImage(60, 40, QImage.Format.Format_Grayscale8)
    image.fill(Qt.GlobalColor.white)
    painter = QPainter(image)
    laid.draw_in(painter, QRectF(4, 4, 52, 32), QColor("black"))
    painter.end()
    pixels = np.frombuffer(image.constBits(), np.uint8).reshape(40, -1)[:, :60] < 200
    assert pixels[3:37, 3:57].sum() == pixels.sum() > 50


def test_remembered_layouts_are_forgotten() -> None:
    first = block("Lakshmi", Style(Theme()))
    assert block("Lakshmi", Style(Theme())) is first
    forget_blocks()
    assert block("Lakshmi", Style(Theme())) is not first


def test_a_text_is_bounded() -> None:
    assert len(Block("x " * 50_000, Style(Theme())).text) <= 20_000
