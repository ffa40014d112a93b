from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.language import Tag, Words, in_language, indian_grouping

TEXT = {"hi": "नमस्ते", "en": "Welcome", "ur": ""}


def test_a_text_falls_back_to_english_then_to_what_there_is() -> None:
    assert in_language(TEXT, "hi") == "नमस्ते"
    assert in_language(TEXT, "ur") == "Welcome"
    assert in_language({"kn": "ಸ್ವಾಗತ"}, "hi") == "ಸ್ವಾಗತ"
    assert in_language({}, "hi") == ""


def test_words_fill_in_values_and_leave_braces_alone_without_any() -> None:
    words = Words(Tag("en"), {"a.b": "{count} of {of}", "a.c": "as it is {x}"})
    assert words.say("a.b", count=2, of=6) == "2 of 6"
    assert words.say("a.c") == "as it is {x}"
    assert words.has("a.b")
    assert not words.has("a.d")
    with pytest.raises(KeyError):
        words.say("a.d")


@pytest.mark.parametrize(
    ("number", "written"),
    [
        (0, "0"), (999, "999"), (1_000, "1,000"), (100_000, "1,00,000"), (4_000_000, "40,00,000"),
        (-123_456_789, "-12,34,56,789"),
    ],
)  # fmt: skip
def test_numbers_are_grouped_as_in_india(number: int, written: str) -> None:
    assert indian_grouping(number) == written


@given(st.integers(-(10**15), 10**15))
def test_grouping_loses_nothing(number: int) -> None:
    assert int(indian_grouping(number).replace(",", "")) == number
