"""A scanner that types: its burst of keys is one text, and no letter of it reaches a field.

Keys that may be the beginning of a slip are held back for a moment: a scanner's next key comes
within milliseconds, and whoever typed an S and meant it does not notice. No Qt.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

FIRST_MS = 100  # between the first keys of a burst; people are slower, or wait this long for an S
PAUSE_MS = 250  # within a burst; a person who types so fast for so long is no person
PREFIXES = ("SK1", "SC1")  # of slips, and of certificates
PREFIX = PREFIXES[0]
SHORTEST = 24
LONGEST = 4000

Key = TypeVar("Key")


class Wedge(Generic[Key]):
    """Holds the keys of what may be a slip. ``now_ms`` must never run backwards."""

    def __init__(self, now_ms: Callable[[], int]) -> None:
        self._now_ms = now_ms
        self._burst = ""
        self._held: list[Key] = []
        self._at = 0

    @property
    def patience_ms(self) -> int:
        """How long the next key of the burst may take."""
        return PAUSE_MS if len(self._burst) >= len(PREFIX) else FIRST_MS

    @property
    def holds(self) -> bool:
        return bool(self._held)

    def typed(self, text: str, key: Key) -> list[Key]:
        """One key that gave a text; returns the keys that are no slip's, in their order."""
        now = self._now_ms()
        late = now - self._at > self.patience_ms
        freed = self.give_up() if late or not _begins(self._burst + text) else []
        self._at = now
        if not _begins(self._burst + text):
            return [*freed, key]
        if len(self._burst) < LONGEST:
            self._burst += text
            self._held.append(key)
        return freed

    def ended(self) -> str | None:
        """No more comes: the text of a slip, if the burst was one. Else its keys are still held."""
        if len(self._burst) < SHORTEST:
            return None
        slip = self._burst
        self.forget()
        return slip

    def give_up(self) -> list[Key]:
        """It was no slip: the keys that were held back."""
        held = self._held
        self.forget()
        return held

    def forget(self) -> None:
        self._burst, self._held = "", []


def _begins(burst: str) -> bool:
    """Whether a slip or a certificate may begin, or has begun, with this."""
    start = burst[: len(PREFIX)].upper()
    return any(prefix.startswith(start) for prefix in PREFIXES)
