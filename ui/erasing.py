"""Erasing what is past its time, from the window: what would go, doing it, and what was done."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kiosk.errors import EnvironmentFault
from kiosk.services import purging
from kiosk.services.purging import Outlook, outlook

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from kiosk.bootstrap_desks import Desks
    from kiosk.domain.clock import Clock
    from kiosk.services.desk import Desk
    from kiosk.services.keeping import Backup
    from ui.merging import StoreAt

Progress = Callable[[str, int, int], None]


@dataclass(frozen=True, slots=True)
class Ahead:
    """How things stand, by event, at ``now_ms``. ``far``: this laptop's date may be wrong by many
    years.
    """

    events: tuple[Outlook, ...]
    now_ms: int
    far: bool = False

    @property
    def due(self) -> int:
        return sum(one.due for one in self.events)


@dataclass(frozen=True, slots=True)
class Erased:
    """What was erased. ``sealed``: how many batches took the place of those that held them.

    ``older``: backups that still hold who was erased; ``cannot``: why the regular one could not
    be made anew.
    """

    people: int
    withdrawn: int
    sealed: int
    ahead: Ahead
    older: tuple[Backup, ...] = ()
    cannot: EnvironmentFault | None = None


def look_here(desk: Desk) -> Ahead:
    """Of this laptop's own event. Raises EnvironmentFault ``clock_behind``."""
    from kiosk.bootstrap_keeping import event_records  # noqa: PLC0415 - wires everything

    records, days = event_records(desk), desk.campaign.notice.retention_days
    return _ahead(records, days, desk.clock)


def erase_here(desk: Desk, actor: str, progress: Progress) -> Erased:
    """Erases whose time has come on this laptop; then a backup without them takes its place.

    Raises EnvironmentFault, and what ``progress`` does; who was erased by then is erased.
    """
    from kiosk.bootstrap_keeping import backups_of, event_records  # noqa: PLC0415 - as above

    records, days = event_records(desk), desk.campaign.notice.retention_days
    due = purging.look(records, days, desk.clock)
    if due:
        purging.drop_exports(desk.folder)
    done = purging.purge(records, due, actor, desk.clock, progress)
    backups, cannot = backups_of(desk), None
    if backups.place() is not None:
        try:
            backups.keep()
        except EnvironmentFault as fault:
            cannot = fault
    older = tuple(backups.outlived())
    ahead = _ahead(records, days, desk.clock)
    return Erased(done.erased, done.withdrawn, len(done.sealed), ahead, older, cannot)


def look_in(store: StoreAt, progress: Progress) -> Ahead:
    """Of all events of a merged store. Raises also what opening a store and ``progress`` raise."""
    with _records(store) as (records, desks):
        days = desks.campaign.notice.retention_days
        return _ahead(records, days, desks.clock, progress)


def erase_in(store: StoreAt, actor: str, progress: Progress) -> Erased:
    """The same in a merged store; the erasures travel on with ``kiosk sync``."""
    with _records(store) as (records, desks):
        days = desks.campaign.notice.retention_days
        due = purging.look(records, days, desks.clock)
        done = purging.purge(records, due, actor, desks.clock, progress)
        ahead = _ahead(records, days, desks.clock)
    return Erased(done.erased, done.withdrawn, len(done.sealed), ahead)


def _ahead(
    records: Sequence[purging.EventRecord],
    days: int,
    clock: Clock,
    progress: Progress | None = None,
) -> Ahead:
    """One event after the other: a store may hold very many people."""
    due: list[purging.Due] = []
    events: list[Outlook] = []
    for done, record in enumerate(records):
        if progress is not None:
            progress("look", done, len(records))
        due += purging.look([record], days, clock)
        events += outlook([record], days, clock)
    return Ahead(tuple(events), clock.now_ms(), purging.is_far(due, clock))


@contextmanager
def _records(store: StoreAt) -> Iterator[tuple[list[purging.EventRecord], Desks]]:
    from kiosk.bootstrap_desks import open_desks  # noqa: PLC0415 - as above
    from kiosk.bootstrap_keeping import store_records  # noqa: PLC0415 - as above

    with open_desks(str(store.path), store.passphrase, store.campaign) as desks:
        yield store_records(desks), desks
