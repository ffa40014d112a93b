"""Certificates as files: what stands on them, and what stands in for what cannot."""

from __future__ import annotations

import dataclasses
import io
import re
import subprocess
from pathlib import Path

import pytest

from kiosk.campaign.languages import load_words
from kiosk.certificates.paper import ReportLabPaper
from kiosk.domain.language import Tag
from kiosk.errors import EnvironmentFault, VisitorError
from kiosk.services.paper import Sheet
from kiosk.typesetting.fonts import Fonts
from kiosk.typesetting.typesetter import Typesetter
from tests.certificates.conftest import RESOURCES
from tests.certificates.samples import LANGUAGES, NAMES, SESSION, certificate
from tests.typesetting.test_missing import NAMES as NAMES_OF_ALL
from tests.typesetting.test_text_in_pdf import actual_texts

MARK = "\u200e"  # around dates and serials in lines from the right


def plain(sheet: Sheet) -> list[str]:
    return [text.replace(MARK, "") for text in actual_texts(sheet.pdf)]


@pytest.mark.parametrize("language", LANGUAGES)
def test_one_page_with_name_serial_date_and_organiser(
    paper: ReportLabPaper, tmp_path: Path, language: str
) -> None:
    sheet = paper.certificate(certificate(language))
    texts = plain(sheet)
    assert (sheet.pages, sheet.blank) == (1, ())
    assert NAMES[language] in texts
    together = " ".join(texts)
    for part in ("AP1-C-0042", "23-12-2019", "GeM", SESSION[language].split()[0]):
        assert part in together
    path = tmp_path / "certificate.pdf"
    path.write_bytes(sheet.pdf)
    said = subprocess.run(["pdffonts", path], check=True, capture_output=True, text=True).stdout
    fonts = said.splitlines()[2:]
    assert fonts
    assert all(re.search(r"Identity-H +yes yes yes", font) for font in fonts)
    info = subprocess.run(["pdfinfo", path], check=True, capture_output=True, text=True).stdout
    assert re.search(r"Pages: +1\n", info)
    assert "841.89 x 595.276" in info
    assert f"/Lang ({language})".encode() in sheet.pdf


@pytest.mark.parametrize("language", LANGUAGES)
def test_dates_read_the_same_in_every_direction(paper: ReportLabPaper, language: str) -> None:
    """In a line from the right an unmarked date would be read from its year."""
    texts = actual_texts(paper.certificate(certificate(language)).pdf)
    dated = next(text for text in texts if "23-12-2019" in text)
    assert (f"{MARK}23-12-2019{MARK}" in dated) == (language == "ur")


@pytest.mark.parametrize("name", NAMES_OF_ALL.values(), ids=NAMES_OF_ALL)
def test_names_of_all_languages_stand_on_certificates_of_the_five(
    paper: ReportLabPaper, name: str
) -> None:
    sheet = paper.certificates([certificate(language, name=name) for language in LANGUAGES])
    assert (sheet.pages, sheet.blank) == (5, ())
    assert plain(sheet).count(name) == 5


@pytest.mark.parametrize("name", ["😀 Ravi", "漢字", "ि", "W" * 200])
def test_a_name_that_cannot_be_set_is_a_line_to_write_on(paper: ReportLabPaper, name: str) -> None:
    sheet = paper.certificates([certificate("en"), certificate("en", name=name)])
    assert (sheet.pages, sheet.blank) == (2, (name,))
    assert name not in plain(sheet)
    assert not any("😀" in text for text in plain(sheet))


def test_a_certificate_without_a_name_is_listed_by_its_serial(paper: ReportLabPaper) -> None:
    assert paper.certificate(certificate("hi", name="")).blank == ("AP1-C-0042",)


@pytest.mark.parametrize("language", LANGUAGES)
def test_sixty_letters_in_one_word_are_set(paper: ReportLabPaper, language: str) -> None:
    unbroken = {
        "hi": "विजयलक्ष्मीनारायणसुब्रह्मण्यराजराजेश्वरीदेवीअम्मालशर्माणी",
        "en": "Venkatanarasimharajuvaripetasubrahmanyeswarasatyanarayanarao",
        "ur": "عبدالرحمٰنصدیقیابوالکلاممحیالدیناحمددہلویانصاریقادریچشتیگیلان",
        "kn": "ವೆಂಕಟನರಸಿಂಹರಾಜುವಾರಿಪೇಟೆಸುಬ್ರಹ್ಮಣ್ಯೇಶ್ವರಸತ್ಯನಾರಾಯಣರಾವ್",
        "te": "వెంకటనరసింహరాజువారిపేటసుబ్రహ్మణ్యేశ్వరసత్యనారాయణరావుగారు",
    }[language]
    sheet = paper.certificate(certificate(language, name=unbroken))
    assert sheet.blank == ()
    assert unbroken in plain(sheet)


def test_marks_stand_on_what_is_practice_specimen_or_sample(paper: ReportLabPaper) -> None:
    clean = " ".join(plain(paper.certificate(certificate("en"))))
    assert not re.search("practice|specimen|sample(?! venue)", clean, re.IGNORECASE)
    for flag, words in (("practice", "PRACTICE"), ("specimen", "SPECIMEN"), ("sample", "samples.")):
        marked = " ".join(plain(paper.certificate(certificate("en", **{flag: True}))))
        assert words in marked
    for language in LANGUAGES:
        marked = " ".join(plain(paper.certificate(certificate(language, practice=True))))
        assert marked.count("PRACTICE") == 2  # on the border and behind the text


def test_many_sessions_are_counted_where_they_do_not_fit(paper: ReportLabPaper) -> None:
    sheet = paper.certificate(certificate("en", sessions=(SESSION,) * 50))
    assert re.search(r"and \d+ more", " ".join(plain(sheet)))


def test_no_session_no_list_of_sessions(paper: ReportLabPaper) -> None:
    assert "Sessions" not in " ".join(plain(paper.certificate(certificate("en", sessions=()))))


def test_a_text_of_the_pack_that_no_font_has_is_refused(paper: ReportLabPaper) -> None:
    with pytest.raises(EnvironmentFault) as fault:
        paper.certificate(certificate("en", venue={"en": "漢"}))
    assert fault.value.key == "font_missing"
    assert fault.value.values["clusters"] == "漢"


def test_a_text_of_the_pack_that_has_no_room_is_refused(paper: ReportLabPaper) -> None:
    with pytest.raises(EnvironmentFault) as fault:
        paper.certificate(certificate("en", venue={"en": "venue " * 300}))
    assert fault.value.key == "paper_too_small"
    assert fault.value.values["place"] == "main"


def test_a_language_without_words_is_refused(paper: ReportLabPaper) -> None:
    with pytest.raises(VisitorError) as refused:
        paper.certificate(dataclasses.replace(certificate("en"), language=Tag("xx")))
    assert refused.value.key == "language_unknown"


def test_the_same_content_makes_the_same_file_alone_and_again(paper: ReportLabPaper) -> None:
    once, again = (paper.certificate(certificate("te")).pdf for _ in range(2))
    assert once == again


def test_a_batch_shares_fonts_and_ornaments(paper: ReportLabPaper) -> None:
    many = [certificate("hi", serial=f"AP1-C-{at:04}", qr=f"GEM {at}") for at in range(40)]
    batch = paper.certificates(many)
    assert batch.pages == 40
    assert batch.pdf.count(b"/FontFile2") <= 4
    assert len(batch.pdf) / 40 < 5000


def test_a_batch_of_none_is_a_mistake_of_the_caller(paper: ReportLabPaper) -> None:
    with pytest.raises(ValueError, match="at least one"):
        paper.certificates([])


def test_what_is_kept_of_a_batch_is_bounded_and_changes_no_page() -> None:
    """Constant lines are kept for all pages, names and serials until there are too many."""
    used, fresh = (
        ReportLabPaper(load_words(RESOURCES), Typesetter(Fonts()), RESOURCES / "templates")
        for _ in range(2)
    )
    stream = io.BytesIO()
    batch = (certificate("en", name=f"Asha {at}", serial=f"AP1-C-{at:04}") for at in range(700))
    assert used.write_certificates(batch, stream).pages == 700
    assert len(used._shelf.pages("classic", "certificate")._setter._said) <= 1024
    again = certificate("en", name="Asha 7", serial="AP1-C-0007")
    assert used.certificate(again) == fresh.certificate(again)
