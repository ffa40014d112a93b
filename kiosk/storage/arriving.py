"""A batch becomes part of a merged store: changes into the log, what they say into rows.

It comes made ready (``readying``) and goes in by the lot. Where something of it is known, erased
or waiting, it is made ready once more without that; where a row was spoken of before, it is
folded anew from all that is known to have been said.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from typing import Any

from kiosk.domain.attendee import AnonymousResponse
from kiosk.domain.change import encode
from kiosk.services.merging import Applied
from kiosk.storage import segments
from kiosk.storage.applying import delete_row, said_of, store_row
from kiosk.storage.chain import DAY_MS
from kiosk.storage.contests import (
    CLASHING,
    borne_twice,
    note_clashes,
    note_conflict,
    on_papers,
)
from kiosk.storage.driver import Connection, among
from kiosk.storage.engine import Engine
from kiosk.storage.erasing import forget
from kiosk.storage.joining import note_joined
from kiosk.storage.readying import Known, OfEntity, Ready, ready
from kiosk.storage.rows import ENTITIES, Entity, fold_all

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


def arrive(engine: Engine, batch: Ready, source: str, now_ms: int) -> Applied:
    """Takes a batch that was found good, within a transaction of the engine."""
    connection, header = engine.connection, batch.header
    event_id, device_id = header.event, header.device
    known = _known(connection, batch, now_ms)
    if known is not None:
        batch = ready(batch.opened(engine.packer), engine.packer, known)
    engine.add(event_id, device_id, batch.log)
    engine.add(event_id, device_id, batch.salts)
    if batch.waiting:
        engine.load("waiting", ("event_id", "entity", "entity_id", "op_id"), batch.waiting)
    for of in batch.entities:
        _fold(engine, batch, of)
    engine.add(event_id, device_id, batch.unindexed)
    for person in batch.erased:
        forget(connection, event_id, person)
    note_joined(connection, event_id)
    _anonymous(engine, event_id, batch.anonymous)
    segments.add(connection, event_id, device_id, batch.runs)
    row = (event_id, device_id, header.batch_no, batch.sha256, header.top, source, now_ms)
    engine.load("received", _RECEIVED, [row])
    return Applied(batch.new, batch.changes - batch.new)


def _known(connection: Connection, batch: Ready, now_ms: int) -> Known | None:
    """What the store knows of this batch; None for nothing that matters."""
    header = batch.header
    event_id, latest = header.event, (now_ms + DAY_MS << 16).to_bytes(8, "big")
    ops: set[bytes] = set()
    if segments.meets(connection, event_id, header.device, header.first, header.last):
        ops = {
            bytes(op_id)
            for (op_id,) in connection.execute(
                "SELECT op_id FROM change WHERE event_id = ? AND device_id = ?"
                " AND seq BETWEEN ? AND ?",
                (event_id, header.device, header.first, header.last),
            ).fetchall()
        }
    gone = _erased_among(connection, event_id, batch.people)
    unborn: dict[str, set[str]] = {}
    for name, row_id in connection.execute(
        "SELECT entity, entity_id FROM unborn WHERE event_id = ?", (event_id,)
    ).fetchall():
        unborn.setdefault(name, set()).add(row_id)
    if ops or gone or unborn or batch.latest > latest:
        return Known(ops, gone, unborn, latest)
    return None


def _erased_among(connection: Connection, event_id: str, people: Collection[str]) -> set[str]:
    if not connection.execute(
        "SELECT 1 FROM erased WHERE event_id = ? LIMIT 1", (event_id,)
    ).fetchone():
        return set()
    sql = "SELECT person_id FROM erased WHERE event_id = ? AND person_id IN ?"
    return {person for (person,) in among(connection, sql, (event_id,), people)}


def _fold(engine: Engine, batch: Ready, of: OfEntity) -> None:
    connection, event_id, entity = engine.connection, batch.header.event, ENTITIES[of.name]
    again = {*of.again, *_met_again(engine, batch, of)}
    papers = on_papers(connection, event_id, of.name, again) if of.name in CLASHING else set()
    for row_id in sorted(again):
        _fold_again(connection, event_id, entity, row_id)
        if row_id in of.corrected:
            note_conflict(connection, event_id, of.name, row_id)
    if of.name in CLASHING:
        twice = borne_twice(connection, event_id, of.name, of.own) if of.own else ()
        note_clashes(connection, event_id, of.name, again, papers.union(of.papers, twice))


def _met_again(engine: Engine, batch: Ready, of: OfEntity) -> list[str]:
    """Loads the rows that nobody spoke of before; the ids of those that somebody did speak of.

    All changes of the batch are in the log by now.
    """
    if engine.add(batch.header.event, batch.header.device, of.rows) == of.count:
        return []
    new = Counter(
        one.entity_id for one in engine.packer.told(batch.log, batch.header)
        if one.entity == of.name and one.body is not None
    )  # fmt: skip
    sql = (
        "SELECT entity_id, count(*) FROM change WHERE event_id = ? AND entity = ?"
        " AND entity_id IN ? GROUP BY entity_id"
    )
    spoken = among(engine.connection, sql, (batch.header.event, of.name), new)
    again = set(of.again)
    return [row_id for row_id, count in spoken if count > new[row_id] and row_id not in again]


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
