"""Icons: SVG files of one colour, drawn in the colour that the place asks for."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QByteArray, QRectF
from PySide6.QtGui import QColor, QPainter
from PySide6.QtSvg import QSvgRenderer

from ui.theme import resource

_MIRRORED = frozenset({"back", "next", "leave"})  # they point along the reading


def draw_icon(
    painter: QPainter,
    name: str,
    rect: QRectF,
    colour: QColor,
    *,
    mirrored: bool = False,
) -> None:
    """Draws ``resources/icons/<name>.svg``; ``mirrored``: on a screen that is read leftwards."""
    renderer = _renderer(name, colour.name())
    painter.save()
    if name in _MIRRORED and mirrored:
        painter.translate(rect.left() + rect.right(), 0)
        painter.scale(-1, 1)
    renderer.render(painter, rect)
    painter.restore()


@lru_cache(maxsize=256)
def _renderer(name: str, colour: str) -> QSvgRenderer:
    drawing = resource("icons", f"{name}.svg").read_text(encoding="utf-8")
    return QSvgRenderer(QByteArray(drawing.replace("currentColor", colour).encode()))
