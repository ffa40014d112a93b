"""Laptops whose clocks were wrong: what they wrote lies far outside the event's day.

Nothing is refused for it, and no row is altered: a person may say by how much a laptop's times
are to be told otherwise (``shift_ms`` in its row), and whoever tells times adds that.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from kiosk.domain.ids import DeviceId, EventId
from kiosk.services.merging import WrongClock
from kiosk.storage.driver import Connection
from kiosk.storage.faults import parsed

# What happens at the event itself; certificates may be printed weeks later.
_AT_THE_EVENT = (("attendee", "registered_at"), ("check_in", "at"), ("response", "submitted_at"))
TIMES: Mapping[str, str] = {**dict(_AT_THE_EVENT), "certificate": "issued_at", "consent": "at"}
SHIFT = "shift_ms"
_MOST_SHIFT = 10**13  # three centuries; analysts' views read as many digits
Shifting = Callable[[str, int], int]  # device, at_ms


def wrong_clocks(
    connection: Connection, event_id: EventId, first_ms: int, until_ms: int
) -> list[WrongClock]:
    """The laptops with rows before ``first_ms`` or from ``until_ms`` on, by code."""
    each = " UNION ALL ".join(
        f"SELECT device_id, {column} AS said_at FROM {table}"
        f" WHERE event_id = ? AND ({column} < ? OR {column} >= ?)"
        for table, column in _AT_THE_EVENT
    )
    rows = connection.execute(
        "SELECT s.device_id, count(*), min(s.said_at), max(s.said_at)"
        f" FROM ({each}) s GROUP BY s.device_id ORDER BY s.device_id",
        (event_id, first_ms, until_ms) * len(_AT_THE_EVENT),
    ).fetchall()
    told = _devices(connection, event_id) if rows else {}
    return [
        WrongClock(
            event_id, DeviceId(device), told.get(device, ("", None))[0], count, first, last,
            told.get(device, ("", None))[1],
        )
        for device, count, first, last in rows
    ]  # fmt: skip


def shifts(connection: Connection, event_id: EventId) -> dict[str, int]:
    """By how much the times of which laptops are told otherwise."""
    told = _devices(connection, event_id)
    return {device: shift for device, (_, shift) in told.items() if shift}


def shifting(connection: Connection, event_id: EventId, day: tuple[int, int] | None) -> Shifting:
    """When something happened, given the laptop and what its clock said: times outside of ``day``
    are told as a person decided, all others as they were.
    """
    told = {} if day is None else shifts(connection, event_id)
    if day is None or not told:
        return lambda _device, at_ms: at_ms
    first_ms, until_ms = day

    def moved(device: str, at_ms: int) -> int:
        return at_ms if first_ms <= at_ms < until_ms else at_ms + told.get(device, 0)

    return moved


def _devices(connection: Connection, event_id: EventId) -> dict[str, tuple[str, int | None]]:
    """The code of each laptop, and its shift where a person decided about it."""
    rows = connection.execute(
        "SELECT id, code, more FROM device WHERE event_id = ?", (event_id,)
    ).fetchall()
    return {device: (code, _shift(parsed(more, dict))) for device, code, more in rows}


def _shift(more: Mapping[str, Any]) -> int | None:
    shift = more.get(SHIFT)
    return shift if isinstance(shift, int) and abs(shift) < _MOST_SHIFT else None
