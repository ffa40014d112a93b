"""What a person gave becomes a value of the question's kind, or a VisitorError that says why not.

Digits of any script are read and stored as Latin ones. Dates are read as yyyy-mm-dd or
dd-mm-yyyy. Nothing is guessed: 31-02-2020 is no date, and 1,5 no number.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from kiosk.errors import VisitorError
from kiosk.forms.model import Question
from kiosk.forms.xpath import Value

Check = Callable[[Question, str], str]

TEXT_LIMIT = 10_000
NUMBER_LIMIT = 40  # characters
LARGEST = 10**15  # beyond it a float is no longer exact
MOST_CHOICES = 2000
_INTEGER = re.compile(r"[+-]?[0-9]+")
_DECIMAL = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)")
_ISO = re.compile(r"([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})")
_INDIAN = re.compile(r"([0-9]{1,2})[-/.]([0-9]{1,2})[-/.]([0-9]{4})")
_MINUS_AND_POINT = str.maketrans({"−": "-", "٫": "."})
_KEPT_CONTROLS = "\n\t\u200c\u200d"


def read_answer(
    question: Question, raw: object, known: Mapping[str, Any], check: Check | None
) -> Value:
    """The value of an answer, "" where nothing was answered; ``known`` has the codes of choices.

    A select_multiple gives its codes separated by spaces, in the form's order.
    """
    if raw is None or raw in ("", []):
        return ""
    if question.kind == "select_multiple":
        return _codes(raw, known)
    if question.kind == "select_one":
        return _code(raw, known)
    text = _written(question, raw, check)
    if not text:
        return ""
    if check is not None and question.kind != "date":
        text = check(question, text)
    if question.kind == "text":
        return _safe(unicodedata.normalize("NFC", text))
    return _READERS[question.kind](text)


def latin_digits(text: str) -> str:
    """Decimal digits of every script as 0 to 9."""
    return "".join(
        character if character.isascii() else str(unicodedata.decimal(character, character))
        for character in text
    )


def is_safe(text: str) -> bool:
    """Whether a text can be stored: no control characters, no halves of characters."""
    return not any(
        unicodedata.category(character) in {"Cc", "Cs"} and character not in _KEPT_CONTROLS
        for character in text
    )


def _safe(text: str) -> str:
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if not is_safe(text):
        raise VisitorError("unwritable", code="characters")
    return text


def _written(question: Question, raw: object, check: Check | None) -> str:
    """The answer as a text without white space around it, within its bound.

    Of a text beyond it the beginning goes to the check, which knows how much its field takes.
    """
    if isinstance(raw, date):
        raw = raw.isoformat()
    numeric = isinstance(raw, int) or (isinstance(raw, float) and question.kind != "text")
    if isinstance(raw, bool) or not (isinstance(raw, str) or numeric):
        raise VisitorError("not_text")
    limit = TEXT_LIMIT if question.kind == "text" else NUMBER_LIMIT
    if isinstance(raw, int) and raw.bit_length() > 4 * NUMBER_LIMIT:
        raise VisitorError("too_long", code="too_long", limit=NUMBER_LIMIT)
    text = raw if isinstance(raw, str) else _plain_number(raw)
    if len(text) > limit:
        if check is not None and question.kind == "text":
            check(question, text[:limit])
        raise VisitorError("too_long", code="too_long", limit=limit)
    return text.strip()


def _plain_number(number: object) -> str:
    if isinstance(number, float) and math.isfinite(number):
        return str(int(number)) if number.is_integer() else format(number, "f")
    return str(number)


def _integer(text: str) -> Value:
    written = latin_digits(text).translate(_MINUS_AND_POINT)
    if not _INTEGER.fullmatch(written) or abs(number := int(written)) >= LARGEST:
        raise VisitorError("integer")
    return number


def _decimal(text: str) -> Value:
    written = latin_digits(text).translate(_MINUS_AND_POINT)
    if not _DECIMAL.fullmatch(written) or abs(number := float(written)) >= LARGEST:
        raise VisitorError("number")
    return number


def _date(text: str) -> Value:
    written = latin_digits(text).translate(_MINUS_AND_POINT)
    iso, indian = _ISO.fullmatch(written), _INDIAN.fullmatch(written)
    if iso:
        year, month, day = map(int, iso.groups())
    elif indian:
        day, month, year = map(int, indian.groups())
    else:
        raise VisitorError("date")
    try:
        return date(year, month, day)
    except ValueError as wrong:
        raise VisitorError("date") from wrong


_READERS: Mapping[str, Callable[[str], Value]] = {
    "integer": _integer,
    "decimal": _decimal,
    "date": _date,
}


def _code(raw: object, known: Mapping[str, Any]) -> str:
    if isinstance(raw, bool) or not isinstance(raw, (str, int)):
        raise VisitorError("unknown_choice", code="unknown_choice")
    if isinstance(raw, str) and len(raw) > TEXT_LIMIT:
        raise VisitorError("too_long", code="too_long", limit=TEXT_LIMIT)
    if isinstance(raw, int) and abs(raw) >= LARGEST:
        raise VisitorError("unknown_choice", code="unknown_choice")
    code = str(raw).strip()
    if code and code not in known:
        raise VisitorError("unknown_choice", code="unknown_choice")
    return code


def _codes(raw: object, known: Mapping[str, Any]) -> str:
    if isinstance(raw, str) and len(raw) > TEXT_LIMIT:
        raise VisitorError("too_long", code="too_long", limit=TEXT_LIMIT)
    given = raw.split() if isinstance(raw, str) else raw
    if not isinstance(given, (list, tuple, set, frozenset)):
        given = [given]
    if len(given) > MOST_CHOICES:
        raise VisitorError("too_long", code="too_long", limit=MOST_CHOICES)
    chosen = {_code(one, known) for one in given}
    return " ".join(code for code in known if code in chosen)
