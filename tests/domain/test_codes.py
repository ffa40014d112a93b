from __future__ import annotations

import pytest

from kiosk.domain.codes import codes, kept_whole

JOINER = "\u2060"


@pytest.mark.parametrize(
    "code",
    [
        "KA1-C-0042",
        "7QX4-9KTM-2VBR-0HNE-C",
        "QXZT-VKTM",  # a receipt code may happen to have no digit
        "23-12-2019",
        "UDYAM-KA-03-0012345",
        "gem-samvad-2019",
        "0190a4c2-7d3e-7b61-9f0a-2b6c51d7e8f3",
    ],
)
def test_a_code_is_found_in_any_sentence(code: str) -> None:
    for before, after in (
        ("", ""),
        ("سند نمبر \u2066", "\u2069 ملی۔"),
        ("(", ")،"),
        ("ಸಂಖ್ಯೆ ", "."),
    ):
        text = f"{before}{code}{after}"
        assert codes(text) == [(len(before), len(before) + len(code))]
        assert kept_whole(text) == f"{before}{code.replace('-', '-' + JOINER)}{after}"


@pytest.mark.parametrize(
    "text",
    [
        "Bhattacharjee-Mukhopadhyay",
        "e-Marketplace",
        "self-help group",
        "KA1 - C",
        "ई-मार्केटप्लेस",
        "KA1C0042",
        "-".join(["folder-of-2019"] * 3),  # longer than any code: it may need two lines
    ],
)
def test_words_are_no_codes(text: str) -> None:
    assert codes(text) == []
    assert kept_whole(text) == text
