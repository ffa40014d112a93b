"""People in the order of their names, as a list in that language has them.

The Unicode Collation Algorithm (UTS #10) with what CLDR changes for a language: a pile of
certificates is looked through by people who know their own alphabet.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Callable, Iterable
from functools import cache
from typing import Any, TypeVar

from kiosk.domain.language import Tag
from kiosk.settings import RESOURCES

T = TypeVar("T")
Key = tuple[object, ...]
_RULE = re.compile(r"(&|<<|<)([^&<]+)")
_STEP = 1 / 1024  # of a primary weight: more letters than any language puts after one
_COMMON = (32, 2)  # secondary and tertiary weight of an ordinary letter


def by_name(people: Iterable[T], name: Callable[[T], str], language: Tag) -> list[T]:
    """Sorted by what ``name`` tells of each; the same names keep their order."""
    order = name_order(language)
    return sorted(people, key=lambda one: order(name(one)))


@cache
def name_order(language: Tag) -> Callable[[str], Key]:
    """A key for sorting names in that language; one that is not known has the order of all."""
    import pyuca  # noqa: PLC0415 - 0.1 s and 30 MB, for who prints a pile

    tables = tomllib.loads((RESOURCES / "collation.toml").read_text("utf-8"))
    told = tables.get(language.partition("-")[0], {"first": "", "rules": ""})
    collator, first = pyuca.Collator(), str(told["first"])
    _tailor(collator.table, str(told["rules"]))

    def key(name: str) -> Key:
        bare = name.casefold().lstrip(" .'-")
        foreign = not unicodedata.name(bare[:1] or " ", "").startswith(first)
        return foreign, collator.sort_key(name), name

    return key


def _tailor(table: Any, rules: str) -> None:  # noqa: ANN401 - pyuca tells no types
    """Puts the letters of the rules where they say, each a little after the one before it."""
    weight, second = 0.0, 0
    for how, text in _RULE.findall("".join(rules.split())):
        points = [ord(one) for one in unicodedata.normalize("NFD", text)]
        if how == "&":
            _, found, _ = table.find_prefix(points)
            weight, second = found[0][0], 0
            continue
        weight, second = (weight + _STEP, 0) if how == "<" else (weight, second + 1)
        table.add(points, [(weight, _COMMON[0] + second, _COMMON[1])])
