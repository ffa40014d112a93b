"""How a job of CUPS stands, by its library: its tools tell what waits, but not how a job ended.

See cups/cups.h of CUPS 2, which stands wherever the tools do.
"""

from __future__ import annotations

import ctypes
from ctypes import POINTER, Structure, byref, c_char_p, c_int, c_long, c_void_p
from enum import IntEnum
from functools import cache

_MINE, _WAITING_AND_OVER = 1, -1  # CUPS_WHICHJOBS_ALL


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


@cache
def library() -> ctypes.CDLL:
    """The library of CUPS 2. Raises OSError where there is none."""
    found = ctypes.CDLL("libcups.so.2")
    found.cupsGetJobs2.argtypes = [c_void_p, POINTER(POINTER(_Job)), c_char_p, c_int, c_int]
    found.cupsFreeJobs.argtypes = [c_int, POINTER(_Job)]
    return found
