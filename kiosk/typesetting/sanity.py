"""What is never set, whatever a font may cover: emoji, private use, controls, unassigned."""

from __future__ import annotations

from functools import lru_cache

from fontTools import unicodedata as ucd
from uniseg.emoji import emoji_presentation, extended_pictographic

JOINERS = frozenset("\u200c\u200d")
MARKS_OF_DIRECTION = frozenset("\u200e\u200f\u061c")
ISOLATES = frozenset("\u2066\u2067\u2068")
_ISOLATE_END = "\u2069"
_UNSEEN = JOINERS | MARKS_OF_DIRECTION | ISOLATES | {_ISOLATE_END}
_NEVER = frozenset({"Cc", "Cs", "Co", "Cn", "Zl", "Zp"})
_FIRST_PICTOGRAPH = 0x2190  # (c) and (r) below are pictographic by property, yet plain letters
_EMOJI_PARTS = frozenset("\ufe0f\u20e3")


@lru_cache(maxsize=4096)
def never_set(char: str) -> bool:
    """Whether this character is refused before any font is asked."""
    category = ucd.category(char)
    if category in _NEVER:
        return True
    if category == "Cf":
        # Overrides and embeddings could hide what a reader signs; tags and others have no place in
        # a printed line. Arabic number signs (U+0600..0605) are visible.
        return not (char in _UNSEEN or "\u0600" <= char <= "\u0605")
    if char in _EMOJI_PARTS or emoji_presentation(char):
        return True
    return ord(char) >= _FIRST_PICTOGRAPH and extended_pictographic(char)


def unpaired_isolates(text: str) -> frozenset[int]:
    """Where an isolate begins without an end, or ends without a beginning: what stands beside it
    would be read in an order that nobody meant.
    """
    opened: list[int] = []
    lost: list[int] = []
    for at, char in enumerate(text):
        if char in ISOLATES:
            opened.append(at)
        elif char == _ISOLATE_END:
            if opened:
                opened.pop()
            else:
                lost.append(at)
    return frozenset((*opened, *lost))


def needs_no_glyph(char: str) -> bool:
    """Joiners, marks of direction and isolates act on their neighbours and show nothing."""
    return char in _UNSEEN
