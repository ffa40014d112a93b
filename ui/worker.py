"""One thread that owns the database; what it finds comes back to the window as one signal."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from PySide6.QtCore import QObject, Signal, Slot

from kiosk.errors import EnvironmentFault, VisitorError

if TYPE_CHECKING:
    from queue import SimpleQueue

    from kiosk.services.desk import Desk

T = TypeVar("T")
Blamed = VisitorError | EnvironmentFault


class Cancelled(Exception):  # noqa: N818 - what somebody asked for is no error
    """The person at the screen asked a long run to stop."""


class Progress:
    """What a long run calls at each step; it raises ``Cancelled`` once somebody said stop."""

    def __init__(self, tell: Callable[[str, int, int], None]) -> None:
        self._tell = tell
        self._stopped = threading.Event()

    def __call__(self, step: str, done: int, total: int) -> None:
        """``step`` is a key of the words, ``done`` of ``total`` steps lie behind."""
        if self._stopped.is_set():
            raise Cancelled
        self._tell(step, done, total)

    def cancel(self) -> None:
        self._stopped.set()


class _Job(NamedTuple):
    work: Callable[[], Any]
    done: Callable[[Any], None]
    failed: Callable[[Any], None] | None
    page: int | None  # None: is told even after the visitor has left
    missed: Callable[[Any], None] | None = None  # gets what nobody is there to be told any more


class _Line:
    """What is to be done on one thread, one thing after the other; it begins with the first."""

    def __init__(self, ended: Callable[[], None]) -> None:
        self._ended = ended  # the last thing that is done on the thread
        self._jobs: SimpleQueue[Callable[[], None] | None] | None = None
        self._thread: threading.Thread | None = None

    def put(self, job: Callable[[], None]) -> None:
        if self._jobs is None:
            from queue import SimpleQueue  # noqa: PLC0415 - the first screen asks for nothing

            self._jobs = SimpleQueue()
            self._thread = threading.Thread(target=self._run, name="record", daemon=True)
            self._thread.start()
        self._jobs.put(job)

    def end(self) -> None:
        """After what was asked for by now, the thread ends."""
        if self._jobs is not None:
            self._jobs.put(None)

    def join(self) -> None:
        if self._thread is not None:
            self._thread.join()

    def _run(self) -> None:
        while self._jobs is not None and (job := self._jobs.get()) is not None:
            job()
        self._ended()


class Worker(QObject):
    """Runs what needs the record, one thing after the other, and answers on the window's thread.

    ``VisitorError`` and ``EnvironmentFault`` go to ``failed`` (without one, ``faulted`` is
    emitted and the window shows a notice). Anything else is a bug: ``surprised`` is emitted.
    With ``beside`` it works on that one's thread, on a record of its own.
    """

    faulted = Signal(object)  # VisitorError | EnvironmentFault
    surprised = Signal(object)  # Exception
    busy = Signal(bool)  # whether anything is under way, aside or not
    _answered = Signal(object)  # Callable[[], None], run on the window's thread

    def __init__(self, parent: QObject | None = None, beside: Worker | None = None) -> None:
        super().__init__(parent)
        self._desk: Desk | None = None
        self._page = 0
        self._waiting = 0
        self._asides: list[tuple[threading.Thread, Progress]] = []
        self._answered.connect(self._on_answered)  # queued, as it is emitted on another thread
        self._line: _Line = _Line(self._ended) if beside is None else beside._line  # noqa: SLF001

    @property
    def is_open(self) -> bool:
        return self._desk is not None

    def open(
        self,
        opener: Callable[[], Desk],
        done: Callable[[Desk], None],
        failed: Callable[[Blamed], None] | None = None,
    ) -> None:
        """Opens the record on the thread that will own it (power-on, the practice day)."""

        def open_it() -> Desk:
            self._desk = opener()
            return self._desk

        self._put(_Job(open_it, done, failed, page=None))

    def ask(
        self,
        work: Callable[[Desk], T],
        done: Callable[[T], None],
        failed: Callable[[Blamed], None] | None = None,
    ) -> None:
        """Does ``work`` and calls ``done`` with what it returned.

        The answer is dropped when the visitor who asked has left before it came (``turn_page``).
        """
        self.do(lambda: work(self._opened()), done, failed)

    def tell(
        self, work: Callable[[Desk], T], failed: Callable[[Blamed], None] | None = None
    ) -> None:
        """Does ``work`` without waiting for anything; its failure is told whoever stands here."""
        self._put(_Job(lambda: work(self._opened()), _nothing, failed, page=None))

    def do(
        self,
        work: Callable[[], T],
        done: Callable[[T], None],
        failed: Callable[[Any], None] | None = None,
    ) -> None:
        """As ``ask``, for what needs this thread and not the record."""
        self._put(_Job(work, done, failed, self._page))

    def run_long(
        self,
        work: Callable[[Desk, Progress], T],
        progress: Callable[[str, int, int], None],
        done: Callable[[T], None],
        failed: Callable[[Blamed | Cancelled], None] | None = None,
    ) -> Progress:
        """Like ``ask``, with steps told on the window's thread; ``cancel()`` what it returns."""
        run = self.telling(progress)
        self.do(lambda: work(self._opened(), run), done, failed)
        return run

    def run_in_lots(
        self,
        lot: Callable[[Desk, Progress], bool],
        progress: Callable[[str, int, int], None],
        done: Callable[[], None],
        failed: Callable[[Blamed | Cancelled], None] | None = None,
        unseen: Callable[[Blamed | None], None] | None = None,
    ) -> Progress:
        """Like ``run_long``, a little at a time: ``lot`` is called until it says that there is no
        more, and whatever else was asked for meanwhile is done in between. It goes on after the
        visitor has left; closing ends it after the lot that is under way.

        Whoever asked may have gone when it ends: then ``unseen`` hears of it instead, with what
        kept the rest from being done, if anything did.
        """

        def once() -> bool:
            more = lot(self._opened(), run)
            if more:
                self._answered.emit(lambda: self._put(job))
            return more

        def missed(outcome: object) -> None:
            if unseen is None or outcome is True:
                return
            unseen(outcome if isinstance(outcome, (VisitorError, EnvironmentFault)) else None)

        run = self.telling(progress)
        job = _Job(once, lambda more: None if more else done(), failed, self._page, missed)
        self._put(job)
        return run

    def run_aside(
        self,
        work: Callable[[Progress], T],
        progress: Callable[[str, int, int], None],
        done: Callable[[T], None],
        failed: Callable[[Blamed | Cancelled], None] | None = None,
    ) -> Progress:
        """Like ``run_long`` for what does not need the record: on a thread of its own, while the
        record can be used. Closing stops it at its next step, and waits for that.
        """
        run = self.telling(progress)
        job = _Job(lambda: work(run), done, failed, self._page)
        thread = threading.Thread(
            target=lambda: self._answered.emit(self._outcome(job)), name="aside"
        )
        self._asides = [one for one in self._asides if one[0].is_alive()]
        self._asides.append((thread, run))
        self._begin()
        thread.start()
        return run

    def telling(self, progress: Callable[[str, int, int], None]) -> Progress:
        """Tells steps on the window's thread, for as long as somebody is there to see them."""
        page = self._page

        def tell(step: str, at: int, total: int) -> None:
            self._answered.emit(lambda: progress(step, at, total) if page == self._page else None)

        return Progress(tell)

    def turn_page(self) -> None:
        """The visitor has left: what they asked for is still done, but nobody is told."""
        self._page += 1

    def close(self) -> None:
        """Finishes what was asked for, and ends the thread."""
        for _, run in self._asides:
            run.cancel()
        self.end()
        for thread, _ in self._asides:
            thread.join()
        self._line.join()

    def end(self) -> None:
        """As ``close``, without waiting for it."""
        self._line.end()

    def _opened(self) -> Desk:
        if self._desk is None:
            raise EnvironmentFault("locked")
        return self._desk

    def _put(self, job: _Job) -> None:
        self._begin()
        self._line.put(lambda: self._answered.emit(self._outcome(job)))

    def _begin(self) -> None:
        self._waiting += 1
        if self._waiting == 1:
            self.busy.emit(True)

    def _ended(self) -> None:
        if self._desk is not None:
            self._desk.close()

    def _outcome(self, job: _Job) -> Callable[[], None]:
        try:
            result = job.work()
        except (VisitorError, EnvironmentFault, Cancelled) as blamed:
            fault = blamed
            return lambda: self._settle(job, fault, lambda: self._fail(job, fault))
        except BaseException as bug:  # noqa: BLE001 - it is told on the window's thread
            surprise = bug
            return lambda: self._settle(
                job, None, lambda: self.surprised.emit(surprise), always=True
            )
        return lambda: self._settle(job, result, lambda: job.done(result))

    def _settle(
        self, job: _Job, outcome: object, answer: Callable[[], None], *, always: bool = False
    ) -> None:
        self._waiting -= 1
        if not self._waiting:
            self.busy.emit(False)
        if always or job.page is None or job.page == self._page:
            answer()
        elif job.missed is not None:
            job.missed(outcome)

    def _fail(self, job: _Job, fault: Blamed | Cancelled) -> None:
        if job.failed is not None:
            job.failed(fault)
        elif not isinstance(fault, Cancelled):
            self.faulted.emit(fault)

    @Slot(object)
    def _on_answered(self, answer: Callable[[], None]) -> None:
        answer()


def _nothing(_result: object) -> None:
    """Nobody waits for it."""
