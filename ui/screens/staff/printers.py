"""Which printer takes which kind of sheet; what is connected, and what ails it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QButtonGroup, QWidget

from kiosk.services.ports import KINDS_OF_SHEETS
from kiosk.services.printing import BY_SLIP, NOT_HERE, SYSTEMS_OWN, choose_printer
from ui.isolates import alone
from ui.paper_sizes import Size, size_of
from ui.print_words import kind_words, trouble_words, way_back
from ui.screens.screen import Room
from ui.screens.staff.frame import Open, Page
from ui.widgets.choice_card import ChoiceCard
from ui.widgets.grid import CardGrid
from ui.widgets.label import Label
from ui.widgets.strip import Strip

if TYPE_CHECKING:
    from kiosk.services.ports import StaffMember
    from ui.printers import Seen
    from ui.widgets.surface import Card

_LOOK_MS = 5000
# What the sheets are made for; a roll is as long as it has to be.
_SIZES = {
    "certificate": size_of(210, 297),
    "slip": size_of(105, 148),
    "badge": size_of(105, 148),
    "summary": size_of(210, 297),
}


class PrintersPage(Page):
    """Looks at the machine every few seconds while it is shown, so that what is connected shows."""

    under = "queue"

    def __init__(self, room: Room, member: StaffMember) -> None:
        super().__init__(room, member)
        self._shown: tuple[tuple[Seen, ...], tuple[str, ...]] | None = None
        self._column = self.set_column()
        self._timer = QTimer(self)
        self._timer.setInterval(_LOOK_MS)
        self._timer.timeout.connect(room.press.look)

    def title(self) -> str:
        return self.speaker.say("printing.choose.title")

    def enter(self) -> None:
        if not self._timer.isActive():
            self.room.press.looked.connect(self._show)
        self._timer.start()
        self.room.press.look()
        self._show()

    def leave(self) -> None:
        if self._timer.isActive():
            self.room.press.looked.disconnect(self._show)
        self._timer.stop()

    def forget(self) -> None:
        self.leave()

    def say_again(self) -> None:
        super().say_again()
        self._shown = None
        self._show()

    # what is shown

    def _show(self) -> None:
        press, say, tag = self.room.press, self.speaker.say, self.speaker.tag
        chosen = tuple(press.goes_to(kind) for kind in KINDS_OF_SHEETS)
        if self._shown == (press.seen, chosen):
            return
        self._shown = press.seen, chosen
        back = way_back(say("staff.queue.title"), tag, lambda: self.went.emit(Open("queue")))
        things: list[QWidget] = [back, Label(say("printing.choose.help"), "body", tag=tag)]
        if not press.seen:
            things.append(Strip(say("printing.choose.none"), "danger"))
        things += [self._kind_card(kind) for kind in KINDS_OF_SHEETS]
        self._column.put(*things)

    def _kind_card(self, kind: str) -> Card:
        say, press = self.speaker.say, self.room.press
        card = self.card(kind_words(self.speaker)[kind])
        chosen, group = press.goes_to(kind), QButtonGroup(card)
        choices = []
        for name, title, detail in self._choices(kind):
            choice = ChoiceCard(title, detail, tag=self.speaker.tag)
            choice.setObjectName(f"{kind} {name}")
            choice.setChecked(name == chosen)
            choice.clicked.connect(lambda _on=False, to=name: self._choose(kind, to))
            group.addButton(choice)
            choices.append(choice)
        card.column.addWidget(CardGrid(choices, columns=(1, 2)))
        printer = self._printer_of(chosen)
        if chosen not in {SYSTEMS_OWN, NOT_HERE, BY_SLIP} and printer is None:
            card.column.addWidget(Strip(say("printing.choose.gone", name=alone(chosen)), "danger"))
        wanted = None if kind == "slip" and press.slip_size == "roll80" else _SIZES.get(kind)
        if printer is not None and wanted is not None and not _takes(printer, wanted):
            sizes = _in_words(printer)
            words = say("printing.choose.wrong_paper", needed=alone(wanted), loaded=alone(sizes))
            card.column.addWidget(Strip(words, "danger"))
        return card

    def _choices(self, kind: str) -> list[tuple[str, str, str]]:
        """Names, titles and details of all that can be chosen."""
        say, seen = self.speaker.say, self.room.press.seen
        own = alone(seen[0].title) if seen else ""
        found = [(SYSTEMS_OWN, say("printing.choose.usual"), own)]
        found += [(one.name, alone(one.title), self._about(one)) for one in seen]
        if kind == "certificate":
            found.append(
                (BY_SLIP, say("printing.choose.by_slip"), say("printing.choose.by_slip_detail"))
            )
        found.append(
            (NOT_HERE, say("printing.choose.not_here"), say("printing.choose.not_here_detail"))
        )
        return found

    def _about(self, printer: Seen) -> str:
        say = self.speaker.say
        told = trouble_words(self.speaker, " ".join(printer.reasons))
        parts = [told or say("printing.choose.well")]
        if printer.loaded:
            parts.append(say("printing.choose.loaded", sizes=alone(_in_words(printer))))
        return " · ".join(parts)

    def _printer_of(self, chosen: str) -> Seen | None:
        seen = self.room.press.seen
        if chosen == SYSTEMS_OWN:
            return seen[0] if seen else None
        return next((one for one in seen if one.name == chosen), None)

    # what is done

    def _choose(self, kind: str, printer: str) -> None:
        def known(choices: dict[str, str]) -> None:
            self.room.press.choose(choices)
            self._show()

        self.porch.worker.ask(lambda desk: choose_printer(desk, kind, printer), known)


def _takes(printer: Seen, wanted: Size) -> bool:
    """Whether there is paper in it on which the sheet has room, as far as it tells."""
    return not printer.loaded or any(one.holds(wanted) for one in printer.loaded)


def _in_words(printer: Seen) -> str:
    return ", ".join(dict.fromkeys(str(one) for one in printer.loaded))
