"""What a page looks like, as data: a template is a TOML file (or JSON of the same shape), never
code. ``resources/templates/template.schema.json`` says what may stand in it.

Lengths in the file are millimetres from the top and from the side where reading starts, so one
template serves languages of both directions; type sizes are points. Here all are points.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from dataclasses import dataclass

from kiosk.certificates.conditions import ALWAYS, Condition
from kiosk.domain.language import Text

ALIGNMENTS = ("start", "centre", "end", "justify")
PLACES = ("top", "middle", "bottom")
KINDS = ("text", "rule", "flourish", "symbol", "image")
ORNAMENTS = ("border", "braid", "corners", "rosette", "fill")
ROLES = ("paragraph", "heading", "artifact")  # what a line is to whoever has a page read out
PURPOSES = ("certificate", "slip", "badge", "label")


@dataclass(frozen=True, slots=True)
class Item:
    """One thing in a frame. Its text is a sentence of the languages' folder (``text``), of the
    template's own (``own``), or of the record (``field``).
    """

    kind: str
    at: str  # where it stands in the file, for whoever must mend it
    above: float
    when: Condition
    colour: str
    text: str = ""
    own: Text = dataclasses.field(default_factory=dict)
    field: str = ""
    size: float = 0.0
    min_size: float = 0.0
    lines: int = 1
    bold: bool = False
    weight: int = 0  # as in CSS; 0: what ``bold`` says
    font: str = ""  # a set of faces of the template
    shrink_first: bool = False
    width: float = 0.0  # of a rule, flourish, symbol or image
    height: float = 0.0  # of an image, which keeps its proportions within both
    max_width: float = 0.0  # of a symbol whose modules would else be too fine
    stroke: float = 0.0
    file: str = ""  # of an image
    role: str = "paragraph"
    alt: str = ""  # what an image or symbol is, in words: a sentence as ``text`` is
    own_alt: Text = dataclasses.field(default_factory=dict)


@dataclass(frozen=True, slots=True, eq=False)
class Frame:
    """A box in which items stand one below the other. Each is itself alone, so that layouts can be
    kept by frame.
    """

    id: str
    at: str
    x: float
    y: float
    width: float
    height: float
    align: str
    place: str
    when: Condition
    fill: str  # "" or a colour behind the items
    border: str
    radius: float
    padding: float
    hug: bool  # the fill is as wide as the text, not as the frame
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
class Background:
    """A drawing or picture behind everything, as large as the page."""

    file: str = ""
    mirrored: bool = False  # turned round where reading starts at the right


@dataclass(frozen=True, slots=True)
class Template:
    """A page. ``grows``: as long as its one frame needs (paper from a roll)."""

    file: str
    purpose: str
    name: Text  # what staff choose it by
    languages: tuple[str, ...]  # in which it can be set; none named: in all
    width: float
    height: float
    grows: bool
    title: str  # a sentence of paper.toml, or of the template's own:
    own_title: Text
    colours: Mapping[str, str]
    fonts: Mapping[str, tuple[str, ...]]  # sets of faces: families, or files beside the template
    background: Background
    ornaments: tuple[Ornament, ...]
    frames: tuple[Frame, ...]


__all__ = [
    "ALIGNMENTS", "ALWAYS", "KINDS", "ORNAMENTS", "PLACES", "PURPOSES", "ROLES", "Background",
    "Frame", "Item", "Ornament", "Template",
]  # fmt: skip
