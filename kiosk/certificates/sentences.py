"""The sentences of a template, its own or those of the languages' folder, and what fills them."""

from __future__ import annotations

import string
from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache

from kiosk.certificates.template import Item
from kiosk.domain.language import Text, Words
from kiosk.typesetting.bidi import isolated_within
from kiosk.typesetting.scripts import is_right_to_left


def sentence_of(key: str, own: Text, words: Words) -> str:
    """The sentence as it stands in that language; "" where the template has none here."""
    return own.get(words.tag, "") if own else words.sentences.get(key, "")


@lru_cache(maxsize=1024)
def names_in(sentence: str) -> frozenset[str]:
    """The names in curly brackets. Raises ValueError for a sentence with anything else there."""
    names: set[str] = set()
    for _, name, form, conversion in string.Formatter().parse(sentence):
        if name is None:
            continue
        if form or conversion or not name.isidentifier():
            raise ValueError(name)
        names.add(name)
    return frozenset(names)


def filled(sentence: str, values: Mapping[str, str]) -> str:
    """The sentence with its values; they are put in as they are, never read as sentences."""
    return sentence.format_map({name: values[name] for name in names_in(sentence)})


def choices(
    item: Item,
    words: Words,
    fields: Mapping[str, str],
    shorter: Mapping[str, Sequence[str]],
) -> Iterator[str]:
    """The text, with ever shorter values of a field that has them."""
    sentence = sentence_of(item.text, item.own, words)
    names = frozenset({item.field}) if item.field else names_in(sentence)
    changing = next((name for name in names if name in shorter), "")
    base = int(is_right_to_left(words.tag))
    for value in shorter.get(changing, ("",)):
        values = {**fields, changing: value}
        if item.field:
            yield values[item.field]
        else:
            yield filled(sentence, {name: isolated_within(values[name], base) for name in names})
