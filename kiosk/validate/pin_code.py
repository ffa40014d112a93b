"""PIN codes of India Post: six digits, the first of them 1 to 9 (9 is the army's)."""

from __future__ import annotations

import re

from kiosk.errors import VisitorError
from kiosk.validate.characters import bound
from kiosk.validate.latin import CODE_LIMIT, compact


def clean_pin_code(text: str) -> str:
    """The code as six Latin digits. Raises VisitorError("pin_code")."""
    code = compact(bound(text, CODE_LIMIT))
    if code and not re.fullmatch(r"[1-9][0-9]{5}", code):
        raise VisitorError("pin_code")
    return code
