"""Where the day's files may go: sticks that are there now, and this laptop itself."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

from PySide6.QtCore import QStorageInfo

_MOUNTS = ("/media/", "/run/media/", "/mnt/", "/Volumes/")
_SMALLEST = 16 * 2**20  # less free room than this holds no day
_DEEPEST, _MOST_NAMES, _MOST_FOUND = 2, 5_000, 8  # looking for what coordinators carry
_MOST_SHOWN = 200
_VAULT = ".vault"
_ROOT_KEY = ("trust", "root.key")
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
    writable: bool = True


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


def sticks(
    volumes: Iterable[Volume], data: Path, *, mounts: Iterable[str] = _MOUNTS
) -> list[Target]:
    """Every stick that is there, also a full or a locked one: whoever put it in looks for it."""
    places = tuple(mounts)
    found = [
        Target(volume.root, volume.name or volume.root.name, volume.free, volume.writable)
        for volume in volumes
        if volume.kind not in _NO_STICKS
        and f"{volume.root.as_posix()}/".startswith(places)
        and not data.resolve().is_relative_to(volume.root)
    ]
    return sorted(found, key=lambda stick: (not stick.writable, -stick.free, stick.stick))


def plugged(data: Path) -> list[Target]:
    """The sticks that are in now and can be written to."""
    return [one for one in sticks(mounted(), data) if one.writable]


def subfolders(folder: Path) -> list[Path]:
    """The first folders in a folder by name, without hidden ones; none where it cannot be read."""
    return [folder / name for name in sorted(_inside(folder), key=str.casefold)[:_MOST_SHOWN]]


def stores_in(folder: Path) -> list[Path]:
    """The merged stores in a folder: files with their keys beside them."""
    vaults = sorted(name for name in _inside(folder) if name.endswith(_VAULT))
    stores = [folder / name.removesuffix(_VAULT) for name in vaults]
    return [path for path in stores if path.is_file()]


def _inside(folder: Path) -> list[str]:
    """The folders in it, however many files lie beside them: the disk is asked once for all."""
    try:
        with os.scandir(folder) as entries:
            return [one.name for one in entries if one.name[0] != "." and one.is_dir()]
    except OSError:
        return []


def size_in_words(count: int) -> str:
    """Bytes as people read them: 14.2 GB, the unit on the line of its figure."""
    for unit, size in (("TB", 10**12), ("GB", 10**9), ("MB", 10**6)):
        if count >= size:
            return f"{count / size:.1f}\N{NO-BREAK SPACE}{unit}"
    return f"{max(count, 0) / 1000:.0f}\N{NO-BREAK SPACE}kB"


SERVER_FILE = "samvad-server.toml"


@dataclass(frozen=True, slots=True)
class Lies:
    """Something that lies on a stick: an identity's file, a campaign's folder."""

    path: Path
    stick: str
    root: Path  # of the stick


def identity_files(volumes: Iterable[Volume], *, mounts: Iterable[str] = _MOUNTS) -> list[Lies]:
    """The files ``*.identity`` on sticks: at the top, and in folders of campaigns."""
    return _on_sticks(volumes, tuple(mounts), ".identity")


def server_files(volumes: Iterable[Volume], *, mounts: Iterable[str] = _MOUNTS) -> list[Lies]:
    """The files ``samvad-server.toml`` on sticks: what servers ask for (user, password …)."""
    found = _on_sticks(volumes, tuple(mounts), SERVER_FILE)
    return [one for one in found if one.path.name == SERVER_FILE]


def campaign_folders(volumes: Iterable[Volume], *, mounts: Iterable[str] = _MOUNTS) -> list[Lies]:
    """The folders of campaigns on sticks, from which laptops can be enrolled."""
    found = _on_sticks(volumes, tuple(mounts), _ROOT_KEY[-1])
    keys = [one for one in found if one.path.parts[-2:] == _ROOT_KEY]
    return [replace(one, path=one.path.parent.parent) for one in keys]


def _on_sticks(volumes: Iterable[Volume], places: tuple[str, ...], ending: str) -> list[Lies]:
    """However much else is on a stick, no more than some thousand names of it are looked at."""
    found = []
    for volume in volumes:
        if volume.kind in _NO_STICKS or not f"{volume.root.as_posix()}/".startswith(places):
            continue
        name = volume.name or volume.root.name
        found += [Lies(path, name, volume.root) for path in _below(volume.root, ending)]
    return found[:_MOST_FOUND]


def _below(root: Path, ending: str) -> list[Path]:
    found: list[Path] = []
    looked = 0
    for top, folders, names in os.walk(root):  # what cannot be read is passed over
        deep = len(Path(top).relative_to(root).parts)
        folders[:] = sorted(one for one in folders if not one.startswith("."))
        if deep >= _DEEPEST:
            folders.clear()
        found += [Path(top) / name for name in sorted(n for n in names if n.endswith(ending))]
        looked += len(names) + len(folders)
        if looked > _MOST_NAMES:
            break
    return found
