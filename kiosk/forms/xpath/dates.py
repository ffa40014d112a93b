"""Dates of XPath: ``date``, ``date-time`` and ``format-date``.

Names of days and months are not written: a form is read in many languages, and a date as
dd-mm-yyyy in all of them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, time

from kiosk.forms.xpath.values import Value, to_date

_PIECES: Mapping[str, Callable[[datetime], str]] = {
    "Y": lambda when: f"{when.year:04d}",
    "y": lambda when: f"{when.year % 100:02d}",
    "m": lambda when: f"{when.month:02d}",
    "n": lambda when: str(when.month),
    "d": lambda when: f"{when.day:02d}",
    "e": lambda when: str(when.day),
    "H": lambda when: f"{when.hour:02d}",
    "h": lambda when: str(when.hour),
    "M": lambda when: f"{when.minute:02d}",
    "S": lambda when: f"{when.second:02d}",
    "3": lambda when: f"{when.microsecond // 1000:03d}",
    "%": lambda _: "%",
}
_ESCAPE = re.compile("%(.?)", re.DOTALL)


def is_pattern(pattern: str) -> bool:
    """Whether ``format-date`` can write every piece of the pattern."""
    return all(piece in _PIECES for piece in _ESCAPE.findall(pattern))


def format_date(value: Value, pattern: str) -> str:
    """The date as the pattern says; "" for what is no date."""
    when = to_date(value)
    if when is None:
        return ""
    moment = when if isinstance(when, datetime) else datetime.combine(when, time.min)
    return _ESCAPE.sub(lambda found: _PIECES[found[1]](moment), pattern)


def to_day(value: Value) -> Value:
    """``date``: the day of a date, a time or a number of days; "" for what is no date."""
    when = to_date(value)
    if when is None:
        return ""
    return date(when.year, when.month, when.day)


def to_moment(value: Value) -> Value:
    """``date-time``: as it is; "" for what is no date."""
    when = to_date(value)
    return "" if when is None else when
