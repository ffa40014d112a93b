"""Where a file of SQLite looks an event's people up: by rows that say who bears a key."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any

from kiosk.storage.bearing import BEGINNING, LONGEST_BEGINNING, ROOM, room_of
from kiosk.storage.doc_sets import BLOCK, in_all
from kiosk.storage.driver import Connection, among
from kiosk.storage.search import CANDIDATES, Candidate, Key, nearest

_LAST = "\U0010ffff"

Rows = dict[int, list[bytes]]  # of documents, by block


class KeyRows:
    """Implements ``search.Index`` for one event. What is spelt alike is kept for who asks next."""

    def __init__(self, connection: Connection, event_id: str) -> None:
        self._connection = connection
        self._event_id = event_id
        self.forget()

    def forget(self) -> None:
        """Lets go of all words, as after an erasure; they are read again when they are needed."""
        self._alike: dict[tuple[str, int], list[str]] = {}
        self._newest = -1

    def hits(self, where: str, values: Sequence[Any]) -> list[str]:
        first = room_of(self._connection, self._event_id) * ROOM
        rows = self._connection.execute(
            f"SELECT attendee_id FROM finding WHERE {where} AND doc BETWEEN ? AND ?"
            f" LIMIT {CANDIDATES}",
            (*values, first, first + ROOM - 1),
        ).fetchall()
        return [attendee_id for (attendee_id,) in rows]

    def candidates(self, choices: Sequence[Sequence[Key]], most: int) -> list[Candidate]:
        room = room_of(self._connection, self._event_id)
        docs = islice(_in_all([self._borne(room, keys) for keys in choices]), most)
        sql = "SELECT attendee_id, name_keys, other_keys FROM finding WHERE doc IN ?"
        return list(among(self._connection, sql, (), docs))

    def near(self, key: str) -> list[str]:
        (newest,) = self._connection.execute("SELECT coalesce(max(doc), 0) FROM finding").fetchone()
        if newest != self._newest:
            self.forget()
            self._newest = newest
        alike = key[0], len(key)
        if alike not in self._alike:
            self._alike[alike] = self._spelt_like(*alike)
        return nearest(key, self._alike[alike])

    def _borne(self, room: int, keys: Sequence[Key]) -> Rows:
        """Who bears one of the keys. More first letters than are kept are those of many keys."""
        rows: Rows = {}
        for key, begins in keys:
            first = BEGINNING + key if begins else key
            last = first
            if begins and len(key) > LONGEST_BEGINNING:
                first, last = key, key + _LAST
            for block, docs in self._connection.execute(
                "SELECT block, docs FROM bearing WHERE room = ? AND key BETWEEN ? AND ?",
                (room, first, last),
            ):
                rows.setdefault(block, []).append(docs)
        return rows

    def _spelt_like(self, letter: str, size: int) -> list[str]:
        """The Latin keys with this first letter that are about as long, those of many first."""
        room = room_of(self._connection, self._event_id)
        rows = self._connection.execute(
            "SELECT key FROM spelling WHERE room = ? AND key BETWEEN ? AND ?"
            " AND length(key) BETWEEN ? AND ? ORDER BY bearers DESC, key",
            (room, letter, letter + _LAST, size - 2, size + 2),
        ).fetchall()
        return [key for (key,) in rows]


def _in_all(choices: Sequence[Rows]) -> Iterator[int]:
    """The documents that are in a row of every choice."""
    for block in sorted(set(choices[0]).intersection(*choices)):
        numbers = in_all([rows[block] for rows in choices])
        yield from (block * BLOCK + number for number in numbers)
