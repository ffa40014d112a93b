from __future__ import annotations

import time
from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain.clock import Hlc, SystemClock, local_time, written_date

READINGS = st.builds(Hlc, st.integers(0, (1 << 48) - 2), st.integers(0, 0xFFFF))


@given(READINGS, st.integers(0, (1 << 48) - 1))
def test_the_clock_never_runs_backwards(hlc: Hlc, now_ms: int) -> None:
    following = hlc.next(now_ms)
    assert following > hlc
    assert following.ms >= now_ms
    assert following.count <= 0xFFFF


@given(READINGS, READINGS)
def test_bytes_sort_as_readings_do(one: Hlc, other: Hlc) -> None:
    assert (one < other) == (one.to_bytes() < other.to_bytes())
    assert Hlc.from_bytes(one.to_bytes()) == one


def test_a_full_counter_borrows_a_millisecond() -> None:
    assert Hlc(10, 0xFFFF).next(5) == Hlc(11, 0)
    assert Hlc(10, 3).next(10) == Hlc(10, 4)
    assert Hlc(10, 3).next(11) == Hlc(11, 0)


def test_the_system_clock_counts_milliseconds() -> None:
    before = time.time() * 1000
    assert before - 1 <= SystemClock().now_ms() <= time.time() * 1000


def test_midnight_is_that_of_the_events_zone() -> None:
    late = local_time(1_578_681_000_000, "Asia/Kolkata")  # 18:30 UTC on 10-01-2020
    assert written_date(late.date()) == "11-01-2020"
    assert (late.hour, late.minute) == (0, 0)
    assert written_date(date(2019, 12, 19)) == "19-12-2019"
