"""Forgetting a person, which the log of changes survives."""

from __future__ import annotations

from kiosk.domain.change import ChangeDraft
from kiosk.services.ports import Writing
from kiosk.storage.applying import delete_row
from kiosk.storage.contests import judge_clashes
from kiosk.storage.driver import Connection
from kiosk.storage.rows import ENTITIES

_ROWS_OF_PERSON = (
    "SELECT DISTINCT c.entity, c.entity_id FROM payload p JOIN change c"
    " ON c.event_id = p.event_id AND c.device_id = p.device_id AND c.seq = p.seq"
    " AND c.op_id = p.op_id WHERE p.event_id = ? AND p.person_id = ?"
)
_OF_ROWS = ("unborn", "waiting", "contested")  # what is kept of rows by entity and id


def erase(
    connection: Connection, writing: Writing, event_id: str, person_id: str, actor: str
) -> None:
    """Writes the ``erase`` change, then forgets the person, that very change's payload included.

    The change says nothing of the person: that it happened, when and by whom stands in the chain.
    """
    writing.write(ChangeDraft("attendee", person_id, "erase", actor, {}, person_id))
    forget(connection, event_id, person_id)


def forget(connection: Connection, event_id: str, person_id: str) -> None:
    """Takes away rows, search keys, payloads and salts, and leaves a tombstone.

    Whatever arrives of this person later finds the tombstone. Again at will.
    """
    connection.execute(
        "INSERT INTO erased (event_id, person_id) VALUES (?, ?) ON CONFLICT DO NOTHING",
        (event_id, person_id),
    )
    said = _papers(connection, event_id, person_id)
    for name, row_id in connection.execute(_ROWS_OF_PERSON, (event_id, person_id)).fetchall():
        _drop(connection, name, event_id, row_id)
    for sql in (
        "DELETE FROM unindexed WHERE event_id = ? AND attendee_id = ?",
        "DELETE FROM payload WHERE event_id = ? AND person_id = ?",
        "DELETE FROM salt WHERE event_id = ? AND person_id = ?",
    ):
        connection.execute(sql, (event_id, person_id))
    connection.execute("DELETE FROM print_job WHERE attendee_id = ?", (person_id,))
    for column, which in said.items():
        judge_clashes(connection, event_id, column, which)


def _drop(connection: Connection, name: str, event_id: str, row_id: str) -> None:
    if name in ENTITIES:
        delete_row(connection, ENTITIES[name], event_id, row_id)
    for table in _OF_ROWS:
        connection.execute(
            f"DELETE FROM {table} WHERE event_id = ? AND entity = ? AND entity_id = ?",
            (event_id, name, row_id),
        )


def _papers(connection: Connection, event_id: str, person_id: str) -> dict[str, set[str]]:
    """The number and the serials that this person's papers bear."""
    numbers = connection.execute(
        "SELECT number FROM attendee WHERE event_id = ? AND id = ?", (event_id, person_id)
    ).fetchall()
    serials = connection.execute(
        "SELECT serial FROM certificate WHERE event_id = ? AND attendee_id = ?",
        (event_id, person_id),
    ).fetchall()
    return {"number": {one for (one,) in numbers}, "serial": {one for (one,) in serials}}
