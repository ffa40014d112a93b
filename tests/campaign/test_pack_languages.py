"""A language is a folder; what is wrong with it is said with its file and key."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.campaign.languages import MAX_FILE_BYTES, load_language, load_languages, load_words
from kiosk.domain.language import Tag
from kiosk.errors import EnvironmentFault

RESOURCES = Path(__file__).resolve().parents[2] / "resources"
ABOUT = """[language]
tag = "xx"
native = "Xx"
english = "Ex"
script = "Latn"
right_to_left = false
greeting = "Hail"
choose = "Choose"
sample_letter = "X"
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "languages" / "xx"
    folder.mkdir(parents=True)
    (folder / "language.toml").write_text(ABOUT, "utf-8")
    return folder


def test_five_languages_ship_with_their_scripts() -> None:
    languages = load_languages(RESOURCES)
    scripts = {tag: language.script for tag, language in languages.items()}
    assert scripts == {"hi": "Deva", "en": "Latn", "ur": "Arab", "kn": "Knda", "te": "Telu"}
    assert [tag for tag in languages if languages[tag].right_to_left] == ["ur"]


def test_the_sentences_of_all_files_are_merged_under_dotted_keys(folder: Path) -> None:
    (folder / "one.toml").write_text('[a.b]\nc = "first"\n', "utf-8")
    (folder / "two.toml").write_text('d = "second {n}"\n', "utf-8")
    words = load_words(folder.parents[1])[Tag("xx")]
    assert words.sentences == {"a.b.c": "first", "d": "second {n}"}
    assert words.say("d", n=2) == "second 2"


def test_sentences_are_composed_to_nfc(folder: Path) -> None:
    (folder / "one.toml").write_text('a = "e\\u0301"\n', "utf-8")
    assert load_words(folder.parents[1])[Tag("xx")].say("a") == "\u00e9"


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ('[a]\nb = "here, too"\n', "a.b"),
        ("[c]\nd = 5\n", "c.d"),
        ("[c\n", ""),
        ("a = " + "[" * 5000 + "\n", ""),
        ("# " + "x" * MAX_FILE_BYTES, ""),
    ],
    ids=["a key in two files", "no sentence", "no TOML", "nested without end", "too large"],
)
def test_a_file_that_is_not_right_is_named(folder: Path, text: str, at: str) -> None:
    (folder / "one.toml").write_text('[a]\nb = "first"\n', "utf-8")
    (folder / "two.toml").write_text(text, "utf-8")
    with pytest.raises(EnvironmentFault) as caught:
        load_words(folder.parents[1])
    assert caught.value.key == "language_file"
    assert caught.value.values == {"file": "xx/two.toml", "at": at}


@pytest.mark.parametrize(
    ("old", "new", "at"),
    [
        ('native = "Xx"', 'native = " "', "language.native"),
        ('greeting = "Hail"\n', "", "language.greeting"),
        ("right_to_left = false", 'right_to_left = "no"', "language.right_to_left"),
        ('tag = "xx"', 'tag = "yy"', "language.tag"),
        ('choose = "Choose"', 'choose = "Choose"\nflag = "no"', "language.flag"),
        ("[language]", "[speech]", "language"),
    ],
)
def test_a_language_must_be_described_whole(folder: Path, old: str, new: str, at: str) -> None:
    (folder / "language.toml").write_text(ABOUT.replace(old, new), "utf-8")
    with pytest.raises(EnvironmentFault) as caught:
        load_language(folder)
    assert caught.value.values["at"] == at
