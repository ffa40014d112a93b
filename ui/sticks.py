"""Where the day's files may go: sticks that are there now, and this laptop itself."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QStorageInfo

_MOUNTS = ("/media/", "/run/media/", "/mnt/", "/Volumes/")
_SMALLEST = 16 * 2**20  # less free room than this holds no day
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
