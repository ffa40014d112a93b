"""CUPS by its library: its printers and what ails them, their paper, and how a job stands.

Its tools tell what waits, but not how a job ended. See cups/cups.h of CUPS 2, which stands
wherever the tools do.
"""

from __future__ import annotations

import ctypes
from ctypes import POINTER, Structure, byref, c_char_p, c_int, c_long, c_void_p
from dataclasses import dataclass
from enum import IntEnum
from functools import cache

_MINE, _WAITING_AND_OVER = 1, -1  # CUPS_WHICHJOBS_ALL
_STOPPED = "5"  # printer-state (RFC 8011, 5.4.11)
_NO_SERVER = 0x0500  # IPP_STATUS_ERROR_INTERNAL and all above: nobody answered


class JobState(IntEnum):
    """job-state (RFC 8011, 5.3.7)."""

    PENDING = 3
    HELD = 4
    PROCESSING = 5
    STOPPED = 6
    CANCELED = 7
    ABORTED = 8
    COMPLETED = 9


OVER = frozenset({JobState.CANCELED, JobState.ABORTED, JobState.COMPLETED})


@dataclass(frozen=True, slots=True)
class Destination:
    """A queue of CUPS. ``reasons``: its printer-state-reasons, without "none"."""

    name: str
    info: str
    default: bool
    stopped: bool
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Media:
    """The papers of a printer by their PWG names (iso_a4_210x297mm); empty where it tells none."""

    supported: tuple[str, ...] = ()
    ready: tuple[str, ...] = ()
    default: str = ""


class _Job(Structure):
    """cups_job_t"""

    _fields_ = (
        ("id", c_int),
        ("dest", c_char_p),
        ("title", c_char_p),
        ("user", c_char_p),
        ("format", c_char_p),
        ("state", c_int),
        ("size", c_int),
        ("priority", c_int),
        ("completed_time", c_long),
        ("creation_time", c_long),
        ("processing_time", c_long),
    )


class _Option(Structure):
    """cups_option_t"""

    _fields_ = (("name", c_char_p), ("value", c_char_p))


class _Dest(Structure):
    """cups_dest_t"""

    _fields_ = (
        ("name", c_char_p),
        ("instance", c_char_p),
        ("is_default", c_int),
        ("num_options", c_int),
        ("options", POINTER(_Option)),
    )


def job_state(queue: str, number: int) -> JobState | None:
    """How a job of ours stands; None where CUPS does not know it, as it is set to keep no history.

    Raises OSError where there is no CUPS to ask.
    """
    cups = library()
    jobs = POINTER(_Job)()
    count = cups.cupsGetJobs2(None, byref(jobs), queue.encode(), _MINE, _WAITING_AND_OVER)
    if count < 0:
        raise OSError(f"no answer about {queue}")
    try:
        return next((JobState(job.state) for job in jobs[:count] if job.id == number), None)
    finally:
        cups.cupsFreeJobs(count, jobs)


def destinations() -> list[Destination]:
    """The queues that CUPS has now, its default first. Raises OSError where there is no CUPS."""
    cups = library()
    dests = POINTER(_Dest)()
    count = cups.cupsGetDests2(None, byref(dests))
    try:
        if not count and cups.cupsLastError() >= _NO_SERVER:
            raise OSError("no answer from CUPS")
        found = [_told(dest) for dest in dests[:count] if not dest.instance]
    finally:
        cups.cupsFreeDests(count, dests)
    return sorted(found, key=lambda one: (not one.default, one.name))


def media(queue: str) -> Media:
    """What is told of a queue's papers."""
    cups = library()
    dest = cups.cupsGetNamedDest(None, queue.encode(), None)
    if not dest:
        return Media()
    info = cups.cupsCopyDestInfo(None, dest)
    try:
        if not info:
            return Media()
        supported = _values(cups.cupsFindDestSupported(None, dest, info, b"media"))
        ready = _values(cups.cupsFindDestReady(None, dest, info, b"media"))
        default = _values(cups.cupsFindDestDefault(None, dest, info, b"media"))
        return Media(supported, ready, default[0] if default else "")
    finally:
        if info:
            cups.cupsFreeDestInfo(info)
        cups.cupsFreeDests(1, dest)


def _told(dest: _Dest) -> Destination:
    options = {
        one.name.decode(): one.value.decode(errors="replace")
        for one in dest.options[: dest.num_options]
    }
    name = dest.name.decode(errors="replace")
    reasons = options.get("printer-state-reasons", "").split(",")
    return Destination(
        name,
        options.get("printer-info") or name,
        bool(dest.is_default),
        options.get("printer-state") == _STOPPED,
        tuple(one for one in reasons if one not in {"", "none"}),
    )


def _values(attribute: int | None) -> tuple[str, ...]:
    cups = library()
    if not attribute:
        return ()
    found = (cups.ippGetString(attribute, at, None) for at in range(cups.ippGetCount(attribute)))
    return tuple(one.decode(errors="replace") for one in found if one)


@cache
def library() -> ctypes.CDLL:
    """The library of CUPS 2. Raises OSError where there is none."""
    found = ctypes.CDLL("libcups.so.2")
    dest, dests = POINTER(_Dest), POINTER(POINTER(_Dest))
    jobs = POINTER(POINTER(_Job))
    takes = {
        "cupsGetJobs2": (c_int, [c_void_p, jobs, c_char_p, c_int, c_int]),
        "cupsFreeJobs": (None, [c_int, POINTER(_Job)]),
        "cupsGetDests2": (c_int, [c_void_p, dests]),
        "cupsFreeDests": (None, [c_int, dest]),
        "cupsLastError": (c_int, []),
        "cupsGetNamedDest": (dest, [c_void_p, c_char_p, c_char_p]),
        "cupsCopyDestInfo": (c_void_p, [c_void_p, dest]),
        "cupsFreeDestInfo": (None, [c_void_p]),
        "cupsFindDestSupported": (c_void_p, [c_void_p, dest, c_void_p, c_char_p]),
        "cupsFindDestReady": (c_void_p, [c_void_p, dest, c_void_p, c_char_p]),
        "cupsFindDestDefault": (c_void_p, [c_void_p, dest, c_void_p, c_char_p]),
        "ippGetCount": (c_int, [c_void_p]),
        "ippGetString": (c_char_p, [c_void_p, c_int, c_void_p]),
    }
    for name, (gives, arguments) in takes.items():
        function = getattr(found, name)
        function.restype, function.argtypes = gives, arguments
    return found
