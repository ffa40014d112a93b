"""Where a record is at home: how a laptop notices that its data are a copy of another's.

A copy must not go on under the identity that the original still uses. Two things are compared
with what was noted at the last opening: a file of the keys' folder (a copy, or what came back
from a backup, is another file, whatever its name and dates), and the machine (a whole disk that
was cloned keeps its files). A false alarm costs a new suffix to the code and nothing else; it
must not come with every restart, so that a replaced part or a new installation is none.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from kiosk.errors import EnvironmentFault
from kiosk.storage.driver import Connection
from kiosk.storage.machine import Hints
from kiosk.storage.vault import DEVICE_FILE, KEYS

_KEY = "home"


@dataclass(frozen=True, slots=True)
class Home:
    """``file`` is which file the device's keys are; ``machine`` what it lies on."""

    file: str
    machine: Hints


def find_home(folder: Path, machine: Hints) -> Home:
    """Where the data folder is now.

    ``st_ctime`` is when the file last changed anything about itself, by the kernel's clock; no
    program can set it, so that no copy has it. On Windows it is the time of creation, which some
    programs copy; there the number of the file is taken as well. (Elsewhere numbers are left
    alone: file systems of sticks give new ones at every mounting.)
    """
    try:
        told = (folder / KEYS / DEVICE_FILE).stat()
    except OSError as error:
        raise EnvironmentFault("keys_missing", path=str(folder / KEYS)) from error
    number = f"{told.st_ino}:" if sys.platform == "win32" else ""
    return Home(f"{number}{told.st_ctime_ns}", machine)


def moved(was: Home, now: Home) -> bool:
    """Whether these data are a copy of those that ``was`` speaks of."""
    return was.file != now.file or _other_machine(was.machine, now.machine)


def _other_machine(was: Hints, now: Hints) -> bool:
    """At least as many kinds of hints speak against it as for it; unknown ones do not vote."""
    votes = [was[kind].isdisjoint(now[kind]) for kind in was.keys() & now.keys()]
    return any(votes) and 2 * sum(votes) >= len(votes)


def read_home(connection: Connection) -> Home | None:
    """What was noted; None in a record that was not opened since it was made."""
    found = connection.execute("SELECT value FROM meta WHERE key = ?", (_KEY,)).fetchone()
    if found is None:
        return None
    try:
        told = json.loads(found[0])
        machine = {str(kind): frozenset(values) for kind, values in told["machine"].items()}
        return Home(str(told["file"]), machine)
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise EnvironmentFault("database_corrupt", path=_KEY) from error


def write_home(connection: Connection, home: Home) -> None:
    """Notes where the record is at home."""
    machine: Mapping[str, list[str]] = {
        kind: sorted(values) for kind, values in home.machine.items()
    }
    told = json.dumps({"file": home.file, "machine": machine}, sort_keys=True)
    connection.execute(
        "INSERT INTO meta (key, value) VALUES (?, ?)"
        " ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        (_KEY, told),
    )
