"""Keyboards as data: what the files in ``resources/keyboards`` say."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any, Literal

from ui.theme import resource

Rows = tuple[tuple[str, ...], ...]
LayoutKind = Literal["script", "latin", "pad"]

SHIFT, DELETE = "{shift}", "{delete}"
JOINERS = {"{zwnj}": "\u200c", "{zwj}": "\u200d"}


@dataclass(frozen=True, slots=True)
class Layout:
    """One keyboard. ``signs`` says in which slot of a syllable each sign of the first row stands;
    ``vowels`` are the letters that take no vowel sign.
    """

    name: str
    kind: LayoutKind
    face: str  # what the key says that leads to it
    rows: Rows
    more: Rows = ()
    digits_face: str = "123"
    right_to_left: bool = False
    vowels: frozenset[str] = frozenset()
    signs: Mapping[str, str] = field(default_factory=dict)  # sign -> slot, in the row's order


@cache
def load_layout(name: str) -> Layout:
    """The layout ``resources/keyboards/<name>.toml``; FileNotFoundError if there is none."""
    with resource("keyboards", f"{name}.toml").open("rb") as file:
        data: dict[str, Any] = tomllib.load(file)
    slots: dict[str, str] = data.get("signs", {})
    return Layout(
        name=name,
        kind=data["kind"],
        face=data["face"],
        rows=_rows(data["rows"]),
        more=_rows(data.get("more", ())),
        digits_face=data.get("digits_face", "123"),
        right_to_left=data.get("right_to_left", False),
        vowels=frozenset(data.get("vowels", "").split()),
        signs={sign: slot for slot, signs in slots.items() for sign in signs.split()},
    )


def has_layout(tag: str) -> bool:
    """Whether there is a keyboard for the language."""
    return resource("keyboards", f"{tag}.toml").is_file()


def _rows(lines: list[str]) -> Rows:
    return tuple(tuple(line.split()) for line in lines)
