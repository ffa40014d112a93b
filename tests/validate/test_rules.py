"""Whatever is typed: a cleaned text that cleaning leaves alone, or a refusal with words for it."""

import tomllib
import unicodedata
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from kiosk.errors import VisitorError
from kiosk.validate import clean

APPEARANCES = ["", "multiline", "name", "mobile", "email", "pin-code", "gstin", "pan", "udyam"]
LANGUAGES = Path(__file__).parents[2] / "resources/languages"
TAGS = ["hi", "en", "ur", "kn", "te"]
KEYS = {
    "aadhaar", "hidden_characters", "name_characters", "name_letters", "name_marks",
    "too_long_name", "too_long_text", "mobile", "email", "pin_code", "gstin", "pan", "udyam",
}  # fmt: skip
CODES = {"aadhaar", "characters", "too_long", "invalid"}

_AWKWARD = (
    "ab Zé\u0301\u0300\u200d\u200c\u200b\0\t\n\u2028\u00a0कि्षम\u0951محّ\u0670రು\u1deb०9१2+-@.😀"
)
anything = st.one_of(
    st.text(st.characters(), max_size=60),  # lone surrogates included
    st.text(st.sampled_from(_AWKWARD), max_size=30),
    st.text(st.sampled_from("0123456789९۹೯ -+@.in"), max_size=24),
)


@given(anything, st.sampled_from(APPEARANCES))
@example("2341\x0023412346", "name")
@example("a\u0301\u200d\u0301", "name")
@example("\u2000a\u2001", "")
@example("x" * 10_000_000, "multiline")
@example("\ud800" * 5000, "mobile")
def test_cleaning_ends_in_stable_text_or_a_refusal(text: str, appearance: str) -> None:
    once = _cleaned(appearance, text)
    if isinstance(once, VisitorError):
        assert once.key in KEYS
        assert once.code in CODES
        return
    assert clean([appearance], once) == once
    assert unicodedata.is_normalized("NFC", once)
    once.encode()  # no surrogate is left


def _cleaned(appearance: str, text: str) -> str | VisitorError:
    try:
        return clean([appearance], text)
    except VisitorError as refused:
        return refused


@pytest.mark.parametrize("tag", TAGS)
def test_every_refusal_has_its_sentence(tag: str) -> None:
    words = tomllib.loads((LANGUAGES / tag / "validate.toml").read_text("utf-8"))
    assert set(words["error"]) == KEYS
    for key, sentence in words["error"].items():
        said = sentence.format(limit=120) if key.startswith("too_long") else sentence.format()
        assert said == unicodedata.normalize("NFC", said)
        assert ("120" in said) == key.startswith("too_long")
    assert words["validate"]["stripped"]
