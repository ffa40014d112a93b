"""One text answer, checked as its question's appearance asks."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from kiosk.errors import VisitorError
from kiosk.validate.aadhaar import refuse_aadhaar
from kiosk.validate.email import clean_email
from kiosk.validate.gstin import clean_gstin
from kiosk.validate.mobile import clean_mobile
from kiosk.validate.names import clean_name
from kiosk.validate.pan import clean_pan
from kiosk.validate.pin_code import clean_pin_code
from kiosk.validate.text import TEXT_LIMIT, clean_text
from kiosk.validate.udyam import clean_udyam

_BY_TOKEN: Mapping[str, Callable[[str], str]] = {
    "name": clean_name,
    "mobile": clean_mobile,
    "email": clean_email,
    "pin-code": clean_pin_code,
    "gstin": clean_gstin,
    "pan": clean_pan,
    "udyam": clean_udyam,
}
_SLACK = 4  # what may be typed for a text that is within its limit once cleaned


def clean(appearance: Sequence[str], text: str) -> str:
    """The answer as it is stored; ``appearance`` holds the question's appearance tokens.

    The first known token (name, mobile, email, pin-code, gstin, pan, udyam) picks the check;
    all else is free text, of several lines with the token ``multiline``. White space alone
    becomes "". Cleaning twice changes nothing more. Raises VisitorError with
    code aadhaar, characters, too_long or invalid; nothing of the text is in the error.
    """
    check = next((_BY_TOKEN[token] for token in appearance if token in _BY_TOKEN), None)
    if check is clean_mobile:
        return _mobile(text)
    _refuse_aadhaar(text)
    cleaned = check(text) if check else clean_text(text, multiline="multiline" in appearance)
    refuse_aadhaar(cleaned)
    return cleaned


def _mobile(text: str) -> str:
    """A mobile with its country code has 12 digits too: here, and only here, it comes first."""
    try:
        return clean_mobile(text)
    except VisitorError:
        _refuse_aadhaar(text)
        raise


def _refuse_aadhaar(text: str) -> None:
    """What is too long for any field is not read: its field's own check says that it is."""
    if len(text) <= TEXT_LIMIT * _SLACK:
        refuse_aadhaar(text)
