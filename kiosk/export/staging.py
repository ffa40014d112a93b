"""Files that are whole or not there: temporary names, forced to disk, read back, then renamed.

Temporary names tell their owner. What a dead process left, here or in memory, the next export
removes before it begins; what a living one is making, nobody touches.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import glob
import hashlib
import io
import os
import re
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from typing_extensions import Buffer

from kiosk.errors import EnvironmentFault
from kiosk.export.owner import OWNER, is_alive, ourselves

_ROOM = 1 << 28  # bytes; containers often have a quarter of this, and a large day needs more
_KEYS = {
    errno.ENOENT: "export_folder_missing",
    errno.ENOTDIR: "export_folder_missing",
    errno.ENODEV: "export_folder_missing",
    errno.EROFS: "export_folder_read_only",
    errno.EACCES: "export_folder_read_only",
    errno.EPERM: "export_folder_read_only",
    errno.ENOSPC: "export_disk_full",
    errno.EDQUOT: "export_disk_full",
    errno.EFBIG: "export_file_too_large",
}
_OF_RECORD = {"disk_full": "export_disk_full", "folder_read_only": "export_folder_read_only"}
_MEMORY = Path("/dev/shm")  # noqa: S108 - mkdtemp makes a private folder in it
_SCRATCH = "kiosk-export-"
_LEFT = re.compile(rf"\.(?P<name>.+?)\.(?:(?P<owner>{OWNER.pattern})\.)?(?P<what>part|old)[^.]*")


@dataclass(frozen=True, slots=True)
class Made:
    """A file that is written and verified, still under its temporary name."""

    name: str
    path: Path
    rows: int
    sha256: str


@contextlib.contextmanager
def blamed(folder: Path) -> Iterator[None]:
    """Says what the folder or its disk did not take, as a fault with words.

    A writer's own words are about the record's disk, which is not the one that is full.
    """
    try:
        yield
    except OSError as error:
        key = _KEYS.get(error.errno or 0, "export_interrupted")
        raise EnvironmentFault(key, path=str(folder), folder=str(folder)) from error
    except EnvironmentFault as fault:
        if fault.key not in _OF_RECORD:
            raise
        key = _OF_RECORD[fault.key]
        raise EnvironmentFault(key, path=str(folder), folder=str(folder)) from fault


class Staging:
    """The room in which one export is made. Whatever is not published is gone afterwards.

    One export at a time is made into a folder; a second one is refused with export_running.
    ``sealed``: plain files pass through a private folder, in memory where the system has one
    (Linux: /dev/shm), so that they never stand on the stick that carries the sealed ones.
    """

    def __init__(self, folder: Path, prefix: str, *, sealed: bool) -> None:
        self.folder = folder
        self._prefix = prefix
        self._sealed = sealed
        self._owner = ourselves()
        self._scratch: Path | None = None
        self._open = contextlib.ExitStack()

    def __enter__(self) -> Self:
        sweep_scratch()
        if not self.folder.is_dir():
            raise EnvironmentFault("export_folder_missing", folder=str(self.folder))
        with self._open:
            self._open.enter_context(_alone(self.folder))
            self._sweep()
            probe = self.part(f"{self._prefix}-probe")
            HashingFile(probe).close()  # asks the folder before any work is done
            probe.unlink()
            self._open = self._open.pop_all()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with self._open:
            with contextlib.suppress(OSError):  # the stick may be gone, and its files with it
                self._sweep()
            if self._scratch is not None:
                shutil.rmtree(self._scratch, ignore_errors=True)

    @property
    def scratch(self) -> Path:
        """A folder of our own, for what must not be left lying about; nobody else may look."""
        if self._scratch is None:
            prefix = f"{_SCRATCH}{self._owner}-"
            self._scratch = Path(tempfile.mkdtemp(prefix=prefix, dir=_memory()))  # mode 0700
        return self._scratch

    def plain(self, name: str) -> Path:
        """Where a plain file is made."""
        return self.scratch / name if self._sealed else self.part(name)

    def part(self, name: str) -> Path:
        """The temporary name, in the target folder, of a file that will be published."""
        return self._hidden(name, "part")

    def publish(self, made: list[Made], at: float) -> None:
        """Gives the files their names, all with the same time (seconds since 1970), or none.

        Raises EnvironmentFault("export_name_taken") where a folder stands under one of the names.
        """
        for file in made:
            target = self.folder / file.name
            if target.is_dir() and not target.is_symlink():
                raise EnvironmentFault("export_name_taken", file=file.name, folder=str(self.folder))
            os.utime(file.path, (at, at))
        with contextlib.ExitStack() as undo:
            for file in made:
                self._replace(file, undo)
            _sync_folder(self.folder)
            undo.pop_all()

    def _replace(self, file: Made, undo: contextlib.ExitStack) -> None:
        """One file under its name; the earlier one waits aside until all are."""
        target, aside = self.folder / file.name, self._hidden(file.name, "old")
        if os.path.lexists(target):
            target.replace(aside)
            undo.callback(aside.replace, target)
        else:
            undo.callback(target.unlink, missing_ok=True)
        file.path.replace(target)

    def _hidden(self, name: str, what: str) -> Path:
        return self.folder / f".{name}.{self._owner}.{what}"

    def _sweep(self) -> None:
        """Removes our own parts and those of the dead, who may have died while publishing."""
        for left in sorted(self.folder.glob(f".{glob.escape(self._prefix)}[-.]*")):
            found = _LEFT.fullmatch(left.name)
            if found is None:
                continue
            owner = found["owner"] or ""
            if owner != self._owner and is_alive(owner):
                continue
            target = self.folder / found["name"]
            if found["what"] == "old" and not os.path.lexists(target):
                left.replace(target)
            else:
                left.unlink(missing_ok=True)


def sweep_scratch() -> None:
    """Removes the plain files that exports left in memory, or in the system's folder for passing
    things, when they were killed.
    """
    for place in {Path(tempfile.gettempdir()), _MEMORY}:
        for left in place.glob(f"{_SCRATCH}*"):
            found = OWNER.match(left.name.removeprefix(_SCRATCH))
            if found is None or not is_alive(found.group()):
                shutil.rmtree(left, ignore_errors=True)  # others' folders refuse, links are none


@contextlib.contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Keeps a second export out of the folder. The system lets go when the process ends."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise EnvironmentFault("export_running", folder=str(folder)) from error
        except OSError:  # some network folders lock nothing: then names alone keep exports apart
            pass
        yield
    finally:
        os.close(handle)


class HashingFile(io.RawIOBase):
    """A new file that knows the SHA-256 of what was written to it.

    ``failure`` is what the disk did not take, for a library that hides the reason from its caller.
    """

    def __init__(self, path: Path) -> None:
        self.failure: OSError | None = None
        try:
            self._file = path.open("xb")
        except OSError:
            super().close()  # else Python closes it when it is thrown away, and there is no file
            raise
        self._digest = hashlib.sha256()

    def writable(self) -> bool:
        return True

    def write(self, data: Buffer, /) -> int:
        self._digest.update(data)
        try:
            return self._file.write(data)
        except OSError as error:
            self.failure = error
            raise

    def close(self) -> None:
        """Closes the file once its bytes are on the disk."""
        if self.closed:
            return
        super().close()
        with self._file:
            self._file.flush()
            os.fsync(self._file.fileno())

    @property
    def sha256(self) -> str:
        return self._digest.hexdigest()


def _memory() -> Path | None:
    """A folder that lies in memory and has room, where the system has one."""
    roomy = os.access(_MEMORY, os.W_OK) and shutil.disk_usage(_MEMORY).free >= _ROOM
    return _MEMORY if roomy else None


def settle(path: Path) -> None:
    """Forces a file to the disk, and asks the system to forget it, so that reading is reading."""
    handle = os.open(path, os.O_RDWR)
    try:
        os.fsync(handle)
        if hasattr(os, "posix_fadvise"):
            os.posix_fadvise(handle, 0, 0, os.POSIX_FADV_DONTNEED)
    finally:
        os.close(handle)


def sha256_of(path: Path) -> str:
    """The SHA-256 of a file as it is on the disk, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def not_verified(name: str) -> EnvironmentFault:
    """The fault to raise where reading back shows something else than was written."""
    return EnvironmentFault("export_not_verified", file=name)


def _sync_folder(folder: Path) -> None:
    if os.name == "posix":  # elsewhere a folder cannot be opened, and need not be
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
