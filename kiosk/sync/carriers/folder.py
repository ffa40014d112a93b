"""A folder as a carrier: a stick, a disk, a share.

A file appears whole or not at all: written beside, synced, renamed, the folder synced, then read
back from the medium and compared. A folder that is not there is never made: it may be the mount
point of a stick that is in somebody's pocket.
"""

from __future__ import annotations

import contextlib
import errno
import os
import stat
from collections.abc import Iterator
from pathlib import Path

from kiosk.services.carrying import CarrierFault
from kiosk.sync.carriers.layout import PART, is_device, is_kept, is_ours

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_REFUSED = frozenset({errno.EROFS, errno.EACCES, errno.EPERM})
_NO_FOLDER_SYNC = frozenset({errno.EINVAL, errno.ENOTSUP})  # some shares know none
_READING = os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOFOLLOW", 0)
_WRITING = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_NOFOLLOW", 0)


class FolderCarrier:
    """Implements the port ``Carrier``.

    Raises CarrierFault: target_missing, target_is_file, target_read_only, target_full,
    target_gone (another medium, or none, is where this one was), target_unreadable,
    target_differs (what was read back is not what was written), too_large.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._swept: set[Path] = set()
        try:
            found = folder.stat()
        except OSError as error:
            key = "target_read_only" if error.errno in _REFUSED else "target_missing"
            raise self._fault(key) from error
        if not stat.S_ISDIR(found.st_mode):
            raise self._fault("target_is_file")
        self._mark = (found.st_dev, found.st_ino)

    @property
    def name(self) -> str:
        return str(self._folder)

    def folders(self) -> list[str]:
        with self._blamed("target_unreadable"), os.scandir(self._folder) as entries:
            return sorted(
                entry.name
                for entry in entries
                if is_ours(entry.name) and entry.is_dir(follow_symlinks=False)
            )

    def files(self, folder: str) -> Iterator[tuple[str, int]]:
        with self._blamed("target_unreadable"):
            try:
                entries = os.scandir(self._folder / folder)
            except FileNotFoundError:
                self._assert_here()
                return
            with entries:
                for entry in entries:
                    if is_kept(entry.name) and entry.is_file(follow_symlinks=False):
                        yield entry.name, entry.stat(follow_symlinks=False).st_size

    def read(self, name: str, most: int) -> bytes:
        with self._blamed("target_unreadable"):
            content = _read(self._folder / name, most)
        if len(content) > most:
            raise self._fault("too_large", file=name)
        return content

    def create(self, name: str, content: bytes) -> bool:
        path = self._folder / name
        self._assert_here()
        with self._blamed("target_read_only"):
            if _holds(path, content):
                return False
            self._make_room(path.parent)
            _write_durably(path, content)
            held = _holds(path, content)
            if not held:
                path.unlink()
        if not held:
            raise self._fault("target_differs", file=name)
        return True

    def close(self) -> None:
        """There is nothing to end."""

    def _make_room(self, folder: Path) -> None:
        """The folder, made if need be; what a broken off copying left in it is swept away."""
        if folder in self._swept:
            return
        if folder.is_symlink():
            raise OSError(errno.ELOOP, "a folder that points elsewhere", str(folder))
        if not folder.exists():
            folder.mkdir()
            _sync_folder(self._folder)
        if is_device(folder.name):  # nobody but this kiosk writes there
            for part in folder.glob(f"*{PART}"):
                if is_kept(part.name.removesuffix(PART)):
                    part.unlink(missing_ok=True)
        self._swept.add(folder)

    def _assert_here(self) -> None:
        """A stick that was pulled leaves an empty mount point, on the internal disk."""
        try:
            found = self._folder.stat()
        except OSError as error:
            raise self._fault("target_gone") from error
        if (found.st_dev, found.st_ino) != self._mark:
            raise self._fault("target_gone")

    @contextlib.contextmanager
    def _blamed(self, refused: str) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            self._assert_here()
            key = "target_unreadable"
            if error.errno in _FULL:
                key = "target_full"
            elif error.errno in _REFUSED:
                key = refused
            raise self._fault(key) from error

    def _fault(self, key: str, **values: object) -> CarrierFault:
        return CarrierFault(key, target=self.name, **values)


def _read(path: Path, most: int) -> bytes:
    """The file's content, at most one byte more than ``most``. Pipes and devices are no files."""
    handle = os.open(path, _READING)
    with os.fdopen(handle, "rb") as file:
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            raise OSError(errno.EINVAL, "no regular file", str(path))
        return file.read(most + 1)


def _holds(path: Path, content: bytes) -> bool:
    try:
        if path.stat().st_size != len(content):
            return False
        return _read(path, len(content)) == content
    except FileNotFoundError:
        return False


def _write_durably(path: Path, content: bytes) -> None:
    part = path.with_name(path.name + PART)
    try:
        handle = os.open(part, _WRITING, 0o644)
        with os.fdopen(handle, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(handle)
            if hasattr(os, "posix_fadvise"):  # so that reading back asks the medium, not the memory
                os.posix_fadvise(handle, 0, 0, os.POSIX_FADV_DONTNEED)
        part.replace(path)
    except OSError:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
        raise
    _sync_folder(path.parent)


def _sync_folder(folder: Path) -> None:
    if os.name != "posix":
        return  # folders cannot be opened there; the file system orders its entries
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno not in _NO_FOLDER_SYNC:
            raise
    finally:
        os.close(handle)
