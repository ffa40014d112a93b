"""Pages of a PDF as pictures: the preview on the screen is the very sheet that is printed."""

from __future__ import annotations

from math import ceil

import pypdfium2 as pdfium
from PySide6.QtCore import QPointF, QSize, QSizeF
from PySide6.QtGui import QImage, QPageLayout, QPageSize, QPainter
from PySide6.QtPrintSupport import QPrinter, QPrinterInfo

from ui.paper_sizes import Size, size_of, size_of_points
from ui.troubles import WRONG_SIZE

_POINTS_PER_INCH = 72
_MOST_DPI = 600
_STRIP_POINTS = 72


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


def sheet_size(pdf: bytes) -> Size | None:
    """How large the first page is; None where this is no PDF."""
    try:
        document = pdfium.PdfDocument(pdf)
    except pdfium.PdfiumError:
        return None
    try:
        return size_of_points(*document[0].get_size())
    finally:
        document.close()


def print_pages(printer_name: str, pdf: bytes, title: str) -> str | None:
    """Prints every page with a printer of the platform; what it said if it refused, else None."""
    printer = QPrinter(QPrinterInfo.printerInfo(printer_name), QPrinter.PrinterMode.HighResolution)
    printer.setDocName(title)
    sheet = sheet_size(pdf)
    papers = [
        size_of(one.width(), one.height())
        for size in QPrinterInfo(printer).supportedPageSizes()
        for one in (size.size(QPageSize.Unit.Millimeter),)
    ]
    if sheet is not None and papers and not any(one.holds(sheet) for one in papers):
        return f"{WRONG_SIZE}: {sheet} | {', '.join(str(one) for one in papers)}"
    return None if draw_pages(printer, pdf) else printer_name


def draw_pages(printer: QPrinter, pdf: bytes) -> bool:
    """Draws every page as large as its sheet, at the printer's resolution; False if it refused."""
    printer.setFullPage(True)
    printer.setResolution(min(printer.resolution(), _MOST_DPI))
    document = pdfium.PdfDocument(pdf)
    painter = QPainter()
    try:
        for at in range(len(document)):
            page = document[at]
            _set_sheet(printer, page.get_width(), page.get_height())
            if not (printer.newPage() if at else painter.begin(printer)):
                return False
            _draw(painter, page, printer.resolution() / _POINTS_PER_INCH)
        return painter.end()
    finally:
        document.close()


def _draw(painter: QPainter, page: pdfium.PdfPage, scale: float) -> None:
    """Strip by strip: a whole sheet at 600 dpi would be 140 MB. The origin is at the top."""
    height = page.get_height()
    for top in range(0, ceil(height), _STRIP_POINTS):
        bottom = max(0.0, height - top - _STRIP_POINTS)
        image = _picture(page, scale, (0, bottom, 0, top))
        painter.drawImage(QPointF(0, top * scale), image)


def _set_sheet(printer: QPrinter, width_pt: float, height_pt: float) -> None:
    wide = width_pt > height_pt
    size = QSizeF(min(width_pt, height_pt), max(width_pt, height_pt))
    printer.setPageSize(QPageSize(size, QPageSize.Unit.Point))
    printer.setPageOrientation(
        QPageLayout.Orientation.Landscape if wide else QPageLayout.Orientation.Portrait
    )


def _picture(
    page: pdfium.PdfPage, scale: float, crop: tuple[float, float, float, float] = (0, 0, 0, 0)
) -> QImage:
    bitmap = page.render(scale=scale, crop=crop, rev_byteorder=True, prefer_bgrx=True)
    raw = bytes(bitmap.buffer)
    image = QImage(raw, bitmap.width, bitmap.height, bitmap.stride, QImage.Format.Format_RGBX8888)
    return image.copy()  # the bytes go away with the bitmap
