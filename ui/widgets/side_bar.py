"""The list of pages at the start side of the staff's frame."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QEnterEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QGridLayout, QLayout, QSizePolicy, QWidget

from ui.theme import current_theme
from ui.widgets.ink import Block, Style, block, widest_word
from ui.widgets.label import start_side
from ui.widgets.touchable import Touchable

_CORNER = 12.0


@dataclass(frozen=True, slots=True)
class Entry:
    """One page: the name that the program uses, and what people read."""

    name: str
    text: str


class SideButton(Touchable):
    """One entry. The chosen one is told by fill, bold type and a bar at its start edge."""

    def __init__(self, entry: Entry, tag: str, parent: QWidget | None = None) -> None:
        super().__init__(entry.text, tag, parent)
        self.setObjectName(entry.name)
        self.setCheckable(True)
        self.setAutoExclusive(True)
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def _style(self) -> Style:
        return Style(current_theme(), "body", self._tag, bold=self.isChecked())

    def _words(self, width: float | None = None) -> Block:
        return block(self.text(), self._style(), width)

    @property
    def _pad(self) -> int:
        return current_theme().space(3)

    def widest(self) -> int:
        """What the longest word asks for."""
        return widest_word(self.text(), Style(current_theme(), "body", self._tag, bold=True)) + (
            2 * self._pad
        )

    def heightForWidth(self, width: int) -> int:
        bold = Style(current_theme(), "body", self._tag, bold=True)
        words = block(self.text(), bold, max(width - 2 * self._pad, 1))
        return max(current_theme().touch(), words.height + current_theme().space(1))

    def sizeHint(self) -> QSize:
        bold = Style(current_theme(), "body", self._tag, bold=True)
        return QSize(block(self.text(), bold, None).width + 2 * self._pad, current_theme().touch())

    def minimumSizeHint(self) -> QSize:
        return QSize(self.widest(), current_theme().touch())

    def enterEvent(self, event: QEnterEvent) -> None:
        super().enterEvent(event)
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = current_theme()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        area = QRectF(self.rect()).adjusted(2, 2, -2, -2)
        mirrored = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        painter.setPen(Qt.PenStyle.NoPen)
        if self.isChecked() or self.isDown() or self.underMouse():
            glow = theme.colour("on_deep")
            glow.setAlphaF(0.14 if self.isChecked() or self.isDown() else 0.07)
            painter.setBrush(glow)
            painter.drawRoundedRect(area, _CORNER, _CORNER)
        if self.isChecked():
            painter.setBrush(theme.colour("highlight"))
            left = area.right() - 6 if mirrored else area.left()
            painter.drawRoundedRect(QRectF(left, area.top() + 12, 6, area.height() - 24), 3, 3)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(theme.colour("highlight"), 3))
            painter.drawRoundedRect(area, _CORNER, _CORNER)
        words = self._words(max(self.width() - 2 * self._pad, 1))
        text = QRectF(
            self._pad, (self.height() - words.height) / 2, self.width() - 2 * self._pad, 0
        )
        words.draw(painter, text, theme.colour("on_deep"), start_side(self))


class SideBar(QWidget):
    """The campaign's name above the entries, on the deep ground."""

    chose = Signal(str)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._title, self._note, self._tag = "", "", "en"
        self._buttons: dict[str, SideButton] = {}
        self._columns = 1
        self._brief = False
        self._rows = QGridLayout(self)
        self._rows.setSpacing(0)
        # The frame folds the list where it does not fit; it must not make the window larger.
        self._rows.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)

    def set_entries(self, title: str, note: str, entries: Sequence[Entry], tag: str) -> None:
        """Says everything anew; which entry is chosen stays."""
        chosen = next((name for name, one in self._buttons.items() if one.isChecked()), "")
        for button in self._buttons.values():
            self._rows.removeWidget(button)
            button.hide()
            button.deleteLater()
        self._title, self._note, self._tag = title, note, tag
        self._buttons = {entry.name: SideButton(entry, tag) for entry in entries}
        for name, button in self._buttons.items():
            button.clicked.connect(lambda _checked=False, name=name: self.chose.emit(name))
        self._place()
        self._measure()
        self.choose(chosen)

    def minimumSizeHint(self) -> QSize:
        return QSize(0, 0)

    def set_columns(self, columns: int) -> None:
        """One column beside the page; two where the list has the whole window."""
        if columns != self._columns:
            self._columns = columns
            self._place()

    def set_brief(self, brief: bool) -> None:  # noqa: FBT001 - as Qt's own setters
        """Without the line below the name, where the list needs its room."""
        if brief != self._brief:
            self._brief = brief
            self._measure()
            self.update()

    def _place(self) -> None:
        rows = -(-len(self._buttons) // self._columns)
        for at, button in enumerate(self._buttons.values()):
            self._rows.addWidget(button, at % rows, at // rows)
        for row in range(self._rows.rowCount() + 1):
            self._rows.setRowStretch(row, 0)
        self._rows.setRowStretch(rows, 1)

    def choose(self, name: str) -> None:
        """Shows this entry as the one that is open."""
        if name in self._buttons:
            self._buttons[name].setChecked(True)

    def wanted_width(self) -> int:
        """The width at which every entry stands in one line."""
        widths = [button.sizeHint().width() for button in self._buttons.values()]
        return max(widths, default=0) + 2 * current_theme().space(2)

    def least_width(self) -> int:
        """The width below which a word would break."""
        widths = [button.widest() for button in self._buttons.values()]
        return max(widths, default=0) + 2 * current_theme().space(1)

    def height_at(self, width: int) -> int:
        """How much height all entries need at this width."""
        inner = width - 2 * current_theme().space(1)
        rows = sum(button.heightForWidth(inner) for button in self._buttons.values())
        return self._head_height(width) + rows + current_theme().space(1)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() == QEvent.Type.StyleChange:
            self._measure()

    def resizeEvent(self, _event: object) -> None:
        self._measure()

    def _measure(self) -> None:
        side = current_theme().space(1)
        self._rows.setContentsMargins(side, self._head_height(self.width()), side, side)

    def _head(self, width: int) -> tuple[Block, Block | None]:
        theme, room = current_theme(), max(width - 2 * self._pad, 1)
        title = block(self._title, Style(theme, "body", self._tag, bold=True), room)
        note = (
            block(self._note, Style(theme, "small", self._tag), room)
            if self._note and not self._brief
            else None
        )
        return title, note

    @property
    def _pad(self) -> int:
        return current_theme().space(4)

    def _head_height(self, width: int) -> int:
        title, note = self._head(width)
        return title.height + (note.height if note else 0) + current_theme().space(3)

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = current_theme()
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.colour("deep"))
        title, note = self._head(self.width())
        area = QRectF(self._pad, theme.space(2), self.width() - 2 * self._pad, 0)
        side = start_side(self)
        title.draw(painter, area, theme.colour("on_deep"), side)
        if note is not None:
            area.translate(0, title.height)
            note.draw(painter, area, theme.colour("quiet_on_deep"), side)
