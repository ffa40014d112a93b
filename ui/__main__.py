"""``samvad-kiosk``: the touch window of one kiosk."""

from __future__ import annotations

import argparse
import gc
import os
import re
import sys
from collections.abc import Sequence
from pathlib import Path

from kiosk.errors import EnvironmentFault
from kiosk.settings import default_data_folder

NOT_ALLOWED = 3  # as the ``kiosk`` command says it


def main(arguments: Sequence[str] | None = None) -> int:
    """Opens the kiosk; with ``--demo`` a practice day; with ``--tour`` the day plays by itself."""
    given = _parser().parse_args(arguments)
    gc.disable()  # until the first picture stands: nothing that is made before it goes away again
    try:
        return _open(given)
    finally:
        gc.enable()


def _open(given: argparse.Namespace) -> int:
    from ui.app import Options, has_display, run  # noqa: PLC0415 - after the arguments were right

    seen = has_display(sys.platform, os.environ)
    folder = given.tour
    if folder is None and given.demo and not seen:
        folder = Path.cwd() / "samvad-tour"
    if folder is not None:
        return _tour(folder)
    if not seen:
        print(  # noqa: T201 - there is no window to say it in
            "There is no display here, so no window can be shown.\n"
            "samvad-kiosk --demo plays a practice day without one.",
            file=sys.stderr,
        )
        return NOT_ALLOWED
    data = given.data or (None if given.demo else default_data_folder())
    options = Options(data=data, demo=given.demo, windowed=given.windowed, language=given.language)
    return run(options, sys.argv)


def _tour(folder: Path) -> int:
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from ui.tour.play import play  # noqa: PLC0415 - the self-test is no part of an ordinary start

    try:
        return play(folder)
    except EnvironmentFault as fault:
        from kiosk.services.words import load_all_words  # noqa: PLC0415

        words = load_all_words()
        english = next(one for tag, one in words.items() if tag == "en")
        print(english.say(f"fault.{fault.key}", **fault.values), file=sys.stderr)  # noqa: T201
        return NOT_ALLOWED


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="samvad-kiosk", description="The touch window of one kiosk."
    )
    parser.add_argument("--data", type=Path, metavar="DIR", help="the data folder")
    parser.add_argument("--demo", action="store_true", help="a practice day, open at once")
    parser.add_argument(
        "--tour", type=Path, metavar="FOLDER", help="the day plays by itself; results in FOLDER"
    )
    parser.add_argument(
        "--windowed", type=_size, metavar="WxH", help="a window of this size, not the whole screen"
    )
    parser.add_argument("--language", metavar="TAG", help="the first language, such as kn")
    return parser


def _size(text: str) -> object:
    found = re.fullmatch(r"([0-9]{3,5})[x×]([0-9]{3,5})", text)
    if found is None:
        raise argparse.ArgumentTypeError("a size looks like 1366x768")
    from PySide6.QtCore import QSize  # noqa: PLC0415 - only when asked for

    return QSize(int(found.group(1)), int(found.group(2)))


if __name__ == "__main__":
    sys.exit(main())
