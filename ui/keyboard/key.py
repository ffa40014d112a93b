"""One key of the panel: answers fingers, several at once, and the mouse."""

from __future__ import annotations

from typing import Literal

from PySide6.QtCore import QEvent, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QTouchEvent
from PySide6.QtWidgets import QAbstractButton, QWidget

from ui.theme import Role, current_theme
from ui.typeface import ARABIC, LATIN, first_script
from ui.widgets.icon import draw_icon
from ui.widgets.ink import Style, block

KeyLook = Literal["letter", "sign", "tool", "action"]

_FILLS = {"letter": "key", "sign": "key_sign", "tool": "key_tool", "action": "primary"}
_RADIUS = 12
_LARGE = 1.25  # beyond it, Nastaliq one size smaller: all letters of a board in one size
_TOUCHES = frozenset({
    QEvent.Type.TouchBegin, QEvent.Type.TouchUpdate, QEvent.Type.TouchEnd, QEvent.Type.TouchCancel,
})  # fmt: skip


class Key(QAbstractButton):
    """A key. ``token`` is what it stands for in the layout; ``weight`` its share of the row."""

    def __init__(
        self,
        token: str,
        look: KeyLook = "letter",
        *,
        face: str = "",
        icon: str = "",
        weight: float = 1.0,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.token = token
        self.weight = weight
        self._look: KeyLook = look
        self._face = face or ("" if icon else token)
        self._icon = icon
        self._tag = "en"
        self._chosen = False
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_AcceptTouchEvents)
        self.setAccessibleName(self._face or token)

    def set_face(self, face: str, tag: str = "") -> None:
        """What stands on the key, which is its accessible name too."""
        if face == self._face and (not tag or tag == self._tag):
            return
        self._face = face
        self._tag = tag or self._tag
        self.setAccessibleName(face)
        self.update()

    def set_icon(self, icon: str) -> None:
        self._icon = icon
        self.update()

    def set_chosen(self, chosen: bool) -> None:  # noqa: FBT001 - as Qt's setChecked
        """Marks the sign that stands in the text now."""
        if chosen != self._chosen:
            self._chosen = chosen
            self.update()

    @property
    def face(self) -> str:
        return self._face

    def event(self, event: QEvent) -> bool:
        if event.type() in _TOUCHES and isinstance(event, QTouchEvent):
            self._on_touch(event)
            return True
        return super().event(event)

    def _on_touch(self, event: QTouchEvent) -> None:
        event.accept()
        if not self.isEnabled():
            return
        kind = event.type()
        if kind == QEvent.Type.TouchBegin:
            self.setDown(True)
            self.pressed.emit()
        elif kind == QEvent.Type.TouchUpdate:
            inside = self._is_inside(event)
            if inside != self.isDown():
                self.setDown(inside)
        elif self.isDown():
            self.setDown(False)
            self.released.emit()
            if kind == QEvent.Type.TouchEnd and self._is_inside(event):
                self.clicked.emit()

    def _is_inside(self, event: QTouchEvent) -> bool:
        reach = self.rect().adjusted(-12, -12, 12, 12)
        return any(reach.contains(point.position().toPoint()) for point in event.points())

    def paintEvent(self, _event: QPaintEvent) -> None:
        theme = current_theme()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        body = QRectF(self.rect()).adjusted(0.5, 0.5, -0.5, -1.5)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("line"))
        painter.drawRoundedRect(body.translated(0, 1.5), _RADIUS, _RADIUS)
        fill, ink = self._colours()
        painter.setBrush(theme.colour(fill))
        if self._chosen:
            painter.setPen(QPen(theme.colour("primary"), 3))
            body.adjust(1, 1, -1, -1)
        painter.drawRoundedRect(body, _RADIUS, _RADIUS)
        self._draw_face(painter, body.adjusted(5, 3, -5, -3), ink)
        painter.end()

    def _draw_face(self, painter: QPainter, room: QRectF, ink: str) -> None:
        colour = current_theme().colour(ink)
        if self._icon:
            size = min(room.height() * 0.62, current_theme().pixels("lead") * 1.2)
            box = QRectF(0, 0, size, size)
            box.moveCenter(room.center())
            draw_icon(painter, self._icon, box, colour)
            return
        laid = block(self._face, self._style())
        laid.draw_in(painter, room, colour)

    def _style(self) -> Style:
        theme = current_theme()
        tall = theme.scale > _LARGE and first_script(self._face, LATIN) == ARABIC
        role: Role = "body" if tall or len(self._face) > 4 else "lead"
        if self._look == "tool" and len(self._face) > 1:
            role = "small"
        if self._look == "action":
            role = "body"
        return Style(theme, role, self._tag, bold=self._look == "action")

    def _colours(self) -> tuple[str, str]:
        """Fill and ink: turned round while a finger is on it."""
        if not self.isEnabled():
            return _FILLS[self._look], "quiet"
        if self.isDown():
            return ("pressed" if self._look == "action" else "primary"), "on_primary"
        return _FILLS[self._look], "on_primary" if self._look == "action" else "ink"
