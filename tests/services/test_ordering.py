"""Names in the order of their language, beside ICU's (Qt has it) over long word lists."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from PySide6.QtCore import QCollator, QLocale

from kiosk.domain.language import Tag
from kiosk.services.ordering import by_name, name_order

WORDS = Path(__file__).parents[1] / "typesetting/words"
SCRIPTS = {"hi": "Deva", "kn": "Knda", "te": "Telu", "ur": "Arab", "en": "Latn"}
LEAST = 300


@pytest.mark.parametrize("tag", SCRIPTS)
def test_words_come_in_the_order_that_icu_gives_them(tag: str) -> None:
    lines = (WORDS / f"{SCRIPTS[tag]}.txt").read_text("utf-8").splitlines()
    told = [line.split("\t") for line in lines if line and not line.startswith("#")]
    words = sorted({one[-1] for one in told})
    assert len(words) >= LEAST
    icu = QCollator(QLocale(tag))
    mine = sorted(words, key=name_order(Tag(tag)))
    wrong = [(one, other) for one, other in pairwise(mine) if icu.compare(one, other) > 0]
    assert wrong == []


@pytest.mark.parametrize(
    ("tag", "names"),
    [
        ("hi", ["अंजलि", "अनिल", "आशा", "कमला", "क्षमा", "ज्ञान", "श्री", "हरि", "ळ", "Anil"]),
        ("kn", ["ಅಂಬಿಕಾ", "ಅನಿಲ", "ಆಶಾ", "ಕಮಲ", "ಲಕ್ಷ್ಮಿ", "Anil"]),
        ("te", ["అంజలి", "అనిల్", "ఆశ", "కమల", "లక్ష్మి", "Anil"]),
        ("ur", ["احمد", "اقبال", "آصف", "بشیر", "پروین", "ٹیپو", "گل", "وسیم", "ہاشم", "یاسمین"]),
        ("en", ["anil", "Asha", "Émile", "O'Brien", "zubin", "आशा"]),
        ("xx", ["Asha", "आशा"]),
    ],
)
def test_names_come_as_a_list_in_that_language_has_them(tag: str, names: list[str]) -> None:
    assert by_name(sorted(names, reverse=True), str, Tag(tag)) == names


def test_the_same_names_keep_their_order() -> None:
    people = [("Asha", 1), ("Anil", 2), ("Asha", 3)]
    assert by_name(people, lambda one: one[0], Tag("en")) == [people[1], people[0], people[2]]
