"""Digits of a language's own script, where a page asks for them; Latin digits are the rule."""

from __future__ import annotations

import re
from functools import lru_cache

from kiosk.typesetting.scripts import primary_of, script_of

_ZERO = {
    "Deva": "०", "Beng": "০", "Guru": "੦", "Gujr": "૦", "Orya": "୦", "Taml": "௦", "Telu": "౦",
    "Knda": "೦", "Mlym": "൦", "Olck": "᱐", "Mtei": "꯰", "Arab": "۰",
}  # fmt: skip
_ZERO_BY_LANGUAGE = {"sd": "٠", "ar": "٠"}  # CLDR 46, numberingSystem native; Urdu, Kashmiri: ۰
_TOKEN = re.compile(r"\S+")
_CODE = re.compile(r"[A-Za-z_@#/\\]")  # a serial, an address, a path: read as it is typed


def with_digits_of(text: str, language: str) -> str:
    """The text with digits as this language writes them; words that hold Latin letters, such as
    serials, keep theirs. Numbers and dates between dots and hyphens change as a whole.
    """
    table = _table(language)
    if not table:
        return text
    return _TOKEN.sub(lambda found: _changed(found[0], table), text)


def _changed(word: str, table: dict[int, str]) -> str:
    return word if _CODE.search(word) else word.translate(table)


@lru_cache(maxsize=64)
def _table(language: str) -> dict[int, str]:
    zero = _ZERO_BY_LANGUAGE.get(primary_of(language)) if script_of(language) == "Arab" else None
    zero = zero or _ZERO.get(script_of(language))
    if zero is None:
        return {}
    return {ord("0") + digit: chr(ord(zero) + digit) for digit in range(10)}
