"""The columns of a creation: the same, quickly read or folded."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.change import encode
from kiosk.storage.created import reader_of
from kiosk.storage.rows import ENTITIES, Entity, Said, fold_all, to_columns

TEXT = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**63), 2**63 - 1) | st.floats(-1e9, 1e9) | TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3),
    max_leaves=6,
)
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "text": TEXT, "int": st.integers(-(2**63), 2**63 - 1), "flag": st.booleans(),
    "maybe": st.none() | st.integers(0, 2**63 - 1),
}  # fmt: skip


def bodies(entity: Entity) -> st.SearchStrategy[dict[str, Any]]:
    fields = {
        name: st.dictionaries(TEXT, JSON, max_size=3)
        if name in {"more", "answers"}
        else VALUES.get(kind, st.lists(TEXT, max_size=3))
        for name, kind in entity.fields.items()
    }
    return st.fixed_dictionaries({}, optional={**fields, "id": TEXT})


def folded(entity: Entity, body: bytes) -> tuple[Any, ...]:
    row = fold_all(entity, [Said("create", json.loads(body), b"", "", b"")])
    assert row is not None
    return tuple(to_columns(entity, row).values())


@pytest.mark.parametrize("name", ENTITIES)
@given(st.data())
def test_reading_is_folding(name: str, data: st.DataObject) -> None:
    entity = ENTITIES[name]
    body = encode(data.draw(bodies(entity)))
    read = reader_of(entity)(body)
    assert read == folded(entity, body)
    assert [type(one) for one in read] == [type(one) for one in folded(entity, body)]


@pytest.mark.parametrize(
    "body",
    [
        {"name": 5},  # no kiosk writes so; no reader may stumble over it
        {"name": None, "kinds": ["maker"]},
        {"assisted": 1},
        {"registered_at": 5.5},
    ],
)
def test_what_is_of_another_kind_is_folded(body: dict[str, Any]) -> None:
    entity = ENTITIES["attendee"]
    assert reader_of(entity)(encode(body)) == folded(entity, encode(body))
