"""Ornaments as vectors: fine lines of the kind that share certificates and bank notes carry.

Each is a list of PDF path operators in page coordinates, computed once per template.
"""

from __future__ import annotations

import math
import zlib
from collections.abc import Callable, Iterator
from functools import lru_cache

from kiosk.certificates.template import Ornament

Point = tuple[float, float]
_STRANDS = 3
_CURVES_PER_LOBE = 4


@lru_cache(maxsize=32)
def ground(ornaments: tuple[Ornament, ...], width: float, height: float) -> bytes:
    """Everything that stands behind the text of a page, as compressed operators."""
    lines = (line for part in ornaments for line in _DRAWN[part.kind](part, width, height))
    return zlib.compress("\n".join(lines).encode(), 9)


def _rgb(colour: str) -> str:
    parts = (int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5))
    return " ".join(f"{part:.3f}" for part in parts)


def _stroke(ornament: Ornament) -> str:
    return f"q {_rgb(ornament.colour)} RG {ornament.stroke:g} w 1 j 1 J"


def _border(ornament: Ornament, width: float, height: float) -> Iterator[str]:
    inset = ornament.inset
    yield _stroke(ornament).replace("1 j 1 J", "0 j 0 J")
    yield f"{inset:.1f} {inset:.1f} {width - 2 * inset:.1f} {height - 2 * inset:.1f} re S Q"


def _fill(ornament: Ornament, width: float, height: float) -> Iterator[str]:
    across, down = ornament.width or width, ornament.height or height
    bottom = height - ornament.y - down
    yield f"q {_rgb(ornament.colour)} rg"
    yield f"{ornament.x:.1f} {bottom:.1f} {across:.1f} {down:.1f} re f Q"


def _braid(ornament: Ornament, width: float, height: float) -> Iterator[str]:
    """Three sine strands that cross each other, along the middle of every side."""
    inset, amplitude = ornament.inset, ornament.size / 2
    corner = ornament.size
    sides: tuple[tuple[Point, Point], ...] = (
        ((inset + corner, inset), (width - inset - corner, inset)),
        ((inset + corner, height - inset), (width - inset - corner, height - inset)),
        ((inset, inset + corner), (inset, height - inset - corner)),
        ((width - inset, inset + corner), (width - inset, height - inset - corner)),
    )
    yield _stroke(ornament)
    for start, stop in sides:
        waves = max(1, round(math.dist(start, stop) / (ornament.size * 2.4)))
        for strand in range(_STRANDS):
            yield _wave(start, stop, waves, amplitude, strand / _STRANDS)
    yield "Q"


def _wave(start: Point, stop: Point, waves: int, amplitude: float, phase: float) -> str:
    """A sine along a straight line that swells from nothing and dies away at its ends."""
    length = math.dist(start, stop)
    along = ((stop[0] - start[0]) / length, (stop[1] - start[1]) / length)

    def at(share: float) -> Point:
        envelope = min(1.0, share * waves, (1 - share) * waves)
        off = amplitude * envelope * math.sin(math.tau * (share * waves + phase))
        on = share * length
        return (
            start[0] + along[0] * on - along[1] * off,
            start[1] + along[1] * on + along[0] * off,
        )

    return _curve(at, waves * _CURVES_PER_LOBE)


def _corners(ornament: Ornament, width: float, height: float) -> Iterator[str]:
    """A small rosette on every corner of a frame."""
    inset = ornament.inset
    for x in (inset, width - inset):
        for y in (inset, height - inset):
            yield f"q 1 g {_circle(x, y, ornament.size / 2)} f Q"
            yield _stroke(ornament)
            yield from _rings(x, y, ornament.size / 2, ornament.repeats, (0.42, 0.62, 0.82))
            yield f"{_circle(x, y, ornament.size / 2)} S Q"


def _rosette(ornament: Ornament, width: float, height: float) -> Iterator[str]:
    """A large rosette, in the middle unless placed, to be drawn in a very light colour."""
    x, y = ornament.x or width / 2, height - (ornament.y or height / 2)
    yield _stroke(ornament)
    yield from _rings(x, y, ornament.size / 2, ornament.repeats, (0.4, 0.52, 0.64, 0.76, 0.88))
    yield "Q"


def _rings(
    x: float, y: float, radius: float, lobes: int, rings: tuple[float, ...]
) -> Iterator[str]:
    for ring in rings:
        for phase in (0.0, 0.5):

            def at(share: float, ring: float = ring, phase: float = phase) -> Point:
                angle = math.tau * share
                reach = radius * (ring + 0.12 * math.cos(lobes * angle + math.tau * phase))
                return x + reach * math.cos(angle), y + reach * math.sin(angle)

            yield _curve(at, lobes * _CURVES_PER_LOBE)


def _curve(at: Callable[[float], Point], curves: int) -> str:
    """A smooth path through points of a curve (Catmull-Rom as cubic Béziers)."""
    points = [at(share / curves) for share in range(curves + 1)]
    before, after = points[0], points[-1]
    around = [before, *points, after]
    if math.dist(before, after) < 1e-6:  # a closed curve is smooth where it meets itself
        around[0], around[-1] = points[-2], points[1]
    path = [f"{points[0][0]:.1f} {points[0][1]:.1f} m"]
    for p0, p1, p2, p3 in zip(around, around[1:], around[2:], around[3:], strict=False):
        first = (p1[0] + (p2[0] - p0[0]) / 6, p1[1] + (p2[1] - p0[1]) / 6)
        second = (p2[0] - (p3[0] - p1[0]) / 6, p2[1] - (p3[1] - p1[1]) / 6)
        path.append(
            " ".join(f"{value:.1f}" for point in (first, second, p2) for value in point) + " c"
        )
    return "\n".join((*path, "S"))


def _circle(x: float, y: float, radius: float) -> str:
    """Four cubic Béziers."""
    k = radius * 0.5523
    arcs = (
        (x + radius, y + k, x + k, y + radius, x, y + radius),
        (x - k, y + radius, x - radius, y + k, x - radius, y),
        (x - radius, y - k, x - k, y - radius, x, y - radius),
        (x + k, y - radius, x + radius, y - k, x + radius, y),
    )
    path = [f"{x + radius:.1f} {y:.1f} m"]
    path += [" ".join(f"{value:.1f}" for value in arc) + " c" for arc in arcs]
    return " ".join(path)


_DRAWN: dict[str, Callable[[Ornament, float, float], Iterator[str]]] = {
    "border": _border,
    "fill": _fill,
    "braid": _braid,
    "corners": _corners,
    "rosette": _rosette,
}
