"""Directions within a line: levels by UAX #9, and the order in which runs stand on paper."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import Any

from bidi import algorithm

RIGHT_TO_LEFT = 1
LEFT_TO_RIGHT = 0

_BRACKET_ANGLES = {"\u2329": "\u3008", "\u232a": "\u3009"}  # canonical equivalents (BD16)
_STRONG = {"L": "L", "R": "R", "EN": "R", "AN": "R"}  # N0 and N1: numbers count as R
_ISOLATES = frozenset({"LRI", "RLI", "FSI", "PDI"})  # unknown to python-bidi, and never set here
_DEEPEST_BRACKETS = 63  # BD16


def levels(text: str, base: int) -> list[int]:
    """The embedding level of every character of one paragraph without line breaks.

    python-bidi's steps are called one by one, because its own entry point gives back reordered
    text and no levels; it knows no rule N0 (paired brackets), which stands here.
    """
    storage: dict[str, Any] = algorithm.get_empty_storage()
    storage["base_level"] = base
    storage["base_dir"] = "LR"[base]
    algorithm.get_embedding_levels(text, storage)
    for at, char in enumerate(storage["chars"]):
        char["at"] = at
        if char["type"] in _ISOLATES:
            char["type"] = "BN"
        elif not char["type"]:  # unassigned for this Python's Unicode
            char["type"] = "L"
    algorithm.explicit_embed_and_overrides(storage)
    algorithm.resolve_weak_types(storage)
    _resolve_brackets(storage)
    algorithm.resolve_neutral_types(storage, False)
    algorithm.resolve_implicit_levels(storage, False)
    found: list[int | None] = [None] * len(text)
    for char in storage["chars"]:
        found[char["at"]] = char["level"]
    return _fill(found, base)


def _fill(found: Sequence[int | None], base: int) -> list[int]:
    """Joiners, which rule X9 takes out, stand where the character before them stands."""
    filled: list[int] = []
    for level in found:
        filled.append(level if level is not None else (filled[-1] if filled else base))
    return filled


def _resolve_brackets(storage: dict[str, Any]) -> None:
    """Rule N0: a pair of brackets takes one direction, its content's before its context's."""
    for run in storage["runs"]:
        chars = storage["chars"][run["start"] : run["start"] + run["length"]]
        if not chars:
            continue
        embedding = "LR"[chars[0]["level"] % 2]
        for opening, closing in _pairs(chars):
            inside = {_STRONG.get(char["type"]) for char in chars[opening + 1 : closing]}
            if embedding in inside:
                direction = embedding
            elif inside - {None}:
                before = (_STRONG.get(char["type"]) for char in reversed(chars[:opening]))
                context = next((strong for strong in before if strong), run["sor"])
                direction = context if context != embedding else embedding
            else:
                continue
            chars[opening]["type"] = chars[closing]["type"] = direction


def _pairs(chars: Sequence[dict[str, Any]]) -> list[tuple[int, int]]:
    """Bracket pairs in the order of their openings (BD16)."""
    stack: list[tuple[str, int]] = []
    pairs: list[tuple[int, int]] = []
    for at, char in enumerate(chars):
        if char["type"] != "ON":
            continue
        sign = _BRACKET_ANGLES.get(char["ch"], char["ch"])
        kind, partner = bracket(sign)
        if kind == "o":
            if len(stack) == _DEEPEST_BRACKETS:
                return []
            stack.append((partner, at))
        elif kind == "c":
            for depth in range(len(stack) - 1, -1, -1):
                if stack[depth][0] == sign:
                    pairs.append((stack[depth][1], at))
                    del stack[depth:]
                    break
    return sorted(pairs)


def bracket(char: str) -> tuple[str, str]:
    """("o" or "c", its partner) for a bracket; ("", "") for anything else."""
    category = unicodedata.category(char)
    if category not in {"Ps", "Pe"} or not unicodedata.mirrored(char):
        return "", ""
    partner = algorithm.MIRRORED.get(char, "")
    return ("o" if category == "Ps" else "c", partner) if partner else ("", "")


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
