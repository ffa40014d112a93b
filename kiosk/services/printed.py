"""Whether a page says in letters what its symbol says: pure rules.

What a PDF gives as text is not always in the order of reading: right-to-left words may come letter
by letter from the left. Such words are compared by their letters alone.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from enum import Enum
from itertools import pairwise

_SERIAL = re.compile(r"(?<![A-Z0-9-])[A-Z][A-Z0-9]{1,7}-C-[0-9]{4,9}(?![0-9])")
_PARTS = re.compile(r"[A-Z]+|[^A-Z]+")  # Latin letters, and what is neutral or a number
_MOST_LINES = 4  # that a name is broken into
_FEW_WORDS = 3  # beside a name: more of it, not a sentence around it


class Match(Enum):
    """How the page and the signed statement go together."""

    SAME = "same"
    WITHIN = "within"  # the name stands in a line with other words
    OTHER = "other"


def compared(printed: str, name: str, serial: str) -> Match:
    """Whether the page says this name and this serial. A ``name`` of "" was written by hand."""
    serials = _serials(unicodedata.normalize("NFKC", printed))
    if serials and serial not in serials:
        return Match.OTHER
    wanted = _words(name)
    if not wanted:
        return Match.SAME
    lines = [words for line in printed.splitlines() if (words := _words(line))]
    if any(_alike(words, wanted) for words in _runs(lines)):
        return Match.SAME
    around = [len(words) for words in (*lines, *_broken(lines, wanted)) if _holds(words, wanted)]
    sentence = any(count - len(wanted) > _FEW_WORDS for count in around)
    return Match.WITHIN if sentence else Match.OTHER


def _serials(text: str) -> list[str]:
    """Those that are printed; also those that came letter by letter, or part by part, from the
    left of a right-to-left line: -0002C1-KA is KA1-C-0002.
    """
    words = _words(text)
    parts = ("".join(reversed(_PARTS.findall(word))) for word in words)
    letters = (word[::-1] for word in words)
    return _SERIAL.findall(" ".join([text, *parts, *letters]))


def _words(text: str) -> list[str]:
    plain = unicodedata.normalize("NFC", text)
    return "".join(sign for sign in plain if unicodedata.category(sign) != "Cf").split()


def _runs(lines: Sequence[Sequence[str]]) -> list[list[str]]:
    """Each line, and each with those that follow it."""
    return [
        [word for line in lines[at : at + count] for word in line]
        for at in range(len(lines))
        for count in range(1, _MOST_LINES + 1)
    ]


def _broken(lines: Sequence[Sequence[str]], wanted: Sequence[str]) -> list[list[str]]:
    """Two lines as one, where the end of the first may be the beginning of the name."""
    pairs = [(one, other) for one, other in pairwise(lines) if one[-1] in wanted[:-1]]
    return [[*one, *other] for one, other in pairs]


def _alike(words: Sequence[str], wanted: Sequence[str]) -> bool:
    return len(words) == len(wanted) and (
        all(map(_same, words, wanted)) or all(map(_same, reversed(words), wanted))
    )


def _holds(words: Sequence[str], wanted: Sequence[str]) -> bool:
    spans = range(len(words) - len(wanted) + 1)
    return any(_alike(words[at : at + len(wanted)], wanted) for at in spans)


def _same(word: str, wanted: str) -> bool:
    if word == wanted:
        return True
    leftwards = any(unicodedata.bidirectional(sign) in {"R", "AL"} for sign in wanted)
    return leftwards and sorted(_apart(word)) == sorted(_apart(wanted))


def _apart(word: str) -> str:
    return unicodedata.normalize("NFD", word)
