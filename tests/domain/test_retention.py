"""From when on somebody is to be erased; a wrong clock makes nobody older."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from kiosk.bootstrap import load_campaign
from kiosk.domain.event import Event
from kiosk.domain.ids import AttendeeId
from kiosk.domain.retention import DAY_MS, Held, due_ms, ends_ms

ON_THE_DAY = 1_578_630_600_000  # 10-01-2020, 10:00 in India
SOMEBODY = AttendeeId("a")


@pytest.fixture
def event() -> Event:
    return replace(load_campaign("gem-samvad").events[0], day=date(2020, 1, 10))


def held(at: int = ON_THE_DAY, *, withdrawn: bool = False, note: bool = False) -> Held:
    return Held(SOMEBODY, at, withdrawn, note)


def test_a_day_ends_at_midnight_where_it_was(event: Event) -> None:
    assert ends_ms(event) == 1_578_681_000_000  # 18:30 UTC


def test_whoever_stays_is_kept_as_long_as_the_notice_says(event: Event) -> None:
    assert due_ms(held(), event, 730) == ends_ms(event) + 730 * DAY_MS


def test_whoever_has_withdrawn_is_kept_for_the_year_of_the_law(event: Event) -> None:
    assert due_ms(held(withdrawn=True), event, 730) == ends_ms(event) + 365 * DAY_MS


@pytest.mark.parametrize("withdrawn", [True, False])
def test_a_year_passes_after_the_last_processing(event: Event, withdrawn: bool) -> None:
    corrected = ends_ms(event) + 100 * DAY_MS
    due = due_ms(held(corrected, withdrawn=withdrawn), event, 365)
    assert due == corrected + 365 * DAY_MS


def test_a_clock_of_1970_makes_nobody_older(event: Event) -> None:
    assert due_ms(held(0, withdrawn=True), event, 365) == ends_ms(event) + 365 * DAY_MS


def test_a_lone_note_outlives_whom_it_masks_elsewhere(event: Event) -> None:
    note = due_ms(held(withdrawn=True, note=True), event, 730)
    assert note == ends_ms(event) + (730 + 365) * DAY_MS
