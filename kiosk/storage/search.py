"""Finding people by whatever is known of them: name in any script, phone, e-mail, number.

Exact words first, then beginnings, then consonants (Urdu and Tamil spelling give no more), then
near spellings, until there are enough that are meant. Each step looks at two hundred candidates at
the most, and ranking sorts them: ``ORDER BY rank`` would have SQLite score everybody.

Among a million people a word may have a hundred thousand bearers. What is asked for has to let
SQLite stop at the two hundredth: so words are asked for by one key where one says it all.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Any, Protocol

from rapidfuzz import fuzz, process

from kiosk.storage.folding import latin_keys, skeleton, words
from kiosk.storage.found_by import national_digits, ranked

CANDIDATES = 200
LONGEST_TEXT = 200
_MOST_WORDS = 8
_EXACT_STEPS = 1  # whole words and beginnings are looked for unless one gives enough
WEIGHED = 40
_SURE = 99.0  # nobody comes before such a hit
_GOOD = 90.0  # with such a hit nobody needs to guess further
_NEAR = 72  # percent of likeness below which a spelling is another name
_NUMBER = re.compile(r"(?:[a-z0-9]{1,8}-)?([0-9]{1,9})", re.IGNORECASE)
_DIGITS = re.compile(r"[+0-9()\-. ]{2,20}")

Candidate = tuple[str, str, str]  # attendee, keys of the name, keys of all else
Key = tuple[str, bool]  # a word, and whether words that begin so are meant as well


@dataclass(frozen=True, slots=True)
class Hit:
    attendee_id: str
    score: float


class Index(Protocol):
    """Where people's keys are looked up."""

    def hits(self, where: str, values: Sequence[Any]) -> list[str]:
        """Attendees by a condition on the columns of ``finding``; at most ``CANDIDATES``."""
        ...

    def candidates(self, choices: Sequence[Sequence[Key]], most: int) -> list[Candidate]:
        """Who has a key of every one of the choices."""
        ...

    def near(self, key: str) -> list[str]:
        """The words that are spelt nearly like ``key``, nearest first."""
        ...


def nearest(key: str, like: Iterable[str]) -> list[str]:
    """Of these words the ones that are spelt nearly like ``key``, nearest first."""
    found = process.extract(key, like, scorer=fuzz.ratio, limit=8, score_cutoff=_NEAR)
    return [word for word, _, _ in found]


def find(index: Index, text: str, limit: int) -> list[Hit]:
    """Who may be meant, best first."""
    text = text[:LONGEST_TEXT].strip()
    best: dict[str, float] = {}
    hits = list(_by_codes(index, text))
    if not hits or text.isalpha():
        hits += _by_words(index, text, limit)
    for hit in hits:
        best[hit.attendee_id] = max(hit.score, best.get(hit.attendee_id, 0.0))
    order = sorted(best.items(), key=lambda one: (-one[1], one[0]))
    return [Hit(attendee_id, round(score, 1)) for attendee_id, score in order[:limit]]


def _by_codes(index: Index, text: str) -> Iterator[Hit]:
    """Hits by number (KA1-0057, 57), phone, its last digits, e-mail."""
    plain = "".join(str(_decimal(sign)) for sign in text)
    if number := _NUMBER.fullmatch(plain):
        yield from _hits(index, "number_order = ?", (int(number[1]),), 100.0)
    if _DIGITS.fullmatch(plain):
        digits = national_digits(plain)
        if len(digits) >= 3:
            starts = _between("mobile", digits)
            ends = _between("mobile_reversed", digits[::-1])
            yield from _hits(index, *starts, 70.0 + 3 * min(len(digits), 10))
            yield from _hits(index, *ends, 69.0 + 3 * min(len(digits), 10))
    if "@" in plain:
        mail = plain.casefold()
        yield from _hits(index, "email <> '' AND email = ?", (mail,), 100.0)
        yield from _hits(index, *_between("email", mail), 90.0)


def _between(column: str, start: str) -> tuple[str, tuple[str, str]]:
    """A range of the index that holds what begins so."""
    return (
        f"{column} <> '' AND {column} >= ? AND {column} < ?",
        (start, start + "\U0010ffff"),
    )


def _hits(index: Index, where: str, values: Sequence[Any], score: float) -> Iterator[Hit]:
    return (Hit(attendee_id, score) for attendee_id in index.hits(where, values))


def _decimal(sign: str) -> str:
    return str(int(sign)) if sign.isdecimal() else sign


def _by_words(index: Index, text: str, limit: int) -> list[Hit]:
    asked = words(text)[:_MOST_WORDS]
    if not asked:
        return []
    query = ranked(asked).split("\n")
    found: dict[str, Hit] = {}
    for step, choices in enumerate(_matches(list(dict.fromkeys(asked)), index)):
        rows = [row for row in index.candidates(choices, CANDIDATES) if row[0] not in found]
        for hit in _weigh(query, _nearest(query, rows, max(limit, WEIGHED))):
            found[hit.attendee_id] = hit
        scores = [hit.score for hit in found.values()]
        if sum(score >= _SURE for score in scores) >= limit:
            break
        if step >= _EXACT_STEPS and max(scores, default=0.0) >= _GOOD:
            break
    return list(found.values())


def _matches(asked: list[str], index: Index) -> Iterator[list[list[Key]]]:
    """What to look for, from the strictest to the most forgiving; a choice for each word.

    Whoever bears a word has its Latin keys as well: where it has some, they alone are asked for.
    """
    latin = [latin_keys(word) for word in asked]
    whole = [
        [(key, False) for key in of_word or (word,)]
        for word, of_word in zip(asked, latin, strict=True)
    ]
    yield whole
    beginnings = [
        [(key, True) for key in _widest((word, *of_word))]
        for word, of_word in zip(asked, latin, strict=True)
    ]
    yield beginnings
    bones = [
        list(dict.fromkeys((b, False) for key in of_word if (b := skeleton(key))))
        for of_word in latin
    ]
    yield [one or same for one, same in zip(bones, beginnings, strict=True)]
    near = [[(like, False) for key in of_word[:1] for like in index.near(key)] for of_word in latin]
    yield [one or same for one, same in zip(near, beginnings, strict=True)]
    if len(asked) > 1:  # whoever bears one of the words
        yield [list(dict.fromkeys(chain.from_iterable(near + whole)))]


def _widest(beginnings: Iterable[str]) -> list[str]:
    """Those of which none begins like another: what begins like it is asked for already."""
    widest: list[str] = []
    for one in sorted(beginnings, key=len):
        if not one.startswith(tuple(widest)):
            widest.append(one)
    return widest


def _nearest(query: list[str], rows: list[Candidate], limit: int) -> list[Candidate]:
    """The candidates that are worth weighing word by word, chosen by a coarser, faster look."""
    if len(rows) <= limit:
        return rows
    asked = " ".join(query)
    texts = [f"{name_keys} {other_keys}" for _, name_keys, other_keys in rows]
    found = process.extract(asked, texts, scorer=fuzz.token_set_ratio, limit=limit)
    return [rows[at] for _, _, at in found]


def _weigh(query: list[str], rows: list[Candidate]) -> Iterator[Hit]:
    for attendee_id, name_keys, other_keys in rows:
        score = _likeness(query, name_keys)
        if score < _GOOD:
            score = max(score, 0.9 * _likeness(query, other_keys))
        yield Hit(attendee_id, score)


def _likeness(query: list[str], keys: str) -> float:
    """0 to 100: the better of the name as written and its Latin key."""
    if not keys or keys == "\n":
        return 0.0
    written, latin = keys.split("\n")
    as_written = _covered(query[0].split(), written.split())
    if as_written == 100.0:
        return 100.0
    return max(as_written, 0.99 * _covered(query[1].split(), latin.split()))


def _covered(asked: list[str], held: list[str]) -> float:
    """How well each word asked for is met, and a little for how much of the name was asked for."""
    met = 0.0
    for word in asked:
        if word in held:
            met += 100.0
        elif any(one.startswith(word) for one in held):
            met += 96.0
        else:
            met += max(fuzz.ratio(word, one) for one in held)
    return met / len(asked) * 0.92 + 8.0 * min(len(asked), len(held)) / max(len(asked), len(held))
