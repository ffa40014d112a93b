"""A batch without an end: memory stays as it is, and a batch that is given up leaves nothing."""

from __future__ import annotations

import io
import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import pytest
from pypdfium2 import PdfDocument

from kiosk.campaign.languages import load_words
from kiosk.certificates.paper import ReportLabPaper
from kiosk.services.files import written_file
from kiosk.typesetting.fonts import Fonts
from kiosk.typesetting.typesetter import Typesetter
from tests.certificates.conftest import RESOURCES
from tests.certificates.samples import LANGUAGES, certificate

HERE = Path(__file__).parents[2]
WRITER = """
import resource, sys
from pathlib import Path
from tests.bench.test_paper import another
from tests.certificates.conftest import RESOURCES
from kiosk.campaign.languages import load_words
from kiosk.certificates.paper import ReportLabPaper
from kiosk.services.files import written_file
from kiosk.typesetting.fonts import Fonts
from kiosk.typesetting.typesetter import Typesetter

paper = ReportLabPaper(load_words(RESOURCES), Typesetter(Fonts()), RESOURCES / "templates")

def told(done):
    if done in (2_000, 10_000):
        print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)

contents = (another(sys.argv[2], at) for at in range(10_000))
with written_file(Path(sys.argv[1])) as stream:
    paper.write_certificates(contents, stream, told)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""


def test_a_file_written_page_by_page_is_the_one_that_is_made_at_once(
    paper: ReportLabPaper,
) -> None:
    contents = [certificate(language, serial=f"AP1-C-{language}") for language in LANGUAGES]
    stream = io.BytesIO()
    told: list[int] = []
    written = paper.write_certificates(iter(contents), stream, told.append)
    assert (written.pages, written.blank, told) == (5, (), [1, 2, 3, 4, 5])
    assert stream.getvalue() == paper.certificates(contents).pdf


def test_a_file_does_not_depend_on_what_was_made_before(paper: ReportLabPaper) -> None:
    before = paper.certificate(certificate("te")).pdf
    for language in LANGUAGES:
        paper.certificates([certificate(language, name=name) for name in ("Zoe", "राम", "محمد")])
    assert paper.certificate(certificate("te")).pdf == before
    fresh = ReportLabPaper(load_words(RESOURCES), Typesetter(Fonts()), RESOURCES / "templates")
    assert fresh.certificate(certificate("te")).pdf == before


def test_a_batch_that_is_given_up_leaves_nothing(paper: ReportLabPaper, tmp_path: Path) -> None:
    class GivenUpError(Exception):
        pass

    def told(done: int) -> None:
        if done == 3:
            raise GivenUpError

    contents = (certificate("te", serial=f"AP1-C-{at:04}") for at in range(99))
    with pytest.raises(GivenUpError), written_file(tmp_path / "all.pdf") as stream:
        paper.write_certificates(contents, stream, told)
    assert list(tmp_path.iterdir()) == []
    assert next(contents).serial == "AP1-C-0003"


def test_pages_leave_memory_as_they_are_drawn(paper: ReportLabPaper) -> None:
    stream = io.BytesIO()
    lengths: list[int] = []
    contents = (certificate("en", serial=f"AP1-C-{at:04}") for at in range(60))
    paper.write_certificates(contents, stream, lambda _: lengths.append(stream.tell()))
    assert all(before < after for before, after in pairwise(lengths))


@pytest.mark.long
@pytest.mark.parametrize("language", LANGUAGES)
def test_memory_is_flat_at_ten_thousand_pages(tmp_path: Path, language: str) -> None:
    """Between page 2,000 and the end a process grows by what says where pages stand."""
    file = tmp_path / "all.pdf"
    told = subprocess.run(
        [sys.executable, "-c", WRITER, str(file), language],
        cwd=HERE, check=True, capture_output=True, text=True,
    )  # fmt: skip
    early, late, end = map(int, told.stdout.split())
    size = file.stat().st_size
    sys.stdout.write(f"{language}: {early} {late} {end} kB, {size / 10_000:.0f} bytes a page\n")
    assert len(PdfDocument(file)) == 10_000
    assert end - early < 16_000
    assert size < 10_000 * 15_000
