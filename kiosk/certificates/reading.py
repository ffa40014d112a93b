"""Reading templates. Whatever is wrong is refused with file, line and key; nothing is guessed."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kiosk.certificates.conditions import Sets, read_condition, read_sets
from kiosk.certificates.package import Package
from kiosk.certificates.tables import MM, Between, Origin, Table
from kiosk.certificates.template import (
    ALIGNMENTS,
    KINDS,
    ORNAMENTS,
    PLACES,
    PURPOSES,
    ROLES,
    Background,
    Frame,
    Item,
    Ornament,
    Template,
)
from kiosk.errors import EnvironmentFault

SCHEMA = 1
_COLOUR = re.compile(r"#[0-9A-Fa-f]{6}")
_KEY = re.compile(r"[a-z_]+(\.[a-z_]+)+")
_FIELD = re.compile(r"[a-z_]+")
_TAG = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}")
_FONT = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*|[A-Za-z0-9_/-]+\.[Tt][Tt][Ff]")
_FILE = re.compile(r"@(?:logo|signature)|[\w-][\w .()/-]*\.(?:svg|pdf|png|jpe?g)", re.IGNORECASE)
_PAGE_MM: Between = (30, 600)
_SIZE_PT: Between = (5, 120)
_WEIGHT = (100, 900)
_SLACK = 0.01


@dataclass(frozen=True, slots=True)
class _Named:
    """What the rest of the template may call by name."""

    colours: Mapping[str, str]
    fonts: Mapping[str, tuple[str, ...]]
    sets: Sets
    page: tuple[float, float]

    def colour(self, table: Table, key: str, default: str | None = None) -> str:
        """The #RRGGBB of a colour's name; "" where it may be left out and is."""
        return self.colours.get(table.one_of(key, tuple(self.colours), default), "")


def read_template(package: Package) -> Template:
    """The template of a package. Raises EnvironmentFault ``template_…``."""
    top = Table(Origin(package.file, package.text), "", _document(package))
    if top.integer("schema", (0, 1000)) != SCHEMA:
        raise top.wrong("one_of", "schema", choices=str(SCHEMA))
    page = top.table("page")
    size = (page.length("width_mm", _PAGE_MM), page.length("height_mm", _PAGE_MM))
    named = _Named(
        colours=_colours(top.table("colours")),
        fonts=_fonts(top.table("fonts", optional=True)),
        sets=read_sets(top.table("conditions", optional=True)),
        page=size,
    )
    title, own_title = _sentence(page, "title")
    template = Template(
        file=package.file,
        purpose=page.one_of("purpose", PURPOSES),
        name=page.texts("name"),
        languages=page.strings("languages", _TAG, "hi"),
        width=size[0],
        height=size[1],
        grows=page.flag("grows"),
        title=title,
        own_title=own_title,
        colours=named.colours,
        fonts=named.fonts,
        background=_background(top.table("background", optional=True)),
        ornaments=tuple(_ornament(part, named) for part in top.tables("ornament")),
        frames=tuple(_frame(part, named) for part in top.tables("frame")),
    )
    page.close()
    top.close()
    if template.grows and len(template.frames) != 1:
        raise page.wrong("grows", "grows")
    return template


def _document(package: Package) -> dict[str, Any]:
    """The file's tables. Raises ``template_syntax``."""
    try:
        document = json.loads(package.text) if package.json else tomllib.loads(package.text)
    except json.JSONDecodeError as error:
        raise _syntax(package, error.lineno, error.msg) from error
    except tomllib.TOMLDecodeError as error:
        place = re.search(r"at line (\d+)", str(error))
        lines = package.text.count("\n") + 1
        raise _syntax(package, int(place.group(1)) if place else lines, str(error)) from error
    except (RecursionError, ValueError) as error:  # brackets without end; a number of 5,000 digits
        raise _syntax(package, 1, str(error)) from error
    if not isinstance(document, dict):
        raise _syntax(package, 1, "{ … }")
    return document


def _syntax(package: Package, line: int, reason: str) -> EnvironmentFault:
    kind = "JSON" if package.json else "TOML"
    said = reason.partition(" (at ")[0][:200]
    return EnvironmentFault(
        "template_syntax", file=package.file, line=line, at="", kind=kind, reason=said
    )


def _sentence(table: Table, key: str) -> tuple[str, dict[str, str]]:
    """A key of the languages' folder, or the sentence itself in several languages."""
    if table.has(key) and not table.is_text(key):
        return "", table.texts(key)
    return table.match(key, _KEY, "paper.certificate.title"), {}


def _colours(table: Table) -> dict[str, str]:
    colours = {name: table.match(name, _COLOUR, "#1C2333") for name in table.named()}
    table.close()
    return colours


def _fonts(table: Table) -> dict[str, tuple[str, ...]]:
    fonts = {name: table.strings(name, _FONT, "NotoSerif, fonts/Own.ttf") for name in table.named()}
    table.close()
    return fonts


def _background(table: Table) -> Background:
    file = table.match("file", _FILE, "background.svg") if table.has("file") else ""
    background = Background(file, mirrored=table.flag("mirrored"))
    table.close()
    return background


def _ornament(table: Table, named: _Named) -> Ornament:
    ornament = Ornament(
        kind=table.one_of("kind", ORNAMENTS),
        colour=named.colour(table, "colour"),
        x=table.length("x_mm", (0, _PAGE_MM[1]), 0),
        y=table.length("y_mm", (0, _PAGE_MM[1]), 0),
        width=table.length("width_mm", (0, _PAGE_MM[1]), 0),
        height=table.length("height_mm", (0, _PAGE_MM[1]), 0),
        inset=table.length("inset_mm", (0, 100), 0),
        stroke=table.number("stroke_pt", (0.1, 10), 0.5),
        size=table.length("size_mm", (0.5, 300), 5),
        repeats=table.integer("repeats", (1, 200), 12),
    )
    table.close()
    return ornament


def _frame(table: Table, named: _Named) -> Frame:
    frame = Frame(
        id=table.match("id", _FIELD, "main"),
        at=table.at,
        x=table.length("x_mm", (0, _PAGE_MM[1])),
        y=table.length("y_mm", (0, _PAGE_MM[1])),
        width=table.length("width_mm", (5, _PAGE_MM[1])),
        height=table.length("height_mm", (2, _PAGE_MM[1])),
        align=table.one_of("align", ALIGNMENTS, "start"),
        place=table.one_of("place", PLACES, "top"),
        when=read_condition(table, named.sets),
        fill=named.colour(table, "fill", ""),
        border=named.colour(table, "border", ""),
        radius=table.length("radius_mm", (0, 30), 0),
        padding=table.length("padding_mm", (0, 30), 0),
        hug=table.flag("hug"),
        angle=table.number("angle", (-90, 90), 0),
        items=tuple(_item(part, named) for part in table.tables("item")),
    )
    table.close()
    if frame.x + frame.width > named.page[0] + _SLACK:
        raise table.wrong("outside", "width_mm")
    if frame.y + frame.height > named.page[1] + _SLACK:
        raise table.wrong("outside", "height_mm")
    if 2 * frame.padding >= min(frame.width, frame.height):
        raise table.wrong("outside", "padding_mm")
    return frame


def _item(table: Table, named: _Named) -> Item:
    kind = table.one_of("kind", KINDS, "text")
    common = {
        "kind": kind,
        "at": table.at,
        "above": table.length("above_mm", (0, 100), 0),
        "when": read_condition(table, named.sets),
    }
    if kind in {"image", "symbol"} and table.has("alt"):
        common["alt"], common["own_alt"] = _sentence(table, "alt")
    if kind == "text":
        item = _text_item(table, named, common)
    elif kind == "image":
        item = _image_item(table, common)
    else:
        item = _drawn_item(table, named, common)
    table.close()
    return item


def _text_item(table: Table, named: _Named, common: dict[str, Any]) -> Item:
    if table.has("text") == table.has("field"):
        raise table.wrong("text_or_field", "text")
    text, own = _sentence(table, "text") if table.has("text") else ("", {})
    size = table.number("size_pt", _SIZE_PT)
    return Item(
        **common,
        colour=named.colour(table, "colour"),
        text=text,
        own=own,
        field=table.match("field", _FIELD, "name", ""),
        size=size,
        min_size=table.number("min_size_pt", (_SIZE_PT[0], size), size),
        lines=table.integer("lines", (1, 20), 1),
        bold=table.flag("bold"),
        weight=table.integer("weight", _WEIGHT) if table.has("weight") else 0,
        font=table.one_of("font", tuple(named.fonts), ""),
        shrink_first=table.flag("shrink_first"),
        role=table.one_of("role", ROLES, "paragraph"),
        stroke=table.number("blank_rule_pt", (0, 3), 0),
    )


def _image_item(table: Table, common: dict[str, Any]) -> Item:
    return Item(
        **common,
        colour="",
        width=table.length("width_mm", (1, _PAGE_MM[1])),
        height=table.length("height_mm", (1, _PAGE_MM[1])),
        file=table.match("file", _FILE, "signature.png, @logo"),
    )


def _drawn_item(table: Table, named: _Named, common: dict[str, Any]) -> Item:
    width = table.length("width_mm", (1, _PAGE_MM[1]))
    return Item(
        **common,
        colour=named.colour(table, "colour"),
        width=width,
        max_width=table.length("max_width_mm", (width / MM, _PAGE_MM[1]), width / MM),
        stroke=table.number("stroke_pt", (0.1, 5), 0.8),
    )
