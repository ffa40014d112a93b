"""A name in few bytes: one byte a letter for every script of India, and nothing that guesses.

A window of 191 code points lies over the text. Its first 128 are the bytes 80 to FF, the next 63
are 40 to 7E; 20 to 3F are themselves (space, full stop, hyphen, digits). The window at 0 is ASCII:
there 40 to 7E are themselves too.

    10 hh ll   from here on the window begins at hhll × 32
    11         from here on the window is the one at 0, as at the beginning
    12, 13     ZWNJ, ZWJ, which mean something in names

Each letter has one window (``_window_of``), so that each name has one form, and what is written
otherwise is refused. resources/decisions/012-attested-certificates.md says why this and not UTF-8.
"""

from __future__ import annotations

_SHIFT, _PLAIN, _ZWNJ, _ZWJ = 0x10, 0x11, 0x12, 0x13
_JOINERS = {"\u200c": _ZWNJ, "\u200d": _ZWJ}
_STEP = 32
_NEAR, _FAR = 128, 63
_ARABIC = range(0x0620, 0x06DF)  # the letters of Urdu, Kashmiri and Sindhi, in one window


def pack_name(name: str) -> bytes:
    """The one form of a name; "" is b"". ValueError for control characters and half letters."""
    name.encode()
    window, packed = 0, bytearray()
    for letter in name:
        if letter in _JOINERS:
            packed.append(_JOINERS[letter])
            continue
        byte = _in_window(ord(letter), window)
        if byte is None:
            window = _window_of(ord(letter))
            step = (window // _STEP).to_bytes(2, "big")
            packed += bytes([_SHIFT]) + step if window else bytes([_PLAIN])
            byte = _in_window(ord(letter), window)
        if byte is None:
            raise ValueError("a control character in a name")
        packed.append(byte)
    return bytes(packed)


def unpack_name(packed: bytes) -> str:
    """The name; ValueError for what ``pack_name`` would not have written."""
    name, window, at = [], 0, 0
    while at < len(packed):
        byte = packed[at]
        at += 1
        if byte == _SHIFT:
            window = int.from_bytes(packed[at : at + 2], "big") * _STEP
            at += 2
        elif byte == _PLAIN:
            window = 0
        elif byte in {_ZWNJ, _ZWJ}:
            name.append("\u200c" if byte == _ZWNJ else "\u200d")
        else:
            name.append(chr(_letter(byte, window)))
    text = "".join(name)
    if pack_name(text) != packed:
        raise ValueError("a name that is written in another way")
    return text


def _window_of(letter: int) -> int:
    if letter < _NEAR:
        return 0
    return _ARABIC.start if letter in _ARABIC else letter - letter % _NEAR


def _in_window(letter: int, window: int) -> int | None:
    """The byte of a letter, None where the window does not show it."""
    if 0x20 <= letter < 0x40 or (window == 0 and 0x40 <= letter < 0x7F):
        return letter
    place = letter - window
    if window == 0:
        return None if letter < _NEAR or letter > 0xFF else letter
    if 0 <= place < _NEAR:
        return 0x80 + place
    return 0x40 + place - _NEAR if _NEAR <= place < _NEAR + _FAR else None


def _letter(byte: int, window: int) -> int:
    if byte >= 0x80:
        return byte if window == 0 else window + byte - 0x80
    if 0x20 <= byte < 0x40 or window == 0:
        return byte
    return window + _NEAR + byte - 0x40
