"""Batches opened, here or in other processes, in the order in which they were given."""

from __future__ import annotations

import gc
import os
import signal
from collections import deque
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass, field, replace
from itertools import islice
from multiprocessing import get_context
from time import monotonic
from typing import Any, Generic, Protocol, TypeVar

from kiosk.domain.batch import Opened
from kiosk.errors import EnvironmentFault, VisitorError
from kiosk.sync.trust import CampaignTrust

LITTLE = 1_000_000  # bytes that are opened before another process has started
_MOST_PROCESSES = 3  # applying is one thread's work; more would wait for it
_AHEAD = 15  # files opened, or under way, while others are applied
_HERE = 2  # files that are opened by the time another process has started
_PATIENCE = 0.5  # seconds for which it is not worth while to let go of anything
_MANY = 500_000  # objects made before anybody looks for cycles among them
_SLOW = 0.1  # seconds after which a file was long in coming


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
Made = TypeVar("Made")


def opened_in_order(
    opening: Opening[Made], items: Iterator[Item], size: int, processes: int | None = None
) -> Generator[tuple[Item, Made | str] | None, None, None]:
    """Each item with what is made of it, or with the reason why it cannot be opened.

    None comes whenever the next takes a while: the moment to let go of what others wait for.
    ``size`` is how many bytes are to come, as far as is known. ``processes``: None for as many as
    there are cores to spare; 0 for none but this one.
    """
    spare = min((os.cpu_count() or 1) - 1, _MOST_PROCESSES)
    wanted = (spare if size > LITTLE else 0) if processes is None else processes
    if wanted > 0:
        yield from _beside(opening, items, wanted)
        return
    while some := list(islice(items, _AHEAD)):
        for item in some:
            yield item, item.reason or opening.open(item.content)
        yield None


@dataclass(frozen=True, slots=True)
class Opening(Generic[Made]):
    """What is done with a file wherever it is opened: ``then`` with what it holds. It travels."""

    opener: Opener
    then: Callable[[Opened], Made]

    def open(self, content: bytes) -> Made | str:
        """What is made of a file, or the reason why it cannot be opened."""
        try:
            return self.then(self.opener.open(content))
        except (VisitorError, EnvironmentFault) as error:
            return error.key


def _beside(
    opening: Opening[Made], items: Iterator[Item], processes: int
) -> Iterator[tuple[Item, Made | str] | None]:
    executor = ProcessPoolExecutor(
        processes,
        mp_context=get_context("spawn"),  # a fork of a process with threads may hang
        initializer=_begin,
        initargs=(opening,),
    )
    under_way: deque[tuple[Item, Future[Made | str] | None]] = deque()
    try:
        for at, (item, slowly) in enumerate(_timed(items)):
            under_way.append((item, _submitted(executor, item) if at >= _HERE else None))
            if slowly:
                yield None
            if len(under_way) > _AHEAD:
                yield from _result(opening, *under_way.popleft())
        while under_way:
            yield from _result(opening, *under_way.popleft())
    finally:
        executor.shutdown(wait=True, cancel_futures=True)


def _timed(items: Iterator[Item]) -> Iterator[tuple[Item, bool]]:
    """Each item, and whether it was long in coming: the next will be, too."""
    begun = monotonic()
    for item in items:
        yield item, monotonic() - begun > _SLOW
        begun = monotonic()


def _submitted(executor: ProcessPoolExecutor, item: Openable) -> Future[Any] | None:
    """None where it is to be opened here, as nobody else can any more."""
    try:
        return None if item.reason else executor.submit(_open, item.content)
    except BrokenProcessPool:
        return None


def _result(
    opening: Opening[Made], item: Item, future: Future[Made | str] | None
) -> Iterator[tuple[Item, Made | str] | None]:
    if future is not None and wait((future,), timeout=_PATIENCE).not_done:
        yield None
    try:
        made = None if future is None else future.result()
    except BrokenProcessPool:
        made = None  # somebody killed the process, or there was no memory for it
    yield item, item.reason or made or opening.open(item.content)


_opening: list[Opening[Any]] = []  # of a process that opens, and of no other


def _begin(opening: Opening[Any]) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is for the process that applies
    gc.freeze()
    gc.set_threshold(_MANY)  # what is made of a batch has no cycles, and goes as a whole
    _opening.append(opening)


def _open(content: bytes) -> object:
    return _opening[0].open(content)


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
