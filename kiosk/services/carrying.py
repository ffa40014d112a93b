"""What carrying needs from the world: batches that leave, and carriers that take them.

Storage implements ``Outgoing``; sync implements ``Carrier`` and what stands between the two.
Neither knows the other; bootstrap puts them together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from kiosk.domain.batch import Leaving, SealedBatch, Span
from kiosk.domain.ids import DeviceId
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
