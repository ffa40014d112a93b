"""QR symbols of capital letters and digits, made in a quarter of a millisecond (ISO/IEC 18004).

A batch has a symbol on every page, and each is another one. What is the same in all symbols of a
size (patterns, the order of cells, the mask) is worked out once; a symbol is then one look-up of
its bits. segno makes the same symbols (tests/certificates compares them), sixteen times slower.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from operator import itemgetter

ALPHANUMERIC = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
LARGEST = 40
Cell = tuple[int, int]  # row, column

_PAIRS = {  # 7.4.4: two characters are eleven bits, the last of an odd number is six
    **{char: f"{value:06b}" for value, char in enumerate(ALPHANUMERIC)},
    **{
        first + second: f"{45 * high + low:011b}"
        for high, first in enumerate(ALPHANUMERIC)
        for low, second in enumerate(ALPHANUMERIC)
    },
}
_TWO = re.compile("..?")
_ALPHANUMERIC_MODE = "0010"
_FIELD_POLYNOMIAL = 0x11D
# Table 9 for levels L and M: error correction codewords a block, and blocks, of versions 1 to 40.
_CORRECTION = {
    "l": (7, 10, 15, 20, 26, 18, 20, 24, 30, 18, 20, 24, 26, 30, 22, 24, 28, 30, 28, 28,
          28, 28, 30, 30, 26, 28, *[30] * 14),
    "m": (10, 16, 26, 18, 24, 16, 18, 22, 22, 26, 30, 22, 22, 24, 24, 28, 28, 26, 26, 26,
          26, *[28] * 19),
}  # fmt: skip
_BLOCKS = {
    "l": (1, 1, 1, 1, 1, 2, 2, 2, 2, 4, 4, 4, 4, 4, 6, 6, 6, 6, 7, 8,
          8, 9, 9, 10, 12, 12, 12, 13, 14, 15, 16, 17, 18, 19, 19, 20, 21, 22, 24, 25),
    "m": (1, 1, 1, 2, 2, 4, 4, 4, 5, 5, 5, 8, 9, 9, 10, 10, 11, 13, 14, 16,
          17, 17, 18, 20, 21, 23, 25, 26, 28, 29, 31, 33, 35, 37, 38, 40, 43, 45, 47, 49),
}  # fmt: skip
_LEVEL_BITS = {"l": 0b01, "m": 0b00}
MASK = 3  # (row + column) mod 3: leaves the fewest large areas of one colour in ordinary data
_BITS = bytes.maketrans(b"01", b"\x00\x01")
_TURNED = bytes.maketrans(b"\x00\x01", b"\x01\x00")


def modules(text: str, level: str) -> tuple[bytes, ...] | None:
    """The rows of the smallest symbol of this level (l, m), 1 for dark; None for a text that is
    too long or has other characters.
    """
    if not text or text.strip(ALPHANUMERIC):
        return None
    version = _version(len(text), level)
    if version is None:
        return None
    size = _size(version)
    order, cells = _order(version, level)
    words = _interleaved(_data(text, version, level), version, level)
    bits = f"{int.from_bytes(words):0{len(words) * 8}b}".encode().translate(_BITS)
    bits = bits.ljust(cells, b"\x00")
    symbol = bytes(order(bits + bits.translate(_TURNED) + b"\x00\x01"))
    return tuple(symbol[at : at + size] for at in range(0, size * size, size))


def _size(version: int) -> int:
    return 17 + 4 * version


def _count_bits(version: int) -> int:
    return 9 if version < 10 else 11 if version < 27 else 13


@lru_cache(maxsize=256)
def _version(characters: int, level: str) -> int | None:
    bits = characters // 2 * 11 + characters % 2 * 6
    return next(
        (
            version
            for version in range(1, LARGEST + 1)
            if 4 + _count_bits(version) + bits <= 8 * _data_words(version, level)
            and characters < 1 << _count_bits(version)
        ),
        None,
    )


@lru_cache(maxsize=2 * LARGEST)
def _data_words(version: int, level: str) -> int:
    blocks = _BLOCKS[level][version - 1]
    return _all_words(version) - blocks * _CORRECTION[level][version - 1]


def _all_words(version: int) -> int:
    """Codewords of a symbol: all cells but those of patterns, format and version."""
    size = _size(version)
    aligned = len(_alignment(version))
    crossing = 2 * (aligned - 2) if aligned else 0  # patterns that lie on the timing patterns
    patterns = (aligned * aligned - 3) if aligned else 0
    taken = 3 * 64 + 31 + 2 * (size - 16) + 25 * patterns - 5 * crossing
    return (size * size - taken - (36 if version >= 7 else 0)) // 8


def _data(text: str, version: int, level: str) -> bytes:
    """The text as codewords, filled up (7.4.4 and 7.4.10)."""
    packed = "".join(map(_PAIRS.__getitem__, _TWO.findall(text)))
    room = _data_words(version, level) * 8
    bits = f"{_ALPHANUMERIC_MODE}{len(text):0{_count_bits(version)}b}{packed}"
    bits += "0" * min(4, room - len(bits))
    bits += "0" * (-len(bits) % 8)
    words = int(bits, 2).to_bytes(len(bits) // 8)
    return words + (b"\xec\x11" * room)[: room // 8 - len(words)]


def _interleaved(data: bytes, version: int, level: str) -> bytes:
    """The codewords of all blocks in turn, then their error correction (7.6)."""
    blocks, length = _BLOCKS[level][version - 1], _CORRECTION[level][version - 1]
    short = len(data) // blocks
    longer = blocks - len(data) % blocks  # so many blocks are one codeword shorter than the rest
    stops = [short * (at + 1) + max(0, at + 1 - longer) for at in range(blocks)]
    parts = [data[start:stop] for start, stop in zip([0, *stops], stops, strict=False)]
    corrections = [_correction(part, length) for part in parts]
    return _in_turn(parts) + _in_turn(corrections)


def _in_turn(parts: list[bytes]) -> bytes:
    """The first of every part, the second of every part, and so on; the last ones are longer by
    one at most.
    """
    count, short = len(parts), len(parts[0])
    mixed = bytearray(count * short)
    for at, part in enumerate(parts):
        mixed[at::count] = part[:short]
    return bytes(mixed) + b"".join(part[short:] for part in parts)


def _correction(data: bytes, length: int) -> bytes:
    """The remainder of the data by the generator polynomial (7.5.2), as one long number."""
    table, top, kept = _multiples(length), 8 * (length - 1), (1 << 8 * (length - 1)) - 1
    rest = 0
    for word in data:
        rest = ((rest & kept) << 8) ^ table[word ^ (rest >> top)]
    return rest.to_bytes(length)


@lru_cache(maxsize=32)
def _multiples(length: int) -> tuple[int, ...]:
    """The generator polynomial without its first term, times every element of the field."""
    factors = bytes([1])
    root = 1
    for _ in range(length):
        shifted = bytes([*factors, 0])
        scaled = bytes([0, *(_times(factor, root) for factor in factors)])
        factors = bytes(a ^ b for a, b in zip(shifted, scaled, strict=True))
        root = _times(root, 2)
    return tuple(
        int.from_bytes(bytes(_times(factor, element) for factor in factors[1:]))
        for element in range(256)
    )


def _times(first: int, second: int) -> int:
    """The product in the field of 256 elements."""
    product = 0
    while second:
        product ^= first * (second & 1)
        first = first << 1 ^ (_FIELD_POLYNOMIAL if first & 0x80 else 0)
        second >>= 1
    return product


@lru_cache(maxsize=8)
def _order(version: int, level: str) -> tuple[Callable[[bytes], Iterable[int]], int]:
    """Which of the bits, of the bits turned over, or of 0 and 1, stands in each cell in turn; and
    how many cells hold bits.
    """
    size = _size(version)
    fixed = _fixed(version, level)
    free = [cell for cell in _zigzag(size) if cell not in fixed]
    places = {cell: at for at, cell in enumerate(free)}
    constant = 2 * len(free)

    def source(cell: Cell) -> int:
        if cell in fixed:
            return constant + fixed[cell]
        return places[cell] + (0 if sum(cell) % MASK else len(free))

    cells = ((row, column) for row in range(size) for column in range(size))
    return itemgetter(*map(source, cells)), len(free)


def _zigzag(size: int) -> Iterator[Cell]:
    """Two columns at a time from the right, up and down, around the upright timing pattern."""
    upwards = True
    for right in (*range(size - 1, 6, -2), *range(5, 0, -2)):
        rows = range(size - 1, -1, -1) if upwards else range(size)
        for row in rows:
            yield row, right
            yield row, right - 1
        upwards = not upwards


def _fixed(version: int, level: str) -> dict[Cell, int]:
    """The cells of patterns, format and version, and what they are."""
    size = _size(version)
    cells: dict[Cell, int] = {}
    for at in range(8, size - 8):
        cells[6, at] = cells[at, 6] = 1 - at % 2
    for middle in ((3, 3), (3, size - 4), (size - 4, 3)):
        cells.update(_rings(middle, 4, size, dark=(0, 1, 3)))
    places = _alignment(version)
    corners = {(6, 6), (6, size - 7), (size - 7, 6)}
    for middle in ((row, column) for row in places for column in places):
        if middle not in corners:
            cells.update(_rings(middle, 2, size, dark=(0, 2)))
    cells.update(_format(size, level))
    if version >= 7:
        cells.update(_version_information(version))
    return cells


def _rings(
    middle: Cell, reach: int, size: int, *, dark: tuple[int, ...]
) -> Iterator[tuple[Cell, int]]:
    """Squares around a middle, as far as they lie within the symbol."""
    for row in range(max(0, middle[0] - reach), min(size, middle[0] + reach + 1)):
        for column in range(max(0, middle[1] - reach), min(size, middle[1] + reach + 1)):
            ring = max(abs(row - middle[0]), abs(column - middle[1]))
            yield (row, column), int(ring in dark)


def _alignment(version: int) -> list[int]:
    """Rows and columns of the alignment patterns' middles (annex E)."""
    if version == 1:
        return []
    count = version // 7 + 2
    step = 26 if version == 32 else (version * 4 + count * 2 + 1) // (count * 2 - 2) * 2
    last = _size(version) - 7
    return [6, *(last - step * at for at in range(count - 2, -1, -1))]


def _format(size: int, level: str) -> Iterator[tuple[Cell, int]]:
    """Level and mask, twice (7.9)."""
    data = _LEVEL_BITS[level] << 3 | MASK
    bits = (data << 10 | _rest(data << 10, 0x537)) ^ 0x5412
    first = [
        *((at, 8) for at in range(6)),
        (7, 8),
        (8, 8),
        (8, 7),
        *((8, 14 - at) for at in range(9, 15)),
    ]
    second = [
        *((8, size - 1 - at) for at in range(8)),
        *((size - 15 + at, 8) for at in range(8, 15)),
    ]
    for places in (first, second):
        yield from ((cell, bits >> at & 1) for at, cell in enumerate(places))
    yield (size - 8, 8), 1


def _version_information(version: int) -> Iterator[tuple[Cell, int]]:
    """The version, twice (7.10)."""
    bits = version << 12 | _rest(version << 12, 0x1F25)
    for at in range(18):
        near, far = at // 3, _size(version) - 11 + at % 3
        yield (near, far), bits >> at & 1
        yield (far, near), bits >> at & 1


def _rest(value: int, polynomial: int) -> int:
    """The remainder of a division of polynomials over two elements."""
    length = polynomial.bit_length()
    while value.bit_length() >= length:
        value ^= polynomial << value.bit_length() - length
    return value
