from __future__ import annotations

import unicodedata

import pytest

from ui.keyboard.layout import load_layout
from ui.keyboard.syllable import length_to_delete, syllable_before


def typed(tag: str, before: str, sign: str) -> str:
    """The text after a sign was touched."""
    layout = load_layout(tag)
    syllable = syllable_before(before, layout)
    assert syllable is not None
    return before[: -syllable.length] + syllable.with_sign(layout.signs[sign], sign)


@pytest.mark.parametrize(
    ("tag", "before", "sign", "after"),
    [
        ("hi", "कृष्ण", "ा", "कृष्णा"),
        ("hi", "णा", "ि", "णि"),  # the right vowel takes the wrong one's place
        ("hi", "णा", "ं", "णां"),
        ("hi", "णां", "ी", "णीं"),  # and leaves the modifier where it is
        ("hi", "णां", "ँ", "णाँ"),
        ("hi", "णा", "्", "ण्"),
        ("hi", "ण्", "ा", "णा"),
        ("hi", "अ", "ं", "अं"),
        ("hi", "फ", "़", "फ़"),
        ("hi", "फा", "़", "फ़ा"),
        ("hi", "न", "़", "ऩ"),  # one character in NFC
        ("hi", "ऩ", "ा", "ऩा"),
        ("hi", "ड़", "ी", "ड़ी"),
        ("kn", "ಕ", "ೊ", "ಕೊ"),
        ("kn", "ಕೊ", "ೀ", "ಕೀ"),
        ("te", "క్ష", "ి", "క్షి"),
        ("ur", "محم", "ّ", "محمّ"),
        ("ur", "مّ", "َ", "مَّ"),
        ("ur", "مُ", "ِ", "مِ"),
        ("ur", "و", "ٔ", "ؤ"),
    ],
)
def test_a_sign_finds_its_slot(tag: str, before: str, sign: str, after: str) -> None:
    before, after = (unicodedata.normalize("NFC", text) for text in (before, after))
    assert typed(tag, before, sign) == after


@pytest.mark.parametrize("before", ["", " ", "राम ", "5", "a", "ा", "ಕ", "।"])
def test_signs_need_a_letter_of_their_script(before: str) -> None:
    assert syllable_before(before, load_layout("hi")) is None


def test_vowel_letters_take_no_vowel_sign() -> None:
    syllable = syllable_before("आ", load_layout("hi"))
    assert syllable is not None
    assert [syllable.takes(slot) for slot in ("vowel", "virama", "nukta", "modifier")] == [
        False, False, False, True,
    ]  # fmt: skip


def test_the_sign_that_stands_is_known() -> None:
    syllable = syllable_before("णा", load_layout("hi"))
    assert syllable is not None
    assert syllable.holds("ा")
    assert not syllable.holds("ी")


def test_latin_has_no_signs() -> None:
    assert syllable_before("a", load_layout("en")) is None


@pytest.mark.parametrize(
    ("text", "steps"),
    [
        ("लक्ष्मी", ["लक्ष्म", "लक्ष", "लक", "ल", ""]),
        ("क्ष्", ["क्ष", "क", ""]),
        ("கக்ஷ", ["கக", "க", ""]),
        ("ಕೃಷ್ಣ", ["ಕೃಷ", "ಕೃ", "ಕ", ""]),
        ("ರ್‍ಯ", ["ರ", ""]),  # virama and joiner go with the letter that they tie
        ("ക്‌", ["ക്", "ക", ""]),
        ("محمّد", ["محمّ", "محم", "مح", "م", ""]),
        ("é", [""]),
        ("e\u0301", [""]),
        ("👩\u200d🌾", [""]),
        ("D'S", ["D'", "D", ""]),
        ("a  ", ["a ", "a", ""]),
    ],
)
def test_delete_takes_off_what_a_person_sees_as_last(text: str, steps: list[str]) -> None:
    seen = []
    while text:
        text = text[: -length_to_delete(text)]
        seen.append(text)
    assert seen == steps


def test_there_is_nothing_to_delete_before_the_first_letter() -> None:
    assert length_to_delete("") == 0
    assert length_to_delete("\u200d") == 1
