"""A kiosk whose passphrase nobody knows: a coordinator's identity opens it and sets another."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QStackedLayout, QVBoxLayout, QWidget

from kiosk.errors import EnvironmentFault, VisitorError
from ui.fields.type_line import TypeLine
from ui.isolates import alone
from ui.notices import sentence
from ui.screens.screen import Back, Opened, Porch, Screen
from ui.sticks import Lies, Volume, identity_files, mounted
from ui.widgets.button import TouchButton
from ui.widgets.choice_card import ChoiceCard
from ui.widgets.grid import CardGrid
from ui.widgets.label import Label
from ui.widgets.progress import Busy
from ui.widgets.scroll import ScrollColumn

if TYPE_CHECKING:
    from kiosk.domain.language import Tag
    from kiosk.services.desk import Desk

_LONGEST = 500

Resetter = Callable[[Path, Path, str], "Desk"]
Look = Callable[[], list[Lies]]


def look_on_sticks(look: Callable[[], list[Volume]] = mounted) -> list[Lies]:
    """The identities on the sticks that are there now."""
    return identity_files(look())


def reset_on_disk(data: Path, identity: Path, passphrase: str) -> Desk:
    """Opens the kiosk with the identity; EnvironmentFault where it does not open."""
    from kiosk.bootstrap import reset_passphrase  # noqa: PLC0415 - wires everything: once needed

    return reset_passphrase(data, identity, passphrase)


class ForgottenScreen(Screen):
    """Chooses an identity on a stick and a new passphrase; opens on the record's own thread."""

    shows_header = False
    shows_footer = False

    def __init__(
        self, porch: Porch, reset: Resetter = reset_on_disk, look: Look = look_on_sticks
    ) -> None:
        super().__init__(porch)
        self._reset = reset
        self._look = look
        self._typing = False
        self._found: list[Lies] = []
        self._chosen: Path | None = None
        self._title = Label("", "title", bold=True)
        self._help = Label("", "body", quiet=True)
        self._which = Label("", "body", bold=True)
        self._cards = QWidget()
        self._beside_cards = QVBoxLayout(self._cards)
        self._beside_cards.setContentsMargins(0, 0, 0, 0)
        self._again = TouchButton("", "tool")
        self._again.clicked.connect(self.look_again)
        self._name = Label("", "body", bold=True)
        self._line = TypeLine("text", longest=_LONGEST)  # shown: it is to be written down
        self._line.touched.connect(lambda: self._set_typing(typing=True))
        self._line.returnPressed.connect(self.on_next)
        self._line.textChanged.connect(lambda _text: self._tell(""))
        self._problem = Label("", "body", bold=True, colour="danger")
        self._problem.hide()
        self._do = TouchButton("", "primary", icon="lock")
        self._do.clicked.connect(self.on_next)
        self._back = TouchButton("", "tool")
        self._back.clicked.connect(lambda: self.went.emit(Back()))
        self._busy = Busy("")
        self._views = QStackedLayout(self)
        self._form = self._lay_out()
        self._views.addWidget(self._form)
        self._views.addWidget(self._busy)
        self.say_again()

    def _lay_out(self) -> QWidget:
        space = self.theme.space
        holder = QWidget()
        column = QVBoxLayout(holder)
        column.setContentsMargins(space(4), space(2), space(4), space(2))
        column.setSpacing(space(1.5))
        for widget in (self._title, self._help, self._which, self._cards):
            column.addWidget(widget)
        column.addLayout(_row(self._again))
        for widget in (self._name, self._line, self._problem):
            column.addWidget(widget)
        column.addLayout(_row(self._do, self._back))
        column.addStretch(1)
        self._scroll = ScrollColumn(holder)
        return self._scroll

    # what the window calls

    def enter(self) -> None:
        self._views.setCurrentWidget(self._form)
        self.look_again()

    def leave(self) -> None:
        self.forget()

    def forget(self) -> None:
        self._line.forget()
        self._tell("")
        self._set_typing(typing=False)

    def say_again(self) -> None:
        say, tag = self.speaker.say, self.speaker.tag
        self._title.set_text(say("staff.forgotten.title"), tag)
        self._help.set_text(say("staff.forgotten.help"), tag)
        self._again.set_text(say("staff.forgotten.look"), tag)
        self._name.set_text(say("staff.forgotten.new"), tag)
        self._line.set_names(say("staff.forgotten.new"), say("staff.find.clear"))
        self._do.set_text(say("staff.forgotten.do"), tag)
        self._back.set_text(say("staff.forgotten.back"), tag)
        self._busy.set_text(say("staff.unlock.opening"))
        self._scroll.set_names(say("staff.scroll_up"), say("staff.scroll_down"))
        self._show_found()

    def keyboard(self) -> tuple[Tag, str] | None:
        return (self.speaker.tag, "secret") if self._typing else None

    def on_next(self) -> None:
        passphrase, identity, data = self._line.text(), self._chosen, self.porch.data
        if identity is None or not passphrase.strip():
            self._tell(self.speaker.say("staff.forgotten.missing"))
            return
        self._set_typing(typing=False)
        self._views.setCurrentWidget(self._busy)
        self.porch.worker.open(
            lambda: self._reset(data, identity, passphrase), self._opened, self._refused
        )

    def set_waiting(self, waiting: bool) -> None:  # noqa: FBT001 - as Qt's own setEnabled
        """After trouble that nobody foresaw, the form is there again."""
        super().set_waiting(waiting)
        if not waiting:
            self._views.setCurrentWidget(self._form)

    # what it shows

    def look_again(self) -> None:
        """Looks at the sticks that are there now; the only identity is chosen already."""
        self._found = self._look()
        paths = [one.path for one in self._found]
        if self._chosen not in paths:
            self._chosen = paths[0] if len(paths) == 1 else None
        self._show_found()

    def _show_found(self) -> None:
        say, tag = self.speaker.say, self.speaker.tag
        while (item := self._beside_cards.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()
        asked = say("staff.forgotten.which") if self._found else say("staff.forgotten.none")
        self._which.set_text(asked, tag)
        group = QButtonGroup(self._cards)
        cards = []
        for one in self._found:
            stick = say("staff.forgotten.on_stick", name=alone(one.stick))
            card = ChoiceCard(one.path.stem, f"{stick} · {alone(one.path.parent.name)}", tag=tag)
            card.setChecked(one.path == self._chosen)
            card.clicked.connect(lambda _on=False, path=one.path: self._choose(path))
            group.addButton(card)
            cards.append(card)
        if cards:
            self._beside_cards.addWidget(CardGrid(cards, columns=(1, 2)))

    def _choose(self, path: Path) -> None:
        self._chosen = path
        self._tell("")

    def _set_typing(self, *, typing: bool) -> None:
        if typing != self._typing:
            self._typing = typing
            for widget in (self._help, self._which, self._cards, self._again):
                widget.setVisible(not typing)
            self.changed.emit()

    def _tell(self, words: str) -> None:
        self._problem.set_text(words, self.speaker.tag)
        self._problem.setVisible(bool(words))

    # what the record says

    def _opened(self, desk: Desk) -> None:
        self.forget()
        self.went.emit(Opened(desk))

    def _refused(self, fault: VisitorError | EnvironmentFault) -> None:
        self._views.setCurrentWidget(self._form)
        self._tell(sentence(fault, self.speaker))


def _row(*widgets: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    for widget in widgets:
        row.addWidget(widget)
    row.addStretch(1)
    return row
