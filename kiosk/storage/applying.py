"""What a change does to the rows: the one way, for the kiosk, for merging, for the audit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kiosk.domain.change import Change
from kiosk.storage.contests import note_conflict
from kiosk.storage.driver import Connection
from kiosk.storage.faults import parsed
from kiosk.storage.indexing import index_attendee, leave_unindexed, unindex_attendee
from kiosk.storage.joining import note_joined
from kiosk.storage.rows import (
    ENTITIES,
    LOG_ONLY,
    Entity,
    Row,
    Said,
    fold,
    fold_all,
    from_columns,
    to_columns,
)

Mark = tuple[bytes, str]


@dataclass(frozen=True, slots=True)
class Held:
    """A row as it stands, and the mark of the latest change in it."""

    row: Row
    mark: Mark


def apply(connection: Connection, change: Change, body: Mapping[str, Any]) -> None:
    """Brings the row of ``change`` to the state that the set of its changes gives.

    The change and its payload are in the log already. The usual case, a change that is later than
    all before, folds into the row; one that arrives late has the row folded anew.
    """
    if change.entity in LOG_ONLY:
        return
    entity = ENTITIES[change.entity]
    first = change.kind in {"create", "close"} and _alone(connection, change)
    # nobody spoke of it before: then there is no row, and none is looked for
    held = None if first else read_row(connection, entity, change.event_id, change.entity_id)
    news = Said.by(change, body)
    mark = news.mark
    later = held is not None and change.kind != "create" and held.mark < mark
    if first or later:
        row = fold(entity, held.row if held else None, news)
    else:
        said = said_of(connection, change.event_id, change.entity, change.entity_id)
        row = fold_all(entity, said)
        mark = max(one.mark for one in said)
    store_row(connection, entity, (change.event_id, change.entity_id), row, mark)
    if entity.name == "same_as":
        note_joined(connection, change.event_id)
    if "settles" in body:
        note_conflict(connection, change.event_id, change.entity, change.entity_id)
    if entity.name == "attendee" and row is not None and (held is None or held.row != row):
        if held is None and not row["masked"]:  # a visitor waits for the thanks
            leave_unindexed(connection, change.event_id, change.entity_id)
        else:  # what was found of them so far may not be found any more
            index_attendee(connection, change.event_id, change.entity_id, row)


def read_row(connection: Connection, entity: Entity, event_id: str, entity_id: str) -> Held | None:
    """The row as it stands."""
    names = ", ".join(entity.fields)
    found = connection.execute(
        f"SELECT hlc, changed_by, {names} FROM {entity.name} WHERE event_id = ? AND id = ?",
        (event_id, entity_id),
    ).fetchone()
    if found is None:
        return None
    row = from_columns(entity, dict(zip(entity.fields, found[2:], strict=True)))
    return Held(row, (found[0], found[1]))


def said_of(connection: Connection, event_id: str, entity: str, entity_id: str) -> list[Said]:
    """All that is known to have been said about one row, but for what waits for a person."""
    found = connection.execute(
        "SELECT t.kind, t.body, t.hlc, t.device_id, t.hash FROM said t"
        " WHERE t.event_id = ? AND t.entity = ? AND t.entity_id = ? AND t.body IS NOT NULL"
        " AND NOT EXISTS (SELECT 1 FROM waiting w WHERE w.event_id = t.event_id"
        " AND w.entity = t.entity AND w.entity_id = t.entity_id AND w.op_id = t.op_id)",
        (event_id, entity, entity_id),
    ).fetchall()
    return [Said(kind, parsed(body, dict), *mark) for kind, body, *mark in found]


def _alone(connection: Connection, change: Change) -> bool:
    (count,) = connection.execute(
        "SELECT count(*) FROM (SELECT 1 FROM change"
        " WHERE event_id = ? AND entity = ? AND entity_id = ? LIMIT 2) AS few",
        (change.event_id, change.entity, change.entity_id),
    ).fetchone()
    return int(count) == 1


def store_row(
    connection: Connection, entity: Entity, key: tuple[str, str], row: Row | None, mark: Mark
) -> None:
    """Puts the row under its key (event, id), over one that is there; None takes it away."""
    if row is None:
        delete_row(connection, entity, *key)
        return
    columns = to_columns(entity, row) | {"hlc": mark[0], "changed_by": mark[1]}
    names = ", ".join(columns)
    marks = ", ".join("?" * len(columns))
    anew = ", ".join(f"{name} = excluded.{name}" for name in columns)
    connection.execute(
        f"INSERT INTO {entity.name} (event_id, id, {names}) VALUES (?, ?, {marks})"
        f" ON CONFLICT (event_id, id) DO UPDATE SET {anew}",
        (*key, *columns.values()),
    )


def delete_row(connection: Connection, entity: Entity, event_id: str, entity_id: str) -> None:
    """Takes a row away, and what finds it."""
    connection.execute(
        f"DELETE FROM {entity.name} WHERE event_id = ? AND id = ?",
        (event_id, entity_id),
    )
    if entity.name == "attendee":
        unindex_attendee(connection, event_id, entity_id)
