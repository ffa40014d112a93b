"""Aadhaar numbers are not asked for, and refused where somebody types one.

A number counts as one if it is 12 digits standing alone, in one run or in three groups of four,
in any script's digits, and passes the Verhoeff check (J. Verhoeff, "Error Detecting Decimal
Codes", 1969), as one in ten numbers does by chance: the price of never storing a real one. A
first digit of 0 or 1, which the issuer does not give, is refused too. Of a longer row of groups
of four, each three in a row are tried.
"""

from __future__ import annotations

import re
import unicodedata

from kiosk.errors import VisitorError

_UNSEEN = {"Cc", "Cf", "Cs"}
_GAP = r"(?:[^\S\n]{0,2}[\-\u2010-\u2015\u2212][^\S\n]{0,2}|[^\S\n]{1,3})"
_CANDIDATE = re.compile(
    rf"(?<![0-9])(?=([0-9]{{12}}|[0-9]{{4}}{_GAP}[0-9]{{4}}{_GAP}[0-9]{{4}})(?![0-9]))"
)


def holds_aadhaar(text: str) -> bool:
    """Whether some part of the text looks like an Aadhaar number."""
    if len(text) < 12:
        return False
    found = _CANDIDATE.findall("".join(_plain(sign) for sign in text))
    if not found:
        return False
    from stdnum import verhoeff  # noqa: PLC0415 - few answers hold twelve digits: load it then

    return any(verhoeff.is_valid(re.sub(r"[^0-9]", "", run)) for run in found)


def refuse_aadhaar(text: str) -> None:
    """Raises VisitorError("aadhaar"), without repeating the number, where there is one."""
    if holds_aadhaar(text):
        raise VisitorError("aadhaar", code="aadhaar")


def _plain(sign: str) -> str:
    if sign.isspace():
        return sign
    if unicodedata.category(sign) in _UNSEEN:
        return ""
    return str(unicodedata.digit(sign, sign))
