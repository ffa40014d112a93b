"""In which line of a TOML or JSON file each key stands.

``tomllib`` and ``json`` say it for what they cannot read only; who must mend a template that reads
well and means nothing needs it too. The text has been read by one of them before, so this walk
looks for keys and trusts the rest.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

_BLANK = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_KEY = re.compile(r'[ \t]*("(?:\\.|[^"\\])*"|\'[^\'\n]*\'|[A-Za-z0-9_-]+)[ \t]*')
_SCALAR = re.compile(r"[^,\]}\n#]*")
_LONG = re.compile(r'"""(?:\\.|[^\\])*?"{3,5}|\'\'\'.*?\'{3,5}', re.DOTALL)
_SHORT = re.compile(r'"(?:\\.|[^"\\\n])*"|\'[^\'\n]*\'')


def lines_of(text: str) -> dict[str, int]:
    """The line, counted from 1, of every key: ``frame[0].item[2].size_pt`` -> 57."""
    return _Walk(text).walk()


def nearest_line(lines: Mapping[str, int], at: str) -> int:
    """The line of a key, or of what it would stand in; 1 where nothing is known of either."""
    while at and at not in lines:
        at = at[: max(at.rfind("."), at.rfind("["), 0)]
    return lines.get(at, 1)


class _Walk:
    """One walk through one text."""

    def __init__(self, text: str) -> None:
        self._text, self._at = text, 0
        self._counted, self._line = 0, 1
        self._lines: dict[str, int] = {}
        self._tables: dict[str, int] = {}  # how many there are of each [[table]]

    def walk(self) -> dict[str, int]:
        self._skip()
        if self._text.startswith("{", self._at):
            self._value("")
            return self._lines
        table = ""
        while self._at < len(self._text):
            table = self._header() if self._text[self._at] == "[" else self._pair(table, table)
            self._skip()
        return self._lines

    def _skip(self) -> None:
        blank = _BLANK.match(self._text, self._at)
        self._at = blank.end() if blank else self._at

    def _note(self, path: str, at: int) -> None:
        self._line += self._text.count("\n", self._counted, at)
        self._counted = at
        self._lines.setdefault(path, self._line)

    def _header(self) -> str:
        """``[a.b]`` or ``[[a.b]]``: the table that the next keys belong to."""
        begins = self._at
        many = self._text.startswith("[[", begins)
        self._at += 2 if many else 1
        parts = self._dotted()
        self._at += 2 if many else 1
        path = ""
        for part in parts[:-1]:
            path = self._of_last(_below(path, part))
        path = _below(path, parts[-1])
        if many:
            self._note(path, begins)
            self._tables[path] = self._tables.get(path, 0) + 1
        path = self._of_last(path)
        self._note(path, begins)
        return path

    def _of_last(self, path: str) -> str:
        return f"{path}[{self._tables[path] - 1}]" if path in self._tables else path

    def _dotted(self) -> list[str]:
        parts: list[str] = []
        while found := _KEY.match(self._text, self._at):
            parts.append(found.group(1).strip("\"'"))
            self._at = found.end()
            if not self._text.startswith(".", self._at):
                break
            self._at += 1
        return parts or [""]

    def _pair(self, path: str, then: str) -> str:
        """``key = value``; gives back ``then``."""
        begins = self._at
        for part in self._dotted():
            path = _below(path, part)
            self._note(path, begins)
        self._at += 1  # "=", or ":" in JSON
        self._value(path)
        return then

    def _value(self, path: str) -> None:
        self._skip()
        char = self._text[self._at : self._at + 1]
        if char in {"{", "["} and char:
            self._at += 1
            self._inside(path, "}" if char == "{" else "]")
            return
        found = _LONG.match(self._text, self._at) or _SHORT.match(self._text, self._at)
        found = found or _SCALAR.match(self._text, self._at)
        self._at = max(found.end() if found else 0, self._at + (0 if found else 1))

    def _inside(self, path: str, closing: str) -> None:
        """The parts of an array or of an inline table, up to its end."""
        count = 0
        self._skip()
        while self._at < len(self._text) and self._text[self._at] != closing:
            before = self._at
            if closing == "}":
                self._pair(path, path)
            else:
                self._note(f"{path}[{count}]", self._at)
                self._value(f"{path}[{count}]")
            count += 1
            self._skip()
            if self._text.startswith(",", self._at) or self._at == before:
                self._at += 1
            self._skip()
        self._at += 1


def _below(path: str, key: str) -> str:
    return f"{path}.{key}" if path else key
