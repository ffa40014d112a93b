"""What a command reads: lines and files of bounded size, and secrets that are never arguments."""

from __future__ import annotations

import codecs
import getpass
import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from kiosk.errors import EnvironmentFault, VisitorError

LONGEST_LINE = 16_000_000  # a 10 MB name is still told as too long, not as no JSON
LINES_SKIPPED = 20  # so often as much again, before a line counts as endless
LARGEST_JSON = 10_000_000
LARGEST_SECRET = 4096


def lines(name: str) -> Iterator[tuple[int, bytes | None]]:
    """The numbered lines of a file, or of standard input for ``-``; None for one too long.

    Raises EnvironmentFault ``file_too_large`` for a line without an end, such as a device's.
    """
    with _opened(name) as stream:
        for number in _count():
            line = stream.readline(LONGEST_LINE + 1)
            if not line:
                return
            if len(line) > LONGEST_LINE:
                _skip_line(stream, name)
                yield number, None
            else:
                yield number, line.removeprefix(codecs.BOM_UTF8) if number == 1 else line


def json_object(raw: bytes | None) -> dict[str, Any]:
    """The JSON object of one line; VisitorError ``line_malformed`` for anything else."""
    if raw is None:
        raise _malformed(f"> {LONGEST_LINE} bytes")
    try:
        value = json.loads(raw.decode("utf-8-sig"), parse_constant=_no_constant)
    except UnicodeDecodeError as error:
        raise _malformed("UTF-8") from error
    except (ValueError, RecursionError) as error:
        raise _malformed("JSON") from error
    if not isinstance(value, dict):
        raise _malformed("JSON object")
    return value


def json_file(name: str) -> dict[str, Any]:
    """The JSON object that a file holds."""
    with _opened(name) as stream:
        raw = stream.read(LARGEST_JSON + 1)
    if len(raw) > LARGEST_JSON:
        raise EnvironmentFault("file_too_large", path=name, limit=LARGEST_JSON // 1_000_000)
    return json_object(raw)


def passphrase(file: str | None, prompt: str) -> str:
    """The power-on passphrase: from a file, ``$KIOSK_PASSPHRASE``, or asked at the terminal."""
    if file is not None:
        return secret_file(file)
    given = os.environ.get("KIOSK_PASSPHRASE")
    if given:
        if not given.isprintable():
            raise EnvironmentFault("file_no_text", path="KIOSK_PASSPHRASE")
        return given
    if sys.stdin is None or not sys.stdin.isatty():
        raise EnvironmentFault("no_passphrase")
    return getpass.getpass(f"{prompt} ")


def secret(file: str, prompt: str) -> str:
    """A secret that is asked for at the terminal, else the first line of what is given."""
    if file == "-" and sys.stdin is not None and sys.stdin.isatty():
        return getpass.getpass(f"{prompt} ")
    return secret_file(file).strip()


def passphrase_given(file: str | None) -> bool:
    """Whether there is one without asking."""
    return file is not None or bool(os.environ.get("KIOSK_PASSPHRASE"))


def secret_file(name: str) -> str:
    """The first line of a small file; EnvironmentFault ``file_no_text`` if it is no text."""
    return _text_lines(name)[0]


def key_lines(name: str) -> list[str]:
    """The keys that a file lists, one a line; empty lines and comments (#) left out."""
    lines_of_file = (line.strip() for line in _text_lines(name))
    return [line for line in lines_of_file if line and not line.startswith("#")]


def _text_lines(name: str) -> list[str]:
    with _opened(name) as stream:
        raw = stream.read(LARGEST_SECRET)
    try:
        return raw.decode("utf-8-sig").split("\n")
    except UnicodeDecodeError as error:
        raise EnvironmentFault("file_no_text", path=name) from error


@contextmanager
def _opened(name: str) -> Iterator[IO[bytes]]:
    if name == "-":
        if sys.stdin is None:
            raise EnvironmentFault("file_missing", path=name)
        yield sys.stdin.buffer
        return
    try:
        with Path(name).open("rb") as stream:
            yield stream
    except OSError as error:
        raise EnvironmentFault("file_missing", path=name) from error


def _skip_line(stream: IO[bytes], name: str) -> None:
    for _ in range(LINES_SKIPPED):
        line = stream.readline(LONGEST_LINE)
        if not line or line.endswith(b"\n"):
            return
    raise EnvironmentFault("file_too_large", path=name, limit=LONGEST_LINE // 1_000_000)


def _count() -> Iterator[int]:
    number = 0
    while True:
        number += 1
        yield number


def _malformed(what: str) -> VisitorError:
    return VisitorError("line_malformed", field="line", code="malformed", what=what)


def _no_constant(name: str) -> None:
    raise ValueError(name)
