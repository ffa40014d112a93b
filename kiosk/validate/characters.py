"""Characters that nobody can see: some are dropped, some are refused, two are kept.

Dropped are controls and what copying leaves behind (soft hyphen, zero-width space, word joiner,
byte order mark). Refused is what makes text read otherwise than it is stored, or means nothing
outside one machine: controls of writing direction, tags, lone surrogates, private use and
noncharacters. ZWJ and ZWNJ decide how Indian scripts and Urdu look, and are nobody's business here.
"""

from __future__ import annotations

import re
import unicodedata

from kiosk.errors import VisitorError

_DROPPED = re.compile("[\0-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u00ad\u200b\u2060\ufeff]")
_NONCHARACTERS = "".join(
    f"{chr(plane << 16 | 0xFFFE)}{chr(plane << 16 | 0xFFFF)}" for plane in range(17)
)
_REFUSED = re.compile(
    "[\u061c\u200e\u200f\u202a-\u202e\u2066-\u206f\ufff9-\ufffb"  # direction and its kin
    "\U000e0000-\U000e007f"  # tags
    "\ud800-\udfff\ue000-\uf8ff\U000f0000-\U0010ffff"  # surrogates, private use
    f"\ufdd0-\ufdef{_NONCHARACTERS}]"
)


def bound(text: str, limit: int, key: str = "too_long_text", *, slack: int = 1) -> str:
    """The text, unless it has more than ``limit`` characters (times ``slack``, before cleaning).

    Raises VisitorError(``key``, code "too_long").
    """
    if len(text) > limit * slack:
        raise VisitorError(key, code="too_long", limit=limit)
    return text


def drop_unseen(text: str) -> str:
    """The text in NFC, without what is dropped silently."""
    return unicodedata.normalize("NFC", _DROPPED.sub("", text))


def loses_characters(text: str) -> bool:
    """Whether cleaning drops characters that nobody can see, so that a screen can say so."""
    return _DROPPED.search(text) is not None


def refuse_hidden(text: str) -> None:
    """Raises VisitorError("hidden_characters") where the text holds what is refused anywhere."""
    if _REFUSED.search(text):
        raise VisitorError("hidden_characters", code="characters")


def one_line(text: str) -> str:
    """The text trimmed, every run of white space (line ends too) as one space."""
    return " ".join(text.split())
