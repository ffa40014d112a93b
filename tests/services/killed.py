"""Purges, backs up, restores, issues or makes slips, killed at the step told; see test_killed.

A step is whatever changes what a power cut would find: a file synced, renamed, removed, a folder
made, a change given its time within a transaction. Imported once; every try is a fork of its own.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from kiosk import bootstrap
from kiosk.bootstrap_keeping import backups_of, event_records, restore
from kiosk.domain.language import Tag
from kiosk.services.certify import prepare_certificate
from kiosk.services.issuing import issue_and_queue, queue_again, reissue_and_queue
from kiosk.services.purging import drop_exports, look, purge
from kiosk.services.register import Registration
from kiosk.services.slips import register_and_queue, renew_and_queue
from tests.conftest import PASSPHRASE
from tests.fakes import CONSENTS, FakeClock, visitor

IN_2041 = 2_209_012_200_000 + 366 * 86_400_000
_EVENTS = frozenset({"os.rename", "os.remove", "os.rmdir", "os.mkdir", "os.truncate"})


class Steps:
    """Counts steps, and ends the process at one of them."""

    def __init__(self, kill_at: int) -> None:
        self.count = 0
        self._kill_at = kill_at

    def step(self) -> None:
        self.count += 1
        if self.count == self._kill_at:
            os.kill(os.getpid(), signal.SIGKILL)

    def watch(self) -> None:
        """From now on every step counts."""
        sys.addaudithook(lambda event, _given: self.step() if event in _EVENTS else None)
        sync = os.fsync

        def synced(fd: Any) -> None:
            self.step()
            sync(fd)
            self.step()

        os.fsync = synced


class SteppingClock(FakeClock):
    """Every change asks for the time: the transaction that it is in is not committed yet."""

    steps: Steps

    def now_ms(self) -> int:
        self.steps.step()
        return self.ms


def clock_of(steps: Steps) -> SteppingClock:
    clock = SteppingClock(IN_2041)
    clock.steps = steps
    return clock


def do_purge(room: Path, steps: Steps) -> None:
    with bootstrap.open_kiosk(room / "data", PASSPHRASE, clock_of(steps)) as desk:
        steps.watch()
        records = event_records(desk)
        due = look(records, 365, desk.clock)
        drop_exports(desk.folder)
        purge(records, due, "coordinator", desk.clock)
        backups_of(desk).keep()


def do_backup(room: Path, steps: Steps) -> None:
    with bootstrap.open_kiosk(room / "data", PASSPHRASE, clock_of(steps)) as desk:
        steps.watch()
        backups_of(desk).write(room / "stick" / "day.skb")
        backups_of(desk).keep()


def do_restore(room: Path, steps: Steps) -> None:
    steps.watch()
    restore(room / "stick" / "older.skb", room / "back", PASSPHRASE)


def do_issue(room: Path, steps: Steps) -> None:
    with bootstrap.open_kiosk(room / "data", PASSPHRASE, clock_of(steps)) as desk:
        steps.watch()
        visitor = next(iter(desk.record.attendees()))
        issue_and_queue(desk, prepare_certificate(desk, visitor), "visitor")
        reissue_and_queue(desk, visitor, "staff:A", "name")
        queue_again(desk, prepare_certificate(desk, visitor), "staff:A", "lost")


def surprised(bug: Exception) -> None:
    raise bug


def do_slip(room: Path, steps: Steps) -> None:
    with bootstrap.open_kiosk(room / "data", PASSPHRASE, clock_of(steps)) as desk:
        steps.watch()
        here = Registration(Tag("hi"), visitor(name="Meenakshi"), CONSENTS)
        registered, _ = register_and_queue(desk, here, "a6", surprised)
        renew_and_queue(desk, registered.attendee, "staff:A", "lost", "a6")


WORK: dict[str, Callable[[Path, Steps], None]] = {
    "purge": do_purge, "backup": do_backup, "restore": do_restore, "issue": do_issue,
    "slip": do_slip,
}  # fmt: skip


def tried(day: Path, room: Path, what: str, kill_at: int) -> bool:
    """Does it with a copy of the day, killed at that step; whether it came to its end before."""
    shutil.copytree(day, room, copy_function=shutil.copy2)
    (room / "data" / "backups.json").write_text(json.dumps({"folder": str(room / "stick")}))
    child = os.fork()
    if child == 0:
        steps = Steps(kill_at)
        WORK[what](room, steps)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    if os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL:
        return False
    if status:
        sys.exit(f"{what} at {kill_at}: {status}")
    return True


def main() -> None:
    """``killed DAY ROOMS WHAT FIRST EVERY``: one room for each step, from the first on."""
    day, rooms, what = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
    kill_at, every = int(sys.argv[4]), int(sys.argv[5])
    while not tried(day, rooms / f"{kill_at}", what, kill_at):
        kill_at += every
    sys.stdout.write(f"{kill_at - 1}\n")


if __name__ == "__main__":
    main()
