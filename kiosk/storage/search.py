"""Finding people by whatever is known of them: name in any script, phone, e-mail, number.

Exact words first, then beginnings, then consonants (Urdu and Tamil spelling give no more), then
near spellings. Each step looks at two hundred candidates at the most, and ranking sorts them:
``ORDER BY rank`` would have SQLite score everybody.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

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


def nearest(key: str, words_: Iterable[str]) -> list[str]:
    """Of these words the ones that are spelt nearly like ``key``, nearest first."""
    close = [word for word in words_ if abs(len(word) - len(key)) <= 2]
    found = process.extract(key, close, scorer=fuzz.ratio, limit=8, score_cutoff=_NEAR)
    return [word for word, _, _ in found]


class FullText:
    """The index of SQLite: FTS5, and all words in memory once a near spelling was asked for.

    ``event_id``: whose people are looked for where a store holds those of several.
    """

    def __init__(self, connection: Connection, event_id: str | None = None) -> None:
        self._connection = connection
        self._vocabulary = Vocabulary(connection)
        self._of_event = "" if event_id is None else " AND finding.event_id = ?"
        self._event = () if event_id is None else (event_id,)

    def of(self, event_id: str) -> FullText:
        """The same words, and one event's people."""
        index = FullText(self._connection, event_id)
        index._vocabulary = self._vocabulary
        return index

    def forget(self) -> None:
        """Lets go of all words, as after an erasure."""
        self._vocabulary.forget()

    def hits(self, where: str, values: Sequence[Any]) -> list[str]:
        rows = self._connection.execute(
            f"SELECT attendee_id FROM finding WHERE {where}{self._of_event} LIMIT {CANDIDATES}",
            (*values, *self._event),
        ).fetchall()
        return [attendee_id for (attendee_id,) in rows]

    def candidates(self, choices: Sequence[Sequence[Key]], most: int) -> list[Candidate]:
        match = " AND ".join(
            f"({' OR '.join(_quoted(key) for key in of_word)})" for of_word in choices
        )
        return self._connection.execute(
            "SELECT finding.attendee_id, finding.name_keys, finding.other_keys FROM search_index"
            " JOIN finding ON finding.doc = search_index.rowid"
            f" WHERE search_index MATCH ?{self._of_event} LIMIT ?",
            (match, *self._event, most),
        ).fetchall()

    def near(self, key: str) -> list[str]:
        return nearest(key, self._vocabulary.starting_like(key))


def _quoted(key: Key) -> str:
    word, begins = key
    return f'"{word}"*' if begins else f'"{word}"'


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

    def starting_like(self, key: str) -> Iterable[str]:
        """The words with the first letter of ``key``."""
        self._keep_up()
        return self._by_letter.get(key[0], {})

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


def find(index: Index, text: str, limit: int) -> list[Hit]:
    """Who may be meant, best first."""
    text = text[:LONGEST_TEXT].strip()
    best: dict[str, float] = {}
    hits = list(_by_codes(index, text))
    if not hits or text.isalpha():
        hits += _by_words(index, text, max(limit, _WEIGHED))
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


def _by_words(index: Index, text: str, weighed: int) -> list[Hit]:
    asked = words(text)[:_MOST_WORDS]
    if not asked:
        return []
    query = ranked(asked).split("\n")
    found: dict[str, Hit] = {}
    for step, choices in enumerate(_matches(asked, index)):
        if len(found) < CANDIDATES:
            rows = index.candidates(choices, CANDIDATES - len(found))
            for hit in _weigh(query, _nearest(query, rows, weighed)):
                found.setdefault(hit.attendee_id, hit)
        if step >= _EXACT_STEPS and any(hit.score >= _GOOD for hit in found.values()):
            break
    return list(found.values())


def _matches(asked: list[str], index: Index) -> Iterator[list[list[Key]]]:
    """What to look for, from the strictest to the most forgiving; a choice for each word."""
    keys = [(word, *latin_keys(word)) for word in asked]
    whole = [[(key, False) for key in of_word] for of_word in keys]
    beginnings = [[(key, True) for key in of_word] for of_word in keys]
    yield whole
    yield beginnings
    bones = [[(b, False) for key in of_word[1:] if (b := skeleton(key))] for of_word in keys]
    yield [one or same for one, same in zip(bones, beginnings, strict=True)]
    near = [[(word, False) for key in of_word[1:2] for word in index.near(key)] for of_word in keys]
    yield [one or same for one, same in zip(near, beginnings, strict=True)]
    if len(asked) > 1:
        yield [[key for one, same in zip(near, whole, strict=True) for key in one + same]]


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
