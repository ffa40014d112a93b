"""Pages of a PDF as pictures: the preview on the screen is the very sheet that is printed."""

from __future__ import annotations

import pypdfium2 as pdfium
from PySide6.QtCore import QRectF, QSize
from PySide6.QtGui import QImage, QPageLayout, QPageSize, QPainter
from PySide6.QtPrintSupport import QPrinter

_POINTS_PER_INCH = 72
_PRINTER_DPI = 300


def page_within(pdf: bytes, room: QSize, ratio: float = 1.0) -> QImage:
    """The first page, as large as fits into ``room`` px on a screen of that device pixel ratio."""
    document = pdfium.PdfDocument(pdf)
    try:
        page = document[0]
        fit = min(room.width() / page.get_width(), room.height() / page.get_height())
        image = _picture(page, fit * ratio)
    finally:
        document.close()
    image.setDevicePixelRatio(ratio)
    return image


def print_pages(printer_name: str, pdf: bytes, title: str) -> bool:
    """Prints every page at the printer's resolution, as large as its sheet; False if it refused."""
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setPrinterName(printer_name)
    printer.setDocName(title)
    printer.setFullPage(True)
    printer.setResolution(_PRINTER_DPI)
    document = pdfium.PdfDocument(pdf)
    painter = QPainter()
    try:
        for at in range(len(document)):
            page = document[at]
            _set_sheet(printer, page.get_width(), page.get_height())
            if not (printer.newPage() if at else painter.begin(printer)):
                return False
            image = _picture(page, _PRINTER_DPI / _POINTS_PER_INCH)
            painter.drawImage(QRectF(painter.viewport()), image)
        return painter.end()
    finally:
        document.close()


def _set_sheet(printer: QPrinter, width_pt: float, height_pt: float) -> None:
    wide = width_pt > height_pt
    size = QSize(round(min(width_pt, height_pt)), round(max(width_pt, height_pt)))
    printer.setPageSize(QPageSize(size))
    printer.setPageOrientation(
        QPageLayout.Orientation.Landscape if wide else QPageLayout.Orientation.Portrait
    )


def _picture(page: pdfium.PdfPage, scale: float) -> QImage:
    bitmap = page.render(scale=scale, rev_byteorder=True, prefer_bgrx=True)
    raw = bytes(bitmap.buffer)
    image = QImage(raw, bitmap.width, bitmap.height, bitmap.stride, QImage.Format.Format_RGBX8888)
    return image.copy()  # the bytes go away with the bitmap
