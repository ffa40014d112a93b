"""The sentences on paper, complete and alike in all five languages."""

from __future__ import annotations

import re
import string
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.campaign.languages import load_words
from kiosk.domain.language import Tag
from tests.certificates.conftest import RESOURCES
from tests.certificates.samples import LANGUAGES

ROOMS = [Path(__file__).parents[2] / "kiosk" / room for room in ("typesetting", "certificates")]
OF_DRAWINGS = {"part", "large", "unsafe"}  # svg.fault puts "picture" before them
ONLY_BESIDE_ENGLISH = {"campaign_en"}  # an English page does not say its English name twice


def flat(table: dict[str, object], before: str = "") -> Iterator[tuple[str, str]]:
    for key, value in table.items():
        if isinstance(value, dict):
            yield from flat(value, f"{before}{key}.")
        else:
            assert isinstance(value, str)
            yield before + key, value


def sentences(language: str) -> dict[str, str]:
    folder = RESOURCES / "languages" / language
    files = (folder / name for name in ("paper.toml", "templates.toml", "signing.toml"))
    found: dict[str, str] = {}
    for path in files:
        found.update(flat(tomllib.loads(path.read_text(encoding="utf-8"))))
    return found


def placeholders(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sentence_stands_in_every_language_with_its_values(language: str) -> None:
    english, own = sentences("en"), sentences(language)
    assert own.keys() == english.keys()
    for key, sentence in own.items():
        assert sentence.strip()
        assert placeholders(sentence) - ONLY_BESIDE_ENGLISH == placeholders(english[key])


def test_every_refusal_of_these_rooms_has_its_sentence() -> None:
    known = load_words(RESOURCES)[Tag("en")].sentences
    code = "\n".join(path.read_text() for room in ROOMS for path in room.glob("*.py"))
    for kind, table in (("VisitorError", "error"), ("EnvironmentFault", "fault")):
        keys = set(re.findall(rf'{kind}\(\s*"(\w+)"', code))
        assert keys
        assert {f"{table}.{key}" for key in keys} <= known.keys()
    wrong = set(re.findall(r'\.wrong\(\s*"(\w+)"', code)) - OF_DRAWINGS
    assert {f"fault.template_{key}" for key in wrong} <= known.keys()
