"""How long paper takes, in process: limits are 30 ms a certificate and 3 ms a page of a batch.

Run with: pytest tests/bench/test_paper.py -n 0 --benchmark-only --no-cov
"""

from __future__ import annotations

import itertools

import pytest
from pytest_benchmark.fixture import BenchmarkFixture
from reportlab.pdfgen.canvas import Canvas

from kiosk.certificates.paper import ReportLabPaper
from kiosk.services.ports import CertificateContent, Sheet
from tests.certificates.conftest import paper
from tests.certificates.samples import LANGUAGES, NAMES, certificate, slip, summary

__all__ = ["paper"]

PAGES = 200


@pytest.fixture
def serials() -> itertools.count[int]:
    """Every certificate of a measurement is a new one: nothing about it was set before."""
    return itertools.count(1)


def another(language: str, at: int) -> CertificateContent:
    return certificate(
        language,
        name=f"{NAMES[language]} {at}",
        serial=f"AP1-C-{at:04}",
        qr=f"GEM-SAMVAD AP1-C-{at:04}",
        practice=True,
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_one_certificate(
    benchmark: BenchmarkFixture, paper: ReportLabPaper, serials: itertools.count[int], language: str
) -> None:
    sheet: Sheet = benchmark(lambda: paper.certificate(another(language, next(serials))))
    assert sheet.blank == ()


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_batch_of_200(
    benchmark: BenchmarkFixture, paper: ReportLabPaper, serials: itertools.count[int], language: str
) -> None:
    def batch() -> Sheet:
        return paper.certificates([another(language, next(serials)) for _ in range(PAGES)])

    sheet = benchmark.pedantic(batch, rounds=5)  # type: ignore[no-untyped-call]  # ships no types
    assert sheet.pages == PAGES
    benchmark.extra_info["bytes a page"] = len(sheet.pdf) // PAGES


def test_bare_reportlab_beside_it(benchmark: BenchmarkFixture) -> None:
    """The same number of strings in a built-in font, unshaped, for comparison."""

    def page() -> bytes:
        canvas = Canvas("", pagesize=(842, 595))
        for at in range(14):
            canvas.drawString(40, 40 * at, "Lakshmi Krishnamurthy took part in GeM Samvad")
        canvas.showPage()
        pdf: bytes = canvas.getpdfdata()
        return pdf

    assert benchmark(page).startswith(b"%PDF")


@pytest.mark.parametrize("size", ["a6", "roll80"])
def test_one_slip(
    benchmark: BenchmarkFixture, paper: ReportLabPaper, serials: itertools.count[int], size: str
) -> None:
    content = slip("te")
    sheet: Sheet = benchmark(
        lambda: paper.slip(slip("te", qr=f"{content.qr}{next(serials):05}"), size)
    )
    assert sheet.pages == 1


def test_one_summary(benchmark: BenchmarkFixture, paper: ReportLabPaper) -> None:
    assert benchmark(lambda: paper.summary(summary("ur"))).pages == 1
