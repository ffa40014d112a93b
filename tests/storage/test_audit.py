"""The log is what was written, whole; the rows say what it says."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.domain.ids import AttendeeId
from kiosk.storage.chain import Head, head_key, read_head, store_head
from kiosk.storage.store import Store
from kiosk.storage.verifying import verify
from tests.storage.records import (
    DEVICE,
    EVENT,
    MORNING_MS,
    certify,
    change,
    check_in,
    close_day,
    keep,
    nobody,
    register,
    respond,
)

PEOPLE = 3
FORGED_FACT = (
    "INSERT INTO check_in SELECT event_id, 'x', attendee_id, '', 1, device_id, hlc, changed_by"
    " FROM check_in"
)
_LOG = "log SET {0} = ? WHERE id = (SELECT log FROM told WHERE seq = ?)"
_SAYING = "saying SET {0} = ? WHERE id = (SELECT saying FROM told WHERE seq = ?)"
_TOLD = "told SET {0} = ? WHERE seq = ?"
COLUMNS = {
    **dict.fromkeys(("event_id", "device_id"), _LOG),
    **dict.fromkeys(("actor", "entity", "kind", "schema"), _SAYING),
    **dict.fromkeys(("hlc", "entity_id", "commitment", "before", "hash", "body"), _TOLD),
    "key": "salt SET {0} = ? WHERE person_id = (SELECT person_id FROM told WHERE seq = ?)",
}


@pytest.fixture
def day(store: Store) -> list[AttendeeId]:
    """A small day: everything that a log can hold, but an erasure."""
    people = [register(store, f"Visitor {at}") for at in range(PEOPLE)]
    change(store, "device", DEVICE, "create", code="KA1", public_key="ab", certificate="{}")
    change(store, "attendee", people[0], "correct", name="Asha", person=people[0])
    respond(store, people[0], rating=5)
    check_in(store, people[1])
    certificate = certify(store, people[1])
    change(store, "print", "p1", "create", certificate_id=certificate, person=people[1])
    change(store, "export", "e1", "create", plain=True)
    close_day(store)
    assert store.verify().ok
    return people


def alter(store: Store, sql: str, *values: object) -> None:
    """What somebody does who has the key, and does not want it to show."""
    for trigger in ("change_never_altered", "change_never_deleted"):
        store.connection.execute(f"DROP TRIGGER IF EXISTS {trigger}")
    before = store.connection.execute("SELECT total_changes()").fetchone()
    store.connection.execute(sql, values)
    assert store.connection.execute("SELECT total_changes()").fetchone() > before


def test_the_log_refuses_to_be_altered(store: Store, day: list[AttendeeId]) -> None:
    for sql in ("UPDATE told SET hash = x'' WHERE seq = 1", "DELETE FROM told WHERE seq = 1"):
        with pytest.raises(Exception, match="append-only"):
            store.connection.execute(sql)


@settings(max_examples=60)
@given(data=st.data())
def test_one_byte_of_any_entry_shows(store: Store, data: st.DataObject) -> None:
    if store.verify().entries == 0:
        for at in range(PEOPLE):
            respond(store, register(store, f"Visitor {at}"), rating=at)
    seqs = [seq for (seq,) in store.connection.execute("SELECT seq FROM change")]
    seq = data.draw(st.sampled_from(seqs))
    column = data.draw(st.sampled_from(sorted(COLUMNS)))
    old = store.connection.execute(
        f"SELECT {column} FROM told t JOIN log l ON l.id = t.log JOIN saying y ON y.id = t.saying"
        " LEFT JOIN (SELECT person_id AS whose, key FROM salt) ON whose = t.person_id"
        " WHERE t.seq = ?",
        (seq,),
    ).fetchone()[0]
    raw = old if isinstance(old, bytes) else str(old).encode()
    at = data.draw(st.integers(0, len(raw) - 1))
    flipped = raw[:at] + bytes([raw[at] ^ data.draw(st.sampled_from([1, 2, 4]))]) + raw[at + 1 :]
    new: object = flipped if isinstance(old, bytes) else flipped.decode()
    if isinstance(old, int):
        new = old + 1
    store.connection.execute("SAVEPOINT before")
    for trigger in ("change_never_altered", "change_never_deleted"):
        store.connection.execute(f"DROP TRIGGER {trigger}")
    store.connection.execute(f"UPDATE {COLUMNS[column].format(column)}", (new, seq))
    found = verify(store.connection, head_key(bytes(range(32))), DEVICE)
    store.connection.execute("ROLLBACK TO before")
    store.connection.execute("RELEASE before")
    assert not found.ok, (seq, column)
    assert found.broken_at is not None
    assert found.reason
    assert store.verify().ok


@pytest.mark.parametrize("cut", [1, 2, 5])
def test_a_tail_that_was_cut_off_is_missed(store: Store, day: list[AttendeeId], cut: int) -> None:
    (last,) = store.connection.execute("SELECT max(seq) FROM change").fetchone()
    alter(store, "DELETE FROM told WHERE seq > ?", last - cut)
    found = store.verify()
    assert (found.ok, found.broken_at) == (False, last - cut + 1)
    assert "cut off" in found.reason


def test_a_log_that_is_gone_is_missed(store: Store, day: list[AttendeeId]) -> None:
    alter(store, "DELETE FROM told")
    found = store.verify()
    assert (found.entries, found.ok, found.broken_at) == (0, False, 1)


def test_a_gap_is_missed(store: Store, day: list[AttendeeId]) -> None:
    alter(store, "DELETE FROM told WHERE seq = 4")
    assert store.verify().broken_at == 4


@pytest.mark.parametrize(
    ("sql", "reason"),
    [
        ("UPDATE head SET seq = seq - 1", "head of the log was altered"),
        ("UPDATE head SET mac = zeroblob(32)", "head of the log was altered"),
        ("DELETE FROM head", "head of the log is gone"),
        ("DELETE FROM payload WHERE op_id = (SELECT op_id FROM change WHERE entity = 'export')",
         "is gone"),
        ("DELETE FROM payload WHERE op_id = (SELECT op_id FROM change WHERE entity = 'day')",
         "is gone"),
        ("DELETE FROM salt WHERE person_id <> ''", "says was altered"),
        ("UPDATE attendee SET name = 'Somebody else' WHERE name = 'Asha'", "row of attendee"),
        ("UPDATE attendee SET masked = 1 WHERE name = 'Asha'", "row of attendee"),
        ("UPDATE certificate SET status = 'revoked'", "row of certificate"),
        ("UPDATE consent SET given = 0 WHERE purpose = 'contact'", "row of consent"),
        ("DELETE FROM check_in", "row of check_in"),
        (FORGED_FACT, "check_in has rows"),
    ],
)  # fmt: skip
def test_what_else_was_altered_shows(
    store: Store, day: list[AttendeeId], sql: str, reason: str
) -> None:
    alter(store, sql)
    found = store.verify()
    assert not found.ok
    assert reason in found.reason


def test_another_kiosk_s_head_does_not_pass(store: Store, day: list[AttendeeId]) -> None:
    alter(store, "DELETE FROM told WHERE seq = (SELECT max(seq) FROM told)")
    alter(store, "DELETE FROM day")
    head = read_head(store.connection, EVENT, DEVICE)
    store_head(store.connection, b"not the key", EVENT, DEVICE, Head(head.seq, head.hash, head.hlc))
    assert "head of the log was altered" in store.verify().reason


def test_an_erased_person_is_gone_and_the_log_holds(store: Store, day: list[AttendeeId]) -> None:
    before = store.verify()
    store.erase_person(day[1], "coordinator")
    found = store.verify()
    assert found.ok
    assert found.entries == before.entries + 1
    assert store.attendee(day[1]) is None
    assert not store.consents(day[1])
    assert not store.check_ins(day[1])
    assert not store.certificates(day[1])
    assert day[1] not in [one.attendee.id for one in store.find("Visitor 1")]
    for table in ("payload", "salt"):
        (left,) = store.connection.execute(
            f"SELECT count(*) FROM {table} WHERE person_id = ?", (day[1],)
        ).fetchone()
        assert left == 0
    kinds = store.connection.execute("SELECT entity_id FROM change WHERE kind = 'erase'")
    assert kinds.fetchall() == [(day[1],)]


OF_PERSON = "DELETE FROM payload WHERE person_id = ?"
SALT_OF_PERSON = "DELETE FROM salt WHERE person_id = ?"
OF_ROW = (
    "DELETE FROM payload WHERE op_id IN (SELECT op_id FROM change WHERE entity = ?)"
    " AND person_id = ?"
)


@pytest.mark.parametrize("with_salt", [True, False])
@pytest.mark.parametrize("with_rows", [True, False])
def test_the_log_holds_after_a_person_s_payloads_were_deleted(
    store: Store, day: list[AttendeeId], with_salt: bool, with_rows: bool
) -> None:
    for person in day[:2]:
        alter(store, OF_PERSON, person)
        if with_salt:
            alter(store, SALT_OF_PERSON, person)
    if with_rows:
        alter(store, "DELETE FROM attendee WHERE id IN (?, ?)", *day[:2])
        alter(store, "DELETE FROM consent WHERE attendee_id IN (?, ?)", *day[:2])
    assert store.verify().ok


@pytest.mark.parametrize("gone", [False, True])
@pytest.mark.parametrize(
    ("entity", "reason"),
    [("attendee", "is gone"), ("consent", "row of consent"), ("check_in", "row of check_in"),
     ("certificate", "row of certificate")],
)  # fmt: skip
def test_some_of_a_person_s_payloads_may_not_be_missing(
    store: Store, day: list[AttendeeId], entity: str, reason: str, gone: bool
) -> None:
    if gone:  # somebody else was forgotten; that is no cover
        alter(store, OF_PERSON, day[2])
        assert store.verify().ok
    alter(store, OF_ROW, entity, day[1])
    found = store.verify()
    assert not found.ok
    assert reason in found.reason if gone else "is gone" in found.reason


def test_one_of_the_changes_of_a_row_may_not_be_missing(
    store: Store, day: list[AttendeeId]
) -> None:
    alter(store, "DELETE FROM payload WHERE op_id = (SELECT op_id FROM change"
          " WHERE kind = 'correct')")  # fmt: skip
    assert "is gone" in store.verify().reason


def forged(store: Store, person: AttendeeId, sql: str, *values: object) -> str:
    """What the audit says of a lie that is told beside one forgotten person."""
    alter(store, OF_PERSON, person)
    alter(store, SALT_OF_PERSON, person)
    assert store.verify().ok
    alter(store, sql, *values)
    found = store.verify()
    assert not found.ok
    return found.reason


@pytest.mark.parametrize(
    ("sql", "reason"),
    [
        ("UPDATE attendee SET name = 'Somebody else' WHERE name = 'Asha'", "row of attendee"),
        ("UPDATE certificate SET status = 'revoked'", "row of certificate"),
        ("UPDATE attendee SET hlc = x'00' WHERE name = 'Asha'", "row of attendee"),
        ("DELETE FROM check_in", "row of check_in"),
        (FORGED_FACT, "check_in has rows"),
        ("UPDATE check_in SET attendee_id = (SELECT id FROM attendee WHERE name = 'Visitor 2')",
         "row of check_in"),
        ("DELETE FROM payload WHERE person_id = ''", "is gone"),
    ],
)  # fmt: skip
def test_a_forgotten_person_covers_no_lie(
    store: Store, day: list[AttendeeId], sql: str, reason: str
) -> None:
    assert reason in forged(store, day[2], sql)


def test_payloads_stay_with_the_person_of_whom_they_speak(
    store: Store, day: list[AttendeeId]
) -> None:
    """With a copy of the salt the commitment holds; erasing the person would leave them there."""
    salt = "INSERT INTO salt SELECT event_id, 'ghost', key FROM salt WHERE person_id = ?"
    store.connection.execute(salt, (day[0],))
    for entity in ("attendee", "response", "consent"):
        store.connection.execute("SAVEPOINT before")
        one = (
            "UPDATE told SET person_id = 'ghost' WHERE seq ="
            " (SELECT seq FROM said WHERE entity = ? AND person_id = ? LIMIT 1)"
        )
        store.connection.execute(one, (entity, day[0]))
        assert not verify(store.connection, head_key(bytes(range(32))), DEVICE).ok
        store.connection.execute("UPDATE told SET person_id = 'ghost' WHERE person_id = ?",
                                 (day[0],))  # fmt: skip
        assert not verify(store.connection, head_key(bytes(range(32))), DEVICE).ok
        store.connection.execute("ROLLBACK TO before")
    assert store.verify().ok


@pytest.mark.parametrize(
    "sql",
    [
        (
            "INSERT INTO attendee SELECT event_id, ?, number, name, language, does, kinds,"
            " organisation, mobile, email, pin_code, district, state, offers, needs, wants_help,"
            " registered_at, device_id, assisted, receipt_hash, met, masked, more, hlc, changed_by,"
            " withdrawn_at"
            " FROM attendee LIMIT 1"
        ),
        (
            "INSERT INTO check_in SELECT event_id, entity_id, ?, '', 1, device_id, hlc, device_id"
            " FROM change WHERE entity = 'check_in'"
        ),
        "INSERT INTO salt VALUES ((SELECT event_id FROM change), ?, x'00')",
        (
            "INSERT INTO payload SELECT event_id, device_id, seq, op_id, ?, x'7b7d' FROM change"
            " WHERE kind = 'erase'"
        ),
    ],
)
def test_nothing_of_an_erased_person_comes_back(
    store: Store, day: list[AttendeeId], sql: str
) -> None:
    store.erase_person(day[1], "coordinator")
    assert store.verify().ok
    alter(store, sql, day[1])
    assert not store.verify().ok


def test_an_emptied_record_is_not_whole(store: Store, day: list[AttendeeId]) -> None:
    """Everything, the heads too: not even the laptop's own entry is left."""
    tables = ("told", "salt", "head", "attendee", "consent", "check_in", "response",
              "certificate", "device", "day")  # fmt: skip
    for table in tables:
        alter(store, f"DELETE FROM {table}")
    found = store.verify()
    assert (found.entries, found.ok, found.broken_at) == (0, False, 1)
    assert "whole log is gone" in found.reason


@pytest.fixture
def box(store: Store) -> Store:
    for _ in range(6):
        register(store, "Asha", state="IN-KA")
    keep(store, *(nobody(answers={"rating": at % 5}) for at in range(12)))
    close_day(store)
    assert store.verify().ok
    return store


@pytest.mark.parametrize(
    "lie",
    [
        lambda rows: rows[:-1],
        lambda rows: [*rows[:-1], [*rows[-1][:3], {"rating": 9}, *rows[-1][4:]]],
        lambda rows: [*rows[:-1], [*rows[-1][:4], "", *rows[-1][5:]]],
        lambda rows: [*rows[:-1], [*rows[-1][:7], 0]],
        lambda rows: [*rows, ["00" * 16, *rows[-1][1:]]],
    ],
)
def test_the_box_is_what_the_closing_counted(box: Store, lie: Callable[[Any], Any]) -> None:
    found = box.connection.execute("SELECT id, body FROM anonymous_bucket").fetchall()
    row, body = next(one for one in found if json.loads(one[1]))
    alter(box, "UPDATE anonymous_bucket SET body = ? WHERE id = ?",
          json.dumps(lie(json.loads(body))).encode(), row)  # fmt: skip
    assert "anonymous box" in box.verify().reason


def test_an_emptied_box_is_missed(box: Store) -> None:
    alter(box, "DELETE FROM anonymous_bucket")
    assert "anonymous box" in box.verify().reason


def test_late_answers_wait_for_the_next_closing(box: Store) -> None:
    keep(box, nobody(answers={"rating": 1}), nobody(answers={"rating": 2}))
    assert box.verify().ok
    close_day(box)
    assert box.verify().ok
    change(box, "day", EVENT, "close", at=MORNING_MS + 9)  # says nothing of the box
    assert box.verify().ok


def test_answers_are_not_sealed_without_a_closing(store: Store) -> None:
    register(store, "Asha")
    keep(store, nobody())
    assert store.verify().ok
    alter(store, "UPDATE anonymous_bucket SET body = CAST(replace(CAST(body AS TEXT), ',0]', ',1]')"
          " AS BLOB) WHERE length(rtrim(CAST(body AS TEXT))) > 2")  # fmt: skip
    assert "anonymous box" in store.verify().reason


def test_a_change_says_nothing_of_a_person(store: Store, day: list[AttendeeId]) -> None:
    """Without payload and salt nothing in the log tells who it was, or lets a guess be tested."""
    rows = store.connection.execute("SELECT * FROM change").fetchall()
    text = json.dumps([[str(cell) for cell in row if cell != "staff:Asha"] for row in rows])
    assert "Asha" not in text
    assert "Visitor" not in text
    assert EVENT in text
