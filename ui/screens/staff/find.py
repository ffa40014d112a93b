"""Finding a visitor of this kiosk as one types: any script, phone, number, or the slip itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from kiosk.services.find import find_attendees, find_one
from ui.screens.staff.finding import MOST, FindingPage
from ui.screens.staff.frame import Open
from ui.store import Hit

if TYPE_CHECKING:
    from collections.abc import Callable

    from kiosk.services.desk import Desk


class FindPage(FindingPage):
    """Results stand as cards; the one that is touched is opened."""

    def look_for(self, text: str, done: Callable[[list[Hit]], None]) -> None:
        def work(desk: Desk) -> list[Hit]:
            return [Hit(one.attendee, desk.event) for one in find_attendees(desk, text, MOST)]

        self.porch.worker.ask(work, done)

    def look_for_slip(self, text: str, failed: Callable[[Any], None] | None = None) -> None:
        self.porch.worker.ask(
            lambda desk: Hit(find_one(desk, text), desk.event), self.choose, failed
        )

    def open_hit(self, hit: Hit) -> None:
        self.went.emit(Open("visitor", hit.attendee))
