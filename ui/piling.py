"""A pile of certificates on its way into the queue and to the printer, a few sheets at a time."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kiosk.services.piles import A_FEW, Pile, queue_some

if TYPE_CHECKING:
    from kiosk.errors import EnvironmentFault, VisitorError
    from kiosk.services.desk import Desk
    from ui.screens.screen import Press, Room
    from ui.worker import Progress


@dataclass(frozen=True, slots=True)
class Unseen:
    """What became of a pile while the screen was locked: how many sheets came into the queue,
    which names need a pen; ``fault`` kept the rest from it.
    """

    queued: int
    blank: tuple[str, ...]
    fault: VisitorError | EnvironmentFault | None = None


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

    def unseen(self, fault: VisitorError | EnvironmentFault | None) -> list[Unseen]:
        """What staff have to be told, now that it has ended with nobody there; nothing where all
        went well and no name needs a pen.
        """
        return [Unseen(self.queued, self.blank, fault)] if fault or self.blank else []


def telling_later(
    room: Room, piling: Piling
) -> Callable[[VisitorError | EnvironmentFault | None], None]:
    """Keeps for the next who unlocks what a pile met with."""
    return lambda fault: room.unseen.extend(piling.unseen(fault))
