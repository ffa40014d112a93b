"""Builds real workbooks, .xlsx and .xls, and forms and sessions of them."""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import openpyxl

from kiosk.domain.language import Tag
from kiosk.forms.answers import Check
from kiosk.forms.linter import compile_form
from kiosk.forms.model import Form
from kiosk.forms.session import Session

TODAY = date(2019, 12, 19)
NOW = datetime(2019, 12, 19, 5, 30, tzinfo=UTC)

Rows = Sequence[Mapping[str, Any]]
SETTINGS = {
    "form_title": "Form",
    "form_id": "form",
    "version": "1",
    "default_language": "English (en)",
}
HI, EN = "label::Hindi (hi)", "label::English (en)"


def grid(rows: Rows) -> list[list[Any]]:
    """Rows by column as a table with a header."""
    header = list(dict.fromkeys(column for row in rows for column in row))
    return [header, *([row.get(column) for column in header] for row in rows)]


def write_xlsx(
    path: Path,
    survey: Rows,
    choices: Rows = (),
    settings: Mapping[str, Any] = SETTINGS,
) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "survey"
    sheets = {"survey": sheet}
    for name, rows in (("choices", choices), ("settings", [settings] if settings else [])):
        if rows:
            sheets[name] = book.create_sheet(name)
    for name, rows in (("survey", survey), ("choices", choices), ("settings", [settings])):
        if name in sheets:
            for row in grid(rows):
                sheets[name].append(row)
    book.save(path)
    return path


def build(folder: Path, survey: Rows, choices: Rows = (), **settings: str) -> Form:
    """The form of a workbook in English; labels are made where there are none."""
    labelled = [{EN: f"The {row.get('name')}", **row} for row in survey]
    named = [{EN: f"Choice {row['name']}", **row} for row in choices]
    path = write_xlsx(folder / "form.xlsx", labelled, named, {**SETTINGS, **settings})
    return compile_form(path).form


def begin(
    form: Form,
    language: str = "en",
    *,
    check: Check | None = None,
    answers: Mapping[str, Any] | None = None,
) -> Session:
    def today() -> date:
        return TODAY

    def now() -> datetime:
        return NOW

    return Session(form, Tag(language), today=today, now=now, check=check, answers=answers)


def write_xls(path: Path, sheets: Mapping[str, list[list[str]]]) -> Path:
    """A workbook of Excel 97: BIFF8 records inside a compound file with one stream."""
    path.write_bytes(_compound(_biff8(sheets)))
    return path


def _record(number: int, data: bytes = b"") -> bytes:
    return struct.pack("<HH", number, len(data)) + data


def _string(text: str, width: str) -> bytes:
    return struct.pack(f"<{width}B", len(text), 1) + text.encode("utf-16-le")


def _biff8(sheets: Mapping[str, list[list[str]]]) -> bytes:
    begin_globals = _record(0x809, struct.pack("<HHHHII", 0x600, 5, 0, 0, 0, 0))
    bounds = {name: struct.pack("<IBB", 0, 0, 0) + _string(name, "B") for name in sheets}
    at = len(begin_globals) + sum(4 + len(bound) for bound in bounds.values()) + 4
    head, body = begin_globals, b""
    for name, rows in sheets.items():
        head += _record(0x85, struct.pack("<I", at + len(body)) + bounds[name][4:])
        body += _record(0x809, struct.pack("<HHHHII", 0x600, 0x10, 0, 0, 0, 0))
        for row, cells in enumerate(rows):
            for column, cell in enumerate(cells):
                if cell:
                    place = struct.pack("<HHH", row, column, 0)
                    body += _record(0x204, place + _string(cell, "H"))
        body += _record(0x0A)
    return head + _record(0x0A) + body


def _compound(stream: bytes) -> bytes:
    stream = stream.ljust(max(4096, -(-len(stream) // 512) * 512), b"\0")
    sectors = len(stream) // 512
    assert sectors < 120, "one sector of the allocation table is enough for a test"
    chain = [0xFFFFFFFD, 0xFFFFFFFE, *range(3, sectors + 2), 0xFFFFFFFE]
    table = struct.pack("<128I", *chain, *[0xFFFFFFFF] * (128 - len(chain)))
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    header += struct.pack("<HHHHH6x", 0x3E, 3, 0xFFFE, 9, 6)
    header += struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    header += struct.pack("<109I", 0, *[0xFFFFFFFF] * 108)
    folder = _entry("Root Entry", 5, 0xFFFFFFFE, 0, child=1) + _entry("Workbook", 2, 2, len(stream))
    return header + table + folder.ljust(512, b"\0") + stream


def _entry(name: str, kind: int, start: int, size: int, child: int = 0xFFFFFFFF) -> bytes:
    text = (name + "\0").encode("utf-16-le")
    return (
        text.ljust(64, b"\0")
        + struct.pack("<HBBIII", len(text), kind, 1, 0xFFFFFFFF, 0xFFFFFFFF, child)
        + bytes(36)
        + struct.pack("<II4x", start, size)
    )
