"""kiosk typeset and kiosk certificate: issue, batch, specimen."""

from __future__ import annotations

import argparse
from pathlib import Path

from kiosk import bootstrap_paper
from kiosk.cli.output import DATA_WRONG, OK, Output, WrongUse
from kiosk.domain.attendee import Attendee
from kiosk.domain.language import Tag
from kiosk.errors import EnvironmentFault
from kiosk.services.certify import (
    Batch,
    Issued,
    Progress,
    issue_certificate,
    issue_due,
    prepare_certificate,
    reissue_certificate,
)
from kiosk.services.desk import Desk
from kiosk.services.files import settle, written_file
from kiosk.services.find import find_one
from kiosk.services.ordering import by_name
from kiosk.services.piles import Selection, chosen

COORDINATOR = "coordinator"


def typeset(options: argparse.Namespace, out: Output) -> int:
    """One line alone on its page, as a proof before an event."""
    from kiosk.typesetting.proof import prove

    fonts = () if options.font is None else (options.font,)
    proof = prove(
        bootstrap_paper.make_typesetter(fonts),
        options.text,
        language=options.language,
        to=options.to,
        size_pt=options.size,
        bold=options.bold,
    )
    value = {
        "font_files": list(proof.font_files),
        "width_pt": proof.width_pt,
        "missing": list(proof.missing),
        "file": None if proof.missing else str(options.to),
    }
    out.document(value, list(proof.font_files))
    if proof.missing:
        out.say("command.missing_characters", missing=" ".join(proof.missing))
        return DATA_WRONG
    return OK


def issue(desk: Desk, options: argparse.Namespace, out: Output) -> int:
    """Issues one certificate, or gives again the one that this visitor holds."""
    prepared = prepare_certificate(desk, find_one(desk, options.number))
    target = options.to or Path(f"{prepared.content.serial}.pdf")
    with written_file(target) as stream:
        stream.write(prepared.sheet.pdf)
        settle(stream)  # a full disk is found before the certificate counts as issued
        issued = issue_certificate(desk, prepared, COORDINATOR)
        if issued.sheet is not prepared.sheet:
            stream.seek(0)
            stream.truncate()
            stream.write(issued.sheet.pdf)
    return _tell_issued(issued, target, out)


def reissue(desk: Desk, options: argparse.Namespace, out: Output) -> int:
    """One again, under a new serial; the old one is marked as replaced."""
    return reissue_to(desk, find_one(desk, options.number), options, out)


def reissue_to(desk: Desk, attendee: Attendee, options: argparse.Namespace, out: Output) -> int:
    """This visitor's certificate again."""

    def target(issued: Issued) -> Path:
        return options.to or Path(f"{issued.certificate.serial}.pdf")

    def deliver(issued: Issued) -> None:
        with written_file(target(issued)) as stream:
            stream.write(issued.sheet.pdf)

    issued = reissue_certificate(desk, attendee, COORDINATOR, options.reason, deliver)
    return _tell_issued(issued, target(issued), out)


def batch(desk: Desk, options: argparse.Namespace, out: Output) -> int:
    """Issues all that are due, by name, into one file or a file each."""
    _known(desk, options)
    if str(options.to).endswith("/") or (options.to.suffix == "" and not options.to.is_dir()):
        raise EnvironmentFault("folder_missing", path=options.to)
    pages: list[int] = []

    def told(done: int, of: int) -> None:
        out.progress("command.step_certificates", done, of)

    def deliver(due: Batch) -> None:
        write = _write_folder if options.to.is_dir() else _write_file
        pages.append(write(desk, due, options.to, told))

    selection = Selection(options.does, options.session)
    language = Tag(options.language or next(iter(desk.languages)))
    due = issue_due(
        desk,
        COORDINATOR,
        deliver,
        attended=None if options.due is None else options.due == "attended",
        progress=told,
        arrange=lambda people: by_name(
            chosen(desk, people, selection), lambda one: one.name, language
        ),
    )
    value = {
        "certificates": [
            {"serial": one.serial, "name": one.name, "attendee": one.attendee_id}
            for one in due.certificates
        ],
        "file": str(options.to) if due.certificates else None,
        "pages": sum(pages),
        "blank": list(due.blank),
    }
    out.document(value, [f"{one.serial}  {one.name}" for one in due.certificates])
    if not due.certificates:
        out.say("command.nothing_due")
    _tell_blank(out, list(due.blank))
    return OK


def _known(desk: Desk, options: argparse.Namespace) -> None:
    """A role, session or language that nobody has would quietly issue nothing."""
    known: dict[str, list[str]] = {
        "does": [one.code for one in desk.campaign.does],
        "session": [one.id for one in desk.event.sessions],
        "language": [str(tag) for tag in desk.words],
    }
    for name, values in known.items():
        given = getattr(options, name)
        if given and given not in values:
            raise WrongUse(f"--{name} {given}: {', '.join(values)}")


def _tell_issued(issued: Issued, target: Path, out: Output) -> int:
    certificate = issued.certificate
    blank = [certificate.name] if certificate.blank else []
    value = {
        "serial": certificate.serial,
        "file": str(target),
        "pages": issued.sheet.pages,
        "blank": blank,
    }
    out.document(value, [f"{certificate.serial}  {target}"])
    _tell_blank(out, blank)
    return OK


def _write_folder(desk: Desk, due: Batch, folder: Path, told: Progress) -> int:
    pages = 0
    written: list[Path] = []
    try:
        for content in due.contents:
            sheet = desk.paper.certificate(content)
            written.append(folder / f"{content.serial}.pdf")
            with written_file(written[-1]) as stream:
                stream.write(sheet.pdf)
            pages += sheet.pages
            told(pages, len(due.contents))
    except BaseException:  # none of these serials counts: no paper may bear one
        for path in written:
            path.unlink(missing_ok=True)
        raise
    return pages


def _write_file(desk: Desk, due: Batch, file: Path, told: Progress) -> int:
    """One file, page by page: it is there when it is whole."""
    with written_file(file) as stream:
        written = desk.paper.write_certificates(
            due.contents, stream, lambda done: told(done, len(due.contents))
        )
    return written.pages


def _tell_blank(out: Output, names: list[str]) -> None:
    if names:
        out.say("command.blank_names", names=", ".join(names))
