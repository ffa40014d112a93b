"""Where the day's files may go: sticks that are there now, and this laptop itself."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QStorageInfo

_MOUNTS = ("/media/", "/run/media/", "/mnt/", "/Volumes/")
_SMALLEST = 16 * 2**20  # less free room than this holds no day
_DEEPEST, _MOST_NAMES, _MOST_IDENTITIES = 2, 5_000, 8  # looking for identities
_NO_STICKS = frozenset({"squashfs", "tmpfs", "overlay", "iso9660", "proc", "sysfs", "devtmpfs"})


@dataclass(frozen=True, slots=True)
class Volume:
    """A mounted volume as the system tells of it."""

    root: Path
    name: str
    free: int  # bytes
    kind: str  # of file system
    writable: bool


@dataclass(frozen=True, slots=True)
class Target:
    """A folder that the coordinator may choose. ``stick`` is its name, "" for this laptop."""

    folder: Path
    stick: str
    free: int


def mounted() -> list[Volume]:
    """Every volume that is mounted now."""
    return [
        Volume(
            root=Path(volume.rootPath()),
            name=volume.displayName(),
            free=volume.bytesAvailable(),
            kind=bytes(volume.fileSystemType().data()).decode("ascii", "replace"),
            writable=volume.isReady() and not volume.isReadOnly(),
        )
        for volume in QStorageInfo.mountedVolumes()
        if volume.isValid()
    ]


def targets(
    volumes: Iterable[Volume], data: Path, *, mounts: Iterable[str] = _MOUNTS
) -> list[Target]:
    """Sticks first, the one with most room ahead; then the data folder, which is always there."""
    places = tuple(mounts)
    volumes = list(volumes)
    sticks = [
        Target(volume.root, volume.name or volume.root.name, volume.free)
        for volume in volumes
        if volume.writable
        and volume.free >= _SMALLEST
        and volume.kind not in _NO_STICKS
        and f"{volume.root.as_posix()}/".startswith(places)
        and not data.resolve().is_relative_to(volume.root)
    ]
    sticks.sort(key=lambda stick: (-stick.free, stick.stick))
    own = QStorageInfo(str(data)).bytesAvailable()
    return [*sticks, Target(data / "export", "", own)]


def size_in_words(count: int) -> str:
    """Bytes as people read them: 14.2 GB."""
    for unit, size in (("TB", 10**12), ("GB", 10**9), ("MB", 10**6)):
        if count >= size:
            return f"{count / size:.1f} {unit}"
    return f"{max(count, 0) / 1000:.0f} kB"


@dataclass(frozen=True, slots=True)
class IdentityFile:
    """A coordinator's identity that lies on a stick."""

    path: Path
    stick: str


def identity_files(
    volumes: Iterable[Volume], *, mounts: Iterable[str] = _MOUNTS
) -> list[IdentityFile]:
    """The files ``*.identity`` on sticks: at the top, and in folders of campaigns.

    However much else is on a stick, no more than some thousand names of it are looked at.
    """
    places = tuple(mounts)
    found = []
    for volume in volumes:
        if volume.kind in _NO_STICKS or not f"{volume.root.as_posix()}/".startswith(places):
            continue
        name = volume.name or volume.root.name
        found += [IdentityFile(path, name) for path in _identities_below(volume.root)]
    return found[:_MOST_IDENTITIES]


def _identities_below(root: Path) -> list[Path]:
    found: list[Path] = []
    looked = 0
    for top, folders, names in os.walk(root):  # what cannot be read is passed over
        deep = len(Path(top).relative_to(root).parts)
        folders[:] = sorted(one for one in folders if not one.startswith("."))
        if deep >= _DEEPEST:
            folders.clear()
        found += [Path(top) / name for name in sorted(names) if name.endswith(".identity")]
        looked += len(names) + len(folders)
        if looked > _MOST_NAMES:
            break
    return found
