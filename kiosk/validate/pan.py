"""PAN: five letters (the fourth says what the holder is), four digits, a letter.

Its check letter's rule is not public, so that a slip of the finger there is not noticed.
"""

from __future__ import annotations

from kiosk.errors import VisitorError
from kiosk.validate.characters import bound
from kiosk.validate.latin import CODE_LIMIT, compact


def clean_pan(text: str) -> str:
    """The number in capitals. Raises VisitorError("pan")."""
    code = compact(bound(text, CODE_LIMIT))
    from stdnum.in_ import pan  # noqa: PLC0415 - only forms for sellers ask for it

    if code and not pan.is_valid(code):
        raise VisitorError("pan")
    return code
