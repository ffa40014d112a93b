"""Merging from the window: what was chosen, and what came of it in figures that can be told."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.domain.batch import Span
from kiosk.domain.clock import SystemClock
from kiosk.errors import EnvironmentFault
from kiosk.services.duplicates import to_decide
from kiosk.settings import read_settings
from ui.merge_choice import is_server
from ui.worker import Cancelled

if TYPE_CHECKING:
    from kiosk.bootstrap_desks import Desks
    from kiosk.services.desk import Desk
    from kiosk.services.merging import Gap, MergeResult

_TRUST = ("trust", "root.key")


@dataclass(frozen=True, slots=True)
class StoreAt:
    """A merged store that a coordinator chose. ``campaign``: its name or folder.

    ``passphrase`` is None where the store opens by itself.
    """

    path: Path
    campaign: str
    passphrase: str | None = None


@dataclass(frozen=True, slots=True)
class Sources:
    """Where to merge from: folders and addresses; who opens the files, what servers ask for."""

    places: Sequence[str]
    identities: Sequence[Path] = ()
    credentials: Path | None = None


@dataclass(frozen=True, slots=True)
class Missing:
    """What has not come from one laptop: how many entries (None: nobody knows), since when."""

    code: str
    count: int | None
    since: int | None
    event: str


@dataclass(frozen=True, slots=True)
class Merged:
    """What one merge did, and how the store stands now. ``open``: what waits for a person to
    decide, pairs that may be one visitor among it; without these where somebody did not wait for
    them to be looked for. ``laptops``: their codes by id.
    """

    result: MergeResult
    people: int
    new_people: int
    missing: tuple[Missing, ...]
    open: int = 0
    laptops: Mapping[str, str] = field(default_factory=dict)


def campaign_holding(identity: Path) -> Path | None:
    """The campaign's folder in which an identity lies, if that can enrol: it signs for stores."""
    folder = identity.parent.parent
    return folder if folder.joinpath(*_TRUST).is_file() else None


def needs_passphrase(store: Path, campaign: str) -> bool:
    """Whether a person has to say a passphrase for this store."""
    from kiosk.bootstrap_store import opens_by_itself  # noqa: PLC0415 - wires everything

    return not opens_by_itself(str(store), campaign)


def campaign_here(data: Path) -> str:
    """The campaign of the kiosk in a data folder, by name or folder."""
    name = read_settings(data).campaign
    return str(data / name) if name.startswith("./") else name  # as in ``kiosk.bootstrap``


def campaign_merged(store: Path) -> str | None:
    """The campaign that was last merged into a store on this computer, by name or folder."""
    from kiosk.bootstrap_store import campaign_of  # noqa: PLC0415 - as above

    try:
        return campaign_of(str(store))
    except EnvironmentFault:
        return None


def try_opening(store: StoreAt) -> None:
    """Whether it opens with this passphrase. Raises what keeps it shut."""
    from kiosk.bootstrap_store import open_merged  # noqa: PLC0415 - as above

    with open_merged(str(store.path), store.campaign, store.passphrase):
        pass


def servers_known(desk: Desk) -> list[str]:
    """The servers to which this laptop carried, the latest first."""
    sent = sorted(desk.carry.outgoing().sent(), key=lambda one: -one.at)
    return [one for one in dict.fromkeys(each.target for each in sent) if is_server(one)]


def merge_into(
    store: StoreAt, sources: Sources, progress: Callable[[str, int, int], None]
) -> Merged:
    """Takes what the sources hold; the store is made where there is none.

    Raises what ``gathered``, ``open_merged`` and ``merge_gathered`` raise, and what ``progress``
    does.
    """
    from kiosk.bootstrap_desks import Desks  # noqa: PLC0415 - wires everything
    from kiosk.bootstrap_merging import (  # noqa: PLC0415 - as above
        MergeRequest,
        gathered,
        merge_gathered,
    )
    from kiosk.bootstrap_store import open_merged  # noqa: PLC0415 - as above

    request = MergeRequest(sources.places, sources.identities, sources.credentials)
    with (
        gathered(store.campaign, request) as places,
        open_merged(str(store.path), store.campaign, store.passphrase, create=True) as home,
    ):
        if home.keys is None:
            raise EnvironmentFault("no_passphrase")
        desks = Desks(home, home.keys, store.campaign, SystemClock())
        before = desks.people(lambda done, of: progress("count", done, of))
        result = merge_gathered(home, places, progress)
        people = desks.people()  # all is merged: whoever stops now is told what came
        missing = tuple(_missing(desks, gap) for gap in result.gaps)
        waiting = result.to_decide + _twice(desks, progress)
        laptops = {str(one.device_id): one.code for one in home.store.held() if one.code}
    return Merged(result, people, max(people - before, 0), missing, waiting, laptops)


def _twice(desks: Desks, progress: Callable[[str, int, int], None]) -> int:
    """How many pairs may be one visitor. All is merged by now: whoever stops here, stops this."""
    found = 0
    try:
        for event in desks.events():
            pairs = desks.twice(event.id, lambda done, of: progress("twice", done, of))
            found += len(to_decide(pairs))
    except Cancelled:
        return found
    return found


def _missing(desks: Desks, gap: Gap) -> Missing:
    """Since when: what came last before the gap was written then."""
    count = None if gap.last is None else gap.last - gap.first + 1
    before = Span(gap.event_id, gap.device_id, 1, gap.first - 1)
    (desk,) = desks.desks(gap.event_id)
    since = desk.carry.outgoing().extent([before]).until
    return Missing(gap.code or gap.device_id[:6].upper(), count, since, str(gap.event_id))
