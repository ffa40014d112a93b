"""What the rest of the house asks of typesetting: lines, paragraphs, and what cannot be set."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path

from kiosk.errors import VisitorError
from kiosk.typesetting.breaking import Span, break_lines, break_places
from kiosk.typesetting.fonts import BOLD, REGULAR, Fonts
from kiosk.typesetting.justifying import justified
from kiosk.typesetting.line import Line
from kiosk.typesetting.shape import Shaped, Shaper

LONGEST_TEXT = 4000
_SPACES = re.compile("[\t\n\r\u2028\u2029]")
_TAG = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8}){0,4}")  # BCP 47, as far as it is needed here
_LINES_KEPT = 2048  # a batch repeats everything but names and serials
_SHRINK_STEP = 0.96
_LESS_FOR_A_STUB = 0.7
_LETTERS_OF_A_STUB = 2
_LEAST_UNBROKEN = 0.5
_TOLERANCE = 0.01
_WIDEST_SPACE = 0.5  # ems: lines lose the spaces at their ends
_OVER = 1.001  # a line shaped by itself may be a hair wider than as a part of the whole,
_NARROWED = (1.0, 0.985, 0.96)  # or to more than that: kerning over spaces, in Nastaliq
_LIGHTEST, _HEAVIEST = 1, 1000  # CSS fonts 4, 2.2


@dataclass(frozen=True, slots=True)
class Fit:
    """Limits within which text may be made to fit: sizes in points, width, number of lines.

    ``justify``: lines of several, the last excepted, are stretched to the whole width.
    """

    width_pt: float
    size_pt: float
    min_size_pt: float
    lines: int = 1
    shrink_first: bool = False
    justify: bool = False


class Typesetter:
    """Sets lines with the fonts of this machine. Lines are kept, because batches repeat them."""

    def __init__(self, fonts: Fonts) -> None:
        self._fonts = fonts
        self._shaper = Shaper(fonts)
        self._shaped = lru_cache(maxsize=_LINES_KEPT)(self._shape)
        self._paragraphs = lru_cache(maxsize=_LINES_KEPT)(self._paragraph)
        self._breaks = lru_cache(maxsize=_LINES_KEPT)(break_places)

    def preferring(self, files: Sequence[Path]) -> Typesetter:
        """Another that sets with these font files first, then with the same fonts."""
        return Typesetter(self._fonts.preferring(files))

    def set_line(
        self,
        text: str,
        language: str,
        size_pt: float,
        *,
        bold: bool = False,
        weight: int | None = None,
    ) -> Line:
        """The text on one line. What cannot be set is in ``missing``; nothing raises for it.

        ``weight``: as in CSS, 400 is regular and 700 bold; the nearest that a font has.
        """
        text = normal(text)
        shaped = self._shaped(text, language, _weight(weight, bold=bold), 0, len(text))
        return Line(shaped, size_pt, language)

    def unsettable(self, text: str, language: str) -> tuple[str, ...]:
        """The grapheme clusters of ``text`` that cannot be set; empty when all is well."""
        return self.set_line(text, language, 1).missing

    def paragraph(
        self,
        text: str,
        language: str,
        fit: Fit,
        *,
        bold: bool = False,
        weight: int | None = None,
    ) -> list[Line] | None:
        """The text within its limits, as lines about equally long, or None if they are too narrow.

        A text that shrinks first (a name) is broken only where half its size is too wide for one
        line; any other is broken first, and shrunk where lines run out.
        """
        text, weight = normal(text), _weight(weight, bold=bold)
        unbroken = self._shaped(text, language, weight, 0, len(text))
        if unbroken.width <= fit.width_pt / fit.size_pt and fit.size_pt >= fit.min_size_pt:
            return [Line(unbroken, fit.size_pt, language)]  # most names: they fit as they are
        found = self._paragraphs(text, language, fit, weight)
        return None if found is None else list(found)

    def _paragraph(
        self,
        text: str,
        language: str,
        fit: Fit,
        weight: int,
    ) -> tuple[Line, ...] | None:
        if fit.shrink_first and fit.lines > 1:
            least = max(fit.min_size_pt, fit.size_pt * _LEAST_UNBROKEN)
            unbroken = replace(fit, lines=1, min_size_pt=least)
            single = self._paragraph(text, language, unbroken, weight)
            if single is not None:
                return single
        found = self._largest(text, language, fit, weight)
        if found is None:
            return None
        spans, size = found
        shaped = [self._shaped(text, language, weight, *span) for span in spans]
        if fit.justify:
            full = fit.width_pt / size
            shaped[:-1] = [justified(line, full) for line in shaped[:-1]]
        return tuple(Line(line, size, language) for line in shaped)

    def _largest(
        self, text: str, language: str, fit: Fit, weight: int
    ) -> tuple[list[Span], float] | None:
        """Lines at the largest size at which they fit; at a little less, if an initial or a mark
        would stand alone on a line else.
        """
        first: tuple[list[Span], float] | None = None
        size, least = fit.size_pt, fit.min_size_pt - _TOLERANCE
        while size >= least:
            spans = self._spans(text, language, fit, size, weight)
            if spans is not None and (fit.justify or not _leaves_a_stub(text, spans)):
                return spans, size
            if spans is not None and first is None:
                first = spans, size
                least = max(least, size * _LESS_FOR_A_STUB)
            size *= _SHRINK_STEP
        return first

    def _shape(self, text: str, language: str, weight: int, start: int, stop: int) -> Shaped:
        if not _TAG.fullmatch(language):
            raise VisitorError("language_unknown", field="language")
        return self._shaper.shape(text, language, weight, start, stop)

    def _spans(
        self, text: str, language: str, fit: Fit, size: float, weight: int
    ) -> list[Span] | None:
        """Where each of at most ``fit.lines`` lines begins and ends; None if they are too few."""
        width = fit.width_pt / size
        unbroken = self._shaped(text, language, weight, 0, len(text))
        whole, reach = unbroken.width, unbroken.reach
        if whole <= width:
            return [(0, len(text))]
        if fit.lines == 1 or whole - _WIDEST_SPACE * text.count(" ") > width * fit.lines:
            return None

        def measure(start: int, stop: int) -> float:
            return reach[stop] - reach[start]

        def fits(span: Span) -> bool:
            return self._shaped(text, language, weight, *span).width <= width * _OVER

        places = self._breaks(text)
        for narrowed in _NARROWED:
            spans = break_lines(
                text, places, width * narrowed, fit.lines, measure, even=not fit.justify
            )
            if spans is None:
                return None
            if all(map(fits, spans)):
                return spans
        return None


def _leaves_a_stub(text: str, spans: Sequence[Span]) -> bool:
    """Whether one of several lines has hardly any letters."""
    letters = (sum(map(str.isalnum, text[start:stop])) for start, stop in spans)
    return len(spans) > 1 and min(letters) <= _LETTERS_OF_A_STUB


def _weight(weight: int | None, *, bold: bool) -> int:
    if weight is None:
        return BOLD if bold else REGULAR
    return min(max(weight, _LIGHTEST), _HEAVIEST)


@lru_cache(maxsize=_LINES_KEPT)
def normal(text: str) -> str:
    """NFC, with every space, tab and line end a plain space. Raises VisitorError if too long."""
    if len(text) > LONGEST_TEXT:
        raise VisitorError("text_too_long", code="too_long", most=LONGEST_TEXT)
    text = unicodedata.normalize("NFC", text)
    return _SPACES.sub(" ", text).strip()
