"""What a change says, as it arrives: one JSON object, written in the one way, and tame.

The bytes stay what they are, since the log commits to them; here they are read once, to be sure
that whoever reads them later meets no surprise: no key twice, no NaN, no number that no column
holds, no time that no calendar tells, nothing longer than an index takes, no NUL, nothing nested
without end.
"""

from __future__ import annotations

import json
from typing import Annotated, Any, Never

import msgspec
from msgspec import UNSET, Meta, UnsetType

from kiosk.domain.change import encode
from kiosk.domain.entities import ASIDES, FIELDS
from kiosk.sync.refusal import BatchRefused

LONGEST_BODY = 1_048_576
DEEPEST = 32
_PLAIN_BRACKETS = 12  # at most so deep, too
_LARGEST = 2**63  # what a column of whole numbers holds
_DIGITS = bytes(0x30 if 0x30 <= at <= 0x39 else at for at in range(256))
_LONG_NUMBER = b"0" * 19  # perhaps too large


def _float(text: str) -> Never:
    raise ValueError(text)  # there is more than one way to write it


_decode = msgspec.json.Decoder(dict[str, Any], float_hook=_float).decode
_encode = msgspec.json.Encoder(order="sorted").encode
_whole_number = Annotated[int, Meta(ge=-_LARGEST, le=_LARGEST - 1)]
_time = Annotated[int, Meta(gt=-(2**42), lt=2**47)]  # 1830 to 6429: what calendars can tell
_TYPES: dict[str, Any] = {
    "text": str, "key": Annotated[str, Meta(max_length=200)], "time": _time, "flag": bool,
    "maybe": _whole_number | None, "past": _time | None, "list": list[str], "map": dict[str, Any],
}  # fmt: skip


def _shape(entity: str) -> type[msgspec.Struct]:
    """What a body of this entity may say: any of its fields, each of its kind."""
    kinds = {**ASIDES, **FIELDS[entity]}
    fields = [(name, _TYPES[kind] | UnsetType, UNSET) for name, kind in kinds.items()]
    return msgspec.defstruct(entity, fields, gc=False)


_SHAPES = {entity: _shape(entity) for entity in FIELDS}
_READERS = {
    entity: msgspec.json.Decoder(shape, float_hook=_float).decode
    for entity, shape in _SHAPES.items()
}


def read_body(raw: bytes) -> dict[str, Any]:
    """What the body says. Raises BatchRefused ``batch_contents``."""
    if _is_plain(raw):
        try:
            told = _decode(raw)
            if _encode(told) == raw:
                return told
        except (msgspec.MsgspecError, ValueError, OverflowError):
            pass  # what is odd is looked at closely
    return _read_closely(raw)


def check_body(raw: bytes, entity: str) -> str | None:
    """Checks a body, each field of the kind that its entity's has; gives the owner it names.

    Raises BatchRefused ``batch_contents``.
    """
    read = _READERS.get(entity, _decode)
    if _is_plain(raw):
        try:
            told = read(raw)
            if _encode(told) == raw:
                return getattr(told, "attendee_id", None) or None
        except (msgspec.MsgspecError, ValueError, OverflowError):
            pass  # what is odd is looked at closely
    said = _read_closely(raw)
    if entity not in FIELDS:
        return None
    try:
        msgspec.convert(said, _SHAPES[entity])
    except msgspec.ValidationError as error:
        raise BatchRefused("batch_contents", f"{entity}: {error}") from error
    return said.get("attendee_id")


def _is_plain(raw: bytes) -> bool:
    """Whether the quick reader is strict enough for it."""
    if len(raw) > LONGEST_BODY:
        raise BatchRefused("batch_contents", f"a body of {len(raw)} bytes")
    return (
        raw.count(b"[") + raw.count(b"{") <= _PLAIN_BRACKETS
        and b"\\u0000" not in raw
        and _LONG_NUMBER not in raw.translate(_DIGITS)
    )


def _read_closely(raw: bytes) -> dict[str, Any]:
    """The same by Python's own reader: slower, and stricter."""
    try:
        told = json.loads(
            raw, parse_int=_whole, parse_constant=_no_number, object_pairs_hook=_each_once
        )
        right = isinstance(told, dict) and encode(told) == raw
        _look_at(told, DEEPEST)
    except (ValueError, RecursionError) as error:
        raise BatchRefused("batch_contents", f"a body: {error}") from error
    if not right:
        raise BatchRefused("batch_contents", "a body that is not as it is written")
    return dict(told)


def _whole(text: str) -> int:
    number = int(text) if len(text) <= 20 else _LARGEST
    if not -_LARGEST <= number < _LARGEST:
        raise ValueError("a number too large for any column")
    return number


def _no_number(text: str) -> Never:
    raise ValueError(f"{text} is no number")


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    told = dict(pairs)
    if len(told) != len(pairs):
        raise ValueError("a key twice")
    return told


def _look_at(value: object, deep: int) -> None:
    """Raises ValueError for NUL and for what is nested too deeply."""
    if deep == 0:
        raise ValueError("nested too deeply")
    if isinstance(value, str) and "\0" in value:
        raise ValueError("a NUL")
    if isinstance(value, dict):
        for name, one in value.items():
            _look_at(name, deep)
            _look_at(one, deep - 1)
    elif isinstance(value, list):
        for one in value:
            _look_at(one, deep - 1)
