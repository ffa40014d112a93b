"""Sets of documents as rows of a database hold them, and who is in all of several sets.

As in Roaring bitmaps (Lemire and others, 2016) documents lie in blocks of 65,536. Of each block in
which somebody is in the set there is a row: where they are few their numbers, two bytes each, where
they are many a bit for everybody. So what a hundred thousand among a million bear is read in
microseconds, and who bears three such words, or that nobody does, is known after sixteen small
steps: bits are met as the whole numbers of Python.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache, reduce
from itertools import compress
from operator import and_, or_
from struct import pack, unpack

BLOCK = 1 << 16
_BYTES = BLOCK // 8  # of a row with a bit for everybody
_FEW = 256  # the most whose numbers stand in a row
_NAMED = 64  # bytes of a row whose numbers are looked at one by one
_ONE_BY_ONE = 8  # bits that are found without going through all
_WORDS = range(0, BLOCK, 64)  # the first number of each 64 bits


def joined(held: bytes, numbers: Sequence[int]) -> bytes:
    """The row with these numbers, some of them twice perhaps, none of which is in it."""
    if len(held) < _BYTES and len(held) // 2 + len(numbers) <= _FEW:
        once = set(numbers)
        return held + pack(f"<{len(once)}H", *once)
    bits = bytearray(held) if len(held) == _BYTES else _bits(_unpacked(held))
    for number in numbers:
        bits[number >> 3] |= 1 << (number & 7)
    return bytes(bits)


def without(held: bytes, number: int) -> bytes:
    """The row without this number; nothing, rather than a row of nobody."""
    if len(held) < _BYTES:
        left = [one for one in _unpacked(held) if one != number]
        return pack(f"<{len(left)}H", *left)
    bits = bytearray(held)
    bits[number >> 3] &= ~(1 << (number & 7))
    return bytes(bits) if any(bits) else b""


def in_all(choices: Sequence[Sequence[bytes]]) -> Iterator[int]:
    """The numbers that are in a row of every choice, all rows being of one block."""
    few = [rows for rows in choices if max(map(len, rows)) <= _NAMED]
    if few:
        least = min(few, key=lambda rows: sum(map(len, rows)))
        yield from sorted(_met(_named(least), [rows for rows in choices if rows is not least]))
        return
    named = _met(set().union(*map(_named, choices)), choices)
    yield from sorted(named)
    bits = reduce(and_, (reduce(or_, map(_whole, _many(rows))) for rows in choices))
    yield from (number for number in _numbers(bits) if number not in named)


def _named(rows: Iterable[bytes]) -> set[int]:
    return {number for docs in rows if len(docs) <= _NAMED for number in _unpacked(docs)}


def _many(rows: Iterable[bytes]) -> Iterator[bytes]:
    return (docs for docs in rows if len(docs) > _NAMED)


def _met(numbers: set[int], choices: Iterable[Sequence[bytes]]) -> set[int]:
    """Those of the numbers that are in a row of every choice."""
    for rows in choices:
        found: set[int] = set()
        for docs in rows:
            if len(docs) == _BYTES:
                found.update([one for one in numbers if docs[one >> 3] >> (one & 7) & 1])
            else:
                found |= numbers.intersection(_unpacked(docs))
        numbers = found
    return numbers


@lru_cache(maxsize=4_096)
def _whole(docs: bytes) -> int:
    """A row's bits as one number: what many bear is asked for again and again."""
    return int.from_bytes(docs if len(docs) == _BYTES else _bits(_unpacked(docs)), "little")


def _numbers(bits: int) -> Iterator[int]:
    if bits.bit_count() <= _ONE_BY_ONE:
        yield from _lowest(bits)
        return
    words = unpack(f"<{len(_WORDS)}Q", bits.to_bytes(_BYTES, "little"))
    for first, word in zip(compress(_WORDS, words), filter(None, words), strict=True):
        yield from (first + number for number in _lowest(word))


def _lowest(bits: int) -> Iterator[int]:
    while bits:
        lowest = bits & -bits
        yield lowest.bit_length() - 1
        bits ^= lowest


def _unpacked(docs: bytes) -> tuple[int, ...]:
    return unpack(f"<{len(docs) // 2}H", docs)


def _bits(numbers: Iterable[int]) -> bytearray:
    bits = bytearray(_BYTES)
    for number in numbers:
        bits[number >> 3] |= 1 << (number & 7)
    return bits
