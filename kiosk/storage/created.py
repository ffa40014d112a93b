"""The columns of a row that one change made: read from its body without a detour.

Nearly all that arrives is such a change. A list or mapping goes into its column as it stands in
the body, which is written in the one way already (``domain.change.encode``).
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import msgspec

from kiosk.storage.rows import Entity, blank_of, columns_of

Columns = tuple[Any, ...]  # in the order of the entity's fields
_TYPES: dict[str, Any] = {"text": str, "int": int, "flag": bool, "json": msgspec.Raw}


def reader_of(entity: Entity) -> Callable[[bytes], Columns]:
    """What makes columns of a creation's body: ``to_columns`` of the folded row, in one go."""
    columns = columns_of(entity)

    def closely(body: bytes) -> Columns:
        return columns(json.loads(body))

    if entity.open_ended:
        return closely
    decode = msgspec.json.Decoder(_shape_of(entity)).decode
    values = msgspec.structs.astuple
    texts = [at for at, kind in enumerate(entity.fields.values()) if kind == "json"]
    flags = [at for at, kind in enumerate(entity.fields.values()) if kind == "flag"]

    def quickly(body: bytes) -> Columns:
        try:
            told = list(values(decode(body)))
        except (msgspec.MsgspecError, UnicodeDecodeError):
            return closely(body)
        for at in texts:
            told[at] = str(told[at], "utf-8")
        for at in flags:
            told[at] = int(told[at])
        return tuple(told)

    return quickly


def _shape_of(entity: Entity) -> type[msgspec.Struct]:
    blank = blank_of(entity)
    fields = [
        (name, _TYPES.get(kind, int | None), _default(kind, blank[name]))
        for name, kind in entity.fields.items()
    ]
    return msgspec.defstruct(entity.name, fields, gc=False)


def _default(kind: str, value: object) -> object:
    return msgspec.Raw(json.dumps(value).encode()) if kind == "json" else value
