"""Rows as SQLite takes them by the lot: the values of many in one list, for few long statements.

A list travels to another process as ``marshal`` writes it, which is several times quicker than
pickling; both processes are of one program.
"""

from __future__ import annotations

import marshal
from collections.abc import Collection, Iterator, Sequence
from itertools import chain
from typing import Any, NamedTuple

from kiosk.domain.batch import Header, Told
from kiosk.storage.readying import Row

TOLD = (
    "log", "seq", "hlc", "saying", "entity_id", "commitment", "before", "hash", "person_id", "body",
)  # fmt: skip
LOG, SAYING = TOLD.index("log"), TOLD.index("saying")
_LOG_BLOBS = tuple(TOLD.index(name) for name in ("hlc", "commitment", "before", "hash", "body"))


class Lot(NamedTuple):
    """Rows of a table, their values one after the other. ``blobs``: the columns of bytes.

    ``sayings``: of a log, what its column ``saying`` counts.
    """

    table: str
    columns: Sequence[str]
    blobs: Sequence[int]
    values: list[Any]
    sayings: Sequence[Row] = ()

    def __reduce__(self) -> tuple[Any, ...]:
        return _lot, (*self[:3], marshal.dumps(self.values), self.sayings)


def _lot(
    table: str, columns: Sequence[str], blobs: Sequence[int], values: bytes, sayings: Sequence[Row]
) -> Lot:
    return Lot(table, columns, blobs, marshal.loads(values), sayings)  # noqa: S302 - our own bytes


def _each(packed: Lot) -> Iterator[Row]:
    return zip(*[iter(packed.values)] * len(packed.columns), strict=True)


class SqlitePacker:
    """Implements ``readying.Packer``."""

    def log(self, told: Sequence[Told]) -> Lot:
        sayings: dict[Row, int] = {}
        values: list[Any] = []
        last = b""
        for one in told:
            saying = sayings.setdefault((one[5], one[6], one[8], one[9]), len(sayings))
            before = b"" if one[11] == last else one[11]  # it stands in the row above
            last = one[12]
            values += (
                0, one[4], one[2], saying, one[7], one[10], before, last, one[13], one[14],
            )  # fmt: skip
        return Lot("told", TOLD, _LOG_BLOBS, values, list(sayings))

    def told(self, packed: Lot, header: Header) -> list[Told]:
        last, made = b"", []
        for _, seq, hlc, at, entity_id, commitment, before, hash_, person, body in _each(packed):
            actor, entity, kind, schema = packed.sayings[at]
            made.append(
                Told(
                    header.event, hash_[:16], hlc, header.device, seq, actor, entity, entity_id,
                    kind, schema, commitment, before or last, hash_, person, body,
                )
            )  # fmt: skip
            last = hash_
        return made

    def unpacked(self, packed: Lot) -> Iterator[Row]:
        return _each(packed)

    def rows(self, table: str, columns: Sequence[str], rows: Collection[Row]) -> Lot:
        some = next(iter(rows), ())
        blobs = [at for at, value in enumerate(some) if isinstance(value, bytes)]
        return Lot(table, columns, blobs, list(chain.from_iterable(rows)))
