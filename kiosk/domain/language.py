"""Languages and their words: what a person reads, looked up by key."""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple, NewType

Tag = NewType("Tag", str)  # BCP 47: hi, ks-Arab, sat-Olck

Text = Mapping[str, str]  # the same sentence by language tag


class Language(NamedTuple):
    """A language as the kiosk offers it. ``native`` is its own name; ``script`` is ISO 15924."""

    tag: Tag
    native: str
    english: str
    script: str
    right_to_left: bool
    greeting: str
    choose: str  # "Choose your language"
    sample_letter: str  # shown small and large on the button for text size


def in_language(text: Text, tag: str, then: str = "en") -> str:
    """The text in that language, else in ``then``, else in whatever language it has; "" if none."""
    return text.get(tag) or text.get(then) or next((value for value in text.values() if value), "")


class Words(NamedTuple):
    """All sentences of one language, by key.

    >>> Words(Tag("en"), {"hall.seats": "{count} seats"}).say("hall.seats", count=40)
    '40 seats'
    """

    tag: Tag
    sentences: Mapping[str, str]

    def say(self, key: str, **values: object) -> str:
        """The sentence with its values filled in; KeyError if this language does not have it."""
        sentence = self.sentences[key]
        return sentence.format(**values) if values else sentence

    def has(self, key: str) -> bool:
        return key in self.sentences


def indian_grouping(number: int) -> str:
    """4000000 as 40,00,000: the last three digits, then twos, as India writes numbers."""
    digits = str(abs(number))
    head, tail = digits[:-3], digits[-3:]
    pairs = [head[max(at - 2, 0) : at] for at in range(len(head), 0, -2)]
    return ("-" if number < 0 else "") + ",".join([*reversed(pairs), tail])
