"""Backups to a second place: when, how many are kept, and that none outlives who was erased."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

MINUTES = 5  # between two regular backups
NEWEST_KEPT = 3
HOURS_KEPT = 12
_HOUR_MS = 3_600_000

Progress = Callable[[str, int, int], None]  # step (backup), done, of; may raise to stop


@dataclass(frozen=True, slots=True)
class Backup:
    """A backup that is whole. ``erased``: how many people it knew to be erased."""

    path: Path
    sha256: str
    made_at: int
    erased: int


class Backups(Protocol):
    """Backups of this kiosk; safe beside whatever the record is used for."""

    def write(self, to: Path, progress: Progress | None = None) -> Backup:
        """Writes the whole data folder to the file ``to``, which is not there yet.

        Raises EnvironmentFault: file_exists, folder_missing, backup_in_data, disk_full …
        """
        ...

    def place(self) -> Path | None:
        """Where the regular backups go; None where no place was chosen."""
        ...

    def choose(self, folder: Path | None) -> None:
        """Has regular backups go to this folder, which is there, from now on; or nowhere."""
        ...

    def knows(self, folder: Path) -> bool:
        """Whether this folder was chosen on this kiosk before, wherever it is mounted now."""
        ...

    def keep(self, folder: Path | None = None) -> Backup | None:
        """Makes the regular backup at its place (or at ``folder``, which bears the mark of one),
        then takes away what is too old, or holds somebody who was erased since.

        None where no place was chosen. Raises EnvironmentFault where it is not there now.
        """
        ...

    def outlived(self) -> list[Backup]:
        """Those that went to a file somebody named, and hold who was erased since."""
        ...

    def last(self) -> Backup | None:
        """The newest of the regular ones, wherever it went; None where none was ever made."""
        ...


def outlived(backups: Sequence[Backup]) -> list[Backup]:
    """Those that are to go: all but the newest few and the last of each hour; and whatever does
    not know of everybody who was erased when the newest was made.
    """
    by_age = sorted(backups, key=lambda one: (one.made_at, one.path.name), reverse=True)
    if not by_age:
        return []
    newest = by_age[0]
    kept: set[Path] = set()
    hours: set[int] = set()
    for at, one in enumerate(by_age):
        hour = one.made_at // _HOUR_MS
        young = newest.made_at - one.made_at < HOURS_KEPT * _HOUR_MS
        if one.erased >= newest.erased and (at < NEWEST_KEPT or (young and hour not in hours)):
            kept.add(one.path)
            hours.add(hour)
    return [one for one in by_age if one.path not in kept]
