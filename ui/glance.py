"""The day at a glance, read in one go and beside whoever writes."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kiosk.services.ports import Glance

if TYPE_CHECKING:
    from kiosk.services.ports import DayFigures, PrintJob

Looking = Callable[[], AbstractContextManager[Glance]]


@dataclass(frozen=True, slots=True)
class Day:
    """What the page of the day shows."""

    figures: DayFigures
    jobs: tuple[PrintJob, ...]
    drafts: int
    closed_at: int | None


def read_day(reading: Looking) -> Day:
    """The day as it stands on the disk, on a view of its own: no visitor waits for the counting."""
    with reading() as seen:
        return Day(seen.figures(), tuple(seen.print_jobs()), len(seen.drafts()), seen.closed_at())
