"""What a page looks like, as data: a template is a TOML file and never code.

Lengths in the file are millimetres from the top and from the side where reading starts, so one
template serves languages of both directions; type sizes are points. Here all are points.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

ALIGNMENTS = ("start", "centre", "end")
PLACES = ("top", "middle", "bottom")
KINDS = ("text", "rule", "flourish", "symbol")
CONDITIONS = ("practice", "specimen", "sample", "sessions", "marked")
ORNAMENTS = ("frame", "braid", "corners", "rosette", "fill")


@dataclass(frozen=True, slots=True)
class Item:
    """One thing in a column. Its text is a sentence (``text``) or of the record (``field``)."""

    kind: str
    key: str  # where it stands in the file, for whoever must mend it
    above: float
    when: str
    colour: str
    text: str = ""
    field: str = ""
    size: float = 0.0
    min_size: float = 0.0
    lines: int = 1
    bold: bool = False
    shrink_first: bool = False
    width: float = 0.0  # of a rule, flourish or symbol
    max_width: float = 0.0  # of a symbol whose modules would else be too fine
    stroke: float = 0.0


@dataclass(frozen=True, slots=True)
class Column:
    """A box in which items stand one below the other."""

    id: str
    x: float
    y: float
    width: float
    height: float
    align: str
    place: str
    when: str
    fill: str  # "" or a colour behind the items
    border: str
    radius: float
    padding: float
    hug: bool  # the fill is as wide as the text, not as the column
    angle: float
    items: tuple[Item, ...]


@dataclass(frozen=True, slots=True)
class Ornament:
    """What is drawn on every page behind everything."""

    kind: str
    colour: str
    x: float
    y: float
    width: float
    height: float
    inset: float
    stroke: float
    size: float
    repeats: int


@dataclass(frozen=True, slots=True)
class Template:
    """A page. ``grows``: as long as its one column needs (paper from a roll)."""

    file: str
    width: float
    height: float
    grows: bool
    title: str
    colours: Mapping[str, str]
    ornaments: tuple[Ornament, ...]
    columns: tuple[Column, ...]
