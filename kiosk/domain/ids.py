"""Identities: time-ordered ones for records, random ones for what must not be traced."""

from __future__ import annotations

import secrets
from typing import NewType

CampaignId = NewType("CampaignId", str)
EventId = NewType("EventId", str)
SessionId = NewType("SessionId", str)
FormId = NewType("FormId", str)
DeviceId = NewType("DeviceId", str)
AttendeeId = NewType("AttendeeId", str)
ConsentId = NewType("ConsentId", str)
ResponseId = NewType("ResponseId", str)
CheckInId = NewType("CheckInId", str)
CertificateId = NewType("CertificateId", str)
Number = NewType("Number", str)  # on the slip: KA1-0057
Serial = NewType("Serial", str)  # on the certificate: KA1-C-0042
ReceiptCode = NewType("ReceiptCode", str)  # 16 symbols and a check symbol, in groups

CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_CHECK_SYMBOLS = CROCKFORD + "*~$=U"
_LOOKALIKES = str.maketrans({"O": "0", "I": "1", "L": "1", "-": None, " ": None})
_CODE_SYMBOLS = 16


def new_id(now_ms: int) -> str:
    """A UUIDv7 (RFC 9562, 5.7) for ``now_ms``, milliseconds since 1970, as 36 characters.

    A clock before 1970 counts as 1970, so that what it made still sorts first.
    """
    value = (max(now_ms, 0) & (1 << 48) - 1) << 80 | secrets.randbits(80)
    value = value & ~(0xF << 76) | 0x7 << 76
    value = value & ~(0x3 << 62) | 0x2 << 62
    text = f"{value:032x}"
    return "-".join((text[:8], text[8:12], text[12:16], text[16:20], text[20:]))


def new_receipt_code() -> ReceiptCode:
    """A secret of 80 random bits in Crockford's base 32 with its check symbol (mod 37).

    Grouped for reading aloud: ``XXXX-XXXX-XXXX-XXXX-C``.
    """
    value = secrets.randbits(_CODE_SYMBOLS * 5)
    symbols = "".join(
        CROCKFORD[value >> 5 * place & 31] for place in reversed(range(_CODE_SYMBOLS))
    )
    return _grouped(symbols + _CHECK_SYMBOLS[value % 37])


def read_receipt_code(text: str) -> ReceiptCode | None:
    """The code that somebody typed, look-alikes mended (O is 0; I and L are 1); None if wrong."""
    symbols = text.upper().translate(_LOOKALIKES)
    if len(symbols) != _CODE_SYMBOLS + 1 or any(s not in CROCKFORD for s in symbols[:-1]):
        return None
    value = 0
    for symbol in symbols[:-1]:
        value = value << 5 | CROCKFORD.index(symbol)
    return _grouped(symbols) if symbols[-1] == _CHECK_SYMBOLS[value % 37] else None


def _grouped(symbols: str) -> ReceiptCode:
    return ReceiptCode("-".join(symbols[at : at + 4] for at in range(0, len(symbols), 4)))
