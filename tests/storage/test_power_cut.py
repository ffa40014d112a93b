"""What was acknowledged is on the disk, however the process ends."""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from kiosk.domain.ids import AttendeeId
from tests.storage.records import open_store

KEY = bytes(range(32))
ROOT = Path(__file__).parents[2]
CHILD = "tests.storage.registering"


def killed_at_random(folder: Path, dice: random.Random) -> list[str]:
    """Runs a kiosk that registers without end, kills it, and gives what it had acknowledged."""
    with subprocess.Popen(
        [sys.executable, "-m", CHILD, str(folder)], stdout=subprocess.PIPE, text=True, cwd=ROOT
    ) as child:
        assert child.stdout is not None
        acknowledged = [child.stdout.readline().strip()]  # it is at work
        deadline = time.monotonic() + dice.uniform(0, 0.25)
        while time.monotonic() < deadline:
            acknowledged.append(child.stdout.readline().strip())
        child.send_signal(signal.SIGKILL)
        rest = child.stdout.read()
        acknowledged += rest[: rest.rfind("\n") + 1].split()
    return acknowledged


def nothing_lost(folder: Path, kills: int, seed: int) -> int:
    dice = random.Random(seed)
    folder.mkdir(exist_ok=True)
    open_store(folder, KEY, create=True).close()
    acknowledged: list[str] = []
    for _ in range(kills):
        acknowledged += killed_at_random(folder, dice)
        store = open_store(folder, KEY)
        found = [store.attendee(AttendeeId(person)) for person in acknowledged]
        assert all(found)
        numbers = [one.number for one in store.attendees()]
        assert len(set(numbers)) == len(numbers)  # no number was given twice
        assert [int(number[4:]) for number in numbers] == list(range(1, len(numbers) + 1))
        verification = store.verify()
        assert verification.ok, verification.reason
        assert verification.entries == 5 * len(numbers)  # all of a registration or nothing of it
        store.close()
    return len(acknowledged)


def test_kill_9_loses_no_acknowledged_visitor(tmp_path: Path) -> None:
    assert nothing_lost(tmp_path / "kiosk", kills=4, seed=1) >= 4


@pytest.mark.long
def test_two_hundred_kills_lose_no_acknowledged_visitor(tmp_path: Path) -> None:
    count = nothing_lost(tmp_path / "kiosk", kills=200, seed=2)
    sys.stdout.write(f"{count} visitors acknowledged before 200 kills; none lost\n")
