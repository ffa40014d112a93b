"""Words as they are found: one Latin key for every script, so that "ram" finds राम and رام.

A key is coarse on purpose: what sounds alike and is spelt in five ways in Latin letters (Lakshmi,
Laxmi) has one key; ranking sorts the hits.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

from kiosk.storage.scripts import (
    ARABIC,
    BLOCKS,
    CONSONANTS,
    IRREGULAR,
    MEETEI_MAYEK,
    OL_CHIKI,
    SIGNS,
    VOWELS,
)

_SCHWA = "\u0259"
_VIRAMA = "\u094d"
_NUKTA = "\u093c"
SKELETON = "\ue001"  # marks consonant skeletons among the words; private use, so in no name

# In this order: what is written in several ways in Latin letters, one way.
_SOUNDS = tuple(
    (re.compile(pattern), one)
    for pattern, one in (
        ("sch|chh|ch", "C"), ("ck", "k"), ("c", "k"), ("x", "ks"), ("zh", "l"), ("jn|dny", "gy"),
        ("sh", "s"), ("ph", "f"), ("([tdbkgj])h", r"\1"), ("w", "v"), ("z", "j"), ("q", "k"),
        ("y$", "i"), ("aa+", "a"), ("ee+", "i"), ("oo+", "u"), ("[ae]i", "e"), ("[ao]u", "o"),
        ("ii+", "i"), ("uu+", "u"), (r"(.)\1+", r"\1"), ("m(?=[pb])", "n"), ("nh$", "ng"),
        ("C", "c"),
    )
)  # fmt: skip
_VOICELESS = str.maketrans("gbfdjc", "kpptss", "aeiouvy")
_JOINERS = frozenset("\u200b\u200c\u200d\u2060\ufeff'’")


class _Signs(dict[int, str]):
    """What becomes of each sign in a word, found out when it is first met."""

    def __missing__(self, code: int) -> str:
        sign = chr(code)
        kept = sign if unicodedata.category(sign)[0] in "LMN" else " "
        self[code] = "" if sign in _JOINERS else kept
        return self[code]


_SIGNS = _Signs()


def words(text: str) -> list[str]:
    """The words of a text, case and ZWJ, ZWNJ, apostrophes folded away; marks stay with letters."""
    return unicodedata.normalize("NFKC", text).casefold().translate(_SIGNS).split()


@lru_cache(maxsize=65_536)
def latin_keys(word: str) -> tuple[str, ...]:
    """The Latin keys of one word of ``words``: the likeliest first, at most two; () if none."""
    keys = [_simplify(sounded) for sounded in _sounded(word)]
    return tuple(dict.fromkeys(key for key in keys if key))


def skeleton(key: str) -> str:
    """The consonants of a Latin key, voiced or not alike: all that Urdu and Tamil spelling gives.

    "" where fewer than two remain, as that would find half of everybody.
    """
    bones = re.sub(r"(.)\1+", r"\1", key.rstrip("h").translate(_VOICELESS))
    return SKELETON + bones if len(bones) > 1 else ""


def keys_of(said: Iterable[str]) -> list[str]:
    """Everything under which somebody is found of whom these words were said."""
    keys: dict[str, None] = {}
    for word in said:
        latin = latin_keys(word)
        bones = (found for key in latin if (found := skeleton(key)))
        keys |= dict.fromkeys((word, *latin, *bones))
    return list(keys)


def trim(key: str) -> str:
    """The key without a last -a, which राम lacks and Rama has."""
    return key[:-1] if len(key) > 3 and key.endswith("a") else key


def _sounded(word: str) -> list[str]:
    """The word in rough Latin letters: for Brahmic scripts without and with inner schwas."""
    first = ord(word[0])
    if 0x0600 <= first <= 0x06FF or 0x0750 <= first <= 0x077F:
        bare = "".join(sign for sign in word if not unicodedata.combining(sign))
        return [bare.translate(ARABIC)]
    if 0x0900 <= first <= 0x0D7F:
        units = _units(_as_devanagari(word))
        spoken = (_speak(units, drop=first < 0x0B80), _speak(units, drop=first >= 0x0B80))
        return [one.replace("c", "C") for one in spoken]
    if 0x1C50 <= first <= 0x1C7F:
        return [word.translate(OL_CHIKI)]
    if 0xABC0 <= first <= 0xABFF:
        return [word.translate(MEETEI_MAYEK)]
    return [unicodedata.normalize("NFKD", word)]


def _simplify(sounded: str) -> str:
    letters = "".join(sign for sign in sounded if sign == "C" or "a" <= sign <= "z")
    for pattern, one in _SOUNDS:
        letters = pattern.sub(one, letters)
    return trim(letters)


def _as_devanagari(word: str) -> str:
    moved = []
    for sign in word.translate(IRREGULAR):
        code = ord(sign)
        base = next((block for block in BLOCKS if block <= code < block + 0x80), None)
        moved.append(sign if base is None else chr(code - base + 0x0900))
    plain = unicodedata.normalize("NFC", "".join(moved))
    return plain.replace("ड" + _NUKTA, "र").replace("ढ" + _NUKTA, "र").replace(_NUKTA, "")


def _units(word: str) -> list[list[str]]:
    """Pairs of consonants and vowel: राम is [r, a], [m, schwa]."""
    units: list[list[str]] = []
    for sign in word:
        if sign in CONSONANTS:
            units.append([CONSONANTS[sign], _SCHWA])
        elif sign in VOWELS:
            units.append(["", VOWELS[sign]])
        elif sign in "ंँ":
            units.append(["n", ""])
        elif units and sign in SIGNS:
            units[-1][1] = SIGNS[sign]
        elif units and sign == _VIRAMA:
            units[-1][1] = ""
    return units


def _speak(units: list[list[str]], *, drop: bool) -> str:
    """The word as Hindi speaks it (``drop``: कमला is kamla) or as it is written (kamala)."""
    vowels = [vowel for _, vowel in units]
    if len(vowels) > 1 and vowels[-1] == _SCHWA:
        vowels[-1] = ""
    for at in range(len(vowels) - 2, 0, -1):
        if drop and vowels[at] == _SCHWA and vowels[at + 1] and vowels[at - 1]:
            vowels[at] = ""
    return "".join(
        consonant + ("a" if vowel == _SCHWA else vowel)
        for (consonant, _), vowel in zip(units, vowels, strict=True)
    )
