"""A stretch of one device's chain at once: what ``link`` and ``commit_to`` do, for thousands.

A merge works out every hash of every batch, and spends most of its time here. The bytes that are
hashed are those of ``kiosk.domain.change``, put together in fewer steps.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from typing import NamedTuple

_BLOCK = 64  # bytes that SHA-256 takes at a time
_INNER = bytes(0x36 ^ at for at in range(256))
_OUTER = bytes(0x5C ^ at for at in range(256))
_HLC, _COMMITMENT = (length.to_bytes(4, "big") for length in (8, 32))


class Saying(NamedTuple):
    """Who said what of what: columns that many changes share."""

    entity: str
    kind: str
    actor: str
    schema: int


class Salted:
    """``commit_to`` under one salt, which is worked in once (RFC 2104)."""

    __slots__ = ("_inner", "_outer")

    def __init__(self, salt: bytes) -> None:
        key = salt.ljust(_BLOCK, b"\0")
        if len(key) != _BLOCK:
            raise ValueError("a salt of more than 64 bytes")
        self._inner = hashlib.sha256(key.translate(_INNER))
        self._outer = hashlib.sha256(key.translate(_OUTER))

    def commit_to(self, body: bytes) -> bytes:
        inner, outer = self._inner.copy(), self._outer.copy()
        inner.update(body)
        outer.update(inner.digest())
        return outer.digest()


def chain_hashes(
    before: bytes,
    event_and_device: tuple[str, str],
    first: int,
    sayings: Sequence[Saying],
    columns: Iterable[tuple[int, bytes, str, bytes]],
) -> list[bytes]:
    """The hashes of the changes from number ``first`` on, whose predecessor's is ``before``.

    ``columns``: of each its place in ``sayings``, clock reading, entity's id and commitment.
    """
    event, device = (_measured(text.encode()) for text in event_and_device)
    ends = [_ends(one) for one in sayings]
    lengths = [length.to_bytes(4, "big") for length in range(32)]
    start, sha256, last, seq, hashes = event + _HLC, hashlib.sha256, before, first - 1, []
    for saying, hlc, entity_id, commitment in columns:
        seq += 1
        head, tail = ends[saying]
        number, told = b"%d" % seq, entity_id.encode()
        last = sha256(
            b"%b%b%b%b%b%b%b%b%b%b%b"
            % (
                last, start, hlc, device, lengths[len(number)], number, head,
                len(told).to_bytes(4, "big"), told, tail, commitment,
            )
        ).digest()  # fmt: skip
        hashes.append(last)
    return hashes


def _ends(saying: Saying) -> tuple[bytes, bytes]:
    """What stands before and after the entity's id."""
    head = _measured(saying.actor.encode()) + _measured(saying.entity.encode())
    tail = _measured(saying.kind.encode()) + _measured(b"%d" % saying.schema)
    return head, tail + _COMMITMENT


def _measured(raw: bytes) -> bytes:
    return len(raw).to_bytes(4, "big") + raw
