"""What the first picture is painted with, without naming any of Qt's own enumerations.

``from PySide6.QtCore import Qt`` has PySide make ninety enumerations with 1,200 names, and so does
every call that may be given one of them: ``QPainter.setPen``, ``setBrush`` and ``fillRect``, a
QBrush made of a colour, ``layoutDirection``. That is a fifth of the time that the whole kiosk needs
to its first picture, and nobody waits for it afterwards. So what is read for that picture says
``QtCore.Qt`` where it needs a name later; its words are drawn with the pen that a painter has of
its widget's palette, its grounds and frames as paths. ``tests/ui/test_start.py`` watches.
"""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPalette, QPen
from PySide6.QtWidgets import QWidget

from ui.theme import current_theme

_PARTS = {  # where the application's palette has our roles (``ui.theme``)
    "ink": QPalette.ColorRole.WindowText,
    "quiet": QPalette.ColorRole.PlaceholderText,
    "primary": QPalette.ColorRole.Highlight,
    "on_primary": QPalette.ColorRole.HighlightedText,
}


def begin_with(widget: QWidget, role: str) -> None:
    """Lets painters of this widget begin with the pen for ``role``, where the palette has it."""
    part = _PARTS.get(role)
    if part is not None:
        widget.setForegroundRole(part)


def pen_for(widget: QWidget, role: str) -> QColor | None:
    """The colour to draw with; None where painters of the widget begin with its pen anyway."""
    begins = widget.foregroundRole() == _PARTS.get(role)
    return None if begins else current_theme().colour(role)


def fill_rect(painter: QPainter, rect: QRect | QRectF, role: str) -> None:
    """Fills a rectangle with a colour of the palette."""
    path = QPainterPath()
    path.addRect(QRectF(rect))
    painter.fillPath(path, current_theme().brush(role))


def draw_frame(
    painter: QPainter, rect: QRectF, *, fill: str, line: str, radius: float, thick: float
) -> None:
    """A rounded rectangle, its line inside its bounds."""
    theme = current_theme()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    inset = thick / 2
    path = QPainterPath()
    path.addRoundedRect(rect.adjusted(inset, inset, -inset, -inset), radius, radius)
    painter.fillPath(path, theme.brush(fill))
    painter.strokePath(path, QPen(theme.brush(line), thick))
