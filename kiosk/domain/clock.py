"""Time: a clock to be given, and a hybrid logical clock that never runs backwards.

Hybrid logical clocks: Kulkarni et al., "Logical Physical Clocks" (OPODIS 2014).
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Protocol
from zoneinfo import ZoneInfo


class Clock(Protocol):
    """Where the time comes from."""

    def now_ms(self) -> int:
        """Milliseconds since 1970, UTC, as the machine believes."""
        ...


class SystemClock:
    def now_ms(self) -> int:
        return time.time_ns() // 1_000_000


@dataclass(frozen=True, slots=True, order=True)
class Hlc:
    """A reading of the hybrid clock: 48 bits of milliseconds and a 16-bit counter."""

    ms: int
    count: int = 0

    def to_bytes(self) -> bytes:
        """Eight bytes that sort as the readings do."""
        return (self.ms << 16 | self.count).to_bytes(8, "big")

    @staticmethod
    def from_bytes(raw: bytes) -> Hlc:
        value = int.from_bytes(raw, "big")
        return Hlc(value >> 16, value & 0xFFFF)

    def next(self, now_ms: int) -> Hlc:
        """The reading for an event that happens now, after this one."""
        if now_ms > self.ms:
            return Hlc(now_ms)
        if self.count == 0xFFFF:
            return Hlc(self.ms + 1)
        return Hlc(self.ms, self.count + 1)


def local_time(at_ms: int, zone: str) -> datetime:
    """The wall time of ``at_ms`` in the event's zone (an IANA name)."""
    return datetime.fromtimestamp(at_ms / 1000, UTC).astimezone(ZoneInfo(zone))


def day_bounds(day: date, zone: str) -> tuple[int, int]:
    """When the day begins at that place, and when the next one does; UTC milliseconds."""
    midnights = (
        datetime(one.year, one.month, one.day, tzinfo=ZoneInfo(zone))
        for one in (day, day + timedelta(days=1))
    )
    begins, ends = (int(one.timestamp()) * 1000 for one in midnights)
    return begins, ends


def written_utc(at_ms: int) -> str:
    """ISO 8601 as programs exchange it: 1970-01-01T00:05:00Z."""
    return f"{datetime.fromtimestamp(0, UTC) + timedelta(milliseconds=at_ms):%Y-%m-%dT%H:%M:%SZ}"


def written_date(day: date) -> str:
    """dd-mm-yyyy in Latin digits, as Indian offices write it."""
    return f"{day:%d-%m-%Y}"
