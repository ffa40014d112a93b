"""One visitor's unsaved state, and the clock that forgets them. No Qt."""

from __future__ import annotations

import math
from collections.abc import Callable
from enum import Enum
from typing import TYPE_CHECKING

from ui.journey import Case, Place

if TYPE_CHECKING:
    from kiosk.domain.attendee import Attendee
    from kiosk.services.certify import Issued, Prepared
    from kiosk.services.ports import PrintJob
    from kiosk.services.register import Registered
    from kiosk.services.withdraw import Withdrawn
    from ui.recognise import Own
    from ui.walk import Walk

ENDS_ANONYMITY = frozenset({"contact_me"})  # not asked of somebody who wished to be nobody


class Opinion(Enum):
    """What became of the feedback."""

    NONE = "none"
    NAMED = "named"
    ANONYMOUS = "anonymous"


class Paper(Enum):
    """What became of a sheet, as far as the visitor is told."""

    NONE = "none"
    PRINTING = "printing"
    PRINTED = "printed"
    FAILED = "failed"
    HELD = "held"  # somebody has to see to the printer first
    AT_DESK = "at_desk"


def paper_of(state: str) -> Paper:
    """What the visitor is told of a sheet that was settled (``Press.settled``)."""
    return {"done": Paper.PRINTED, "held": Paper.HELD}.get(state, Paper.FAILED)


class Visit:
    """Everything that this kiosk knows of the person in front of it and has not saved.

    It is one object for the whole day: ``forget`` empties it, so that nobody holds an old one.
    """

    def __init__(self, place: Place = Place.ATTRACT) -> None:
        self.place = place
        self.consents: dict[str, bool] = {}
        self.registration: Walk | None = None
        self.feedback: Walk | None = None
        self.meeting: Walk | None = None
        self.renaming: Walk | None = None  # one answer that is put right
        self.typed: dict[str, str] = {}  # number and code of the slip
        self.own_details = False  # came to change or withdraw what is recorded
        self.own: Own | None = None  # what is recorded, as it was last read
        self.withdrawn: Withdrawn | None = None
        self.draft_id: str | None = None
        self.registered: Registered | None = None
        self.attendee: Attendee | None = None
        self.opinion = Opinion.NONE
        self.responded = False
        self.certificate_due = True
        self.prepared: Prepared | None = None
        self.issued: Issued | None = None
        self.slip = Paper.NONE
        self.slip_job: PrintJob | None = None  # it waits to be printed
        self.certificate = Paper.NONE

    def forget(self) -> None:
        """Nothing of this visitor remains, in this object or in the walks that it held."""
        for walk in (self.registration, self.feedback, self.meeting, self.renaming):
            if walk is not None:
                walk.forget()
        vars(self).update(vars(Visit()))

    def case(self, *, joined: bool) -> Case:
        """What the journey needs to know."""
        return Case(
            joined=joined,
            arrived=self.registered is not None,
            certificate_due=self.certificate_due,
            own_details=self.own_details,
        )

    @property
    def consented(self) -> bool:
        """Whether anything of this visitor may be kept, be it as a draft."""
        return self.consents.get("registration", False)

    @property
    def question(self) -> str:
        """At which question of the registration the visitor stands."""
        return "" if self.registration is None else self.registration.at

    @property
    def anonymous(self) -> bool:
        return self.opinion is Opinion.ANONYMOUS


class Idle(Enum):
    """How still it is in front of the kiosk."""

    PRESENT = "present"
    WARNING = "warning"
    GONE = "gone"


class IdleClock:
    """Counts from the last touch: first patience, then a warning with a countdown, then gone.

    ``now_ms`` must never run backwards (a monotonic clock).
    """

    def __init__(
        self, now_ms: Callable[[], int], idle_seconds: float, warning_seconds: float
    ) -> None:
        self._now_ms = now_ms
        self._idle_ms = idle_seconds * 1000
        self._warning_ms = warning_seconds * 1000
        self._patience = 1.0
        self._warns = True
        self._stopped = False
        self._touched_at = now_ms()

    def touched(self) -> None:
        self._touched_at = self._now_ms()

    def stand(self, *, patience: float = 1.0, warns: bool = True, stopped: bool = False) -> None:
        """A new screen: how patient the clock is there, and whether it warns or runs at all."""
        self._patience, self._warns, self._stopped = patience, warns, stopped
        self.touched()

    def state(self) -> Idle:
        left = self._left_ms()
        if self._stopped or left > self._warned_ms():
            return Idle.PRESENT
        return Idle.WARNING if left > 0 else Idle.GONE

    def seconds_left(self) -> int:
        """Whole seconds until this visitor is forgotten, for the countdown."""
        return max(0, math.ceil(self._left_ms() / 1000))

    def _warned_ms(self) -> float:
        return self._warning_ms if self._warns else 0

    def _left_ms(self) -> float:
        whole = self._idle_ms * self._patience + self._warned_ms()
        return whole - (self._now_ms() - self._touched_at)
