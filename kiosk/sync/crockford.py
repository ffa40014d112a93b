"""Bytes as letters and digits that any keyboard types alike: Crockford's symbols, 5 bits each."""

from __future__ import annotations

import base64

from kiosk.domain.ids import CROCKFORD

_RFC4648 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
_TO_CROCKFORD = str.maketrans(_RFC4648, CROCKFORD)
_FROM_CROCKFORD = str.maketrans(CROCKFORD + "OIL", _RFC4648 + "ABB")  # O is 0; I and L are 1


def to_symbols(raw: bytes) -> str:
    """The bytes as upper-case symbols, without padding."""
    return base64.b32encode(raw).decode().rstrip("=").translate(_TO_CROCKFORD)


def from_symbols(symbols: str) -> bytes:
    """The reverse, look-alikes mended; ValueError if these are no such symbols."""
    translated = symbols.translate(_FROM_CROCKFORD)
    return base64.b32decode(translated + "=" * (-len(translated) % 8))
