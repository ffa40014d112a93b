"""A sheet as a picture on the screen: the very PDF that is printed."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QImage, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.theme import current_theme
from ui.widgets.pens import draw_frame

_EDGE = 10


class PagePicture(QWidget):
    """Shows a page as large as there is room, in a quiet frame."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._pdf = b""
        self._image = QImage()
        self.setAccessibleName(name)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)

    def show_page(self, pdf: bytes) -> None:
        """The first page of this PDF."""
        self._pdf = pdf
        self._render()

    def forget(self) -> None:
        """No page, and no picture of one."""
        self._pdf = b""
        self._image = QImage()
        self.update()

    @property
    def is_empty(self) -> bool:
        return self._image.isNull()

    def sizeHint(self) -> QSize:
        return QSize(480, 340)

    def minimumSizeHint(self) -> QSize:
        return QSize(200, 300)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._render()

    def _render(self) -> None:
        if not self._pdf or self.width() < 4 * _EDGE or self.height() < 4 * _EDGE:
            return
        from ui.pages import page_within  # noqa: PLC0415 - PDFium is loaded with the first page

        room = QSize(self.width() - 2 * _EDGE, self.height() - 2 * _EDGE)
        self._image = page_within(self._pdf, room, self.devicePixelRatioF())
        self.update()

    def paintEvent(self, _event: QPaintEvent) -> None:
        if self._image.isNull():
            return
        painter = QPainter(self)
        size = self._image.deviceIndependentSize()
        rtl = self.layoutDirection() == self.layoutDirection().RightToLeft
        x = _EDGE if not rtl else self.width() - size.width() - _EDGE
        page = QRectF(x, _EDGE, size.width(), size.height())
        frame = page.adjusted(-_EDGE, -_EDGE, _EDGE, _EDGE)
        draw_frame(painter, frame, fill="card", line="line", radius=16, thick=1)
        painter.drawImage(page, self._image)
        painter.setPen(current_theme().colour("line"))
        painter.end()
