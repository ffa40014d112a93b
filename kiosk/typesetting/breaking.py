"""Where lines may end (UAX #14), and where they should: as few lines as hold the text, as even
as they can be, or as full as they can be where they are justified.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache
from itertools import pairwise

from uniseg.graphemecluster import grapheme_cluster_boundaries
from uniseg.linebreak import LineBreak, line_break, line_break_boundaries

from kiosk.domain.codes import codes

Span = tuple[int, int]
Measure = Callable[[int, int], float]

_BALANCE_STEPS = 7
_WORDS_KEPT = 4096
_PLAIN = frozenset({LineBreak.AL, LineBreak.HL, LineBreak.NU, LineBreak.CM, LineBreak.ZWJ})
_line_break = lru_cache(maxsize=4096)(line_break)
_WORD = re.compile("[^ ]+")  # class SP of UAX #14 is this space alone


def break_places(text: str) -> tuple[int, ...]:
    """Where a line may begin or end, both ends of the text included; never within a code.

    UAX #14 may break between a space and a mark that stands on it; a grapheme cluster (UAX #29) is
    never cut. Its rules look across spaces only where a sign stands beside them, so words are
    looked at one by one, and kept: names and numbers change from page to page, sentences do not.
    """
    places = [0]
    before, end = "", 0
    for found in _WORD.finditer(text):
        start, word = found.start(), found[0]
        if start > end and _parts(before, text[end:start], word):
            places.append(start)
        places += [start + place for place in _within(word)]
        before, end = word, found.end()
    return tuple(dict.fromkeys((*places, len(text))))


@lru_cache(maxsize=_WORDS_KEPT)
def _within(word: str) -> tuple[int, ...]:
    """The break places inside a word."""
    if _is_plain(word):
        return ()
    allowed = set(grapheme_cluster_boundaries(word)) - {0, len(word)}
    for start, stop in codes(word):
        allowed.difference_update(range(start + 1, stop))
    return tuple(place for place in line_break_boundaries(word) if place in allowed)


def _parts(before: str, spaces: str, word: str) -> bool:
    """Whether the spaces between two words part lines: after letters and digits always."""
    return (_is_plain(before) and word[0].isalnum()) or _part_signs(before, spaces, word)


@lru_cache(maxsize=_WORDS_KEPT)
def _is_plain(word: str) -> bool:
    """Whether it is letters, their marks, joiners and digits, between which no line ends (LB9,
    LB23, LB25, LB28): no signs, and no script without spaces.
    """
    return all(_line_break(char) in _PLAIN for char in word)


@lru_cache(maxsize=_WORDS_KEPT)
def _part_signs(before: str, spaces: str, word: str) -> bool:
    text = f"{before}{spaces}{word}"
    place = len(text) - len(word)
    return place in line_break_boundaries(text) and place in grapheme_cluster_boundaries(text)


def break_lines(
    text: str, places: Sequence[int], width: float, most: int, measure: Measure, *, even: bool
) -> list[Span] | None:
    """Spans of at most ``most`` lines no wider than ``width``; None if they cannot hold it.

    ``even``: lines about equally long, else each as full as it can be. Spaces at the end of a line
    belong to no line.
    """
    units = [_Unit(text, start, stop, measure) for start, stop in pairwise(places)]
    best = _greedy(units, width)
    if best is None or len(best) > most:
        return None
    return _balanced(units, best, width) if even else best


def _balanced(units: Sequence[_Unit], best: list[Span], width: float) -> list[Span]:
    """The same number of lines in the narrowest measure that holds them."""
    narrow, wide = sum(unit.advance for unit in units) / len(best), width
    for _ in range(_BALANCE_STEPS):
        middle = (narrow + wide) / 2
        tried = _greedy(units, middle)
        if tried is not None and len(tried) <= len(best):
            best, wide = tried, middle
        else:
            narrow = middle
    return best


class _Unit:
    """What stands between two places where a line may break."""

    def __init__(self, text: str, start: int, stop: int, measure: Measure) -> None:
        self.start = start
        self.end = start + len(text[start:stop].rstrip())
        self.advance = measure(start, stop)
        self.ink = measure(start, self.end) if self.end < stop else self.advance


def _greedy(units: Sequence[_Unit], width: float) -> list[Span] | None:
    """Every line as full as it can be; None if one unit alone is too wide."""
    spans: list[Span] = []
    start, used = 0, 0.0
    for at, unit in enumerate(units):
        if unit.ink > width:
            return None
        if at > start and used + unit.ink > width:
            spans.append((units[start].start, units[at - 1].end))
            start, used = at, 0.0
        used += unit.advance
    if units:
        spans.append((units[start].start, units[-1].end))
    return spans
