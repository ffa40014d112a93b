"""Digits of any script as Latin ones, and codes as their offices write them."""

from __future__ import annotations

import re
import unicodedata

from kiosk.validate.characters import drop_unseen

CODE_LIMIT = 64  # characters typed, of which the longest code has 19

_SEPARATORS = re.compile(r"[\s\u200c\u200d\-\u2010-\u2015\u2212]+")


def latin_digits(text: str) -> str:
    """The text with every decimal digit (०, ۴, ೫ …) as 0 to 9; all else stays."""
    return "".join(str(unicodedata.decimal(sign, sign)) for sign in text)


def compact(text: str) -> str:
    """A code without white space, hyphens and unseen characters, in capitals and Latin digits."""
    return latin_digits(_SEPARATORS.sub("", drop_unseen(text))).upper()
