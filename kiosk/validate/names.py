"""Names of people, in any script, as they themselves write them.

A name may be one word, may hold digits, full stops, hyphens, brackets, and is never recased. What
nobody can see is dropped; what no certificate could print (emoji and other symbols, unassigned
characters) or what is no name at all is refused with a sentence that says so.
"""

from __future__ import annotations

import unicodedata

from kiosk.errors import VisitorError
from kiosk.validate.characters import bound, drop_unseen, one_line, refuse_hidden
from kiosk.validate.marks import JOINERS, drop_idle_joiners, has_stray_mark

NAME_LIMIT = 120  # letters and spaces; marks ride on their letters

_LETTERS = {"Lu", "Ll", "Lt", "Lo"}
_ALLOWED = _LETTERS | {"Lm", "Mn", "Mc", "Nd", "Nl", "Zs", "Pc", "Pd", "Ps", "Pe", "Pi", "Pf", "Po"}
_BLANK_LETTERS = "\u115f\u1160\u17b4\u17b5\u3164\uffa0"  # called letters, and draw nothing
_APOSTROPHES = "`´"  # symbols to Unicode, apostrophes to many a keyboard: D´Souza
_SELECTORS = {*map(chr, range(0xFE00, 0xFE10)), *map(chr, range(0xE0100, 0xE01F0)), "\u034f"}


def clean_name(text: str) -> str:
    """The name in NFC, trimmed, white space collapsed, without what nobody can see.

    Raises VisitorError: too_long_name, hidden_characters, name_characters, name_marks,
    name_letters. What holds nothing to see becomes "": whether a name is required is the form's
    affair.
    """
    bound(text, NAME_LIMIT, "too_long_name", slack=8)
    refuse_hidden(text)
    name = drop_unseen(one_line(drop_idle_joiners(drop_unseen(text))))
    if not name:
        return name
    if any(not _allowed(sign) for sign in name):
        raise VisitorError("name_characters", code="characters")
    if not any(unicodedata.category(sign) in _LETTERS for sign in name):
        raise VisitorError("name_letters", code="characters")
    if has_stray_mark(name):
        raise VisitorError("name_marks", code="characters")
    if sum(not unicodedata.category(sign).startswith("M") for sign in name) > NAME_LIMIT:
        raise VisitorError("too_long_name", code="too_long", limit=NAME_LIMIT)
    return name


def _allowed(sign: str) -> bool:
    if sign in JOINERS or sign in _APOSTROPHES:
        return True
    return (
        unicodedata.category(sign) in _ALLOWED
        and sign not in _BLANK_LETTERS
        and sign not in _SELECTORS
    )
