"""Rows that a person decided are one visitor's, kept at hand so that every reading can ask.

Decisions are few; who belongs together follows from all of them, whichever way they tie people,
and from rows that number and code join to those. It is noted anew whenever a decision or a row
that one speaks of comes or goes.
"""

from __future__ import annotations

from kiosk.storage.driver import Connection
from kiosk.storage.same_people import decided_groups


def mates(table: str, column: str, then: str) -> str:
    """The SQL, from FROM on, for what there is of whoever is one with the attendee whose id is in
    ``table.column``: ``then`` joins it to ``k.event_id``, ``k.attendee_id``. Nothing for nearly
    everybody.
    """
    return (
        "FROM joined own JOIN joined k ON k.event_id = own.event_id AND k.first_id = own.first_id"
        f" {then} WHERE own.event_id = {table}.event_id AND own.attendee_id = {table}.{column}"
    )


def withdrawn_mate(table: str) -> str:
    """From FROM on: the row ``w`` of whoever withdrew and is one with the attendee in ``table``."""
    then = "JOIN attendee w ON w.event_id = k.event_id AND w.id = k.attendee_id AND w.masked = 1"
    return mates(table, "id", then)


def taken_back(table: str) -> str:
    """From FROM on: the consent ``w`` of whoever is one with whose consent is in ``table``, by
    which they took that back after it was given.
    """
    then = (
        "JOIN consent w ON w.event_id = k.event_id AND w.attendee_id = k.attendee_id"
        f" AND w.purpose = {table}.purpose AND w.withdrawn_at >= {table}.at"
    )
    return mates(table, "attendee_id", then)


def stands(table: str, column: str) -> str:
    """The SQL for the id that stands for the attendee whose id is in ``table.column``."""
    return (
        f"coalesce((SELECT j.first_id FROM joined j WHERE j.event_id = {table}.event_id"
        f" AND j.attendee_id = {table}.{column}), {table}.{column})"
    )


def counted(table: str) -> str:
    """The SQL that is true of every attendee once, however many rows they have."""
    return (
        f"NOT EXISTS (SELECT 1 FROM joined j WHERE j.event_id = {table}.event_id"
        f" AND j.attendee_id = {table}.id AND j.first_id <> j.attendee_id)"
    )


def note_joined(connection: Connection, event_id: str) -> None:
    """Notes who belongs together at an event. Costs next to nothing where nobody decided."""
    if not _any(connection, "same_as", event_id):
        if _any(connection, "joined", event_id):
            connection.execute("DELETE FROM joined WHERE event_id = ?", (event_id,))
        return
    now = {
        (str(one), str(first))
        for first, together in decided_groups(connection, event_id).items()
        for one in together
    }
    noted = {
        (one, first)
        for one, first in connection.execute(
            "SELECT attendee_id, first_id FROM joined WHERE event_id = ?", (event_id,)
        ).fetchall()
    }
    connection.executemany(
        "DELETE FROM joined WHERE event_id = ? AND attendee_id = ? AND first_id = ?",
        [(event_id, *one) for one in sorted(noted - now)],
    )
    connection.executemany(
        "INSERT INTO joined (event_id, attendee_id, first_id) VALUES (?, ?, ?)",
        [(event_id, *one) for one in sorted(now - noted)],
    )


def was_joined(connection: Connection, event_id: str, attendee_id: str) -> bool:
    """Whether it was noted of this row that it is one with another."""
    sql = "SELECT 1 FROM joined WHERE event_id = ? AND attendee_id = ?"
    return connection.execute(sql, (event_id, attendee_id)).fetchone() is not None


def _any(connection: Connection, table: str, event_id: str) -> bool:
    sql = f"SELECT 1 FROM {table} WHERE event_id = ? LIMIT 1"
    return connection.execute(sql, (event_id,)).fetchone() is not None
