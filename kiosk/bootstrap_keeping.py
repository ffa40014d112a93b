"""Erasing, backups and restoring wired together: what keeps a record, and what lets it go."""

from __future__ import annotations

import hmac
import json
import shutil
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeGuard

from kiosk.bootstrap import CAMPAIGN, FONTS, OUTBOX
from kiosk.bootstrap_desks import Desks
from kiosk.domain.clock import Clock
from kiosk.domain.ids import DeviceId
from kiosk.domain.retention import DAY_MS, LEAST_DAYS, ends_ms
from kiosk.errors import EnvironmentFault
from kiosk.services.desk import Desk
from kiosk.services.files import folder_blamed, make_folder, sync_folder, write_durably
from kiosk.services.keeping import Backup, Progress, outlived
from kiosk.services.purging import EventRecord, Purging
from kiosk.settings import SETTINGS_FILE
from kiosk.storage.backup import Manifest, read_manifest, unpack, write_backup
from kiosk.storage.locking import only_one
from kiosk.storage.merged_record import MergedRecord
from kiosk.storage.opening import open_database
from kiosk.storage.purging import purging_of
from kiosk.storage.snapshot import Snapshot, Snapshots
from kiosk.storage.store import DATABASE, Store
from kiosk.storage.vault import KEYS, Keys, open_vault, open_vault_as_coordinator
from kiosk.sync.campaign_folder import read_identity

SUFFIX = ".skb"
MARK = "samvad-backups.json"  # makes a folder, or a stick, a place for regular backups
_CHOSEN = "backups.json"  # in the data folder: where they go
_LOCK = "backup.lock"
_SNAPSHOT = "snapshot.part"
_RESTORING = ".restoring"
_ATTEMPTS = 3
_MOST_WRITTEN = 200  # backups to files of a person's own that are remembered
_DIGITS = 8
_LARGEST_NOTE = 65_536


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


class KioskBackups:
    """Implements the port ``Backups``."""

    def __init__(self, data: Path, device_id: DeviceId, snapshots: Snapshots, clock: Clock) -> None:
        self._data = data
        self._family = f"samvad-{snapshots.name}-"  # this kiosk, its clones and former selves
        self._prefix = f"{self._family}{device_id[:_DIGITS]}-"
        self._snapshots = snapshots
        self._clock = clock
        self._last: Backup | None = None
        self._last_mark: object = None

    def write(self, to: Path, progress: Progress | None = None) -> Backup:
        self._check_place(to.parent)
        if to.exists():
            raise EnvironmentFault("file_exists", path=str(to))
        with only_one(self._data / _LOCK):
            backup = self._write(to, progress)
        self._snapshots.note_erased(to.parent)
        self._remember([*self._written(), backup])
        return backup

    def outlived(self) -> list[Backup]:
        """Those that were written to a file somebody named, and hold who was erased since: they
        may be anywhere by now, so that a person has to look for them. Who finds that one was
        deleted where it lay is not told of it again.
        """
        written = self._written()
        left = [one for one in written if one.path.exists() or not one.path.parent.is_dir()]
        if left != written:
            self._remember(left)
        erased = self._snapshots.count_erased() if left else 0
        return [one for one in left if one.erased < erased]

    def _written(self) -> list[Backup]:
        told = _note(self._data / _CHOSEN).get("written")
        return [_backup(one) for one in told if _is_backup(one)] if isinstance(told, list) else []

    def _remember(self, written: list[Backup]) -> None:
        told = [[str(one.path), one.sha256, one.made_at, one.erased] for one in written]
        self._note(written=told[-_MOST_WRITTEN:])

    def place(self) -> Path | None:
        told = _note(self._data / _CHOSEN)
        return Path(told["folder"]) if isinstance(told.get("folder"), str) else None

    def choose(self, folder: Path | None) -> None:
        if folder is not None:
            folder = folder.absolute()
            self._check_place(folder)
            marked = sorted({*_marked(folder), self._snapshots.name})
            write_durably(folder / MARK, json.dumps({"kiosks": marked}).encode())
        self._note(folder=None if folder is None else str(folder))

    def knows(self, folder: Path) -> bool:
        return self._snapshots.name in _marked(folder)

    def keep(self, folder: Path | None = None) -> Backup | None:
        folder = folder or self.place()
        if folder is None:
            return None
        if not self.knows(folder):  # an unmounted stick leaves a folder that is empty
            raise EnvironmentFault("backup_place_missing", folder=str(folder))
        with only_one(self._data / _LOCK, wait_s=0):
            mark = (folder, self._snapshots.mark())
            if self._last is None or mark != self._last_mark or not self._last.path.is_file():
                self._last = self._keep(folder)
                self._last_mark = mark
                told = self._last
                self._note(last=[str(told.path), told.sha256, told.made_at, told.erased])
        return self._last

    def _keep(self, folder: Path) -> Backup:
        with folder_blamed(folder):  # what was broken off when a stick was pulled
            for path in folder.glob(f"{self._family}*{SUFFIX}.part"):
                path.unlink(missing_ok=True)
        now = self._clock.now_ms()
        backup = self._write(folder / f"{self._prefix}{now:014d}{SUFFIX}", None)
        self._snapshots.note_erased(folder)
        mine = self._there(folder, self._prefix)
        others = [one for one in self._there(folder, self._family) if one not in mine]
        late = [one for one in others if one.erased < backup.erased]
        with folder_blamed(folder):
            for one in (*outlived(mine), *late):
                one.path.unlink(missing_ok=True)
            sync_folder(folder)
        return backup

    def last(self) -> Backup | None:
        told = _note(self._data / _CHOSEN).get("last")
        return _backup(told) if _is_backup(told) else None

    def _note(self, **news: object) -> None:
        path = self._data / _CHOSEN
        write_durably(path, json.dumps({**_note(path), **news}).encode())

    def _check_place(self, folder: Path) -> None:
        if not folder.is_dir():
            raise EnvironmentFault("folder_missing", path=str(folder))
        if folder.resolve().is_relative_to(self._data.resolve()):
            raise EnvironmentFault("backup_in_data", path=str(folder))

    def _write(self, to: Path, progress: Progress | None) -> Backup:
        """Once more where somebody was erased meanwhile: no backup is older than that."""
        for attempt in range(_ATTEMPTS):
            try:
                backup = self._write_once(to, progress)
            except EnvironmentFault as fault:
                if fault.key != "backup_changed" or attempt + 1 == _ATTEMPTS:
                    raise
                continue
            if backup.erased == self._snapshots.count_erased():
                return backup
            with folder_blamed(to.parent):
                to.unlink(missing_ok=True)
        raise EnvironmentFault("backup_changed", path=str(to))

    def _write_once(self, to: Path, progress: Progress | None) -> Backup:
        snapshot = self._data / _SNAPSHOT
        try:
            taken = self._snapshots.take(snapshot)
            made_at = self._clock.now_ms()
            facts = {
                "made_at": made_at,
                "erased": taken.erased,
                "heads": [list(head) for head in taken.heads],
            }
            files = [(DATABASE, snapshot), *self._files(taken)]
            sha256 = write_backup(to, files, facts, self._snapshots.seal, progress)
        finally:
            with suppress(OSError):
                snapshot.unlink(missing_ok=True)
        return Backup(to, sha256, made_at, taken.erased)

    def _files(self, taken: Snapshot) -> Iterator[tuple[str, Path]]:
        yield SETTINGS_FILE, self._data / SETTINGS_FILE
        for room in (KEYS, CAMPAIGN, FONTS):
            folder = self._data / room
            for path in sorted(folder.rglob("*")):
                if path.is_file() and not path.is_symlink() and path.suffix != ".part":
                    yield path.relative_to(self._data).as_posix(), path
        for batch in taken.batches:
            path = self._data / OUTBOX / batch.name
            if path.is_file():  # one that is gone is sealed anew
                yield f"{OUTBOX}/{batch.name}", path

    def _there(self, folder: Path, prefix: str) -> list[Backup]:
        found = []
        for path in sorted(folder.glob(f"{prefix}*{SUFFIX}")):
            try:
                facts = read_manifest(path).facts
                backup = Backup(path, "", int(facts["made_at"]), int(facts["erased"]))
            except EnvironmentFault as fault:
                if fault.key == "backup_newer":
                    continue
                backup = Backup(path, "", 0, -1)  # it can bring nothing back: it goes first
            found.append(backup)
        return found


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


def _marked(folder: Path) -> list[str]:
    """The kiosks whose backups somebody wanted there."""
    kiosks = _note(folder / MARK).get("kiosks")
    return [one for one in kiosks if isinstance(one, str)] if isinstance(kiosks, list) else []


def _is_backup(told: object) -> TypeGuard[list[Any]]:
    return isinstance(told, list) and [type(one) for one in told] == [str, str, int, int]


def _backup(told: list[Any]) -> Backup:
    return Backup(Path(told[0]), *told[1:])


def _note(path: Path) -> dict[str, Any]:
    """A small file of our own; nothing where it is not there or cannot be read."""
    try:
        with path.open("rb") as stream:
            told = json.loads(stream.read(_LARGEST_NOTE))
    except (OSError, ValueError):
        return {}
    return told if isinstance(told, dict) else {}
