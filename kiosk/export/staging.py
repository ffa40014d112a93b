"""Files that are whole or not there: temporary names, forced to disk, read back, then renamed."""

from __future__ import annotations

import contextlib
import errno
import glob
import hashlib
import io
import os
import shutil
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from typing_extensions import Buffer

from kiosk.errors import EnvironmentFault

_ROOM = 1 << 28  # bytes; containers often have a quarter of this, and a large day needs more
_KEYS = {
    errno.ENOENT: "export_folder_missing",
    errno.ENOTDIR: "export_folder_missing",
    errno.ENODEV: "export_folder_missing",
    errno.EROFS: "export_folder_read_only",
    errno.EACCES: "export_folder_read_only",
    errno.EPERM: "export_folder_read_only",
    errno.ENOSPC: "disk_full",
    errno.EDQUOT: "disk_full",
    errno.EFBIG: "export_file_too_large",
}


@dataclass(frozen=True, slots=True)
class Made:
    """A file that is written and verified, still under its temporary name."""

    name: str
    path: Path
    rows: int
    sha256: str


@contextlib.contextmanager
def blamed(folder: Path) -> Iterator[None]:
    """Says what the folder or its disk did not take, as a fault with words."""
    try:
        yield
    except OSError as error:
        key = _KEYS.get(error.errno or 0, "export_interrupted")
        raise EnvironmentFault(key, path=str(folder), folder=str(folder)) from error


class Staging:
    """The room in which one export is made. Whatever is not published is gone afterwards.

    ``sealed``: plain files pass through a private folder, in memory where the system has one
    (Linux: /dev/shm), so that they never stand on the stick that carries the sealed ones.
    """

    def __init__(self, folder: Path, prefix: str, *, sealed: bool) -> None:
        self.folder = folder
        self._prefix = prefix
        self._sealed = sealed
        self._scratch: Path | None = None

    def __enter__(self) -> Self:
        if not self.folder.is_dir():
            raise EnvironmentFault("export_folder_missing", folder=str(self.folder))
        self._sweep()
        probe = self.part(f"{self._prefix}-probe")
        HashingFile(probe).close()  # asks the folder before any work is done
        probe.unlink()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        with contextlib.suppress(OSError):  # the stick may be gone, and its files with it
            self._sweep()
        if self._scratch is not None:
            shutil.rmtree(self._scratch, ignore_errors=True)

    @property
    def scratch(self) -> Path:
        """A folder of our own, for what must not be left lying about."""
        if self._scratch is None:
            self._scratch = Path(tempfile.mkdtemp(prefix="kiosk-export-", dir=_memory()))
        return self._scratch

    def plain(self, name: str) -> Path:
        """Where a plain file is made."""
        return self.scratch / name if self._sealed else self.part(name)

    def part(self, name: str) -> Path:
        """The temporary name, in the target folder, of a file that will be published."""
        return self.folder / f".{name}.part"

    def publish(self, made: list[Made], at: float) -> None:
        """Gives the files their names, all with the same time (seconds since 1970)."""
        for file in made:
            os.utime(file.path, (at, at))
        for file in made:
            file.path.replace(self.folder / file.name)
        _sync_folder(self.folder)

    def _sweep(self) -> None:
        for left in self.folder.glob(f".{glob.escape(self._prefix)}[-.]*.part*"):
            left.unlink(missing_ok=True)


class HashingFile(io.RawIOBase):
    """A new file that knows the SHA-256 of what was written to it.

    ``failure`` is what the disk did not take, for a library that hides the reason from its caller.
    """

    def __init__(self, path: Path) -> None:
        self.failure: OSError | None = None
        self._file = path.open("xb")
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
    memory = Path("/dev/shm")  # noqa: S108 - mkdtemp makes a private folder in it
    roomy = os.access(memory, os.W_OK) and shutil.disk_usage(memory).free >= _ROOM
    return memory if roomy else None


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
