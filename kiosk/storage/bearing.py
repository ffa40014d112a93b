"""Who is found by which key in a file of SQLite: the table ``bearing``, and ``finding`` beside it.

An event's people have documents in a room of their own, numbered as they came. A key is a word, its
Latin keys, their consonants, and the first letters of a word, so that who has typed a beginning
asks for one key as well. Who goes is taken out of every row there and then.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain, groupby

from kiosk.storage.doc_sets import BLOCK, joined, without
from kiosk.storage.driver import Connection, among
from kiosk.storage.folding import SKELETON, keys_of, latin_keys
from kiosk.storage.found_by import finding_of, said_in
from kiosk.storage.rows import Row

ROOM = 1 << 32  # so many documents an event has room for
BEGINNING = "\ue000"  # marks first letters among the keys; private use, so in no name
LONGEST_BEGINNING = 6
_READ = ("name", "organisation", "number", "mobile", "email")
_LEFT = (
    f"SELECT id, {', '.join(_READ)} FROM unindexed u JOIN attendee a ON a.event_id = u.event_id"
    " AND a.id = u.attendee_id WHERE u.event_id = ? AND u.attendee_id <= ? AND a.masked = 0"
    " AND NOT EXISTS (SELECT 1 FROM attendee w WHERE w.event_id = a.event_id"
    " AND w.number = a.number AND w.receipt_hash = a.receipt_hash AND w.masked = 1)"
)
_WITHDRAWN = (
    "SELECT a.id FROM unindexed u JOIN attendee w ON w.event_id = u.event_id"
    " AND w.id = u.attendee_id AND w.masked = 1 JOIN attendee a ON a.event_id = w.event_id"
    " AND a.number = w.number AND a.receipt_hash = w.receipt_hash"
    " WHERE u.event_id = ? AND u.attendee_id <= ?"
)
_GONE = (
    "DELETE FROM finding WHERE event_id = ? AND attendee_id IN ?"
    " RETURNING doc, name_keys, other_keys"
)
_HELD = "SELECT key, docs FROM bearing WHERE room = ? AND block = ? AND key IN ?"
_PUT = (
    "INSERT INTO bearing (room, key, block, docs) VALUES (?, ?, ?, ?)"
    " ON CONFLICT DO UPDATE SET docs = excluded.docs"
)
_SPELT = (
    "INSERT INTO spelling (room, key, bearers) VALUES (?, ?, ?)"
    " ON CONFLICT DO UPDATE SET bearers = bearers + excluded.bearers"
)
_ONE_LESS = "UPDATE spelling SET bearers = bearers - 1 WHERE room = ? AND key = ?"


def room_of(connection: Connection, event_id: str) -> int:
    """Where an event's documents are, side by side: its own room, or the first that is free."""
    found = connection.execute(
        "SELECT doc FROM finding WHERE event_id = ? LIMIT 1", (event_id,)
    ).fetchone()
    if found is not None:
        return int(found[0]) // ROOM
    (newest,) = connection.execute("SELECT coalesce(max(doc), -1) FROM finding").fetchone()
    return int(newest) // ROOM + 1


def index_left(connection: Connection, most: int) -> int:
    """Writes the keys of some who were left, as their rows are now; of how many, 0 for none left.

    A row of ``bearing`` is written once for all of them: the more they are, the less each costs.
    """
    (event_id,) = connection.execute("SELECT min(event_id) FROM unindexed").fetchone()
    if event_id is None:
        return 0
    left = connection.execute(
        "SELECT attendee_id FROM unindexed WHERE event_id = ? ORDER BY attendee_id LIMIT ?",
        (event_id, most),
    ).fetchall()
    up_to = (event_id, left[-1][0])
    withdrawn = connection.execute(_WITHDRAWN, up_to).fetchall()
    unindex(connection, event_id, [row_id for (row_id,) in (*left, *withdrawn)])
    rows = connection.execute(_LEFT, up_to).fetchall()
    index(
        connection, event_id, {row_id: dict(zip(_READ, row, strict=True)) for row_id, *row in rows}
    )
    connection.execute("DELETE FROM unindexed WHERE event_id = ? AND attendee_id <= ?", up_to)
    return len(left)


def index(connection: Connection, event_id: str, people: Mapping[str, Row]) -> None:
    """Writes the keys of people who have none."""
    room = room_of(connection, event_id)
    (newest,) = connection.execute(
        "SELECT coalesce(max(doc), ?1) FROM finding WHERE doc BETWEEN ?1 AND ?2",
        (room * ROOM, room * ROOM + ROOM - 1),
    ).fetchone()
    rows = [
        (doc, event_id, *finding_of(row_id, row))
        for doc, (row_id, row) in enumerate(people.items(), newest + 1)
    ]
    connection.executemany(
        "INSERT INTO finding (doc, event_id, attendee_id, name_keys, other_keys, number_order,"
        " mobile, mobile_reversed, email) VALUES (?,?,?,?,?,?,?,?,?)",
        rows,
    )
    said = ((doc, said_in(name_keys, other_keys)) for doc, _, _, name_keys, other_keys, *_ in rows)
    for block, some in groupby(said, key=lambda one: one[0] // BLOCK):
        _note(connection, room, block, some)


def unindex(connection: Connection, event_id: str, attendee_ids: Iterable[str]) -> None:
    """Takes the keys of people away, where they have some."""
    for doc, *ranking in list(among(connection, _GONE, (event_id,), attendee_ids)):
        room, block, said = doc // ROOM, doc // BLOCK, said_in(*ranking)
        for key, docs in list(among(connection, _HELD, (room, block), keys_in(said))):
            if left := without(docs, doc % BLOCK):
                connection.execute(_PUT, (room, key, block, left))
            else:
                where = "room = ? AND key = ? AND block = ?"
                connection.execute(f"DELETE FROM bearing WHERE {where}", (room, key, block))
        spelt = set(chain.from_iterable(map(latin_keys, said)))
        connection.executemany(_ONE_LESS, ((room, key) for key in spelt))
        connection.execute("DELETE FROM spelling WHERE bearers = 0")


def keys_in(said: Iterable[str]) -> set[str]:
    """All keys of words: theirs, and those of how they begin."""
    keys = keys_of(said)
    words = [key for key in keys if not key.startswith(SKELETON)]
    sizes = range(1, LONGEST_BEGINNING + 1)
    return {*keys, *(BEGINNING + word[:size] for word in words for size in sizes)}


def _note(
    connection: Connection, room: int, block: int, people: Iterable[tuple[int, Sequence[str]]]
) -> None:
    """Writes who bears which key, of documents of one block in rising order."""
    by_word: dict[str, list[int]] = defaultdict(list)
    for doc, said in people:
        for word in set(said):
            by_word[word].append(doc % BLOCK)
    by_key: dict[str, list[int]] = defaultdict(list)
    spelt: dict[str, list[int]] = defaultdict(list)
    for word, numbers in by_word.items():
        for key in keys_in([word]):
            by_key[key] += numbers
        for key in latin_keys(word):
            spelt[key] += numbers
    held = dict(among(connection, _HELD, (room, block), by_key))
    connection.executemany(
        _PUT,
        ((room, key, block, joined(held.get(key, b""), by_key[key])) for key in sorted(by_key)),
    )
    connection.executemany(_SPELT, ((room, key, len(set(spelt[key]))) for key in sorted(spelt)))
