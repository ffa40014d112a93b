"""Symbols found in files and pictures, as a phone's camera would find them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from kiosk.errors import VisitorError
from kiosk.services.attesting import Picture, Seen
from kiosk.services.files import read_within

LARGEST_FILE = 64 * 1024 * 1024
LARGEST_SIDE = 12_000  # pixels of a picture
_DPI, _FINER_DPI = 200, 400
_POINTS_AN_INCH = 72
_MOST_PIXELS = 40_000_000  # of a page as it is looked at: an A4 page at 400 dpi has 15 million
_MOST_SYMBOLS = 8
_LONGEST_PAGE_TEXT = 100_000


def read_pages(file: Path, most: int) -> list[Seen]:
    """The symbols and the letters of the first ``most`` pages. Raises as the port ``Eyes``."""
    import pypdfium2  # noqa: PLC0415 - once somebody checks a file

    content = _content(file)
    try:
        document = pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError as error:
        raise VisitorError("verify_file_broken", field="file") from error
    try:
        return [_page(document[at]) for at in range(min(len(document), most))]
    except pypdfium2.PdfiumError as error:
        raise VisitorError("verify_file_broken", field="file") from error
    finally:
        document.close()


def read_picture(picture: Picture) -> Seen:
    """The symbols of a photograph. VisitorError ``verify_file_broken`` for one that is none."""
    width, height = picture.width, picture.height
    whole = 0 < width <= LARGEST_SIDE and 0 < height <= LARGEST_SIDE
    if not whole or len(picture.grey) != width * height:
        raise VisitorError("verify_file_broken", field="file")
    return Seen(_symbols(picture.grey, width, height, width), None)


def _content(file: Path) -> bytes:
    content = read_within(file, LARGEST_FILE)
    if content is None:
        raise VisitorError("verify_file_large", field="file", limit=LARGEST_FILE // 2**20)
    return content


def _page(page: Any) -> Seen:  # noqa: ANN401 - pypdfium2 ships no types
    """One page, looked at twice where the first glance finds nothing."""
    symbols: Sequence[str] = ()
    width, height = (max(side, 1.0) for side in page.get_size())
    for dpi in (_DPI, _FINER_DPI):
        scale = min(dpi / _POINTS_AN_INCH, (_MOST_PIXELS / (width * height)) ** 0.5)
        drawn = page.render(scale=scale, grayscale=True)
        symbols = _symbols(bytes(drawn.buffer), drawn.width, drawn.height, drawn.stride)
        if symbols:
            break
    text = page.get_textpage().get_text_bounded()[:_LONGEST_PAGE_TEXT]
    return Seen(tuple(symbols), text if text.strip() else None)


def _symbols(grey: bytes, width: int, height: int, stride: int) -> tuple[str, ...]:
    import zxingcpp  # noqa: PLC0415 - once somebody checks a certificate

    rows = memoryview(grey)[: stride * height].cast("B", (height, stride))
    if stride != width:
        tight = b"".join(grey[at * stride : at * stride + width] for at in range(height))
        rows = memoryview(tight).cast("B", (height, width))
    wanted: Any = zxingcpp.BarcodeFormat.QRCode
    found = zxingcpp.read_barcodes(rows, formats=wanted)
    return tuple(one.text for one in found[:_MOST_SYMBOLS])
