"""What works in a merged store too: find, correct, withdraw, reissue, export, audit, sync."""

from __future__ import annotations

import argparse
from typing import Any

from kiosk.bootstrap_desks import Desks
from kiosk.cli import carrying, evening, paper, people
from kiosk.cli.output import Output
from kiosk.cli.reading import secret
from kiosk.domain.attendee import Attendee
from kiosk.errors import EnvironmentFault, VisitorError
from kiosk.services.desk import Desk
from kiosk.services.exporting import ExportedFile, ExportRequest
from kiosk.services.ports import Verification


def find(desks: Desks, options: argparse.Namespace, out: Output) -> int:
    """Visitors of all events, or of one."""
    from kiosk.services.find import find_everywhere

    desks.index(lambda done, of: out.progress("carry.step_index", done, of))
    there = desks.desks(options.event)

    def hits(text: str) -> list[dict[str, Any]]:
        return [
            {**people.hit_told(hit), "event": desk.event.id}
            for desk, hit in find_everywhere(there, text, options.limit)
        ]

    return people.tell_hits(options, out, hits)


def correct(desks: Desks, options: argparse.Namespace, out: Output) -> int:
    """Changes fields of a visitor of any event; the log keeps both."""
    desks.signed()
    return people.correct_one(*_visitor(desks, options), options, out)


def withdraw(desks: Desks, options: argparse.Namespace, out: Output) -> int:
    """Masks at once whoever holds the code, at whichever event."""
    from kiosk.services.withdraw import withdraw_with_code

    desks.signed()
    code = options.code
    if code == "-":
        code = secret("-", out.words.say("command.ask_receipt_code"))
    there = desks.desks(options.event)
    for desk in there[:-1]:
        try:
            done = withdraw_with_code(desk, code)
        except VisitorError as error:
            if error.key != "code_unknown":
                raise
        else:
            return people.tell_withdrawn(done, out)
    if not there:
        raise EnvironmentFault("store_empty")
    number = options.number if len(there) == 1 else ""
    return people.tell_withdrawn(withdraw_with_code(there[-1], code, number), out)


def reissue(desks: Desks, options: argparse.Namespace, out: Output) -> int:
    """A certificate again, under a serial of the store's own device."""
    desks.signed()
    return paper.reissue_to(*_visitor(desks, options), options, out)


def export(desks: Desks, options: argparse.Namespace, out: Output) -> int:
    """All events as tables, or one."""
    from kiosk.services.closing import export_together

    there = desks.desks(options.event)
    if not there:
        raise EnvironmentFault("store_empty")
    if options.day is not None:
        there = [one for one in there if one.event.day.isoformat() == options.day] or there
    request = evening.request_of(there[0], options, options.to)

    def write(asked: ExportRequest) -> list[ExportedFile]:
        return desks.export(asked, [one.event.id for one in there])

    files = export_together(there, evening.COORDINATOR, request, write)
    return evening.tell_files(files, out)


def audit(desks: Desks, options: argparse.Namespace, out: Output) -> int:
    """Checks the whole log: every chain of every event."""
    there = desks.desks(options.event)
    found = there[0].record.verify() if there else Verification(0, ok=True, broken_at=None, head="")
    return evening.tell_audit(found, out)


def sync(desks: Desks, options: argparse.Namespace, out: Output) -> int:
    """Carries on what was written in the store itself."""
    result = desks.sync(options.target, options.credentials, carrying.progress_of(out))
    return carrying.tell_synced(desks.desks(), result, out)


def _visitor(desks: Desks, options: argparse.Namespace) -> tuple[Desk, Attendee]:
    from kiosk.services.find import find_one_of

    return find_one_of(desks.desks(options.event), options.number)
