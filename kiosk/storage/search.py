"""Finding people by whatever is known of them: name in any script, phone, e-mail, number.

Exact words first, then beginnings, then consonants (Urdu and Tamil spelling give no more), then
near spellings. Each step looks at two hundred candidates at the most, and ranking sorts them:
``ORDER BY rank`` would have SQLite score everybody.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from rapidfuzz import fuzz, process

from kiosk.storage.driver import Connection
from kiosk.storage.folding import latin_keys, skeleton, words
from kiosk.storage.indexing import national_digits, ranked

CANDIDATES = 200
LONGEST_TEXT = 200
_MOST_WORDS = 8
_EXACT_STEPS = 1  # whole words and beginnings are looked for in any case
_WEIGHED = 40
_GOOD = 90.0  # with such a hit nobody needs to guess further
_NEAR = 72  # percent of likeness below which a spelling is another name
_NUMBER = re.compile(r"(?:[a-z0-9]{1,8}-)?([0-9]{1,9})", re.IGNORECASE)
_DIGITS = re.compile(r"[+0-9()\-. ]{2,20}")
_LATIN = re.compile(r"[a-z]{2,}")

Candidate = tuple[int, str, str, str]  # doc, attendee, keys of the name, keys of all else


@dataclass(frozen=True, slots=True)
class Hit:
    attendee_id: str
    score: float


class Vocabulary:
    """All words by which somebody can be found, by first letter, for near spellings.

    Read once, then kept up with: whoever is indexed anew gets the next ``doc``.
    """

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self.forget()

    def forget(self) -> None:
        """Lets go of all words, as after an erasure; they are read again when they are needed."""
        self._by_letter: dict[str, dict[str, None]] = {}
        self._last = 0

    def near(self, key: str) -> list[str]:
        """The words that are spelt nearly like ``key``, nearest first."""
        self._keep_up()
        bucket = self._by_letter.get(key[0], {})
        close = [word for word in bucket if abs(len(word) - len(key)) <= 2]
        found = process.extract(key, close, scorer=fuzz.ratio, limit=8, score_cutoff=_NEAR)
        return [word for word, _, _ in found]

    def _keep_up(self) -> None:
        (newest,) = self._connection.execute("SELECT coalesce(max(doc), 0) FROM finding").fetchone()
        if not self._by_letter or newest < self._last:
            self.forget()
            rows = self._connection.execute("SELECT term FROM search_word")
        else:
            rows = self._connection.execute(
                "SELECT name_keys || ' ' || other_keys FROM finding WHERE doc >= ?", (self._last,)
            )
        self._last = newest
        for (text,) in rows:
            for word in text.split():
                if _LATIN.fullmatch(word):
                    self._by_letter.setdefault(word[0], {})[word] = None


def find(connection: Connection, vocabulary: Vocabulary, text: str, limit: int) -> list[Hit]:
    """Who may be meant, best first."""
    text = text[:LONGEST_TEXT].strip()
    best: dict[str, float] = {}
    hits = list(_by_codes(connection, text))
    if not hits or text.isalpha():
        hits += _by_words(connection, vocabulary, text, max(limit, _WEIGHED))
    for hit in hits:
        best[hit.attendee_id] = max(hit.score, best.get(hit.attendee_id, 0.0))
    order = sorted(best.items(), key=lambda one: (-one[1], one[0]))
    return [Hit(attendee_id, round(score, 1)) for attendee_id, score in order[:limit]]


def _by_codes(connection: Connection, text: str) -> Iterator[Hit]:
    """Hits by number (KA1-0057, 57), phone, its last digits, e-mail."""
    plain = "".join(str(_decimal(sign)) for sign in text)
    if number := _NUMBER.fullmatch(plain):
        yield from _hits(connection, "number_order = ?", (int(number[1]),), 100.0)
    if _DIGITS.fullmatch(plain):
        digits = national_digits(plain)
        if len(digits) >= 3:
            starts = _between("mobile", digits)
            ends = _between("mobile_reversed", digits[::-1])
            yield from _hits(connection, *starts, 70.0 + 3 * min(len(digits), 10))
            yield from _hits(connection, *ends, 69.0 + 3 * min(len(digits), 10))
    if "@" in plain:
        mail = plain.casefold()
        yield from _hits(connection, "email <> '' AND email = ?", (mail,), 100.0)
        yield from _hits(connection, *_between("email", mail), 90.0)


def _between(column: str, start: str) -> tuple[str, tuple[str, str]]:
    """A range of the index that holds what begins so."""
    return (
        f"{column} <> '' AND {column} >= ? AND {column} < ?",
        (start, start + "\U0010ffff"),
    )


def _hits(
    connection: Connection, where: str, values: tuple[Any, ...], score: float
) -> Iterator[Hit]:
    rows = connection.execute(
        f"SELECT attendee_id FROM finding WHERE {where} LIMIT {CANDIDATES}",
        values,
    ).fetchall()
    return (Hit(attendee_id, score) for (attendee_id,) in rows)


def _decimal(sign: str) -> str:
    return str(int(sign)) if sign.isdecimal() else sign


def _by_words(connection: Connection, vocabulary: Vocabulary, text: str, weighed: int) -> list[Hit]:
    asked = words(text)[:_MOST_WORDS]
    if not asked:
        return []
    query = ranked(asked).split("\n")
    found: dict[int, Hit] = {}
    for step, match in enumerate(_matches(asked, vocabulary)):
        if len(found) < CANDIDATES:
            rows = _candidates(connection, match, CANDIDATES - len(found))
            for doc, hit in _weigh(query, _nearest(query, rows, weighed)):
                found.setdefault(doc, hit)
        if step >= _EXACT_STEPS and any(hit.score >= _GOOD for hit in found.values()):
            break
    return list(found.values())


def _matches(asked: list[str], vocabulary: Vocabulary) -> Iterator[str]:
    """FTS5 queries from the strictest to the most forgiving."""
    keys = [(word, *latin_keys(word)) for word in asked]
    whole = [[f'"{key}"' for key in of_word] for of_word in keys]
    beginnings = [[f'"{key}"*' for key in of_word] for of_word in keys]
    yield _all_of(whole)
    yield _all_of(beginnings)
    bones = [[f'"{b}"' for key in of_word[1:] if (b := skeleton(key))] for of_word in keys]
    yield _all_of([one or same for one, same in zip(bones, beginnings, strict=True)])
    near = [
        [f'"{word}"' for key in of_word[1:2] for word in vocabulary.near(key)] for of_word in keys
    ]
    yield _all_of([one or same for one, same in zip(near, beginnings, strict=True)])
    if len(asked) > 1:
        yield " OR ".join(key for one, same in zip(near, whole, strict=True) for key in one + same)


def _all_of(choices: list[list[str]]) -> str:
    return " AND ".join(f"({' OR '.join(keys)})" for keys in choices)


def _candidates(connection: Connection, match: str, limit: int) -> list[Candidate]:
    return connection.execute(
        "SELECT doc, attendee_id, name_keys, other_keys FROM finding WHERE doc IN"
        " (SELECT rowid FROM search_index WHERE search_index MATCH ? LIMIT ?)",
        (match, limit),
    ).fetchall()


def _nearest(query: list[str], rows: list[Candidate], limit: int) -> list[Candidate]:
    """The candidates that are worth weighing word by word, chosen by a coarser, faster look."""
    if len(rows) <= limit:
        return rows
    asked = " ".join(query)
    texts = [f"{name_keys} {other_keys}" for _, _, name_keys, other_keys in rows]
    found = process.extract(asked, texts, scorer=fuzz.token_set_ratio, limit=limit)
    return [rows[at] for _, _, at in found]


def _weigh(query: list[str], rows: list[Candidate]) -> Iterator[tuple[int, Hit]]:
    for doc, attendee_id, name_keys, other_keys in rows:
        score = _likeness(query, name_keys)
        if score < _GOOD:
            score = max(score, 0.9 * _likeness(query, other_keys))
        yield doc, Hit(attendee_id, score)


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
