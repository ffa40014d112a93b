"""What a command says: one JSON document or lines on standard output, sentences on the other."""

from __future__ import annotations

import io
import json
import os
import re
import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from kiosk.domain.language import Words
from kiosk.errors import EnvironmentFault

if TYPE_CHECKING:
    from kiosk.services.desk import Device

# What moves a terminal's cursor or turns its words round; what was merged may hold anything.
_UNTAMED = re.compile("[\0-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e]")
OK, DATA_WRONG, WRONG_USE, ENVIRONMENT = 0, 1, 2, 3


class WrongUse(Exception):  # noqa: N818 - it says what happened
    """The command was not used as it is meant; ``str`` says how."""


class Output:
    """Where a command's answers and messages go."""

    def __init__(self, words: Words, *, as_json: bool) -> None:
        self.words = words
        self.as_json = as_json

    def document(self, value: Any, text: Sequence[str] = ()) -> None:  # noqa: ANN401 - any JSON
        """The one answer of a command: ``value`` as JSON, else ``text`` line by line."""
        if self.as_json:
            _print(_written(value, indent=2))
        else:
            for line in text:
                _print(_tamed(line))

    def line(self, value: Mapping[str, Any], text: str) -> None:
        """One answer of many, on its own line, flushed: what it says is on the disk."""
        _print(_written(value) if self.as_json else _tamed(text))

    def say(self, key: str, **values: object) -> None:
        """A sentence for the person at the terminal, on standard error."""
        self.tell(self.words.say(key, **values))

    def say_renewed(self, device: Device) -> None:
        """Says when this opening found that the data are a copy."""
        if device.renewed_from:
            self.say("command.identity_renewed", code=device.code, former=device.renewed_from)

    def tell(self, sentence: str) -> None:
        sys.stderr.write(_tamed(sentence) + "\n")

    def code(self, key: str) -> None:
        """What went wrong, for whoever asked for JSON and reads no words; after these."""
        if self.as_json:
            self.tell(f"code: {key}")

    def progress(self, key: str, done: int, of: int) -> None:
        """How far a long command is; a terminal only."""
        if sys.stderr.isatty():
            sys.stderr.write(f"\r{self.words.say(key)} {done}/{of} ")


def speak_utf8() -> None:
    """Names of every script reach the terminal; what is no text is escaped, never a crash."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):  # None where the caller closed it
            stream.reconfigure(encoding="utf-8", errors="backslashreplace")


def close_quietly() -> int:
    """Nobody reads our answers any more, so nothing further may be done that needs one."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return ENVIRONMENT


def _written(value: Any, indent: int | None = None) -> str:  # noqa: ANN401 - any JSON
    """As JSON; what would play with a terminal is escaped, which reads the same."""
    text = json.dumps(value, ensure_ascii=False, indent=indent, default=str)
    return _UNTAMED.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def _tamed(text: str) -> str:
    return _UNTAMED.sub("\ufffd", text)


def _print(line: str) -> None:
    try:
        sys.stdout.write(line + "\n")
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except AttributeError as error:  # there is no standard output at all
        raise EnvironmentFault("answer_unwritable") from error
    except OSError as error:
        close_quietly()  # else Python tries again at the end, and its exit code is another
        raise EnvironmentFault("answer_unwritable") from error
