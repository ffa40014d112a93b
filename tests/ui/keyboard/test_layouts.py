from __future__ import annotations

import unicodedata
from itertools import chain

import pytest

from ui.keyboard.layout import JOINERS, Layout, has_layout, load_layout
from ui.keyboard.syllable import _ORDER
from ui.theme import resource
from ui.typeface import script_of

LANGUAGES = ("hi", "en", "ur", "kn", "te")
EVERY = sorted(path.stem for path in resource("keyboards").glob("*.toml"))
CONSONANTS = {
    "hi": "कखगघङचछजझञटठडढणतथदधनपफबभमयरलवशषसहळ",
    "kn": "ಕಖಗಘಙಚಛಜಝಞಟಠಡಢಣತಥದಧನಪಫಬಭಮಯರಲವಶಷಸಹಳಱೞ",
    "te": "కఖగఘఙచఛజఝఞటఠడఢణతథదధనపఫబభమయరలవశషసహళఱ",
    "ur": "ابپتٹثجچحخدڈذرڑزژسشصضطظعغفقکگلمنںوہھءیےآؤئۂۃ",
    "en": "abcdefghijklmnopqrstuvwxyz",
}
VOWELS = {
    "hi": "अआइईउऊऋएऐओऔऑऍॠ",
    "kn": "ಅಆಇಈಉಊಋಎಏಐಒಓಔೠ",
    "te": "అఆఇఈఉఊఋఎఏఐఒఓఔౠ",
    "ur": "",
    "en": "",
}
SIGNS = {
    "hi": "ािीुूृेैोौॉॅंँः़्",
    "kn": "ಾಿೀುೂೃೆೇೈೊೋೌಂಃ಼್",
    "te": "ాిీుూృెేైొోౌంఁః్",
    "ur": "َُِّْٰٓٔ".replace("\u0653", ""),
    "en": "",
}
DIGITS = {
    "hi": "०१२३४५६७८९",
    "kn": "೦೧೨೩೪೫೬೭೮೯",
    "te": "౦౧౨౩౪౫౬౭౮౯",
    "ur": "۰۱۲۳۴۵۶۷۸۹",
    "en": "",
}
LATIN_DIGITS = "0123456789"
TOOLS = {"{shift}", "{delete}", *JOINERS}


def tokens(layout: Layout) -> list[str]:
    return list(chain(*layout.rows, *layout.more, layout.signs))


@pytest.mark.parametrize("tag", LANGUAGES)
def test_every_character_that_names_need_is_there(tag: str) -> None:
    needed = CONSONANTS[tag] + VOWELS[tag] + SIGNS[tag] + DIGITS[tag] + LATIN_DIGITS + ".'-"
    reachable = {*tokens(load_layout(tag)), *".-'"}
    assert [c for c in needed if c not in reachable] == []


@pytest.mark.parametrize("tag", ["hi", "kn", "te"])
def test_letters_stand_in_the_order_of_the_alphabet(tag: str) -> None:
    singles = [t for t in chain(*load_layout(tag).rows) if len(t) == 1]
    consonants = [c for c in singles if c in CONSONANTS[tag]]
    assert consonants == [c for c in CONSONANTS[tag] if c in consonants]


@pytest.mark.parametrize("tag", ["hi", "kn", "te"])
def test_vowel_letters_are_known_as_such(tag: str) -> None:
    assert set(VOWELS[tag]) <= load_layout(tag).vowels
    assert not set(CONSONANTS[tag]) & load_layout(tag).vowels


@pytest.mark.parametrize("name", EVERY)
def test_a_layout_is_sound(name: str) -> None:
    layout = load_layout(name)
    every = [t for t in tokens(layout) if t not in TOOLS]
    assert all(unicodedata.normalize("NFC", token) == token for token in every)
    assert all(len(set(row)) == len(row) for row in layout.rows + layout.more)
    assert all(len(row) <= 17 for row in (*layout.rows, *layout.more, tuple(layout.signs)))
    assert all(token in TOOLS for token in tokens(layout) if token.startswith("{"))
    assert set(layout.signs.values()) <= set(_ORDER)
    assert len(layout.rows) <= 5


@pytest.mark.parametrize("tag", ["hi", "kn", "te", "ur"])
def test_letters_are_of_the_layouts_own_script(tag: str) -> None:
    layout = load_layout(tag)
    scripts = {script_of(c) for token in chain(*layout.rows, layout.signs) for c in token}
    assert len(scripts) == 1


def test_pads_have_what_they_are_for() -> None:
    assert set("0123456789+") <= set(tokens(load_layout("phone")))
    assert set("0123456789.") <= set(tokens(load_layout("number")))
    crockford = "0123456789ABCDEFGHJKMNPQRSTVWXYZ*~$=U"
    assert set(crockford + "-") <= set(tokens(load_layout("code")))
    assert set("@._-") <= set(tokens(load_layout("email")))


def test_a_language_without_layout_is_known() -> None:
    assert has_layout("kn")
    assert not has_layout("ml")
