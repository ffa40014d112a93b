"""Aadhaar numbers are not asked for, and refused where somebody types one.

A number counts as one if it has 12 digits, of any script or of several, written in one run, as
4-4-4, 6-6, 4-8 or 8-4, or digit by digit, with up to three signs that are neither letter nor digit
between the groups, and passes the Verhoeff check (J. Verhoeff, "Error Detecting Decimal Codes",
1969), as one in ten numbers does by chance: the price of never storing a real one. A first digit
of 0 or 1, which the issuer does not give, is refused too. What nobody sees (joiners, selectors,
keycaps, accents on digits) is looked through.

Dates, amounts and lists of phone numbers are other rows of groups and pass: what goes on in the
same pattern is a list and no number. Only of fours as the card has them, with spaces or hyphens,
each three in a longer row are tried, because a year may stand before or after.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from kiosk.errors import VisitorError

_UNSEEN = {"Cc", "Cf", "Cs", "Co", "Cn", "Mn", "Mc", "Me"}
_FILLERS = "\u115f\u1160\u3164\uffa0"  # letters by category that draw nothing
_LETTER = "x"
_RUN = re.compile(r"[0-9]+")
_WIDEST_GAP = 3
_CARD_GAP = re.compile(r"[^\S\n]{0,2}[\-\u2010-\u2015\u2212][^\S\n]{0,2}|[^\S\n]{1,3}")
_CARD = (4, 4, 4)
_DIGIT_BY_DIGIT = (1,) * 12
_PATTERNS = ((12,), _CARD, (6, 6), (4, 8), (8, 4), _DIGIT_BY_DIGIT)

Row = list[tuple[str, str]]  # groups of digits, each with the gap before it


def holds_aadhaar(text: str) -> bool:
    """Whether some part of the text looks like an Aadhaar number."""
    if len(text) < 12:
        return False
    found = [run for row in _rows("".join(map(_plain, text))) for run in _candidates(row)]
    if not found:
        return False
    from stdnum import verhoeff  # noqa: PLC0415 - few answers hold twelve digits: load it then

    return any(verhoeff.is_valid(run) for run in found)


def refuse_aadhaar(text: str) -> None:
    """Raises VisitorError("aadhaar"), without repeating the number, where there is one."""
    if holds_aadhaar(text):
        raise VisitorError("aadhaar", code="aadhaar")


def _plain(sign: str) -> str:
    """Digits as Latin ones, letters and other numbers as one sign, nothing that is unseen."""
    if sign.isspace():
        return sign
    kind = unicodedata.category(sign)
    if kind in _UNSEEN or sign in _FILLERS:
        return ""
    if kind[0] not in "LN":
        return sign
    return str(unicodedata.digit(sign, _LETTER))


def _rows(text: str) -> Iterator[Row]:
    """Groups of digits that stand close enough to be read together."""
    row: Row = []
    end = 0
    for run in _RUN.finditer(text):
        gap = text[end : run.start()]
        if row and not _joins(gap):
            yield row
            row = []
        row.append((gap, run.group()))
        end = run.end()
    yield row


def _joins(gap: str) -> bool:
    if len(gap) > _WIDEST_GAP:
        return _CARD_GAP.fullmatch(gap) is not None
    return _LETTER not in gap


def _candidates(row: Row) -> Iterator[str]:
    sizes = tuple(len(digits) for _, digits in row)
    for at in range(len(row)):
        for pattern in _PATTERNS:
            if sizes[at : at + len(pattern)] == pattern and _stands(row, at, pattern):
                yield "".join(digits for _, digits in row[at : at + len(pattern)])


def _stands(row: Row, at: int, pattern: tuple[int, ...]) -> bool:
    """Whether the groups are a number of their own, and not a piece of a list, date or amount."""
    end = at + len(pattern)
    beside = [len(digits) for _, digits in (*row[max(at - 1, 0) : at], *row[end : end + 1])]
    if len(pattern) == 1:
        return True
    if pattern == _CARD and all(_CARD_GAP.fullmatch(gap) for gap, _ in row[at + 1 : end]):
        return True
    return pattern[0] not in beside if pattern in {_CARD, _DIGIT_BY_DIGIT} else not beside
