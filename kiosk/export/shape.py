"""The columns of each exported table, and rows of the record turned into them.

Times are ISO 8601 in the event's zone with its offset; several codes stand in one cell with
spaces between, as XLSForm writes them, titles with semicolons; flags are 1 and 0. A question of a
form has a column of its own name, with ``answer_`` before it where a fixed column has that name
already; where all its choices are whole numbers (a scale), its cells are numbers.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from operator import itemgetter
from typing import Any
from zoneinfo import ZoneInfo

from kiosk.export.source import Cell
from kiosk.forms.model import Question

TEXT, FLAG, TIME, CODES, LIST, KEY, ANSWER, NUMBER, REST = (
    "text", "flag", "time", "codes", "list", "key", "answer", "number", "rest",
)  # fmt: skip
OF_ATTENDEES = frozenset({
    "id", "number", "name", "language", "does", "organisation", "mobile", "email",
    "registered_at", "device_id",
})  # fmt: skip
_KEPT_OF_MASKED = frozenset({
    "id", "number", "attendee_id", "serial", "form_id", "form_version", "registered_at",
    "submitted_at", "issued_at", "device_id", "masked", "status", "replaced_by", "practice",
    "event_id", "same_as",
})  # fmt: skip
_REST = "other_answers"
_WHOLE = re.compile(r"0|-?[1-9][0-9]{0,8}")


@dataclass(frozen=True, slots=True)
class Column:
    """One exported column: ``source`` is its name in the record, ``question`` what it answers."""

    name: str
    kind: str = TEXT
    source: str = ""
    question: Question | None = None


@dataclass(frozen=True, slots=True)
class Shape:
    """One exported table. ``answers`` names the record's column that holds answers by question."""

    table: str
    columns: tuple[Column, ...]
    answers: str = ""

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(column.name for column in self.columns)


_FIXED: Mapping[str, str] = {
    "attendee": "id number name language does kinds:codes organisation mobile email pin_code"
    " district state offers needs wants_help registered_at:time device_id assisted:flag met"
    " masked:flag",
    "consent": "id attendee_id purpose given:flag notice_version language how at:time"
    " withdrawn_at:time",
    "check_in": "id attendee_id session_id at:time device_id",
    "response": "id attendee_id form_id form_version language submitted_at:time device_id",
    "certificate": "id serial attendee_id name blank:flag language sessions:list issued_at:time"
    " device_id status replaced_by reason",
    "device": "id code",
    "anonymous_response": "key:key form_id form_version group_does=does group_language=language"
    " group_state=state",
}
_TOGETHER: Mapping[str, str] = {"attendee": "event_id same_as", "device": ""}
_ANSWERS = {"attendee": "more", "response": "answers", "anonymous_response": "answers"}
RECORD = tuple(_FIXED)


def shape_of(table: str, questions: Iterable[Question] = (), *, together: bool = False) -> Shape:
    """The shape of a table of the record, with a column for each of ``questions``.

    ``together``: of a merged store, whose rows tell their event, and who is the same visitor.
    """
    more = _TOGETHER.get(table, "event_id") if together else ""
    fixed = [_column(text) for text in f"{_FIXED[table]} {more}".split()]
    answers = _ANSWERS.get(table, "")
    taken = {column.name for column in fixed} | {"practice", _REST}
    if table == "anonymous_response":
        taken |= OF_ATTENDEES
    own: dict[str, Column] = {}
    for question in questions:
        clash = question.name.casefold() in taken  # SQLite knows no case in names of columns
        name = f"answer_{question.name}" if clash else question.name
        kind = NUMBER if _is_scale(question) else ANSWER
        own.setdefault(name, Column(name, kind, question.name, question))
    rest = [Column(_REST, REST)] if answers else []
    return Shape(table, (*fixed, *own.values(), *rest, Column("practice", FLAG)), answers)


class Shaping:
    """Turns rows of the record into cells, in the order of a shape's columns.

    ``masked`` collects who has withdrawn while attendees pass; of them, later tables too show
    only that the row exists.
    """

    def __init__(self, zone: str, *, practice: bool, masked: set[str]) -> None:
        self._zone = ZoneInfo(zone)
        self._practice = int(practice)
        self._masked = masked
        self._lists: dict[str, str] = {}
        self._convert: Mapping[str, Callable[[Any], Cell]] = {
            FLAG: int,
            TIME: self.time,
            CODES: self._codes,
            LIST: _titles,
            KEY: _hexadecimal,
        }

    def rows(self, shape: Shape, rows: Iterable[Mapping[str, Any]]) -> Iterator[list[Cell]]:
        """The rows as cells."""
        fixed = [column for column in shape.columns if column.source and column.question is None]
        pick = itemgetter(*(column.source for column in fixed))
        converted = [
            (at, self._convert[column.kind])
            for at, column in enumerate(fixed)
            if column.kind in self._convert
        ]
        questions = [column for column in shape.columns if column.question is not None]
        for row in rows:
            cells: list[Cell] = list(pick(row))
            for at, convert in converted:
                cells[at] = convert(cells[at])
            if shape.answers:
                cells += _answers(row[shape.answers], questions)
            cells.append(self._practice)
            yield _masked(shape, cells) if self._is_masked(row) else cells

    def time(self, at_ms: int | None) -> str | None:
        """ISO 8601 in the event's zone: 2020-01-10T10:15:00.000+05:30."""
        if at_ms is None:
            return None
        return datetime.fromtimestamp(at_ms / 1000, self._zone).isoformat(timespec="milliseconds")

    def _codes(self, value: str | Sequence[str]) -> str:
        if not isinstance(value, str):
            return " ".join(value)
        known = self._lists.get(value)
        if known is None:
            known = self._lists[value] = " ".join(json.loads(value))
        return known

    def _is_masked(self, row: Mapping[str, Any]) -> bool:
        if row.get("masked"):
            self._masked.add(row["id"])
            return True
        return bool(self._masked) and row.get("attendee_id") in self._masked


def cell(value: object) -> Cell:
    """One answer as a cell: lists of codes with spaces between, anything deeper as JSON."""
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, int | float):
        return int(value) if isinstance(value, bool) else value
    if isinstance(value, list | tuple) and all(isinstance(one, str) for one in value):
        return " ".join(value)
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def _is_scale(question: Question) -> bool:
    values = [choice.value for choice in question.choices]
    return question.kind == "select_one" and bool(values) and all(map(_WHOLE.fullmatch, values))


def _number(value: object) -> Cell:
    """A choice of a scale; what an older version of the form allowed stays a text."""
    return int(value) if isinstance(value, str) and _WHOLE.fullmatch(value) else cell(value)


def _titles(value: str | Sequence[str]) -> str:
    return "; ".join(json.loads(value) if isinstance(value, str) else value)


def _hexadecimal(key: bytes | str) -> str:
    return key.hex() if isinstance(key, bytes) else key


def _column(text: str) -> Column:
    name, _, kind = text.partition(":")
    name, _, source = name.partition("=")
    return Column(name, kind or TEXT, source or name)


def _answers(stored: str | Mapping[str, Any] | None, questions: Sequence[Column]) -> list[Cell]:
    if stored in ("{}", "", None):
        return [None] * (len(questions) + 1)
    answers = dict(json.loads(stored) if isinstance(stored, str) else stored)
    cells = [
        _number(answers.pop(column.source, None))
        if column.kind == NUMBER
        else cell(answers.pop(column.source, None))
        for column in questions
    ]
    rest = json.dumps(answers, ensure_ascii=False, sort_keys=True) if answers else None
    return [*cells, rest]


def _masked(shape: Shape, cells: list[Cell]) -> list[Cell]:
    if shape.table in {"consent", "check_in"}:
        return cells  # facts without a word of the person's own
    return [
        value if column.name in _KEPT_OF_MASKED else None
        for column, value in zip(shape.columns, cells, strict=True)
    ]
