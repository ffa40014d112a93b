"""The other laptops of the event in the tour: a copy of the first, and one under its code in 1970.

They have no window of their own here: visitors come to them through the services, as they come
to the first one through its screens.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol, TypeVar

from kiosk.bootstrap import PRACTICE_CAMPAIGN, PRACTICE_PASSPHRASE, init_kiosk, open_kiosk
from kiosk.domain.clock import Clock, SystemClock
from kiosk.domain.ids import AttendeeId
from kiosk.services.certify import issue_certificate, prepare_certificate
from kiosk.services.closing import close_day
from kiosk.services.desk import FEEDBACK, Desk
from kiosk.services.exporting import ExportRequest
from kiosk.services.register import Registered, Registration, register_attendee
from kiosk.services.respond import Answers, respond_anonymously
from ui.tour.people import Guest

T_co = TypeVar("T_co", covariant=True)
T = TypeVar("T")


class Ask(Protocol):
    """Has something done where a laptop's record is at home, and gives what came of it."""

    def __call__(self, question: Callable[[Desk], T], /) -> T: ...


class ClockOf1970:
    """A clock whose battery is empty: at power-on it is the first second of 1970."""

    def __init__(self) -> None:
        self._clock = SystemClock()
        self._on = self._clock.now_ms()

    def now_ms(self) -> int:
        return self._clock.now_ms() - self._on


@dataclass
class Roll:
    """What was done at all laptops, noted beside them: what the merged stores have to tell."""

    people: dict[AttendeeId, str] = field(default_factory=dict)
    gone: dict[AttendeeId, str] = field(default_factory=dict)  # of these no word may be told
    anonymous: int = 0

    def note(self, *come: Registered) -> None:
        """These came, whatever becomes of them in any record."""
        self.people.update({one.attendee.id: one.attendee.name for one in come})

    def add(self, desk: Desk) -> None:
        """Everybody else whom this laptop registered, such as the practice's own visitors."""
        for one in desk.record.attendees():
            if one.met == "registered" and not one.masked:
                self.people.setdefault(one.id, one.name)

    def lose(self, attendee_id: AttendeeId) -> None:
        """Somebody withdrew or was erased."""
        self.gone[attendee_id] = self.people.pop(attendee_id)


def copy_laptop(data: Path, to: Path) -> None:
    """What somebody does who thinks that a second kiosk is made by copying the first."""
    shutil.copytree(data, to)


def enrol_laptop(data: Path, event: str, code: str) -> None:
    """A new laptop of the practice campaign under a code, whoever has that code already."""
    init_kiosk(data, PRACTICE_CAMPAIGN, event, code, PRACTICE_PASSPHRASE)


def open_laptop(data: Path, clock: Clock | None = None) -> Desk:
    """Unlocks it; the desk is to be closed."""
    return open_kiosk(data, PRACTICE_PASSPHRASE, clock)


def receive(desk: Desk, guests: Iterable[Guest]) -> list[Registered]:
    """Visitors register, with the consents that are needed."""
    consents = {one.code: one.required for one in desk.campaign.notice.purposes}
    return [
        register_attendee(
            desk, Registration(guest.language, {"name": guest.name, "does": guest.does}, consents)
        )
        for guest in guests
    ]


def certify(desk: Desk, registered: Registered) -> str:
    """A certificate for a visitor; its serial."""
    prepared = prepare_certificate(desk, registered.attendee)
    return issue_certificate(desk, prepared, "visitor").certificate.serial


def answer_as_nobody(desk: Desk, guest: Guest, times: int) -> None:
    """So many visitors say what they think, and nobody learns who they are."""
    answers = {"used": guest.used, "rating": guest.rating, "sentence": guest.sentence}
    for _ in range(times):
        respond_anonymously(desk, Answers(FEEDBACK, guest.language, answers), does=guest.does)


def close(desk: Desk) -> int:
    """Closes the day as a coordinator does; how many anonymous answers the laptop holds."""
    folder = desk.folder / "export"
    folder.mkdir()
    request = ExportRequest(folder, formats=("csv",))
    return close_day(desk, "staff:practice", request).anonymous
