"""Mobile numbers: of India in any script's digits, of other countries with their +."""

from __future__ import annotations

import re
import unicodedata

from kiosk.errors import VisitorError
from kiosk.validate.characters import bound
from kiosk.validate.latin import CODE_LIMIT, latin_digits

_WRITTEN = re.compile(r"\+?[0-9 ().\-]+")
_UNSEEN = {"Cc", "Cf"}


def clean_mobile(text: str) -> str:
    """The number as ``+`` and digits (ITU-T E.164): ``+919876543210``.

    A number without + is one of India and must be a mobile there. Raises VisitorError("mobile").
    """
    bound(text, CODE_LIMIT)
    typed = _plain(text)
    if not typed:
        return ""
    if not _WRITTEN.fullmatch(typed):
        raise VisitorError("mobile")
    return _parsed(typed)


def _parsed(typed: str) -> str:
    import phonenumbers  # noqa: PLC0415 - a tenth of a second, spent with the first number

    mobile = phonenumbers.PhoneNumberType.MOBILE
    either = phonenumbers.PhoneNumberType.FIXED_LINE_OR_MOBILE  # where a country keeps one range
    try:
        number = phonenumbers.parse(typed, "IN")
    except phonenumbers.NumberParseException:  # its words repeat what was typed
        raise VisitorError("mobile") from None
    if phonenumbers.number_type(number) not in {mobile, either}:
        raise VisitorError("mobile")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _plain(text: str) -> str:
    """Latin digits, plain spaces and hyphens, nothing that cannot be seen: as a phone reads it."""
    return latin_digits("".join(_sign(sign) for sign in text)).strip()


def _sign(sign: str) -> str:
    if sign.isspace():
        return " "
    kind = unicodedata.category(sign)
    if kind in _UNSEEN:
        return ""
    return "-" if kind == "Pd" else "+" if sign == "\uff0b" else sign
