"""The ``kiosk`` command: everything that the window does with data, without a window."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable
from importlib import import_module
from typing import TYPE_CHECKING

from kiosk import __version__
from kiosk.bootstrap import PRACTICE_PASSPHRASE, open_kiosk
from kiosk.cli import output, reading
from kiosk.cli.arguments import parser
from kiosk.cli.output import DATA_WRONG, ENVIRONMENT, WRONG_USE, Output, WrongUse
from kiosk.domain.language import Tag, Words
from kiosk.errors import EnvironmentFault, VisitorError
from kiosk.services.refused import Refused
from kiosk.services.words import load_all_words
from kiosk.settings import default_data_folder

if TYPE_CHECKING:
    from kiosk.services.desk import Desk


def main(arguments: list[str] | None = None) -> int:
    """Runs one command; returns its exit code as the command line's contract says."""
    output.speak_utf8()
    options = parser(__version__).parse_args(arguments)
    out = Output(_words(options), as_json=options.json)
    try:
        return _run(options, out)
    except WrongUse as wrong:
        out.tell(str(wrong))
        return WRONG_USE
    except (VisitorError, EnvironmentFault) as error:
        return _tell(error, out)
    except BrokenPipeError:
        return output.close_quietly()
    except KeyboardInterrupt:
        out.say("command.interrupted")
        return ENVIRONMENT


def _tell(error: VisitorError | EnvironmentFault, out: Output) -> int:
    """In words; with ``--json`` by its code as well, for whoever reads no words."""
    if isinstance(error, EnvironmentFault):
        out.say(f"fault.{error.key}", **error.values)
        out.code(error.key)
        return ENVIRONMENT
    if isinstance(error, Refused):
        for problem in error.problems:
            out.tell(f"{problem.field}: {problem.message(out.words)}")
            out.code(problem.code)
    else:
        out.say(f"error.{error.key}", **error.values)
        out.code(error.key)
    return DATA_WRONG


def _run(options: argparse.Namespace, out: Output) -> int:
    if getattr(options, "store", None):
        return _run_in_store(options, out)
    command = _command(options.runs)
    if options.without_data:
        return int(command(options, out))
    with opened(options, out) as desk:
        out.say_renewed(desk.device)
        return int(command(desk, options, out))


def _run_in_store(options: argparse.Namespace, out: Output) -> int:
    """Work in a merged store. That of a practice campaign opens by itself."""
    from kiosk import bootstrap_desks, bootstrap_store

    campaign = options.campaign or bootstrap_store.campaign_of(options.store)
    secret = None
    given = reading.passphrase_given(options.passphrase_file)
    if given or not bootstrap_store.opens_without_passphrase(campaign):
        prompt = out.words.say("carry.ask_passphrase")
        secret = reading.passphrase(options.passphrase_file, prompt)
    command = _command(options.runs_in_store)
    with bootstrap_desks.open_desks(options.store, secret, campaign) as desks:
        return int(command(desks, options, out))


def _command(runs: str) -> Callable[..., int]:
    room, name = runs.split(":")
    command: Callable[..., int] = getattr(import_module(f"kiosk.cli.{room}"), name)
    return command


def opened(options: argparse.Namespace, out: Output) -> Desk:
    """The kiosk, unlocked. Practice days open by themselves: their passphrase is public."""
    data = options.data or default_data_folder()
    if not reading.passphrase_given(options.passphrase_file):
        try:
            return open_kiosk(data, PRACTICE_PASSPHRASE)
        except EnvironmentFault as fault:
            if fault.key != "passphrase_wrong":
                raise
    prompt = out.words.say("command.ask_passphrase")
    return open_kiosk(data, reading.passphrase(options.passphrase_file, prompt))


def _words(options: argparse.Namespace) -> Words:
    words = load_all_words()
    spoken = (os.environ.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG"))
    asked = options.messages or next((one for one in spoken if one), "en")[:2]
    return words.get(Tag(asked), words[Tag("en")])


if __name__ == "__main__":
    sys.exit(main())
