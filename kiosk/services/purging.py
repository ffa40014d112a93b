"""Erasing what may be kept no longer: people, and whatever still holds a word of theirs.

A purge may be killed at any moment and said again: who is erased is erased, the rest is still
due. What holds copies (exports in the data folder) goes before anybody is erased; batches that
hold them are let go in the very transaction; their files, the index and the file's own remains
go afterwards, with every purge, whether it erases anybody or not.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from kiosk.domain.batch import SealedBatch
from kiosk.domain.clock import Clock
from kiosk.domain.event import Event
from kiosk.domain.ids import AttendeeId, EventId
from kiosk.domain.retention import CLOCK_SLACK_MS, DAY_MS, FAR_DAYS, LEAST_DAYS, Held, due_ms
from kiosk.errors import EnvironmentFault
from kiosk.services.files import folder_blamed

AT_ONCE = 200  # people in one transaction
EXPORTS = ("closing", "export")  # folders of the data folder in which exports lie
Progress = Callable[[str, int, int], None]  # step (erase), done, of; may raise to stop


class Purging(Protocol):
    """One event's record, as far as erasing goes."""

    def newest_ms(self) -> int:
        """When the newest change was written, as far as clocks can be trusted; 0 for none."""
        ...

    def held(self) -> list[Held]:
        """Everybody of whom anything is held."""
        ...

    def erase(self, people: Sequence[AttendeeId], actor: str) -> None:
        """Forgets these people, each with a change that says so, in one transaction."""
        ...

    def drop_leftovers(self, before_ms: int) -> None:
        """Drafts, sheets of nobody in particular, files set aside: those older than that."""
        ...

    def settle(self) -> None:
        """Has what was erased go out of the search index and of the file itself."""
        ...


@dataclass(frozen=True, slots=True)
class EventRecord:
    """One event that may be purged; ``reseal`` takes the files of batches away that were let go."""

    event: Event
    purging: Purging
    reseal: Callable[[], Sequence[SealedBatch]]


@dataclass(frozen=True, slots=True)
class Due:
    """Whose time has come at one event."""

    record: EventRecord
    people: tuple[AttendeeId, ...]
    withdrawn: int

    @property
    def event_id(self) -> EventId:
        return self.record.event.id


@dataclass(slots=True)
class Purged:
    """What a purge did. ``sealed``: the batches that took the place of those that were let go."""

    erased: int = 0
    withdrawn: int = 0
    events: dict[EventId, int] = field(default_factory=dict)
    sealed: list[SealedBatch] = field(default_factory=list)


def look(records: Sequence[EventRecord], retention_days: int, clock: Clock) -> list[Due]:
    """Whose time has come, by event; nothing is changed.

    Raises EnvironmentFault ``clock_behind`` where something was written later than this laptop
    believes it to be: then nothing can be said of anybody's time.
    """
    now = clock.now_ms()
    found = []
    for record in records:
        newest = record.purging.newest_ms()
        if now + CLOCK_SLACK_MS < newest:
            raise EnvironmentFault("clock_behind", days=-(-(newest - now) // DAY_MS))
        held = [
            one for one in record.purging.held() if due_ms(one, record.event, retention_days) <= now
        ]
        if held:
            people = tuple(sorted(one.person for one in held))
            found.append(Due(record, people, sum(one.withdrawn for one in held)))
    return found


@dataclass(frozen=True, slots=True)
class Outlook:
    """How long one event's people are kept. ``until_ms``: when the last of them is due.

    ``next_ms``: when the next of those is that are not due yet; None where there is none.
    """

    event: Event
    held: int
    due: int
    withdrawn: int  # of those who are due
    next_ms: int | None
    until_ms: int | None


def outlook(records: Sequence[EventRecord], retention_days: int, clock: Clock) -> list[Outlook]:
    """Whose time has come and whose has not, by event; nothing is changed."""
    now, found = clock.now_ms(), []
    for record in records:
        held = record.purging.held()
        times = [due_ms(one, record.event, retention_days) for one in held]
        due = [one for one, at in zip(held, times, strict=True) if at <= now]
        found.append(
            Outlook(
                record.event, len(held), len(due), sum(one.withdrawn for one in due),
                min((at for at in times if at > now), default=None), max(times, default=None),
            )
        )  # fmt: skip
    return found


def is_far(due: Sequence[Due], clock: Clock) -> bool:
    """Whether the clock is so far ahead of all that was written that a person should look."""
    newest = max((one.record.purging.newest_ms() for one in due), default=clock.now_ms())
    return clock.now_ms() - newest > FAR_DAYS * DAY_MS


def drop_exports(data: Path) -> None:
    """Takes away the exports that lie in the data folder: they hold whoever is to be erased.

    Raises EnvironmentFault folder_read_only, disk_error.
    """
    for name in EXPORTS:
        folder = data / name
        with folder_blamed(folder):
            if folder.is_symlink():
                continue  # it leads elsewhere, to what a coordinator keeps
            if folder.is_dir():
                shutil.rmtree(folder)


def purge(
    records: Sequence[EventRecord],
    due: Sequence[Due],
    actor: str,
    clock: Clock,
    progress: Progress | None = None,
) -> Purged:
    """Erases those people, and has nothing of them left in what this program keeps of ``records``.

    May be stopped and said again. Raises EnvironmentFault; what was erased by then is erased.
    """
    tell = progress or (lambda _step, _done, _of: None)
    purged = Purged()
    of = sum(len(one.people) for one in due)
    try:
        for one in due:
            for at in range(0, len(one.people), AT_ONCE):
                tell("erase", purged.erased, of)
                some = one.people[at : at + AT_ONCE]
                one.record.purging.erase(some, actor)
                purged.erased += len(some)
                purged.events[one.event_id] = purged.events.get(one.event_id, 0) + len(some)
            purged.withdrawn += one.withdrawn
        tell("erase", purged.erased, of)
    finally:
        for record in records:
            record.purging.drop_leftovers(clock.now_ms() - LEAST_DAYS * DAY_MS)
            purged.sealed += record.reseal()
        for record in records[-1:]:  # events share the database that they lie in
            record.purging.settle()
    return purged
