"""kiosk export, close-day, audit."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

from kiosk.bootstrap import OUTBOX
from kiosk.cli.options import FORMATS
from kiosk.cli.output import DATA_WRONG, OK, Output, WrongUse
from kiosk.cli.reading import key_lines
from kiosk.domain.batch import SealedBatch
from kiosk.domain.language import Tag
from kiosk.errors import EnvironmentFault
from kiosk.services import closing
from kiosk.services.desk import Desk
from kiosk.services.exporting import ExportedFile, ExportRequest
from kiosk.services.ports import Verification

COORDINATOR = "coordinator"


def export(desk: Desk, options: argparse.Namespace, out: Output) -> int:
    """The day's database for people and programs, verified by reading back."""
    files = closing.export_day(desk, COORDINATOR, request_of(desk, options, options.to))
    return tell_files(files, out)


def tell_files(files: list[ExportedFile], out: Output) -> int:
    """What was written."""
    out.document({"files": _files(files)}, [str(file.path) for file in files])
    return OK


def close_day(desk: Desk, options: argparse.Namespace, out: Output) -> int:
    """What is open, then summary, export and sealed batches."""
    folder = options.to or _closing_folder(desk, options)

    def step(name: str, done: int, of: int) -> None:
        out.progress(f"command.step_{name}", done, of)

    closed = closing.close_day(desk, COORDINATOR, request_of(desk, options, folder), step)
    still_open = {
        "drafts": closed.open.drafts,
        "printing": closed.open.printing,
        "certificates_due": closed.open.certificates_due,
    }
    summary = {"path": str(closed.summary), "rows": 1, "sha256": None}
    files = [summary, *_files(closed.files), *_sealed(desk, closed.batches)]
    out.document(
        {
            "open": still_open,
            "files": files,
            "anonymous": closed.anonymous,
            "head": closed.head,
        },
        [str(file["path"]) for file in files],
    )
    return OK


def audit(desk: Desk, options: argparse.Namespace, out: Output) -> int:
    """Checks the log's chain from the first entry on."""
    return tell_audit(desk.record.verify(), out)


def tell_audit(found: Verification, out: Output) -> int:
    """What checking the log gave."""
    value = {
        "entries": found.entries,
        "ok": found.ok,
        "broken_at": found.broken_at,
        "head": found.head,
        "reason": found.reason,
    }
    key = "command.audit_ok" if found.ok else "command.audit_broken"
    out.document(value, [out.words.say(key, entries=found.entries, at=found.broken_at)])
    return OK if found.ok else DATA_WRONG


def _closing_folder(desk: Desk, options: argparse.Namespace) -> Path:
    """Sealed files may lie in the data folder; names in clear may not."""
    if options.plain:
        raise WrongUse("--plain: --to DIR")
    folder = desk.folder / "closing"
    try:
        folder.mkdir(exist_ok=True)
    except OSError as error:
        raise EnvironmentFault("folder_missing", path=folder) from error
    return folder


def request_of(desk: Desk, options: argparse.Namespace, folder: Path) -> ExportRequest:
    """What the options ask to be exported; WrongUse where that cannot be."""
    formats = tuple(part for part in options.format.split(",") if part)
    if not formats or not set(formats) <= set(FORMATS):
        raise WrongUse(out_of(FORMATS, options.format))
    if options.day is not None and options.day != desk.event.day.isoformat():
        raise WrongUse(f"--day {options.day}: {desk.event.day.isoformat()}")
    if options.language not in desk.words:
        raise WrongUse(out_of(tuple(desk.words), options.language))
    return ExportRequest(
        folder=folder,
        formats=formats,
        plain=options.plain,
        recipients=tuple(key for name in options.recipient for key in key_lines(name)),
        language=Tag(options.language),
    )


def out_of(allowed: tuple[str, ...], given: str) -> str:
    """Says what would have been allowed."""
    return f"{given}: {', '.join(allowed)}"


def _files(files: list[ExportedFile] | tuple[ExportedFile, ...]) -> list[dict[str, object]]:
    return [{"path": str(file.path), "rows": file.rows, "sha256": file.sha256} for file in files]


def _sealed(desk: Desk, batches: Sequence[SealedBatch]) -> list[dict[str, object]]:
    outbox = desk.folder / OUTBOX
    return [
        {
            "path": str(outbox / one.name),
            "rows": one.span.last - one.span.first + 1,
            "sha256": one.sha256,
        }
        for one in batches
    ]
