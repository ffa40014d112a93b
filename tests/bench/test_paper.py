"""How long paper takes, in process, beside ReportLab bare and LibreOffice in the same run.

Limits: a certificate 1.5 x bare unshaped ReportLab with the same fonts and text, and 20 ms; a page
of a batch 2 ms and 15 kB; the preview 150 ms. The symbol is as large as that of a signed statement.
Run with: pytest tests/bench/test_paper.py -n 0 --benchmark-only --no-cov
"""

from __future__ import annotations

import io
import itertools
import random
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from functools import cache
from pathlib import Path

import pypdfium2
import pytest
from PySide6.QtCore import QSize
from pytest_benchmark.fixture import BenchmarkFixture
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from kiosk.certificates.paper import ReportLabPaper
from kiosk.domain.attendee import Attendee
from kiosk.domain.language import Tag
from kiosk.services.attesting import ATTESTED
from kiosk.services.certify import prepare_certificate
from kiosk.services.desk import Desk
from kiosk.services.paper import CertificateContent, Sheet
from kiosk.services.register import Registration, register_attendee
from kiosk.services.specimens import specimen_names
from kiosk.typesetting.fonts import Fonts
from kiosk.typesetting.typesetter import Typesetter
from tests.certificates.conftest import paper
from tests.certificates.samples import LANGUAGES, NAMES, certificate, slip, summary
from tests.fakes import CONSENTS, visitor
from tests.typesetting.test_text_in_pdf import actual_texts
from ui.pages import page_within

__all__ = ["paper"]

PAGES = 200
SCREEN = QSize(1366, 768)
STATEMENT = "".join(random.Random(5).choices("ABCDEFGHJKLMNPQRSTUVWXYZ0123456789", k=590))
Next = Callable[[], CertificateContent]


@cache
def words_of_names(language: str) -> list[str]:
    return sorted({word for name in specimen_names()[Tag(language)] for word in name.split()})


def another(language: str, at: int) -> CertificateContent:
    """Somebody else each time: of a name that only ends in another number, most would be kept."""
    return certificate(
        language,
        name=" ".join(random.Random(at).sample(words_of_names(language), 3)),
        serial=f"AP1-C-{at:04}",
        qr=f"{ATTESTED}{at:06}{STATEMENT}",
    )


@pytest.fixture(params=LANGUAGES)
def following(request: pytest.FixtureRequest, paper: ReportLabPaper) -> Next:
    """Every certificate of a measurement is a new one: nothing about it was set before."""
    count = itertools.count(1)
    paper.certificate(another(request.param, 0))
    return lambda: another(request.param, next(count))


def test_one_certificate(
    benchmark: BenchmarkFixture, paper: ReportLabPaper, following: Next
) -> None:
    sheet: Sheet = benchmark(lambda: paper.certificate(following()))
    assert sheet.blank == ()


def test_one_certificate_by_bare_reportlab(
    benchmark: BenchmarkFixture, paper: ReportLabPaper, following: Next
) -> None:
    """The same lines in the same fonts, unshaped, on an empty page without a symbol."""
    content = following()
    texts = actual_texts(paper.certificate(content).pdf)
    lines = [(text, fonts_of(text, content.language)[0]) for text in texts]
    assert benchmark(lambda: bare_page(lines)).startswith(b"%PDF")


def test_a_batch_of_200(
    benchmark: BenchmarkFixture, paper: ReportLabPaper, following: Next
) -> None:
    works: list[float] = []

    def batch() -> int:
        stream, start = io.BytesIO(), time.process_time()
        written = paper.write_certificates((following() for _ in range(PAGES)), stream)
        works.append((time.process_time() - start) / PAGES)
        assert written.pages == PAGES
        return len(stream.getvalue())

    size: int = benchmark.pedantic(batch, rounds=5)  # type: ignore[no-untyped-call]
    told = f"{size // PAGES} bytes and {min(works) * 1e3:.2f} ms of the processor a page"
    benchmark.extra_info["page"] = told
    sys.stdout.write(told + "\n")
    assert size // PAGES < 15_000


def test_the_preview(benchmark: BenchmarkFixture, desk: Desk) -> None:
    """From the last answer to pixels: the record is asked, a statement signed, the very page drawn
    and shown as large as the screen allows. Every visitor is another one.
    """
    names = itertools.count(1)

    def arrived() -> tuple[tuple[Attendee], dict[str, object]]:
        given = visitor(name=f"{NAMES['hi']} {next(names)}")
        registered = register_attendee(desk, Registration(Tag("hi"), given, CONSENTS))
        return (registered.attendee,), {}

    def preview(attendee: Attendee) -> int:
        return page_within(prepare_certificate(desk, attendee).sheet.pdf, SCREEN).width()

    preview(arrived()[0][0])
    assert benchmark.pedantic(preview, setup=arrived, rounds=20) > 800  # type: ignore[no-untyped-call]


@pytest.mark.parametrize("size", ["a6", "roll80"])
def test_one_slip(benchmark: BenchmarkFixture, paper: ReportLabPaper, size: str) -> None:
    content, count = slip("te"), itertools.count(1)
    sheet: Sheet = benchmark(
        lambda: paper.slip(slip("te", qr=f"{content.qr}{next(count):05}"), size)
    )
    assert sheet.pages == 1


def test_one_summary(benchmark: BenchmarkFixture, paper: ReportLabPaper) -> None:
    assert benchmark(lambda: paper.summary(summary("ur"))).pages == 1


@pytest.mark.long
@pytest.mark.skipif(
    shutil.which("soffice") is None or not Path("/usr/lib/python3/dist-packages/uno.py").is_file(),
    reason="apt-get install libreoffice-writer-nogui libreoffice-base-nogui python3-uno",
)
def test_beside_libreoffice_s_mail_merge(paper: ReportLabPaper, tmp_path: Path) -> None:
    """What offices do today, with fewer lines, without symbol and ornaments."""
    told = subprocess.run(
        ["/usr/bin/python3", str(Path(__file__).with_name("office_merge.py")), str(tmp_path),
         str(PAGES)],
        check=True, capture_output=True, text=True, timeout=600,
    )  # fmt: skip
    [merged] = tmp_path.glob("merged*.pdf")
    pages = len(pypdfium2.PdfDocument(merged))
    paper.certificate(another("hi", PAGES))  # fonts are opened once a day
    stream, start = io.BytesIO(), time.perf_counter()
    paper.write_certificates((another("hi", at) for at in range(PAGES)), stream)
    ours = time.perf_counter() - start
    sys.stdout.write(
        f"{pages} pages by LibreOffice: {float(told.stdout) / pages * 1e3:.1f} ms and "
        f"{merged.stat().st_size // pages} bytes each; {PAGES} here: {ours / PAGES * 1e3:.1f} ms "
        f"and {len(stream.getvalue()) // PAGES} bytes each\n"
    )
    assert pages == PAGES


@cache
def fonts_of(text: str, language: str) -> list[str]:
    """The fonts of a line by the names under which ReportLab knows them."""
    names = []
    for path in Typesetter(Fonts()).set_line(text, language, 12).font_files:
        pdfmetrics.registerFont(TTFont(path.stem, path))
        names.append(path.stem)
    return names


def bare_page(lines: list[tuple[str, str]]) -> bytes:
    stream = io.BytesIO()
    canvas = Canvas(stream, pagesize=(842, 595), pageCompression=1)
    for at, (text, font) in enumerate(lines):
        canvas.setFont(font, 14)
        canvas.drawString(40, 560 - 30 * at, text)
    canvas.showPage()
    canvas.save()
    return stream.getvalue()
