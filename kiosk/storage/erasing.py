"""Forgetting a person, which the log of changes survives."""

from __future__ import annotations

from kiosk.domain.change import ChangeDraft
from kiosk.services.ports import Writing
from kiosk.storage.applying import delete_row
from kiosk.storage.driver import Connection
from kiosk.storage.rows import ENTITIES


def erase(
    connection: Connection, writing: Writing, event_id: str, person_id: str, actor: str
) -> None:
    """Writes the ``erase`` change, then takes away rows, search keys, payloads and salt.

    The change says nothing of the person, and its own payload goes with the others: that it
    happened, when and by whom stands in the chain.
    """
    writing.write(ChangeDraft("attendee", person_id, "erase", actor, {}, person_id))
    for entity in ENTITIES.values():
        if not entity.personal or entity.name == "attendee":
            continue
        mine = connection.execute(
            f"SELECT id FROM {entity.name} WHERE event_id = ? AND attendee_id = ?",
            (event_id, person_id),
        ).fetchall()
        for (row_id,) in mine:
            delete_row(connection, entity, event_id, row_id)
    connection.execute("DELETE FROM print_job WHERE attendee_id = ?", (person_id,))
    for table in ("payload", "salt"):
        connection.execute(
            f"DELETE FROM {table} WHERE event_id = ? AND person_id = ?",
            (event_id, person_id),
        )
