"""Directions within a line: levels by UAX #9, and the order in which runs stand on paper.

Explicit marks, isolates and the sequences they cut are here; what a sequence makes of its
characters is in ``resolving``.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from kiosk.typesetting.resolving import Isolated, resolve

RIGHT_TO_LEFT = 1
LEFT_TO_RIGHT = 0
FIRST_STRONG_ISOLATE, POP_ISOLATE = "\u2068", "\u2069"

_MARKS = frozenset("\u200e\u200f\u2066\u2067\u2068")
_DEEPEST = 125  # BD2
_PATTERNS_KEPT = 512
_EXPLICIT = frozenset({"RLE", "LRE", "RLO", "LRO", "RLI", "LRI", "FSI"})
_TURNS = {  # what makes another level than the paragraph's own
    LEFT_TO_RIGHT: _EXPLICIT | {"R", "AL", "AN"},
    RIGHT_TO_LEFT: _EXPLICIT | {"L", "EN", "AN"},
}
_ISOLATING = frozenset({"LRI", "RLI", "FSI"})
_EMBEDDING = {"RLE": (1, ""), "LRE": (0, ""), "RLO": (1, "R"), "LRO": (0, "L")}
_REMOVED = frozenset({"RLE", "LRE", "RLO", "LRO", "PDF", "BN"})  # X9
_AT_LINE_ENDS = frozenset({"WS", "FSI", "LRI", "RLI", "PDI"}) | _REMOVED  # L1
_SEPARATORS = frozenset({"B", "S"})


def isolated(text: str) -> str:
    """The text as a word of its own direction inside any line: a name in a sentence, say."""
    return f"{FIRST_STRONG_ISOLATE}{text}{POP_ISOLATE}"


@lru_cache(maxsize=2048)
def isolated_within(text: str, base: int) -> str:
    """What is put into a line of that direction: isolated if it would turn what stands beside it
    (an Urdu name before a date), as it is if it runs with the line or stands between marks.
    """
    classes = {bidi_class(char) for char in text}
    turns = not _TURNS[base].isdisjoint(classes) if base == LEFT_TO_RIGHT else "L" in classes
    return isolated(text) if turns and text[0] not in _MARKS else text


@lru_cache(maxsize=4096)
def bidi_class(char: str) -> str:
    """The Bidi_Class; L for what this Python's Unicode does not know."""
    return unicodedata.bidirectional(char) or "L"


def levels(text: str, base: int) -> list[int]:
    """The embedding level of every character of one paragraph, before rule L1.

    Characters that rule X9 takes out stand where the character before them stands.
    """
    classes = tuple(map(bidi_class, text))
    if _TURNS[base].isdisjoint(classes):
        return [base] * len(text)
    signs = [char if kind == "ON" else "-" for char, kind in zip(text, classes, strict=True)]
    return [*_levels(classes, "".join(signs), base)]


@lru_cache(maxsize=_PATTERNS_KEPT)
def _levels(classes: tuple[str, ...], signs: str, base: int) -> tuple[int, ...]:
    """Only signs are looked at, for brackets; of others the class says all. So lines that differ in
    a name or number alone are one.
    """
    explicit = _Explicit(classes, base)
    found, types = explicit.levels, explicit.types
    for sequence in _sequences(classes, found, base):
        resolve(signs, classes, types, found, sequence)
    return tuple(_fill(classes, found, base))


def line_levels(text: str, paragraph: Sequence[int], base: int, start: int, stop: int) -> list[int]:
    """Rule L1 for the line from ``start`` to ``stop``: separators, and the spaces before them and
    before the line's end, stand at the paragraph's level.
    """
    line = list(paragraph[start:stop])
    blank = True
    for at in range(len(line) - 1, -1, -1):
        kind = bidi_class(text[start + at])
        blank = kind in _SEPARATORS or (blank and kind in _AT_LINE_ENDS)
        if blank:
            line[at] = base
    return line


def visual_order(run_levels: Sequence[int]) -> list[int]:
    """Rule L2 over runs: their indices from left to right."""
    order = list(range(len(run_levels)))
    if not order:
        return order
    odd = [level for level in run_levels if level % 2]
    for level in range(max(run_levels), min(odd, default=max(run_levels) + 1) - 1, -1):
        start = None
        for at in range(len(order) + 1):
            high = at < len(order) and run_levels[order[at]] >= level
            if high and start is None:
                start = at
            elif not high and start is not None:
                order[start:at] = reversed(order[start:at])
                start = None
    return order


def first_strong(classes: Sequence[str], *, isolate: bool) -> int:
    """The level of the first strong character (P2, P3), isolates passed over: of a paragraph, or of
    what follows an isolate's beginning, up to its end.
    """
    depth = 0
    for kind in classes:
        if kind in _ISOLATING:
            depth += 1
        elif kind == "PDI":
            if isolate and not depth:
                break
            depth = max(0, depth - 1)
        elif depth == 0 and kind in {"L", "R", "AL"}:
            return int(kind != "L")
    return LEFT_TO_RIGHT


@dataclass(slots=True)
class _Status:
    """An entry of the directional status stack (X1)."""

    level: int
    override: str
    isolate: bool


@dataclass(slots=True)
class _Explicit:
    """Rules X1 to X8: levels by explicit marks, and types where an override forces them."""

    classes: Sequence[str]
    base: int
    levels: list[int] = field(init=False)
    types: list[str] = field(init=False)
    _stack: list[_Status] = field(init=False)
    _overflowing_isolates: int = 0
    _overflowing_embeddings: int = 0
    _valid_isolates: int = 0

    def __post_init__(self) -> None:
        self.levels, self.types = [], list(self.classes)
        self._stack = [_Status(self.base, "", isolate=False)]
        for at, kind in enumerate(self.classes):
            if kind in _EMBEDDING:
                self._mark(at)
                self._embed(*_EMBEDDING[kind])
            elif kind in _ISOLATING:
                self._mark(at)
                own = first_strong(self.classes[at + 1 :], isolate=True) if kind == "FSI" else 0
                self._isolate(RIGHT_TO_LEFT if kind == "RLI" else own)
            elif kind == "PDI":
                self._end_isolate()
                self._mark(at)
            elif kind == "PDF":
                self._mark(at)
                self._end_embedding()
            elif kind == "B":
                self.levels.append(self.base)
            else:
                self._mark(at)

    def _mark(self, at: int) -> None:
        last = self._stack[-1]
        self.levels.append(last.level)
        if last.override and self.classes[at] not in _REMOVED:
            self.types[at] = last.override

    def _next(self, direction: int) -> int:
        """The next higher level of that direction."""
        level = self._stack[-1].level + 1
        return level if level % 2 == direction else level + 1

    def _embed(self, direction: int, override: str) -> None:
        level = self._next(direction)
        if level <= _DEEPEST and not self._overflowing_isolates + self._overflowing_embeddings:
            self._stack.append(_Status(level, override, isolate=False))
        elif not self._overflowing_isolates:
            self._overflowing_embeddings += 1

    def _isolate(self, direction: int) -> None:
        level = self._next(direction)
        if level <= _DEEPEST and not self._overflowing_isolates + self._overflowing_embeddings:
            self._valid_isolates += 1
            self._stack.append(_Status(level, "", isolate=True))
        else:
            self._overflowing_isolates += 1

    def _end_isolate(self) -> None:
        if self._overflowing_isolates:
            self._overflowing_isolates -= 1
        elif self._valid_isolates:
            self._overflowing_embeddings = 0
            while not self._stack[-1].isolate:
                self._stack.pop()
            self._stack.pop()
            self._valid_isolates -= 1

    def _end_embedding(self) -> None:
        if self._overflowing_isolates:
            return
        if self._overflowing_embeddings:
            self._overflowing_embeddings -= 1
        elif not self._stack[-1].isolate and len(self._stack) > 1:
            self._stack.pop()


def _sequences(classes: Sequence[str], levels: Sequence[int], base: int) -> Iterator[Isolated]:
    """Isolating run sequences (X10, BD13), what X9 removes left out."""
    runs: list[list[int]] = []
    for at in (at for at, kind in enumerate(classes) if kind not in _REMOVED):
        if not runs or levels[runs[-1][-1]] != levels[at]:
            runs.append([])
        runs[-1].append(at)
    borders = [base, *(levels[run[0]] for run in runs), base]
    first = {run[0]: number for number, run in enumerate(runs)}
    partner = _partners(classes)
    continued = {partner[run[-1]] for run in runs if run[-1] in partner}
    for number, run in enumerate(runs):
        if run[0] in continued:
            continue
        members, last = list(run), number
        while members[-1] in partner:
            last = first[partner[members[-1]]]
            members += runs[last]
        level = levels[run[0]]
        after = base if classes[members[-1]] in _ISOLATING else borders[last + 2]
        yield Isolated(members, level, max(level, borders[number]), max(level, after))


def _partners(classes: Sequence[str]) -> dict[int, int]:
    """For every isolate initiator that has one, where its PDI stands (BD9)."""
    found: dict[int, int] = {}
    opened: list[int] = []
    for at, kind in enumerate(classes):
        if kind in _ISOLATING:
            opened.append(at)
        elif kind == "PDI" and opened:
            found[opened.pop()] = at
    return found


def _fill(classes: Sequence[str], found: Sequence[int], base: int) -> list[int]:
    filled: list[int] = []
    for kind, level in zip(classes, found, strict=True):
        removed = kind in _REMOVED
        filled.append((filled[-1] if filled else base) if removed else level)
    return filled
