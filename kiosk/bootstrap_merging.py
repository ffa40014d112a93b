"""A merged store becomes ready: the database, its keys beside it, who may open batches and sign.

A SQLite target has its vault beside it (``<target>.vault/``), locked by a passphrase of its own
and by the campaign's coordinators; in it lies the identity under which the store signs receipts,
corrections and re-issues. PostgreSQL has its own locks; the vault of a server's store lies in
the user's data folder, and is made where there is a passphrase for it.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import astuple, dataclass
from pathlib import Path
from urllib.parse import urlsplit

from kiosk.bootstrap import load_campaign
from kiosk.bootstrap_store_keys import StoreKeys, signer
from kiosk.campaign.pack import pack_folder
from kiosk.domain.attendee import Attendee
from kiosk.domain.clock import Clock, SystemClock, day_bounds
from kiosk.domain.event import Campaign, Event
from kiosk.domain.ids import EventId
from kiosk.errors import EnvironmentFault
from kiosk.services.carrying import Carrier, MergeResult, Progress, WrongClock
from kiosk.services.matters import Matter, matters
from kiosk.settings import RESOURCES, default_data_folder
from kiosk.storage.at_odds import at_odds
from kiosk.storage.files import make_folder, write_durably
from kiosk.storage.locking import only_one
from kiosk.storage.merging import MergedStore
from kiosk.storage.reading import Reading
from kiosk.storage.vault import Keys
from kiosk.sync.campaign_folder import COORDINATORS, read_identity
from kiosk.sync.identity import DeviceIdentity
from kiosk.sync.trust import FOLDERS, CampaignTrust, load_trust

VAULT = ".vault"
_LOCK = "merging.lock"
_CAMPAIGN = "campaign.txt"
_MATTERS = "matters"  # noted in a store: what was counted, of what
_LONGEST_PATH = 4_096
_DAY_MS = 86_400_000
_AT_ONCE = 400  # people looked up with one question
_PRACTISED_WITHIN_MS = 366 * _DAY_MS
_OF_STORE = {
    "database_corrupt": "store_corrupt", "keys_missing": "store_keys", "keys_corrupt": "store_keys",
}  # fmt: skip
_SERVERS = ("postgresql://", "postgres://")


@dataclass(frozen=True, slots=True)
class MergedHome:
    """A merged store with what belongs to it. ``identity`` is None where it cannot sign.

    ``keys`` are None where a server's store has none on this computer; ``room`` is the folder of
    what the store keeps beside itself.
    """

    store: MergedStore
    campaign: Campaign
    trust: CampaignTrust
    identity: DeviceIdentity | None
    keys: Keys | None
    room: Path


@dataclass(frozen=True, slots=True)
class MergeRequest:
    """What to merge: folders and addresses; who opens the batches (files; None: the campaign
    folder's own), and what servers ask for (a file; None: the environment).
    """

    sources: Sequence[str]
    identities: Sequence[Path] = ()
    credentials: Path | None = None


def is_server(target: str) -> bool:
    """Whether a merged store is on a PostgreSQL server."""
    return target.startswith(_SERVERS)


def room_of(target: str) -> Path:
    """The folder of what a store keeps beside itself: keys, outbox.

    Of a server's address, nothing but where it leads names it.
    """
    if not is_server(target):
        return Path(f"{Path(target).expanduser().absolute()}{VAULT}")
    parts = urlsplit(target)
    place = f"{parts.hostname}:{parts.port}{parts.path}?{parts.query}"
    name = hashlib.sha256(place.encode()).hexdigest()[:16]
    return default_data_folder() / "merged" / f"{name}{VAULT}"


def campaign_of(target: str) -> str:
    """The campaign, by name or folder, that was last merged into this store on this computer.

    Raises EnvironmentFault: store_missing (no such file), campaign_needed.
    """
    if not is_server(target):
        _file(target, create=False)
    try:
        named = (room_of(target) / _CAMPAIGN).read_text("utf-8")[:_LONGEST_PATH].strip()
    except (OSError, UnicodeDecodeError) as error:
        raise EnvironmentFault("campaign_needed", target=told(target)) from error
    if Path(named).is_absolute() and not Path(named).is_dir():
        raise EnvironmentFault("campaign_needed", target=told(target))
    return named


def told(target: str) -> str:
    """A target as people may read it: an address without what stands before its @."""
    if not is_server(target):
        return target
    parts = urlsplit(target)
    return f"{parts.scheme}://{parts.hostname or ''}{parts.path}"


def _remember(room: Path, campaign_name: str) -> None:
    """So that whoever works in the store need not name its campaign every time."""
    pack = pack_folder(campaign_name, RESOURCES)
    shipped = pack.parent == RESOURCES / "campaigns"
    named = pack.name if shipped else str(pack.absolute())
    note = room / _CAMPAIGN
    if note.is_file() and note.read_text("utf-8", "replace").strip() == named:
        return
    if not room.is_dir():
        make_folder(room)
    write_durably(note, named.encode())


def opens_by_itself(target: str, campaign_name: str) -> bool:
    """Whether a target needs no passphrase of anybody: a server's, or one of the practice."""
    return is_server(target) or opens_without_passphrase(campaign_name)


def opens_without_passphrase(campaign_name: str) -> bool:
    """Whether the keys of this campaign's stores are public: those of the practice are."""
    return _trust(campaign_name).practice


@contextmanager
def open_merged(
    target: str,
    campaign_name: str,
    passphrase: str | None,
    *,
    create: bool = False,
    clock: Clock | None = None,
) -> Iterator[MergedHome]:
    """The merged store at ``target``, made if ``create`` and it is not there.

    Nobody else merges into a file meanwhile. Raises EnvironmentFault: database_locked,
    passphrase_wrong, store_missing, store_corrupt, store_keys, database_newer, target_is_folder,
    target_missing (no such folder to make it in), trust_missing, and what the server says.
    """
    campaign, trust = load_campaign(campaign_name), _trust(campaign_name)
    folder = pack_folder(campaign_name, RESOURCES)
    vault = StoreKeys(trust, folder, passphrase, clock or SystemClock())
    with ExitStack() as stack:
        room = room_of(target)
        if is_server(target):
            store = _server_store(target, create=create)
            stack.callback(store.close)
            keys = vault.of_server(room)
        else:
            path = _file(target, create=create)
            if path.exists() and not room.is_dir():
                raise EnvironmentFault("store_keys", path=str(room))
            make_folder(room)
            stack.enter_context(only_one(room / _LOCK))
            with _told_of_store():
                keys = vault.of_file(path, room)
                store = _file_store(path, keys, create=create)
            stack.callback(store.close)
        _remember(room, campaign_name)
        yield MergedHome(store, campaign, trust, signer(keys, trust), keys, room)


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
        raise EnvironmentFault("identity_needed", campaign=_trust(campaign_name).campaign)
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

    opener = TravellingOpener(BatchOpener, (travelling(home.trust), tuple(sources.identities)))
    merger = Merger(opener, home.store, clock or SystemClock(), home.trust.campaign, home.identity)
    since_ms = merger.clock.now_ms()
    result = merger.merge(sources.carriers, progress)
    if result.batches:
        _note_zones(home)
    days = {event.id: days_about(event) for event in home.campaign.events}
    result.clocks = odd_clocks(home, home.store.wrong_clocks(days, since_ms), since_ms)
    held = set(home.store.events())
    here = [event for event in home.campaign.events if event.id in held]
    result.conflicts, result.to_decide = _count_matters(home, here, result)
    return result


def _count_matters(
    home: MergedHome, events: Sequence[Event], result: MergeResult
) -> tuple[int, int]:
    """How many matters there are, and how many wait for a person. Where the store holds what it
    held when they were counted last, that count is told.
    """
    of = [result.digest, [astuple(one) for one in events], [astuple(one) for one in result.clocks]]
    shown = hashlib.sha256(repr(of).encode()).hexdigest()
    noted = home.store.noted(_MATTERS).split()
    if len(noted) == 3 and noted[0] == shown:
        return int(noted[1]), int(noted[2])
    found = find_matters(home, events, result.clocks)
    counts = (len(found), sum(one.open for one in found))
    home.store.note(_MATTERS, " ".join([shown, *map(str, counts)]))
    return counts


def find_matters(
    home: MergedHome, events: Sequence[Event], clocks: Sequence[WrongClock]
) -> list[Matter]:
    """What a person must decide at these events, or has to know of. ``clocks``: the odd ones."""
    engine, by_id = home.store.engine, {event.id: event for event in events}

    def people(event_id: EventId, ids: Sequence[str]) -> dict[str, Attendee]:
        event = by_id[event_id]
        reading = Reading(engine.connection, event_id, event.zone, days_about(event))
        lots = (ids[at : at + _AT_ONCE] for at in range(0, len(ids), _AT_ONCE))
        return {one: held for lot in lots for one, held in reading.attendees_of(lot).items()}

    conflicts = home.store.conflicts()
    with engine.reading():
        odd = [one for event_id in by_id for one in at_odds(engine.connection, event_id)]
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


def _trust(campaign_name: str) -> CampaignTrust:
    return load_trust(pack_folder(campaign_name, RESOURCES))


def _own_identities(campaign_name: str) -> list[Path]:
    """The identities that lie in the campaign's folder: of the practice, or a coordinator's."""
    folder = pack_folder(campaign_name, RESOURCES)
    room = next(folder / name for name in FOLDERS if (folder / name).is_dir())
    files = (room / f"{who}.identity" for who in COORDINATORS)
    return [file for file in files if file.exists()]


def _file(target: str, *, create: bool) -> Path:
    path = Path(target).expanduser().absolute()
    if path.is_dir():
        raise EnvironmentFault("target_is_folder", target=str(path))
    if not path.parent.is_dir():
        raise EnvironmentFault("target_missing", target=str(path.parent))
    if not create and not path.exists():
        raise EnvironmentFault("store_missing", path=str(path))
    return path


@contextmanager
def _told_of_store() -> Iterator[None]:
    """What is wrong with a store is no kiosk's matter, and its sticks still have everything."""
    try:
        yield
    except EnvironmentFault as fault:
        if fault.key not in _OF_STORE:
            raise
        raise EnvironmentFault(_OF_STORE[fault.key], **fault.values) from fault


def _file_store(path: Path, keys: Keys, *, create: bool) -> MergedStore:
    from kiosk.storage.merging import open_merged as open_file

    return open_file(path, keys.database, create=create and not path.exists())


def _server_store(target: str, *, create: bool) -> MergedStore:
    from importlib.util import find_spec

    if find_spec("psycopg") is None:
        raise EnvironmentFault("target_extra_missing", target="postgresql", extra="postgres")
    from kiosk.storage.postgres.store import open_merged as open_server

    return open_server(target, create=create)


def _note_zones(home: MergedHome) -> None:
    """A server's analysts read times as the walls of each event showed them."""
    note = getattr(home.store, "note_zones", None)
    if note is not None:
        note({event.id: (event.zone, *days_about(event)) for event in home.campaign.events})
