"""A batch becomes part of a merged store: changes into the log, what they say into rows.

Nearly everything that arrives is new and the only thing said of its row: that goes in by the lot.
What was spoken of before is folded anew from all that is known to have been said.
"""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from kiosk.domain.attendee import AnonymousResponse
from kiosk.domain.batch import Opened, Told
from kiosk.domain.change import encode
from kiosk.services.carrying import Applied
from kiosk.storage import segments
from kiosk.storage.applying import delete_row, said_of, store_row
from kiosk.storage.chain import COLUMNS, DAY_MS
from kiosk.storage.contests import CLASHING, note_clashes, note_conflict, on_papers
from kiosk.storage.created import reader_of
from kiosk.storage.driver import Connection
from kiosk.storage.engine import Engine, among
from kiosk.storage.erasing import forget
from kiosk.storage.joining import note_joined
from kiosk.storage.rows import ENTITIES, LOG_ONLY, Entity, Said, fold_all, to_columns

_CHANGE = tuple(name.strip() for name in COLUMNS.split(","))
_PAYLOAD = ("event_id", "device_id", "seq", "op_id", "person_id", "body")
_ANONYMOUS = (
    "event_id", "key", "form_id", "form_version", "answers", "does", "language", "state",
)  # fmt: skip
_COARSER = (
    "UPDATE anonymous_response SET"
    " does = CASE WHEN does = ? THEN does ELSE '' END,"
    " language = CASE WHEN language = ? THEN language ELSE '' END,"
    " state = CASE WHEN state = ? THEN state ELSE '' END WHERE event_id = ? AND key = ?"
)
_RECEIVED = ("event_id", "device_id", "batch_no", "sha256", "top", "source", "received_at")

Groups = dict[str, list[Said]]  # id -> what is said of the row
Made = tuple[Any, ...]  # a row as it is loaded: event, id, fields, mark


def arrive(engine: Engine, batch: Opened, source: str, now_ms: int) -> Applied:
    """Takes a batch that was found good, within a transaction of the engine."""
    connection, event_id = engine.connection, batch.header.event
    new = _unknown(connection, batch)
    erased = {*batch.erased, *(one.entity_id for one in new if one.kind == "erase")}
    gone = erased | _erased_among(
        connection, event_id, {*batch.salts, *(one.person_id for one in new)}
    )
    said = [one for one in new if one.body is not None and one.person_id not in gone]
    engine.load("change", _CHANGE, (one[:13] for one in new))
    engine.load(
        "payload",
        _PAYLOAD,
        ((event_id, one[3], one[4], one[1], one.person_id, one.body) for one in said),
    )
    engine.load(
        "salt",
        ("event_id", "person_id", "key"),
        ((event_id, who, key) for who, keys in batch.salts.items() if who not in gone
         for key in keys),
    )  # fmt: skip
    _fold(engine, event_id, said, now_ms)
    for person in sorted(erased):
        forget(connection, event_id, person)
    note_joined(connection, event_id)
    _anonymous(engine, event_id, batch.anonymous)
    segments.add(connection, event_id, batch.header.device, new)
    header = batch.header
    engine.load(
        "received",
        _RECEIVED,
        [(event_id, header.device, header.batch_no, batch.sha256, header.top, source, now_ms)],
    )
    return Applied(len(new), len(batch.told) - len(new))


def _unknown(connection: Connection, batch: Opened) -> Sequence[Told]:
    header = batch.header
    known = {
        bytes(op_id)
        for (op_id,) in connection.execute(
            "SELECT op_id FROM change WHERE event_id = ? AND device_id = ? AND seq BETWEEN ? AND ?",
            (header.event, header.device, header.first, header.last),
        )
    }
    return [one for one in batch.told if one.op_id not in known] if known else batch.told


def _erased_among(connection: Connection, event_id: str, people: Iterable[str | None]) -> set[str]:
    wanted = {one for one in people if one}
    if not connection.execute(
        "SELECT 1 FROM erased WHERE event_id = ? LIMIT 1", (event_id,)
    ).fetchone():
        return set()
    sql = "SELECT person_id FROM erased WHERE event_id = ? AND person_id IN ?"
    return {person for (person,) in among(connection, sql, (event_id,), wanted)}


def _fold(engine: Engine, event_id: str, told: Sequence[Told], now_ms: int) -> None:
    by_entity: dict[str, list[Told]] = defaultdict(list)
    latest = (now_ms + DAY_MS << 16).to_bytes(8, "big")
    waiting = []
    for one in told:
        if one.kind == "correct" and one.hlc > latest:
            waiting.append((event_id, one.entity, one.entity_id, one.op_id))
        elif one.entity not in LOG_ONLY:
            by_entity[one.entity].append(one)
    if waiting:
        engine.load("waiting", ("event_id", "entity", "entity_id", "op_id"), waiting)
    unborn: dict[str, set[str]] = defaultdict(set)
    for name, row_id in engine.connection.execute(
        "SELECT entity, entity_id FROM unborn WHERE event_id = ?", (event_id,)
    ).fetchall():
        unborn[name].add(row_id)
    for name, of_entity in by_entity.items():
        _fold_entity(engine, event_id, ENTITIES[name], of_entity, unborn[name])


def _fold_entity(
    engine: Engine, event_id: str, entity: Entity, told: Sequence[Told], unborn: set[str]
) -> None:
    counts = Counter(one.entity_id for one in told)
    fresh: dict[str, Made] = {}
    groups: Groups = defaultdict(list)
    columns = reader_of(entity)
    for one in told:
        row_id, body = one.entity_id, one.body or b""
        if one.kind == "create" and counts[row_id] == 1 and row_id not in unborn:
            fresh[row_id] = (event_id, row_id, *columns(body), one.hlc, one.device_id)
        else:
            said = Said(one.kind, json.loads(body), one.hlc, one.device_id, one.hash)
            groups[row_id].append(said)
    again = set(groups)
    for row_id, of_row in groups.items():
        row = None if row_id in unborn else fold_all(entity, of_row)
        if row is not None:
            mark = max(one.mark for one in of_row)
            fresh[row_id] = (event_id, row_id, *to_columns(entity, row).values(), *mark)
            again.remove(row_id)
    again.update(_insert(engine, event_id, entity, fresh, counts))
    papers = entity.name in CLASHING and on_papers(engine.connection, event_id, entity.name, again)
    for row_id in sorted(again):
        _fold_again(engine.connection, event_id, entity, row_id)
        if any(one.kind == "correct" for one in groups.get(row_id, ())):
            note_conflict(engine.connection, event_id, entity.name, row_id)
    seen = sorted({*fresh, *again})
    if entity.name == "attendee":
        engine.load("unindexed", ("event_id", "attendee_id"), ((event_id, one) for one in seen))
    if entity.name in CLASHING:
        at = 2 + list(entity.fields).index(CLASHING[entity.name][0])
        new = {row[at] for row_id, row in fresh.items() if row_id not in again}
        note_clashes(engine.connection, event_id, entity.name, again, new.union(papers or ()))


def _insert(
    engine: Engine,
    event_id: str,
    entity: Entity,
    fresh: Mapping[str, Made],
    counts: Mapping[str, int],
) -> list[str]:
    """Rows that nobody spoke of before; the ids of those that somebody did speak of.

    ``counts``: how many changes of the batch speak of each row; all are in the log by now.
    """
    columns = ("event_id", "id", *entity.fields, "hlc", "changed_by")
    if engine.load(entity.name, columns, fresh.values()) == len(fresh):
        return []
    sql = (
        "SELECT entity_id, count(*) FROM change WHERE event_id = ? AND entity = ?"
        " AND entity_id IN ? GROUP BY entity_id"
    )
    spoken = among(engine.connection, sql, (event_id, entity.name), fresh)
    return [row_id for row_id, count in spoken if count > counts[row_id]]


def _fold_again(connection: Connection, event_id: str, entity: Entity, row_id: str) -> None:
    said = said_of(connection, event_id, entity.name, row_id)
    row = fold_all(entity, said)
    key = (event_id, entity.name, row_id)
    if row is None:
        delete_row(connection, entity, event_id, row_id)
        connection.execute(
            "INSERT INTO unborn (event_id, entity, entity_id) VALUES (?, ?, ?)"
            " ON CONFLICT DO NOTHING",
            key,
        )
        return
    store_row(connection, entity, (event_id, row_id), row, max(one.mark for one in said))
    connection.execute(
        "DELETE FROM unborn WHERE event_id = ? AND entity = ? AND entity_id = ?", key
    )


def _anonymous(engine: Engine, event_id: str, box: Sequence[AnonymousResponse]) -> None:
    """Unites answers by key. What two copies tell differently of one is not told at all."""
    rows: list[tuple[Any, ...]] = [
        (
            event_id, one.key, one.form_id, one.form_version, encode(one.answers).decode(),
            one.does, one.language, one.state,
        )
        for one in box
    ]  # fmt: skip
    if rows and engine.load("anonymous_response", _ANONYMOUS, rows) < len(rows):
        engine.connection.executemany(_COARSER, [(*row[5:], event_id, row[1]) for row in rows])
