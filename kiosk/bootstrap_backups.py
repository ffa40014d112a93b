"""Backups of one kiosk: made, kept at a place that may come and go, none outliving an erasure."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, TypeGuard

from kiosk.bootstrap import CAMPAIGN, OUTBOX
from kiosk.bootstrap_paper import DESIGNS, FONTS
from kiosk.domain.clock import Clock
from kiosk.domain.ids import DeviceId
from kiosk.errors import EnvironmentFault
from kiosk.services.files import folder_blamed, sync_folder, write_durably
from kiosk.services.keeping import Backup, Progress, outlived
from kiosk.settings import SETTINGS_FILE
from kiosk.storage.backup import read_manifest, write_backup
from kiosk.storage.locking import only_one
from kiosk.storage.snapshot import Snapshot, Snapshots
from kiosk.storage.store import DATABASE
from kiosk.storage.vault import KEYS

SUFFIX = ".skb"
MARK = "samvad-backups.json"  # makes a folder, or a stick, a place for regular backups
_CHOSEN = "backups.json"  # in the data folder: where they go
_LOCK = "backup.lock"
_SNAPSHOT = "snapshot.part"
_ATTEMPTS = 3
_MOST_WRITTEN = 200  # backups to files of a person's own that are remembered
_DIGITS = 8
_LARGEST_NOTE = 65_536


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
        for room in (KEYS, CAMPAIGN, FONTS, DESIGNS):
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
