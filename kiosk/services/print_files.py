"""What lies on a print desk's stick: the desk's card, and lists of sheets for that desk alone.

    samvad-print/desk-KA6-<device>.card             who prints what is put beside it
    samvad-print/<list>-for-KA6-from-KA1.sheets     sheets with their pages

Both are sealed for the event's devices. A list names its desk inside the seal: a copy of the
stick, or of the file, is of no use to any other desk.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kiosk.domain.ids import AttendeeId, DeviceId, Serial
from kiosk.errors import EnvironmentFault, VisitorError
from kiosk.services.files import read_within
from kiosk.services.ports import KINDS_OF_SHEETS, PrintJob
from kiosk.services.sealing import Seal

FOLDER = "samvad-print"
CARD, SHEETS = ".card", ".sheets"
_LARGEST_CARD, _LARGEST_FILE = 4_096, 64 * 2**20
_MOST_FILES, _MOST_SHEETS, _LARGEST_TITLE = 400, 5_000, 400
_WIDTH = 4  # bytes of the length that leads


@dataclass(frozen=True, slots=True)
class DeskCard:
    """A print desk as it introduces itself on its stick."""

    device_id: DeviceId
    code: str


@dataclass(frozen=True, slots=True)
class SheetList:
    """Sheets that one kiosk handed to one desk; nobody else prints them any more."""

    id: str
    sender: str  # the kiosk's code
    desk: DeskCard
    jobs: tuple[PrintJob, ...]


def pack_card(seal: Seal, card: DeskCard) -> bytes:
    """The card as a file."""
    told = {"device": card.device_id, "code": card.code}
    return seal.seal_file("print desk", json.dumps(told).encode())


def read_cards(seal: Seal, stick: Path) -> list[DeskCard]:
    """The desks of this event that prepared the stick; whatever else lies there is passed over."""
    found = []
    for path in files_on(stick, CARD):
        try:
            told = json.loads(seal.open_file("print desk", _read(path, _LARGEST_CARD)))
            found.append(DeskCard(DeviceId(str(told["device"])), str(told["code"])[:16]))
        except (VisitorError, EnvironmentFault, ValueError, KeyError, TypeError):
            continue
    return found


def pack_list(seal: Seal, sheets: SheetList) -> bytes:
    """The list as a file: its length, what is told of each sheet, then their pages in a row."""
    told = {
        "list": sheets.id,
        "from": sheets.sender,
        "desk": {"device": sheets.desk.device_id, "code": sheets.desk.code},
        "sheets": [_told(job) for job in sheets.jobs],
    }
    head = json.dumps(told, ensure_ascii=False).encode()
    pages = b"".join(job.pdf for job in sheets.jobs)
    return seal.seal_file("sheets", len(head).to_bytes(_WIDTH) + head + pages)


def read_list(seal: Seal, path: Path) -> SheetList:
    """Raises VisitorError ``sheets_unreadable``, ``sheets_other_event``, ``sheets_forged``."""
    content = seal.open_file("sheets", _read(path, _LARGEST_FILE))
    try:
        end = _WIDTH + int.from_bytes(content[:_WIDTH])
        told = json.loads(content[_WIDTH:end])
        desk = DeskCard(DeviceId(str(told["desk"]["device"])), str(told["desk"]["code"])[:16])
        jobs, at = [], end
        for one in told["sheets"][:_MOST_SHEETS]:
            pdf = content[at : at + int(one["bytes"])]
            at += len(pdf)
            jobs.append(_job(one, pdf))
        return SheetList(str(told["list"])[:64], str(told["from"])[:16], desk, tuple(jobs))
    except (ValueError, KeyError, TypeError) as error:
        raise VisitorError("sheets_unreadable", field="sheets") from error


def list_name(sheets: SheetList) -> str:
    """The file's name, the same whenever it is written again."""
    return f"{sheets.id}-for-{sheets.desk.code}-from-{sheets.sender}{SHEETS}"


def card_name(card: DeskCard) -> str:
    """The file's name: two desks that were given one code by mistake have two cards."""
    return f"desk-{card.code}-{card.device_id[:8]}{CARD}"


def files_on(stick: Path, suffix: str) -> list[Path]:
    """The files of one sort on a stick, by name; none where there is no such folder."""
    try:
        found = [one for one in (stick / FOLDER).iterdir() if one.suffix == suffix]
    except OSError:
        return []
    return sorted(found)[:_MOST_FILES]


def _told(job: PrintJob) -> dict[str, Any]:
    return {
        "id": job.id, "title": job.title, "kind": job.kind, "serial": job.serial,
        "attendee": job.attendee_id, "at": job.queued_at, "bytes": len(job.pdf),
        "sha256": hashlib.sha256(job.pdf).hexdigest(),
    }  # fmt: skip


def _job(told: Any, pdf: bytes) -> PrintJob:  # noqa: ANN401 - JSON holds anything
    serial, attendee = told["serial"], told["attendee"]
    if told["kind"] not in KINDS_OF_SHEETS or hashlib.sha256(pdf).hexdigest() != told["sha256"]:
        raise ValueError(told["id"])
    return PrintJob(
        id=str(told["id"])[:64], title=str(told["title"])[:_LARGEST_TITLE], kind=told["kind"],
        pdf=pdf, state="waiting", message="", queued_at=int(told["at"]),
        attendee_id=None if attendee is None else AttendeeId(str(attendee)[:64]),
        serial=None if serial is None else Serial(str(serial)[:64]),
    )  # fmt: skip


def _read(path: Path, most: int) -> bytes:
    content = read_within(path, most, "file_unreadable")
    if content is None:
        raise VisitorError("sheets_unreadable", field="sheets")
    return content
