"""The commands and their options, as CLI's users know them."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

FORMATS = ("sqlite", "csv", "xlsx")
LATER = argparse.SUPPRESS


def parser(version: str) -> argparse.ArgumentParser:
    """The whole command line. Common options may stand before or after the command."""
    top = argparse.ArgumentParser(
        prog="kiosk",
        description="Register visitors, collect feedback, issue certificates and export the day.",
        parents=[_common(None)],
    )
    top.add_argument("--version", action="version", version=f"kiosk {version}")
    commands = top.add_subparsers(title="commands", required=True, metavar="COMMAND")
    _preparing(commands)
    _campaign(commands)
    _device(commands)
    _people(commands)
    _forms(commands)
    _paper(commands)
    _evening(commands)
    _carrying(commands)
    _keeping(commands)
    _deciding(commands)
    return top


def _common(default: Any) -> argparse.ArgumentParser:  # noqa: ANN401 - argparse takes anything
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--data", type=Path, default=default, help="the data folder")
    common.add_argument(
        "--json", action="store_true", default=default or False, help="answer in JSON"
    )
    common.add_argument(
        "--passphrase-file", default=default, help="file with the power-on passphrase"
    )
    common.add_argument(
        "--messages", choices=("en", "hi", "ur", "kn", "te"), default=default,
        help="language of messages (else that of the system, else English)",
    )  # fmt: skip
    return common


def _add(
    commands: Any,  # noqa: ANN401 - argparse's own type is private
    name: str,
    runs: str,
    help_text: str,
    *,
    without_data: bool = False,
) -> argparse.ArgumentParser:
    command: argparse.ArgumentParser = commands.add_parser(
        name, help=help_text, description=help_text, parents=[_common(LATER)]
    )
    command.set_defaults(runs=runs, without_data=without_data)
    return command


def _preparing(commands: Any) -> None:  # noqa: ANN401
    events = _add(
        commands, "events", "preparing:events", "the events of a campaign", without_data=True
    )
    events.add_argument("--campaign", default="gem-samvad", metavar="NAME-or-FOLDER")
    init = _add(
        commands, "init", "preparing:init", "make the data folder of one kiosk", without_data=True
    )
    init.add_argument("--campaign", required=True, metavar="NAME-or-FOLDER")
    init.add_argument("--event", required=True, metavar="ID")
    init.add_argument("--device", required=True, metavar="CODE-or-FILE")
    init.add_argument(
        "--device-passphrase-file", metavar="FILE", help="file with the device file's passphrase"
    )
    init.add_argument(
        "--delete-device-file", action="store_true", help="when the kiosk is made, without asking"
    )
    init.add_argument("--staff", metavar="NAME", help="name of the first coordinator")
    init.add_argument("--pin-file", help="file with that coordinator's PIN")
    demo = _add(
        commands, "demo", "preparing:demo", "fill a new data folder with a practice day",
        without_data=True,
    )  # fmt: skip
    demo.add_argument("--attendees", type=_count, default=60, metavar="N")
    demo.add_argument("--seed", type=int, default=2019, metavar="S")
    _add(commands, "check", "preparing:check", "self-check of this kiosk")
    passphrase = _add(
        commands, "passphrase", "campaign:passphrase",
        "set a new power-on passphrase with a coordinator's identity", without_data=True,
    )  # fmt: skip
    passphrase.add_argument("--identity", type=Path, required=True, metavar="FILE")


def _campaign(commands: Any) -> None:  # noqa: ANN401
    campaign = commands.add_parser(
        "campaign", help="campaigns of one's own: new, copy, keys", parents=[_common(LATER)]
    )
    of_campaign = campaign.add_subparsers(title="campaign", required=True, metavar="WHAT")
    new = _add(of_campaign, "new", "campaign:new", "a campaign of one's own", without_data=True)
    new.add_argument("folder", type=Path, metavar="FOLDER")
    new.add_argument("--pack", required=True, metavar="NAME-or-FOLDER")
    new.add_argument("--language", metavar="CODE", help="of the recovery sheet")
    copy = _add(
        of_campaign, "copy", "campaign:copy", "copy what laptops need, without private keys",
        without_data=True,
    )  # fmt: skip
    copy.add_argument("folder", type=Path, metavar="FOLDER")
    copy.add_argument("--to", type=Path, required=True, metavar="FOLDER")
    keys = _add(
        of_campaign, "keys", "trusting:keys",
        "a file with which anybody can check certificates; no word of any visitor",
        without_data=True,
    )  # fmt: skip
    keys.add_argument("--to", type=Path, required=True, metavar="FILE")
    _in_store(keys, "trusting:keys_in", of_event=False)


def _device(commands: Any) -> None:  # noqa: ANN401
    device = commands.add_parser(
        "device", help="laptops: enrol, list, revoke", parents=[_common(LATER)]
    )
    of_device = device.add_subparsers(title="device", required=True, metavar="WHAT")
    enrol = _add(
        of_device, "enrol", "campaign:enrol",
        "an identity for one laptop; sealed where --passphrase-file is given", without_data=True,
    )  # fmt: skip
    enrol.add_argument("--campaign", required=True, metavar="NAME-or-FOLDER")
    enrol.add_argument("--code", required=True, metavar="CODE")
    enrol.add_argument("--to", type=Path, required=True, metavar="FILE")
    listed = _add(
        of_device, "list", "campaign:devices", "the laptops of a campaign", without_data=True
    )
    listed.add_argument("--campaign", type=Path, required=True, metavar="FOLDER")
    revoke = _add(of_device, "revoke", "campaign:revoke", "a laptop was lost", without_data=True)
    revoke.add_argument("--campaign", type=Path, required=True, metavar="FOLDER")
    revoke.add_argument("device", metavar="ID-or-CODE")
    revoke.add_argument("--after-batch", type=int, required=True, metavar="N")
    revoke.add_argument("--reason", required=True, metavar="TEXT")


def _people(commands: Any) -> None:  # noqa: ANN401
    register = _add(commands, "register", "people:register", "register visitors, one a line")
    register.epilog = (
        'A line: {"language": "hi", "answers": {"name": "राम कुमार", "does": "seller"},'
        ' "consents": {"registration": true}}. Answers go by the names of the form\'s questions;'
        ' "assisted": true where staff witnessed the consent. Answered with number and secret code.'
        " Exit code 1: a line was refused; the others are registered."
    )
    register.add_argument("file", metavar="FILE.jsonl", help="- for standard input")
    find = _add(commands, "find", "people:find", "find visitors")
    find.add_argument("text", metavar="TEXT")
    find.add_argument("--limit", type=_count, default=20, metavar="N")
    _in_store(find, "together:find")
    correct = _add(commands, "correct", "people:correct", "change fields of a visitor")
    correct.add_argument("number", metavar="NUMBER")
    correct.add_argument("file", metavar="FILE.json", help='such as {"name": "राम कुमार शर्मा"}')
    _in_store(correct, "together:correct")
    check_in = _add(commands, "check-in", "people:check_in", "record that a visitor came")
    check_in.add_argument("number", metavar="NUMBER-or-QR")
    check_in.add_argument("--session", metavar="ID")
    withdraw = _add(
        commands, "withdraw", "people:withdraw",
        "withdraw who holds a receipt code: masked at once, erased when it may be",
    )  # fmt: skip
    withdraw.add_argument(
        "code", metavar="RECEIPT-CODE",
        help="the secret code of the slip; - to be asked for it, or to read it from standard input",
    )  # fmt: skip
    withdraw.add_argument(
        "--number", default="", metavar="NUMBER",
        help="the slip's number, where only another kiosk of the event knows the visitor",
    )  # fmt: skip
    _in_store(withdraw, "together:withdraw")
    respond = _add(commands, "respond", "people:respond", "take responses, one a line")
    respond.epilog = (
        'A line: {"language": "en", "attendee": "KA1-0001", "answers": {"used": "some",'
        ' "rating": 4}}; or as nobody: {"language": "en", "anonymous": true, "answers": {…}}.'
    )
    respond.add_argument("form", metavar="FORM", help="its id, such as feedback")
    respond.add_argument("file", metavar="FILE.jsonl", help="- for standard input")


def _forms(commands: Any) -> None:  # noqa: ANN401
    form = commands.add_parser("form", help="forms: check, fill, add", parents=[_common(LATER)])
    of_form = form.add_subparsers(title="form", required=True, metavar="WHAT")
    check = _add(of_form, "check", "forms:check", "review a form", without_data=True)
    check.add_argument("file", type=Path, metavar="FILE")
    fill = _add(of_form, "fill", "forms:fill", "run one session with a form", without_data=True)
    fill.add_argument("file", type=Path, metavar="FILE")
    fill.add_argument("--answers", required=True, metavar="FILE.json")
    fill.add_argument("--language", metavar="CODE")
    add = _add(of_form, "add", "forms:add", "check and install a form for the event")
    add.add_argument("file", type=Path, metavar="FILE")


def _paper(commands: Any) -> None:  # noqa: ANN401
    typeset = _add(
        commands, "typeset", "paper:typeset", "set one line, as a proof", without_data=True
    )
    typeset.add_argument("text", metavar="TEXT")
    typeset.add_argument("--language", required=True, metavar="CODE")
    typeset.add_argument("--size", type=_size, default=24.0, metavar="PT")
    typeset.add_argument("--bold", action="store_true")
    typeset.add_argument("--font", type=Path, metavar="FILE")
    typeset.add_argument("--to", type=Path, required=True, metavar="FILE.pdf")
    _certificate(commands)
    template = commands.add_parser(
        "template", help="designs of certificates: check", parents=[_common(LATER)]
    )
    of_template = template.add_subparsers(title="template", required=True, metavar="WHAT")
    check = _add(
        of_template, "check", "designs:check", "check designs, before an event", without_data=True
    )
    check.add_argument("designs", nargs="+", metavar="NAME-or-PATH")
    check.add_argument("--campaign", default="gem-samvad", metavar="NAME-or-FOLDER")


def _certificate(commands: Any) -> None:  # noqa: ANN401
    certificate = commands.add_parser(
        "certificate",
        help="certificates: issue, reissue, revoke, batch, specimen, verify, page, gaps",
        parents=[_common(LATER)],
    )
    of_certificate = certificate.add_subparsers(title="certificate", required=True, metavar="WHAT")
    issue = _add(of_certificate, "issue", "paper:issue", "issue one certificate")
    issue.add_argument("number", metavar="NUMBER")
    issue.add_argument("--to", type=Path, metavar="FILE.pdf")
    reissue = _add(of_certificate, "reissue", "paper:reissue", "one again, under a new serial")
    reissue.add_argument("number", metavar="NUMBER")
    reissue.add_argument("--reason", required=True, metavar="TEXT")
    reissue.add_argument("--to", type=Path, metavar="FILE.pdf")
    _in_store(reissue, "together:reissue")
    batch = _add(of_certificate, "batch", "paper:batch", "issue all that are due")
    batch.add_argument("--to", type=Path, required=True, metavar="DIR-or-FILE.pdf")
    batch.add_argument("--due", choices=("registered", "attended"))
    batch.add_argument("--does", default="", metavar="CODE", help="only to those who do this")
    batch.add_argument("--session", default="", metavar="ID", help="only to those who were there")
    batch.add_argument(
        "--language", metavar="CODE", help="whose order of names; else the event's first"
    )
    specimen = _add(
        of_certificate, "specimen", "designs:specimen", "a marked specimen", without_data=True
    )
    specimen.add_argument("--name", help="else the longest names that people have, a page each")
    specimen.add_argument("--language", metavar="CODE")
    specimen.add_argument("--template", metavar="NAME-or-PATH", help="a design; else the event's")
    specimen.add_argument("--to", type=Path, required=True, metavar="FILE.pdf")
    specimen.add_argument("--campaign", default="gem-samvad", metavar="NAME-or-FOLDER")
    specimen.add_argument("--event", metavar="ID")
    sign = _add(
        of_certificate, "sign", "signing:sign",
        "sign PDFs with a certificate of a trusted authority (PKCS#12)", without_data=True,
    )  # fmt: skip
    sign.add_argument("files", nargs="+", type=Path, metavar="FILE.pdf")
    sign.add_argument("--p12", type=Path, required=True, metavar="FILE")
    sign.add_argument("--to", type=Path, metavar="DIR-or-FILE.pdf")
    _trust(of_certificate)


def _trust(of_certificate: Any) -> None:  # noqa: ANN401
    verify = _add(
        of_certificate, "verify", "trusting:verify",
        "say offline whether the campaign issued a certificate and nothing was altered",
        without_data=True,
    )  # fmt: skip
    verify.epilog = (
        "Needs neither data folder nor secret; with --data it also knows what this kiosk knows,"
        " with --in what a merged store knows. Exit code 1: not valid."
    )
    verify.add_argument("what", metavar="FILE.pdf|QR-TEXT")
    verify.add_argument("--keys", type=Path, metavar="FILE", help="a campaign's keys file")
    _in_store(verify, "trusting:verify_in", of_event=False)
    revoke = _add(of_certificate, "revoke", "trusting:revoke", "take a certificate back")
    revoke.add_argument("serial", metavar="SERIAL")
    revoke.add_argument("--reason", required=True, metavar="TEXT")
    _in_store(revoke, "trusting:revoke_in")
    gaps = _add(of_certificate, "gaps", "trusting:gaps", "which serials no paper bears, and why")
    _in_store(gaps, "trusting:gaps_in")
    page = _add(
        of_certificate, "page", "trusting:page",
        "one HTML file that checks certificates in a phone's browser, offline", without_data=True,
    )  # fmt: skip
    page.add_argument("--to", type=Path, required=True, metavar="FILE.html")
    page.add_argument("--keys", type=Path, metavar="FILE", help="a campaign's keys file")
    _in_store(page, "trusting:page_in", of_event=False)


def _evening(commands: Any) -> None:  # noqa: ANN401
    export = _add(commands, "export", "evening:export", "export the day")
    _export_options(export)
    _in_store(export, "together:export")
    close = _add(commands, "close-day", "evening:close_day", "close the day, then export it")
    _export_options(close, needs_folder=False)
    audit = _add(commands, "audit", "evening:audit", "check the log of changes")
    audit.add_argument("--verify", action="store_true", required=True)
    _in_store(audit, "together:audit")


def _carrying(commands: Any) -> None:  # noqa: ANN401
    sync = _add(
        commands, "sync", "carrying:sync", "seal what is new and write what a target does not have"
    )
    sync.add_argument(
        "target", metavar="TARGET",
        help="a folder that exists, s3://BUCKET/…, webdav(s)://HOST/…, sftp://HOST/…",
    )  # fmt: skip
    _credentials(sync)
    _in_store(sync, "together:sync", of_event=False)
    merge = _add(
        commands, "merge", "carrying:merge", "bring what many kiosks wrote together in one store",
        without_data=True,
    )  # fmt: skip
    merge.epilog = (
        "Exit code 1: some files were not taken and lie set aside in the store. 3: a source went"
        " away; what it gave is there. Gaps, forks and conflicts are told and are no error. May be"
        " said again at will, also after Ctrl+C."
    )
    merge.add_argument("sources", nargs="+", metavar="SOURCE", help="as TARGET of sync")
    merge.add_argument(
        "--into", required=True, metavar="TARGET", help="a file, or postgresql://HOST/DATABASE"
    )
    merge.add_argument("--campaign", required=True, metavar="NAME-or-FOLDER")
    merge.add_argument(
        "--identity", type=Path, action="append", default=[], metavar="FILE",
        help="who opens the batches; else what lies in the campaign's folder",
    )  # fmt: skip
    _credentials(merge)


def _keeping(commands: Any) -> None:  # noqa: ANN401
    purge = _add(
        commands, "purge", "keeping:purge",
        "erase whoever may be kept no longer, by what the notice promised",
    )  # fmt: skip
    purge.epilog = (
        "Exit code 1: a person has to agree first (--yes), as the clock is far from all that was"
        " written. 3: the clock is behind what was written. May be stopped and said again at will."
    )
    purge.add_argument("--dry-run", action="store_true", help="count, and erase nobody")
    purge.add_argument("--yes", action="store_true", help="the clock is right; do not ask")
    _in_store(purge, "keeping:purge_store", of_event=False)
    backup = _add(
        commands, "backup", "keeping:backup", "the whole data folder in one file, encrypted"
    )
    where = backup.add_mutually_exclusive_group(required=True)
    where.add_argument("--to", type=Path, metavar="FILE", help="a file that is not there yet")
    where.add_argument(
        "--keep", type=Path, metavar="DIR",
        help="regular backups go there from now on; the first is made at once",
    )  # fmt: skip
    restore = _add(
        commands, "restore", "keeping:restore", "put a backup into an empty data folder (--data)",
        without_data=True,
    )  # fmt: skip
    restore.add_argument("file", type=Path, metavar="FILE")
    restore.add_argument(
        "--identity", type=Path, metavar="FILE",
        help="a coordinator's, where the passphrase is forgotten",
    )  # fmt: skip


def _deciding(commands: Any) -> None:  # noqa: ANN401
    conflicts = _add(
        commands, "conflicts", "deciding:conflicts", "what a person must decide in a merged store",
        without_data=True,
    )  # fmt: skip
    conflicts.add_argument("--settle", metavar="ID", help="decide this one")
    conflicts.add_argument("--take", type=int, metavar="N", help="for this of its sides")
    conflicts.add_argument(
        "--value", metavar="TEXT",
        help="for another value; of a wrong clock, when its first entry was made"
        " (2020-01-10T09:30)",
    )  # fmt: skip
    _in_store(conflicts, "deciding:conflicts", only=True)
    duplicates = _add(
        commands, "duplicates", "deciding:duplicates",
        "who is probably registered twice in a merged store", without_data=True,
    )  # fmt: skip
    duplicates.add_argument(
        "--decide", nargs=3, metavar=("ID-or-NUMBER", "ID-or-NUMBER", "same|different"),
        help="say whether they are one visitor; may be decided again",
    )  # fmt: skip
    duplicates.add_argument(
        "--all", action="store_true", help="also those that are certain, or were decided"
    )
    _in_store(duplicates, "deciding:duplicates", only=True)


def _in_store(
    command: argparse.ArgumentParser, runs: str, *, of_event: bool = True, only: bool = False
) -> None:
    """The command works in a merged store as well, or there only."""
    command.add_argument(
        "--in", dest="store", metavar="TARGET", required=only,
        help="in a merged store: its file, or postgresql://HOST/DATABASE",
    )  # fmt: skip
    command.add_argument(
        "--campaign", metavar="NAME-or-FOLDER",
        help="of the merged store; else the one that was last merged into it",
    )  # fmt: skip
    if of_event:
        command.add_argument("--event", metavar="ID", default="", help="of the merged store")
    command.set_defaults(runs_in_store=runs)


def _credentials(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--credentials", type=Path, metavar="FILE",
        help="TOML with user, password, endpoint, key_file, known_hosts, authority (else"
        " KIOSK_CARRIER_USER and so on)",
    )  # fmt: skip


def _export_options(command: argparse.ArgumentParser, *, needs_folder: bool = True) -> None:
    command.add_argument("--to", type=Path, required=needs_folder, metavar="DIR")
    who = command.add_mutually_exclusive_group()
    who.add_argument("--plain", action="store_true", help="not encrypted; this is logged")
    who.add_argument("--recipient", action="append", default=[], metavar="FILE")
    command.add_argument("--day", metavar="DATE", help="the event's day (a check, no choice)")
    command.add_argument("--format", default=",".join(FORMATS), metavar="sqlite,csv,xlsx")
    command.add_argument("--language", default="en", metavar="CODE")


def _size(text: str) -> float:
    size = float(text)
    if not 4 <= size <= 400:
        raise argparse.ArgumentTypeError("4 to 400 points")
    return size


def _count(text: str) -> int:
    number = int(text)
    if not 0 < number <= 1_000_000:
        raise argparse.ArgumentTypeError("1 to 1000000")
    return number
