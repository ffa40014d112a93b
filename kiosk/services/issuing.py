"""A certificate and its sheet in the print queue, on the disk together or not at all.

After a power cut no certificate stands in the log for which nothing waits to be printed, and no
sheet waits for a certificate that was not issued.
"""

from __future__ import annotations

from kiosk.domain.attendee import Attendee
from kiosk.errors import VisitorError
from kiosk.services.certify import (
    Also,
    Issued,
    Prepared,
    issue_certificate,
    print_note,
    reissue_certificate,
)
from kiosk.services.desk import Desk
from kiosk.services.ports import PrintJob, Writing
from kiosk.services.printing import new_job


def issue_and_queue(desk: Desk, prepared: Prepared, actor: str) -> PrintJob:
    """Issues what was prepared, or gives again what this visitor holds; its sheet waits."""
    jobs: list[PrintJob] = []
    issue_certificate(desk, prepared, actor, _queueing(desk, jobs))
    return jobs[0]


def reissue_and_queue(desk: Desk, attendee: Attendee, actor: str, reason: str) -> PrintJob:
    """One under a new serial, which waits to be printed; the old one is replaced.

    Raises VisitorError as ``reissue_certificate``.
    """
    jobs: list[PrintJob] = []
    reissue_certificate(desk, attendee, actor, reason, also=_queueing(desk, jobs))
    return jobs[0]


def queue_again(desk: Desk, prepared: Prepared, actor: str, reason: str) -> PrintJob:
    """One that was issued, on paper once more; the log says who asked and why.

    Raises VisitorError: reason_missing, withdrawn, ``no_certificate`` where none was issued.
    """
    if prepared.issued is None:
        raise VisitorError("no_certificate", field="number")
    note, jobs = print_note(desk, prepared.issued, actor, reason), list[PrintJob]()
    into_queue = _queueing(desk, jobs)

    def also(writing: Writing, issued: Issued) -> None:
        writing.write(note)
        into_queue(writing, issued)

    issue_certificate(desk, prepared, actor, also)
    return jobs[0]


def _queueing(desk: Desk, jobs: list[PrintJob]) -> Also:
    """What saves the sheet of a certificate; ``jobs`` gets what was saved."""

    def also(writing: Writing, issued: Issued) -> None:
        certificate = issued.certificate
        job = new_job(
            desk, issued.sheet, "certificate", f"{certificate.serial} {certificate.name}",
            attendee_id=certificate.attendee_id, serial=certificate.serial,
        )  # fmt: skip
        writing.save_print_job(job)
        jobs.append(job)

    return also
