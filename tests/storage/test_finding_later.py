"""Search keys are written after the thanks: nobody is missed, and nobody stays who has gone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from kiosk.domain.change import ChangeDraft
from kiosk.errors import EnvironmentFault
from kiosk.storage.applying import store_row
from kiosk.storage.indexing import leave_unindexed
from kiosk.storage.rows import ENTITIES
from kiosk.storage.store import INDEXED_AT_ONCE, Store
from tests.storage.records import EVENT, attendee_body, change, open_store, register

TABLES = ("unindexed", "finding", "bearing", "spelling")


def counted(store: Store) -> dict[str, int]:
    """How many wait for their keys, how many are found by them, how many keys there are."""
    return {
        table: store.connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0]
        for table in TABLES
    }


def register_many(store: Store, count: int) -> None:
    with store.writing() as writing:
        for at in range(count):
            body = attendee_body(f"Asha {at}", f"KA1-{at:04d}")
            writing.write(ChangeDraft("attendee", f"a{at}", "create", "visitor", body, f"a{at}"))


def test_registering_leaves_the_keys_for_a_moment_when_nobody_waits(store: Store) -> None:
    register(store, "Asha")
    assert counted(store) == dict.fromkeys(TABLES, 0) | {"unindexed": 1}
    store.make_findable()
    told = counted(store)
    assert (told["unindexed"], told["finding"], told["spelling"]) == (0, 1, 1)
    assert told["bearing"] > 1
    store.make_findable()
    assert counted(store) == told


def test_who_looks_before_that_finds_them_all_the_same(store: Store) -> None:
    person = register(store, "Asha")
    assert [one.attendee.id for one in store.find("asha")] == [person]
    assert counted(store)["unindexed"] == 0


def test_a_crash_between_thanks_and_keys_loses_nobody(
    store: Store, tmp_path: Path, key: bytes
) -> None:
    person = register(store, "Asha")
    again = open_store(tmp_path, key)  # what another process sees that begins now
    assert [one.attendee.id for one in again.find("asha")] == [person]
    again.close()


def test_who_is_corrected_before_is_found_once_and_by_the_right_name(store: Store) -> None:
    person = register(store, "Tukaram")
    change(store, "attendee", person, "correct", name="Dnyaneshwar", person=person)
    assert store.find("Tukaram") == []
    assert [one.attendee.id for one in store.find("Dnyaneshwar")] == [person]
    assert counted(store)["finding"] == 1


def test_who_withdraws_before_is_never_found(store: Store) -> None:
    person = register(store, "Vasundhara")
    change(store, "attendee", person, "withdraw", person=person)
    assert store.find("Vasundhara") == []
    assert counted(store) == dict.fromkeys(TABLES, 0)


def test_who_comes_withdrawn_takes_the_same_person_from_the_index_at_once(store: Store) -> None:
    same: dict[str, Any] = {"number": "KA1-0007", "receipt_hash": "cd" * 32}
    register(store, "Vasundhara", **same)
    store.make_findable()
    register(store, "", masked=True, met="code", **same)
    assert counted(store) == dict.fromkeys(TABLES, 0)


def test_who_withdrew_elsewhere_is_not_found_by_a_correction_either(store: Store) -> None:
    same: dict[str, Any] = {"number": "KA1-0007", "receipt_hash": "cd" * 32}
    person = register(store, "Vasundhara", **same)
    register(store, "", masked=True, met="code", **same)
    change(store, "attendee", person, "correct", name="Vasundhra", person=person)
    assert store.find("Vasundhra") == []


def test_who_comes_withdrawn_in_a_batch_takes_the_same_person_from_the_index(store: Store) -> None:
    same: dict[str, Any] = {"number": "KA1-0007", "receipt_hash": "cd" * 32}
    register(store, "Vasundhara", **same)
    store.make_findable()
    row = attendee_body("", masked=True, met="code", withdrawn_at=1, **same)
    store_row(store.connection, ENTITIES["attendee"], (EVENT, "code"), row, (bytes(9), "d"))
    leave_unindexed(store.connection, EVENT, "code")
    assert store.find("Vasundhara") == []
    assert counted(store) == dict.fromkeys(TABLES, 0)


def test_who_is_erased_before_leaves_nothing_to_be_done(store: Store) -> None:
    person = register(store, "Yashodhara")
    store.erase_person(person, "coordinator")
    assert counted(store) == dict.fromkeys(TABLES, 0)
    assert store.find("Yashodhara") == []


def test_somebody_whose_row_went_by_itself_is_no_stumbling_block(store: Store) -> None:
    person = register(store, "Yashodhara")
    store.connection.execute("DELETE FROM attendee WHERE id = ?", (person,))
    assert store.find("Yashodhara") == []
    assert counted(store) == dict.fromkeys(TABLES, 0)


def test_where_nobody_ever_has_a_moment_the_keys_are_written_now_and_then(store: Store) -> None:
    register_many(store, INDEXED_AT_ONCE - 1)
    assert counted(store)["finding"] == 0
    register(store, "Bina")
    assert counted(store)["unindexed"] == 0
    assert counted(store)["finding"] == INDEXED_AT_ONCE
    register(store, "Chitra")
    assert counted(store)["unindexed"] == 1


def test_more_than_go_into_one_transaction_are_found(store: Store) -> None:
    register_many(store, 2 * INDEXED_AT_ONCE + 1)
    told = counted(store)
    assert (told["unindexed"], told["finding"]) == (0, 2 * INDEXED_AT_ONCE + 1)


@pytest.fixture
def full(store: Store) -> Store:
    """A disk that has room for a few pages more, and one visitor less than makes keys due."""
    register(store, "Known")
    store.make_findable()
    register_many(store, INDEXED_AT_ONCE - 1)
    (pages,) = store.connection.execute("PRAGMA page_count").fetchone()
    store.connection.execute(f"PRAGMA max_page_count = {pages + 12}")
    return store


def test_a_disk_too_full_for_the_keys_fails_nobodys_registration(full: Store) -> None:
    person = register(full, "Bina")
    assert full.attendee(person) is not None
    assert counted(full)["unindexed"] == INDEXED_AT_ONCE


def test_a_disk_too_full_for_the_keys_finds_whom_it_knows(full: Store) -> None:
    assert [one.attendee.name for one in full.find("Known")] == ["Known"]
    assert counted(full)["unindexed"] == INDEXED_AT_ONCE - 1
    full.connection.execute("PRAGMA max_page_count = 100000")
    assert len(full.find("Asha", limit=7)) == 7
    assert counted(full)["unindexed"] == 0


def test_a_full_disk_is_told_to_whoever_asks_for_the_keys(full: Store) -> None:
    with pytest.raises(EnvironmentFault, match="disk_full"):
        full.make_findable()
    assert full.verify().ok
