"""How long what somebody said may be kept: the notice's promise, and the law's least.

DPDP Rules 2025: what was processed is kept for a year at least, and erased when the notice's time
is over. Whoever has withdrawn is erased as soon as that year allows it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from kiosk.domain.event import Event
from kiosk.domain.ids import AttendeeId

DAY_MS = 86_400_000
LEAST_DAYS = 365  # from processing
CLOCK_SLACK_MS = 300_000  # a clock that was set right by some minutes
FAR_DAYS = 3_650  # no notice keeps anything for longer than this


@dataclass(frozen=True, slots=True)
class Held:
    """A person of whom something is held. ``processed_ms``: when last, withdrawing apart.

    ``withdrawn``: they have, or another row with their number and code says so. ``note``: nothing
    but that withdrawal is known here, of somebody whom another kiosk registered.
    """

    person: AttendeeId
    processed_ms: int
    withdrawn: bool = False
    note: bool = False


def ends_ms(event: Event) -> int:
    """The midnight that ends the event's day, in its zone."""
    midnight = datetime.combine(event.day + timedelta(days=1), time.min, ZoneInfo(event.zone))
    return int(midnight.astimezone(UTC).timestamp() * 1000)


def due_ms(held: Held, event: Event, retention_days: int) -> int:
    """From when on the person is to be erased.

    A record belongs to the event's day, whatever the laptop's clock said: no wrong clock makes
    anything older than that. A lone note of a withdrawal stays a year longer than what it masks
    elsewhere, so that nobody is unmasked who waits there for being erased.
    """
    processed = max(held.processed_ms, ends_ms(event))
    least = processed + LEAST_DAYS * DAY_MS
    promised = max(ends_ms(event) + retention_days * DAY_MS, least)
    if held.note:
        return promised + LEAST_DAYS * DAY_MS
    return least if held.withdrawn else promised
