from __future__ import annotations

import re

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from kiosk.domain.language import Tag
from kiosk.services.words import load_all_words
from tests.ui.speakers import TAGS, a_speaker


def test_it_says_sentences_in_the_chosen_language() -> None:
    speaker = a_speaker("hi")
    assert speaker.say("keyboard.next") == "आगे"
    assert speaker.say("field.problem", problem="X").endswith("X")


def test_another_language_is_told_once(qtbot: QtBot) -> None:
    speaker = a_speaker("hi")
    with qtbot.waitSignal(speaker.changed, timeout=60_000):
        speaker.set_tag(Tag("ur"))
    assert speaker.tag == "ur"
    assert speaker.right_to_left
    assert speaker.direction == Qt.LayoutDirection.RightToLeft
    with qtbot.assertNotEmitted(speaker.changed):
        speaker.set_tag(Tag("ur"))


def test_a_language_that_is_not_offered_is_refused() -> None:
    speaker = a_speaker("en")
    with pytest.raises(KeyError):
        speaker.set_tag(Tag("fr"))
    assert speaker.tag == "en"
    assert not speaker.right_to_left
    assert speaker.direction == Qt.LayoutDirection.LeftToRight


def test_a_key_without_sentence_is_a_fault_of_ours() -> None:
    with pytest.raises(KeyError):
        a_speaker().say("no.such.key")


def test_a_text_of_the_pack_falls_back_on_english() -> None:
    speaker = a_speaker("kn")
    assert speaker.text({"kn": "ಕನ್ನಡ", "en": "Kannada"}) == "ಕನ್ನಡ"
    assert speaker.text({"hi": "कन्नड़", "en": "Kannada"}) == "Kannada"


@pytest.mark.parametrize("tag", TAGS)
def test_fields_and_keyboard_have_all_their_words(tag: str) -> None:
    english, other = a_speaker("en").words, a_speaker(tag).words
    mine = [key for key in english.sentences if key.startswith(("field.", "keyboard."))]
    assert len(mine) > 15
    assert [key for key in mine if not other.has(key) or not other.say(key).strip()] == []


_COUNTED = (
    "batches", "count", "days", "due", "erased", "issued", "known", "new", "people", "rows",
    "sealed", "seconds", "sent", "there", "withdrawn",
)  # fmt: skip
_AGREE = {
    "staff.carry.visitors": "one has a sentence of its own",
    "staff.carry.entries": "one has a sentence of its own",
    "staff.find.more": "as many as are shown at the most",
    "staff.verify.others": "more than one",
    "paper.and_more": "no noun stands there",
    "printing.desk.hand": "no noun stands there",
    "staff.visitor.name_differs": "a name",
}
_SAME_WORD = {"hi", "ur", "kn"}  # a second or a day, and many of them
_TIMES = {"fault.clock_behind", "error.pin_locked", "staff.pin.locked", "idle.seconds"}


@pytest.mark.parametrize("tag", TAGS)
def test_a_number_stands_after_what_it_counts_so_that_one_agrees_as_well_as_many(
    tag: str,
) -> None:
    counted = re.compile(rf"(?<!: )(?<!\()\{{({'|'.join(_COUNTED)})\}}")
    same = _TIMES if tag in _SAME_WORD else set()
    sentences = load_all_words()[Tag(tag)].sentences

    assert [
        said for key, said in sentences.items()
        if counted.search(said) and "{done}" not in said and key not in _AGREE.keys() | same
    ] == []  # fmt: skip
