"""The audit: is the log what was written, whole, and do the rows say what the log says?

What cannot be noticed is written down: somebody with the database key can write another log.
Against them stands the head printed on the day's summary.
"""

from __future__ import annotations

import hmac
from collections.abc import Iterator
from itertools import groupby

from kiosk.domain.change import GENESIS, Change, commit_to, rehash
from kiosk.services.ports import Verification
from kiosk.storage.chain import COLUMNS, read_change, seal_of
from kiosk.storage.driver import Connection
from kiosk.storage.faults import Damaged
from kiosk.storage.replaying import Broken, check_record


def verify(connection: Connection, head_key: bytes) -> Verification:
    """Checks every chain, every payload that is still there, the sealed heads, and the rows.

    A log without any entry is not whole: a kiosk's first one introduces the laptop.
    """
    (entries,) = connection.execute("SELECT count(*) FROM change").fetchone()
    try:
        last = _check(connection, head_key)
    except Broken as broken:
        return Verification(entries, ok=False, broken_at=broken.seq, head="", reason=broken.reason)
    except Damaged as damage:
        return Verification(entries, ok=False, broken_at=1, head="", reason=f"damaged: {damage}")
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
    if not heads and last == GENESIS:
        raise Broken(1, "the whole log is gone")
    for device in heads:
        raise Broken(1, f"the whole log of {device} is gone")
    check_record(connection)
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
            raise Broken(seq, "an entry is missing")
        if change.prev_hash != last or change.hash != rehash(change) or op_id != change.op_id:
            raise Broken(seq, "the entry was altered")
        if body is not None and (salt is None or commit_to(salt, body) != change.commitment):
            raise Broken(seq, "what the entry says was altered")
        last = change.hash
    return seq, last


def _check_head(
    key: bytes, device: str, found: tuple[int, bytes], head: tuple[int, bytes, bytes] | None
) -> None:
    count, last = found
    if head is None:
        raise Broken(count + 1, "the head of the log is gone")
    seq, last_hash, mac = head
    if not hmac.compare_digest(mac, seal_of(key, device, seq, last_hash)):
        raise Broken(count, "the head of the log was altered")
    if (seq, last_hash) != (count, last):
        raise Broken(min(seq, count) + 1, "the last entries were cut off")
