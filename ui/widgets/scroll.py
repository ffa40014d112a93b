"""A column that may be longer than the screen: a finger moves it, big buttons show that it goes on.

Qt's QScroller holds presses back or sends them twice; here a press is shown at once, and only a
finger that has moved takes it back and scrolls.
"""

from __future__ import annotations

from PySide6 import QtCore
from PySide6.QtCore import QEvent, QObject, QPointF, QSize, QTimer
from PySide6.QtGui import QFocusEvent, QHideEvent, QMouseEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QBoxLayout,
    QFrame,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from ui.theme import current_theme
from ui.widgets.button import TouchButton

_SLACK = 14  # px that a finger may tremble before it scrolls
_GLIDE_MS = 350
_WATCHED = frozenset({
    QEvent.Type.MouseButtonPress, QEvent.Type.MouseMove, QEvent.Type.MouseButtonRelease,
    QEvent.Type.FocusIn,
})  # fmt: skip


class ScrollColumn(QWidget):
    """Shows ``content``; scrolls when it does not fit.

    ``up_name`` and ``down_name`` are what a screen reader says of the two buttons.
    """

    def __init__(
        self,
        content: QWidget,
        *,
        up_name: str = "",
        down_name: str = "",
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._content = content
        self._area = QScrollArea()
        # PySide knows what was made here. Of Qt's own viewport it would have to find the kind, and
        # reads every class of Qt for that: 50 ms when the first screen waits to be shown.
        self._area.setViewport(QWidget())
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setWidgetResizable(True)
        self._area.setWidget(content)
        self._area.viewport().setAutoFillBackground(False)
        content.setAutoFillBackground(False)
        self._buttons = self._add_buttons()
        self.set_names(up_name, down_name)
        self._glide: QtCore.QVariantAnimation | None = None
        self._finger = _Finger(self._area, self)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)
        bar = self._area.verticalScrollBar()
        bar.rangeChanged.connect(self._show_buttons)
        bar.valueChanged.connect(self._show_buttons)

    def _add_buttons(self) -> QWidget:
        theme = current_theme()
        self._row = row = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.space(1))
        row.addWidget(self._area, 1)
        buttons = QWidget()
        column = QVBoxLayout(buttons)
        column.setContentsMargins(0, 0, 0, 0)
        self._up = TouchButton("", "plain", icon="up")
        self._down = TouchButton("", "plain", icon="down")
        for button, step in ((self._up, -1), (self._down, 1)):
            button.setFixedSize(theme.touch(), theme.touch())
            button.setObjectName("turn")
            button.clicked.connect(lambda _=False, step=step: self.turn(step))
        column.addWidget(self._up)
        column.addStretch(1)
        column.addWidget(self._down)
        row.addWidget(buttons)
        buttons.setVisible(False)
        return buttons

    def set_names(self, up_name: str, down_name: str) -> None:
        """What a screen reader says of the two buttons."""
        self._up.setAccessibleName(up_name)
        self._down.setAccessibleName(down_name)

    def turn(self, pages: int) -> None:
        """Glides on by so many screens, forward or (negative) back."""
        bar = self._area.verticalScrollBar()
        step = round(self._area.viewport().height() * 0.8) * pages
        glide = self._glide = self._glide or self._make_glide()
        glide.stop()
        glide.setStartValue(bar.value())
        glide.setEndValue(max(bar.minimum(), min(bar.value() + step, bar.maximum())))
        glide.start()

    def _make_glide(self) -> QtCore.QVariantAnimation:
        glide = QtCore.QVariantAnimation(self)
        glide.setDuration(_GLIDE_MS)
        glide.setEasingCurve(QtCore.QEasingCurve.Type.OutCubic)
        glide.valueChanged.connect(self._move_to)
        return glide

    def _move_to(self, value: int) -> None:
        self._area.verticalScrollBar().setValue(value)

    def show_widget(self, widget: QWidget) -> None:
        """Scrolls so far that ``widget`` is seen."""
        self._area.ensureWidgetVisible(widget, 0, current_theme().space(2))

    def to_top(self) -> None:
        if self._glide is not None:
            self._glide.stop()
        self._area.verticalScrollBar().setValue(0)

    def scrolls(self) -> bool:
        """Whether there is more than fits."""
        return self._area.verticalScrollBar().maximum() > 0

    def tells_so(self) -> bool:
        """Whether the big buttons are there to be seen wherever there is more than fits."""
        return not self.scrolls() or self._buttons.width() >= self._down.width() > 0

    def sizeHint(self) -> QSize:
        hint = self._content.sizeHint()
        layout = self._content.layout()
        width = self._area.viewport().width() if self.isVisible() else hint.width()
        if layout is not None and layout.hasHeightForWidth():
            return QSize(hint.width(), layout.totalHeightForWidth(max(width, 1)))
        return hint

    def minimumSizeHint(self) -> QSize:
        least = self._content.minimumSizeHint()
        return QSize(least.width(), min(least.height() or 10_000, 2 * current_theme().touch() + 16))

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._watch()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._finger.end()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if not self._buttons.isHidden():  # where all fits beside them, no range changes any more
            QTimer.singleShot(0, self, self._show_buttons)

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:
            self.updateGeometry()
        return super().event(event)

    def _show_buttons(self) -> None:
        bar = self._area.verticalScrollBar()
        needed = bar.maximum() > 0 or self._fits_beside_them_only()
        if self._buttons.isHidden() == needed:
            self._buttons.setVisible(needed)
            # This is heard while the row lays itself out: it then goes on with places from before,
            # and leaves no room for buttons that it has just been given.
            QTimer.singleShot(0, self, self._lay_out)
        self._watch()
        self._up.setEnabled(bar.value() > 0)
        self._down.setEnabled(bar.value() < bar.maximum())

    def _fits_beside_them_only(self) -> bool:
        """A picture becomes lower beside the buttons: without them it would not fit, and they
        would come and go for ever.
        """
        layout = self._content.layout()
        if self._buttons.isHidden() or layout is None or not layout.hasHeightForWidth():
            return False
        return layout.totalHeightForWidth(self.width()) > self._area.viewport().height()

    def _lay_out(self) -> None:
        for layout in (self._row, self._content.layout()):  # what it holds was laid out meanwhile
            if layout is not None:
                layout.invalidate()
                layout.activate()

    def _watch(self) -> None:
        """The finger is followed only where there is something to scroll."""
        if self.isVisible() and self.scrolls():
            self._finger.begin()
        else:
            self._finger.end()


class _Finger(QObject):
    """Follows a finger (or mouse) over the content; moves the content when the finger moves."""

    def __init__(self, area: QScrollArea, parent: QObject) -> None:
        super().__init__(parent)
        self._area = area
        self._from: QPointF | None = None
        self._value = 0
        self._moving = False
        self._watching = False

    def begin(self) -> None:
        """Watches from now on. Not longer than it must: it looks at every event."""
        app = QApplication.instance()
        if app is not None and not self._watching:
            app.installEventFilter(self)
            self._watching = True

    def end(self) -> None:
        app = QApplication.instance()
        if app is not None and self._watching:
            app.removeEventFilter(self)
        self._watching = False
        self._from = None

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() not in _WATCHED or not isinstance(watched, QWidget):
            return False
        if isinstance(event, QFocusEvent):
            if _by_keyboard(event) and self._is_inside(watched):
                self._area.ensureWidgetVisible(watched, 0, current_theme().space(2))
            return False
        return isinstance(event, QMouseEvent) and self._on_mouse(watched, event)

    def _on_mouse(self, watched: QWidget, event: QMouseEvent) -> bool:
        if event.type() == QEvent.Type.MouseButtonPress and self._is_inside(watched):
            self._from = event.globalPosition()
            self._value = self._area.verticalScrollBar().value()
            self._moving = False
        elif event.type() == QEvent.Type.MouseMove and self._from is not None:
            return self._follow(watched, event)
        elif event.type() == QEvent.Type.MouseButtonRelease and self._from is not None:
            self._from = None
            return self._moving
        return False

    def _follow(self, watched: QWidget, event: QMouseEvent) -> bool:
        if self._from is None or not self._area.verticalScrollBar().maximum():
            return False
        moved = event.globalPosition().y() - self._from.y()
        if not self._moving and abs(moved) > _SLACK:
            self._moving = True
            if isinstance(watched, QAbstractButton):
                watched.setDown(False)
        if self._moving:
            self._area.verticalScrollBar().setValue(round(self._value - moved))
        return self._moving

    def _is_inside(self, widget: QWidget) -> bool:
        view = self._area.viewport()
        return view is widget or view.isAncestorOf(widget)


def _by_keyboard(event: QFocusEvent) -> bool:
    """Whether keys moved the focus, or the program; a finger sees where it is."""
    reasons = QtCore.Qt.FocusReason
    return event.reason() in {
        reasons.TabFocusReason, reasons.BacktabFocusReason, reasons.ShortcutFocusReason,
        reasons.OtherFocusReason,
    }  # fmt: skip
