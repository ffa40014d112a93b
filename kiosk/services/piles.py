"""Certificates as a pile: of the day, of a role or of a session, in the order of the names.

A pile is queued a few sheets at a time, each few in one transaction, so that a registration
never waits for it; whatever stops it, what was issued is in the queue, and the rest is still due.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from kiosk.domain.attendee import Attendee
from kiosk.domain.ids import AttendeeId, new_id
from kiosk.domain.language import Tag
from kiosk.services.certify import Batch, issue_to, valid_certificate
from kiosk.services.desk import Desk
from kiosk.services.ordering import by_name
from kiosk.services.ports import PrintJob, Writing
from kiosk.services.printing import new_job

A_FEW = 4  # certificates in a transaction: some 30 ms


@dataclass(frozen=True, slots=True)
class Selection:
    """Whose certificates: "" for any. ``attended`` None: as the event asks."""

    does: str = ""
    session: str = ""
    attended: bool | None = None


@dataclass(frozen=True, slots=True)
class Wanted:
    """One certificate of a pile; it is issued already where a job waits in the queue."""

    name: str
    attendee_id: AttendeeId
    job_id: str = ""


@dataclass(frozen=True, slots=True)
class Pile:
    """What is to be printed together, by name."""

    id: str
    wanted: tuple[Wanted, ...]
    attended: bool | None


@dataclass(frozen=True, slots=True)
class Queued:
    """Some sheets of a pile in the queue; ``blank`` names those that need a pen."""

    jobs: tuple[PrintJob, ...]
    blank: tuple[str, ...]


def chosen(desk: Desk, people: Iterable[Attendee], selection: Selection) -> list[Attendee]:
    """Those of a selection."""
    found = [one for one in people if selection.does in {"", one.does}]
    if not selection.session:
        return found
    return [
        one
        for one in found
        if any(fact.session_id == selection.session for fact in desk.record.check_ins(one.id))
    ]


def pile_of(desk: Desk, selection: Selection, language: Tag) -> Pile:
    """Every certificate of a selection that is due, or issued and still waiting to be printed;
    in the order of that language. Nothing is written.
    """
    attended = desk.event.asks_check_in if selection.attended is None else selection.attended
    due = desk.record.without_certificate(attended=attended)
    wanted = [Wanted(one.name, one.id) for one in chosen(desk, due, selection)]
    waiting: dict[AttendeeId, tuple[Attendee, PrintJob]] = {}
    for job in desk.record.print_jobs():
        if job.kind == "certificate" and job.state == "waiting" and job.attendee_id is not None:
            attendee = desk.record.attendee(job.attendee_id)
            if attendee is not None and not attendee.masked:
                waiting[attendee.id] = attendee, job
    meant = {one.id for one in chosen(desk, [one for one, _ in waiting.values()], selection)}
    wanted += [Wanted(one.name, one.id, job.id) for one, job in waiting.values() if one.id in meant]
    in_order = by_name(wanted, lambda one: one.name, language)
    return Pile(new_id(desk.clock.now_ms()), tuple(in_order), attended)


def due_only(pile: Pile) -> Pile:
    """Without what was issued before and waits in the queue for somebody else's word."""
    return replace(pile, wanted=tuple(one for one in pile.wanted if not one.job_id))


def queue_some(desk: Desk, pile: Pile, at: int, actor: str) -> Queued:
    """Issues and queues a few sheets from position ``at``; those that were issued or withdrawn
    since are passed over. What is returned waits in the queue, in the order of the pile.
    """
    few = pile.wanted[at : at + A_FEW]
    made: dict[AttendeeId, PrintJob] = {}

    def also(writing: Writing, batch: Batch) -> None:
        for certificate, content in zip(batch.certificates, batch.contents, strict=True):
            job = new_job(
                desk, desk.paper.certificate(content), "certificate",
                f"{certificate.serial} {certificate.name}", batch=pile.id,
                attendee_id=certificate.attendee_id, serial=certificate.serial,
            )  # fmt: skip
            writing.save_print_job(job)
            made[certificate.attendee_id] = job

    issued = issue_to(desk, _still_due(desk, few), actor, also)
    for one in few:
        held = desk.record.print_job(one.job_id) if one.job_id else None
        if held is not None and held.state == "waiting":
            made[one.attendee_id] = replace(held, batch=pile.id)
            with desk.record.writing() as writing:
                writing.save_print_job(made[one.attendee_id])
    return Queued(
        tuple(made[one.attendee_id] for one in few if one.attendee_id in made), issued.blank
    )


def _still_due(desk: Desk, few: Sequence[Wanted]) -> list[Attendee]:
    """Those of a few who have no certificate: asked of each, as a whole event is long to read."""
    people = [desk.record.attendee(one.attendee_id) for one in few]
    return [
        one
        for one in people
        if one is not None and not one.masked and valid_certificate(desk, one) is None
    ]
