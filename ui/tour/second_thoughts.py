"""A visitor of the tour who looks at what is recorded, and withdraws or keeps it."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from kiosk.services.register import Registered
from ui.journey import Place
from ui.keyboard.layout import DELETE
from ui.tour.hands import TourError, settle
from ui.tour.visitor import Visitor


class SecondThoughts(Visitor):
    """Comes back a last time, with number and secret code, to change or to withdraw."""

    def withdraw(self) -> None:
        """Sees what is recorded, reads what withdrawing means, and does it."""
        self.open_details()
        self.withdraw_from_details()

    def withdraw_from_details(self) -> None:
        """The page that says what it means, and the one that says it is done."""
        self._hands.touch(self._footer.skip)
        self._stand(Place.WITHDRAW)
        self._picture("withdraw")
        self._hands.touch(self._footer.next)
        self._stand(Place.WITHDRAWN)
        self._picture("withdrawn")
        self.check_forgotten()
        self._leave()

    def keep(self) -> None:
        """Sees what is recorded, is asked whether to withdraw, and keeps it."""
        self.open_details()
        self._hands.touch(self._footer.skip)
        self._stand(Place.WITHDRAW)
        self._hands.touch(self._footer.back)
        self._see_details()
        self._leave()

    def change(self, name: str, old: str, new: str) -> None:
        """Puts one answer right, from the page that shows them all."""
        self._hands.touch_named(f"change-{name}")
        self._stand(Place.MEND)
        written = self._hands.written()
        self._report.check(written == old, f"{name} is shown as it is recorded")
        self._picture(f"mend-{name}")
        for _ in old:
            if self._hands.written():
                self._hands.touch(self._kiosk.window.panel.key(DELETE))
        self._hands.type(new)
        self._go_on(self._question())
        self._see_details()

    def respell(self, new: str) -> None:
        """Sees how the name is written, writes it anew, and goes."""
        self.open_details()
        self.change("name", self._guest.name, new)
        self._leave()

    def take_back(self, purpose: str) -> None:
        """One consent, by one touch."""
        self._hands.touch_named(f"take-back-{purpose}")
        self._hands.wait(
            "the consent to be taken back", lambda: not self._has(f"take-back-{purpose}")
        )
        self._picture("taken-back")

    def open_details(self) -> None:
        """From the attract screen to what is recorded."""
        self.show_slip()
        self._see_details()
        self._picture("details")

    def show_slip(self) -> None:
        """From the attract screen to number and code, typed."""
        self._stand(Place.ATTRACT)
        self._hands.touch_named(f"language-{self._guest.language}")
        self._stand(Place.WELCOME)
        self._hands.touch(self._footer.skip)
        self._type_slip(self._slip())

    def _see_details(self) -> None:
        self._stand(Place.DETAILS)
        visit = self._kiosk.host.visit
        self._hands.wait(
            "what is recorded", lambda: visit.own is not None or visit.attendee is None
        )
        settle()

    def _has(self, name: str) -> bool:
        found = self._kiosk.window.findChildren(QWidget, name)
        return any(widget.isVisible() for widget in found)

    def _slip(self) -> Registered:
        if self.registered is None:
            raise TourError("nobody returns who has not arrived")
        return self.registered
