"""The top of every screen: whose event it is, the language, the size of text, help, staff."""

from __future__ import annotations

from PySide6 import QtCore
from PySide6.QtCore import QRectF, QSize, Signal
from PySide6.QtGui import QColor, QPainter, QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from kiosk.domain.language import Text
from ui.theme import Role, current_theme
from ui.translate import Speaker
from ui.widgets.button import TouchButton
from ui.widgets.ink import Block, Style, block
from ui.widgets.label import Label
from ui.widgets.surface import Surface


class LetterButton(TouchButton):
    """The letter of the language, small and large: understood without a word."""

    def sizeHint(self) -> QSize:
        small, large = self._letters()
        width = round(small.width + large.width) + 2 * current_theme().space(2) + self._between()
        return QSize(width, current_theme().touch())

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def heightForWidth(self, _width: int) -> int:
        return current_theme().touch()

    def set_letter(self, letter: str, name: str, tag: str) -> None:
        """The sample letter, and what a screen reader says instead of it."""
        self.set_text(letter, tag)
        self.setAccessibleName(name)

    def _draw_inside(self, painter: QPainter, colour: QColor) -> None:
        small, large = self._letters()
        width = small.width + large.width + self._between()
        x = (self.width() - width) / 2
        for laid in (small, large):
            top = (self.height() - laid.height) / 2
            laid.draw(painter, self._mirrored(QRectF(x, top, laid.width, laid.height)), colour)
            x += laid.width + self._between()

    def _letters(self) -> tuple[Block, Block]:
        roles: tuple[Role, Role] = ("small", "lead")
        small, large = (block(self.text(), Style(current_theme(), r, self._tag)) for r in roles)
        return small, large

    def _between(self) -> int:
        return current_theme().space(1)


_NAMES_EM = 7


class Header(Surface):
    """Everything is where it was: the same tools on every screen, in the same places."""

    language_asked = Signal()
    size_asked = Signal()
    help_asked = Signal()
    staff_asked = Signal()

    def __init__(self, speaker: Speaker) -> None:
        super().__init__("card", line="bottom")
        self._speaker = speaker
        self._campaign: Text = {}
        self._practice = False
        self._narrow = False  # the tools leave the name hardly any room
        self._name = Label("", "body", bold=True, colour="primary", wrap=True)
        self._note = Label("", "small", quiet=True, wrap=True)
        self._language = TouchButton("", "tool", icon="globe")
        self._size = LetterButton("", "tool")
        self._help = TouchButton("", "tool", icon="help")
        self._staff = TouchButton("", "quiet")
        self._row = QHBoxLayout(self)
        names = QVBoxLayout()
        names.setSpacing(0)
        names.addStretch(1)
        names.addWidget(self._name)
        names.addWidget(self._note)
        names.addStretch(1)
        self._row.addLayout(names, 1)
        self._tools = (self._language, self._size, self._help, self._staff)
        for button in self._tools:
            self._row.addWidget(button)
        self._language.clicked.connect(self.language_asked)
        self._size.clicked.connect(self.size_asked)
        self._help.clicked.connect(self.help_asked)
        self._staff.clicked.connect(self.staff_asked)
        self._silent = True  # hidden since its words changed

    def setVisible(self, visible: bool) -> None:  # noqa: FBT001 - Qt's own
        """Words are laid out once somebody sees them; the first screen has no header."""
        super().setVisible(visible)
        if visible and self._silent:
            self.say_again()

    def set_campaign(self, name: Text, *, practice: bool) -> None:
        """Whose event it is; and, on every screen of a practice day, that nothing here is real."""
        self._campaign, self._practice = name, practice
        self.say_again()

    def set_close(self, close: bool) -> None:  # noqa: FBT001 - as Qt's setters
        """Without the quiet line under the name, where the screen below needs the room."""
        self._note.setVisible(self._practice and not close and not self._narrow)

    def say_again(self) -> None:
        """In the language of the moment."""
        self._silent = self.isHidden()
        if self._silent:
            return
        for tool in self._tools:
            self._row.setAlignment(tool, QtCore.Qt.AlignmentFlag.AlignVCenter)
        say, tag = self._speaker.say, self._speaker.tag
        self._name.set_text(self._speaker.text(self._campaign), tag)
        self._note.set_text(say("header.practice") if self._practice else "", tag)
        letter = self._speaker.language.sample_letter
        self._size.set_letter(letter, say("header.text_size"), tag)
        self._staff.set_text(say("header.staff"), tag)
        self._arrange()

    def _name_tools(self, *, icons_only: bool) -> None:
        """Language and help in words; where large type has no room for them, as icons."""
        say, tag = self._speaker.say, self._speaker.tag
        native, help_word = self._speaker.language.native, say("header.help")
        self._language.set_text("" if icons_only else native, tag)
        self._language.setAccessibleName(f"{say('header.language')}: {native}")
        self._help.set_text("" if icons_only else help_word, tag)
        self._help.setAccessibleName(help_word)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        theme = current_theme()
        edge = theme.space(4)
        self._row.setContentsMargins(edge, theme.space(0.5), edge, theme.space(0.5) + 1)
        self._row.setSpacing(theme.space(1.5))
        self._name_tools(icons_only=False)
        taken = sum(tool.sizeHint().width() for tool in self._tools) + 4 * self._row.spacing()
        room = self.width() - taken - 2 * edge
        self._narrow = room < _NAMES_EM * theme.pixels("body")
        self._name_tools(icons_only=self._narrow)
        self._note.setVisible(self._practice and not self._narrow)
