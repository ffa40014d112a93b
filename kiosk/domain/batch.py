"""A batch: a stretch of one device's log as it leaves the laptop and arrives elsewhere.

The file is ``MAGIC | length | header | Ed25519(header) | body``; its name is
``<device>/<number>-<sha256>.ekb``. Here is only what it says; ``kiosk.sync`` seals and opens it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import count, repeat
from typing import Any, NamedTuple

from kiosk.domain.attendee import AnonymousResponse
from kiosk.domain.ids import CampaignId, DeviceId, EventId

MOST_CHANGES = 10_000  # in one batch, so that whoever opens it knows what to expect
MOST_BODY_BYTES = 64 * 1024 * 1024  # of one batch, unpacked
MOST_FILE_BYTES = 64 * 1024 * 1024


class Told(NamedTuple):
    """A change together with what it says. The first 13 are the columns of the log, in its order.

    ``person_id`` is whose payload it is ("" for nobody's). ``body`` is None where the person was
    erased: then ``person_id`` is None too, and only the commitment is left.
    """

    event_id: str
    op_id: bytes
    hlc: bytes
    device_id: str
    seq: int
    actor: str
    entity: str
    entity_id: str
    kind: str
    schema: int
    commitment: bytes
    prev_hash: bytes
    hash: bytes
    person_id: str | None
    body: bytes | None


@dataclass(frozen=True, slots=True)
class Span:
    """Numbers ``first`` to ``last`` of one device's log, both included. Empty: last = first - 1."""

    event_id: EventId
    device_id: DeviceId
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Header:
    """What a batch says of itself in clear, signed by the device that wrote it.

    ``before`` is the hash of the change before ``first`` (zeros for the first), ``head`` that of
    ``last``; ``top`` the last number that the device knew of, so that gaps show; ``previous``
    the SHA-256 (hex) of the file with the number before ("" for the first).
    """

    version: int
    campaign: CampaignId
    event: EventId
    device: DeviceId
    certificate: bytes
    batch_no: int
    first: int
    last: int
    before: bytes
    head: bytes
    top: int
    previous: str
    schema: int
    cipher: str
    body_sha256: bytes


@dataclass(frozen=True, slots=True)
class Leaving:
    """What goes into one batch.

    ``salts``: by person ("" for nobody) the salts of those whose payloads are in ``told``.
    ``erased``: persons whose payloads would be in this span, had they not been erased.
    ``anonymous``: sorted by key; only beside the closing of a day, and only ten or more.
    """

    span: Span
    before: bytes
    head: bytes
    top: int
    told: Sequence[Told]
    salts: Mapping[str, Sequence[bytes]]
    erased: Sequence[str] = ()
    anonymous: Sequence[AnonymousResponse] = ()


@dataclass(frozen=True, slots=True)
class Opened:
    """A batch whose signature, hashes, chain and commitments were all found good."""

    header: Header
    code: str  # of the device, as its certificate says
    sha256: str
    told: Sequence[Told]
    salts: Mapping[str, Sequence[bytes]]
    erased: Sequence[str]
    anonymous: Sequence[AnonymousResponse]

    @property
    def changes(self) -> int:
        return len(self.told)

    @property
    def size(self) -> int:
        """Bytes of what is said."""
        return sum(len(one.body or b"") for one in self.told)

    def __reduce__(self) -> tuple[Callable[..., Opened], tuple[Any, ...]]:
        """Goes to another process as columns, without what follows from the header."""
        columns = tuple(zip(*self.told, strict=True))
        slim = tuple(columns[Told._fields.index(name)] for name in _CARRIED) if columns else ()
        rest = (self.salts, self.erased, self.anonymous)
        return _opened, (self.header, self.code, self.sha256, slim, rest)


_CARRIED = (
    "hlc", "actor", "entity", "entity_id", "kind", "schema", "commitment", "hash", "person_id",
    "body",
)  # fmt: skip


def _opened(
    header: Header, code: str, sha256: str, columns: Sequence[Sequence[Any]], rest: tuple[Any, ...]
) -> Opened:
    if not columns:
        return Opened(header, code, sha256, [], *rest)
    hlc, actor, entity, entity_id, kind, schema, commitment, hashes, person, body = columns
    rows = zip(
        repeat(header.event), [one[:16] for one in hashes], hlc, repeat(header.device),
        count(header.first), actor, entity, entity_id, kind, schema, commitment,
        (header.before, *hashes), hashes, person, body,
    )  # fmt: skip
    return Opened(header, code, sha256, list(map(Told._make, rows)), *rest)


@dataclass(frozen=True, slots=True)
class SealedBatch:
    """A batch file as it lies in the outbox; the same bytes go to every target."""

    span: Span
    batch_no: int
    sha256: str
    bytes: int
    sealed_at: int

    @property
    def name(self) -> str:
        """Where a carrier keeps it: ``<device>/<number>-<sha256>.ekb``."""
        return f"{self.span.device_id}/{self.batch_no}-{self.sha256}.ekb"
