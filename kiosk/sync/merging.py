"""The merge: whatever lies on the sources comes together in one store, in whatever order.

Files are opened in other processes where there is more than a little, so that one core opens and
another applies; only a few are in memory at a time. What cannot be opened is set aside with its
reason and tried again at every merge; nothing stops the others.
"""

from __future__ import annotations

import hashlib
import itertools
from collections.abc import Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from typing import NamedTuple

from kiosk.domain.batch import MOST_FILE_BYTES
from kiosk.domain.clock import Clock
from kiosk.domain.ids import CampaignId
from kiosk.services.carrying import Carrier, CarrierFault, Progress
from kiosk.services.merging import Arriving, Aside, Lost, MergeResult, Merging
from kiosk.sync.carriers.layout import batch_name, is_device
from kiosk.sync.opening import Opener, Opening, opened_in_order
from kiosk.sync.receipts import Signer, leave_receipt

MOST_FILES = 1_000_000  # named like batches, on one source
MOST_KEPT = 256 * 1024 * 1024  # bytes of files set aside in one merge; of others the reason alone
_LOT_CHANGES, _LOT_FILES = 300_000, 64  # that go to the disk at once
_LOT_BYTES = 128 * 1024 * 1024  # of what they say


Taken = tuple["Job", Arriving | str]  # a file with what is made of it, or why it is not taken


class Place(NamedTuple):
    """Where a file was seen."""

    carrier: Carrier
    name: str
    number: int
    size: int


@dataclass(frozen=True, slots=True)
class Job:
    """A file to be opened. ``sha256`` is what its name says; ``content`` b"" with a ``reason``."""

    sha256: str
    source: str
    name: str
    content: bytes = field(repr=False)
    reason: str = ""
    again: bool = False  # it lay set aside


@dataclass(frozen=True, slots=True)
class Merger:
    """What merging needs. ``signer`` signs receipts; without one none are left.

    ``processes`` open files beside this one; None: as many as there are cores to spare.
    """

    opener: Opener
    store: Merging
    clock: Clock
    campaign: CampaignId
    signer: Signer | None = None
    processes: int | None = None

    def merge(self, sources: Sequence[Carrier], progress: Progress | None = None) -> MergeResult:
        """Takes what the store does not have yet. ``progress`` may raise Stopped.

        A source that goes away is told in ``lost``; faults of the store are raised. What was
        applied stays either way, and the next time goes on.
        """
        return _Merge(self, progress or _quiet).run(sources)


class _Merge:
    """One merge under way."""

    def __init__(self, merger: Merger, progress: Progress) -> None:
        self._opener = merger.opener
        self._store = merger.store
        self._merger = merger
        self._tell = progress
        self._result = MergeResult()
        self._kept = 0
        self._aside: dict[str, Aside] = {}
        self._devices: dict[int, set[str]] = {}  # by source, whose files lie there

    def run(self, sources: Sequence[Carrier]) -> MergeResult:
        places = self._listed(sources)
        erased = self._store.erased_people()
        known = self._store.known_files(places.keys())
        self._aside = {one.sha256: one for one in self._store.set_aside_files()}
        new = {sha: where for sha, where in places.items() if sha not in known}
        waiting = [one for sha, one in self._aside.items() if sha not in new]
        self._result.already_there = len(known)
        size = sum(where[0].size for where in new.values())
        count = len(new) + len(waiting)
        jobs = self._jobs(new, waiting)
        done = itertools.count()
        opening = Opening(self._opener, self._store.readying())
        results = opened_in_order(opening, jobs, size, self._merger.processes)
        with closing(results) as opened:
            for lot in _lots(opened):
                with self._store.together():
                    for job, batch in lot:
                        self._tell("merge", next(done), count)
                        self._take(job, batch)
        self._tell("merge", count, count)
        for at, carrier in enumerate(sources):
            self._leave_receipt(carrier, self._devices.get(at, set()))
        self._result.erased = self._store.erased_people() - erased
        return self._told()

    def _listed(self, sources: Sequence[Carrier]) -> dict[str, list[Place]]:
        """Where each file lies, by the hash in its name, in the order in which it was written."""
        found: list[tuple[str, Place]] = []
        for at, carrier in enumerate(sources):
            self._tell("list", at, len(sources))
            try:
                for sha, place in _files(carrier):
                    found.append((sha, place))
                    self._devices.setdefault(at, set()).add(place.name.partition("/")[0])
            except CarrierFault as fault:
                self._lose(carrier, fault)
        found.sort(key=lambda one: (one[1].name.partition("/")[0], one[1].number))
        places: dict[str, list[Place]] = {}
        for sha, place in found:
            places.setdefault(sha, []).append(place)
        return places

    def _jobs(self, new: dict[str, list[Place]], waiting: list[Aside]) -> Iterator[Job]:
        for sha, where in new.items():
            job = self._read(sha, where)
            if job is not None:
                yield job
        for aside in waiting:
            content = self._store.content_aside(aside.sha256)
            if content is not None and hashlib.sha256(content).hexdigest() == aside.sha256:
                yield Job(aside.sha256, aside.source, aside.name, content, again=True)

    def _read(self, sha: str, where: list[Place]) -> Job | None:
        """The first good copy of a file; a damaged one where there is no good one."""
        damaged: Job | None = None
        for carrier, name, _, size in where:
            if size > MOST_FILE_BYTES:
                damaged = damaged or Job(sha, carrier.name, name, b"", "batch_bomb")
                continue
            try:
                content = carrier.read(name, MOST_FILE_BYTES)
            except CarrierFault as fault:
                self._lose(carrier, fault)
                continue
            if hashlib.sha256(content).hexdigest() == sha:
                return Job(sha, carrier.name, name, content)
            damaged = Job(sha, carrier.name, name, content, "batch_damaged")
        return damaged

    def _take(self, job: Job, opened: Arriving | str) -> None:
        if isinstance(opened, str):
            self._reject(job, opened)
            return
        applied = self._store.apply(opened, job.source, self._merger.clock.now_ms())
        if job.sha256 in self._aside:
            self._store.release_aside(job.sha256)
            del self._aside[job.sha256]
        self._result.batches += 1
        self._result.changes += opened.changes
        self._result.new += applied.new
        self._result.known += applied.known

    def _reject(self, job: Job, reason: str) -> None:
        aside = Aside(job.source, job.name, job.sha256, reason, self._merger.clock.now_ms())
        before = self._aside.get(job.sha256)
        if before is None or before.reason != reason:
            self._kept += len(job.content)
            content = job.content if self._kept <= MOST_KEPT else b""
            self._store.set_aside(aside, content)
            self._aside[job.sha256] = aside
        if not job.again:
            self._result.rejected.append(aside)

    def _leave_receipt(self, carrier: Carrier, devices: set[str]) -> None:
        """A source that takes no files, or is gone, is merged all the same."""
        signer = self._merger.signer
        if signer is None or not devices:
            return
        held = [one for one in self._store.held() if one.device_id in devices]
        if not held or carrier.name in {one.source for one in self._result.lost}:
            return
        now_ms = self._merger.clock.now_ms()
        try:
            leave_receipt(carrier, held, signer, self._merger.campaign, now_ms)
        except CarrierFault:
            self._result.without_receipt.append(carrier.name)

    def _lose(self, carrier: Carrier, fault: CarrierFault) -> None:
        if carrier.name not in {one.source for one in self._result.lost}:
            self._result.lost.append(Lost(carrier.name, fault))

    def _told(self) -> MergeResult:
        store, result = self._store, self._result
        result.aside = len(self._aside)
        result.gaps, result.forks = store.gaps(), store.forks()
        result.digest = store.digest()
        return result


def _lots(opened: Iterator[Taken | None]) -> Iterator[Iterator[Taken]]:
    """Several at once; a lot ends where the next takes a while, so that the store is not held
    while a slow source is waited for.
    """
    for first in opened:
        if first is not None:
            yield _lot(first, opened)


def _lot(first: Taken, opened: Iterator[Taken | None]) -> Iterator[Taken]:
    one: Taken | None = first
    files = changes = size = 0
    while one is not None:
        yield one
        files += 1
        if not isinstance(one[1], str):
            changes += one[1].changes
            size += one[1].size
        if changes >= _LOT_CHANGES or size >= _LOT_BYTES or files >= _LOT_FILES:
            return
        one = next(opened, None)


def _files(carrier: Carrier) -> Iterator[tuple[str, Place]]:
    count = 0
    for folder in carrier.folders():
        if not is_device(folder):
            continue
        for file, size in carrier.files(folder):
            named = batch_name(file)
            if named is None:
                continue
            count += 1
            if count > MOST_FILES:
                raise CarrierFault("too_many_files", target=carrier.name, most=MOST_FILES)
            yield named.sha256, Place(carrier, f"{folder}/{file}", named.number, size)


def _quiet(_step: str, _done: int, _of: int) -> None:
    return
