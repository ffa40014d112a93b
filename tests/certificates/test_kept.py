"""A certificate that is printed again looks as it was issued, whatever became of its design."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from kiosk.campaign.languages import load_words
from kiosk.certificates.paper import ReportLabPaper
from kiosk.services.paper import CertificateContent
from kiosk.typesetting.fonts import Fonts
from kiosk.typesetting.typesetter import Typesetter
from tests.certificates.conftest import RESOURCES
from tests.certificates.samples import certificate
from tests.certificates.test_packages import packed, png
from tests.certificates.test_templates import SMALL

LOGO = '\n[[frame.item]]\nkind = "image"\nfile = "@logo"\nwidth_mm = 9\nheight_mm = 9\n'
GROUND = '\n[[frame.item]]\nkind = "image"\nfile = "in/a.png"\nwidth_mm = 9\nheight_mm = 9\n'


def paper(tmp_path: Path, kept: Path | None = None, design: str = "our") -> ReportLabPaper:
    """As after a restart: nothing is open."""
    return ReportLabPaper(
        load_words(RESOURCES), Typesetter(Fonts()), RESOURCES / "templates", tmp_path / "own",
        design, kept or tmp_path / "kept",
    )  # fmt: skip


def in_design(mark: str) -> CertificateContent:
    return certificate("en", design=mark)


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """A campaign's folder of templates, with a design that has a picture and the logo."""
    folder = tmp_path / "own"
    (folder / "in").mkdir(parents=True)
    (folder / "our.toml").write_text(SMALL + LOGO + GROUND, encoding="utf-8")
    (folder / "logo.png").write_bytes(png((60, 20)))
    (folder / "in" / "a.png").write_bytes(png((6, 4)))
    return folder


@pytest.mark.parametrize("changed", ["our.toml", "logo.png", "in/a.png", "all of it"])
def test_it_is_kept_as_it_was(tmp_path: Path, own: Path, changed: str) -> None:
    first = paper(tmp_path)
    mark = first.design_mark()
    assert re.fullmatch(r"our-[0-9a-f]{12}", mark)
    issued = first.certificate(in_design(mark)).pdf
    if changed == "our.toml":
        (own / changed).write_text(
            SMALL.replace("inset_mm = 5", "inset_mm = 4") + GROUND, encoding="utf-8"
        )
    elif changed == "all of it":
        shutil.rmtree(own)
        (tmp_path / "own").mkdir()
    else:
        (own / changed).write_bytes(png((30, 30), "L"))
    later = paper(tmp_path, design="classic" if changed == "all of it" else "our")
    assert later.has_design(mark)
    assert later.certificate(in_design(mark)).pdf == issued
    assert later.design_mark() != mark
    assert later.certificate(in_design("")).pdf != issued
    assert later.certificate(in_design(later.design_mark())).pdf != issued


def test_where_nothing_was_kept_the_same_files_do(tmp_path: Path, own: Path) -> None:
    mark = paper(tmp_path).design_mark()
    elsewhere = paper(tmp_path, tmp_path / "other laptop", "classic")
    assert elsewhere.has_design(mark)
    packed(own / "zipped.zip", {"template.toml": SMALL.encode()})
    zipped = paper(tmp_path, design="zipped").design_mark()
    (own / "zipped.zip").unlink()
    assert paper(tmp_path).has_design(zipped), "kept as a folder"


@pytest.mark.parametrize(
    "mark", ["our-0123456789ab", "", "our", "../own-0123456789ab", "a/b-0123456789ab", "-", "\0"]
)
def test_a_design_that_is_nowhere_is_not_taken_for_another(
    tmp_path: Path, own: Path, mark: str
) -> None:
    today = paper(tmp_path)
    assert not today.has_design(mark)
    plain = today.certificate(in_design("")).pdf
    assert today.certificate(in_design(mark)).pdf == plain


def test_what_somebody_altered_among_the_kept_files_is_not_it(tmp_path: Path, own: Path) -> None:
    mark = paper(tmp_path).design_mark()
    (own / "our.toml").write_text(SMALL, encoding="utf-8")
    (tmp_path / "kept" / mark / "in" / "a.png").write_bytes(png((8, 8)))
    assert not paper(tmp_path).has_design(mark)
    (tmp_path / "kept" / mark / "template.toml").write_text("schema =", encoding="utf-8")
    assert not paper(tmp_path).has_design(mark)


def test_a_folder_that_takes_nothing_keeps_nobody_waiting(tmp_path: Path, own: Path) -> None:
    (tmp_path / "kept").write_text("in the way")
    today = paper(tmp_path)
    mark = today.design_mark()
    assert today.has_design(mark)
    (tmp_path / "kept").unlink()
    assert today.design_mark() == mark
    assert (tmp_path / "kept" / mark / "template.toml").is_file(), "it was kept after all"


def test_one_file_of_pages_has_the_design_of_its_first(tmp_path: Path, own: Path) -> None:
    today = paper(tmp_path, design="classic")
    mark = paper(tmp_path).design_mark()
    both = today.certificates([in_design(mark), in_design(mark)])
    assert both.pages == 2
    assert both.pdf != today.certificates([in_design(""), in_design("")]).pdf
