"""Serials, numbers and codes within sentences: broken in two they are read wrongly, or as two.

UAX #14 lets a line end after a hyphen that letters follow (KA1-|C-0042). Nobody can tell whether
the hyphen belongs to the code then.
"""

from __future__ import annotations

import re

_GROUPS = re.compile("[0-9A-Za-z]+(?:-[0-9A-Za-z]+)+")
_LONGEST = 40  # longer than a device's id is rather a path or a name: it may need more than a line
_WORD_JOINER = "\u2060"


def codes(text: str) -> list[tuple[int, int]]:
    """Where each code begins and ends: groups between hyphens, with a digit or in capitals only."""
    return [found.span() for found in _GROUPS.finditer(text) if _is_code(found[0])]


def kept_whole(text: str) -> str:
    """The text with word joiners in its codes: for an engine that breaks lines by itself, to be
    drawn and never to be copied, compared or kept.
    """
    return _GROUPS.sub(
        lambda found: found[0].replace("-", f"-{_WORD_JOINER}") if _is_code(found[0]) else found[0],
        text,
    )


def _is_code(groups: str) -> bool:
    telling = groups.isupper() or any(char.isdecimal() for char in groups)
    return telling and len(groups) <= _LONGEST
