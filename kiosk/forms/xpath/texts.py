"""What the functions on texts, choices and numbers compute; none of them raises."""

from __future__ import annotations

import math
from decimal import ROUND_HALF_DOWN, ROUND_HALF_UP, Decimal

from kiosk.forms.xpath.values import NAN, Value, to_number, to_string

_PLACES = 15  # a float has no more


def truncate(value: Value) -> float:
    """``int``: towards zero."""
    number = to_number(value)
    return int(number) if math.isfinite(number) else number


def rounded(value: Value, places: Value = 0) -> float:
    """``round``: halves go up, towards positive infinity, as written in decimals."""
    number, digits = to_number(value), to_number(places)
    if not math.isfinite(number) or math.isnan(digits):
        return number if math.isfinite(digits) else NAN
    exponent = -int(min(max(digits, -_PLACES), _PLACES))
    exact = Decimal(repr(number))
    if exact.adjusted() - exponent > _PLACES:
        return number
    unit = Decimal(1).scaleb(exponent)
    whole = (exact / unit).to_integral_value(ROUND_HALF_UP if number > 0 else ROUND_HALF_DOWN)
    result = float(whole * unit)
    return int(result) if result.is_integer() else result


def power(value: Value, exponent: Value) -> float:
    """``pow``: NaN where there is no real result."""
    try:
        return math.pow(to_number(value), to_number(exponent))
    except (ValueError, OverflowError):
        return NAN


def substr(value: Value, start: Value, end: Value | None = None) -> str:
    """``substr``: from start up to end, counted from 0; negative ones from the end."""
    text = to_string(value)
    return text[_place(start, 0) : len(text) if end is None else _place(end, 0)]


def _place(value: Value, otherwise: int) -> int:
    number = to_number(value)
    if math.isnan(number):
        return otherwise
    return int(min(max(number, -1e9), 1e9))


def before(value: Value, mark: Value) -> str:
    """``substring-before``: "" where the mark does not occur."""
    head, found, _ = to_string(value).partition(to_string(mark) or "\0")
    return head if found else ""


def after(value: Value, mark: Value) -> str:
    """``substring-after``: "" where the mark does not occur; all of it after an empty mark."""
    text, sought = to_string(value), to_string(mark)
    return text.partition(sought)[2] if sought else text


def translated(value: Value, old: Value, new: Value) -> str:
    """``translate``: each character of ``old`` becomes its partner in ``new`` or goes."""
    partners: dict[int, str | None] = {}
    replacements = to_string(new)
    for place, character in enumerate(to_string(old)):
        to = replacements[place] if place < len(replacements) else None
        partners.setdefault(ord(character), to)
    return to_string(value).translate(partners)


def selected(value: Value, choice: Value) -> bool:
    """``selected``: whether the choice is among those separated by spaces."""
    return to_string(choice).strip() in to_string(value).split(" ")


def selected_at(value: Value, place: Value) -> str:
    """``selected-at``: the choice at that place, counted from 0; "" beyond the last."""
    choices, at = to_string(value).split(), to_number(place)
    return choices[int(at)] if 0 <= at < len(choices) else ""
