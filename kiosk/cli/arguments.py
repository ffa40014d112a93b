"""The commands and their options, as CLI's users know them."""

from __future__ import annotations

import argparse

from kiosk.cli.arguments_after import carrying, deciding, evening, keeping
from kiosk.cli.arguments_before import campaign, device, forms, preparing
from kiosk.cli.arguments_day import paper, people
from kiosk.cli.options import common


def parser(version: str) -> argparse.ArgumentParser:
    """The whole command line. Common options may stand before or after the command."""
    top = argparse.ArgumentParser(
        prog="kiosk",
        description="Register visitors, collect feedback, issue certificates and export the day.",
        parents=[common(None)],
    )
    top.add_argument("--version", action="version", version=f"kiosk {version}")
    commands = top.add_subparsers(title="commands", required=True, metavar="COMMAND")
    preparing(commands)
    campaign(commands)
    device(commands)
    people(commands)
    forms(commands)
    paper(commands)
    evening(commands)
    carrying(commands)
    keeping(commands)
    deciding(commands)
    return top
