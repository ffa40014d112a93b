"""The syllable before the cursor: what a sign would make of it, and what deleting takes off it.

A syllable is a letter with one sign at most in each slot: nukta, vowel or virama, modifier (ं ँ ः);
in Urdu a doubling, a vowel mark, a hamza above. A second sign of a slot takes the first one's
place, so that a wrong vowel is mended by touching the right one.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from PySide6.QtCore import QTextBoundaryFinder

from ui.keyboard.layout import Layout
from ui.typeface import ARABIC, COMMON, LATIN, script_of

_ORDER = ("nukta", "above", "doubling", "vowel", "virama", "modifier")
_EXCLUDES = {"vowel": ("virama",), "virama": ("vowel", "modifier"), "modifier": ("virama",)}
_NEEDS_CONSONANT = frozenset({"vowel", "virama", "nukta"})
_JOINERS = "\u200c\u200d"
_INDIC_VIRAMA = 9  # canonical combining class


@dataclass(frozen=True, slots=True)
class Syllable:
    """The last letter before the cursor and its signs by slot; ``length`` in characters."""

    letter: str
    signs: tuple[tuple[str, str], ...]  # slot, sign
    length: int
    is_vowel: bool

    def takes(self, slot: str) -> bool:
        """Whether a sign of this slot may stand on the letter."""
        return not (self.is_vowel and slot in _NEEDS_CONSONANT)

    def holds(self, sign: str) -> bool:
        return any(sign == mine for _, mine in self.signs)

    def with_sign(self, slot: str, sign: str) -> str:
        """The syllable with the sign in its slot, in NFC."""
        signs = dict(self.signs)
        for other in _EXCLUDES.get(slot, ()):
            signs.pop(other, None)
        signs[slot] = sign
        ordered = sorted(signs, key=_ORDER.index)
        return unicodedata.normalize("NFC", self.letter + "".join(signs[s] for s in ordered))


def syllable_before(text: str, layout: Layout) -> Syllable | None:
    """The syllable at the end of ``text`` that signs of this layout can stand on, if any."""
    signs: dict[str, str] = {}
    at = len(text)
    while at and (slot := layout.signs.get(text[at - 1])) is not None:
        signs.setdefault(slot, text[at - 1])
        at -= 1
    if not at or unicodedata.category(text[at - 1]) != "Lo":
        return None
    pieces = list(unicodedata.normalize("NFD", text[at - 1]))
    letter, marks = pieces[0], pieces[1:]
    if all(mark in layout.signs for mark in marks):
        for mark in marks:
            signs.setdefault(layout.signs[mark], mark)
    else:
        letter = text[at - 1]
    if not _belongs(letter, layout):
        return None
    return Syllable(letter, tuple(signs.items()), len(text) - at + 1, letter in layout.vowels)


def _belongs(letter: str, layout: Layout) -> bool:
    """Whether the letter is of the script whose signs these are."""
    sign = next(iter(layout.signs), "")
    return bool(sign) and script_of(sign) == script_of(letter)


def length_to_delete(text: str) -> int:
    """How many characters one touch of delete takes off the end of ``text``.

    Of an Indian syllable the last sign, or else its last consonant with the virama that joins it;
    in Arabic script the last mark, or else the letter; elsewhere a grapheme cluster (UAX 29).
    """
    if not text:
        return 0
    body = text.rstrip(_JOINERS)
    joiners = len(text) - len(body)
    if not body:
        return 1
    if joiners:
        return joiners
    last = body[-1]
    script = script_of(last)
    if script in {LATIN, COMMON}:
        return _cluster_length(body)
    if script == ARABIC or unicodedata.category(last) in {"Mn", "Mc"}:
        return 1
    return 1 + _joining_virama(body[:-1])


def _joining_virama(before: str) -> int:
    """The length of the virama (and joiner) that ties the consonant to the one before it."""
    stem = before.rstrip(_JOINERS)
    if stem and unicodedata.combining(stem[-1]) == _INDIC_VIRAMA:
        return len(before) - len(stem) + 1
    return 0


def _cluster_length(text: str) -> int:
    finder = QTextBoundaryFinder(QTextBoundaryFinder.BoundaryType.Grapheme, text)
    finder.toEnd()
    start = finder.toPreviousBoundary()
    units = text.encode("utf-16-le", "surrogatepass")
    return len(units[2 * max(start, 0) :].decode("utf-16-le", "surrogatepass"))
