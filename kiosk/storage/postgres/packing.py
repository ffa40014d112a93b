"""Rows as PostgreSQL's COPY takes them in binary, written wherever there is time for it.

The format is PostgreSQL's own (its manual, COPY, "Binary Format"): a signature, then for each row
the count of its fields and each field with its length, and a trailer.
"""

from __future__ import annotations

import struct
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from kiosk.domain.batch import Header, Told
from kiosk.storage.chain import COLUMNS
from kiosk.storage.readying import Row

_SIGNATURE = b"PGCOPY\n\xff\r\n\x00" + bytes(8)  # no flags, no extension
_TRAILER = b"\xff\xff"
_CHANGE = tuple(name.strip() for name in COLUMNS.split(","))
_PAYLOAD = ("event_id", "device_id", "seq", "op_id", "person_id", "body")
_NULL = b"\xff\xff\xff\xff"
_INT8 = struct.Struct(">iq")
_LENGTH = struct.Struct(">i")
_COUNT = struct.Struct(">h")


@dataclass(frozen=True, slots=True)
class Block:
    """Rows of a table; ``kinds``: by column ``str``, ``int`` or ``bytes`` as s, i, b."""

    table: str
    columns: Sequence[str]
    kinds: str
    count: int
    data: bytes

    def rows(self) -> Iterator[Row]:
        """The rows again, for whoever has to look at them one by one."""
        at = len(_SIGNATURE)
        for _ in range(self.count):
            at += _COUNT.size
            row = []
            for kind in self.kinds:
                (size,) = _LENGTH.unpack_from(self.data, at)
                at += _LENGTH.size
                row.append(None if size < 0 else _read(kind, self.data[at : at + size]))
                at += max(size, 0)
            yield tuple(row)


def _read(kind: str, raw: bytes) -> Any:  # noqa: ANN401 - a field holds one of three
    if kind == "s":
        return raw.decode()
    return int.from_bytes(raw, "big", signed=True) if kind == "i" else raw


def _each(packed: Sequence[Block], table: str) -> Iterator[Row]:
    return (row for block in packed if block.table == table for row in block.rows())


class PostgresPacker:
    """Implements ``readying.Packer``."""

    def log(self, told: Sequence[Told]) -> list[Block]:
        said = [
            (one.event_id, one.device_id, one.seq, one.op_id, one.person_id, one.body)
            for one in told
            if one.body is not None
        ]
        return [
            *self.rows("change", _CHANGE, [one[:13] for one in told]),
            *self.rows("payload", _PAYLOAD, said),
        ]

    def told(self, packed: Sequence[Block], header: Header) -> list[Told]:  # noqa: ARG002 - rows say all
        said = {row[3]: row[4:] for row in _each(packed, "payload")}
        return [Told(*row, *said.get(row[1], (None, None))) for row in _each(packed, "change")]

    def unpacked(self, packed: Sequence[Block]) -> Iterator[Row]:
        return (row for block in packed for row in block.rows())

    def rows(self, table: str, columns: Sequence[str], rows: Collection[Row]) -> list[Block]:
        if not rows:
            return []
        written = [_written(column) for column in zip(*rows, strict=True)]
        kinds = "".join(kind for kind, _ in written)
        begins = [_COUNT.pack(len(columns))] * len(rows)
        fields = zip(begins, *(fields for _, fields in written), strict=True)
        data = b"".join((_SIGNATURE, *map(b"".join, fields), _TRAILER))
        return [Block(table, columns, kinds, len(rows), data)]


def _written(column: Sequence[Any]) -> tuple[str, Iterable[bytes]]:
    """The fields of a column, each with its length, and of what kind they are."""
    kind = next((type(value) for value in column if value is not None), str)
    if kind is str:
        return "s", [_NULL if one is None else _sized(one.encode()) for one in column]
    if kind is bytes:
        return "b", [_NULL if one is None else _sized(one) for one in column]
    return "i", [_NULL if one is None else _INT8.pack(8, one) for one in column]


def _sized(raw: bytes) -> bytes:
    return _LENGTH.pack(len(raw)) + raw
