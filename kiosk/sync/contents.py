"""What stands in the body of a batch: NDJSON that leaves out all that the receiver works out.

    a head         {"sayings":[[entity,kind,actor,schema]…],"erased":[…],"anonymous":how many}
    seven columns  a list each, with an entry a change or a person (``Columns``)
    the bodies     one line a change, byte for byte as committed to; null where it was erased
    anonymous      one line a response, sorted by key

Bodies stay bytes: they are written as they were stored, and parsed once, when opened. Numbers,
hashes, op ids, commitments and the device are not there; that they come out right is seen when
the last hash is the one that the device signed.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Annotated, Any, NamedTuple, get_type_hints

import msgspec
from msgspec import Meta

from kiosk.domain.attendee import AnonymousResponse
from kiosk.domain.batch import MOST_CHANGES
from kiosk.domain.change import encode
from kiosk.domain.ids import FormId
from kiosk.sync.bodies import read_body
from kiosk.sync.refusal import BatchRefused

FEWEST_ANONYMOUS = 10
GONE = b"null"
_LONGEST_LINE = 2 * 1024 * 1024  # of the head or a column
_FROM_BEFORE = Meta(gt=-MOST_CHANGES, lt=MOST_CHANGES)

_Short = Annotated[str, Meta(min_length=1, max_length=40)]
_Id = Annotated[str, Meta(min_length=1, max_length=80)]
_Text = Annotated[str, Meta(max_length=400)]
_Hash = Annotated[str, Meta(min_length=64, max_length=64)]
_Count = Annotated[int, Meta(ge=0, le=MOST_CHANGES)]


class Head(msgspec.Struct, forbid_unknown_fields=True):
    """The first line."""

    sayings: list[tuple[_Short, _Short, _Text, Annotated[int, Meta(ge=1, lt=2**31)]]]
    erased: list[_Id]
    anonymous: _Count


class Columns(NamedTuple):
    """The lines after the head.

    ``clocks``: how far a reading is from the one before; where the millisecond is another and the
    counter 0, as it nearly always is, the milliseconds between them, negative. ``owners``: how far
    a place in ``people`` is from the one before; None where the body was erased. An id of None is
    the owner's. Somebody with two salts stands in ``people`` twice.
    """

    sayings: list[_Count]
    clocks: list[Annotated[int, Meta(gt=-(2**47), lt=2**63 - 1)]]
    owners: list[Annotated[int, _FROM_BEFORE] | None]
    ids: list[_Id | None]
    people: list[Annotated[str, Meta(max_length=80)]]
    salts: list[_Hash]
    commitments: list[_Hash]  # of what was erased


_Nobody = tuple[
    Annotated[str, Meta(min_length=32, max_length=32)],
    _Id, _Id, dict[str, Any], _Text, _Text, _Text,
]  # fmt: skip

LINES = 1 + len(Columns._fields)
_decode_head = msgspec.json.Decoder(Head).decode
_decode_columns = [
    msgspec.json.Decoder(kind).decode
    for kind in get_type_hints(Columns, include_extras=True).values()
]
_decode_nobody = msgspec.json.Decoder(_Nobody).decode
encode_line = msgspec.json.Encoder().encode


def read_columns(lines: Sequence[bytes]) -> tuple[Head, Columns]:
    """The head and the columns, each of the right kind. Raises BatchRefused."""
    if len(max(lines, key=len)) > _LONGEST_LINE:
        raise BatchRefused("batch_contents", "a line that is too long")
    try:
        head = _decode_head(lines[0])
        columns = Columns(
            *(read(line) for read, line in zip(_decode_columns, lines[1:], strict=True))
        )
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise BatchRefused("batch_contents", str(error)) from error
    if encode_line(head) != lines[0]:
        raise BatchRefused("batch_contents", "a head that is not as it is written")
    return head, columns


def nobody_line(one: AnonymousResponse) -> bytes:
    """An anonymous response: key, form, its version, answers, what one does, language, state."""
    before = encode_line([one.key.hex(), one.form_id, one.form_version])
    after = encode_line([one.does, one.language, one.state])
    return before[:-1] + b"," + encode(one.answers) + b"," + after[1:]


def read_nobody(line: bytes) -> AnonymousResponse:
    """The reverse of ``nobody_line``. Raises BatchRefused."""
    try:
        key, form_id, version, answers, *coarse = _decode_nobody(line)
        one = AnonymousResponse(bytes.fromhex(key), FormId(form_id), version, answers, *coarse)
        right = nobody_line(one) == line
    except (msgspec.MsgspecError, ValueError, RecursionError) as error:
        raise BatchRefused("batch_contents", f"an anonymous response: {error}") from error
    if not right or any("\0" in text for text in (form_id, version, *coarse)):
        raise BatchRefused("batch_contents", "an anonymous response not as it is written")
    read_body(encode(answers))
    return one
