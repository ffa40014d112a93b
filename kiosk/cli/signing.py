"""kiosk certificate sign: PDFs signed with a coordinator's certificate of a trusted authority."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from pathlib import Path

from kiosk.cli import reading
from kiosk.cli.output import OK, Output, WrongUse
from kiosk.errors import EnvironmentFault
from kiosk.services.files import written_file


def sign(options: argparse.Namespace, out: Output) -> int:
    """Signs files, each whole or not at all; what was signed before one is refused stays."""
    try:
        from kiosk.certificates.signing import LARGEST_P12, LARGEST_PDF, Signer, read_bounded
    except ModuleNotFoundError as error:
        raise EnvironmentFault("sign_not_installed") from error

    targets = [_target(file, options) for file in options.files]
    p12 = read_bounded(options.p12, LARGEST_P12)
    prompt = out.words.say("sign.ask_passphrase")
    passphrase = reading.secret(options.passphrase_file or "-", prompt)
    signer = Signer(p12, passphrase, datetime.now(UTC))
    for done, (file, target) in enumerate(zip(options.files, targets, strict=True), 1):
        signed = signer.sign(read_bounded(file, LARGEST_PDF), str(file))
        with written_file(target) as stream:
            stream.write(signed)
        out.progress("sign.step", done, len(targets))
    value = {"signer": signer.name, "files": [str(target) for target in targets]}
    out.document(value, value["files"])
    return OK


def _target(file: Path, options: argparse.Namespace) -> Path:
    """Beside the file under another name, or where ``--to`` says: a folder for many."""
    to: Path | None = options.to
    if to is None:
        return file.with_name(f"{file.stem}-signed.pdf")
    if to.is_dir():
        return to / file.name
    if len(options.files) > 1:
        raise WrongUse("--to: an existing folder, for more than one file")
    return to
