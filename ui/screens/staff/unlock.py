"""After power-on: the passphrase opens the record. Nothing can be read before."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QHBoxLayout, QStackedLayout, QVBoxLayout, QWidget

from kiosk.errors import EnvironmentFault, VisitorError
from ui.fields.type_line import TypeLine
from ui.screens.screen import Asked, Opened, Porch, Screen
from ui.widgets.button import TouchButton
from ui.widgets.label import Label
from ui.widgets.scroll import ScrollColumn

if TYPE_CHECKING:
    from kiosk.domain.language import Tag
    from kiosk.services.desk import Desk
    from ui.widgets.progress import Busy

_LONGEST = 500
_WIDEST = 900

Opener = Callable[[Path, str], "Desk"]


def open_from_disk(data: Path, passphrase: str) -> Desk:
    """Opens the kiosk of a data folder; EnvironmentFault where it does not open."""
    from kiosk.bootstrap import open_kiosk  # noqa: PLC0415 - wires everything: not before it is needed

    return open_kiosk(data, passphrase)


class UnlockScreen(Screen):
    """Opens on the record's own thread; meanwhile the screen says what it does."""

    shows_header = False
    shows_footer = False

    def __init__(self, porch: Porch, opener: Opener = open_from_disk) -> None:
        super().__init__(porch)
        self._opener = opener
        self._typing = False
        self._title = Label("", "title", bold=True)
        self._help = Label("", "body", quiet=True)
        self._name = Label("", "body", bold=True)
        self._line = TypeLine("text", longest=_LONGEST, secret=True)
        self._line.touched.connect(lambda: self._set_typing(typing=True))
        self._line.returnPressed.connect(self.on_next)
        self._line.textChanged.connect(self._typed)
        self._look = TouchButton("", "tool")
        self._look.setCheckable(True)
        self._look.toggled.connect(self._show_or_hide)
        self._look.clicked.connect(lambda _shown: self._line.setFocus())  # go on typing
        self._problem = Label("", "body", bold=True, colour="danger")
        self._problem.hide()
        self._open = TouchButton("", "primary", icon="lock")
        self._open.clicked.connect(self.on_next)
        self._forgotten = TouchButton("", "quiet")
        self._forgotten.clicked.connect(lambda: self.went.emit(Asked.FORGOTTEN))
        self._busy: Busy | None = None
        self._languages = self._make_languages()
        self._views = QStackedLayout(self)
        self._form = self._lay_out()
        self._views.addWidget(self._form)
        self.say_again()

    def _make_languages(self) -> dict[str, TouchButton]:
        buttons = {}
        for tag, language in self.speaker.languages.items():
            button = TouchButton(language.native, "tool", tag=tag)
            button.clicked.connect(lambda _on=False, tag=tag: self.speaker.set_tag(tag))
            buttons[str(tag)] = button
        return buttons

    def _lay_out(self) -> QWidget:
        space = self.theme.space
        holder = QWidget()
        middle = QVBoxLayout()
        middle.setSpacing(space(1))
        self._choices = QWidget()
        languages = QHBoxLayout(self._choices)
        languages.setContentsMargins(0, 0, 0, space(1))
        languages.setSpacing(space(1))
        for button in self._languages.values():
            languages.addWidget(button)
        languages.addStretch(1)
        line = QHBoxLayout()
        line.setSpacing(space(1.5))
        line.addWidget(self._line, 1)
        line.addWidget(self._look)
        middle.addWidget(self._choices)
        for widget in (self._title, self._help, self._name):
            middle.addWidget(widget)
        middle.addLayout(line)
        middle.addWidget(self._problem)
        below = QHBoxLayout()
        below.setSpacing(space(1.5))
        below.addWidget(self._open)
        below.addStretch(1)
        below.addWidget(self._forgotten)
        middle.addLayout(below)
        middle.addStretch(1)
        narrow = QWidget()
        narrow.setLayout(middle)
        narrow.setMaximumWidth(round(_WIDEST * self.theme.scale))
        across = QHBoxLayout(holder)
        across.setContentsMargins(space(3), space(1), space(3), space(1))
        across.addStretch(1)
        across.addWidget(narrow, 100)
        across.addStretch(1)
        self._scroll = ScrollColumn(holder)
        return self._scroll

    # what the window calls

    def enter(self) -> None:
        self._views.setCurrentWidget(self._form)
        self._line.setFocus()

    def leave(self) -> None:
        self.forget()

    def forget(self) -> None:
        self._line.forget()
        self._look.setChecked(False)
        self._tell("")
        self._set_typing(typing=False)

    def say_again(self) -> None:
        say, tag = self.speaker.say, self.speaker.tag
        self._title.set_text(say("staff.unlock.title"), tag)
        self._help.set_text(say("staff.unlock.help"), tag)
        self._name.set_text(say("staff.unlock.field"), tag)
        self._line.set_names(say("staff.unlock.field"), say("staff.find.clear"))
        self._open.set_text(say("staff.unlock.open"), tag)
        self._forgotten.set_text(say("staff.forgotten.title"), tag)
        if self._busy is not None:
            self._busy.set_text(say("staff.unlock.opening"))
        self._scroll.set_names(say("staff.scroll_up"), say("staff.scroll_down"))
        self._show_or_hide(self._look.isChecked())
        for one, button in self._languages.items():
            button.set_kind("primary" if one == tag else "tool")
        self._tell("")

    def keyboard(self) -> tuple[Tag, str] | None:
        return (self.speaker.tag, "secret") if self._typing else None

    def on_next(self) -> None:
        passphrase = self._line.text()
        if not passphrase.strip():
            self._tell(self.speaker.say("staff.unlock.empty"))
            return
        self._set_typing(typing=False)
        self._line.forget()
        self._views.setCurrentWidget(self._make_busy())
        data = self.porch.data
        self.porch.worker.open(lambda: self._opener(data, passphrase), self._opened, self._refused)

    def _make_busy(self) -> Busy:
        """What is shown while the record opens; nobody sees it before."""
        from ui.widgets.progress import Busy  # noqa: PLC0415

        if self._busy is None:
            self._busy = Busy(self.speaker.say("staff.unlock.opening"))
            self._views.addWidget(self._busy)
        return self._busy

    def set_waiting(self, waiting: bool) -> None:  # noqa: FBT001 - as Qt's own setEnabled
        """After trouble that nobody foresaw, the line is there again."""
        super().set_waiting(waiting)
        if not waiting:
            self._views.setCurrentWidget(self._form)

    def _set_typing(self, *, typing: bool) -> None:
        if typing != self._typing:
            self._typing = typing
            self._choices.setVisible(not typing)
            self._title.setVisible(not (typing and self._problem.text()))
            self.changed.emit()

    def _typed(self, text: str) -> None:
        if text:
            self._tell("")

    def _show_or_hide(self, shown: bool) -> None:  # noqa: FBT001 - a slot of toggled
        say = self.speaker.say
        self._line.set_secret(not shown)
        self._look.set_text(
            say("staff.unlock.hide") if shown else say("staff.unlock.show"), self.speaker.tag
        )

    def _tell(self, words: str) -> None:
        self._problem.set_text(words, self.speaker.tag)
        self._problem.setVisible(bool(words))
        self._help.setVisible(not words)
        self._title.setVisible(not (words and self._typing))
        self._line.set_wrong(bool(words))

    # what the record says

    def _opened(self, desk: Desk) -> None:
        self.forget()
        self.went.emit(Opened(desk))

    def _refused(self, fault: VisitorError | EnvironmentFault) -> None:
        say = self.speaker.say
        self._views.setCurrentWidget(self._form)
        if fault.key == "passphrase_wrong":
            self._tell(say("staff.unlock.wrong"))
        else:
            room = "fault" if isinstance(fault, EnvironmentFault) else "error"
            reason = say(f"{room}.{fault.key}", **fault.values)
            self._tell(say("staff.unlock.cannot", reason=reason))
        self._line.setFocus()
