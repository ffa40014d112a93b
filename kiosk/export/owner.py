"""Whose temporary files are whose: a process by its number and the moment it began.

A number alone would not do: systems give it out again. What another start of the machine left is
nobody's either, so that its identity is part of the name. Where a system tells nothing of its
processes (it has no /proc), everybody but ourselves counts as dead.
"""

from __future__ import annotations

import functools
import os
import re
from pathlib import Path

OWNER = re.compile(r"[0-9a-f]{8}-[0-9]+-[0-9]+")

_BOOT = Path("/proc/sys/kernel/random/boot_id")
_ENDED = {"Z", "X"}  # killed, and only waiting to be counted


def ourselves() -> str:
    """The owner to write into names: machine's start, process, its start."""
    pid = os.getpid()
    return f"{_machine()}-{pid}-{_began(pid) or '0'}"


def is_alive(owner: str) -> bool:
    """Whether that process still runs; no for a text that names none."""
    if OWNER.fullmatch(owner) is None:
        return False
    machine, pid, began = owner.split("-")
    return owner == ourselves() or (machine == _machine() and _began(int(pid)) == began)


@functools.cache
def _machine() -> str:
    return _BOOT.read_text("ascii")[:8] if _BOOT.exists() else "00000000"


def _began(pid: int) -> str:
    """When the process began, in ticks since the machine did; "" where none of that number runs.

    The second field of the line is a name in brackets, which may hold anything (proc(5)).
    """
    try:
        line = Path(f"/proc/{pid}/stat").read_text("utf-8", "replace")
    except OSError:
        return ""
    fields = line.rpartition(")")[2].split()
    return "" if fields[0] in _ENDED else fields[19]
