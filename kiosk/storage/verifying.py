"""The audit: is the log what was written, whole, and do the rows say what the log says?

What cannot be noticed is written down: somebody with the database key can write another log.
Against them stands the head printed on the day's summary.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Iterator
from itertools import groupby

from kiosk.domain.change import GENESIS, Change, commit_to, rehash
from kiosk.services.ports import Verification
from kiosk.storage.chain import COLUMNS, read_change, seal_of
from kiosk.storage.driver import Connection
from kiosk.storage.rows import ENTITIES, Entity, Row, Said, fold_all, from_columns


class _Broken(Exception):  # noqa: N818 - it is a finding, and never leaves this module
    def __init__(self, seq: int, reason: str) -> None:
        super().__init__(reason)
        self.seq = seq
        self.reason = reason


def verify(connection: Connection, head_key: bytes) -> Verification:
    """Checks every chain, every payload that is still there, the sealed heads, and the rows."""
    (entries,) = connection.execute("SELECT count(*) FROM change").fetchone()
    try:
        last = _check(connection, head_key)
    except _Broken as broken:
        return Verification(entries, ok=False, broken_at=broken.seq, head="", reason=broken.reason)
    return Verification(entries, ok=True, broken_at=None, head=last.hex())


def _check(connection: Connection, head_key: bytes) -> bytes:
    """The last hash, once everything was found as it was written."""
    last = GENESIS
    heads = {
        device: (seq, last_hash, mac)
        for device, seq, last_hash, mac in connection.execute(
            "SELECT device_id, seq, hash, mac FROM head"
        ).fetchall()
    }
    for device, chain in groupby(_chains(connection), key=lambda one: one[0].device_id):
        count, last = _check_chain(chain)
        _check_head(head_key, device, (count, last), heads.pop(device, None))
    for device in heads:
        raise _Broken(1, f"the whole log of {device} is gone")
    _check_payloads(connection)
    _check_rows(connection)
    return last


def _chains(connection: Connection) -> Iterator[tuple[Change, bytes, bytes | None, bytes | None]]:
    """Every change with its stored id, its payload and its salt, in the order of the chain."""
    columns = ", ".join(f"c.{name.strip()}" for name in COLUMNS.split(","))
    for row in connection.execute(
        f"SELECT {columns}, p.body, s.key FROM change c"
        " LEFT JOIN payload p ON p.event_id = c.event_id AND p.device_id = c.device_id"
        " AND p.seq = c.seq AND p.op_id = c.op_id"
        " LEFT JOIN salt s ON s.event_id = p.event_id AND s.person_id = p.person_id"
        " ORDER BY c.event_id, c.device_id, c.seq, c.op_id"
    ):
        yield read_change(row[:13]), row[1], row[13], row[14]


def _check_chain(
    chain: Iterator[tuple[Change, bytes, bytes | None, bytes | None]],
) -> tuple[int, bytes]:
    last, seq = GENESIS, 0
    for change, op_id, body, salt in chain:
        seq += 1
        if change.seq != seq:
            raise _Broken(seq, "an entry is missing")
        if change.prev_hash != last or change.hash != rehash(change) or op_id != change.op_id:
            raise _Broken(seq, "the entry was altered")
        if body is not None and (salt is None or commit_to(salt, body) != change.commitment):
            raise _Broken(seq, "what the entry says was altered")
        last = change.hash
    return seq, last


def _check_head(
    key: bytes, device: str, found: tuple[int, bytes], head: tuple[int, bytes, bytes] | None
) -> None:
    count, last = found
    if head is None:
        raise _Broken(count + 1, "the head of the log is gone")
    seq, last_hash, mac = head
    if not hmac.compare_digest(mac, seal_of(key, device, seq, last_hash)):
        raise _Broken(count, "the head of the log was altered")
    if (seq, last_hash) != (count, last):
        raise _Broken(min(seq, count) + 1, "the last entries were cut off")


def _check_payloads(connection: Connection) -> None:
    """Only a person's payloads may go; what speaks of nobody stays."""
    found = connection.execute(
        "SELECT c.seq FROM change c LEFT JOIN payload p USING (event_id, device_id, seq, op_id)"
        " WHERE p.op_id IS NULL AND c.entity IN ('day', 'device', 'export') ORDER BY 1 LIMIT 1"
    ).fetchone()
    if found is not None:
        raise _Broken(found[0], "what the entry says is gone")


def _check_rows(connection: Connection) -> None:
    for entity in ENTITIES.values():
        accounted = 0
        for (event_id, entity_id), said, whole in _said(connection, entity):
            held = _row(connection, entity, event_id, entity_id)
            accounted += held is not None
            if whole and held != fold_all(entity, said):
                seq = max(one.change.seq for one in said)
                raise _Broken(seq, f"the row of {entity.name} {entity_id} is not what the log says")
        (rows,) = connection.execute(f"SELECT count(*) FROM {entity.name}").fetchone()
        if rows != accounted:
            raise _Broken(1, f"{entity.name} has rows of which the log knows nothing")


def _said(
    connection: Connection, entity: Entity
) -> Iterator[tuple[tuple[str, str], list[Said], bool]]:
    """By row: what was said about it, and whether every payload is still there."""
    columns = ", ".join(f"c.{name.strip()}" for name in COLUMNS.split(","))
    rows = connection.execute(
        f"SELECT {columns}, p.body FROM change c"
        " LEFT JOIN payload p USING (event_id, device_id, seq, op_id) WHERE c.entity = ?"
        " ORDER BY c.event_id, c.entity_id",
        (entity.name,),
    )
    for key, group in groupby(rows, key=lambda row: (row[0], row[7])):
        of_row = list(group)
        whole = all(row[13] is not None for row in of_row)
        said = [
            Said(read_change(row[:13]), json.loads(row[13]))
            for row in of_row
            if row[13] is not None
        ]
        yield key, said, whole


def _row(connection: Connection, entity: Entity, event_id: str, entity_id: str) -> Row | None:
    names = ", ".join(entity.fields)
    found = connection.execute(
        f"SELECT {names} FROM {entity.name} WHERE event_id = ? AND id = ?",
        (event_id, entity_id),
    ).fetchone()
    return (
        None
        if found is None
        else from_columns(entity, dict(zip(entity.fields, found, strict=True)))
    )
