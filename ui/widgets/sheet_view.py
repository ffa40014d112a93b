"""A page of paper on the screen: the very PDF, as wide as there is room."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.pages import page_within
from ui.theme import current_theme

_A4_WIDE = 210 / 297
_EDGE = 1
_ENDLESS = 100_000


class SheetView(QWidget):
    """Shows the first page of a PDF; its height follows its width.

    ``reserve``: keeps the room of a sheet that lies until its page is there, so that nothing
    around it moves when it comes.
    """

    def __init__(self, parent: QWidget | None = None, *, reserve: bool = False) -> None:
        super().__init__(parent)
        self._reserve = reserve
        self._pdf = b""
        self._image: QImage | None = None
        self._drawn_width = 0
        self._shape = _A4_WIDE
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def show_pdf(self, pdf: bytes, name: str) -> None:
        """Shows another page; ``name`` is what a screen reader says. No bytes: nothing."""
        self._pdf, self._image = pdf, None
        self._drawn_width = 0
        self.setAccessibleName(name)
        if pdf:
            image = self._picture()
            self._shape = image.height() / max(image.width(), 1)
        self.updateGeometry()
        self.update()

    def _picture(self) -> QImage:
        if self._image is None or self._drawn_width != self.width():
            self._image = page_within(
                self._pdf, QSize(max(self.width(), 1), _ENDLESS), self.devicePixelRatioF()
            )
            self._drawn_width = self.width()
        return self._image

    def sizeHint(self) -> QSize:
        return QSize(640, self.heightForWidth(640))

    def minimumSizeHint(self) -> QSize:
        return QSize(280, 120)

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        return round(width * self._shape) if self._pdf or self._reserve else 0

    def paintEvent(self, _event: QPaintEvent) -> None:
        if not self._pdf:
            return
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        high = min(self.height(), self.heightForWidth(self.width()))
        wide = high / self._shape
        page = QRectF((self.width() - wide) / 2, 0, wide, high)
        painter.drawImage(page, self._picture())
        painter.setPen(QPen(current_theme().colour("line"), _EDGE))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(page.adjusted(0, 0, -_EDGE, -_EDGE))
        painter.end()
