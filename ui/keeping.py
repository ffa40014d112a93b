"""Regular backups while the kiosk is open: on a thread of their own, so that nobody waits."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from kiosk.errors import EnvironmentFault
from kiosk.services.keeping import MINUTES
from ui.sticks import mounted

if TYPE_CHECKING:
    from kiosk.services.desk import Desk
    from kiosk.services.keeping import Backup, Backups

_MINUTE_MS = 60_000

Look = Callable[[], list[Path]]


def look_on_sticks() -> list[Path]:
    """The tops of all volumes that can be written to now."""
    return [one.root for one in mounted() if one.writable]


class Keeper(QObject):
    """Makes the regular backup every few minutes, wherever its place is and when it is there.

    A stick that is not there is no fault that a visitor's screen should tell: the staff's page
    shows when the last one was made.
    """

    made = Signal(object)  # Backup, or None where there is no place for it
    failed = Signal(object)  # EnvironmentFault

    def __init__(self, look: Look = look_on_sticks, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._backups: Backups | None = None
        self._thread: threading.Thread | None = None
        self._making = threading.Lock()  # held from asking until it is told how it went
        self._every = QTimer(self)
        self._every.setInterval(MINUTES * _MINUTE_MS)
        self._every.timeout.connect(self.keep)

    def start(self, desk: Desk) -> None:
        """The kiosk is open: from now on."""
        from kiosk.bootstrap_keeping import backups_of  # noqa: PLC0415 - once it is open

        self._backups = backups_of(desk)
        self._every.start()

    def keep(self) -> None:
        """Makes one now, unless one is being made."""
        if self._backups is None or not self._making.acquire(blocking=False):
            return
        self._thread = threading.Thread(
            target=self._work, args=(self._backups,), name="backup", daemon=True
        )
        self._thread.start()

    def close(self) -> None:
        """Makes no more; one that is being made is finished."""
        self._every.stop()
        if self._thread is not None:
            self._thread.join()

    def _work(self, backups: Backups) -> None:
        tell = self.made
        told: Backup | EnvironmentFault | None = None
        try:
            told = self._kept(backups)
        except EnvironmentFault as fault:
            tell, told = self.failed, fault
        finally:
            self._making.release()  # first: who is told may ask for the next at once
        tell.emit(told)

    def _kept(self, backups: Backups) -> Backup | None:
        """At its place; else on a stick that was chosen before and is mounted elsewhere now."""
        place = backups.place()
        if place is None:
            return None
        if not backups.knows(place):
            place = next((one for one in self._look() if backups.knows(one)), place)
        return backups.keep(place)
