from __future__ import annotations

import uuid

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.ids import CROCKFORD, new_id, new_receipt_code, read_receipt_code


@given(st.integers(0, (1 << 48) - 1))
def test_an_id_is_a_uuid_of_version_7_that_carries_its_time(now_ms: int) -> None:
    identity = uuid.UUID(new_id(now_ms))
    assert identity.version == 7
    assert identity.variant == uuid.RFC_4122
    assert identity.int >> 80 == now_ms


def test_a_clock_before_1970_does_not_make_ids_that_sort_last() -> None:
    assert new_id(-1) < new_id(1_000)


def test_later_ids_sort_later() -> None:
    assert new_id(1_000) < new_id(1_001) < new_id(2_000_000_000_000)


def test_receipt_codes_differ_and_read_back_as_they_were() -> None:
    codes = {new_receipt_code() for _ in range(200)}
    assert len(codes) == 200
    assert all(read_receipt_code(code) == code for code in codes)


@pytest.mark.parametrize("place", range(17))
def test_one_wrong_symbol_of_a_receipt_code_is_noticed(place: int) -> None:
    symbols = new_receipt_code().replace("-", "")
    for other in CROCKFORD:
        if other != symbols[place]:
            assert read_receipt_code(symbols[:place] + other + symbols[place + 1 :]) is None


def test_lookalikes_spaces_and_small_letters_are_mended() -> None:
    code = next(
        code for code in iter(new_receipt_code, "") if {"0", "1"} <= set(code) and code[-1] != "U"
    )
    assert read_receipt_code(code.replace("0", "o").replace("1", "l").lower()) == code
    assert read_receipt_code(" " + code.replace("-", " ").replace("1", "I")) == code


@given(st.text(max_size=40))
def test_any_other_text_is_no_receipt_code_or_a_valid_one(text: str) -> None:
    code = read_receipt_code(text)
    assert code is None or read_receipt_code(code) == code
