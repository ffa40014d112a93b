"""Text and bars in boxes, placed from the side where the language begins.

What is too long for its box is cut with an ellipsis: a summary must not keep a day from closing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

from kiosk.errors import EnvironmentFault
from kiosk.typesetting.document import Document
from kiosk.typesetting.line import Line
from kiosk.typesetting.scripts import is_right_to_left
from kiosk.typesetting.tags import PARAGRAPH
from kiosk.typesetting.typesetter import LONGEST_TEXT, Fit, Typesetter

_CUT_AT_ONCE = 0.85


@dataclass(frozen=True, slots=True)
class Box:
    """A part of the page; ``x`` from the side where reading starts, ``top`` from the bottom."""

    x: float
    top: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Style:
    """``align`` is start, centre or end; ``least`` the smallest size before text is cut."""

    size: float
    colour: str
    bold: bool = False
    align: str = "start"
    lines: int = 1
    least: float = 5.5
    role: str = PARAGRAPH


class Strokes:
    """Draws into boxes of one page."""

    def __init__(self, document: Document, typesetter: Typesetter, language: str) -> None:
        self._document = document
        self._typesetter = typesetter
        self._language = language
        self._mirrored = is_right_to_left(language)

    def left(self, x: float, width: float) -> float:
        """The left edge of what begins at ``x`` from the reading side."""
        return self._document.width - x - width if self._mirrored else x

    def fill(self, box: Box, colour: str, radius: float = 0.0) -> None:
        x, y = self.left(box.x, box.width), box.top - box.height
        self._document.box(x, y, box.width, box.height, radius=radius, fill=colour)

    def rule(self, x: float, y: float, width: float, colour: str) -> None:
        left = self.left(x, width)
        self._document.rule(left, y, left + width, y, 0.6, colour)

    def text(self, text: str, box: Box, style: Style) -> None:
        """One line whose baseline is the box's foot."""
        line = self._lines(text, replace(box, height=self._document.height), style)[0]
        x, y = self._x(line, box, style), box.top - box.height
        self._document.draw(line, x, y, style.colour, role=style.role)

    def pill(self, text: str, box: Box, style: Style, fill: str) -> None:
        """One line on a rounded ground as wide as itself, at the end side of the box."""
        line = self._lines(text, replace(box, height=self._document.height), style)[0]
        baseline, below, pad = box.top - box.height, max(line.descent, 3), 6
        width, height = line.width_pt + 2 * pad, max(line.ascent, 8) + below + 8
        ground = Box(box.x + box.width - width, baseline + height - below - 4, width, height)
        self.fill(ground, fill, radius=5)
        self._document.draw(line, self.left(ground.x, width) + pad, baseline, style.colour)

    def block(self, text: str, box: Box, style: Style, *, middle: bool = False) -> None:
        """Lines from the top of the box down, or around its middle."""
        lines = self._lines(text, box, style)
        spare = box.height - sum(map(pitch, lines)) if middle else 0.0
        y = box.top - spare / 2
        for at, line in enumerate(lines):
            y -= pitch(line)
            x = self._x(line, box, style)
            self._document.draw(
                line, x, y + below(line), style.colour, role=style.role, continues=at > 0
            )

    def _x(self, line: Line, box: Box, style: Style) -> float:
        left = self.left(box.x, box.width)
        if style.align == "centre":
            return left + (box.width - line.width_pt) / 2
        at_right = (style.align == "end") != self._mirrored
        return left + box.width - line.width_pt if at_right else left

    def _lines(self, text: str, box: Box, style: Style) -> list[Line]:
        """The text within its box, smaller or cut where it must be."""
        text = self._settable(text[:LONGEST_TEXT])
        for shown in _ever_shorter(text):
            size = style.size
            while size >= style.least:
                fit = Fit(box.width, size, size, style.lines)
                lines = self._typesetter.paragraph(shown, self._language, fit, bold=style.bold)
                if lines is not None and sum(map(pitch, lines)) <= box.height:
                    return lines
                size -= 0.5
        raise EnvironmentFault("paper_too_small", place=text, file="summary")

    def _settable(self, text: str) -> str:
        """The text with an ellipsis for what cannot be set (a form's label may hold an emoji)."""
        for cluster in self._typesetter.unsettable(text, self._language):
            text = text.replace(cluster, "…")
        missing = self._typesetter.unsettable(text, self._language)
        if missing:
            raise EnvironmentFault("font_missing", text=text, clusters=" ".join(missing))
        return text


def _ever_shorter(text: str) -> Iterator[str]:
    yield text
    kept = len(text)
    while kept > 1:
        kept = int(kept * _CUT_AT_ONCE)
        yield f"{text[:kept].rstrip()}…"


def below(line: Line) -> float:
    """What a line needs below its baseline."""
    return max(line.descent, 0.24 * line.size_pt)


def pitch(line: Line) -> float:
    """The height that a line takes up, its ink included."""
    return max(line.ascent, 0.8 * line.size_pt) + below(line) + 0.12 * line.size_pt
