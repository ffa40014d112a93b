"""Trying again: a link may fail every third call, and what is to arrive arrives all the same."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

Result = TypeVar("Result")


class LinkFailed(Exception):  # noqa: N818 - it may be well the next time
    """A call that went wrong in a way that may pass."""


@dataclass(frozen=True, slots=True)
class Patience:
    """How often a call is tried, and how long the pauses between are (seconds, doubling).

    With the defaults a link that fails 30 % of its calls fails one in 15,000, and a server that
    is not there is told after a quarter of a minute.
    """

    tries: int = 8
    first_s: float = 0.2
    longest_s: float = 5.0
    sleep: Callable[[float], None] = time.sleep

    def call(self, work: Callable[[], Result]) -> Result:
        """What ``work`` gives at last. Any exception but LinkFailed ends the trying."""
        pause = self.first_s
        for _ in range(self.tries - 1):
            try:
                return work()
            except LinkFailed:
                self.sleep(pause)
                pause = min(2 * pause, self.longest_s)
        return work()
