"""Slips: number, secret code, and symbols that are read back from the rendered page."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from kiosk.certificates.paper import SLIP_SIZES, ReportLabPaper
from kiosk.certificates.symbol import LEAST_MODULE_PT, QUIET_ZONE, fitting_side, symbol
from kiosk.domain.language import Tag
from kiosk.errors import EnvironmentFault, VisitorError
from kiosk.services.paper import Sheet
from kiosk.services.specimens import specimen_names
from tests.certificates.samples import LANGUAGES, NAMES, SEALED, certificate, slip
from tests.certificates.symbols import symbols_in
from tests.certificates.test_certificates import plain
from tests.typesetting.pixels import rendered


def read_back(sheet: Sheet, folder: Path, *, turned: float = 0.0, noise: float = 0.0) -> list[str]:
    """The symbols that a scanner finds on the page at 150 dpi."""
    path = folder / "page.pdf"
    path.write_bytes(sheet.pdf)
    page = (1 - rendered(path, 150)) * 255
    page = np.clip(page + np.random.default_rng(5).normal(0, noise, page.shape), 0, 255)
    image = Image.fromarray(page.astype(np.uint8)).rotate(turned, expand=True, fillcolor=255)
    found = symbols_in(np.asarray(image))
    return [result.text for result in found]


@pytest.mark.parametrize("size", SLIP_SIZES)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_slip_says_number_name_and_code_and_its_symbol_is_read(
    paper: ReportLabPaper, tmp_path: Path, language: str, size: str
) -> None:
    sheet = paper.slip(slip(language), size)
    assert (sheet.pages, sheet.blank) == (1, ())
    texts = plain(sheet)
    assert "AP1-0057" in texts
    assert "7QX4  9KTM  2VBR  0HNE  C" in texts
    assert NAMES[language] in " ".join(texts)
    assert read_back(sheet, tmp_path) == [SEALED]


@pytest.mark.parametrize("size", SLIP_SIZES)
def test_a_symbol_is_read_askew_and_from_a_bad_print(
    paper: ReportLabPaper, tmp_path: Path, size: str
) -> None:
    sheet = paper.slip(slip("kn", practice=True), size)
    for turned in (3, 17, 90, 181):
        assert read_back(sheet, tmp_path, turned=turned, noise=25) == [SEALED]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_certificate_s_symbol_is_read(
    paper: ReportLabPaper, tmp_path: Path, language: str
) -> None:
    for text in ("GEM-SAMVAD AP1-C-0042", "https://example.org/" + "a1B-" * 30):
        sheet = paper.certificate(certificate(language, qr=text, practice=True))
        assert read_back(sheet, tmp_path, turned=5, noise=20) == [text]


@pytest.mark.parametrize("text", [f"GEM-SAMVAD KA{at}-C-{at * 37:04}" for at in range(1, 25)])
def test_one_mask_serves_all_serials(paper: ReportLabPaper, tmp_path: Path, text: str) -> None:
    sheet = paper.certificate(certificate("en", qr=text))
    assert read_back(sheet, tmp_path, noise=20) == [text]


def test_modules_are_never_too_fine() -> None:
    for text in ("A", SEALED, SEALED * 3):
        side = fitting_side(text, 40, 400)
        assert side / (symbol(text)[1] + 2 * QUIET_ZONE) >= LEAST_MODULE_PT - 1e-9
    for text, largest in ((SEALED, 50), ("A" * 9000, 5000)):
        with pytest.raises(EnvironmentFault) as fault:
            fitting_side(text, 40, largest)
        assert fault.value.key == "symbol_too_dense"


def test_a_symbol_on_a_slip_is_at_least_30_mm_wide(paper: ReportLabPaper, tmp_path: Path) -> None:
    path = tmp_path / "page.pdf"
    for size in SLIP_SIZES:
        path.write_bytes(paper.slip(slip("en"), size).pdf)
        page = ((1 - rendered(path, 150)) * 255).astype(np.uint8)
        corners = symbols_in(page)[0].position
        assert (corners.top_right.x - corners.top_left.x) / 150 * 25.4 >= 30


def test_paper_from_a_roll_is_as_long_as_it_must_be(paper: ReportLabPaper, tmp_path: Path) -> None:
    heights = []
    for language in ("en", "ur"):
        path = tmp_path / f"{language}.pdf"
        path.write_bytes(paper.slip(slip(language), "roll80").pdf)
        heights.append(rendered(path, 72).shape[0])
    english, urdu = heights
    assert 300 < english < urdu < 600


def test_a_name_that_cannot_be_set_is_a_line_on_slips_too(paper: ReportLabPaper) -> None:
    for size in SLIP_SIZES:
        assert paper.slip(slip("hi", name="😀"), size).blank == ("😀",)


def test_practice_is_marked(paper: ReportLabPaper) -> None:
    assert "PRACTICE" not in " ".join(plain(paper.slip(slip("en"))))
    assert "PRACTICE" in " ".join(plain(paper.slip(slip("en", practice=True))))


def test_an_unknown_size_is_refused(paper: ReportLabPaper) -> None:
    with pytest.raises(VisitorError) as refused:
        paper.slip(slip("en"), "a3")
    assert refused.value.key == "size_unknown"


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_mark_of_practice_keeps_its_distance(
    paper: ReportLabPaper, tmp_path: Path, language: str
) -> None:
    """However long a name is: 2 mm of white stand below the band."""
    name = specimen_names()[Tag(language)][0]
    path = tmp_path / "page.pdf"
    path.write_bytes(paper.slip(slip(language, name=name, practice=True), "a6").pdf)
    page = rendered(path, 254)[:, 120:-120]  # tenths of a millimetre
    band = int(np.flatnonzero((page[:400] > 0.05).mean(axis=1) > 0.9).max())
    assert page[band + 3 : band + 20].max() < 0.05


def test_the_symbol_of_a_slip_stands_in_line_with_its_number(
    paper: ReportLabPaper, tmp_path: Path
) -> None:
    path = tmp_path / "page.pdf"
    path.write_bytes(paper.slip(slip("en"), "a6").pdf)
    page = ((1 - rendered(path, 254)) * 255).astype(np.uint8)
    left = symbols_in(page)[0].position.top_left.x
    assert left == pytest.approx(80, abs=5)  # tenths of a millimetre
