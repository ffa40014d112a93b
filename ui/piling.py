"""A pile of certificates on its way into the queue and to the printer, a few sheets at a time."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from kiosk.services.piles import A_FEW, Pile, queue_some

if TYPE_CHECKING:
    from kiosk.services.desk import Desk
    from ui.screens.screen import Press
    from ui.worker import Progress


class Piling:
    """``pile_of`` is asked with the first few, on the record's thread; ``queued`` counts sheets."""

    def __init__(self, pile_of: Callable[[Desk], Pile], actor: str, press: Press) -> None:
        self._pile_of = pile_of
        self._actor = actor
        self._press = press
        self._pile: Pile | None = None
        self._at = 0
        self.queued = 0
        self.blank: tuple[str, ...] = ()  # names that need a pen

    def lot(self, desk: Desk, run: Progress) -> bool:
        """Issues and queues the next few, and prints them where a printer is; whether more is
        left. A stop counts after them: what was issued is in the queue.
        """
        if self._pile is None:
            self._pile = self._pile_of(desk)
        made = queue_some(desk, self._pile, self._at, self._actor)
        self._at += A_FEW
        self.queued += len(made.jobs)
        self.blank += made.blank
        if self._press.ready_for("certificate"):
            for job in made.jobs:
                self._press.send(job)
        total = len(self._pile.wanted)
        if self._at >= total:
            return False
        run("", self._at, total)
        return True
