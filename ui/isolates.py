"""Names inside sentences of another script: each keeps its own direction (UAX 9, isolates)."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

_LEFT_TO_RIGHT, _FIRST_STRONG, _POP = "\u2066", "\u2068", "\u2069"
_FROM_THE_RIGHT = frozenset({"R", "AL"})


def alone(text: object) -> str:
    """The text, so that it neither turns its surroundings round nor is turned by them.

    Numbers, paths and codes begin at the left, in whatever sentence they stand.
    """
    written = str(text)
    turned = any(unicodedata.bidirectional(sign) in _FROM_THE_RIGHT for sign in written)
    return f"{_FIRST_STRONG if turned else _LEFT_TO_RIGHT}{written}{_POP}"


def joined(parts: Iterable[str]) -> str:
    """What there is of the parts, in one line."""
    return " · ".join(alone(part) for part in parts if part)
