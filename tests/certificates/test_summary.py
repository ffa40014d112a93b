"""The day on one page, whatever the day was like."""

from __future__ import annotations

import re

import pytest
from pypdfium2 import PdfDocument

from kiosk.certificates.paper import ReportLabPaper
from tests.certificates.samples import LANGUAGES, SENTENCES, figures, summary
from tests.certificates.test_certificates import plain


@pytest.mark.parametrize("language", LANGUAGES)
def test_one_page_with_figures_sentences_and_the_chain(
    paper: ReportLabPaper, language: str
) -> None:
    sheet = paper.summary(summary(language))
    texts = plain(sheet)
    assert sheet.pages == 1
    assert len(PdfDocument(sheet.pdf)) == 1
    for figure in ("1,284", "1,010", "812", "203", "790", "3"):
        assert figure in texts
    for _, sentence in SENTENCES:
        assert sentence in texts
    together = " ".join(texts)
    assert "9f3c" * 16 in together
    assert "4,211" in together
    assert "3.9" not in together
    assert "4.2" in together  # the average rating


def test_a_day_without_visitors_is_a_page_too(paper: ReportLabPaper) -> None:
    nothing = figures(
        registered=0, responses=0, anonymous=0, certificates=0, checked_in=0, drafts=0, printing=0,
        by_hour={}, by_language={}, by_does={}, ratings={}, themes={}, sentences=(),
    )  # fmt: skip
    for language in LANGUAGES:
        assert paper.summary(summary(language, figures=nothing)).pages == 1


def test_sentences_without_room_are_counted(paper: ReportLabPaper) -> None:
    many = tuple(("hi", f"वाक्य {at}: बोली लगाना आसान है।") for at in range(300))
    texts = plain(paper.summary(summary("en", figures=figures(sentences=many))))
    shown = sum(1 for text in texts if text.startswith("वाक्य"))
    more = next(
        found for text in texts if (found := re.match(r"More sentences in the export: (\d+)", text))
    )
    assert shown > 5
    assert shown + int(more[1]) == 300


def test_a_sentence_that_cannot_be_set_is_left_to_the_export(paper: ReportLabPaper) -> None:
    odd = (("en", "Good 😀"), ("en", "x" * 5000), ("en", "Fine."))
    texts = plain(paper.summary(summary("en", figures=figures(sentences=odd))))
    assert "Fine." in texts
    assert "More sentences in the export: 2." in texts


def test_many_kinds_and_long_labels_keep_to_their_places(paper: ReportLabPaper) -> None:
    kinds = {f"kind{at}": at for at in range(1, 40)}
    labels = {code: f"A very long label of a kind of buyer, {code}, " * 4 for code in kinds}
    sheet = paper.summary(
        summary("en", figures=figures(by_does=kinds, themes=kinds), does_labels=labels,
                theme_labels=labels)
    )  # fmt: skip
    texts = plain(sheet)
    assert "others" in texts
    assert str(sum(range(1, 34))) in texts
    assert any(text.endswith("…") for text in texts)


def test_every_hour_of_a_long_day(paper: ReportLabPaper) -> None:
    hours = dict.fromkeys(range(24), 1000)
    for language in ("en", "ur"):
        assert paper.summary(summary(language, figures=figures(by_hour=hours))).pages == 1


def test_practice_and_sample_are_marked(paper: ReportLabPaper) -> None:
    assert "PRACTICE" not in " ".join(plain(paper.summary(summary("en"))))
    marked = " ".join(plain(paper.summary(summary("en", practice=True, sample=True))))
    assert "PRACTICE" in marked
    assert "The venue is a sample." in marked


def test_nothing_that_a_pack_or_form_says_keeps_a_day_from_closing(paper: ReportLabPaper) -> None:
    odd = summary(
        "ur",
        venue={"en": "A venue with a name without end, " * 40},
        theme_labels={"pay": "💰 Payment", "search": ""},
        device_code="KA1234567890",
        figures=figures(sentences=(("", "No language."), ("hi", ""))),
    )
    texts = plain(paper.summary(odd))
    assert "… Payment" in texts
    assert "No language." in texts
    assert any(text.endswith("…") for text in texts)
