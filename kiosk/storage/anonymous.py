"""The anonymous box: answers of nobody; nothing tells when they came or whose they are.

An answer has a random key and no more. SQLite lays cells into a page in the order of their
arrival, which would betray that order. So the box is a fixed number of buckets of one size, chosen
by the key, each a row that is filled up with spaces: a new answer has one bucket written anew,
sorted by key, over the very bytes where it stood. Pages look the same whatever the order was, and
an answer costs the same however many there are. When a bucket is full, all are laid out anew.
The write-ahead log, in which all commits stand one after the other, is folded into the file at
once. What remains possible in principle stands in resources/decisions/005.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from kiosk.domain.attendee import AnonymousResponse
from kiosk.domain.batch import MOST_CHANGES
from kiosk.domain.change import encode
from kiosk.domain.ids import FormId
from kiosk.storage.driver import Connection
from kiosk.storage.faults import Damaged, parsed
from kiosk.storage.telling import Combination, tellable

BUCKETS = 32  # at first; a power of two
BUCKET_BYTES = 3_800  # at first; with its row this fits one page
FEWEST_LEAVING = 10
_LARGEST = 262_144
_KEY_BYTES = 16
_TYPES = [str, str, str, dict, str, str, str, int]  # of the cells of a response


@dataclass(frozen=True, slots=True)
class Kept:
    """A response in the box; ``sealed`` once a closing has counted it, ``left`` once it lies in
    the outbox.
    """

    response: AnonymousResponse
    sealed: bool
    left: bool = False


def keep(connection: Connection, event_id: str, response: AnonymousResponse) -> None:
    """Adds a response; the caller has the log folded away after committing."""
    if len(response.key) != _KEY_BYTES:
        raise ValueError("the key of an anonymous response has 16 random bytes")
    told = Kept(_told(response, _people(connection, event_id)), sealed=False)
    if len(_pack([told])) > _LARGEST:
        raise ValueError("anonymous answers of more than 256 KiB")
    (buckets,) = connection.execute(
        "SELECT count(*) FROM anonymous_bucket WHERE event_id = ?", (event_id,)
    ).fetchone()
    if buckets:
        row, body = connection.execute(
            "SELECT id, body FROM anonymous_bucket WHERE event_id = ? AND bucket = ?",
            (event_id, _bucket(response.key, buckets)),
        ).fetchone()
        packed = _pack([*_unpack(body), told])
        if len(packed) <= len(body):
            connection.execute(
                "UPDATE anonymous_bucket SET body = ? WHERE id = ?",
                (packed.ljust(len(body)), row),
            )
            return
    _lay_out(connection, event_id, [*kept(connection, event_id), told])


def responses(connection: Connection, event_id: str) -> Iterator[AnonymousResponse]:
    """All, sorted by key, as coarse as they are kept: from here, and from batches of kiosks."""
    here = [one.response for one in kept(connection, event_id)]
    return iter(sorted([*here, *_arrived(connection, event_id)], key=lambda one: one.key))


def kept(connection: Connection, event_id: str) -> list[Kept]:
    """All, sorted by key, with their marks."""
    rows = connection.execute(
        "SELECT body FROM anonymous_bucket WHERE event_id = ? ORDER BY bucket", (event_id,)
    ).fetchall()
    return sorted((one for (body,) in rows for one in _unpack(body)), key=_by_key)


def _arrived(connection: Connection, event_id: str) -> Iterator[AnonymousResponse]:
    rows = connection.execute(
        "SELECT key, form_id, form_version, answers, does, language, state"
        " FROM anonymous_response WHERE event_id = ?",
        (event_id,),
    ).fetchall()
    for key, form_id, version, answers, *people in rows:
        told = parsed(answers, dict)
        yield AnonymousResponse(bytes(key), FormId(form_id), version, told, *people)


def to_seal(connection: Connection, event_id: str) -> tuple[int, str]:
    """Count and SHA-256 (hex) of the box as ``seal`` would leave it now."""
    box = _sealed(connection, event_id)
    return len(box), digest_of(box)


def seal(connection: Connection, event_id: str, digest: str) -> bool:
    """Tells each response as coarsely as has to be now, and marks it as counted by a closing.

    False, and nothing done, where the box is no longer what ``digest`` was taken of.
    """
    box = _sealed(connection, event_id)
    if digest_of(box) != digest:
        return False
    if box:
        _lay_out(connection, event_id, box)
    return True


def to_leave(connection: Connection, event_id: str) -> list[AnonymousResponse]:
    """Sorted by key: what was sealed and is in no batch yet; none of them while they are few."""
    waiting = [one.response for one in kept(connection, event_id) if one.sealed and not one.left]
    return waiting[:MOST_CHANGES] if len(waiting) >= FEWEST_LEAVING else []


def mark_left(connection: Connection, event_id: str, keys: Collection[bytes]) -> None:
    """Notes that exactly these of the sealed have left; the caller has the log folded away.

    One digit changes where each stands, so that no page tells more than before.
    """
    rows = connection.execute(
        "SELECT id, body FROM anonymous_bucket WHERE event_id = ?", (event_id,)
    ).fetchall()
    for row, body in rows:
        box = [replace(one, left=one.sealed and one.response.key in keys) for one in _unpack(body)]
        connection.execute(
            "UPDATE anonymous_bucket SET body = ? WHERE id = ?",
            (_pack(box).ljust(len(body)), row),
        )


def left_keys(connection: Connection, event_id: str) -> set[bytes]:
    """The keys of those that lie in the outbox."""
    return {one.response.key for one in kept(connection, event_id) if one.left}


def digest_of(box: Iterable[Kept]) -> str:
    """SHA-256 (hex) of responses in the order of their keys."""
    digest = hashlib.sha256()
    for one in sorted(box, key=_by_key):
        told = one.response
        row = {
            "key": told.key.hex(), "form_id": told.form_id, "form_version": told.form_version,
            "answers": told.answers, "does": told.does, "language": told.language,
            "state": told.state,
        }  # fmt: skip
        digest.update(encode(row) + b"\n")
    return digest.hexdigest()


def _sealed(connection: Connection, event_id: str) -> list[Kept]:
    people = _people(connection, event_id)
    return [
        replace(one, response=_told(one.response, people), sealed=True)
        for one in kept(connection, event_id)
    ]


def _told(response: AnonymousResponse, people: dict[Combination, int]) -> AnonymousResponse:
    combination = (response.does, response.language, response.state)
    does, language, state = tellable(combination, people)
    return replace(response, does=does, language=language, state=state)


def _people(connection: Connection, event_id: str) -> dict[Combination, int]:
    """How many attendees known here share what they do, language and state."""
    rows = connection.execute(
        "SELECT does, language, state, count(*) FROM attendee"
        " WHERE event_id = ? AND masked = 0 GROUP BY does, language, state",
        (event_id,),
    ).fetchall()
    return {(does, language, state): count for does, language, state, count in rows}


def _lay_out(connection: Connection, event_id: str, box: Sequence[Kept]) -> None:
    """Writes all buckets anew: as many and as large as the responses need, doubling."""
    buckets, size = BUCKETS, BUCKET_BYTES
    while len(max(bodies := _bodies(box, buckets), key=len)) > size:
        if sum(map(len, bodies)) * 4 > buckets * size:
            buckets *= 2
        else:
            size *= 2  # one long answer among short ones
    connection.execute("DELETE FROM anonymous_bucket WHERE event_id = ?", (event_id,))
    connection.executemany(
        "INSERT INTO anonymous_bucket (event_id, bucket, body) VALUES (?, ?, ?)",
        [(event_id, at, body.ljust(size)) for at, body in enumerate(bodies)],
    )


def _bodies(box: Sequence[Kept], buckets: int) -> list[bytes]:
    held: list[list[Kept]] = [[] for _ in range(buckets)]
    for one in box:
        held[_bucket(one.response.key, buckets)].append(one)
    return [_pack(of_bucket) for of_bucket in held]


def _bucket(key: bytes, buckets: int) -> int:
    return int.from_bytes(key[:4], "big") * buckets >> 32


def _by_key(one: Kept) -> bytes:
    return one.response.key


def _pack(box: Sequence[Kept]) -> bytes:
    rows = [
        [
            one.response.key.hex(), one.response.form_id, one.response.form_version,
            one.response.answers, one.response.does, one.response.language, one.response.state,
            int(one.sealed) + int(one.left),
        ]
        for one in sorted(box, key=_by_key)
    ]  # fmt: skip
    return json.dumps(rows, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()


def _unpack(body: bytes) -> list[Kept]:
    return [_kept(row) for row in parsed(body, list)]


def _kept(row: Any) -> Kept:  # noqa: ANN401 - JSON holds anything
    if not isinstance(row, list) or [type(cell) for cell in row] != _TYPES:
        raise Damaged("a response of the anonymous box")
    try:
        key = bytes.fromhex(row[0])
    except ValueError as error:
        raise Damaged("a key of the anonymous box") from error
    response = AnonymousResponse(key, FormId(row[1]), *row[2:7])
    return Kept(response, sealed=row[7] > 0, left=row[7] > 1)
