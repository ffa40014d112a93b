"""The state is a function of the set of changes: whatever the order in which they come."""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.domain.change import GENESIS, Change, ChangeDraft, encode, link
from kiosk.domain.clock import Hlc
from kiosk.domain.ids import AttendeeId, DeviceId
from kiosk.storage.applying import apply, read_row
from kiosk.storage.bearing import index_left
from kiosk.storage.chain import insert_change
from kiosk.storage.rows import ENTITIES, Row, Said, fold_all
from kiosk.storage.store import Store
from kiosk.storage.tables import RecordTables
from tests.storage.records import DEVICE, EVENT, attendee_body, open_store

PERSON = AttendeeId("0189-a")
ATTENDEE = ENTITIES["attendee"]
OTHER = DeviceId("another")


def said(
    kind: str, at: int, device: DeviceId = DEVICE, person: AttendeeId = PERSON, **body: Any
) -> tuple[Change, Row]:
    draft = ChangeDraft("attendee", person, kind, "visitor", body, person)
    change = link(
        draft, event_id=EVENT, device_id=device, hlc=Hlc(at), seq=at, commitment=bytes(32),
        prev_hash=GENESIS,
    )  # fmt: skip
    return change, json.loads(encode(body))


CREATED = said("create", 1, **attendee_body("Rma", "KA1-0001"))
BY_SLIP = said("create", 9, OTHER, **attendee_body("Rma", "KA1-0001", met="slip", mobile=""))
BY_CODE = said("create", 8, OTHER, **attendee_body("Rm", "KA1-0001", met="code"))
ODD = said("create", 0, OTHER, **attendee_body("Odd", "KA1-0001", met="by pigeon"))
RENAMED = said("correct", 3, name="Rama", more={"stall": "B 7"})
RENAMED_ELSEWHERE = said("correct", 4, OTHER, name="Ram", more={"tea": "no"})
SAME_MOMENT = said("correct", 4, does="officer", name="Raama")
WITHDRAWN = said("withdraw", 6, OTHER)
ERASED = said("erase", 2)

changes = st.lists(
    st.sampled_from(
        [CREATED, BY_SLIP, BY_CODE, ODD, RENAMED, RENAMED_ELSEWHERE, SAME_MOMENT, WITHDRAWN]
    ),
    min_size=3,
    unique_by=lambda one: one[0].hash,
).flatmap(lambda chosen: st.tuples(st.permutations(chosen), st.permutations(chosen)))


OWN = {"number": "KA1-0001", "receipt_hash": "cd" * 32}
REGISTERED = said("create", 1, **attendee_body("Rama", "KA1-0001") | OWN)
TWIN = AttendeeId("0190-b")  # the same person, who withdrew elsewhere by number and code
NOTED = said("create", 5, OTHER, TWIN, **attendee_body("", "KA1-0001", met="code") | OWN)
WITHDREW = said("withdraw", 6, OTHER, TWIN, withdrawn_at=77)
RENEWED = said("correct", 2, receipt_hash="ef" * 32)


def after(store: Store, order: list[tuple[Change, Row]]) -> Row | None:
    """The row once these have arrived one after the other, as merging will bring them."""
    connection = store.connection
    connection.execute("BEGIN")
    arrive(store, order)
    held = read_row(connection, ATTENDEE, EVENT, PERSON)
    found = connection.execute("SELECT count(*) FROM finding").fetchone()[0]
    assert found == int(held is not None and not held.row["masked"])
    connection.execute("ROLLBACK")
    return None if held is None else held.row


def arrive(store: Store, order: Iterable[tuple[Change, Row]]) -> None:
    for change, body in order:
        insert_change(store.connection, change)
        store.connection.execute(
            "INSERT INTO payload VALUES (?, ?, ?, ?, ?, ?)",
            (EVENT, change.device_id, change.seq, change.op_id, change.entity_id, encode(body)),
        )
        apply(store.connection, change, body)
    index_left(store.connection, 10)  # as before anybody looks for people


@pytest.fixture(scope="module")
def merged(tmp_path_factory: pytest.TempPathFactory) -> Store:
    return open_store(Path(tmp_path_factory.mktemp("merged")), bytes(range(32)), create=True)


@settings(max_examples=150)
@given(changes)
def test_any_order_gives_the_same_row(
    merged: Store, orders: tuple[list[tuple[Change, Row]], list[tuple[Change, Row]]]
) -> None:
    one, other = orders
    assert after(merged, one) == after(merged, other)
    assert after(merged, one) == fold_all(ATTENDEE, [Said.by(*change) for change in one])


@settings(max_examples=60)
@given(changes)
def test_erasure_always_wins(
    merged: Store, orders: tuple[list[tuple[Change, Row]], list[tuple[Change, Row]]]
) -> None:
    one, _ = orders
    assert after(merged, [*one, ERASED]) is None
    assert after(merged, [ERASED, *one]) is None


def test_the_later_correction_wins_field_by_field(merged: Store) -> None:
    row = after(merged, [SAME_MOMENT, RENAMED_ELSEWHERE, CREATED, RENAMED])
    assert row is not None
    assert row["name"] == "Ram"  # the same moment: the device decides, everywhere alike
    assert row["does"] == "officer"
    assert row["more"] == {"stall": "B 7", "tea": "no"}


def test_who_registered_somebody_knows_more_than_a_slip(merged: Store) -> None:
    row = after(merged, [BY_CODE, BY_SLIP, ODD, CREATED])
    assert row is not None
    assert (row["name"], row["met"]) == ("Rma", "registered")


def test_nothing_comes_of_a_correction_without_its_row(merged: Store) -> None:
    for alone in (RENAMED, WITHDRAWN):
        assert after(merged, [alone]) is None
    for kind in ("replace", "revoke"):
        assert fold_all(ENTITIES["certificate"], [Said.by(*said(kind, 5))]) is None


def told_after(store: Store, order: Iterable[tuple[Change, Row]]) -> dict[str, object]:
    """What the record tells of the people, and who can be found, once these have arrived."""
    connection = store.connection
    connection.execute("BEGIN")
    arrive(store, order)
    told = {
        person: None if (one := store.attendee(person)) is None else (one.name, one.withdrawn_at)
        for person in (PERSON, TWIN)
    }
    found = connection.execute("SELECT attendee_id FROM finding ORDER BY 1").fetchall()
    exported = [
        (row["id"], row["masked"], row["withdrawn_at"])
        for row in RecordTables(store).export_rows("attendee")[1]
    ]
    due = [one.id for one in store.without_certificate(attended=False)]
    connection.execute("ROLLBACK")
    return {"told": told, "found": found, "exported": exported, "due": due}


@pytest.mark.parametrize("order", [*itertools.permutations([REGISTERED, NOTED, WITHDREW])])
def test_a_withdrawal_by_code_masks_the_registration_in_whatever_order(
    merged: Store, order: tuple[tuple[Change, Row], ...]
) -> None:
    assert told_after(merged, order) == {
        "told": {PERSON: ("", 77), TWIN: ("", 77)},
        "found": [],
        "exported": [(PERSON, 1, 77), (TWIN, 1, 77)],
        "due": [],
    }


@pytest.mark.parametrize("order", [*itertools.permutations([REGISTERED, RENEWED, NOTED, WITHDREW])])
def test_a_code_that_was_replaced_withdraws_nobody(
    merged: Store, order: tuple[tuple[Change, Row], ...]
) -> None:
    told = told_after(merged, order)
    assert told["told"] == {PERSON: ("Rama", None), TWIN: ("", 77)}
    assert told["found"] == [(PERSON,)]
    assert told["due"] == [PERSON]


@pytest.mark.parametrize("order", [*itertools.permutations([WITHDRAWN, CREATED, RENAMED])])
def test_the_first_withdrawal_says_when(
    merged: Store, order: tuple[tuple[Change, Row], ...]
) -> None:
    row = after(merged, [said("withdraw", 9, withdrawn_at=90), *order])
    assert row is not None
    assert (row["masked"], row["withdrawn_at"]) == (True, 6)
