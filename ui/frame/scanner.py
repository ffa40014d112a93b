"""A scanner that types: its burst of keys, ended by Return, is one text. No Qt but its keys."""

from __future__ import annotations

from collections.abc import Callable

PAUSE_MS = 250  # a person who types so fast for so long is no person
PREFIX = "SK1"
SHORTEST = 24
LONGEST = 4000


class Wedge:
    """Collects what comes in a burst. ``now_ms`` must never run backwards."""

    def __init__(self, now_ms: Callable[[], int]) -> None:
        self._now_ms = now_ms
        self._burst = ""
        self._at = 0

    def typed(self, text: str) -> None:
        """One key that gave a text."""
        now = self._now_ms()
        if now - self._at > PAUSE_MS or len(self._burst) >= LONGEST:
            self._burst = ""
        self._at = now
        self._burst += text

    def ended(self) -> str | None:
        """Return was pressed: the text of a slip, if the burst was one."""
        burst, self._burst = self._burst, ""
        fresh = self._now_ms() - self._at <= PAUSE_MS
        is_slip = len(burst) >= SHORTEST and burst.upper().startswith(PREFIX)
        return burst if fresh and is_slip else None

    def forget(self) -> None:
        self._burst = ""
