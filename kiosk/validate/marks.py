"""Combining marks and joiners: whether they mean something where they stand.

A mark belongs to the letter before it. It means something if both are of one script by Unicode's
Script_Extensions (UAX 24), or if it is a general accent on a Latin, Greek or Cyrillic letter.
U+1DEB after a Devanagari letter, as a press release once had it, is neither: no font sets it and
no reader expects it, so it is refused rather than removed from somebody's name. More than six
marks on one letter are a drawing, not a name.

ZWJ and ZWNJ mean something after a letter or mark of a script that joins or forms clusters (also
at the end of a word: അവന്‍); between Latin letters, after spaces, or twice, they are dropped.
"""

from __future__ import annotations

import unicodedata

JOINERS = "\u200c\u200d"

_ACCENTED = {"Latn", "Grek", "Cyrl"}
_NOBODYS = {"Zyyy", "Zinh", "Zzzz"}
_MOST_MARKS = 6


def drop_idle_joiners(text: str) -> str:
    """The text without the joiners that change nothing."""
    kept: list[str] = []
    for sign in text:
        if sign in JOINERS and not (kept and _joins(kept[-1], sign)):
            continue
        kept.append(sign)
    return "".join(kept)


def has_stray_mark(text: str) -> bool:
    """Whether a combining mark stands without a letter of its own script, or one of too many."""
    letter, marks = "", 0
    for sign in text:
        if sign in JOINERS:
            continue
        if not unicodedata.category(sign).startswith("M"):
            letter, marks = sign, 0
            continue
        marks += 1
        if marks > _MOST_MARKS or not _belongs(sign, letter):
            return True
    return False


def _joins(before: str, joiner: str) -> bool:
    if before in JOINERS:
        return before != joiner
    return unicodedata.category(before)[0] in "LM" and not _scripts(before) & (_ACCENTED | _NOBODYS)


def _belongs(mark: str, letter: str) -> bool:
    if not letter or not unicodedata.category(letter).startswith("L"):
        return False
    of_mark, of_letter = _scripts(mark), _scripts(letter)
    if of_mark <= _NOBODYS:
        return bool(of_letter & _ACCENTED)
    return bool(of_mark & of_letter)


def _scripts(sign: str) -> set[str]:
    from fontTools import unicodedata as scripts  # noqa: PLC0415 - loaded with the first mark

    return set(scripts.script_extension(sign))
