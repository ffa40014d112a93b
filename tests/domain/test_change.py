from __future__ import annotations

from dataclasses import replace

import pytest

from kiosk.domain.change import GENESIS, Change, ChangeDraft, commit_to, encode, link, rehash
from kiosk.domain.clock import Hlc
from kiosk.domain.ids import DeviceId, EventId


@pytest.fixture
def change() -> Change:
    draft = ChangeDraft("attendee", "a", "create", "visitor", {"name": "सुनीता"}, "a")
    return link(
        draft,
        event_id=EventId("ka-1"),
        device_id=DeviceId("d"),
        hlc=Hlc(5, 1),
        seq=1,
        commitment=commit_to(b"salt", encode(draft.body)),
        prev_hash=GENESIS,
    )


def test_a_link_is_named_by_its_hash(change: Change) -> None:
    assert rehash(change) == change.hash
    assert change.op_id == change.hash[:16]


@pytest.mark.parametrize(
    "altered",
    [
        {"event_id": EventId("ka-2")}, {"hlc": Hlc(5, 2)}, {"device_id": DeviceId("e")},
        {"seq": 2}, {"actor": "device"}, {"entity": "consent"}, {"entity_id": "b"},
        {"kind": "correct"}, {"schema": 2}, {"commitment": bytes(32)}, {"prev_hash": b"x" * 32},
    ],
)  # fmt: skip
def test_every_column_is_under_the_hash(change: Change, altered: dict[str, object]) -> None:
    assert rehash(replace(change, **altered)) != change.hash  # type: ignore[arg-type]


def test_columns_cannot_be_shifted_into_one_another(change: Change) -> None:
    shifted = replace(change, entity="attendeea", entity_id="")
    assert rehash(shifted) != change.hash


def test_a_body_is_written_in_one_way_only() -> None:
    assert encode({"b": 1, "a": "ಅ"}) == '{"a":"ಅ","b":1}'.encode()
    with pytest.raises(ValueError, match="JSON"):
        encode({"a": float("nan")})


def test_a_commitment_needs_its_salt() -> None:
    assert commit_to(b"one", b"body") != commit_to(b"other", b"body")
