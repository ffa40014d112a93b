"""What a person has to decide once kiosks are together: contradictions, clashes, odd clocks.

Corrections of one field by two devices that did not know of each other; the later wins until
somebody decides, by a correction that ``settles`` both. One number or serial on two people's
papers: two laptops under one code, or a clone. Corrections from the future wait.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from kiosk.domain.clock import Hlc
from kiosk.domain.ids import EventId
from kiosk.services.merging import Conflict
from kiosk.storage.driver import Connection, among
from kiosk.storage.faults import parsed

CLASHING = {"attendee": ("number", "receipt_hash"), "certificate": ("serial", "id")}
_ASIDE = frozenset({"id", "at", "settles"})


class Correction(NamedTuple):
    """One ``correct`` of a row."""

    op: str
    body: Mapping[str, Any]
    hlc: bytes
    device_id: str
    code: str
    actor: str


def shown(table: str, column: str) -> str:
    """The SQL for a number or serial as it is shown: told apart where two people share it."""
    if CLASHING.get(table, ("",))[0] != column:
        return column
    return (
        f"CASE WHEN EXISTS (SELECT 1 FROM clash k WHERE k.event_id = {table}.event_id"
        f" AND k.kind = '{column}' AND k.said = {table}.{column})"
        f" THEN {table}.{column} || '/' || upper(substr({table}.id, 31, 6))"
        f" ELSE {table}.{column} END"
    )


def note_clashes(
    connection: Connection,
    event_id: str,
    entity: str,
    row_ids: Collection[str],
    also: Iterable[str] = (),
) -> None:
    """Looks whether numbers (or serials) of these rows stand on somebody else's paper as well.

    ``also``: others to look at: what rows say that are new, what these said before.
    """
    said = on_papers(connection, event_id, entity, row_ids)
    judge_clashes(connection, event_id, CLASHING[entity][0], said.union(also))


def on_papers(
    connection: Connection, event_id: str, entity: str, row_ids: Collection[str]
) -> set[str]:
    """The numbers (or serials) of these rows."""
    column, _ = CLASHING[entity]
    sql = f"SELECT {column} FROM {entity} WHERE event_id = ? AND id IN ?"
    return {one for (one,) in among(connection, sql, (event_id,), row_ids)}


def judge_clashes(connection: Connection, event_id: str, column: str, said: set[str]) -> None:
    """Notes which of these numbers (or serials) two people share now, and which none does."""
    shared, noted = _shared(connection, event_id, column, said), set[str]()
    if connection.execute(
        "SELECT 1 FROM clash WHERE event_id = ? AND kind = ? LIMIT 1", (event_id, column)
    ).fetchone():
        sql = "SELECT said FROM clash WHERE event_id = ? AND kind = ? AND said IN ?"
        noted = {one for (one,) in among(connection, sql, (event_id, column), said)}
    connection.executemany(
        "INSERT INTO clash (event_id, kind, said) VALUES (?, ?, ?)",
        [(event_id, column, one) for one in sorted(shared - noted)],
    )
    connection.executemany(
        "DELETE FROM clash WHERE event_id = ? AND kind = ? AND said = ?",
        [(event_id, column, one) for one in sorted(noted - shared)],
    )


def _shared(connection: Connection, event_id: str, column: str, said: Collection[str]) -> set[str]:
    """Which of these two people have. What stands there twice the index alone tells."""
    entity, person = next((e, p) for e, (c, p) in CLASHING.items() if c == column)
    twice = (
        f"SELECT {column} FROM {entity} WHERE event_id = ? AND {column} IN ?"
        f" GROUP BY {column} HAVING count(*) > 1"
    )
    found = [one for (one,) in among(connection, twice, (event_id,), said)]
    people = f"{twice} AND count(DISTINCT {person}) > 1"
    return {one for (one,) in among(connection, people, (event_id,), found)}


def borne_twice(
    connection: Connection, event_id: str, entity: str, between: tuple[str, str]
) -> set[str]:
    """The numbers (or serials) between these two, both included, that several rows bear. Much
    sooner found than by asking for each, where a device counts up.
    """
    column, _ = CLASHING[entity]
    rows = connection.execute(
        f"SELECT {column} FROM {entity} WHERE event_id = ? AND {column} BETWEEN ? AND ?"
        f" GROUP BY {column} HAVING count(*) > 1",
        (event_id, *between),
    ).fetchall()
    return {one for (one,) in rows}


def note_conflict(connection: Connection, event_id: str, entity: str, row_id: str) -> None:
    """Looks whether what was said of this row contradicts itself."""
    key = (event_id, entity, row_id)
    waiting = _waiting_ops(connection, *key)
    folded = [one for one in corrections_of(connection, *key) if one.op not in waiting]
    if contradictions(folded):
        connection.execute(
            "INSERT INTO contested (event_id, entity, entity_id) VALUES (?, ?, ?)"
            " ON CONFLICT DO NOTHING",
            key,
        )
    else:
        connection.execute(
            "DELETE FROM contested WHERE event_id = ? AND entity = ? AND entity_id = ?", key
        )


def others_said(
    connection: Connection,
    event_id: str,
    entity: str,
    row_id: str,
    device_id: str,
    fields: Collection[str],
) -> set[str]:
    """The corrections of these fields that other devices made, as far as is known here: whoever
    corrects a field now, knowing them, contradicts nobody. Their op ids, in hex.
    """
    return {
        one.op
        for one in corrections_of(connection, event_id, entity, row_id)
        if one.device_id != device_id and one.body.keys() & fields
    }


def contradictions(corrections: Sequence[Correction]) -> dict[str, list[Correction]]:
    """By field: the corrections of different devices that say different things, undecided."""
    settled = {op for one in corrections for op in one.body.get("settles", ())}
    by_field: dict[str, list[Correction]] = defaultdict(list)
    for one in corrections:
        if one.op not in settled:
            for name in one.body.keys() - _ASIDE:
                by_field[name].append(one)
    return {
        name: sides
        for name, sides in by_field.items()
        if len({one.device_id for one in sides}) > 1
        and len({repr(one.body[name]) for one in sides}) > 1
    }


def conflicts(connection: Connection) -> list[Conflict]:
    """All that waits for a person, by event, kind, row and field: in whatever order it came."""
    found = [*_contested(connection), *_waiting(connection), *_clashes(connection)]
    return sorted(found, key=_place)


def _place(one: Conflict) -> tuple[object, ...]:
    ops = [str(side["op"]) for side in one.sides]
    return (one.event_id, one.kind, one.entity, one.entity_id, one.field, ops)


def _contested(connection: Connection) -> list[Conflict]:
    rows = connection.execute("SELECT event_id, entity, entity_id FROM contested").fetchall()
    found: list[Conflict] = []
    for row in rows:
        waiting = _waiting_ops(connection, *row)
        folded = [one for one in corrections_of(connection, *row) if one.op not in waiting]
        found.extend(
            _conflict(connection, "correction", row, field, sides)
            for field, sides in contradictions(folded).items()
        )
    return found


def _waiting(connection: Connection) -> list[Conflict]:
    rows = connection.execute("SELECT DISTINCT event_id, entity, entity_id FROM waiting").fetchall()
    found: list[Conflict] = []
    for row in rows:
        waiting = _waiting_ops(connection, *row)
        corrections = corrections_of(connection, *row)
        settled = {op for one in corrections for op in one.body.get("settles", ())}
        for one in corrections:
            if one.op in waiting - settled:
                found.extend(
                    _conflict(connection, "clock", row, field, [one])
                    for field in sorted(one.body.keys() - _ASIDE)
                )
    return found


def _clashes(connection: Connection) -> list[Conflict]:
    found = []
    for event_id, column, said in connection.execute(
        "SELECT event_id, kind, said FROM clash"
    ).fetchall():
        entity = next(e for e, (c, _) in CLASHING.items() if c == column)
        sides = [
            {
                "value": value, "op": "", "at": at, "device": device, "code": code or "",
                "actor": "", "id": row_id, "name": name,
            }
            for row_id, name, value, at, device, code in connection.execute(
                f"SELECT {entity}.id, {entity}.name, {shown(entity, column)},"
                f" {'registered_at' if entity == 'attendee' else 'issued_at'},"
                f" {entity}.device_id, d.code FROM {entity}"
                f" LEFT JOIN device d ON d.event_id = {entity}.event_id"
                f" AND d.id = {entity}.device_id"
                f" WHERE {entity}.event_id = ? AND {entity}.{column} = ? ORDER BY {entity}.id",
                (event_id, said),
            ).fetchall()
        ]  # fmt: skip
        found.append(Conflict(column, EventId(event_id), entity, said, said, column, tuple(sides)))
    return found


def _conflict(
    connection: Connection,
    kind: str,
    row: tuple[str, str, str],
    field: str,
    sides: Sequence[Correction],
) -> Conflict:
    event_id, entity, row_id = row
    person = _person(connection, *row)
    told = tuple(
        {
            "value": one.body[field], "op": one.op, "at": Hlc.from_bytes(one.hlc).ms,
            "device": one.device_id, "code": one.code, "actor": one.actor, "person": person,
        }
        for one in sorted(sides, key=lambda one: (one.hlc, one.device_id, one.op))
    )  # fmt: skip
    named = entity in {"attendee", "certificate"}
    found = (
        connection.execute(
            f"SELECT name FROM {entity} WHERE event_id = ? AND id = ?", (event_id, row_id)
        ).fetchone()
        if named
        else None
    )
    name = found[0] if found else ""
    return Conflict(kind, EventId(event_id), entity, row_id, name, field, told)


def _person(connection: Connection, event_id: str, entity: str, row_id: str) -> str:
    """Whose row it is; "" where it is nobody's, or not there."""
    if entity == "attendee":
        return row_id
    if entity not in {"certificate", "consent", "check_in", "response"}:
        return ""
    found = connection.execute(
        f"SELECT attendee_id FROM {entity} WHERE event_id = ? AND id = ?", (event_id, row_id)
    ).fetchone()
    return str(found[0]) if found else ""


def _waiting_ops(connection: Connection, event_id: str, entity: str, row_id: str) -> set[str]:
    rows = connection.execute(
        "SELECT op_id FROM waiting WHERE event_id = ? AND entity = ? AND entity_id = ?",
        (event_id, entity, row_id),
    )
    return {bytes(op).hex() for (op,) in rows.fetchall()}


def corrections_of(
    connection: Connection, event_id: str, entity: str, row_id: str
) -> list[Correction]:
    """What was said to correct a row, as far as it is known here."""
    rows = connection.execute(
        "SELECT t.op_id, t.body, t.hlc, t.device_id, coalesce(d.code, ''), t.actor FROM said t"
        " LEFT JOIN device d ON d.event_id = t.event_id AND d.id = t.device_id"
        " WHERE t.event_id = ? AND t.entity = ? AND t.entity_id = ? AND t.kind = 'correct'"
        " AND t.body IS NOT NULL ORDER BY t.hlc, t.device_id, t.op_id",
        (event_id, entity, row_id),
    ).fetchall()
    return [
        Correction(bytes(op).hex(), parsed(body, dict), bytes(hlc), device, code, actor)
        for op, body, hlc, device, code, actor in rows
    ]
