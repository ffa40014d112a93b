"""The state is a function of the set of changes: whatever the order in which they come."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.domain.change import GENESIS, Change, ChangeDraft, encode, link
from kiosk.domain.clock import Hlc
from kiosk.domain.ids import AttendeeId, DeviceId
from kiosk.storage.applying import apply, read_row
from kiosk.storage.chain import insert_change
from kiosk.storage.rows import ENTITIES, Row, Said, fold_all
from kiosk.storage.store import Store
from tests.storage.records import DEVICE, EVENT, attendee_body, open_store

PERSON = AttendeeId("0189-a")
ATTENDEE = ENTITIES["attendee"]
OTHER = DeviceId("another")


def said(kind: str, at: int, device: DeviceId = DEVICE, **body: Any) -> tuple[Change, Row]:
    draft = ChangeDraft("attendee", PERSON, kind, "visitor", body, PERSON)
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


def after(store: Store, order: list[tuple[Change, Row]]) -> Row | None:
    """The row once these have arrived one after the other, as merging will bring them."""
    connection = store.connection
    connection.execute("BEGIN")
    for change, body in order:
        insert_change(connection, change)
        connection.execute(
            "INSERT INTO payload VALUES (?, ?, ?, ?, ?, ?)",
            (EVENT, change.device_id, change.seq, change.op_id, PERSON, encode(body)),
        )
        apply(connection, change, body)
    held = read_row(connection, ATTENDEE, EVENT, PERSON)
    found = connection.execute("SELECT count(*) FROM finding").fetchone()[0]
    assert found == int(held is not None and not held.row["masked"])
    connection.execute("ROLLBACK")
    return None if held is None else held.row


@pytest.fixture(scope="module")
def merged(tmp_path_factory: pytest.TempPathFactory) -> Store:
    return open_store(Path(tmp_path_factory.mktemp("merged")), bytes(range(32)), create=True)


@settings(max_examples=150, deadline=None)
@given(changes)
def test_any_order_gives_the_same_row(
    merged: Store, orders: tuple[list[tuple[Change, Row]], list[tuple[Change, Row]]]
) -> None:
    one, other = orders
    assert after(merged, one) == after(merged, other)
    assert after(merged, one) == fold_all(ATTENDEE, [Said.by(*change) for change in one])


@settings(max_examples=60, deadline=None)
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
