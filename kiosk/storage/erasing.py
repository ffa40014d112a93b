"""Forgetting a person, which the log of changes survives."""

from __future__ import annotations

from kiosk.domain.change import ChangeDraft
from kiosk.services.ports import Writing
from kiosk.storage.applying import delete_row
from kiosk.storage.contests import judge_clashes
from kiosk.storage.driver import Connection
from kiosk.storage.rows import ENTITIES, Entity

_OF_PERSON = tuple(
    (entity, column)
    for entity in ENTITIES.values()
    if entity.personal
    for column in ("attendee_id", "other_id")
    if column in entity.fields
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
    for entity, column in _OF_PERSON:
        mine = connection.execute(
            f"SELECT id FROM {entity.name} WHERE event_id = ? AND {column} = ?",
            (event_id, person_id),
        ).fetchall()
        for (row_id,) in mine:
            _drop(connection, entity, event_id, row_id)
    _drop(connection, ENTITIES["attendee"], event_id, person_id)
    for sql in (
        "DELETE FROM unindexed WHERE event_id = ? AND attendee_id = ?",
        "DELETE FROM payload WHERE event_id = ? AND person_id = ?",
        "DELETE FROM salt WHERE event_id = ? AND person_id = ?",
    ):
        connection.execute(sql, (event_id, person_id))
    connection.execute("DELETE FROM print_job WHERE attendee_id = ?", (person_id,))
    for column, which in said.items():
        judge_clashes(connection, event_id, column, which)


def _drop(connection: Connection, entity: Entity, event_id: str, row_id: str) -> None:
    delete_row(connection, entity, event_id, row_id)
    for table in _OF_ROWS:
        connection.execute(
            f"DELETE FROM {table} WHERE event_id = ? AND entity = ? AND entity_id = ?",
            (event_id, entity.name, row_id),
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
