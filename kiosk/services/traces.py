"""What this machine leaves lying in clear: printed sheets, memory on the disk, the disk itself.

Read from Linux's own files below ``root``; where there are none, that is said, and not guessed.
See cupsd.conf(5) for PreserveJobFiles and PreserveJobHistory, proc(5) for swaps and mountinfo.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

from kiosk.services.desk import Desk
from kiosk.services.fitness_entry import Fitness

_CUPSD = "etc/cups/cupsd.conf"
_LARGEST = 1_000_000
_PRESERVE = re.compile(r"(?im)^\s*(PreserveJobFiles|PreserveJobHistory)\s+(\S+)")
_NO = frozenset({"no", "off", "false", "0"})
_ENCRYPTED = "CRYPT-"  # how the uuid of a dm-crypt device begins
_DEEPEST = 8
_IN_MEMORY = frozenset({"tmpfs", "ramfs"})


@dataclass(frozen=True, slots=True)
class Traces:
    """Looks at one machine; ``root`` is "/" or what a test put there."""

    root: Path = field(default=Path("/"))

    def checks(self, folder: Path) -> list[Fitness]:
        """The print system, the disk that holds ``folder``, swap and hibernation."""
        return [self._spool(), self._disk(folder), self._swap(), self._hibernation()]

    def _spool(self) -> Fitness:
        path = self.root / _CUPSD
        if not path.exists():
            return Fitness("spool", ok=True, key="spool_none")
        text = _read(path)
        if text is None:
            return Fitness("spool", ok=False, key="spool_unreadable", values={"path": path})
        said = {name.lower(): value.lower() for name, value in _PRESERVE.findall(text)}
        if said.get("preservejobhistory", "yes") in _NO:  # and with it the files
            return Fitness("spool", ok=False, key="spool_forgets", values={"path": path})
        if said.get("preservejobfiles", "86400") not in _NO:  # unsaid, it keeps them for a day
            return Fitness("spool", ok=False, key="spool_keeps", values={"path": path})
        return Fitness("spool", ok=True, key="spool_ok")

    def _disk(self, folder: Path) -> Fitness:
        found = self._mount_of(folder)
        if found is None:
            return Fitness("encryption", ok=False, key="encryption_unknown")
        source, kind = found
        if kind in _IN_MEMORY:
            return Fitness("encryption", ok=True, key="encryption_ok")
        encrypted = self._encrypted(source)
        if encrypted is None:
            return Fitness("encryption", ok=False, key="encryption_unknown")
        key = "encryption_ok" if encrypted else "encryption_none"
        return Fitness("encryption", encrypted, key)

    def _swap(self) -> Fitness:
        clear = self._clear_swap()
        if clear is None:
            return Fitness("swap", ok=False, key="swap_unknown")
        if clear:
            return Fitness("swap", ok=False, key="swap_clear", values={"names": ", ".join(clear)})
        return Fitness("swap", ok=True, key="swap_ok")

    def _hibernation(self) -> Fitness:
        ways, clear = _read(self.root / "sys/power/state"), self._clear_swap()
        if ways is None or clear is None:
            return Fitness("hibernation", ok=False, key="hibernation_unknown")
        masked = self.root / "etc/systemd/system/hibernate.target"
        off = masked.is_symlink() and str(masked.readlink()) == "/dev/null"
        if "disk" in ways.split() and clear and not off:
            return Fitness("hibernation", ok=False, key="hibernation_on")
        return Fitness("hibernation", ok=True, key="hibernation_ok")

    def _clear_swap(self) -> list[str] | None:
        """Swap that a thief could read; None where it cannot be told. One in memory is none."""
        told = _read(self.root / "proc/swaps")
        if told is None:
            return None
        clear = []
        for line in told.splitlines()[1:]:
            name, kind = [*line.split(), "", ""][:2]
            source: str | None = name
            if kind == "file":
                found = self._mount_of(Path(name))
                source = None if found is None else found[0]
            if name.startswith("/dev/zram"):
                continue
            if source is None or not self._encrypted(source):
                clear.append(name)
        return clear

    def _mount_of(self, path: Path) -> tuple[str, str] | None:
        """The source and kind of the file system on which ``path`` lies."""
        told = _read(self.root / "proc/self/mountinfo")
        best: tuple[int, str, str] | None = None
        for line in (told or "").splitlines():
            before, _, after = line.partition(" - ")
            fields, rest = before.split(), after.split()
            if len(fields) < 5 or len(rest) < 2:
                continue
            point = Path(_unescaped(fields[4]))
            if path.resolve().is_relative_to(point):
                found = len(point.parts), rest[1], rest[0]
                best = max(best, found, key=lambda one: one[0]) if best else found
        return None if best is None else (best[1], best[2])

    def _encrypted(self, source: str) -> bool | None:
        """Whether a block device lies on dm-crypt, at whatever depth; None if it is no device."""
        if not source.startswith("/dev/"):
            return None
        device = self.root / source.removeprefix("/")
        name = device.resolve().name
        return self._on_crypt(name, _DEEPEST)

    def _on_crypt(self, name: str, deep: int) -> bool | None:
        block = self.root / "sys/class/block" / name
        if not block.exists():
            return None
        if (_read(block / "dm/uuid") or "").startswith(_ENCRYPTED):
            return True
        slaves = block / "slaves"
        below = sorted(one.name for one in slaves.iterdir()) if slaves.is_dir() else []
        return bool(deep and below) and all(self._on_crypt(one, deep - 1) for one in below)


def traces_of(desk: Desk) -> tuple[Fitness, ...]:
    """What this machine leaves lying in clear."""
    return tuple(Traces().checks(desk.folder))


def _read(path: Path) -> str | None:
    try:
        with path.open("rb") as file:
            return file.read(_LARGEST).decode(errors="replace")
    except OSError:
        return None


def _unescaped(text: str) -> str:
    r"""With the characters that mountinfo writes as numbers: a space is \040 there."""
    return re.sub(r"\\([0-7]{3})", lambda found: chr(int(found.group(1), 8)), text)
