"""kiosk certificate verify, revoke, gaps, page; kiosk campaign keys: what proves a certificate."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from kiosk import bootstrap_trust
from kiosk.bootstrap_trust import Checker
from kiosk.cli.output import DATA_WRONG, OK, Output, WrongUse
from kiosk.domain.clock import local_time, written_date
from kiosk.services.revoke import read_serial, revoke_certificate, rows_of_serials
from kiosk.services.verify import (
    RecordKnown,
    Verdict,
    explanation,
    known_until,
    note,
    sentence,
    worst,
)

if TYPE_CHECKING:
    from kiosk.bootstrap_desks import Desks
    from kiosk.services.desk import Desk

COORDINATOR = "coordinator"


def verify(options: argparse.Namespace, out: Output) -> int:
    """Whether a certificate is what it seems; with ``--data`` by a kiosk's own record too."""
    if options.data is None:
        checker = bootstrap_trust.checker(options.keys, options.campaign)
        return _tell(checker.check(options.what), out)
    from kiosk.cli.__main__ import opened

    with opened(options, out) as desk:
        today = local_time(desk.clock.now_ms(), desk.event.zone).date()
        return _tell(
            Checker(desk.attest, RecordKnown([desk.record], today)).check(options.what), out
        )


def verify_in(desks: Desks, options: argparse.Namespace, out: Output) -> int:
    """The same, by all that a merged store knows."""
    return _tell(bootstrap_trust.checker_in(desks).check(options.what), out)


def revoke(desk: Desk, options: argparse.Namespace, out: Output) -> int:
    """Takes a certificate back."""
    held = revoke_certificate(desk, read_serial(options.serial), COORDINATOR, options.reason)
    out.document(
        {"serial": held.serial, "status": held.status, "reason": held.reason}, [held.serial]
    )
    out.say("verify.revoked_now", serial=held.serial)
    return OK


def revoke_in(desks: Desks, options: argparse.Namespace, out: Output) -> int:
    """The same, of whichever event the serial is."""
    desks.signed()
    serial = read_serial(options.serial)
    there = desks.desks(options.event)
    holding = [desk for desk in there if desk.record.certificate(serial) is not None]
    if len(holding) > 1:
        raise WrongUse(f"--event {'|'.join(desk.event.id for desk in holding)}")
    return revoke((holding or there)[0], options, out)


def gaps(desk: Desk, options: argparse.Namespace, out: Output) -> int:
    """Which serials no certificate bears, and why."""
    return _tell_rows([desk], out)


def gaps_in(desks: Desks, options: argparse.Namespace, out: Output) -> int:
    """The same, of every device in a merged store."""
    return _tell_rows(desks.desks(options.event), out)


def keys(options: argparse.Namespace, out: Output) -> int:
    """A keys file of the campaign's folder: whose certificates are good, which laptops are lost."""
    if options.campaign is None:
        raise WrongUse("--campaign NAME-or-FOLDER | --in TARGET")
    return _write_keys(bootstrap_trust.keys_of_campaign(options.campaign), options, out)


def keys_in(desks: Desks, options: argparse.Namespace, out: Output) -> int:
    """A keys file that knows every certificate of a merged store that is no longer valid."""
    return _write_keys(bootstrap_trust.keys_of_store(desks), options, out)


def page(options: argparse.Namespace, out: Output) -> int:
    """The page for a phone's browser, from a keys file."""
    if options.keys is None:
        raise WrongUse("--keys FILE | --in TARGET")
    return _write_page(bootstrap_trust.open_keys(options.keys), options, out)


def page_in(desks: Desks, options: argparse.Namespace, out: Output) -> int:
    """The page for a phone's browser, with all that a merged store knows."""
    content = bootstrap_trust.keys_of_store(desks)
    return _write_page(bootstrap_trust.read_own(content), options, out)


def _tell(verdicts: Sequence[Verdict], out: Output) -> int:
    first = worst(verdicts)
    value = _told(first)
    if len(verdicts) > 1:
        value["certificates"] = [_told(one) for one in verdicts]
    out.document(value, [line for one in verdicts for line in _lines(one, out)])
    for told in (sentence, explanation, note, known_until):
        if said := told(first, out.words):
            out.tell(said)
    return OK if first.valid else DATA_WRONG


def _told(verdict: Verdict) -> dict[str, Any]:
    said, fate = verdict.attested, verdict.fate
    value: dict[str, Any] = {
        "valid": verdict.valid, "practice": verdict.practice, "status": str(verdict.status),
        "reason": verdict.reason,
        "as_of": None if verdict.as_of is None else verdict.as_of.isoformat(),
        "replaced_by": None if fate is None else fate.replaced_by or None,
    }  # fmt: skip
    if said is None:
        names = ("serial", "name", "campaign", "event", "day", "device")
        return value | dict.fromkeys(names)
    return value | {
        "serial": said.serial, "name": said.name, "campaign": said.campaign, "event": said.event,
        "day": said.day.isoformat(), "device": said.device_code,
    }  # fmt: skip


def _lines(verdict: Verdict, out: Output) -> list[str]:
    said = verdict.attested
    if said is None:
        return [sentence(verdict, out.words)]
    name = said.name or out.words.say("verify.by_hand")
    day = written_date(said.day)
    return [sentence(verdict, out.words), f"{name}  {said.serial}  {said.event}  {day}"]


def _tell_rows(desks: Sequence[Desk], out: Output) -> int:
    rows = rows_of_serials(desks)
    value = [
        {
            "event": row.event, "device": row.device_id, "code": row.code, "issued": row.issued,
            "erased": row.erased, "elsewhere": row.elsewhere,
            "gaps": [
                {"first": one.first, "last": one.last, "count": one.count} for one in row.gaps
            ],
        }
        for row in rows
    ]  # fmt: skip
    lines = []
    for row in rows:
        missing = ", ".join(
            one.first if one.count == 1 else f"{one.first} … {one.last}" for one in row.gaps
        )
        key = "verify.serials_missing" if row.gaps else "verify.serials_whole"
        lines.append(
            out.words.say(
                key, code=row.code or row.device_id, issued=row.issued, missing=missing,
                erased=row.erased, elsewhere=row.elsewhere,
            )
        )  # fmt: skip
    out.document(value, lines)
    return OK


def _write_keys(content: bytes, options: argparse.Namespace, out: Output) -> int:
    file = bootstrap_trust.read_own(content)
    bootstrap_trust.write_file(options.to, content)
    value = {
        "file": str(options.to), "campaign": file.trust.campaign, "fingerprint": file.fingerprint,
        "as_of": file.known.as_of.isoformat(), "lost": len(file.trust.lost_at),
        "ended": len(file.known.ended), "complete": file.known.complete,
        "practice": file.trust.practice,
    }  # fmt: skip
    out.document(value, [f"{options.to}  {file.fingerprint}"])
    out.say("verify.keys_written", file=options.to, fingerprint=file.fingerprint)
    return OK


def _write_page(file: bootstrap_trust.KeysFile, options: argparse.Namespace, out: Output) -> int:
    content = bootstrap_trust.page_of(file)
    bootstrap_trust.write_file(options.to, content)
    value = {
        "file": str(options.to), "bytes": len(content), "campaign": file.trust.campaign,
        "fingerprint": file.fingerprint, "as_of": file.known.as_of.isoformat(),
        "practice": file.trust.practice,
    }  # fmt: skip
    out.document(value, [f"{options.to}  {file.fingerprint}"])
    out.say("verify.page_written", file=options.to, fingerprint=file.fingerprint)
    return OK
