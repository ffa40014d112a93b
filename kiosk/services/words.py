"""Every language and its sentences, each read once: the first thing that anybody needs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache

from kiosk.campaign.languages import load_languages, load_words_of
from kiosk.domain.language import Language, Tag, Words
from kiosk.settings import RESOURCES


@cache
def load_all_languages() -> Mapping[Tag, Language]:
    """Every language that the product speaks, by tag."""
    return load_languages(RESOURCES)


@cache
def load_all_words() -> Mapping[Tag, Words]:
    """The sentences of every language, by tag; each is read when it is first asked for."""
    return _Shelf(load_all_languages())


class _Shelf(Mapping[Tag, Words]):
    """Reading one language takes longer than painting a screen of it; nobody reads all at once."""

    def __init__(self, languages: Mapping[Tag, Language]) -> None:
        self._tags = tuple(languages)
        self._read: dict[Tag, Words] = {}

    def __getitem__(self, tag: Tag) -> Words:
        if tag not in self._tags:
            raise KeyError(tag)
        if tag not in self._read:
            self._read[tag] = load_words_of(RESOURCES / "languages" / tag)
        return self._read[tag]

    def __iter__(self) -> Iterator[Tag]:
        return iter(self._tags)

    def __len__(self) -> int:
        return len(self._tags)
