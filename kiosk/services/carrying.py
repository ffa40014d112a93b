"""What carrying and merging need from the world: batches leaving, carriers, and merged stores.

Storage implements ``Outgoing`` and ``Merging``; sync implements ``Carrier`` and what stands
between them. Neither knows the other; bootstrap puts them together.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from kiosk.domain.batch import Leaving, Opened, SealedBatch, Span
from kiosk.domain.ids import DeviceId, EventId
from kiosk.errors import EnvironmentFault


class CarrierFault(EnvironmentFault):
    """A target or source that does not answer, or not as it should; ``key`` says which."""


class Stopped(Exception):  # noqa: N818 - somebody said so; nothing is wrong
    """Raised by a ``Progress`` to stop: what was done stays, and the next time goes on there."""


Progress = Callable[[str, int, int], None]  # step (a key: seal, send, list, merge), done, of


@dataclass(frozen=True, slots=True)
class Sent:
    """That a batch was written to a target, read back there and found right."""

    target: str
    batch_no: int
    sha256: str
    at: int


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a merged store says it holds of this device, signed by it.

    ``spans``: (first, last, hash of last in hex), without overlap.
    """

    store: DeviceId
    code: str
    at: int
    spans: tuple[tuple[int, int, str], ...]


@dataclass(frozen=True, slots=True)
class Extent:
    """How much a stretch of a log tells: entries, visitors registered in them, from when to when.

    ``since`` and ``until`` are milliseconds; None where there is nothing.
    """

    entries: int = 0
    visitors: int = 0
    since: int | None = None
    until: int | None = None


class Outgoing(Protocol):
    """The record's side of leaving: what is to be sealed, what was, what went where."""

    def to_seal(self) -> list[Span]:
        """What no batch in the outbox holds yet, oldest first; each at most ``MOST_CHANGES``."""
        ...

    def leaving(self, span: Span) -> Leaving: ...

    def extent(self, spans: Sequence[Span]) -> Extent:
        """How much these tell together; they are not to overlap."""
        ...

    def holds(self, span: Span, head: bytes) -> bool:
        """Whether the change ``span.last`` of this log is the one with that hash."""
        ...

    def next_batch(self, device_id: DeviceId) -> tuple[int, str]:
        """The next number (never used before) and the SHA-256 of the batch before it, or ""."""
        ...

    def note_sealed(self, batch: SealedBatch) -> None:
        """Called when the file lies durably in the outbox. Anonymous answers in it have left."""
        ...

    def batches(self) -> list[SealedBatch]:
        """Those that are to be in the outbox, by device and number."""
        ...

    def known_batches(self, device_id: DeviceId) -> set[str]:
        """The SHA-256 of every batch that this record ever sealed under an identity."""
        ...

    def forget_batch(self, batch: SealedBatch) -> None:
        """Its file is gone or holds what was erased: its changes are to be sealed anew."""
        ...

    def note_sent(self, sent: Sent) -> None: ...

    def sent(self) -> list[Sent]: ...

    def note_receipt(self, receipt: Receipt) -> None: ...

    def receipts(self) -> list[Receipt]: ...


class Carrier(Protocol):
    """A place that holds files: a folder, a share, an object store. It lists, reads, creates.

    Names are ``folder/file`` with ``/`` and plain ASCII. Every method raises CarrierFault.
    """

    @property
    def name(self) -> str:
        """What people call it; never a secret."""
        ...

    def folders(self) -> list[str]:
        """The folders at its top."""
        ...

    def files(self, folder: str) -> Iterator[tuple[str, int]]:
        """Names (within the folder) and sizes in bytes of the files in a folder; none if absent."""
        ...

    def read(self, name: str, most: int) -> bytes:
        """The whole file; CarrierFault ``too_large`` when it has more than ``most`` bytes."""
        ...

    def create(self, name: str, content: bytes) -> bool:
        """Writes a file durably under a name of its own and reads it back.

        False, and nothing written, where a file of that name and length is there already; one of
        another length is a torn copy and is written anew. Never leaves half a file under the name.
        """
        ...

    def close(self) -> None:
        """Ends the connection, where there is one."""
        ...


@dataclass(frozen=True, slots=True)
class Applied:
    """What one batch brought: changes that were new, and that were known already."""

    new: int
    known: int


@dataclass(frozen=True, slots=True)
class Aside:
    """A file that could not be taken: kept with the reason, never dropped."""

    source: str
    name: str
    sha256: str
    reason: str  # a key: batch_signature, batch_foreign, batch_damaged …
    at: int


@dataclass(frozen=True, slots=True)
class Gap:
    """Changes that are known to exist and have not arrived; ``last`` None: nobody knows."""

    event_id: EventId
    device_id: DeviceId
    code: str
    first: int
    last: int | None


@dataclass(frozen=True, slots=True)
class Fork:
    """One identity with two histories from ``seq`` on: a clone or a restored copy."""

    event_id: EventId
    device_id: DeviceId
    code: str
    seq: int


CERTIFICATES, CONSENT, PAPER_NAME = "certificates", "consent", "paper_name"


@dataclass(frozen=True, slots=True)
class Conflict:
    """Something for a person to decide. ``kind``: correction, clock, number, serial; certificates
    (several that are valid), consent (given anew after it was taken back), paper_name (a
    certificate that was issued anew, with another name than is recorded).

    ``sides``: what each said: {value, op, at, device, code, actor}; of papers and consents also
    {id, person}: the row, and whose it is.
    """

    kind: str
    event_id: EventId
    entity: str
    entity_id: str
    name: str
    field: str
    sides: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True)
class WrongClock:
    """A laptop that wrote ``rows`` far outside the event's day, between ``first`` and ``last``.

    ``shift_ms``: what a person decided is to be added to these times; None: nobody has yet.
    """

    event_id: EventId
    device_id: DeviceId
    code: str
    rows: int
    first: int
    last: int
    shift_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Held:
    """What a merged store holds of one device: spans without overlap, as in ``Receipt``."""

    event_id: EventId
    device_id: DeviceId
    code: str
    spans: tuple[tuple[int, int, str], ...]


class Arriving(Protocol):
    """A batch as a store takes it. ``size``: bytes of what it says."""

    @property
    def changes(self) -> int: ...

    @property
    def size(self) -> int: ...


class Merging(Protocol):
    """A store in which many kiosks come together. Its state is a function of the set of changes."""

    def known_files(self, sha256s: Collection[str]) -> set[str]:
        """Which of these files were taken before."""
        ...

    def together(self) -> AbstractContextManager[None]:
        """Within, batches may go to the disk several at once; none is ever half there. If one
        fails, those before it may be gone as well, and arrive the next time.
        """
        ...

    def readying(self) -> Callable[[Opened], Arriving]:
        """What does all of the work on a batch that needs no look into the store. It may travel
        to another process, and so may what it makes.
        """
        ...

    def apply(self, batch: Any, source: str, now_ms: int) -> Applied:  # noqa: ANN401 - its own
        """Takes a batch that ``readying`` made ready, in one transaction. Again, and in any order,
        as often as one likes.
        """
        ...

    def set_aside(self, aside: Aside, content: bytes) -> None:
        """Keeps a file that could not be taken; again at will."""
        ...

    def set_aside_files(self) -> list[Aside]: ...

    def content_aside(self, sha256: str) -> bytes | None:
        """The bytes of a file that was set aside; None where it was too large to be kept."""
        ...

    def release_aside(self, sha256: str) -> None:
        """The file was taken after all (its device is known now, the program is newer)."""
        ...

    def gaps(self) -> list[Gap]: ...

    def forks(self) -> list[Fork]: ...

    def held(self) -> list[Held]: ...

    def conflicts(self) -> list[Conflict]: ...

    def digest(self) -> str:
        """The same, in hex, wherever the same changes arrived, in whatever order."""
        ...

    def close(self) -> None: ...


@dataclass(frozen=True, slots=True)
class Lost:
    """A source that could not be read to its end; what was applied of it stays."""

    source: str
    fault: CarrierFault


@dataclass(slots=True)
class MergeResult:
    """What one merge did, as ``kiosk merge --json`` tells it.

    ``batches`` were taken, ``already_there`` were taken before. ``rejected``: files of these
    sources that were not taken; ``aside``: how many files lie set aside, those of earlier merges
    too; ``lost``: sources that went away; ``without_receipt``: sources that took none;
    ``clocks``: laptops whose clocks were wrong. ``conflicts``: how many matters the store tells
    now, as ``services.matters`` lists them; ``to_decide`` of these wait for a person.
    """

    batches: int = 0
    changes: int = 0
    new: int = 0
    known: int = 0
    conflicts: int = 0
    to_decide: int = 0
    gaps: list[Gap] = field(default_factory=list)
    forks: list[Fork] = field(default_factory=list)
    rejected: list[Aside] = field(default_factory=list)
    already_there: int = 0
    aside: int = 0
    without_receipt: list[str] = field(default_factory=list)
    lost: list[Lost] = field(default_factory=list)
    digest: str = ""
    clocks: list[WrongClock] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class SyncResult:
    """What one ``kiosk sync`` did: batches written, batches that were there, bytes written.

    ``untrusted``: receipts on the target that no store of the campaign signed. ``strangers``:
    files there under this laptop's identity that it never wrote: another laptop uses it too, or
    this one's record was turned back.
    """

    target: str
    sent: int
    already_there: int
    bytes: int
    batches: Sequence[SealedBatch] = ()
    untrusted: int = 0
    strangers: int = 0


class Carry(Protocol):
    """What a kiosk carries away: sealed batches, to wherever the coordinator says."""

    def seal(self, progress: Progress | None = None) -> list[SealedBatch]:
        """Seals what is new into the outbox, without carrying it anywhere."""
        ...

    def sync(
        self, target: str, credentials: Path | None = None, progress: Progress | None = None
    ) -> SyncResult:
        """Seals what is new and writes what ``target`` does not have; reads its receipts.

        ``target``: an existing folder, ``s3://``, ``webdav(s)://``, ``sftp://``; ``credentials``:
        a file with what a server asks for, else the environment has it. Raises CarrierFault and
        EnvironmentFault, and what ``progress`` raises; what was written by then stays.
        """
        ...

    def outgoing(self) -> Outgoing:
        """What is to leave, what left, what arrived."""
        ...
