"""Which script each character is set in (UAX #24), shared signs resolved by their neighbours and
by the scripts that they are used with (Script_Extensions).
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from fontTools import unicodedata as ucd

from kiosk.typesetting.resolving import bracket
from kiosk.typesetting.scripts import SCRIPTS

SHARED = frozenset({"Zyyy", "Zinh", "Zzzz"})

_script = lru_cache(maxsize=4096)(ucd.script)


def scripts(text: str, default: str, levels: Sequence[int]) -> list[str]:
    """The script of every character.

    Spaces, digits and punctuation go with what stands before them, at the beginning with what
    follows, and with ``default`` where nothing has a script. Where the line turns its direction
    they go with the side that they are read with: a space after a Latin name in an Urdu line is
    an Urdu space. A closing bracket goes with its opening one, whatever stands between them. A sign
    of some scripts only (a danda, an Arabic comma) goes with a neighbour of these, else with
    ``default`` if that is one, else with the first of them: a danda after a Latin word is none of
    Latin's.
    """
    found: list[str] = []
    current, level = _first(text, default), levels[0] if levels else 0
    following = _following(text)
    open_brackets: list[tuple[str, str]] = []
    for at, char in enumerate(text):
        own = _script(char)
        if own not in SHARED:
            current, level = own, levels[at]
        elif own == "Zyyy":
            ahead = following[at]
            if ahead is not None and levels[at] != level and levels[at] == levels[ahead]:
                current, level = _script(text[ahead]), levels[at]
            current = _shared(char, current, open_brackets)
            users = _users(char)
            if users and current not in users:
                after = _script(text[ahead]) if ahead is not None else default
                current = next((near for near in (after, default) if near in users), users[0])
        found.append(current)
    return found


def _following(text: str) -> list[int | None]:
    """For every character, where the next one with a script of its own stands."""
    following: list[int | None] = []
    ahead: int | None = None
    for at in range(len(text) - 1, -1, -1):
        if _script(text[at]) not in SHARED:
            ahead = at
        following.append(ahead)
    return following[::-1]


@lru_cache(maxsize=1024)
def _users(char: str) -> tuple[str, ...]:
    """The scripts that a Common character is limited to, those that are printed here first."""
    scripts = ucd.script_extension(char) - SHARED
    return (*(own for own in SCRIPTS if own in scripts), *sorted(scripts - SCRIPTS.keys()))


def _first(text: Sequence[str], default: str) -> str:
    own = (_script(char) for char in text)
    return next((script for script in own if script not in SHARED), default)


def _shared(char: str, current: str, open_brackets: list[tuple[str, str]]) -> str:
    """The script of a Common character; keeps the stack of open brackets."""
    kind, partner = bracket(char)
    if kind == "o":
        open_brackets.append((partner, current))
    elif kind == "c":
        for depth in range(len(open_brackets) - 1, -1, -1):
            if open_brackets[depth][0] == char:
                current = open_brackets[depth][1]
                del open_brackets[depth:]
                break
    return current
