"""kiosk open: sealed files of an export, for the coordinator for whom they were sealed."""

from __future__ import annotations

import argparse

from kiosk.cli.output import OK, Output
from kiosk.export.opening import open_sealed
from kiosk.sync.campaign_folder import read_identity


def open_files(options: argparse.Namespace, out: Output) -> int:
    """Each file in clear, under its name without ``.age``."""
    opened = []
    for made in open_sealed(options.files, read_identity(options.identity), options.to):
        opened.append({"path": str(options.to / made.name), "sha256": made.sha256})
        out.progress("command.step_open", len(opened), len(options.files))
    out.document({"files": opened}, [one["path"] for one in opened])
    out.say("command.opened_in_clear")
    return OK
