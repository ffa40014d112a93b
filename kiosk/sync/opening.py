"""Batches opened, here or in other processes, in the order in which they were given."""

from __future__ import annotations

import os
import signal
from collections import deque
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field, replace
from multiprocessing import get_context
from typing import Any, Protocol, TypeVar

from kiosk.domain.batch import Opened
from kiosk.errors import EnvironmentFault, VisitorError
from kiosk.sync.trust import CampaignTrust

LITTLE = 1_000_000  # bytes that are opened before another process has started
_MOST_PROCESSES = 3  # applying is one thread's work; more would wait for it
_AHEAD = 15  # files opened, or under way, while others are applied


class Opener(Protocol):
    """Opens batch files. It travels to other processes, so that it is made of plain data."""

    def open(self, content: bytes) -> Opened:
        """Raises VisitorError or EnvironmentFault; its key is the reason."""
        ...


class Openable(Protocol):
    """A file to be opened; one with a ``reason`` is known not to be."""

    @property
    def content(self) -> bytes: ...

    @property
    def reason(self) -> str: ...


Item = TypeVar("Item", bound=Openable)


def opened_in_order(
    opener: Opener, items: Iterator[Item], size: int, processes: int | None = None
) -> Generator[tuple[Item, Opened | str], None, None]:
    """Each item with what it holds, or with the reason why it cannot be opened.

    ``size`` is how many bytes are to come, as far as is known. ``processes``: None for as many as
    there are cores to spare; 0 for none but this one.
    """
    spare = min((os.cpu_count() or 1) - 1, _MOST_PROCESSES)
    wanted = (spare if size > LITTLE else 0) if processes is None else processes
    if wanted > 0:
        yield from _beside(opener, items, wanted)
    else:
        for item in items:
            yield item, item.reason or open_one(opener, item.content)


def open_one(opener: Opener, content: bytes) -> Opened | str:
    """What a file holds, or the reason why it cannot be opened."""
    try:
        return opener.open(content)
    except (VisitorError, EnvironmentFault) as error:
        return error.key


def _beside(
    opener: Opener, items: Iterator[Item], processes: int
) -> Iterator[tuple[Item, Opened | str]]:
    executor = ProcessPoolExecutor(
        processes,
        mp_context=get_context("spawn"),  # a fork of a process with threads may hang
        initializer=_begin,
        initargs=(opener,),
    )
    under_way: deque[tuple[Item, Future[Opened | str] | None]] = deque()
    try:
        for item in items:
            under_way.append((item, _submitted(executor, item)))
            if len(under_way) > _AHEAD:
                yield _result(opener, *under_way.popleft())
        while under_way:
            yield _result(opener, *under_way.popleft())
    finally:
        executor.shutdown(wait=True, cancel_futures=True)


def _submitted(executor: ProcessPoolExecutor, item: Openable) -> Future[Opened | str] | None:
    """None where it is to be opened here: nobody else can any more."""
    try:
        return None if item.reason else executor.submit(_open, item.content)
    except BrokenProcessPool:
        return None


def _result(
    opener: Opener, item: Item, future: Future[Opened | str] | None
) -> tuple[Item, Opened | str]:
    try:
        if future is not None:
            return item, future.result()
    except BrokenProcessPool:
        pass  # somebody killed the process, or there was no memory for it
    return item, item.reason or open_one(opener, item.content)


_opener: list[Opener] = []  # of a process that opens, and of no other


def _begin(opener: Opener) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is for the process that applies
    _opener.append(opener)


def _open(content: bytes) -> Opened | str:
    return open_one(_opener[0], content)


def travelling(trust: CampaignTrust) -> CampaignTrust:
    """Whom to trust, without what is secret, made of what can be sent to another process."""
    return replace(trust, root_private=None, event_secret=None, revoked=dict(trust.revoked))


@dataclass(frozen=True, slots=True)
class TravellingOpener:
    """An opener that travels as what it is made of, and is made where it opens."""

    make: Callable[..., Opener]
    of: tuple[Any, ...]
    _made: list[Opener] = field(default_factory=list, init=False, repr=False, compare=False)

    def open(self, content: bytes) -> Opened:
        """Raises what the opener raises."""
        if not self._made:
            self._made.append(self.make(*self.of))
        return self._made[0].open(content)

    def __reduce__(self) -> tuple[type[TravellingOpener], tuple[Any, ...]]:
        return TravellingOpener, (self.make, self.of)
