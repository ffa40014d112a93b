"""Free text, and the choice of a check by appearance."""

import pytest

from kiosk.errors import VisitorError
from kiosk.validate import clean
from kiosk.validate.text import TEXT_LIMIT


@pytest.mark.parametrize(
    ("appearance", "typed", "stored"),
    [
        ([], "  बहुत   अच्छा\nहै ", "बहुत अच्छा है"),
        (["minimal"], "a\tb", "a b"),
        (["multiline"], "a  b \r\n\r\n\r\n  c\u2028d\n\n", "a b\n\nc\nd"),
        (["multiline"], "\n\n", ""),
        (["multiline"], "\na", "a"),
        (["w2", "multiline"], "one\ntwo", "one\ntwo"),
        ([], "good 😀 👩🏽‍🌾", "good 😀 👩🏽‍🌾"),
        ([], "क्‍ष ಶ್‌ರೀ", "क्‍ष ಶ್‌ರೀ"),
        ([], "a\0b\u00ad", "ab"),
        ([], "=1+1", "=1+1"),
        ([], "शिकायत: 2+2", "शिकायत: 2+2"),
        (["w2", "name"], " Asha ", "Asha"),
    ],
)
def test_text_is_kept_in_its_owners_words(appearance: list[str], typed: str, stored: str) -> None:
    assert clean(appearance, typed) == stored


@pytest.mark.parametrize("sign", ["\u202e", "\u2066", "\u061c", "\udfff", "\uf8ff", "\uffff"])
def test_text_that_reads_otherwise_than_it_is_stored_is_refused(sign: str) -> None:
    with pytest.raises(VisitorError) as refused:
        clean(["multiline"], f"good {sign} day")
    assert (refused.value.key, refused.value.code) == ("hidden_characters", "characters")


def test_the_limit_holds_for_what_is_left_after_cleaning() -> None:
    assert clean([], "a" * TEXT_LIMIT + " " * 100) == "a" * TEXT_LIMIT
    with pytest.raises(VisitorError) as refused:
        clean([], "a" * (TEXT_LIMIT + 1))
    assert (refused.value.key, refused.value.code) == ("too_long_text", "too_long")
