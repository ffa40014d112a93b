"""The print queue: a job lives in the record until somebody says that its paper came out.

Nothing is printed by itself: not after a cut, not when a printer appears, not when a stick does.
"""

from __future__ import annotations

from dataclasses import replace

from kiosk.domain.change import ChangeDraft
from kiosk.domain.ids import AttendeeId, Serial, new_id
from kiosk.errors import VisitorError
from kiosk.services.desk import Desk
from kiosk.services.paper import Sheet
from kiosk.services.ports import KINDS_OF_SHEETS, PrintJob, Writing

STATES = ("waiting", "sent", "done", "failed", "unknown", "cancelled", "handed")
OPEN = frozenset({"waiting", "failed", "unknown"})  # what staff may print, cancel or hand over
LONGEST_MESSAGE = 500

# What may be chosen for a kind of sheet besides the name of a printer.
SYSTEMS_OWN = ""  # whichever the system calls its default
NOT_HERE = "-"  # sheets wait in the queue: for staff, or to be handed to a print desk
BY_SLIP = "-slip"  # certificates only: this kiosk issues none, a print desk does from the slip
NO_PRINTERS = frozenset({NOT_HERE, BY_SLIP})
LONGEST_PRINTER = 200


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
    job = new_job(desk, sheet, kind, title, attendee_id=attendee_id, serial=serial)
    with desk.record.writing() as writing:
        writing.save_print_job(job)
    return job


def new_job(
    desk: Desk,
    sheet: Sheet,
    kind: str,
    title: str,
    *,
    attendee_id: AttendeeId | None = None,
    serial: Serial | None = None,
    batch: str = "",
) -> PrintJob:
    """A sheet that waits, to be saved by whoever asks for it."""
    now = desk.clock.now_ms()
    return PrintJob(
        id=new_id(now), title=title, kind=kind, pdf=sheet.pdf, state="waiting", message="",
        queued_at=now, attendee_id=attendee_id, serial=serial, batch=batch,
    )  # fmt: skip


def begin_printing(desk: Desk, job_id: str) -> PrintJob | None:
    """The sheet with its pages, noted as sent *before* the printer gets it: after a cut it is
    then "unknown", and never printed twice unasked. None where it is not to be printed any more.
    """
    job = desk.record.print_job(job_id)
    if job is None or job.state not in OPEN or not job.pdf:
        return None
    sent = replace(job, state="sent", message="", settled_at=desk.clock.now_ms())
    with desk.record.writing() as writing:
        writing.save_print_job(sent)
    return sent


def settle(desk: Desk, job_id: str, state: str, message: str = "") -> PrintJob:
    """Says what became of a job; ``message`` is what the printer said, for staff.

    That of somebody who withdrew while it was at the printer is dropped, whatever became of it.
    """
    if state not in STATES:
        raise ValueError(state)
    job = _held(desk, job_id)
    if job.attendee_id is not None and _has_withdrawn(desk, job.attendee_id):
        with desk.record.writing() as writing:
            writing.drop_print_job(job.id)
        return replace(job, state=state, pdf=b"")
    settled = replace(
        job, state=state, message=message[:LONGEST_MESSAGE], settled_at=desk.clock.now_ms()
    )
    if state in {"done", "cancelled"} and not _is_only_copy(desk, job):
        settled = replace(settled, pdf=b"")  # a slip holds its visitor's secret code
    with desk.record.writing() as writing:
        writing.save_print_job(settled)
    return settled


def give_to(desk: Desk, job_id: str, printer: str) -> PrintJob:
    """Another printer for one sheet that has not come out. VisitorError ``job_unknown``."""
    job = _held(desk, job_id)
    if job.state not in OPEN:
        raise VisitorError("job_unknown", field="job")
    given = replace(job, printer=printer[:LONGEST_PRINTER])
    with desk.record.writing() as writing:
        writing.save_print_job(given)
    return given


def cancel_batch(desk: Desk, batch: str, actor: str) -> int:
    """What of a batch has not gone to a printer yet will not; how many sheets that were."""
    now, message = desk.clock.now_ms(), f"batch, {actor}"[:LONGEST_MESSAGE]
    held = [job for job in desk.record.print_jobs() if job.batch == batch]
    waiting = [job for job in held if job.state in {"waiting", "failed"}]
    with desk.record.writing() as writing:
        for job in waiting:  # a list tells of no pages, so that this lets them go
            writing.save_print_job(replace(job, state="cancelled", message=message, settled_at=now))
    return len(waiting)


def print_again(desk: Desk, job_id: str, actor: str, reason: str) -> PrintJob:
    """A sheet that came out here once more, byte for byte; the log says who asked and why.

    Raises VisitorError ``reason_missing``, and ``job_unknown`` where its pages are gone.
    """
    if not reason.strip():
        raise VisitorError("reason_missing", field="reason", code="required")
    job = _held(desk, job_id)
    if job.state not in {"done", "cancelled"} or not job.pdf:
        raise VisitorError("job_unknown", field="job")
    now = desk.clock.now_ms()
    again = replace(
        job, id=new_id(now), state="waiting", message="", queued_at=now, settled_at=0, batch=""
    )
    with desk.record.writing() as writing:
        note_copy(writing, again, actor, reason, now)
        writing.save_print_job(again)
    return again


def note_copy(writing: Writing, job: PrintJob, actor: str, reason: str, now: int) -> None:
    """Notes in the log that one more paper may exist of a sheet that stays the same."""
    body = {"serial": job.serial or "", "kind": job.kind, "reason": reason.strip()[:200], "at": now}
    writing.write(ChangeDraft("print", new_id(now), "create", actor, body, job.attendee_id))


def after_power_cut(desk: Desk) -> list[PrintJob]:
    """Jobs that were at the printer when the kiosk stopped: nobody knows, so staff is asked."""
    lost = [job for job in desk.record.print_jobs() if job.state == "sent"]
    return [settle(desk, job.id, "unknown") for job in lost]


def jobs(desk: Desk) -> list[PrintJob]:
    """Those that somebody still waits for, oldest first."""
    return desk.record.print_jobs()


def choose_printer(desk: Desk, kind: str, printer: str) -> dict[str, str]:
    """Remembers which printer takes one kind of sheet; all choices as they are now."""
    if kind not in KINDS_OF_SHEETS or (printer == BY_SLIP and kind != "certificate"):
        raise ValueError(f"{kind}: {printer}")
    with desk.record.writing() as writing:
        writing.choose_printer(kind, printer[:LONGEST_PRINTER])
    return dict(desk.record.print_choices())


def _held(desk: Desk, job_id: str) -> PrintJob:
    job = desk.record.print_job(job_id)
    if job is None:
        raise VisitorError("job_unknown", field="job")
    return job


def _is_only_copy(desk: Desk, job: PrintJob) -> bool:
    """Of another kiosk's certificate there is nothing here to draw it again from."""
    return (
        job.kind == "certificate"
        and job.serial is not None
        and desk.record.certificate(job.serial) is None
    )


def _has_withdrawn(desk: Desk, attendee_id: AttendeeId) -> bool:
    attendee = desk.record.attendee(attendee_id)
    return attendee is not None and attendee.masked
