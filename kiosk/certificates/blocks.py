"""Blocks of a frame: what each item shows, and how far apart lines must stand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from kiosk.certificates.template import Item
from kiosk.typesetting.line import Line
from kiosk.typesetting.scripts import is_right_to_left
from kiosk.typesetting.typesetter import normal

_NOMINAL_ASCENT, _NOMINAL_DESCENT = 0.74, 0.2  # lines without high or low letters align as others
_LINE_AIR = 0.14
_BLANK_LINE = 1.3  # room to write a name by hand, as a multiple of the type size


@dataclass(frozen=True, slots=True)
class Placed:
    """A line, rule, flourish, symbol or image.

    ``x`` from the page's left, ``down`` from a top: of a line its baseline, of a symbol or image
    its lower edge.
    """

    item: Item
    x: float
    down: float
    width: float
    line: Line | None = None
    height: float = 0.0
    continues: bool = False  # belongs to the line above it
    whole: str = ""  # of the first line of several: the text of all


@dataclass(frozen=True, slots=True)
class Block:
    """What one item shows, ``down`` counted from its own top. ``blank``: a name that cannot be
    set.
    """

    placed: tuple[Placed, ...]
    height: float
    widest: float
    blank: bool = False


@dataclass(slots=True)
class Layout:
    """A frame laid out: its blocks from the top, each with how far down it begins."""

    blocks: list[tuple[float, Block]] = field(default_factory=list)
    height: float = 0.0

    def add(self, block: Block) -> None:
        """Puts a block at the foot; one with nothing in it leaves no trace."""
        if block.placed or block.height:
            self.blocks.append((self.height, block))
            self.height += block.height

    @property
    def placed(self) -> Iterator[tuple[float, Placed]]:
        """Everything, and how far it stands below the frame's top."""
        return ((top + one.down, one) for top, block in self.blocks for one in block.placed)

    @property
    def blank(self) -> bool:
        """Whether a name could not be set."""
        return any(block.blank for _, block in self.blocks)

    @property
    def widest(self) -> float:
        return max((block.widest for _, block in self.blocks), default=0.0)


@dataclass(frozen=True, slots=True)
class Inner:
    """The inside of a frame."""

    left: float
    width: float
    align: str

    @property
    def justifies(self) -> bool:
        """Whether lines are stretched to the whole width."""
        return self.align == "justify"

    def x_of(self, width: float, language: str) -> float:
        """Where something of that width begins."""
        if self.align == "centre":
            return self.left + (self.width - width) / 2
        at_right = (self.align == "end") != is_right_to_left(language)
        return self.left + self.width - width if at_right else self.left


def block_of(item: Item, text: str, lines: Sequence[Line], language: str, inner: Inner) -> Block:
    """A text's lines one below the other."""
    placed: list[Placed] = []
    height = widest = 0.0
    above: Line | None = None
    for line in lines:
        height += _distance(above, line)
        x = inner.x_of(line.width_pt, language)
        continues = above is not None
        whole = normal(text) if len(lines) > 1 and not continues else ""
        placed.append(
            Placed(item, x, height, line.width_pt, line, continues=continues, whole=whole)
        )
        widest = max(widest, line.width_pt)
        above = line
    height += _depth(above) if above is not None else 0.0
    return Block(tuple(placed), height, widest)


def blank_of(item: Item, inner: Inner, size: float) -> Block:
    """Room to write by hand."""
    height = size * _BLANK_LINE
    rule = (Placed(item, inner.left, height, inner.width),) if item.stroke else ()
    return Block(rule, height, 0.0, blank=True)


def _rise(line: Line) -> float:
    return max(line.ascent, line.size_pt * _NOMINAL_ASCENT)


def _depth(line: Line) -> float:
    return max(line.descent, line.size_pt * _NOMINAL_DESCENT)


def _distance(above: Line | None, line: Line) -> float:
    """From the baseline above (or the top) down to this line's: never so near that ink meets."""
    if above is None:
        return _rise(line)
    ink = max(above.descent, 0.0) + max(line.ascent, 0.0) + _LINE_AIR * line.size_pt
    return max(line.leading, ink)
