"""The slip that a visitor carries away: number, QR, secret code.

Its sheet goes to the disk together with the code that stands on it: after a power cut nobody has
a code of which no paper tells, and no paper bears a code that does not work.
"""

from __future__ import annotations

from collections.abc import Callable

from kiosk.domain.attendee import Attendee
from kiosk.domain.language import Tag
from kiosk.errors import EnvironmentFault
from kiosk.services.desk import Desk
from kiosk.services.paper import Sheet, SlipContent
from kiosk.services.ports import PrintJob, Writing
from kiosk.services.printing import new_job
from kiosk.services.register import Registered, Registration, register_attendee
from kiosk.services.slip_again import renew_slip


def slip_content(desk: Desk, registered: Registered, language: Tag | None = None) -> SlipContent:
    """What stands on the slip; the receipt code exists nowhere else."""
    attendee = registered.attendee
    return SlipContent(
        number=attendee.number,
        name=attendee.name,
        language=language or attendee.language,
        campaign=desk.campaign.name,
        event=desk.event.name,
        day=desk.event.day,
        receipt_code=registered.receipt_code,
        qr=registered.slip_qr,
        practice=desk.campaign.practice,
    )


def slip_sheet(desk: Desk, registered: Registered, size: str = "a6") -> Sheet:
    """The slip as a PDF, "a6" or "roll80"."""
    return desk.paper.slip(slip_content(desk, registered), size)


def register_and_queue(
    desk: Desk, registration: Registration, size: str, surprised: Callable[[Exception], None]
) -> tuple[Registered, PrintJob | None]:
    """Registers one visitor, whose slip of this size then waits to be printed.

    Nobody is turned away because of paper: a slip that cannot be drawn here is None, and number
    and code are to be copied. ``surprised`` gets what should never keep a slip from being drawn.
    Raises as ``register_attendee``.
    """
    jobs: list[PrintJob] = []

    def also(writing: Writing, registered: Registered) -> None:
        try:
            sheet = slip_sheet(desk, registered, size)
        except EnvironmentFault:
            return
        except Exception as bug:  # noqa: BLE001 - it is told, and the visitor is registered
            surprised(bug)
            return
        jobs.append(_saved(desk, writing, registered, sheet))

    registered = register_attendee(desk, registration, also)
    return registered, next(iter(jobs), None)


def renew_and_queue(
    desk: Desk, attendee: Attendee, actor: str, reason: str, size: str
) -> tuple[Registered, PrintJob]:
    """A new code for somebody who lost theirs, and its slip, which waits to be printed.

    Raises as ``renew_slip``, and EnvironmentFault where it cannot be drawn; then the old code
    goes on working.
    """
    jobs: list[PrintJob] = []

    def also(writing: Writing, registered: Registered) -> None:
        jobs.append(_saved(desk, writing, registered, slip_sheet(desk, registered, size)))

    registered = renew_slip(desk, attendee, actor, reason, also)
    return registered, jobs[0]


def _saved(desk: Desk, writing: Writing, registered: Registered, sheet: Sheet) -> PrintJob:
    attendee = registered.attendee
    title = f"{attendee.number} {attendee.name}"
    job = new_job(desk, sheet, "slip", title, attendee_id=attendee.id)
    writing.save_print_job(job)
    return job
