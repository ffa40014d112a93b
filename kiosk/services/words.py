"""Every language and its sentences, read once: the first thing that anybody needs."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from kiosk.campaign.languages import load_languages, load_words
from kiosk.domain.language import Language, Tag, Words
from kiosk.settings import RESOURCES


@cache
def load_all_languages() -> Mapping[Tag, Language]:
    """Every language that the product speaks, by tag."""
    return load_languages(RESOURCES)


@cache
def load_all_words() -> Mapping[Tag, Words]:
    """The sentences of every language, by tag."""
    return load_words(RESOURCES)
