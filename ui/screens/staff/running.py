"""A page that begins something long: one run at a time, its progress shown, a way to stop it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeVar

from ui.screens.screen import Room
from ui.screens.staff.frame import Page
from ui.widgets.progress import Busy

if TYPE_CHECKING:
    from kiosk.errors import EnvironmentFault, VisitorError
    from kiosk.services.desk import Desk
    from kiosk.services.ports import StaffMember
    from ui.worker import Cancelled, Progress

T = TypeVar("T")


class RunningPage(Page):
    """While it runs, nothing else of the page can be touched; locking the screen does not stop it.

    After trouble that nobody foresaw, the page is there again (``ended``).
    """

    def __init__(self, room: Room, member: StaffMember) -> None:
        super().__init__(room, member)
        self._run: Progress | None = None

    @property
    def running(self) -> bool:
        """Whether something long is under way."""
        return self._run is not None

    def begin(
        self,
        words: str,
        work: Callable[[Desk, Progress], T],
        step: Callable[[str, int, int], str],
        done: Callable[[T], None],
        failed: Callable[[VisitorError | EnvironmentFault | Cancelled], None],
    ) -> None:
        """Runs ``work``; ``words`` first, then what ``step`` says of (step, done, of).

        The page has ended the run before ``done`` or ``failed`` is called.
        """
        self._run = self.porch.worker.run_long(work, *self.shown_while(words, step, done, failed))

    def begin_in_lots(
        self,
        words: str,
        lot: Callable[[Desk, Progress], bool],
        step: Callable[[str, int, int], str],
        done: Callable[[], None],
        failed: Callable[[VisitorError | EnvironmentFault | Cancelled], None],
        unseen: Callable[[VisitorError | EnvironmentFault | None], None],
    ) -> None:
        """As ``begin``, a little at a time until ``lot`` says that there is no more; whatever else
        needs the record is done in between. ``unseen`` hears how it ended on a locked screen; the
        page is gone by then.
        """
        told, well, badly = self.shown_while(words, step, lambda _nothing: done(), failed)
        self._run = self.porch.worker.run_in_lots(lot, told, lambda: well(None), badly, unseen)

    def begin_aside(
        self,
        words: str,
        work: Callable[[Progress], T],
        step: Callable[[str, int, int], str],
        done: Callable[[T], None],
        failed: Callable[[VisitorError | EnvironmentFault | Cancelled], None],
    ) -> None:
        """As ``begin``, without the record, which others use meanwhile."""
        self._run = self.porch.worker.run_aside(work, *self.shown_while(words, step, done, failed))

    def shown_while(
        self,
        words: str,
        step: Callable[[str, int, int], str],
        done: Callable[[T], None],
        failed: Callable[[VisitorError | EnvironmentFault | Cancelled], None],
    ) -> tuple[
        Callable[[str, int, int], None],
        Callable[[T], None],
        Callable[[VisitorError | EnvironmentFault | Cancelled], None],
    ]:
        stop = self.speaker.say("staff.close.stop")
        busy = Busy(words, stop)
        busy.cancelled.connect(self.stop)
        self.show_over(busy)

        def told(name: str, at: int, total: int) -> None:
            busy.set_progress(at, total)
            busy.set_text(step(name, at, total), stop)

        def well(result: T) -> None:
            self.ended()
            done(result)

        def badly(fault: VisitorError | EnvironmentFault | Cancelled) -> None:
            self.ended()
            failed(fault)

        return told, well, badly

    def stop(self) -> None:
        """What runs ends at its next step; what was done by then stays."""
        if self._run is not None:
            self._run.cancel()

    def ended(self) -> None:
        """Nothing runs any more; the body is there again."""
        self._run = None
        self.show_body()

    def forget(self) -> None:
        self._run = None
        self.show_body()

    def set_waiting(self, waiting: bool) -> None:  # noqa: FBT001 - as Qt's own setEnabled
        super().set_waiting(waiting)
        if not waiting and self.running:
            self.ended()
