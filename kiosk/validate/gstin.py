"""GSTIN: state code, PAN, count, Z, check digit (Luhn modulo 36).

python-stdnum does not know three of the codes that numbers begin with: 38 (Ladakh, since 2019),
97 (other territory) and 99 (centre jurisdiction).
"""

from __future__ import annotations

import re

from kiosk.errors import VisitorError
from kiosk.validate.characters import bound
from kiosk.validate.latin import CODE_LIMIT, compact

_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_MISSING = re.compile(r"(?:38|97|99)([A-Z]{5}[0-9]{4}[A-Z])[1-9A-Z]Z[0-9A-Z]")


def clean_gstin(text: str) -> str:
    """The number in capitals. Raises VisitorError("gstin")."""
    code = compact(bound(text, CODE_LIMIT))
    if code and not _is_gstin(code):
        raise VisitorError("gstin")
    return code


def _is_gstin(code: str) -> bool:
    from stdnum import luhn  # noqa: PLC0415 - only forms for sellers ask for it
    from stdnum.in_ import gstin, pan  # noqa: PLC0415

    missing = _MISSING.fullmatch(code)
    if missing is None:
        return bool(gstin.is_valid(code))
    return pan.is_valid(missing[1]) and luhn.is_valid(code, _ALPHABET)
