"""Merging, wired: reaches the sources, reads who opens their batches, and takes what is new."""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path

from kiosk.bootstrap_matters import count_matters, days_about, odd_clocks
from kiosk.bootstrap_store import MergedHome
from kiosk.campaign.pack import pack_folder
from kiosk.domain.clock import Clock, SystemClock
from kiosk.errors import EnvironmentFault
from kiosk.services.carrying import Carrier, Progress
from kiosk.services.merging import MergeResult
from kiosk.settings import RESOURCES
from kiosk.sync.campaign_folder import COORDINATORS, read_identity
from kiosk.sync.trust import FOLDERS, load_trust


@dataclass(frozen=True, slots=True)
class MergeRequest:
    """What to merge: folders and addresses; who opens the batches (files; None: the campaign
    folder's own), and what servers ask for (a file; None: the environment).
    """

    sources: Sequence[str]
    identities: Sequence[Path] = ()
    credentials: Path | None = None


@dataclass(frozen=True, slots=True)
class Gathered:
    """Sources that answer, and who opens their batches."""

    carriers: Sequence[Carrier]
    identities: Sequence[str]


@contextmanager
def gathered(campaign_name: str, request: MergeRequest) -> Iterator[Gathered]:
    """Reaches every source and reads the identities, before a store is made for what they hold.

    Raises CarrierFault, EnvironmentFault: identity_needed, identity_missing, identity_unreadable.
    """
    from kiosk.sync.carriers.credentials import read_credentials
    from kiosk.sync.carriers.opening import open_carrier

    files = request.identities or _own_identities(campaign_name)
    if not files:
        trust = load_trust(pack_folder(campaign_name, RESOURCES))
        raise EnvironmentFault("identity_needed", campaign=trust.campaign)
    identities = tuple(read_identity(file) for file in files)
    held = read_credentials(request.credentials, os.environ)
    with ExitStack() as stack:
        carriers = []
        for source in dict.fromkeys(request.sources):
            carriers.append(open_carrier(source, held))
            stack.callback(carriers[-1].close)
        yield Gathered(carriers, identities)


def merge(
    home: MergedHome,
    campaign_name: str,
    request: MergeRequest,
    progress: Progress | None = None,
    clock: Clock | None = None,
) -> MergeResult:
    """``gathered`` and ``merge_gathered`` in one, for a store that is there."""
    with gathered(campaign_name, request) as sources:
        return merge_gathered(home, sources, progress, clock)


def merge_gathered(
    home: MergedHome,
    sources: Gathered,
    progress: Progress | None = None,
    clock: Clock | None = None,
) -> MergeResult:
    """Takes what the sources hold and the store does not have yet.

    A source that goes away meanwhile is told in the result. Raises the faults of the store.
    """
    from kiosk.sync.batch import BatchOpener
    from kiosk.sync.merging import Merger
    from kiosk.sync.opening import TravellingOpener, travelling

    events = frozenset(event.id for event in home.campaign.events)
    opener = TravellingOpener(
        BatchOpener, (travelling(home.trust), tuple(sources.identities), events)
    )
    merger = Merger(opener, home.store, clock or SystemClock(), home.trust.campaign, home.identity)
    since_ms = merger.clock.now_ms()
    result = merger.merge(sources.carriers, progress)
    if result.batches:
        _note_zones(home)
    days = {event.id: days_about(event) for event in home.campaign.events}
    result.clocks = odd_clocks(home, home.store.wrong_clocks(days, since_ms), since_ms)
    result.conflicts, result.to_decide = count_matters(home, result)
    return result


def _own_identities(campaign_name: str) -> list[Path]:
    """The identities that lie in the campaign's folder: of the practice, or a coordinator's."""
    folder = pack_folder(campaign_name, RESOURCES)
    load_trust(folder)  # says so where there is none
    room = next(folder / name for name in FOLDERS if (folder / name).is_dir())
    files = (room / f"{who}.identity" for who in COORDINATORS)
    return [file for file in files if file.exists()]


def _note_zones(home: MergedHome) -> None:
    """A server's analysts read times as the walls of each event showed them."""
    note = getattr(home.store, "note_zones", None)
    if note is not None:
        note({event.id: (event.zone, *days_about(event)) for event in home.campaign.events})
