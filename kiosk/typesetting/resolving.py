"""What an isolating run sequence makes of its characters: UAX #9, rules W1 to I2."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from fontTools.unicodedata import Mirrored

_BRACKET_ANGLES = {"\u2329": "\u3008", "\u232a": "\u3009"}  # canonical equivalents (BD16)
_DEEPEST_BRACKETS = 63  # BD16
_STRONG = {"L": "L", "R": "R", "AL": "R", "EN": "R", "AN": "R"}  # N0 and N1: numbers count as R
_NEUTRAL = frozenset({"B", "S", "WS", "ON", "FSI", "LRI", "RLI", "PDI"})
_BOUNDARIES = frozenset({"FSI", "LRI", "RLI", "PDI"})


@dataclass(frozen=True, slots=True)
class Isolated:
    """An isolating run sequence: where its characters stand, their level, and the levels that
    decide its start and its end (``sos``, ``eos``).
    """

    members: list[int]
    level: int
    start_level: int
    end_level: int

    @property
    def sos(self) -> str:
        return "LR"[self.start_level % 2]

    @property
    def eos(self) -> str:
        return "LR"[self.end_level % 2]

    @property
    def embedding(self) -> str:
        return "LR"[self.level % 2]


def resolve(
    text: str, classes: Sequence[str], types: Sequence[str], levels: list[int], sequence: Isolated
) -> None:
    """Writes the levels of one sequence. ``types`` are classes as overrides left them."""
    own = [types[at] for at in sequence.members]
    _weak(own, sequence)
    _brackets(text, classes, own, sequence)
    _neutral(own, sequence)
    for at, kind in zip(sequence.members, own, strict=True):
        if kind == "R":
            levels[at] += 1 - levels[at] % 2
        elif kind in {"AN", "EN"}:
            levels[at] += 2 - levels[at] % 2
        elif kind == "L":
            levels[at] += levels[at] % 2


def _weak(own: list[str], sequence: Isolated) -> None:
    """W1 to W7."""
    before, strong = sequence.sos, sequence.sos
    for at, kind in enumerate(own):
        if kind == "NSM":
            own[at] = "ON" if before in _BOUNDARIES else before  # W1
        before = own[at]
        if before in {"L", "R", "AL"}:
            strong = before
        elif before == "EN" and strong == "AL":
            own[at] = "AN"  # W2
    own[:] = ["R" if kind == "AL" else kind for kind in own]  # W3
    _separators(own)
    _terminators(own)
    strong = sequence.sos
    for at, kind in enumerate(own):
        if kind in {"ES", "ET", "CS"}:
            own[at] = "ON"  # W6
        elif kind in {"L", "R"}:
            strong = kind
        elif kind == "EN" and strong == "L":
            own[at] = "L"  # W7


def _separators(own: list[str]) -> None:
    """W4: one separator between two numbers of one kind."""
    for at in range(1, len(own) - 1):
        number = own[at - 1]
        joins = {"EN": {"ES", "CS"}, "AN": {"CS"}}.get(number, ())
        if own[at] in joins and own[at + 1] == number:
            own[at] = number


def _terminators(own: list[str]) -> None:
    """W5: terminators beside European numbers."""
    for start, stop in _stretches(own, {"ET"}):
        beside = (own[start - 1] if start else "", own[stop] if stop < len(own) else "")
        if "EN" in beside:
            own[start:stop] = ["EN"] * (stop - start)


def _brackets(text: str, classes: Sequence[str], own: list[str], sequence: Isolated) -> None:
    """N0: a pair of brackets takes one direction, its content's before its context's."""
    members = sequence.members
    for opening, closing in _pairs([text[at] for at in members], own):
        inside = {_STRONG.get(kind) for kind in own[opening + 1 : closing]} - {None}
        if not inside:
            continue
        direction = sequence.embedding
        if direction not in inside:
            before = (_STRONG.get(kind) for kind in reversed(own[:opening]))
            direction = next((strong for strong in before if strong), sequence.sos)
        for at in (opening, closing):
            own[at] = direction
            for mark in range(at + 1, len(own)):
                if classes[members[mark]] != "NSM":
                    break
                own[mark] = direction


def _pairs(chars: Sequence[str], own: Sequence[str]) -> list[tuple[int, int]]:
    """Bracket pairs in the order of their openings (BD16)."""
    stack: list[tuple[str, int]] = []
    pairs: list[tuple[int, int]] = []
    for at, kind in enumerate(own):
        if kind != "ON":
            continue
        sign = _BRACKET_ANGLES.get(chars[at], chars[at])
        side, partner = bracket(sign)
        if side == "o":
            if len(stack) == _DEEPEST_BRACKETS:
                break
            stack.append((partner, at))
        elif side == "c":
            for depth in range(len(stack) - 1, -1, -1):
                if stack[depth][0] == sign:
                    pairs.append((stack[depth][1], at))
                    del stack[depth:]
                    break
    return sorted(pairs)


def _neutral(own: list[str], sequence: Isolated) -> None:
    """N1 and N2: neutrals between two of one direction take it, others the embedding's."""
    for start, stop in _stretches(own, _NEUTRAL):
        before = _STRONG[own[start - 1]] if start else sequence.sos
        after = _STRONG[own[stop]] if stop < len(own) else sequence.eos
        direction = before if before == after else sequence.embedding
        own[start:stop] = [direction] * (stop - start)


def _stretches(own: Sequence[str], kinds: frozenset[str] | set[str]) -> Iterator[tuple[int, int]]:
    """Where characters of these kinds stand together: (start, stop) of each stretch."""
    start = None
    for at in range(len(own) + 1):
        within = at < len(own) and own[at] in kinds
        if within and start is None:
            start = at
        elif not within and start is not None:
            yield start, at
            start = None


@lru_cache(maxsize=1024)
def bracket(char: str) -> tuple[str, str]:
    """("o" or "c", its partner) for a bracket; ("", "") for anything else (BD14, BD15)."""
    category = unicodedata.category(char)
    if category not in {"Ps", "Pe"} or not unicodedata.mirrored(char):
        return "", ""
    partner = Mirrored.MIRRORED.get(ord(char), 0)
    if not partner or unicodedata.category(chr(partner)) not in {"Ps", "Pe"}:
        return "", ""
    return ("o" if category == "Ps" else "c"), chr(partner)
