"""Finding people on PostgreSQL without an extension: a table of keys, and their order of bytes.

What begins like a word lies side by side under ``COLLATE "C"``, so that the primary key of
``search_key`` is all the index that is needed. Ranking is the same as on SQLite.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from kiosk.domain.ids import EventId
from kiosk.storage.driver import Connection, among
from kiosk.storage.engine import Engine
from kiosk.storage.found_by import all_keys, finding_of
from kiosk.storage.masking import VISIBLE
from kiosk.storage.rows import ENTITIES, Row, from_columns
from kiosk.storage.search import CANDIDATES, Candidate, Key, nearest

AT_ONCE = 2_000
_FINDING = (
    "event_id", "attendee_id", "name_keys", "other_keys", "number_order", "mobile",
    "mobile_reversed", "email",
)  # fmt: skip
_SAME_PERSON = (
    "SELECT DISTINCT a.id FROM attendee w JOIN attendee a ON a.event_id = w.event_id"
    " AND a.number = w.number AND a.receipt_hash = w.receipt_hash"
    " WHERE w.event_id = ? AND w.id IN ?"
)
_LAST = "\U0010ffff"
_LONGEST = 500  # characters of a key; an index takes 2,700 bytes a row. No word is longer


class PeopleIndex:
    """Implements ``indexing.OwnIndex``: what finding needs, written beside the rows."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def index(self, event_id: str, attendee_ids: Sequence[str]) -> None:
        """Writes keys anew, of these and of all rows for the same persons: who has withdrawn gets
        none, whichever row says it.
        """
        connection = self._engine.connection
        same = among(connection, _SAME_PERSON, (event_id,), attendee_ids)
        everyone = sorted({*attendee_ids, *(row_id for (row_id,) in same)})
        self.unindex(event_id, everyone)
        people = self._visible(event_id, everyone)
        self._engine.load(
            "finding",
            _FINDING,
            ((event_id, *_found_by(row_id, row)) for row_id, row in people.items()),
        )
        self._engine.load(
            "search_key",
            ("event_id", "key", "attendee_id"),
            (
                (event_id, key, row_id)
                for row_id, row in people.items()
                for key in {key[:_LONGEST] for key in all_keys(row)}
            ),
        )

    def unindex(self, event_id: str, attendee_ids: Sequence[str]) -> None:
        """Takes keys away."""
        for table in ("finding", "search_key"):
            sql = f"DELETE FROM {table} WHERE event_id = ? AND attendee_id = ANY (?)"
            self._engine.connection.execute(sql, (event_id, list(attendee_ids)))

    def _visible(self, event_id: str, attendee_ids: Sequence[str]) -> dict[str, Row]:
        entity = ENTITIES["attendee"]
        sql = (
            f"SELECT id, {', '.join(entity.fields)} FROM attendee"
            f" WHERE {VISIBLE} AND event_id = ? AND id IN ?"
        )
        return {
            row_id: from_columns(entity, dict(zip(entity.fields, columns, strict=True)))
            for row_id, *columns in among(self._engine.connection, sql, (event_id,), attendee_ids)
        }


def _found_by(row_id: str, row: Row) -> tuple[Any, ...]:
    """A row of ``finding`` without the event."""
    *words, number_order, mobile, mobile_reversed, email = finding_of(row_id, row)
    contacts = (one[:_LONGEST] for one in (mobile, mobile_reversed, email))
    return (*words, number_order, *contacts)


class KeyTable:
    """Implements ``search.Index`` for one event."""

    def __init__(self, connection: Connection, event_id: EventId) -> None:
        self._connection = connection
        self._event_id = event_id

    def hits(self, where: str, values: Sequence[Any]) -> list[str]:
        return self._column(
            f"SELECT attendee_id FROM finding WHERE event_id = ? AND {where} LIMIT {CANDIDATES}",
            (self._event_id, *values),
        )

    def candidates(self, choices: Sequence[Sequence[Key]], most: int) -> list[Candidate]:
        values: list[Any] = [self._event_id]
        having = []
        for at, keys in enumerate(choices):
            ways = []
            for key, begins in keys:
                ways.append(f"(k{at}.key >= ? AND k{at}.key < ?)" if begins else f"k{at}.key = ?")
                values += [key, key + _LAST] if begins else [key]
            having.append(
                f"EXISTS (SELECT 1 FROM search_key k{at} WHERE k{at}.event_id = f.event_id"
                f" AND k{at}.attendee_id = f.attendee_id AND ({' OR '.join(ways)}))"
            )
        sql = (
            "SELECT f.attendee_id, f.name_keys, f.other_keys FROM finding f"
            f" WHERE f.event_id = ? AND {' AND '.join(having)} LIMIT ?"
        )
        return self._connection.execute(sql, (*values, most)).fetchall()

    def near(self, key: str) -> list[str]:
        letter = key[:1]
        return nearest(
            key,
            self._column(
                "SELECT DISTINCT key FROM search_key WHERE event_id = ? AND key >= ? AND key < ?"
                " AND length(key) BETWEEN ? AND ?",
                (self._event_id, letter, letter + _LAST, len(key) - 2, len(key) + 2),
            ),
        )

    def _column(self, sql: str, values: Sequence[Any]) -> list[str]:
        return [one for (one,) in self._connection.execute(sql, values).fetchall()]
