"""Which font sets which characters: whole stretches where one font has them, else parts."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from itertools import pairwise

from fontTools import unicodedata as ucd
from uniseg.graphemecluster import grapheme_cluster_boundaries

from kiosk.typesetting.fonts import Face, Fonts
from kiosk.typesetting.runs import SHARED
from kiosk.typesetting.sanity import needs_no_glyph
from kiosk.typesetting.scripts import SCRIPTS

_TATWEEL = "\u0640"  # shared between scripts, yet a part of its word


def choose(
    fonts: Fonts, text: str, scripts: Sequence[str], language: str, weight: int
) -> list[Face | None]:
    """A font for every character, None where there is none."""
    chosen: list[Face | None] = []
    spare = fonts.candidates("Latn", language, weight)
    for start, stop in stretches(scripts):
        script, part = scripts[start], text[start:stop]
        own = fonts.candidates(script, language, weight)
        whole = _first(own, part)
        if whole is not None:
            chosen += [whole] * len(part)
            continue
        joins = script in SCRIPTS and SCRIPTS[script].joins
        for unit in _words(part) if joins else clusters(part):
            # Signs that a script's own fonts lack come from the Latin one; of scripts that are
            # printed here its letters never do, so that nothing is half set.
            borrows = script not in SCRIPTS or all(ucd.script(char) in SHARED for char in unit)
            chosen += [_first((*own, *spare) if borrows else own, unit)] * len(unit)
    return chosen


def clusters(text: str) -> list[str]:
    """The grapheme clusters of a text (UAX #29)."""
    bounds = list(grapheme_cluster_boundaries(text))
    return [text[start:stop] for start, stop in pairwise(bounds)]


def stretches(values: Sequence[object]) -> Iterator[tuple[int, int]]:
    """Where neighbouring values are equal: (start, stop) of each stretch."""
    start = 0
    for at in range(1, len(values) + 1):
        if at == len(values) or values[at] != values[start]:
            yield start, at
            start = at


def _first(faces: Sequence[Face], text: str) -> Face | None:
    return next((face for face in faces if _covers(face, text)), None)


def _covers(face: Face, text: str) -> bool:
    """Whether the face has every character, or what it decomposes to."""
    return all(
        ord(char) in face.coverage
        or needs_no_glyph(char)
        or _covers_parts(face, unicodedata.normalize("NFD", char), char)
        for char in text
    )


def _covers_parts(face: Face, parts: str, char: str) -> bool:
    return parts != char and all(ord(part) in face.coverage for part in parts)


def _words(text: str) -> Iterator[str]:
    """Words whole, since their letters join; spaces and signs one by one."""
    letters = [ucd.script(char) != "Zyyy" or char == _TATWEEL for char in text]
    for start, stop in stretches(letters):
        if letters[start]:
            yield text[start:stop]
        else:
            yield from text[start:stop]
