"""The designs that certificates may have, as pictures of this event; the coordinator chooses."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from kiosk.errors import EnvironmentFault, VisitorError
from kiosk.services.designs import Shelf, choose_design, designs, try_design
from kiosk.services.specimens import specimen_names
from ui.isolates import alone
from ui.notices import sentence
from ui.screens.screen import Room
from ui.screens.staff.frame import Open, Page
from ui.widgets.button import TouchButton
from ui.widgets.column import clear_layout
from ui.widgets.grid import GridLayout
from ui.widgets.label import Label
from ui.widgets.sheet_view import SheetView
from ui.widgets.strip import Strip
from ui.widgets.surface import Card

if TYPE_CHECKING:
    from kiosk.services.paper import DesignInfo, Sheet
    from kiosk.services.ports import StaffMember

_TYPICAL = -2  # of the sample names: neither the longest nor the shortest


class DesignsPage(Page):
    """A card for each design; one that is wrong says in which line, and why."""

    under = "prepare"

    def __init__(self, room: Room, member: StaffMember) -> None:
        super().__init__(room, member)
        self._shelf: Shelf | None = None
        self._round = 0  # pictures of an earlier one come too late
        help_text, cards = Label("", "body", quiet=True), QWidget()
        self._grid = GridLayout((1, 2), cards)
        self.says(help_text.set_text, lambda: self.speaker.say("staff.designs.help"))
        column = self.set_column()
        column.put(help_text, cards)

    def title(self) -> str:
        return self.speaker.say("staff.designs.title")

    def enter(self) -> None:
        self.porch.worker.ask(designs, self._show)

    def say_again(self) -> None:
        super().say_again()
        if self._shelf is not None:
            self._show(self._shelf)

    def on_back(self) -> None:
        self.went.emit(Open("prepare"))

    def leave(self) -> None:
        self._round += 1

    def forget(self) -> None:
        self.leave()
        self._shelf = None
        clear_layout(self._grid)

    # what is shown

    def _show(self, shelf: Shelf) -> None:
        self._shelf = shelf
        self._round += 1
        clear_layout(self._grid)
        for design in shelf.designs:
            self._grid.addWidget(self._card_of(design, chosen=design.name == shelf.chosen))
        self.changed.emit()

    def _card_of(self, design: DesignInfo, *, chosen: bool) -> Card:
        say, tag = self.speaker.say, self.speaker.tag
        name = self.speaker.text(design.title)
        card = self.card(name)
        if design.wrong is not None:
            card.column.addWidget(Strip(sentence(design.wrong, self.speaker), "danger"))
        else:
            card.column.addWidget(self._picture(design, name))
        if chosen:
            card.column.addWidget(Label(say("staff.designs.chosen"), "body", bold=True, tag=tag))
        elif design.wrong is None:
            use = TouchButton(say("staff.designs.use"), "primary", tag=tag)
            use.setAccessibleDescription(name)
            use.clicked.connect(lambda: self._choose(design.name, name))
            card.column.addWidget(use)
        look = TouchButton(say("staff.designs.look"), "quiet", tag=tag)
        look.setAccessibleDescription(name)
        look.clicked.connect(lambda: self.went.emit(Open("design", design)))
        card.column.addWidget(look)
        return card

    def _picture(self, design: DesignInfo, name: str) -> SheetView:
        """The very page, drawn when the record's thread has time for it."""
        view, language = SheetView(reserve=True), self.speaker.tag
        words, now = self.speaker.say("staff.designs.picture", name=name), self._round

        def show(sheet: Sheet) -> None:
            if now == self._round:
                view.show_pdf(sheet.pdf, words)

        def cannot(fault: VisitorError | EnvironmentFault) -> None:
            if now == self._round:
                self._cannot(fault)

        sample = specimen_names()[language][_TYPICAL]
        self.porch.worker.ask(
            lambda desk: try_design(desk, design.path, sample, language), show, cannot
        )
        return view

    # what is done

    def _choose(self, design: str, name: str) -> None:
        def done(shelf: Shelf) -> None:
            self._show(shelf)
            self.notify(self.speaker.say("staff.designs.used", name=alone(name)))

        self.porch.worker.ask(lambda desk: choose_design(desk, design), done, self._cannot)

    def _cannot(self, fault: VisitorError | EnvironmentFault) -> None:
        self.notify(sentence(fault, self.speaker), grave=True)
