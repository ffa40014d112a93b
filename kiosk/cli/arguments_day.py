"""The arguments of what is done on the day: visitors, what they say, and paper."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from kiosk.cli.options import LATER, add, common, count, in_store, size


def people(commands: Any) -> None:  # noqa: ANN401
    register = add(commands, "register", "people:register", "register visitors, one a line")
    register.epilog = (
        'A line: {"language": "hi", "answers": {"name": "राम कुमार", "does": "seller"},'
        ' "consents": {"registration": true}}. Answers go by the names of the form\'s questions;'
        ' "assisted": true where staff witnessed the consent. Answered with number and secret code.'
        " Exit code 1: a line was refused; the others are registered."
    )
    register.add_argument("file", metavar="FILE.jsonl", help="- for standard input")
    find = add(commands, "find", "people:find", "find visitors")
    find.add_argument("text", metavar="TEXT")
    find.add_argument("--limit", type=count, default=20, metavar="N")
    in_store(find, "together:find")
    correct = add(commands, "correct", "people:correct", "change fields of a visitor")
    correct.add_argument("number", metavar="NUMBER")
    correct.add_argument("file", metavar="FILE.json", help='such as {"name": "राम कुमार शर्मा"}')
    in_store(correct, "together:correct")
    check_in = add(commands, "check-in", "people:check_in", "record that a visitor came")
    check_in.add_argument("number", metavar="NUMBER-or-QR")
    check_in.add_argument("--session", metavar="ID")
    withdraw = add(
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
    in_store(withdraw, "together:withdraw")
    respond = add(commands, "respond", "people:respond", "take responses, one a line")
    respond.epilog = (
        'A line: {"language": "en", "attendee": "KA1-0001", "answers": {"used": "some",'
        ' "rating": 4}}; or as nobody: {"language": "en", "anonymous": true, "answers": {…}}.'
    )
    respond.add_argument("form", metavar="FORM", help="its id, such as feedback")
    respond.add_argument("file", metavar="FILE.jsonl", help="- for standard input")


def paper(commands: Any) -> None:  # noqa: ANN401
    typeset = add(
        commands, "typeset", "paper:typeset", "set one line, as a proof", without_data=True
    )
    typeset.add_argument("text", metavar="TEXT")
    typeset.add_argument("--language", required=True, metavar="CODE")
    typeset.add_argument("--size", type=size, default=24.0, metavar="PT")
    typeset.add_argument("--bold", action="store_true")
    typeset.add_argument("--font", type=Path, metavar="FILE")
    typeset.add_argument("--to", type=Path, required=True, metavar="FILE.pdf")
    _certificate(commands)
    template = commands.add_parser(
        "template", help="designs of certificates: check", parents=[common(LATER)]
    )
    of_template = template.add_subparsers(title="template", required=True, metavar="WHAT")
    check = add(
        of_template, "check", "designs:check", "check designs, before an event", without_data=True
    )
    check.add_argument("designs", nargs="+", metavar="NAME-or-PATH")
    check.add_argument("--campaign", default="gem-samvad", metavar="NAME-or-FOLDER")


def _certificate(commands: Any) -> None:  # noqa: ANN401
    certificate = commands.add_parser(
        "certificate",
        help="certificates: issue, reissue, revoke, batch, specimen, verify, page, gaps",
        parents=[common(LATER)],
    )
    of_certificate = certificate.add_subparsers(title="certificate", required=True, metavar="WHAT")
    issue = add(of_certificate, "issue", "paper:issue", "issue one certificate")
    issue.add_argument("number", metavar="NUMBER")
    issue.add_argument("--to", type=Path, metavar="FILE.pdf")
    reissue = add(of_certificate, "reissue", "paper:reissue", "one again, under a new serial")
    reissue.add_argument("number", metavar="NUMBER")
    reissue.add_argument("--reason", required=True, metavar="TEXT")
    reissue.add_argument("--to", type=Path, metavar="FILE.pdf")
    in_store(reissue, "together:reissue")
    batch = add(of_certificate, "batch", "paper:batch", "issue all that are due")
    batch.add_argument("--to", type=Path, required=True, metavar="DIR-or-FILE.pdf")
    batch.add_argument("--due", choices=("registered", "attended"))
    batch.add_argument("--does", default="", metavar="CODE", help="only to those who do this")
    batch.add_argument("--session", default="", metavar="ID", help="only to those who were there")
    batch.add_argument(
        "--language", metavar="CODE", help="whose order of names; else the event's first"
    )
    specimen = add(
        of_certificate, "specimen", "designs:specimen", "a marked specimen", without_data=True
    )
    specimen.add_argument("--name", help="else the longest names that people have, a page each")
    specimen.add_argument("--language", metavar="CODE")
    specimen.add_argument("--template", metavar="NAME-or-PATH", help="a design; else the event's")
    specimen.add_argument("--to", type=Path, required=True, metavar="FILE.pdf")
    specimen.add_argument("--campaign", default="gem-samvad", metavar="NAME-or-FOLDER")
    specimen.add_argument("--event", metavar="ID")
    sign = add(
        of_certificate, "sign", "signing:sign",
        "sign PDFs with a certificate of a trusted authority (PKCS#12)", without_data=True,
    )  # fmt: skip
    sign.add_argument("files", nargs="+", type=Path, metavar="FILE.pdf")
    sign.add_argument("--p12", type=Path, required=True, metavar="FILE")
    sign.add_argument("--to", type=Path, metavar="DIR-or-FILE.pdf")
    _trust(of_certificate)


def _trust(of_certificate: Any) -> None:  # noqa: ANN401
    verify = add(
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
    in_store(verify, "trusting:verify_in", of_event=False)
    revoke = add(of_certificate, "revoke", "trusting:revoke", "take a certificate back")
    revoke.add_argument("serial", metavar="SERIAL")
    revoke.add_argument("--reason", required=True, metavar="TEXT")
    in_store(revoke, "trusting:revoke_in")
    gaps = add(of_certificate, "gaps", "trusting:gaps", "which serials no paper bears, and why")
    in_store(gaps, "trusting:gaps_in")
    page = add(
        of_certificate, "page", "trusting:page",
        "one HTML file that checks certificates in a phone's browser, offline", without_data=True,
    )  # fmt: skip
    page.add_argument("--to", type=Path, required=True, metavar="FILE.html")
    page.add_argument("--keys", type=Path, metavar="FILE", help="a campaign's keys file")
    in_store(page, "trusting:page_in", of_event=False)
