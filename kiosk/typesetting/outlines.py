"""What stands on a page and is no text, as PDF operators: rules, boxes, diamonds, modules.

Lengths are in points, colours #RRGGBB; x, y is a lower left corner unless it says otherwise.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

from kiosk.typesetting.pdf_file import real

_BEND = 1 - 0.5523  # of a radius: from a corner to the points that bend a quarter of a circle
_KEPT = 512  # rules of a batch that stand on every page
_FINER = 4  # a hexadecimal digit is four bits
_DIGITS = bytes.maketrans(b"\x00\x01", b"0F")


@lru_cache(maxsize=64)
def rgb(colour: str) -> str:
    """#RRGGBB as PDF wants it."""
    return " ".join(real(int(colour[at : at + 2], 16) / 255) for at in (1, 3, 5))


@lru_cache(maxsize=_KEPT)
def rule(x0: float, y0: float, x1: float, y1: float, stroke: float, colour: str) -> str:
    ends = f"{real(x0)} {real(y0)} m {real(x1)} {real(y1)} l"
    return f"{rgb(colour)} RG {stroke:g} w {ends} S"


@lru_cache(maxsize=_KEPT)
def diamond(x: float, y: float, size: float, colour: str) -> str:
    corners = ((x - size, y), (x, y + size), (x + size, y), (x, y - size))
    path = (f"{real(left)} {real(bottom)}" for left, bottom in corners)
    return f"{rgb(colour)} rg {' l '.join(path).replace(' l', ' m', 1)} l f"


def painted(path: str, fill: str, border: str, stroke: float) -> str:
    """A path, filled and outlined as asked; a colour that is "" asks for nothing."""
    paint = "B" if fill and border else "f" if fill else "S" if border else "n"
    colours = f"{rgb(fill)} rg " if fill else ""
    if border:
        colours += f"{rgb(border)} RG {stroke:g} w "
    return f"{colours}{path} {paint}"


def rounded(x: float, y: float, width: float, height: float, radius: float) -> str:
    """A rectangle whose corners are quarters of a circle, as cubic Bézier curves."""
    if not radius:
        return f"{real(x)} {real(y)} {real(width)} {real(height)} re"
    bend = radius * _BEND
    right, top = x + width, y + height
    path: tuple[tuple[float | str, ...], ...] = (
        (x + radius, y, "m"),
        (right - radius, y, "l"),
        (right - bend, y, right, y + bend, right, y + radius, "c"),
        (right, top - radius, "l"),
        (right, top - bend, right - bend, top, right - radius, top, "c"),
        (x + radius, top, "l"),
        (x + bend, top, x, top - bend, x, top - radius, "c"),
        (x, y + radius, "l"),
        (x, y + bend, x + bend, y, x + radius, y, "c"),
    )
    return " ".join([*(" ".join(map(_coordinate, part)) for part in path), "h"])


def _coordinate(part: float | str) -> str:
    return part if isinstance(part, str) else f"{part:.2f}"


def mask(rows: Sequence[bytes], x: float, y: float, side: float) -> tuple[str, str]:
    """A square of dark and light modules (1 and 0 in ``rows``, from the top).

    It is a mask four times as fine as the modules, a hexadecimal digit each: viewers and printers
    then smooth their edges, which cameras need, and it is small once compressed.
    """
    count = len(rows) * _FINER
    digits = (row.translate(_DIGITS).decode() + "0" * (len(rows) % 2) for row in rows)
    picture = "".join(row * _FINER for row in digits)
    return (
        f"q 0 g {real(side)} 0 0 {real(side)} {real(x)} {real(y)} cm",
        f"BI /W {count} /H {count} /IM true /D [1 0] /F /AHx ID {picture}> EI Q",
    )
