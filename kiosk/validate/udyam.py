"""Udyam registration numbers of small enterprises, given out since 1 July 2020.

Only the form is checked (two letters of a state, two digits of a district, seven of a row): there
is no check digit, and a list of districts would be stale.
"""

from __future__ import annotations

import re

from kiosk.errors import VisitorError
from kiosk.validate.characters import bound
from kiosk.validate.latin import CODE_LIMIT, compact

_WRITTEN = re.compile(r"UDYAM([A-Z]{2})([0-9]{2})([0-9]{7})")


def clean_udyam(text: str) -> str:
    """The number as ``UDYAM-KA-03-0012345``, hyphens set. Raises VisitorError("udyam")."""
    code = compact(bound(text, CODE_LIMIT))
    if not code:
        return ""
    parts = _WRITTEN.fullmatch(code)
    if parts is None:
        raise VisitorError("udyam")
    return "-".join(("UDYAM", *parts.groups()))
