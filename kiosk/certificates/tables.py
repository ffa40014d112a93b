"""The tables of a template, asked key by key; what is wrong is told with its file, line and key."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kiosk.certificates.lines import lines_of, nearest_line
from kiosk.errors import EnvironmentFault

MM = 72 / 25.4
MOST = 40  # frames, items of a frame, ornaments …
LONGEST_TEXT = 600
_LONGEST_SHOWN = 80
Between = tuple[float, float]
_SIMPLE = re.compile(r"[a-z0-9]+(?:[_-][a-z0-9]+)*")
_TAG = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}")


@dataclass(frozen=True, slots=True)
class Origin:
    """The file that is read, for whoever must mend it."""

    file: str
    text: str

    def wrong(self, what: str, at: str, **values: object) -> EnvironmentFault:
        """The fault ``template_<what>`` for the key at ``at``, to be raised."""
        try:
            line = nearest_line(lines_of(self.text), at)
        except RecursionError:  # brackets in brackets in brackets
            line = 1
        return EnvironmentFault(f"template_{what}", file=self.file, line=line, at=at, **values)


class Table:
    """A table of the file and the keys of it that are still unread. Lengths become points."""

    def __init__(self, origin: Origin, at: str, values: Mapping[str, Any]) -> None:
        self._origin, self.at, self._values = origin, at, dict(values)

    def wrong(self, what: str, key: str, **values: object) -> EnvironmentFault:
        return self._origin.wrong(what, self._below(key), **values)

    def close(self) -> None:
        """Refuses keys that nobody asked for: most are slips of the pen."""
        for key in self._values:
            raise self.wrong("unknown_key", _shown(key))

    def has(self, key: str) -> bool:
        return key in self._values

    def number(self, key: str, between: Between, default: float | None = None) -> float:
        value = self._take(key, default)
        low, high = between
        # bool is an int in Python; NaN fails the comparison
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise self.wrong("number", key, low=f"{low:g}", high=f"{high:g}")
        if not low <= value <= high:
            raise self.wrong("number", key, low=f"{low:g}", high=f"{high:g}")
        return float(value)

    def length(self, key: str, between: Between, default: float | None = None) -> float:
        """Millimetres in the file, points here."""
        return self.number(key, between, default) * MM

    def integer(self, key: str, between: tuple[int, int], default: int | None = None) -> int:
        value = self.number(key, between, default)
        if value != int(value):
            raise self.wrong("whole", key)
        return int(value)

    def flag(self, key: str, *, default: bool = False) -> bool:
        value = self._take(key, default)
        if not isinstance(value, bool):
            raise self.wrong("yes_no", key)
        return value

    def one_of(self, key: str, words: tuple[str, ...], default: str | None = None) -> str:
        value = self._take(key, default)
        if not isinstance(value, str) or (value not in words and value != default):
            raise self.wrong("one_of", key, choices=", ".join(words))
        return value

    def match(
        self, key: str, pattern: re.Pattern[str], example: str, default: str | None = None
    ) -> str:
        value = self._take(key, default)
        if value == default and default is not None:
            return default
        if not isinstance(value, str) or not pattern.fullmatch(value):
            raise self.wrong("form", key, example=example)
        return value

    def strings(self, key: str, pattern: re.Pattern[str], example: str) -> tuple[str, ...]:
        """A list of words; nothing where the key is absent."""
        values = self._take(key, [])
        if not isinstance(values, list) or len(values) > MOST:
            raise self.wrong("list", key, most=MOST)
        for value in values:
            if not isinstance(value, str) or not pattern.fullmatch(value):
                raise self.wrong("form", key, example=example)
        return tuple(values)

    def texts(self, key: str) -> dict[str, str]:
        """A sentence by language, NFC; control characters are refused, joiners kept."""
        table = self.table(key)
        texts = {tag: table.sentence(tag) for tag in table.names()}
        if not texts:
            raise self.wrong("missing_key", key)
        return texts

    def sentence(self, tag: str) -> str:
        value = self._take(tag, None)
        if not _TAG.fullmatch(tag):
            raise self.wrong("unknown_key", _shown(tag))
        if not isinstance(value, str) or not value.strip() or len(value) > LONGEST_TEXT:
            raise self.wrong("sentence_form", tag, most=LONGEST_TEXT)
        if any(unicodedata.category(char) in {"Cc", "Cs", "Co"} for char in value):
            raise self.wrong("sentence_form", tag, most=LONGEST_TEXT)
        return unicodedata.normalize("NFC", value)

    def names(self) -> tuple[str, ...]:
        """The keys that are left; all of them names of the template's own."""
        if len(self._values) > MOST:
            raise self._origin.wrong("list", self.at, most=MOST)
        return tuple(self._values)

    def named(self) -> tuple[str, ...]:
        """The same, where each is to be a plain name."""
        for name in self.names():
            if not _SIMPLE.fullmatch(name):
                raise self.wrong("form", _shown(name), example="deep_gold")
        return self.names()

    def is_text(self, key: str) -> bool:
        """Whether the key holds a plain string."""
        return isinstance(self._values.get(key), str)

    def table(self, key: str, *, optional: bool = False) -> Table:
        value = self._take(key, {} if optional else None)
        if not isinstance(value, dict):
            raise self.wrong("table", key)
        return Table(self._origin, self._below(key), value)

    def tables(self, key: str) -> list[Table]:
        values = self._take(key, [])
        if not isinstance(values, list) or not all(isinstance(value, dict) for value in values):
            raise self.wrong("tables", key)
        if len(values) > MOST:
            raise self.wrong("list", key, most=MOST)
        place = self._below(key)
        return [Table(self._origin, f"{place}[{at}]", one) for at, one in enumerate(values)]

    def _take(self, key: str, default: object) -> Any:  # noqa: ANN401 - whatever stands there
        if key not in self._values and default is None:
            raise self.wrong("missing_key", key)
        return self._values.pop(key, default)

    def _below(self, key: str) -> str:
        return f"{self.at}.{key}" if self.at else key


def _shown(key: str) -> str:
    """A key of a stranger's file, fit to be shown."""
    return "".join(char if char.isprintable() else "\ufffd" for char in key)[:_LONGEST_SHOWN]
