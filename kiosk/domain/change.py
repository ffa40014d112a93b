"""A change: what is written whenever a record is. The chain of changes is the audit log.

The hash covers a commitment to what the change says, not the words themselves, so that a
person's payloads and salt can be erased and the chain still verifies.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, NewType

from kiosk.domain.clock import Hlc
from kiosk.domain.ids import DeviceId, EventId

OpId = NewType("OpId", bytes)  # the first 16 bytes of a change's hash

SCHEMA = 1
GENESIS = bytes(32)


@dataclass(frozen=True, slots=True)
class ChangeDraft:
    """What a service wants written: one row of one entity, created or changed.

    ``person_id`` says whose payload it is (it goes when the person is erased); None where the
    change speaks of no person. A ``correct`` carries only the fields that change.
    """

    entity: str  # attendee, consent, response, check_in, certificate, device, day, export
    entity_id: str
    kind: str  # create, correct, withdraw, replace, revoke, erase, close
    actor: str  # visitor, staff:<name>, coordinator, device
    body: Mapping[str, Any] = field(default_factory=dict)
    person_id: str | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """One link of a device's chain, without what it says."""

    event_id: EventId
    hlc: Hlc
    device_id: DeviceId
    seq: int
    actor: str
    entity: str
    entity_id: str
    kind: str
    schema: int
    commitment: bytes
    prev_hash: bytes
    hash: bytes

    @property
    def op_id(self) -> OpId:
        return OpId(self.hash[:16])


_JSON = json.JSONEncoder(
    ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False
).encode


def encode(body: Mapping[str, Any]) -> bytes:
    """The one way in which a body is written: JSON, keys sorted, UTF-8, no spaces."""
    return _JSON(body).encode()


def commit_to(salt: bytes, body: bytes) -> bytes:
    """A commitment (HMAC-SHA-256) that nobody can test a guess against without the salt."""
    return hmac.new(salt, body, hashlib.sha256).digest()


def link(  # the columns of a change, each by name
    draft: ChangeDraft,
    *,
    event_id: EventId,
    device_id: DeviceId,
    hlc: Hlc,
    seq: int,
    commitment: bytes,
    prev_hash: bytes,
) -> Change:
    """The draft as the next link of the chain whose head is ``prev_hash``."""
    columns = (
        event_id, hlc.to_bytes(), device_id, seq, draft.actor, draft.entity,
        draft.entity_id, draft.kind, SCHEMA, commitment,
    )  # fmt: skip
    return Change(
        event_id=event_id,
        hlc=hlc,
        device_id=device_id,
        seq=seq,
        actor=draft.actor,
        entity=draft.entity,
        entity_id=draft.entity_id,
        kind=draft.kind,
        schema=SCHEMA,
        commitment=commitment,
        prev_hash=prev_hash,
        hash=_hash(prev_hash, columns),
    )


def rehash(change: Change) -> bytes:
    """The hash that the columns of a stored change ought to have."""
    columns = (
        change.event_id, change.hlc.to_bytes(), change.device_id, change.seq, change.actor,
        change.entity, change.entity_id, change.kind, change.schema, change.commitment,
    )  # fmt: skip
    return _hash(change.prev_hash, columns)


def _hash(prev_hash: bytes, columns: tuple[str | int | bytes, ...]) -> bytes:
    digest = hashlib.sha256(prev_hash)
    for column in columns:
        raw = column if isinstance(column, bytes) else str(column).encode()
        digest.update(len(raw).to_bytes(4, "big") + raw)
    return digest.digest()
