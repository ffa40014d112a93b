"""ReportLab's canvas as a file of ours uses it: page after page, and none of its own fonts."""

from __future__ import annotations

from collections.abc import Callable

from reportlab.pdfbase.pdfdoc import PDFResourceDictionary
from reportlab.pdfgen.canvas import Canvas

from kiosk.typesetting.pdf_file import PdfFile


class PageCanvas(Canvas):  # type: ignore[misc]  # ReportLab ships no types
    """ReportLab's canvas for one page after another; whoever made it takes each as it is done."""

    def __init__(
        self, file: PdfFile, size: tuple[float, float], take_page: Callable[[], None]
    ) -> None:
        super().__init__("", pagesize=size, invariant=1, pageCompression=0)
        self._doc = file
        self._take_page = take_page
        self._known: dict[tuple[str, ...], int] = {}

    def _make_preamble(self) -> None:
        """No font of ReportLab's own is ever set, so none is named in the file."""
        self._preamble = ""

    def showPage(self) -> None:  # noqa: N802 - ReportLab's name
        self._take_page()
        self._startPage()

    def resources(self) -> int:
        """The number of what the page's operators name; pages with the same share it."""
        states = self._extgstate.getState()
        key = (*self._formsinuse, *self._colorsUsed, *self._shadingUsed)
        if states is None and key in self._known:
            return self._known[key]
        resources = PDFResourceDictionary()
        resources.basicFonts()
        resources.allProcs()
        if self._formsinuse:
            resources.XObject = self._doc.xobjDict(self._formsinuse)
        if states is not None:
            resources.ExtGState = states
        resources.setShading(self._shadingUsed)
        resources.setColorSpace(self._colorsUsed)
        number: int = self._doc.put_resources(resources)
        if states is None:
            self._known[key] = number
        return number
