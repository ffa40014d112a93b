"""Names inside sentences of another script: each keeps its own direction (UAX 9, isolates)."""

from __future__ import annotations

from collections.abc import Iterable

_FIRST_STRONG, _POP = "\u2068", "\u2069"


def alone(text: object) -> str:
    """The text, so that it neither turns its surroundings round nor is turned by them."""
    return f"{_FIRST_STRONG}{text}{_POP}"


def joined(parts: Iterable[str]) -> str:
    """What there is of the parts, in one line."""
    return " · ".join(alone(part) for part in parts if part)
