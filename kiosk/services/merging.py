"""What merging needs of a store in which many kiosks come together, and what one merge did.

Storage implements ``Merging``; the rule of merging is in sync and knows nothing else of a store.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any, Protocol

from kiosk.domain.batch import Opened
from kiosk.domain.ids import DeviceId, EventId
from kiosk.services.carrying import CarrierFault


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

    def erased_people(self) -> int:
        """How many people are known to be erased."""
        ...

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
    ``clocks``: laptops whose clocks were wrong; ``erased``: how many people were erased meanwhile.
    ``conflicts``: how many matters the store tells
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
    erased: int = 0
    clocks: list[WrongClock] = field(default_factory=list)
