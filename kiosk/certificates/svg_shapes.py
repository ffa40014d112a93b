"""Shapes of SVG as PDF paths: lengths, transforms, the outline of every kind of shape."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator

from fontTools.pens.basePen import BasePen
from fontTools.svgLib.path.parser import parse_path

from kiosk.certificates.svg import Node

Matrix = tuple[float, float, float, float, float, float]
IDENTITY: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)
LARGEST = 1e6
_ARC = 0.5522847498
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")
_LENGTH = re.compile(rf"({_NUMBER.pattern})(px|pt|pc|mm|cm|in|%)?")
_UNITS = {"": 1.0, "px": 1.0, "pt": 4 / 3, "pc": 16.0, "mm": 96 / 25.4, "cm": 96 / 2.54, "in": 96.0}
_CALL = re.compile(r"\s*,?\s*(matrix|translate|scale|rotate|skewX|skewY)\s*\(([^()]*)\)\s*,?\s*")
_PATH = re.compile(r"[\sMmZzLlHhVvCcSsQqTtAa0-9eE+.,-]*")


def number(value: float) -> str:
    """A number as PDF wants it."""
    if not -LARGEST <= value <= LARGEST:  # NaN fails it too
        raise ValueError("a number out of bounds")
    return f"{value:.3f}".rstrip("0").rstrip(".") if abs(value) >= 0.0005 else "0"


def length(text: str, whole: float = 0.0) -> float:
    """A length in px; a percentage of ``whole``. Raises ValueError."""
    found = _LENGTH.fullmatch(text.strip())
    if not found:
        raise ValueError(text)
    unit = found.group(2) or ""
    value = float(found.group(1))
    value = value * whole / 100 if unit == "%" else value * _UNITS[unit]
    if not -LARGEST <= value <= LARGEST:
        raise ValueError(text)
    return value


def numbers(text: str) -> list[float]:
    """All numbers of a list. Raises ValueError where there is anything else."""
    if _NUMBER.sub("", text).strip(" ,\t\r\n"):
        raise ValueError(text)
    values = [float(one) for one in _NUMBER.findall(text)]
    if any(not -LARGEST <= one <= LARGEST for one in values):
        raise ValueError(text)
    return values


def times(first: Matrix, then: Matrix) -> Matrix:
    """``first`` applied within ``then``."""
    a, b, c, d, e, f = first
    p, q, r, s, t, u = then
    return (
        a * p + b * r, a * q + b * s, c * p + d * r, c * q + d * s,
        e * p + f * r + t, e * q + f * s + u,
    )  # fmt: skip


def transform(text: str) -> Matrix:
    """The matrix of a list of transforms. Raises ValueError."""
    matrix, at = IDENTITY, 0
    while at < len(text):
        call = _CALL.match(text, at)
        if not call:
            raise ValueError(text)
        matrix = times(_one(call.group(1), numbers(call.group(2))), matrix)
        at = call.end()
    return matrix


def _one(kind: str, values: list[float]) -> Matrix:  # noqa: PLR0911 - a kind of transform each
    match kind, values:
        case "matrix", [a, b, c, d, e, f]:
            return (a, b, c, d, e, f)
        case "translate", [x, *rest] if len(rest) < 2:
            return (1, 0, 0, 1, x, rest[0] if rest else 0)
        case "scale", [x, *rest] if len(rest) < 2:
            return (x, 0, 0, rest[0] if rest else x, 0, 0)
        case "rotate", [angle]:
            return _turn(angle)
        case "rotate", [angle, x, y]:
            return times(times((1, 0, 0, 1, -x, -y), _turn(angle)), (1, 0, 0, 1, x, y))
        case "skewX", [angle]:
            return (1, 0, math.tan(math.radians(angle)), 1, 0, 0)
        case "skewY", [angle]:
            return (1, math.tan(math.radians(angle)), 0, 1, 0, 0)
        case _:
            raise ValueError(kind)


def _turn(angle: float) -> Matrix:
    cosine, sine = math.cos(math.radians(angle)), math.sin(math.radians(angle))
    return (cosine, sine, -sine, cosine, 0, 0)


class _Pen(BasePen):  # type: ignore[misc]  # fontTools' own pens are not typed
    """Writes PDF operators, and knows the box of its points."""

    def __init__(self, matrix: Matrix) -> None:
        super().__init__(None)
        self._matrix = matrix
        self.operators: list[str] = []
        self.across: list[float] = []
        self.up: list[float] = []

    def _point(self, point: tuple[float, float]) -> str:
        a, b, c, d, e, f = self._matrix
        x, y = a * point[0] + c * point[1] + e, b * point[0] + d * point[1] + f
        self.across.append(x)
        self.up.append(y)
        return f"{number(x)} {number(y)}"

    def _moveTo(self, point: tuple[float, float]) -> None:  # noqa: N802 - fontTools' name
        self.operators.append(f"{self._point(point)} m")

    def _lineTo(self, point: tuple[float, float]) -> None:  # noqa: N802 - as above
        self.operators.append(f"{self._point(point)} l")

    def _curveToOne(  # noqa: N802 - as above
        self, first: tuple[float, float], second: tuple[float, float], end: tuple[float, float]
    ) -> None:
        points = " ".join(self._point(one) for one in (first, second, end))
        self.operators.append(f"{points} c")

    def _closePath(self) -> None:  # noqa: N802 - as above
        self.operators.append("h")


Box = tuple[float, float, float, float]


def outline(node: Node, width: float, height: float, matrix: Matrix = IDENTITY) -> tuple[str, Box]:
    """The path of a shape as operators, and its box; nothing for a shape without extent.

    ``width`` and ``height`` are the drawing's, for percentages; ``matrix`` moves the points.

    Raises ValueError (and what fontTools raises) for what is no shape.
    """

    def get(name: str, whole: float, default: str = "0") -> float:
        return length(node.attributes.get(name, default), whole)

    pen = _Pen(matrix)
    if node.name == "path":
        _draw_path(node.attributes.get("d", ""), pen)
    elif node.name in {"polyline", "polygon"}:
        _draw_points(numbers(node.attributes.get("points", "")), pen, closed=node.name == "polygon")
    elif node.name == "line":
        pen.moveTo((get("x1", width), get("y1", height)))
        pen.lineTo((get("x2", width), get("y2", height)))
        pen.endPath()
    elif node.name == "rect":
        _draw_rectangle(node, pen, width, height)
    else:
        _draw_ellipse(node, pen, width, height)
    if not pen.across:
        return "", (0, 0, 0, 0)
    return " ".join(pen.operators), (min(pen.across), min(pen.up), max(pen.across), max(pen.up))


def _draw_path(data: str, pen: _Pen) -> None:
    if not _PATH.fullmatch(data):
        raise ValueError(data[:40])
    if data.strip():
        parse_path(data, pen)


def _draw_points(values: list[float], pen: _Pen, *, closed: bool) -> None:
    points = list(zip(values[::2], values[1::2], strict=False))
    if len(points) < 2:
        return
    pen.moveTo(points[0])
    for point in points[1:]:
        pen.lineTo(point)
    if closed:
        pen.closePath()
    else:
        pen.endPath()


def _draw_rectangle(node: Node, pen: _Pen, width: float, height: float) -> None:
    def get(name: str, whole: float, default: str = "0") -> float:
        return length(node.attributes.get(name, default), whole)

    x, y = get("x", width), get("y", height)
    w, h = get("width", width), get("height", height)
    if w <= 0 or h <= 0:
        return
    given = [node.attributes[name] for name in ("rx", "ry") if name in node.attributes]
    rx = min(get("rx", width, given[0] if given else "0"), w / 2)
    ry = min(get("ry", height, given[-1] if given else "0"), h / 2)
    if rx <= 0 or ry <= 0:
        _draw_points([x, y, x + w, y, x + w, y + h, x, y + h], pen, closed=True)
        return
    kx, ky = rx * (1 - _ARC), ry * (1 - _ARC)
    right, low = x + w, y + h
    pen.moveTo((x + rx, y))
    pen.lineTo((right - rx, y))
    pen.curveTo((right - kx, y), (right, y + ky), (right, y + ry))
    pen.lineTo((right, low - ry))
    pen.curveTo((right, low - ky), (right - kx, low), (right - rx, low))
    pen.lineTo((x + rx, low))
    pen.curveTo((x + kx, low), (x, low - ky), (x, low - ry))
    pen.lineTo((x, y + ry))
    pen.curveTo((x, y + ky), (x + kx, y), (x + rx, y))
    pen.closePath()


def _draw_ellipse(node: Node, pen: _Pen, width: float, height: float) -> None:
    def get(name: str, whole: float) -> float:
        return length(node.attributes.get(name, "0"), whole)

    x, y = get("cx", width), get("cy", height)
    diagonal = math.hypot(width, height) / math.sqrt(2)
    if node.name == "circle":
        rx = ry = get("r", diagonal)
    else:
        rx, ry = get("rx", width), get("ry", height)
    if rx <= 0 or ry <= 0:
        return
    pen.moveTo((x + rx, y))
    for points in _quarters(x, y, rx, ry):
        pen.curveTo(*points)
    pen.closePath()


def _quarters(
    x: float, y: float, rx: float, ry: float
) -> Iterator[tuple[tuple[float, float], ...]]:
    kx, ky = rx * _ARC, ry * _ARC
    yield (x + rx, y + ky), (x + kx, y + ry), (x, y + ry)
    yield (x - kx, y + ry), (x - rx, y + ky), (x - rx, y)
    yield (x - rx, y - ky), (x - kx, y - ry), (x, y - ry)
    yield (x + kx, y - ry), (x + rx, y - ky), (x + rx, y)
