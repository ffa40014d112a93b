"""The matters of a merged store: found in all of its events, and counted after every merge."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import astuple

from kiosk.bootstrap_store import MergedHome
from kiosk.domain.attendee import Attendee
from kiosk.domain.clock import day_bounds
from kiosk.domain.event import Event
from kiosk.domain.ids import EventId
from kiosk.services.matters import Matter, matters
from kiosk.services.merging import Conflict, MergeResult, WrongClock
from kiosk.storage.at_odds import at_odds
from kiosk.storage.reading import Reading

_COUNTED = "matters"  # noted in a store: what was counted, of what
_DAY_MS = 86_400_000
_AT_ONCE = 400  # people looked up with one question
_PRACTISED_WITHIN_MS = 366 * _DAY_MS


def count_matters(home: MergedHome, result: MergeResult) -> tuple[int, int]:
    """How many matters there are after a merge, and how many of them wait for a person.

    Where the store holds what it held when they were counted last, that count is told.
    """
    held = set(home.store.events())
    events = [event for event in home.campaign.events if event.id in held]
    of = [result.digest, [astuple(one) for one in events], [astuple(one) for one in result.clocks]]
    shown = hashlib.sha256(repr(of).encode()).hexdigest()
    noted = home.store.noted(_COUNTED).split()
    if len(noted) == 3 and noted[0] == shown:
        return int(noted[1]), int(noted[2])
    found = find_matters(home, events, result.clocks)
    counts = (len(found), sum(one.open for one in found))
    home.store.note(_COUNTED, " ".join([shown, *map(str, counts)]))
    return counts


def find_matters(
    home: MergedHome,
    events: Sequence[Event],
    clocks: Sequence[WrongClock],
    progress: Callable[[int, int], None] | None = None,
) -> list[Matter]:
    """What a person must decide at these events, or has to know of. ``clocks``: the odd ones.

    ``progress``: events done, of how many; may raise to stop.
    """
    engine, by_id = home.store.engine, {event.id: event for event in events}

    def people(event_id: EventId, ids: Sequence[str]) -> dict[str, Attendee]:
        event = by_id[event_id]
        reading = Reading(engine.connection, event_id, event.zone, days_about(event))
        lots = (ids[at : at + _AT_ONCE] for at in range(0, len(ids), _AT_ONCE))
        return {one: held for lot in lots for one, held in reading.attendees_of(lot).items()}

    conflicts = home.store.conflicts()
    with engine.reading():
        odd: list[Conflict] = []
        for done, event_id in enumerate(by_id):
            if progress is not None:
                progress(done, len(by_id))
            odd += at_odds(engine.connection, event_id)
        return matters(by_id, people, [*conflicts, *odd], clocks)


def odd_clocks(home: MergedHome, found: Sequence[WrongClock], now_ms: int) -> list[WrongClock]:
    """The laptops of which a person should know that their clocks were wrong.

    A practice day is played whenever somebody practises: there a laptop was right as well that
    wrote within the last year, as this computer's clock has it.
    """
    if not (home.campaign.practice or home.trust.practice):
        return list(found)
    first_ms, until_ms = now_ms - _PRACTISED_WITHIN_MS, now_ms + _DAY_MS
    return [one for one in found if not first_ms <= one.first <= one.last < until_ms]


def days_about(event: Event) -> tuple[int, int]:
    """The event's day, the one before and the one after: a record's time lies there, or the
    laptop's clock was wrong. UTC milliseconds.
    """
    first, until = day_bounds(event.day, event.zone)
    return first - _DAY_MS, until + _DAY_MS
