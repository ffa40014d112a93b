"""A pack's files as checked tables: whatever is wrong is said with its file and key.

Nothing is skipped and nothing guessed: a key that nobody asked for is refused, too.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, TypeVar

from kiosk.domain.language import Tag, Text
from kiosk.errors import EnvironmentFault, VisitorError

MAX_FILE_BYTES = 2_000_000
MAX_ROWS = 5_000
LINE = 300  # characters of a label or a sentence
PAGE = 8_000  # characters of a longer text

_ID = re.compile(r"[a-z0-9](?:[a-z0-9_.-]{0,62}[a-z0-9])?")
_CLOCK_TIME = re.compile(r"(?:[01]\d|2[0-3]):[0-5]\d")
_PHONE = re.compile(r"[0-9]+(?:-[0-9]+)*")
_LINE_OF_ERROR = re.compile(r"at line (\d+)")
_Kind = TypeVar("_Kind")
_JOINERS = "\u200c\u200d"  # ZWNJ and ZWJ mean something in Indian scripts


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a value stands, and which languages every text of the pack must have."""

    file: str
    languages: tuple[Tag, ...]
    at: str = ""

    def below(self, key: str) -> Origin:
        return Origin(self.file, self.languages, f"{self.at}.{key}" if self.at else key)

    def wrong(self, what: str, **values: object) -> VisitorError:
        """The error ``pack_<what>`` for this place, to be raised."""
        return VisitorError(
            f"pack_{what}", field=self.at, code="malformed", file=self.file, at=self.at, **values
        )


class Table:
    """One table of a pack's file. Ask for each key once, then ``close``."""

    def __init__(self, values: Mapping[str, Any], origin: Origin) -> None:
        self.origin = origin
        self._values = dict(values)

    def close(self) -> None:
        """Raises ``pack_unknown_key`` for what nobody has asked for."""
        if self._values:
            raise self.origin.below(min(self._values)).wrong("unknown_key")

    def speaking(self, languages: tuple[Tag, ...]) -> Table:
        """What is left of this table, its texts to be had in these languages."""
        return Table(self._values, Origin(self.origin.file, languages, self.origin.at))

    def has(self, key: str) -> bool:
        return key in self._values

    def line(self, key: str, limit: int = LINE) -> str:
        """A text that is the same in every language."""
        value = self._take(key, str)
        return _clean(value, limit, self.origin.below(key))

    def id(self, key: str) -> str:
        """Small letters, digits, ``-``, ``_`` and ``.``; 64 characters at most."""
        return self._matching(key, _ID, "wrong_id")

    def clock_time(self, key: str) -> str:
        """HH:MM."""
        return self._matching(key, _CLOCK_TIME, "wrong_time")

    def one_of(self, key: str, choices: Sequence[str]) -> str:
        value = self._take(key, str)
        if value not in choices:
            raise self.origin.below(key).wrong(
                "not_one_of", value=value[:LINE], choices=", ".join(choices)
            )
        return value

    def text(self, key: str, limit: int = LINE) -> Text:
        """The same text in every language of the pack, and in no other."""
        values, origin = self._take(key, dict), self.origin.below(key)
        for tag in self.origin.languages:
            if not isinstance(values.get(tag), str) or not values[tag].strip():
                raise origin.wrong("missing_translation", language=tag)
        for tag in values:
            if tag not in self.origin.languages:
                raise origin.wrong("unknown_language", language=tag[:LINE])
        return {tag: _clean(values[tag], limit, origin.below(tag)) for tag in self.origin.languages}

    def day(self, key: str) -> date:
        value, origin = self._take(key, object), self.origin.below(key)
        if isinstance(value, date) and not isinstance(value, datetime):
            return value
        try:
            return date.fromisoformat(str(value))
        except ValueError:
            raise origin.wrong("wrong_date", value=str(value)[:LINE]) from None

    def day_or_none(self, key: str) -> date | None:
        return self.day(key) if self.has(key) else None

    def whole(self, key: str, least: int, most: int) -> int:
        value = self._take(key, int)
        if isinstance(value, bool) or not least <= value <= most:
            raise self.origin.below(key).wrong(
                "out_of_range", value=str(value)[:LINE], least=least, most=most
            )
        return value

    def yes(self, key: str) -> bool:
        return self._take(key, bool)

    def lines(self, key: str) -> tuple[str, ...]:
        values, origin = self._take(key, list), self.origin.below(key)
        if not all(isinstance(value, str) for value in values):
            raise origin.wrong("wrong_type")
        return tuple(_clean(value, LINE, origin) for value in values)

    def table(self, key: str) -> Table:
        return Table(self._take(key, dict), self.origin.below(key))

    def values(self, key: str) -> Mapping[str, Any]:
        """A table as it stands, to be checked later; empty where there is none."""
        return self._take(key, dict) if self.has(key) else {}

    def rows(self, key: str, defaults: Mapping[str, Any] | None = None) -> Iterator[Table]:
        """The tables of ``[[key]]``, each over the defaults, and closed after its turn."""
        values, origin = self._take(key, list), self.origin.below(key)
        if len(values) > MAX_ROWS:
            raise origin.wrong("too_many", most=MAX_ROWS)
        for count, value in enumerate(values, start=1):
            if not isinstance(value, dict):
                raise origin.wrong("wrong_type")
            named = self.origin.below(f"{key}[{value.get('id', count)}]"[:LINE])
            row = Table({**(defaults or {}), **value}, named)
            yield row
            row.close()

    def _matching(self, key: str, pattern: re.Pattern[str], what: str) -> str:
        value = self._take(key, str)
        if not pattern.fullmatch(value):
            raise self.origin.below(key).wrong(what, value=value[:LINE])
        return value

    def _take(self, key: str, kind: type[_Kind]) -> _Kind:
        if key not in self._values:
            raise self.origin.below(key).wrong("missing_key")
        value = self._values.pop(key)
        if not isinstance(value, kind):
            raise self.origin.below(key).wrong("wrong_type")
        return value


def read_table(folder: Path, name: str, languages: tuple[Tag, ...]) -> Table:
    """The file ``name`` of a pack.

    Raises VisitorError ``pack_file_missing``, ``pack_file_too_large`` or ``pack_not_toml``, and
    EnvironmentFault ``pack_unreadable`` where the machine does not let us read it.
    """
    origin = Origin(name, languages)
    try:
        with (folder / name).open("rb") as file:
            raw = file.read(MAX_FILE_BYTES + 1)
    except FileNotFoundError:
        raise origin.wrong("file_missing") from None
    except OSError as error:
        raise EnvironmentFault("pack_unreadable", file=name) from error
    if len(raw) > MAX_FILE_BYTES:
        raise origin.wrong("file_too_large", most=MAX_FILE_BYTES // 1_000_000)
    try:
        return Table(tomllib.loads(raw.decode("utf-8")), origin)
    except (ValueError, RecursionError) as error:
        line = _LINE_OF_ERROR.search(str(error))
        raise origin.wrong("not_toml", line=line[1] if line else "?") from None


def read_phone(table: Table) -> str:
    """The ``phone`` of a table: digits and hyphens, which keep the groups in order in Urdu too."""
    phone, origin = table.line("phone"), table.origin.below("phone")
    if not _PHONE.fullmatch(phone):
        raise origin.wrong("wrong_form", value=phone)
    return phone


def check_unique(ids: Iterable[str], origin: Origin) -> None:
    """Raises ``pack_not_unique`` for the first id that stands twice."""
    seen: set[str] = set()
    for each in ids:
        if each in seen:
            raise origin.wrong("not_unique", value=each)
        seen.add(each)


def _clean(value: str, limit: int, origin: Origin) -> str:
    text = unicodedata.normalize("NFC", value.strip())
    if not text or len(text) > limit:
        raise origin.wrong("too_long", most=limit) if text else origin.wrong("missing_key")
    for character in text:
        if character in "\n" + _JOINERS:
            continue
        if unicodedata.category(character) in {"Cc", "Cf", "Cs", "Co", "Cn"}:
            raise origin.wrong("characters", value=f"U+{ord(character):04X}")
    return text
