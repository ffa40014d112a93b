"""The print desk: what kiosks without a printer hand over, and what is printed from a slip.

One sheet is bound to one device. A kiosk that hands a sheet to a desk notes that on its disk
before the stick has it, and prints it no more; the list names the desk inside its seal, and a
desk takes each sheet once. So whatever happens to the stick, no two desks print the same sheet
unless a person takes it back, which the log keeps with the reason (decision 014).
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from kiosk.domain.attendee import Attendee, Certificate
from kiosk.domain.ids import new_id
from kiosk.errors import EnvironmentFault, VisitorError
from kiosk.services.certify import valid_certificate
from kiosk.services.desk import Desk
from kiosk.services.files import make_folder, write_durably
from kiosk.services.ports import PrintJob
from kiosk.services.print_files import (
    FOLDER,
    SHEETS,
    DeskCard,
    SheetList,
    card_name,
    files_on,
    list_name,
    pack_card,
    pack_list,
    read_cards,
    read_list,
)
from kiosk.services.printing import note_copy

_MOST_IN_A_LIST = 32 * 2**20  # bytes of pages
_FROM = " "  # in the batch of a foreign sheet, between its kiosk's code and its list


@dataclass(frozen=True, slots=True)
class Handed:
    """What was handed to a desk: the lists, and how many sheets."""

    desk: str
    files: tuple[Path, ...]
    sheets: int


@dataclass(frozen=True, slots=True)
class Loaded:
    """What a desk took off a stick."""

    fresh: tuple[PrintJob, ...] = ()
    known: tuple[PrintJob, ...] = ()  # taken before: printed, or waiting already
    withdrawn: int = 0
    others: tuple[str, ...] = ()  # codes of the desks for whom lists lie there
    refused: tuple[str, ...] = ()  # names of files that are none, or not of this event


@dataclass(frozen=True, slots=True)
class AtDesk:
    """Somebody who stands at the desk, with every sheet of theirs that this device has had."""

    attendee: Attendee
    jobs: tuple[PrintJob, ...]
    certificate: Certificate | None  # as far as this device knows


def own_card(desk: Desk) -> DeskCard:
    """This device, as a print desk."""
    return DeskCard(desk.device.id, desk.device.code)


def introduce(desk: Desk, stick: Path) -> Path:
    """Makes a stick this desk's own: kiosks that see its card put sheets beside it.

    Raises EnvironmentFault disk_full, folder_read_only, disk_error.
    """
    make_folder(stick / FOLDER)
    path = stick / FOLDER / card_name(own_card(desk))
    write_durably(path, pack_card(desk.seal, own_card(desk)))
    return path


def desks_on(desk: Desk, stick: Path) -> list[DeskCard]:
    """The print desks whose stick this is, without this device itself."""
    return [one for one in read_cards(desk.seal, stick) if one.device_id != desk.device.id]


def to_hand_over(desk: Desk) -> list[PrintJob]:
    """What waits here and could be handed to a desk: this kiosk's own certificates only. A slip
    holds its visitor's secret code; what another kiosk handed to this one is bound to this one.
    """
    return [
        job
        for job in desk.record.print_jobs()
        if job.kind == "certificate" and job.state in {"waiting", "failed"} and not sender_of(job)
    ]


def sender_of(job: PrintJob) -> str:
    """The code of the kiosk that handed a sheet to this one; "" for this kiosk's own."""
    sender, _, listed = job.batch.partition(_FROM)
    return sender if listed else ""


def hand_over(desk: Desk, card: DeskCard, stick: Path) -> Handed:
    """Hands everything that waits here to one desk, by its stick.

    Noted here first: if the stick is pulled out meanwhile, ``write_again`` puts the lists onto it
    once more. Raises EnvironmentFault as ``introduce``.
    """
    if card.device_id == desk.device.id:
        raise VisitorError("sheets_own_desk", field="sheets")
    lists = [
        SheetList(new_id(desk.clock.now_ms()), desk.device.code, card, jobs)
        for jobs in _in_lists(_with_pages(desk, to_hand_over(desk)))
    ]
    now = desk.clock.now_ms()
    with desk.record.writing() as writing:
        for one in lists:
            for job in one.jobs:
                handed = replace(
                    job, state="handed", printer=card.code, batch=one.id,
                    message=card.device_id, settled_at=now,
                )  # fmt: skip
                writing.save_print_job(handed)
    return _write(desk, card, stick, lists)


def handed_to(desk: Desk, card: DeskCard, limit: int = 5_000) -> list[PrintJob]:
    """What was handed to that desk and not taken back, the latest first."""
    return [
        job
        for job in desk.record.print_history(limit)
        if job.state == "handed" and job.message == card.device_id
    ]


def write_again(desk: Desk, card: DeskCard, stick: Path) -> Handed:
    """Puts every list for that desk onto its stick once more; the desk takes each sheet once."""
    by_list: dict[str, list[PrintJob]] = {}
    for job in _with_pages(desk, handed_to(desk, card)):
        by_list.setdefault(job.batch, []).append(job)
    lists = [
        SheetList(name, desk.device.code, card, tuple(reversed(jobs)))
        for name, jobs in sorted(by_list.items())
    ]
    return _write(desk, card, stick, lists)


def take_back(desk: Desk, job_id: str, actor: str, reason: str) -> PrintJob:
    """A sheet that was handed over waits here again: it may come out twice, so the log has why.

    Raises VisitorError ``reason_missing``, ``job_unknown``.
    """
    if not reason.strip():
        raise VisitorError("reason_missing", field="reason", code="required")
    job = desk.record.print_job(job_id)
    if job is None or job.state != "handed":
        raise VisitorError("job_unknown", field="job")
    back = replace(job, state="waiting", printer="", batch="", message="", settled_at=0)
    with desk.record.writing() as writing:
        told = f"{reason.strip()} ({job.printer})"
        note_copy(writing, back, actor, told, desk.clock.now_ms())
        writing.save_print_job(back)
    return back


def load(desk: Desk, stick: Path) -> Loaded:
    """Takes from a stick what was handed to this desk; nothing is printed by that.

    A list is deleted from the stick once its sheets are on the disk here.
    """
    found = Loaded()
    for path in files_on(stick, SHEETS):
        try:
            sheets = read_list(desk.seal, path)
        except (VisitorError, EnvironmentFault):
            found = replace(found, refused=(*found.refused, path.name))
            continue
        if sheets.desk.device_id != desk.device.id:
            found = replace(found, others=tuple(dict.fromkeys((*found.others, sheets.desk.code))))
            continue
        found = _take(desk, sheets, found)
        with suppress(OSError):
            path.unlink()
    return found


def at_desk(desk: Desk, attendee: Attendee) -> AtDesk:
    """What this device has, had and knows for somebody who stands at the desk."""
    certificate = valid_certificate(desk, attendee)
    return AtDesk(attendee, tuple(desk.record.print_jobs_of(attendee.id)), certificate)


def sheets_about(desk: Desk, text: str, limit: int) -> list[PrintJob]:
    """The sheets here, waiting ones first, whose title has this number, serial or name in it."""
    wanted = unicodedata.normalize("NFC", text[:80]).casefold().strip()
    every = [*desk.record.print_jobs(), *desk.record.print_history(5_000)]
    found = [job for job in every if job.kind == "certificate" and wanted in job.title.casefold()]
    return found[:limit] if wanted else []


def _take(desk: Desk, sheets: SheetList, found: Loaded) -> Loaded:
    fresh, known, withdrawn = list(found.fresh), list(found.known), found.withdrawn
    with desk.record.writing() as writing:
        for job in sheets.jobs:
            held = desk.record.print_job(job.id)
            who = None if job.attendee_id is None else desk.record.attendee(job.attendee_id)
            if held is not None:
                known.append(held)
            elif who is not None and who.masked:
                withdrawn += 1
            else:
                fresh.append(replace(job, batch=f"{sheets.sender}{_FROM}{sheets.id}"))
                writing.save_print_job(fresh[-1])
    return replace(found, fresh=tuple(fresh), known=tuple(known), withdrawn=withdrawn)


def _with_pages(desk: Desk, jobs: Sequence[PrintJob]) -> list[PrintJob]:
    """With names and numbers in their titles: at the desk they are found by these."""
    found = []
    for listed in jobs:
        job = desk.record.print_job(listed.id)
        if job is None or not job.pdf:
            continue
        who = None if job.attendee_id is None else desk.record.attendee(job.attendee_id)
        held = None if job.serial is None else desk.record.certificate(job.serial)
        if who is not None and held is not None and not who.masked:
            job = replace(job, title=f"{held.serial} {held.name} ({who.number})")
        found.append(job)
    return found


def _in_lists(jobs: Sequence[PrintJob]) -> list[tuple[PrintJob, ...]]:
    lists: list[list[PrintJob]] = [[]]
    size = 0
    for job in jobs:
        if lists[-1] and size + len(job.pdf) > _MOST_IN_A_LIST:
            lists.append([])
            size = 0
        lists[-1].append(job)
        size += len(job.pdf)
    return [tuple(one) for one in lists if one]


def _write(desk: Desk, card: DeskCard, stick: Path, lists: Sequence[SheetList]) -> Handed:
    make_folder(stick / FOLDER)
    files = []
    for one in lists:
        files.append(stick / FOLDER / list_name(one))
        write_durably(files[-1], pack_list(desk.seal, one))
    return Handed(card.code, tuple(files), sum(len(one.jobs) for one in lists))
