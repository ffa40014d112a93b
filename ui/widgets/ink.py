"""Text measured by its ink: lines that never clip, whatever the script.

A font's line box is a promise that Nastaliq does not keep: strokes reach above and below it, and
past the end of a line. So every line is measured by the outlines of its glyphs, and the block is
as large as these need.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from math import ceil
from typing import Literal, NamedTuple
from unicodedata import bidirectional

from PySide6 import QtCore
from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import (
    QColor,
    QPainter,
    QRawFont,
    QTextLayout,
    QTextLine,
    QTextOption,
)

from kiosk.domain.codes import kept_whole
from ui.theme import Role, Theme
from ui.typeface import ARABIC, first_script, script_of_language, script_runs

_ENDLESS = 100_000.0
_EDGE = 2  # px around ink: outlines are rounded to pixels, and smoothed
_ANYWHERE = QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere
_ISOLATED = re.compile("[\u2066-\u2068][^\u2069]*\u2069")
_MAX_CHARACTERS = 20_000
_HALF_LETTER = 0.34  # of the size of type: from the middle of a letter to its baseline
_ABOVE = 0.69  # the part of the leading that lies above the baseline

_RIGHT_TO_LEFT = frozenset({"R", "AL"})
_STRONG = _RIGHT_TO_LEFT | {"L"}

Side = Literal["left", "middle", "right"]


class Style(NamedTuple):
    """How a text is set. ``tag`` is the language that decides where the script does not."""

    theme: Theme
    role: Role = "body"
    tag: str = "en"
    bold: bool = False


class _Line:
    """``layout`` owns the line; ``ink`` is relative to the start of its baseline."""

    def __init__(self, layout: QTextLayout, line: QTextLine, ink: QRectF, width: float) -> None:
        self.layout = layout
        self.line = line
        self.ink = ink
        self.width = width
        self.baseline = 0.0


class Block:
    """A text broken into lines of at most ``width`` px (None: only where the text breaks)."""

    def __init__(self, text: str, style: Style, width: int | None = None) -> None:
        self.text = text[:_MAX_CHARACTERS]
        self.style = style
        self._lines = [
            line
            for part in kept_whole(self.text).split("\n")
            for line in _broken(part, style, width)
        ]
        self._leading = style.theme.leading(style.role, _main_script(self.text, style.tag))
        self.height = self._place()
        self.width = ceil(max((line.width for line in self._lines), default=0.0))

    def __len__(self) -> int:
        return len(self._lines)

    def _place(self) -> int:
        """Puts the baselines as far apart as leading and ink ask for; gives the whole height."""
        bottom = 0.0
        for line in self._lines:
            above = max(-line.ink.top(), self._leading * _ABOVE)
            below = max(line.ink.bottom(), self._leading * (1 - _ABOVE))
            line.baseline = bottom + ceil(above)
            bottom = line.baseline + ceil(below)
        return ceil(bottom)

    def draw(
        self,
        painter: QPainter,
        rect: QRectF,
        colour: QColor | None,
        side: Side = "left",
    ) -> None:
        """Draws the lines from the top of ``rect``, at that side of it; without a colour with the
        pen that the painter has.
        """
        if colour is not None:
            painter.setPen(colour)
        for line in self._lines:
            x = rect.left()
            if side == "right":
                x = rect.right() - line.width
            elif side == "middle":
                x = rect.left() + (rect.width() - line.width) / 2
            origin = QPointF(x - min(line.ink.left(), 0.0), rect.top() + line.baseline)
            line.line.draw(painter, origin - QPointF(0, line.line.ascent()))

    def draw_in(self, painter: QPainter, room: QRectF, colour: QColor) -> None:
        """Draws one short line into the middle of ``room``; smaller, if its ink needs more."""
        if not self._lines or self._lines[0].ink.isEmpty():
            return
        line = self._lines[0]
        shrink = min(1.0, room.width() / line.ink.width(), room.height() / line.ink.height())
        raised = self.style.theme.pixels(self.style.role) * _HALF_LETTER * shrink
        baseline = room.center().y() + raised
        baseline = min(baseline, room.bottom() - line.ink.bottom() * shrink)
        baseline = max(baseline, room.top() - line.ink.top() * shrink)
        painter.save()
        painter.translate(room.center().x() - line.ink.center().x() * shrink, baseline)
        painter.scale(shrink, shrink)
        painter.setPen(colour)
        line.line.draw(painter, QPointF(0, -line.line.ascent()))
        painter.restore()


@lru_cache(maxsize=2000)
def block(text: str, style: Style, width: int | None = None) -> Block:
    """A block, laid out once for each text, style and width, and once for all that it fits in."""
    if width is not None and block(text, style).width <= width:
        return block(text, style)
    return Block(text, style, width)


def forget_blocks() -> None:
    """Drops every remembered layout: some hold what a visitor typed."""
    block.cache_clear()


def widest_word(text: str, style: Style) -> int:
    """The width in px of the widest piece that must not be broken."""
    return max((block(word, style).width for word in text.split()), default=0)


def _main_script(text: str, tag: str) -> str:
    """The script that decides font and direction. What stands in isolates does not (UAX 9, P2)."""
    return first_script(_ISOLATED.sub("", text), script_of_language(tag))


def _broken(text: str, style: Style, width: int | None) -> list[_Line]:
    """The lines of one paragraph. It is broken only if its ink is too wide: Qt adds to the width of
    Nastaliq what its strokes overlap, and would break a word that fits.
    """
    whole = _lay_out(text, style, _ENDLESS, QTextOption.WrapMode.NoWrap)
    if width is None or not whole or ceil(whole[0].width) <= width:
        return whole
    fits = widest_word(text, style) <= width
    mode = QTextOption.WrapMode.WordWrap if fits else _ANYWHERE
    return _lay_out(text, style, float(max(width, 1)), mode)


def _lay_out(text: str, style: Style, width: float, mode: QTextOption.WrapMode) -> list[_Line]:
    main = _main_script(text, style.tag)
    font = style.theme.script_font(style.role, main, style.tag, bold=style.bold)
    layout = QTextLayout(text, font)
    layout.setTextOption(_option(text, mode, rtl=main == ARABIC))
    runs = list(script_runs(text, script_of_language(style.tag)))
    if any(script != main for _, _, script in runs):  # else all of it is in the layout's own font
        layout.setFormats(_formats(text, style, runs))
    layout.beginLayout()
    lines = []
    while (line := layout.createLine()).isValid():
        line.setLineWidth(width)
        line.setPosition(QPointF(0, 0))
        lines.append(line)
    layout.endLayout()
    return [_measured(layout, line) for line in lines]


def _option(text: str, mode: QTextOption.WrapMode, *, rtl: bool) -> QTextOption:
    option = QTextOption()
    option.setWrapMode(mode)
    if rtl != _seems_right_to_left(text):  # else Qt finds the direction by itself
        directions = QtCore.Qt.LayoutDirection
        option.setTextDirection(directions.RightToLeft if rtl else directions.LeftToRight)
    return option


def _seems_right_to_left(text: str) -> bool:
    """What Qt takes a text for: by its first letter, whatever is isolated (UAX 9, P2 and P3)."""
    strong = (bidirectional(letter) for letter in _ISOLATED.sub("", text))
    return next((kind in _RIGHT_TO_LEFT for kind in strong if kind in _STRONG), False)


def _formats(
    text: str, style: Style, runs: Iterable[tuple[int, int, str]]
) -> list[QTextLayout.FormatRange]:
    """Each stretch of one script in the font of that script. Qt counts UTF-16 units."""
    from PySide6.QtGui import QTextCharFormat  # noqa: PLC0415 - few texts are in two scripts

    formats = []
    for start, end, script in runs:
        run = QTextLayout.FormatRange()
        run.start = _units(text[:start])
        run.length = _units(text[start:end])
        run.format = QTextCharFormat()
        run.format.setFont(style.theme.script_font(style.role, script, style.tag, bold=style.bold))
        formats.append(run)
    return formats


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def _measured(layout: QTextLayout, line: QTextLine) -> _Line:
    """The line with the box of its ink."""
    ink = QRectF()
    for run in line.glyphRuns():
        font = run.rawFont()
        for glyph, at in zip(run.glyphIndexes(), run.positions(), strict=True):
            ink = ink.united(_glyph_box(font, glyph).translated(at))
    ink = ink.translated(0, -line.ascent()).adjusted(-_EDGE, -_EDGE, _EDGE, _EDGE)
    left = min(ink.left(), 0.0)
    width = max(ink.right(), line.horizontalAdvance()) - left
    return _Line(layout, line, ink, width)


def _glyph_box(font: QRawFont, glyph: int) -> QRectF:
    return font.boundingRect(glyph)
