"""Where SQLite looks people up: FTS5, and the words themselves once a near spelling is asked for.

Among a million people a word may have a hundred thousand bearers. What is asked for lets SQLite
stop at the two hundredth: of beginnings no more letters than FTS5 keeps ready, and whether the
rest fits is looked at here.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from typing import Any

from kiosk.storage.driver import Connection
from kiosk.storage.folding import latin_keys
from kiosk.storage.indexing import room_of
from kiosk.storage.search import CANDIDATES, WEIGHED, Candidate, Key, nearest

_LONGEST_PREFIX = 6  # of which FTS5 keeps who bears it


class FullText:
    """The index of SQLite: FTS5, and all words in memory once a near spelling was asked for.

    ``event_id``: whose people are looked for where a store holds those of several.
    """

    def __init__(self, connection: Connection, event_id: str | None = None) -> None:
        self._connection = connection
        self._event_id = event_id
        self._words = {event_id: Vocabulary(connection, event_id)}
        self._of_event = "" if event_id is None else " AND +finding.event_id = ?"
        self._event = () if event_id is None else (event_id,)

    def of(self, event_id: str) -> FullText:
        """One event's people; their words are kept for the next who asks for them."""
        index = FullText(self._connection, event_id)
        index._words = self._words
        self._words.setdefault(event_id, Vocabulary(self._connection, event_id))
        return index

    def forget(self) -> None:
        """Lets go of all words, as after an erasure."""
        for vocabulary in self._words.values():
            vocabulary.forget()

    def hits(self, where: str, values: Sequence[Any]) -> list[str]:
        rows = self._connection.execute(
            f"SELECT attendee_id FROM finding WHERE {where} AND doc BETWEEN ? AND ?"
            f"{self._of_event} LIMIT {CANDIDATES}",  # + has looked at last what many share
            (*values, *room_of(self._connection, self._event_id), *self._event),
        ).fetchall()
        return [attendee_id for (attendee_id,) in rows]

    def candidates(self, choices: Sequence[Sequence[Key]], most: int) -> list[Candidate]:
        """FTS5 keeps who bears the first letters of a word. A longer beginning it puts together
        from all words that have it, before the first hit: that is asked for only where too few of
        those with the first letters are meant, and so few have it.
        """
        short = [_first_letters(of_word) for of_word in choices]
        rows = self._matching(short, most)
        if short == choices or len(rows) < most:
            return rows
        meant = [row for row in rows if _meets(row, choices)]
        return meant if len(meant) >= WEIGHED else self._matching(choices, most)

    def _matching(self, choices: Sequence[Sequence[Key]], most: int) -> list[Candidate]:
        match = " AND ".join(
            f"({' OR '.join(_quoted(key) for key in of_word)})" for of_word in choices
        )
        return self._connection.execute(
            "SELECT finding.attendee_id, finding.name_keys, finding.other_keys"
            " FROM search_index CROSS JOIN finding ON finding.doc = search_index.rowid"
            " WHERE search_index MATCH ? AND search_index.rowid BETWEEN ? AND ?"
            f"{self._of_event} LIMIT ?",
            (match, *room_of(self._connection, self._event_id), *self._event, most),
        ).fetchall()

    def near(self, key: str) -> list[str]:
        return nearest(key, self._words[self._event_id].like(key))


def _first_letters(of_word: Sequence[Key]) -> list[Key]:
    keys = [(word[:_LONGEST_PREFIX] if begins else word, begins) for word, begins in of_word]
    return list(dict.fromkeys(keys))


def _meets(row: Candidate, choices: Sequence[Sequence[Key]]) -> bool:
    """Whether each of the choices is met, as far as what ranking reads tells."""
    held = f"{row[1]} {row[2]}".split()
    return all(
        any(
            one.startswith(key) if begins else one == key for key, begins in of_word for one in held
        )
        for of_word in choices
    )


def _quoted(key: Key) -> str:
    word, begins = key
    return f'"{word}"*' if begins else f'"{word}"'


class Vocabulary:
    """The words by which an event's people can be found, by first letter and length, for near
    spellings.

    Read once, then kept up with: whoever is indexed anew gets the next ``doc``.
    """

    def __init__(self, connection: Connection, event_id: str | None) -> None:
        self._connection = connection
        self._event_id = event_id
        self.forget()

    def forget(self) -> None:
        """Lets go of all words, as after an erasure; they are read again when they are needed."""
        self._alike: dict[tuple[str, int], dict[str, None]] = {}
        self._last = 0

    def like(self, key: str) -> list[str]:
        """The words with the first letter of ``key`` that are about as long."""
        self._keep_up()
        lengths = range(len(key) - 2, len(key) + 3)
        return [word for size in lengths for word in self._alike.get((key[0], size), ())]

    def _keep_up(self) -> None:
        first, last = room_of(self._connection, self._event_id)
        of_event = "FROM finding WHERE doc BETWEEN ? AND ?"
        (newest,) = self._connection.execute(
            f"SELECT coalesce(max(doc), 0) {of_event}", (first, last)
        ).fetchone()
        if newest < self._last:
            self.forget()
        rows = self._connection.execute(
            f"SELECT name_keys, other_keys {of_event}", (max(first, self._last), last)
        )
        self._last = newest
        said = (text.partition("\n")[0].split() for keys in rows for text in keys)
        for word in dict.fromkeys(chain.from_iterable(said)):  # in their order, not by hash
            for key in latin_keys(word):
                self._alike.setdefault((key[0], len(key)), {})[key] = None
