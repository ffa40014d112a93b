"""Forgetting a person, which the log of changes survives."""

from __future__ import annotations

from kiosk.domain.change import ChangeDraft
from kiosk.storage import anonymous
from kiosk.storage.applying import delete_row
from kiosk.storage.contests import judge_clashes
from kiosk.storage.driver import Connection
from kiosk.storage.joining import note_joined, was_joined
from kiosk.storage.rows import ENTITIES
from kiosk.storage.writing import OpenWriting

_ROWS_OF_PERSON = "SELECT DISTINCT entity, entity_id FROM said WHERE event_id = ? AND person_id = ?"
_OF_ROWS = ("unborn", "waiting", "contested")  # what is kept of rows by entity and id


def erase(
    connection: Connection, writing: OpenWriting, event_id: str, person_id: str, actor: str
) -> None:
    """Writes the ``erase`` change, then forgets the person, that very change's payload included.

    The change says nothing of the person: that it happened, when and by whom stands in the chain.
    """
    writing.write(ChangeDraft("attendee", person_id, "erase", actor, {}, person_id))
    writing.anonymous = True  # the write-ahead log holds what they said: it is folded away
    forget(connection, event_id, person_id)


def forget(connection: Connection, event_id: str, person_id: str) -> None:
    """Takes away rows, search keys, payloads and salts, and leaves a tombstone.

    Whatever arrives of this person later finds the tombstone. Batches that hold them are noted as
    gone at the same moment: the outbox takes their files away, and seals the rest anew. Again at
    will.
    """
    connection.execute(
        "INSERT INTO erased (event_id, person_id) VALUES (?, ?) ON CONFLICT DO NOTHING",
        (event_id, person_id),
    )
    _let_batches_go(connection, event_id, person_id)
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
    if was_joined(connection, event_id, person_id):
        note_joined(connection, event_id)
    for column, which in said.items():
        judge_clashes(connection, event_id, column, which)


def let_go(connection: Connection, event_id: str, device_id: str, batch_no: int) -> None:
    """Notes that a batch lies in the outbox no more. The anonymous responses that it may have held
    go again with the next: whoever has them, has them.
    """
    connection.execute(
        "UPDATE batch SET gone = 1 WHERE device_id = ? AND batch_no = ?", (device_id, batch_no)
    )
    closes = connection.execute(
        "SELECT 1 FROM change c JOIN batch b ON b.event_id = c.event_id"
        " AND b.device_id = c.device_id AND c.seq BETWEEN b.first_seq AND b.last_seq"
        " WHERE b.event_id = ? AND b.device_id = ? AND b.batch_no = ?"
        " AND c.entity = 'day' AND c.kind = 'close' LIMIT 1",
        (event_id, device_id, batch_no),
    ).fetchone()
    if closes is not None:
        anonymous.mark_left(connection, event_id, ())


def _let_batches_go(connection: Connection, event_id: str, person_id: str) -> None:
    batches = connection.execute(
        "SELECT device_id, batch_no, first_seq, last_seq FROM batch"
        " WHERE event_id = ? AND gone = 0",
        (event_id,),
    ).fetchall()
    if not batches:
        return
    said = connection.execute(
        "SELECT device_id, seq FROM payload WHERE event_id = ? AND person_id = ?",
        (event_id, person_id),
    ).fetchall()
    for device, number, first, last in batches:
        if any(by == device and first <= seq <= last for by, seq in said):
            let_go(connection, event_id, device, number)


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
