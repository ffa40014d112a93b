"""The lines of a batch as changes again, each of them checked (``kiosk.sync.contents``)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import count, repeat

from kiosk.domain.attendee import AnonymousResponse
from kiosk.domain.batch import MOST_CHANGES, Header, Told
from kiosk.domain.entities import IMPERSONAL, KINDS, PERSONAL
from kiosk.domain.stretch import Salted, Saying, chain_hashes
from kiosk.sync.bodies import check_body
from kiosk.sync.contents import (
    FEWEST_ANONYMOUS,
    GONE,
    LINES,
    Columns,
    Head,
    read_columns,
    read_nobody,
)
from kiosk.sync.refusal import BatchRefused

_SYMBOLS = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.-"
_HEX = b"0123456789abcdef"
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_CLOSING = ("day", "close")
_make_told = partial(tuple.__new__, Told)  # Told._make without a step in between


@dataclass(frozen=True, slots=True)
class Unpacked:
    """What the body of a batch says."""

    told: list[Told]
    salts: Mapping[str, Sequence[bytes]]
    erased: list[str]
    anonymous: list[AnonymousResponse]


def unpack(content: bytes, header: Header) -> Unpacked:
    """Reads and checks all of it, the chain from ``before`` to ``head`` included.

    Raises BatchRefused: batch_contents, batch_chain.
    """
    changes = header.last - header.first + 1
    if content.count(b"\n") >= LINES + 2 * MOST_CHANGES:  # counted before anything is made of it
        raise _wrong("too many lines")
    lines = content.split(b"\n")
    if len(lines) < LINES + changes:
        raise _wrong("too few lines")
    head, columns = read_columns(lines[:LINES])
    if len(lines) != LINES + changes + head.anonymous:
        raise _wrong("another number of lines than was promised")
    _check_columns(head, columns, changes)
    sayings = _sayings(head, header.schema)
    told = _told(header, sayings, columns, lines[LINES : LINES + changes])
    salts: dict[str, list[bytes]] = {}
    for person, salt in zip(columns.people, columns.salts, strict=True):
        salts.setdefault(person, []).append(bytes.fromhex(salt))
    anonymous = [read_nobody(line) for line in lines[LINES + changes :]]
    _check_anonymous(anonymous, sayings)
    return Unpacked(told, salts, head.erased, anonymous)


def _wrong(detail: str) -> BatchRefused:
    return BatchRefused("batch_contents", detail)


def _check_columns(head: Head, columns: Columns, changes: int) -> None:
    """Lengths and symbols; that what is listed once stands there once."""
    if {len(columns.sayings), len(columns.clocks), len(columns.owners), len(columns.ids)} != {
        changes
    }:
        raise _wrong("a column of another length")
    if columns.owners.count(None) != len(columns.commitments):
        raise _wrong("a commitment too many or too few")
    people = set(zip(columns.people, columns.salts, strict=False))
    if not len(people) == len(columns.people) == len(columns.salts):
        raise _wrong("salts that do not fit the people")
    if head.erased != sorted(set(head.erased)):
        raise _wrong("the erased, not sorted")
    if not set(columns.people).isdisjoint(head.erased):
        raise _wrong("words of somebody erased")
    ids = "".join([*filter(None, columns.ids), *columns.people, *head.erased])
    hashes = "".join(columns.salts + columns.commitments)
    if not (_only(_SYMBOLS, ids) and _only(_HEX, hashes)):
        raise _wrong("an id or a hash of other symbols")


def _only(symbols: bytes, text: str) -> bool:
    return text.isascii() and not text.encode().translate(None, symbols)


def _sayings(head: Head, schema: int) -> list[Saying]:
    sayings = [
        Saying(entity, kind, actor, version) for entity, kind, actor, version in head.sayings
    ]
    for one in sayings:
        if one.kind not in KINDS.get(one.entity, ()):
            raise _wrong(f"{one.kind} of {one.entity}")
        if one.schema > schema or _CONTROL.search(one.actor):
            raise _wrong("who said it, or in what schema")
    return sayings


def _told(
    header: Header, sayings: Sequence[Saying], columns: Columns, bodies: Sequence[bytes]
) -> list[Told]:
    if columns.sayings and max(columns.sayings) >= len(sayings):
        raise _wrong("a saying that is not there")
    said = [sayings[place] for place in columns.sayings]
    owners = list(_owners(columns))
    persons = [None if owner is None else columns.people[owner] for owner in owners]
    ids = list(_ids(columns.ids, persons))
    for told in zip(said, ids, persons, bodies, strict=True):
        _check(*told)
    hlcs = list(_readings(columns.clocks))
    commitments = list(_commitments(columns, owners, bodies))
    hashes = chain_hashes(
        header.before,
        (header.event, header.device),
        header.first,
        sayings,
        zip(columns.sayings, hlcs, ids, commitments, strict=True),
    )
    if hashes and hashes[-1] != header.head:
        raise BatchRefused("batch_chain")
    entities, kinds, actors, schemas = zip(*said, strict=True) if said else ((), (), (), ())
    rows = zip(
        repeat(header.event), [one[:16] for one in hashes], hlcs, repeat(header.device),
        count(header.first), actors, entities, ids, kinds, schemas, commitments,
        [header.before, *hashes], hashes, persons,
        [None if body == GONE else body for body in bodies],
    )  # fmt: skip
    return list(map(_make_told, rows))


def _owners(columns: Columns) -> Iterator[int | None]:
    """The place in ``people`` of each payload's owner; every place is somebody's."""
    at, size, seen = 0, len(columns.people), set()
    for step in columns.owners:
        if step is None:
            yield None
            continue
        at += step
        if not 0 <= at < size:
            raise _wrong("an owner who is not there")
        seen.add(at)
        yield at
    if len(seen) != size:
        raise _wrong("a person of whom nothing is said")


def _ids(ids: Sequence[str | None], persons: Sequence[str | None]) -> Iterator[str]:
    for entity_id, person in zip(ids, persons, strict=True):
        told = entity_id or person
        if not told:
            raise _wrong("nobody knows of what it is said")
        yield told


def _check(saying: Saying, entity_id: str, person: str | None, body: bytes) -> None:
    """What is said is said by the right form of the right person."""
    entity = saying.entity
    if person is None:
        if body != GONE or entity in IMPERSONAL:
            raise _wrong("a body that belongs to nobody")
        return
    owner = check_body(body, entity)
    if entity in PERSONAL:
        right = person != "" and _is_owned(saying, entity_id, owner, person)
    else:
        right = person == "" or entity not in IMPERSONAL
    if not right:
        raise _wrong("what is said is put down to somebody else")


def _is_owned(saying: Saying, entity_id: str, owner: str | None, person: str) -> bool:
    """Whether a row is of who it says; where it begins it has to say so."""
    if saying.entity == "attendee":
        return person == entity_id
    return owner == person or (owner is None and saying.kind != "create")


def _readings(steps: Sequence[int]) -> Iterator[bytes]:
    """Clock readings, each later than the one before."""
    now = 0
    for step in steps:
        now = now + step if step > 0 else ((now >> 16) - step) << 16
        if step == 0 or now >> 63:  # after 6429, as no time of a body may be
            raise _wrong("a clock that stands still, or runs over")
        yield now.to_bytes(8, "big")


def _commitments(
    columns: Columns, owners: Sequence[int | None], bodies: Sequence[bytes]
) -> Iterator[bytes]:
    salted = [Salted(bytes.fromhex(salt)) for salt in columns.salts]
    gone = map(bytes.fromhex, columns.commitments)
    for owner, body in zip(owners, bodies, strict=True):
        yield next(gone) if owner is None else salted[owner].commit_to(body)


def _check_anonymous(anonymous: Sequence[AnonymousResponse], sayings: Sequence[Saying]) -> None:
    if not anonymous:
        return
    keys = [one.key for one in anonymous]
    if keys != sorted(set(keys)):
        raise _wrong("anonymous responses that are not sorted by key")
    closes = any((one.entity, one.kind) == _CLOSING for one in sayings)
    if len(keys) < FEWEST_ANONYMOUS or not closes:
        raise _wrong("anonymous responses that should have been held")
