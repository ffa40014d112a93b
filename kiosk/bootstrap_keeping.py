"""Erasing, backups and restoring wired together: what keeps a record, and what lets it go."""

from __future__ import annotations

import hmac
import shutil
from dataclasses import dataclass
from pathlib import Path

from kiosk.bootstrap import OUTBOX
from kiosk.bootstrap_backups import KioskBackups
from kiosk.bootstrap_desks import Desks
from kiosk.domain.retention import DAY_MS, LEAST_DAYS, ends_ms
from kiosk.errors import EnvironmentFault
from kiosk.services.desk import Desk
from kiosk.services.files import folder_blamed, make_folder, sync_folder
from kiosk.services.keeping import Progress
from kiosk.services.purging import EventRecord, Purging
from kiosk.storage.backup import Manifest, read_manifest, unpack
from kiosk.storage.merged_record import MergedRecord
from kiosk.storage.opening import open_database
from kiosk.storage.purging import purging_of
from kiosk.storage.snapshot import Snapshots
from kiosk.storage.store import DATABASE, Store
from kiosk.storage.vault import Keys, open_vault, open_vault_as_coordinator
from kiosk.sync.campaign_folder import read_identity

_RESTORING = ".restoring"


def event_records(desk: Desk) -> list[EventRecord]:
    """A kiosk's own event, ready to be purged."""
    return [EventRecord(desk.event, _purging(desk), desk.carry.seal)]


def store_records(desks: Desks) -> list[EventRecord]:
    """The events of a merged store of which somebody's time can have come.

    Raises EnvironmentFault ``store_unsigned`` where no erasure could travel on.
    """
    desks.signed()
    now = desks.clock.now_ms()
    over = [one for one in desks.events() if ends_ms(one) + LEAST_DAYS * DAY_MS <= now]
    return [record for event in over for record in event_records(desks.desk(event))]


def _purging(desk: Desk) -> Purging:
    record = desk.record
    if isinstance(record, Store):
        return record.purging
    if not isinstance(record, MergedRecord):
        raise TypeError(type(record).__name__)

    return purging_of(record)


def backups_of(desk: Desk) -> KioskBackups:
    """Backups of this kiosk."""
    if not isinstance(desk.record, Store):
        raise TypeError(type(desk.record).__name__)
    return KioskBackups(desk.folder, desk.device.id, desk.record.snapshots, desk.clock)


@dataclass(frozen=True, slots=True)
class Restored:
    """A kiosk that came back. ``buried``: who was erased since the backup was made."""

    data: Path
    sha256: str
    made_at: int
    buried: int


def restore(
    path: Path,
    data: Path,
    passphrase: str,
    identity_file: Path | None = None,
    progress: Progress | None = None,
) -> Restored:
    """Puts a backup into ``data``, which is empty or not there: all of it, or nothing.

    The kiosk gets an identity of its own when it is opened for the first time. Whoever is noted
    beside the backup as erased since does not come back. ``identity_file``: a coordinator's, where
    the passphrase is forgotten. Raises EnvironmentFault: backup_missing, backup_foreign,
    backup_newer, backup_damaged, backup_altered, folder_not_empty, passphrase_wrong,
    database_newer, disk_full …; then nothing was put anywhere.
    """
    data = data.absolute()
    _check_empty(data)
    read_manifest(path)
    room = data.with_name(f".{data.name}{_RESTORING}")
    _clear(room)
    make_folder(room)
    try:
        manifest, sha256 = unpack(path, room, progress)
        keys = _unlocked(room, passphrase, identity_file)
        buried = _prove(room, keys, manifest, path)
        with folder_blamed(data):
            if data.exists():
                data.rmdir()
            room.replace(data)
            sync_folder(data.parent)
    except BaseException:
        _clear(room)
        raise
    return Restored(data, sha256, int(manifest.facts.get("made_at", 0)), buried)


def _unlocked(room: Path, passphrase: str, identity_file: Path | None) -> Keys:
    if identity_file is None:
        return open_vault(room, passphrase)
    return open_vault_as_coordinator(room, read_identity(identity_file))


def _prove(room: Path, keys: Keys, manifest: Manifest, path: Path) -> int:
    """Whether what was unpacked is what was backed up; who was erased since goes again."""
    database = room / DATABASE
    snapshots = Snapshots(database, keys.database)
    taken = snapshots.look(database)
    heads = [list(head) for head in taken.heads]
    sealed = hmac.compare_digest(snapshots.seal(manifest.told()), manifest.seal)
    if not sealed or heads != manifest.facts.get("heads"):
        raise EnvironmentFault("backup_altered", path=str(path))
    open_database(database, keys.database).close()  # brings it up to date, or refuses
    buried = snapshots.bury(snapshots.read_erased(path.parent))
    left = {batch.name for batch in snapshots.look(database).batches}
    for file in (room / OUTBOX).rglob("*"):
        if file.is_file() and file.relative_to(room / OUTBOX).as_posix() not in left:
            file.unlink()
    return buried


def _check_empty(data: Path) -> None:
    with folder_blamed(data.parent):
        if not data.parent.is_dir():
            raise EnvironmentFault("folder_missing", path=str(data.parent))
        if data.exists() and (not data.is_dir() or any(data.iterdir())):
            raise EnvironmentFault("folder_not_empty", path=str(data))


def _clear(room: Path) -> None:
    """What a restoring that was broken off left; all of it is encrypted."""
    if room.is_dir() and not room.is_symlink():
        shutil.rmtree(room, ignore_errors=True)
