"""Sheets drawn at a printer's resolution, the sizes of paper, and what printers complain of."""

from __future__ import annotations

import io
from pathlib import Path

import pypdfium2 as pdfium
import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage
from PySide6.QtPrintSupport import QPrinter

from kiosk.bootstrap import load_campaign
from kiosk.bootstrap_paper import make_paper, specimen_content
from kiosk.domain.ids import Serial
from kiosk.domain.language import Tag
from ui.pages import draw_pages, page_within, sheet_size
from ui.paper_sizes import Size, paper_for, size_named, size_of
from ui.troubles import nothing_is_out, stopping, stops, trouble_of, troubles_in

A4, A6 = size_of(210, 297), size_of(105, 148)
FINE = QSize(1754, 1754)  # 150 dpi, as the printer


@pytest.fixture(scope="module")
def certificate() -> bytes:
    campaign = load_campaign("gem-samvad")
    event = campaign.events[0].id
    serial = Serial("KA1-C-0001")
    content = specimen_content(campaign, event, "Lakshmi Krishnamurthy", Tag("kn"), serial)
    return make_paper().certificate(content).pdf


def two_pages(pdf: bytes) -> bytes:
    """The page, and one of A6 across after it."""
    document = pdfium.PdfDocument(pdf)
    document.new_page(148 * 72 / 25.4, 105 * 72 / 25.4)
    written = io.BytesIO()
    document.save(written)
    return written.getvalue()


def darkness(image: QImage) -> list[list[int]]:
    """The picture as 24 × 32 grey fields."""
    small = image.convertToFormat(QImage.Format.Format_Grayscale8).scaled(
        32, 24, mode=Qt.TransformationMode.SmoothTransformation
    )
    return [[small.pixelColor(x, y).value() for x in range(32)] for y in range(24)]


def test_pages_drawn_at_the_printers_resolution_look_like_the_sheet(
    qapp: object, tmp_path: Path, certificate: bytes
) -> None:
    """Qt's own PDF writer stands for the printer; both are seen by the same renderer."""
    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setResolution(150)
    printer.setOutputFileName(str(tmp_path / "out.pdf"))
    assert draw_pages(printer, two_pages(certificate))
    out = (tmp_path / "out.pdf").read_bytes()
    document = pdfium.PdfDocument(out)
    sizes = [size_of(*(side * 25.4 / 72 for side in page.get_size())) for page in document]
    assert [one.is_like(other) for one, other in zip(sizes, (A4, A6), strict=True)] == [True] * 2
    assert document[1].get_width() > document[1].get_height()
    wanted = darkness(page_within(certificate, FINE))
    found = darkness(page_within(out, FINE))
    off = [abs(a - b) for one, other in zip(wanted, found, strict=True)
           for a, b in zip(one, other, strict=True)]  # fmt: skip
    assert max(off) < 24
    assert len({value for row in wanted for value in row}) > 20, "there is something to compare"


def test_the_size_of_a_sheet_is_read_off_its_first_page(certificate: bytes) -> None:
    size = sheet_size(certificate)
    assert size is not None
    assert size.is_like(A4)
    assert sheet_size(b"no PDF") is None


@pytest.mark.parametrize(
    ("name", "size"),
    [
        ("iso_a4_210x297mm", A4),
        ("na_letter_8.5x11in", size_of(8.5 * 25.4, 11 * 25.4)),
        ("om_small-photo_100x150mm", size_of(150, 100)),
        ("A4", None),
        ("custom_max_215.9x1000mm", size_of(215.9, 1000)),
    ],
)
def test_the_names_of_papers_tell_their_sizes(name: str, size: Size | None) -> None:
    assert size_named(name) == size


SUPPORTED = ("iso_a4_210x297mm", "na_letter_8.5x11in", "iso_a5_148x210mm")
ROLL = ("custom_min_20x20mm", "custom_max_82x1000mm")


@pytest.mark.parametrize(
    ("sheet", "supported", "default", "found"),
    [
        (A4, SUPPORTED, SUPPORTED[0], (SUPPORTED[0], True)),
        (size_of(148, 210), SUPPORTED, SUPPORTED[0], (SUPPORTED[2], True)),
        (A6, SUPPORTED, SUPPORTED[0], ("", False)),
        (A6, SUPPORTED, "", (SUPPORTED[2], False)),
        (A6, SUPPORTED[:1], "unheard-of", (SUPPORTED[0], False)),
        (size_of(62, 100), ROLL, "", ("custom_62x100mm_62x100mm", True)),
        (A4, ROLL, "", None),
        (A4, SUPPORTED[1:], SUPPORTED[1], None),
        (size_of(297, 420), SUPPORTED, SUPPORTED[0], None),
    ],
)
def test_a_sheet_goes_onto_its_own_paper_or_a_larger_one_or_none(
    sheet: Size, supported: tuple[str, ...], default: str, found: tuple[str, bool] | None
) -> None:
    assert paper_for(sheet, supported, default) == found


@pytest.mark.parametrize(
    ("reason", "name", "grave"),
    [
        ("media-empty-error", "paper_out", True),
        ("media-empty", "paper_out", True),
        ("media-empty-warning", "paper_out", False),
        ("media-needed", "paper_wanted", True),
        ("door-open-error", "open", True),
        ("offline-report", "offline", True),
        ("paused", "paused", True),
        ("toner-low-error", "toner_low", False),
        ("toner-empty-error", "toner_out", True),
        ("cups-insecure-filter-warning", "driver", False),
        ("com.example.purple-error", "", False),
    ],
)
def test_what_a_printer_says_has_a_name_and_may_stop_it(
    reason: str, name: str, grave: bool
) -> None:
    assert trouble_of(reason) == name
    assert stops(reason) is grave


def test_only_what_holds_a_sheet_up_before_it_is_drawn_in_leaves_nothing_outside() -> None:
    assert nothing_is_out(["media-empty-error", "toner-low-warning"])
    assert not nothing_is_out(["media-empty-error", "media-jam-error"])
    assert not nothing_is_out(["toner-low-warning"])
    assert stopping(["toner-low-warning", "cover-open"]) == ["cover-open"]


def test_troubles_are_found_in_whatever_was_said() -> None:
    said = "media-empty-error offline-report printer Office disabled since Sunday - out of media"
    assert troubles_in(said) == ["paper_out", "offline"]
    assert troubles_in("the cable is out") == []
