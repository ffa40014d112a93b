"""The log of changes: one chain of hashes a device, and its head under a seal.

The head is kept beside the chain, authenticated under a key derived from the database's, and
moved in the transaction that adds to the chain: a tail that was cut off is missed.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from kiosk.domain.change import GENESIS, Change, ChangeDraft, link
from kiosk.domain.clock import Hlc
from kiosk.domain.ids import DeviceId, EventId
from kiosk.storage.driver import Connection

COLUMNS = (
    "event_id, op_id, hlc, device_id, seq, actor, entity, entity_id, kind, schema,"
    " commitment, prev_hash, hash"
)
DAY_MS = 86_400_000
_LAST = b"\xff" * 8
_INSERT = f"INSERT INTO change ({COLUMNS}) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?)"


@dataclass(frozen=True, slots=True)
class Head:
    """Where a device's chain ends: its last number, hash and clock reading."""

    seq: int
    hash: bytes
    hlc: Hlc


def head_key(database_key: bytes) -> bytes:
    """The key that seals heads: derived, so that it opens nothing else."""
    return hmac.new(database_key, b"samvad kiosk: head of the chain", hashlib.sha256).digest()


def seal_of(key: bytes, device_id: str, seq: int, last_hash: bytes) -> bytes:
    """The seal over a head."""
    told = f"{device_id}\x00{seq}\x00".encode() + last_hash
    return hmac.new(key, told, hashlib.sha256).digest()


def read_head(
    connection: Connection,
    event_id: EventId,
    device_id: DeviceId,
    now: Callable[[], int] | None = None,
) -> Head:
    """The head as the chain itself has it.

    A device that begins a chain in a record which others wrote (a merged store, a copy that was
    renewed) goes on from their time: what it corrects is older, whatever its clock says. With
    a clock those are left aside who were more than a day ahead of it: their corrections wait
    for a person wherever they arrive, and this device's would wait with them.
    """
    row = connection.execute(
        "SELECT seq, hash, hlc FROM change WHERE event_id = ? AND device_id = ?"
        " ORDER BY seq DESC LIMIT 1",
        (event_id, device_id),
    ).fetchone()
    if row is not None:
        return Head(row[0], row[1], Hlc.from_bytes(row[2]))
    most = _LAST if now is None else Hlc(now() + DAY_MS).to_bytes()
    latest = connection.execute(
        "SELECT hlc FROM change WHERE event_id = ? AND hlc <= ? ORDER BY hlc DESC LIMIT 1",
        (event_id, most),
    ).fetchone()
    return Head(0, GENESIS, Hlc(0) if latest is None else Hlc.from_bytes(latest[0]))


def store_head(
    connection: Connection, key: bytes, event_id: EventId, device_id: DeviceId, head: Head
) -> None:
    """Moves the sealed head."""
    connection.execute(
        "INSERT INTO head (event_id, device_id, seq, hash, mac) VALUES (?, ?, ?, ?, ?)"
        " ON CONFLICT (event_id, device_id) DO UPDATE SET seq = excluded.seq,"
        " hash = excluded.hash, mac = excluded.mac",
        (event_id, device_id, head.seq, head.hash, seal_of(key, device_id, head.seq, head.hash)),
    )


def next_change(
    head: Head,
    draft: ChangeDraft,
    *,
    event_id: EventId,
    device_id: DeviceId,
    now: Callable[[], int],
    commitment: bytes,
) -> tuple[Change, Head]:
    """The draft as the next change, and the head after it."""
    change = link(
        draft,
        event_id=event_id,
        device_id=device_id,
        hlc=head.hlc.next(now()),
        seq=head.seq + 1,
        commitment=commitment,
        prev_hash=head.hash,
    )
    return change, Head(change.seq, change.hash, change.hlc)


def insert_change(connection: Connection, change: Change) -> None:
    """Adds a change to the log."""
    connection.execute(
        _INSERT,
        (
            change.event_id, change.op_id, change.hlc.to_bytes(), change.device_id, change.seq,
            change.actor, change.entity, change.entity_id, change.kind, change.schema,
            change.commitment, change.prev_hash, change.hash,
        ),
    )  # fmt: skip


def read_change(row: tuple[Any, ...]) -> Change:
    """A row of ``COLUMNS`` as a change; ``op_id`` is derived from the hash."""
    (event_id, _, hlc, device_id, seq, actor, entity, entity_id, kind, schema, commitment,
     prev_hash, last_hash) = row  # fmt: skip
    return Change(
        event_id=event_id, hlc=Hlc.from_bytes(hlc), device_id=device_id, seq=seq, actor=actor,
        entity=entity, entity_id=entity_id, kind=kind, schema=schema, commitment=commitment,
        prev_hash=prev_hash, hash=last_hash,
    )  # fmt: skip
