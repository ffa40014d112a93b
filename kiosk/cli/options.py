"""What commands have in common: the options that many take, and what numbers may be."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

FORMATS = ("sqlite", "csv", "xlsx")
LATER = argparse.SUPPRESS


def common(default: Any) -> argparse.ArgumentParser:  # noqa: ANN401 - argparse takes anything
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


def add(
    commands: Any,  # noqa: ANN401 - argparse's own type is private
    name: str,
    runs: str,
    help_text: str,
    *,
    without_data: bool = False,
) -> argparse.ArgumentParser:
    command: argparse.ArgumentParser = commands.add_parser(
        name, help=help_text, description=help_text, parents=[common(LATER)]
    )
    command.set_defaults(runs=runs, without_data=without_data)
    return command


def in_store(
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


def credentials(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--credentials", type=Path, metavar="FILE",
        help="TOML with user, password, endpoint, key_file, known_hosts, authority (else"
        " KIOSK_CARRIER_USER and so on)",
    )  # fmt: skip


def export_options(command: argparse.ArgumentParser, *, needs_folder: bool = True) -> None:
    command.add_argument("--to", type=Path, required=needs_folder, metavar="DIR")
    who = command.add_mutually_exclusive_group()
    who.add_argument("--plain", action="store_true", help="not encrypted; this is logged")
    who.add_argument("--recipient", action="append", default=[], metavar="FILE")
    command.add_argument("--day", metavar="DATE", help="the event's day (a check, no choice)")
    command.add_argument("--format", default=",".join(FORMATS), metavar="sqlite,csv,xlsx")
    command.add_argument("--language", default="en", metavar="CODE")


def size(text: str) -> float:
    size = float(text)
    if not 4 <= size <= 400:
        raise argparse.ArgumentTypeError("4 to 400 points")
    return size


def count(text: str) -> int:
    number = int(text)
    if not 0 < number <= 1_000_000:
        raise argparse.ArgumentTypeError("1 to 1000000")
    return number
