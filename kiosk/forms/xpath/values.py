"""Values of XPath and how one becomes another, as JavaRosa does it.

A value is a text, a number (int or float), a truth value or a date. Nothing here raises: what is
no number is NaN, what is no date is the empty text. Dates count as days since 1970-01-01.

Where we differ from JavaRosa, on purpose: a comma in a text makes it no number (JavaRosa takes it
for a decimal point, and so reads 1,000 as 1), whole numbers are written in full whatever their
size, and a text that is an ISO date counts as that date in comparisons, sums and differences.
"""

from __future__ import annotations

import math
import re
from datetime import date, datetime
from decimal import Decimal

Value = str | float | bool | date

NAN = math.nan
NEARLY = 1e-12
_NUMBER = re.compile(r"\s*-?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)\s*")
_DATE = re.compile(
    r"\s*([0-9]{4}-[0-9]{2}-[0-9]{2})(T[0-9:.]+(?:Z|[+-][0-9]{2}(?::?[0-9]{2})?)?)?\s*"
)
_EPOCH = date(1970, 1, 1).toordinal()


def to_number(value: Value) -> float:
    """The value as a number; NaN where it is none."""
    if isinstance(value, str):
        return float(value) if _NUMBER.fullmatch(value) else NAN
    return days(value) if isinstance(value, date) else +value  # true is 1


def to_operand(value: Value) -> float:
    """The value as a side of a comparison or a sum: a text may also be a date."""
    if not isinstance(value, str):
        return days(value) if isinstance(value, date) else +value
    if _NUMBER.fullmatch(value):
        return float(value)
    when = read_date(value)
    return NAN if when is None else days(when)


def to_string(value: Value) -> str:
    """The value as a text: 5, 0.5, true, 2019-12-19."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, date):
        return value.isoformat()
    return number_to_string(value)


def number_to_string(number: float) -> str:
    """Whole numbers without a point, others without an exponent."""
    if isinstance(number, int):
        return str(number)
    if not math.isfinite(number):
        return "NaN" if math.isnan(number) else "Infinity" if number > 0 else "-Infinity"
    if abs(number) < NEARLY:
        return "0"
    return str(int(number)) if number.is_integer() else format(Decimal(repr(number)), "f")


def to_boolean(value: Value) -> bool:
    """False for the empty text, zero and NaN; a date is always true."""
    if isinstance(value, (str, bool)):
        return bool(value)
    return isinstance(value, date) or abs(value) > NEARLY


def to_date(value: Value) -> date | None:
    """The value as a date or time; None where it is none."""
    if isinstance(value, date):
        return value
    if isinstance(value, str) and not _NUMBER.fullmatch(value):
        return read_date(value)
    number = to_number(value)
    if not math.isfinite(number) or not 1 <= _EPOCH + number < date.max.toordinal():
        return None
    return date.fromordinal(_EPOCH + math.floor(number))


def read_date(text: str) -> date | None:
    """An ISO date, or date and time, that exists in the calendar."""
    found = _DATE.fullmatch(text)
    if not found:
        return None
    try:
        whole = found.group(1) + (found.group(2) or "")
        return datetime.fromisoformat(whole) if found.group(2) else date.fromisoformat(whole)
    except ValueError:
        return None


def days(when: date) -> float:
    """Days since 1970-01-01 on the wall's clock; a time is a fraction of its day."""
    number = when.toordinal() - _EPOCH
    if not isinstance(when, datetime):
        return number
    return number + (when.hour * 3600 + when.minute * 60 + when.second) / 86400


def is_empty(value: Value) -> bool:
    """Whether this is "no answer": the empty text or NaN."""
    return value == "" or (isinstance(value, float) and math.isnan(value))


def equal(left: Value, right: Value) -> bool:
    """As truth values if one is one, else as numbers if one is one, else as texts."""
    if isinstance(left, str) and isinstance(right, str):
        return left == right
    if isinstance(left, bool) or isinstance(right, bool):
        return to_boolean(left) == to_boolean(right)
    if isinstance(left, (int, float)) or isinstance(right, (int, float)):
        one, other = to_number(left), to_number(right)
        return one == other or abs(one - other) < NEARLY
    return to_string(left) == to_string(right)
