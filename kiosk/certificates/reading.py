"""Reading templates. Whatever is wrong is refused with the file and the key; nothing is guessed."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from kiosk.certificates.template import (
    ALIGNMENTS,
    CONDITIONS,
    KINDS,
    ORNAMENTS,
    PLACES,
    Column,
    Item,
    Ornament,
    Template,
)
from kiosk.errors import EnvironmentFault

SCHEMA = 1
LARGEST_FILE = 100_000
MOST = 40  # columns, items of a column, ornaments
_MM = 72 / 25.4
_COLOUR = re.compile(r"#[0-9A-Fa-f]{6}")
_KEY = re.compile(r"[a-z_]+(\.[a-z_]+)+")
_FIELD = re.compile(r"[a-z_]+")
_Between = tuple[float, float]
_PAGE_MM: _Between = (30, 600)
_SIZE_PT: _Between = (5, 120)


def read_template(path: Path) -> Template:
    """The template of a file. Raises EnvironmentFault template_unreadable or template_wrong."""
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise EnvironmentFault(
                "template_unreadable", file=str(path), reason=f"> {LARGEST_FILE} bytes"
            )
        document = tomllib.loads(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise EnvironmentFault("template_unreadable", file=str(path), reason=str(error)) from error
    top = _Table(path.name, "", document)
    if top.integer("schema", (0, 1000)) != SCHEMA:
        raise top.wrong("schema", str(SCHEMA))
    page = top.table("page")
    size = (page.length("width_mm", _PAGE_MM), page.length("height_mm", _PAGE_MM))
    template = Template(
        file=path.name,
        width=size[0],
        height=size[1],
        grows=page.flag("grows"),
        title=page.match("title", _KEY, "a key of paper.toml"),
        colours=(colours := _colours(top.table("colours"))),
        ornaments=tuple(_ornament(part, colours) for part in top.tables("ornament")),
        columns=tuple(_column(part, colours, size) for part in top.tables("column")),
    )
    page.close()
    top.close()
    if template.grows and len(template.columns) != 1:
        raise page.wrong("grows", "exactly one column")
    return template


class _Table:
    """A table of the file and the keys of it that are still unread."""

    def __init__(self, file: str, key: str, values: Mapping[str, Any]) -> None:
        self._file, self.key, self._values = file, key, dict(values)

    def wrong(self, key: str, expected: str) -> EnvironmentFault:
        place = f"{self.key}.{key}" if self.key else key
        return EnvironmentFault("template_wrong", file=self._file, at=place, expected=expected)

    def close(self) -> None:
        """Refuses keys that nobody asked for: most are slips of the pen."""
        if self._values:
            raise self.wrong(min(self._values), "no such key")

    def number(self, key: str, between: _Between, default: float | None = None) -> float:
        value = self._values.pop(key, default)
        low, high = between
        # bool is an int in Python; NaN fails the comparison
        if (
            isinstance(value, bool)
            or not isinstance(value, int | float)
            or not low <= value <= high
        ):
            raise self.wrong(key, f"{low:g} … {high:g}")
        return float(value)

    def length(self, key: str, between: _Between, default: float | None = None) -> float:
        """Millimetres in the file, points here."""
        return self.number(key, between, default) * _MM

    def integer(self, key: str, between: tuple[int, int], default: int | None = None) -> int:
        value = self.number(key, between, default)
        if value != int(value):
            raise self.wrong(key, "a whole number")
        return int(value)

    def flag(self, key: str) -> bool:
        value = self._values.pop(key, False)
        if not isinstance(value, bool):
            raise self.wrong(key, "true, false")
        return value

    def one_of(self, key: str, words: tuple[str, ...], default: str | None = None) -> str:
        value = self._values.pop(key, default)
        if not isinstance(value, str) or (value not in words and value != default):
            raise self.wrong(key, ", ".join(words))
        return value

    def match(
        self, key: str, pattern: re.Pattern[str], expected: str, default: str | None = None
    ) -> str:
        value = self._values.pop(key, default)
        if value is None or not isinstance(value, str):
            raise self.wrong(key, expected)
        if value != default and not pattern.fullmatch(value):
            raise self.wrong(key, expected)
        return value

    def names(self) -> tuple[str, ...]:
        return tuple(self._values)

    def table(self, key: str) -> _Table:
        value = self._values.pop(key, None)
        if not isinstance(value, dict):
            raise self.wrong(key, "a table")
        return _Table(self._file, f"{self.key}.{key}" if self.key else key, value)

    def tables(self, key: str) -> list[_Table]:
        values = self._values.pop(key, [])
        if not isinstance(values, list) or not all(isinstance(value, dict) for value in values):
            raise self.wrong(key, "tables")
        if len(values) > MOST:
            raise self.wrong(key, f"at most {MOST}")
        place = f"{self.key}.{key}" if self.key else key
        return [_Table(self._file, f"{place}[{at}]", value) for at, value in enumerate(values)]


def _colours(table: _Table) -> dict[str, str]:
    colours = {name: table.match(name, _COLOUR, "#RRGGBB") for name in table.names()}
    table.close()
    return colours


def _ornament(table: _Table, colours: Mapping[str, str]) -> Ornament:
    ornament = Ornament(
        kind=table.one_of("kind", ORNAMENTS),
        colour=colours[table.one_of("colour", tuple(colours))],
        x=table.length("x_mm", (0, _PAGE_MM[1]), 0),
        y=table.length("y_mm", (0, _PAGE_MM[1]), 0),
        width=table.length("width_mm", (0, _PAGE_MM[1]), 0),
        height=table.length("height_mm", (0, _PAGE_MM[1]), 0),
        inset=table.length("inset_mm", (0, 100), 0),
        stroke=table.number("stroke_pt", (0.1, 10), 0.5),
        size=table.length("size_mm", (0.5, 200), 5),
        repeats=table.integer("repeats", (1, 200), 12),
    )
    table.close()
    return ornament


def _column(table: _Table, colours: Mapping[str, str], page: tuple[float, float]) -> Column:
    names = tuple(colours)
    column = Column(
        id=table.match("id", _FIELD, "a name"),
        x=table.length("x_mm", (0, _PAGE_MM[1])),
        y=table.length("y_mm", (0, _PAGE_MM[1])),
        width=table.length("width_mm", (5, _PAGE_MM[1])),
        height=table.length("height_mm", (2, _PAGE_MM[1])),
        align=table.one_of("align", ALIGNMENTS, "start"),
        place=table.one_of("place", PLACES, "top"),
        when=table.one_of("when", CONDITIONS, ""),
        fill=colours.get(table.one_of("fill", names, ""), ""),
        border=colours.get(table.one_of("border", names, ""), ""),
        radius=table.length("radius_mm", (0, 30), 0),
        padding=table.length("padding_mm", (0, 30), 0),
        hug=table.flag("hug"),
        angle=table.number("angle", (-90, 90), 0),
        items=tuple(_item(part, colours) for part in table.tables("item")),
    )
    table.close()
    slack = 0.01
    if column.x + column.width > page[0] + slack:
        raise table.wrong("width_mm", "inside the page")
    if column.y + column.height > page[1] + slack:
        raise table.wrong("height_mm", "inside the page")
    return column


def _item(table: _Table, colours: Mapping[str, str]) -> Item:
    kind = table.one_of("kind", KINDS, "text")
    above = table.length("above_mm", (0, 100), 0)
    when = table.one_of("when", CONDITIONS, "")
    colour = colours[table.one_of("colour", tuple(colours))]
    make: Callable[..., Item] = _text_item if kind == "text" else _drawn_item
    item = make(table, kind=kind, key=table.key, above=above, when=when, colour=colour)
    table.close()
    return item


def _text_item(table: _Table, **common: Any) -> Item:  # noqa: ANN401 - the fields of every item
    text = table.match("text", _KEY, "a key of paper.toml", "")
    field = table.match("field", _FIELD, "a field of the record", "")
    if bool(text) == bool(field):
        raise table.wrong("text", "either text or field")
    size = table.number("size_pt", _SIZE_PT)
    return Item(
        **common,
        text=text,
        field=field,
        size=size,
        min_size=table.number("min_size_pt", (_SIZE_PT[0], size), size),
        lines=table.integer("lines", (1, 20), 1),
        bold=table.flag("bold"),
        shrink_first=table.flag("shrink_first"),
        stroke=table.number("blank_rule_pt", (0, 3), 0),
    )


def _drawn_item(table: _Table, **common: Any) -> Item:  # noqa: ANN401 - the fields of every item
    width = table.length("width_mm", (1, _PAGE_MM[1]))
    return Item(
        **common,
        width=width,
        max_width=table.length("max_width_mm", (width / _MM, _PAGE_MM[1]), width / _MM),
        stroke=table.number("stroke_pt", (0.1, 5), 0.8),
    )
