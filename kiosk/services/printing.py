"""The print queue: a job lives in the record until somebody says that its paper came out."""

from __future__ import annotations

from dataclasses import replace

from kiosk.domain.ids import AttendeeId, Serial, new_id
from kiosk.errors import VisitorError
from kiosk.services.desk import Desk
from kiosk.services.ports import PrintJob, Sheet

STATES = ("waiting", "sent", "done", "failed", "unknown")


def queue(
    desk: Desk,
    sheet: Sheet,
    kind: str,
    title: str,
    *,
    attendee_id: AttendeeId | None = None,
    serial: Serial | None = None,
) -> PrintJob:
    """Puts a sheet into the queue; it is on the disk when this returns."""
    now = desk.clock.now_ms()
    job = PrintJob(
        id=new_id(now), title=title, kind=kind, pdf=sheet.pdf, state="waiting", message="",
        queued_at=now, attendee_id=attendee_id, serial=serial,
    )  # fmt: skip
    with desk.record.writing() as writing:
        writing.save_print_job(job)
    return job


def settle(desk: Desk, job_id: str, state: str, message: str = "") -> PrintJob:
    """Says what became of a job; ``message`` is what the printer said, for staff.

    That of somebody who withdrew while it was at the printer is dropped, whatever became of it.
    """
    if state not in STATES:
        raise ValueError(state)
    job = next((job for job in desk.record.print_jobs() if job.id == job_id), None)
    if job is None:
        raise VisitorError("job_unknown", field="job")
    if job.attendee_id is not None and _has_withdrawn(desk, job.attendee_id):
        with desk.record.writing() as writing:
            writing.drop_print_job(job.id)
        return replace(job, state=state, pdf=b"")
    settled = replace(job, state=state, message=message[:500])
    if state == "done":
        settled = replace(settled, pdf=b"")  # a slip holds its visitor's secret code
    with desk.record.writing() as writing:
        writing.save_print_job(settled)
    return settled


def after_power_cut(desk: Desk) -> list[PrintJob]:
    """Jobs that were at the printer when the kiosk stopped: nobody knows, so staff is asked."""
    lost = [job for job in desk.record.print_jobs() if job.state == "sent"]
    return [settle(desk, job.id, "unknown") for job in lost]


def jobs(desk: Desk) -> list[PrintJob]:
    """Those not done, oldest first."""
    return desk.record.print_jobs()


def _has_withdrawn(desk: Desk, attendee_id: AttendeeId) -> bool:
    attendee = desk.record.attendee(attendee_id)
    return attendee is not None and attendee.masked
