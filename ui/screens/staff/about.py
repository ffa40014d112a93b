"""A page about one visitor: it comes from their page, and leads back there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiosk.domain.attendee import Attendee
from ui.screens.screen import Room
from ui.screens.staff.frame import Open, Page

if TYPE_CHECKING:
    from kiosk.services.ports import StaffMember


class AboutPage(Page):
    """Without a visitor it leads to the search; with one, ``say_about`` says what it has to."""

    def __init__(self, room: Room, member: StaffMember) -> None:
        super().__init__(room, member)
        self._attendee: Attendee | None = None

    def title(self) -> str:
        return self._attendee.name if self._attendee is not None else ""

    def take(self, about: object) -> None:
        if isinstance(about, Attendee):
            self._attendee = about

    def enter(self) -> None:
        self.clear()
        if self._attendee is None:
            self.went.emit(Open("find"))
            return
        self.say_about(self._attendee)

    def say_about(self, attendee: Attendee) -> None:
        """Shows the page about this visitor."""

    def clear(self) -> None:
        """Nothing of the visitor stands on the page any more."""

    def leave(self) -> None:
        self.show_body()

    def forget(self) -> None:
        self.show_body()
        self._attendee = None
        self.clear()

    def on_back(self) -> None:
        self.went.emit(Open("visitor", self._attendee))

    def on_failed(self, fault: object) -> None:
        """What was asked did not go well: it is told, and the page may be touched again."""
        self.set_waiting(False)
        self.porch.worker.faulted.emit(fault)
