"""Which printer takes which kind of sheet: what staff chose, of those that are there. No Qt."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ui.printers import Seen

_A6_WIDTH_MM = 100  # a little less than 105: what drivers call A6 differs
_NOT_HERE = "-"  # how the names begin of what is no printer (``kiosk.services.printing``)


class PrintChoice:
    """``seen``: the printers as they were at the last look at the machine."""

    def __init__(self) -> None:
        self.seen: list[Seen] = []
        self._chosen: Mapping[str, str] = {}

    def choose(self, choices: Mapping[str, str]) -> None:
        """Which printer takes which kind of sheet, as the record has it."""
        self._chosen = dict(choices)

    def chosen_for(self, kind: str) -> str:
        """What staff has chosen for sheets of this kind; "" for the system's own printer."""
        return self._chosen.get(kind, "")

    def printer_for(self, kind: str, wanted: str = "") -> str:
        """The name of the printer for a sheet of this kind, or for one that ``wanted`` another;
        "" where there is none for it.
        """
        wanted = wanted or self.chosen_for(kind)
        if wanted.startswith(_NOT_HERE):
            return ""
        if not wanted:
            return self.seen[0].name if self.seen else ""
        return wanted if any(one.name == wanted for one in self.seen) else ""

    def slip_size(self) -> str:
        """The slip that the paper of its printer takes: "roll80", or "a6" where it is wider."""
        name = self.printer_for("slip")
        loaded = [size for one in self.seen if one.name == name for size in one.loaded]
        narrow = loaded and all(size.short < _A6_WIDTH_MM for size in loaded)
        return "roll80" if narrow else "a6"
