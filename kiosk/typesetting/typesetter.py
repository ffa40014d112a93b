"""What the rest of the house asks of typesetting: lines, paragraphs, and what cannot be set."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, replace
from functools import lru_cache

from kiosk.errors import VisitorError
from kiosk.typesetting.breaking import Span, break_lines, break_places
from kiosk.typesetting.fonts import Fonts
from kiosk.typesetting.line import Line
from kiosk.typesetting.shape import Shaped, Shaper

LONGEST_TEXT = 4000
_SPACES = re.compile("[\t\n\r\u2028\u2029]")
_TAG = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,4}")  # BCP 47, as far as it is needed here
_LINES_KEPT = 2048  # a batch repeats everything but names and serials
_SHRINK_STEP = 0.96
_LEAST_UNBROKEN = 0.5
_TOLERANCE = 0.01
_SPACES_LOST = 1.1  # lines lose the spaces at their ends, so they hold a little more than they are
_OVER = 1.001  # words shaped one by one may add up to a hair less than the line


@dataclass(frozen=True, slots=True)
class Fit:
    """Limits within which text may be made to fit: sizes in points, width, number of lines."""

    width_pt: float
    size_pt: float
    min_size_pt: float
    lines: int = 1
    shrink_first: bool = False


class Typesetter:
    """Sets lines with the fonts of this machine. Lines are kept, because batches repeat them."""

    def __init__(self, fonts: Fonts) -> None:
        self._shaper = Shaper(fonts)
        self._shaped = lru_cache(maxsize=_LINES_KEPT)(self._shape)
        self._paragraphs = lru_cache(maxsize=_LINES_KEPT)(self._paragraph)
        self._breaks = lru_cache(maxsize=_LINES_KEPT)(break_places)

    def set_line(self, text: str, language: str, size_pt: float, *, bold: bool = False) -> Line:
        """The text on one line. What cannot be set is in ``missing``; nothing raises for it."""
        text = normal(text)
        return Line(self._shaped(text, language, bold, 0, len(text)), size_pt, language)

    def unsettable(self, text: str, language: str) -> tuple[str, ...]:
        """The grapheme clusters of ``text`` that cannot be set; empty when all is well."""
        return self.set_line(text, language, 1).missing

    def paragraph(
        self, text: str, language: str, fit: Fit, *, bold: bool = False
    ) -> list[Line] | None:
        """The text within its limits, as lines about equally long, or None if they are too narrow.

        A text that shrinks first (a name) is broken only where half its size is too wide for one
        line; any other is broken first, and shrunk where lines run out.
        """
        found = self._paragraphs(normal(text), language, fit, bold)
        return None if found is None else list(found)

    def _paragraph(
        self,
        text: str,
        language: str,
        fit: Fit,
        bold: bool,  # noqa: FBT001 - lru_cache keys by place
    ) -> tuple[Line, ...] | None:
        if fit.shrink_first and fit.lines > 1:
            least = max(fit.min_size_pt, fit.size_pt * _LEAST_UNBROKEN)
            unbroken = replace(fit, lines=1, min_size_pt=least)
            single = self._paragraph(text, language, unbroken, bold)
            if single is not None:
                return single
        size = fit.size_pt
        while size >= fit.min_size_pt - _TOLERANCE:
            spans = self._spans(text, language, fit, size, bold=bold)
            if spans is not None:
                return tuple(
                    Line(self._shaped(text, language, bold, *span), size, language)
                    for span in spans
                )
            size *= _SHRINK_STEP
        return None

    def _shape(self, text: str, language: str, bold: bool, start: int, stop: int) -> Shaped:  # noqa: FBT001 - lru_cache keys by place
        if not _TAG.fullmatch(language):
            raise VisitorError("language_unknown", field="language")
        return self._shaper.shape(text, language, bold=bold, start=start, stop=stop)

    def _spans(
        self, text: str, language: str, fit: Fit, size: float, *, bold: bool
    ) -> list[Span] | None:
        """Where each of at most ``fit.lines`` lines begins and ends; None if they are too few."""
        width = fit.width_pt / size
        whole = self._shaped(text, language, bold, 0, len(text)).width
        if whole <= width:
            return [(0, len(text))]
        if fit.lines == 1 or whole > width * fit.lines * _SPACES_LOST:
            return None

        def measure(start: int, stop: int) -> float:
            return self._shaped(text, language, bold, start, stop).width

        spans = break_lines(text, self._breaks(text), width, fit.lines, measure)
        if spans is None or any(measure(*span) > width * _OVER for span in spans):
            return None
        return spans


def normal(text: str) -> str:
    """NFC, with every space, tab and line end a plain space. Raises VisitorError if too long."""
    if len(text) > LONGEST_TEXT:
        raise VisitorError("text_too_long", code="too_long", most=LONGEST_TEXT)
    text = unicodedata.normalize("NFC", text)
    return _SPACES.sub(" ", text).strip()
