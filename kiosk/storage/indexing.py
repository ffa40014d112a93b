"""What finding a person needs, written beside the row and gone with it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Protocol

from kiosk.storage.driver import Connection
from kiosk.storage.folding import keys_of, latin_keys, words
from kiosk.storage.masking import same_person
from kiosk.storage.rows import ENTITIES, Row, from_columns

_ROOM = 1 << 32  # so many documents an event has room for
_LAST_DIGITS = re.compile(r"([0-9]{1,12})$")


class OwnIndex(Protocol):
    """What a database without FTS5 finds people by."""

    def index(self, event_id: str, attendee_ids: Sequence[str]) -> None: ...

    def unindex(self, event_id: str, attendee_ids: Sequence[str]) -> None: ...


def index_attendee(connection: Connection, event_id: str, attendee_id: str, row: Row) -> None:
    """Writes the keys of one attendee anew; who has withdrawn gets none, whichever row says it.

    The row is there already. A database without FTS5 has an index of its own.
    """
    own = _own_index(connection)
    if own is not None:
        own.index(event_id, [attendee_id])
        return
    unindex_attendee(connection, event_id, attendee_id)
    if row["masked"]:
        for same in same_person(connection, event_id, row, masked=False):
            unindex_attendee(connection, event_id, same)
        return
    if same_person(connection, event_id, row, masked=True):
        return
    first, last = room_of(connection, event_id)
    (doc,) = connection.execute(
        "INSERT INTO finding (doc, event_id, attendee_id, name_keys, other_keys, number_order,"
        " mobile, mobile_reversed, email) VALUES"
        " ((SELECT coalesce(max(doc), ?) + 1 FROM finding WHERE doc BETWEEN ? AND ?),"
        " ?,?,?,?,?,?,?,?) RETURNING doc",
        (first, first, last, event_id, *finding_of(attendee_id, row)),
    ).fetchone()
    connection.execute(
        "INSERT INTO search_index (rowid, keys) VALUES (?, ?)", (doc, " ".join(all_keys(row)))
    )


def room_of(connection: Connection, event_id: str | None) -> tuple[int, int]:
    """The first and the last number of an event's documents; of all for None.

    They lie side by side, so that who looks for an event's people passes nobody else's. Before
    there were rooms all events were in the first, and those that are stay there.
    """
    if event_id is None:
        return 0, 2**63 - 1
    found = connection.execute(
        "SELECT doc FROM finding WHERE event_id = ? LIMIT 1", (event_id,)
    ).fetchone()
    if found is None:
        found = connection.execute("SELECT coalesce(max(doc) + ?, 0) FROM finding", (_ROOM,))
        found = found.fetchone()
    first = found[0] // _ROOM * _ROOM
    return first, first + _ROOM - 1


def leave_unindexed(connection: Connection, event_id: str, attendee_id: str) -> None:
    """Notes that this attendee's keys are still to be written: before anybody looks for people."""
    connection.execute(
        "INSERT INTO unindexed (event_id, attendee_id) VALUES (?, ?) ON CONFLICT DO NOTHING",
        (event_id, attendee_id),
    )


def index_left(connection: Connection, event_id: str, attendee_id: str) -> None:
    """Writes the keys of one who was left, as the row is now, and notes that nothing is left."""
    entity = ENTITIES["attendee"]
    found = connection.execute(
        f"SELECT {', '.join(entity.fields)} FROM attendee WHERE event_id = ? AND id = ?",
        (event_id, attendee_id),
    ).fetchone()
    if found is not None:
        row = from_columns(entity, dict(zip(entity.fields, found, strict=True)))
        index_attendee(connection, event_id, attendee_id, row)
    connection.execute(
        "DELETE FROM unindexed WHERE event_id = ? AND attendee_id = ?", (event_id, attendee_id)
    )


def unindex_attendee(connection: Connection, event_id: str, attendee_id: str) -> None:
    """Takes the keys of one attendee away."""
    own = _own_index(connection)
    if own is not None:
        own.unindex(event_id, [attendee_id])
        return
    found = connection.execute(
        "DELETE FROM finding WHERE event_id = ? AND attendee_id = ? RETURNING doc",
        (event_id, attendee_id),
    ).fetchone()
    if found is not None:
        connection.execute("DELETE FROM search_index WHERE rowid = ?", found)


def forget_words(connection: Connection) -> None:
    """Has the words of people who are not found any more go out of the index itself.

    FTS5 only marks them as gone; they lie in its pages until these are written anew.
    """
    if _own_index(connection) is None:
        connection.execute("INSERT INTO search_index (search_index) VALUES ('optimize')")


def _own_index(connection: Connection) -> OwnIndex | None:
    own: OwnIndex | None = getattr(connection, "people", None)
    return own


def finding_of(attendee_id: str, row: Row) -> tuple[str, str, str, int, str, str, str]:
    """An attendee's row of ``finding``, without the event."""
    mobile = national_digits(row["mobile"])
    number = _LAST_DIGITS.search(row["number"])
    return (
        attendee_id, ranked(words(row["name"])), ranked(words(row["organisation"])),
        int(number[1]) if number else -1, mobile, mobile[::-1], row["email"].casefold(),
    )  # fmt: skip


def all_keys(row: Row) -> list[str]:
    """Every key under which the words of an attendee's name and organisation are found."""
    return keys_of((*words(row["name"]), *words(row["organisation"])))


def ranked(name: list[str]) -> str:
    """The words as ranking reads them: as written, a line break, their first Latin keys."""
    latin = (keys[0] if (keys := latin_keys(word)) else word for word in name)
    return " ".join(name) + "\n" + " ".join(latin)


def national_digits(mobile: str) -> str:
    """A number's digits without the prefix of India (+91) or of trunk calls (0)."""
    digits = "".join(sign for sign in mobile if "0" <= sign <= "9")
    if len(digits) == 12 and digits.startswith("91"):
        return digits[2:]
    return digits[1:] if len(digits) == 11 and digits.startswith("0") else digits
