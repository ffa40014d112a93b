"""A batch made ready for a merged store: all that can be done without looking into the store.

It is done where the batch was opened, often in another process, so that whoever writes the store
does little else. Nearly everything in a batch is new and the only thing said of its row. What
turns out to be known, erased or waiting is left out by making the batch ready once more.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol

from kiosk.domain.attendee import AnonymousResponse
from kiosk.domain.batch import Header, Opened, Told
from kiosk.storage.contests import CLASHING
from kiosk.storage.created import reader_of
from kiosk.storage.rows import ENTITIES, LOG_ONLY, Entity, Said, fold_all, to_columns
from kiosk.storage.segments import Segment, runs

Row = tuple[Any, ...]
Packed = Any  # rows as a database takes them by the lot


class Packer(Protocol):
    """Makes rows ready for one kind of database. It travels to other processes."""

    def log(self, told: Sequence[Told]) -> Packed:
        """Changes of one device with what they say, in the order of their numbers."""
        ...

    def rows(self, table: str, columns: Sequence[str], rows: Collection[Row]) -> Packed:
        """Rows of a table whose key may be there already."""
        ...

    def told(self, packed: Packed, header: Header) -> list[Told]:
        """The changes again of which ``log`` made this."""
        ...

    def unpacked(self, packed: Packed) -> Iterator[Row]:
        """The rows again of which ``rows`` made this."""
        ...


@dataclass(frozen=True, slots=True)
class Known:
    """What a store has of a batch: changes by ``op_id``, people who were erased, rows that
    something was said of before they began, by entity; and the clock reading (``Hlc`` in bytes)
    after which a correction waits for a person.
    """

    ops: Collection[bytes] = ()
    gone: Collection[str] = ()
    unborn: Mapping[str, Collection[str]] = field(default_factory=dict)
    latest: bytes = b"\xff" * 9  # later than any


@dataclass(frozen=True, slots=True)
class OfEntity:
    """What a batch says of the rows of one entity.

    ``rows`` as a database loads them, ``count`` of them; ``again`` are the rows that are folded
    from all that the store knows, ``corrected`` those that this batch corrects. ``own`` are the
    first and the last of the numbers (or serials) on the rows that begin with the device's code,
    if there are any; ``papers`` all others that they bear.
    """

    name: str
    rows: Packed
    count: int
    again: list[str]
    corrected: set[str]
    papers: set[str]
    own: tuple[str, str] | None


class Ready(NamedTuple):
    """A batch as a store takes it. ``changes`` and ``size`` (bytes) are those of the whole batch.

    ``new`` of its changes go into the log; ``latest`` is the clock reading of its last correction
    (b"" if there is none); ``people`` are all of whom it says something; ``known`` was left out.
    """

    header: Header
    code: str
    sha256: str
    changes: int
    size: int
    new: int
    log: Packed
    salts: Packed
    unindexed: Packed
    waiting: list[Row]
    entities: list[OfEntity]
    runs: list[Segment]
    people: list[str]
    erased: list[str]
    anonymous: Sequence[AnonymousResponse]
    latest: bytes
    known: Known

    def opened(self, packer: Packer) -> Opened:
        """The batch itself again, for whoever has to look twice."""
        salts: dict[str, list[bytes]] = defaultdict(list)
        for _, who, key in packer.unpacked(self.salts):
            salts[who].append(key)
        told = packer.told(self.log, self.header)
        return Opened(self.header, self.code, self.sha256, told, salts, self.erased, self.anonymous)


def ready(batch: Opened, packer: Packer, known: Known | None = None) -> Ready:
    """Everything about a batch that a store is to load, but for what is ``known`` there."""
    known = known or Known()
    new = [one for one in batch.told if one.op_id not in known.ops] if known.ops else batch.told
    erased = {*batch.erased, *(one.entity_id for one in new if one.kind == "erase")}
    gone = erased.union(known.gone)
    if gone:
        new = [_forgotten(one) if one.person_id in gone else one for one in new]
    event = batch.header.event
    salts = [
        (event, who, key) for who, keys in batch.salts.items() if who not in gone for key in keys
    ]
    waiting, by_entity = _sorted(new, known.latest)
    made = [_of_entity(batch, name, of, packer, known) for name, of in by_entity.items()]
    people = {*batch.salts, *(one.person_id for one in new if one.person_id)}
    return Ready(
        batch.header, batch.code, batch.sha256, batch.changes, batch.size, len(new),
        packer.log(new),
        packer.rows("salt", ("event_id", "person_id", "key"), salts),
        packer.rows("unindexed", ("event_id", "attendee_id"), _unindexed(event, by_entity)),
        waiting, made, runs(new), sorted(people), sorted(erased), batch.anonymous,
        max((one.hlc for one in new if one.kind == "correct"), default=b""), known,
    )  # fmt: skip


def _forgotten(told: Told) -> Told:
    return told._replace(person_id=None, body=None)


def _sorted(new: Iterable[Told], latest: bytes) -> tuple[list[Row], dict[str, list[Told]]]:
    """Rows of ``waiting``; and what is said, by entity."""
    waiting: list[Row] = []
    by_entity: dict[str, list[Told]] = defaultdict(list)
    for one in new:
        if one.body is None or one.entity in LOG_ONLY:
            continue
        if one.kind == "correct" and one.hlc > latest:
            waiting.append((one.event_id, one.entity, one.entity_id, one.op_id))
        else:
            by_entity[one.entity].append(one)
    return waiting, by_entity


def _unindexed(event_id: str, by_entity: Mapping[str, Sequence[Told]]) -> list[Row]:
    people = dict.fromkeys(one.entity_id for one in by_entity.get("attendee", ()))
    return [(event_id, one) for one in people]


def _of_entity(
    batch: Opened, name: str, told: Sequence[Told], packer: Packer, known: Known
) -> OfEntity:
    entity, unborn = ENTITIES[name], known.unborn.get(name, ())
    made, groups = _made(batch.header.event, entity, told, unborn)
    again = [one for one in groups if one not in made]
    columns = ("event_id", "id", *entity.fields, "hlc", "changed_by")
    corrected = {one.entity_id for one in told if one.kind == "correct"}
    papers, own = _papers(batch.code, entity, made.values())
    rows = packer.rows(name, columns, made.values())
    return OfEntity(name, rows, len(made), again, corrected, papers, own)


def _papers(
    code: str, entity: Entity, rows: Collection[Row]
) -> tuple[set[str], tuple[str, str] | None]:
    if entity.name not in CLASHING:
        return set(), None
    at = 2 + list(entity.fields).index(CLASHING[entity.name][0])
    borne, mine = {row[at] for row in rows}, f"{code}-"
    own = [said for said in borne if said.startswith(mine)]
    return borne.difference(own), (min(own), max(own)) if own else None


def _made(
    event_id: str, entity: Entity, told: Sequence[Told], unborn: Collection[str]
) -> tuple[dict[str, Row], dict[str, list[Said]]]:
    """The rows that this batch makes by itself, as they are loaded; what else it says, by row."""
    counts = Counter([one.entity_id for one in told])
    made: dict[str, Row] = {}
    groups: dict[str, list[Said]] = defaultdict(list)
    columns = reader_of(entity)
    for one in told:
        row_id, body = one.entity_id, one.body or b""
        if one.kind == "create" and counts[row_id] == 1 and row_id not in unborn:
            made[row_id] = (event_id, row_id, *columns(body), one.hlc, one.device_id)
        else:
            said = Said(one.kind, json.loads(body), one.hlc, one.device_id, one.hash)
            groups[row_id].append(said)
    for row_id, of_row in groups.items():
        row = None if row_id in unborn else fold_all(entity, of_row)
        if row is not None:
            mark = max(one.mark for one in of_row)
            made[row_id] = (event_id, row_id, *to_columns(entity, row).values(), *mark)
    return made, groups
