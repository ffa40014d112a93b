"""A merged store becomes ready: the database, its keys beside it, and who may sign in it.

A SQLite target has its vault beside it (``<target>.vault/``), locked by a passphrase of its own
and by the campaign's coordinators; in it lies the identity under which the store signs receipts,
corrections and re-issues. PostgreSQL has its own locks; the vault of a server's store lies in
the user's data folder, and is made where there is a passphrase for it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

from kiosk.bootstrap import load_campaign
from kiosk.bootstrap_store_keys import StoreKeys, making, signer
from kiosk.campaign.pack import pack_folder
from kiosk.domain.clock import Clock, SystemClock
from kiosk.domain.event import Campaign
from kiosk.errors import EnvironmentFault
from kiosk.settings import RESOURCES, default_data_folder
from kiosk.storage.files import make_folder, write_durably
from kiosk.storage.locking import only_one
from kiosk.storage.merging import MergedStore
from kiosk.storage.vault import Keys
from kiosk.sync.identity import DeviceIdentity
from kiosk.sync.trust import CampaignTrust, load_trust

VAULT = ".vault"
_LOCK = "merging.lock"
_CAMPAIGN = "campaign.txt"
_LONGEST_PATH = 4_096
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


def is_server(target: str) -> bool:
    """Whether a merged store is on a PostgreSQL server."""
    return target.startswith(_SERVERS)


def room_of(target: str) -> Path:
    """The folder of what a store keeps beside itself: keys, outbox.

    Of a server's address, nothing but where it leads names it. Raises EnvironmentFault
    ``server_address``.
    """
    if not is_server(target):
        return Path(f"{Path(target).expanduser().absolute()}{VAULT}")
    parts, server = _address(target)
    place = f"{server}{parts.path}?{parts.query}"
    name = hashlib.sha256(place.encode()).hexdigest()[:16]
    return default_data_folder() / "merged" / f"{name}{VAULT}"


def _address(target: str) -> tuple[SplitResult, str]:
    """A server's address, and host and port in it; several where one stands in for another.

    Raises EnvironmentFault ``server_address``.
    """
    try:
        parts = urlsplit(target)
        several = "," in parts.netloc
        port = None if several else parts.port
    except ValueError as error:
        raise EnvironmentFault("server_address") from error
    hosts = parts.netloc.rpartition("@")[2]
    return parts, hosts if several else f"{parts.hostname}:{port}"


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


def opens_by_itself(target: str, campaign_name: str) -> bool:
    """Whether a target needs no passphrase of anybody: a server's, or one of the practice."""
    return is_server(target) or opens_without_passphrase(campaign_name)


def opens_without_passphrase(campaign_name: str) -> bool:
    """Whether the keys of this campaign's stores are public: those of the practice are."""
    return load_trust(pack_folder(campaign_name, RESOURCES)).practice


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
    folder = pack_folder(campaign_name, RESOURCES)
    campaign, trust = load_campaign(campaign_name), load_trust(folder)
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


def _remember(room: Path, campaign_name: str) -> None:
    """So that whoever works in the store need not name its campaign every time."""
    pack = pack_folder(campaign_name, RESOURCES)
    shipped = pack.parent == RESOURCES / "campaigns"
    named = pack.name if shipped else str(pack.absolute())
    note = room / _CAMPAIGN
    if note.is_file() and note.read_text("utf-8", "replace").strip() == named:
        return
    with making(room):
        write_durably(note, named.encode())


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
