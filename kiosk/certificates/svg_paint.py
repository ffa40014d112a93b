"""An SVG drawing as vectors of a PDF: shapes, groups, copies, clips, gradients, opacity."""

from __future__ import annotations

import math
import zlib
from dataclasses import dataclass, field

from fontTools.pens.basePen import PenError

from kiosk.certificates.svg import SHAPES, Drawing, Node, linked, read_svg
from kiosk.certificates.svg_gradient import gradient
from kiosk.certificates.svg_shapes import (
    IDENTITY,
    Box,
    Matrix,
    length,
    number,
    numbers,
    outline,
    times,
    transform,
)
from kiosk.certificates.svg_style import (
    START,
    Style,
    refused,
    rgb,
    share,
    stroke_first,
    stroking,
    styled,
)
from kiosk.certificates.xobject import Name, Picture, Stream

MOST_PAINTED = 60_000  # nodes, those of copies counted each time
MOST_BYTES = 16 << 20
_DEEPEST = 80
_EVERYWHERE = [-20000.0, -20000.0, 20000.0, 20000.0]
# what numbers, paths and colours of a bent file end in
_BROKEN = (
    ValueError, IndexError, KeyError, TypeError, AssertionError, ArithmeticError, PenError,
    RecursionError,
)  # fmt: skip


def svg_picture(file: str, data: bytes) -> Picture:
    """The drawing. Raises EnvironmentFault ``template_picture…`` with the line."""
    drawing = read_svg(file, data)
    root = drawing.root
    try:
        x, y, width, height = _view(root)
    except _BROKEN as error:
        raise drawing.wrong("", root, "viewBox") from error
    painter = _Painter(drawing, _Budget(), (width, height))
    painter.operators.append(f"1 0 0 -1 {number(-x)} {number(y + height)} cm")
    style = styled(root, START)
    for child in root.children:
        painter.paint(child, style, 0)
    entries = _form([0, 0, round(width, 3), round(height, 3)], painter.resources)
    return Picture(Stream(entries, painter.compressed()), (0.0, 0.0, width, height))


def _view(root: Node) -> Box:
    if "viewBox" in root.attributes:
        x, y, width, height = numbers(root.attributes["viewBox"])
    else:
        x, y = 0.0, 0.0
        width = length(root.attributes.get("width", ""))
        height = length(root.attributes.get("height", ""))
    if not (1 <= width <= 100_000 and 1 <= height <= 100_000):
        raise ValueError("size")
    return x, y, width, height


def _form(box: list[float], resources: dict[str, dict[str, object]]) -> dict[str, object]:
    return {
        "Type": Name("XObject"), "Subtype": Name("Form"), "BBox": box,
        "Filter": Name("FlateDecode"), "Resources": resources,
    }  # fmt: skip


@dataclass(slots=True)
class _Budget:
    """What a drawing has used up, its copies and groups together."""

    painted: int = 0
    bytes: int = 0


@dataclass(slots=True)
class _Painter:
    """Writes the operators of one stream."""

    drawing: Drawing
    budget: _Budget
    size: tuple[float, float]
    operators: list[str] = field(default_factory=list)
    resources: dict[str, dict[str, object]] = field(default_factory=dict)

    def compressed(self) -> bytes:
        return zlib.compress("\n".join(self.operators).encode(), 9)

    def paint(self, node: Node, inherited: Style, depth: int) -> None:
        """Draws a node and what is in it."""
        self.budget.painted += 1
        if self.budget.painted > MOST_PAINTED or depth > _DEEPEST:
            raise self.drawing.wrong("large", node)
        style = styled(node, inherited)
        if style.get("display") == "none" or node.name not in {*SHAPES, "g", "use"}:
            if node.name == "svg":
                raise self.drawing.wrong("part", node, "<svg> in <svg>")
            return
        if part := refused(style):
            raise self.drawing.wrong("part", node, part)
        try:
            self._paint(node, style, depth)
        except _BROKEN as error:
            raise self.drawing.wrong("", node, f"<{node.name}> {error}") from error

    def _paint(self, node: Node, style: Style, depth: int) -> None:
        opacity = share(style, "opacity")
        if opacity < 1 and (node.name not in SHAPES or _paints_twice(style)):
            self._paint_group(node, style, depth, opacity)
            return
        self._add("q")
        if "transform" in node.attributes:
            self._add(_cm(transform(node.attributes["transform"])))
        if style.get("clip-path", "none") != "none":
            self._clip(node, style)
        if node.name in SHAPES:
            self._shape(node, style, opacity)
        else:
            self._paint_children(node, style, depth)
        self._add("Q")

    def _paint_children(self, node: Node, style: Style, depth: int) -> None:
        if node.name == "use":
            self._copy(node, style, depth)
            return
        for child in node.children:
            self.paint(child, style, depth + 1)

    def _paint_group(self, node: Node, style: Style, depth: int, opacity: float) -> None:
        """What is seen through is drawn apart, so that its parts do not show through each other."""
        inner = _Painter(self.drawing, self.budget, self.size)
        inner._paint(node, {**style, "opacity": "1"}, depth)
        entries = _form(_EVERYWHERE, inner.resources)
        entries["Group"] = {"S": Name("Transparency"), "I": True, "CS": Name("DeviceRGB")}
        form = Stream(entries, inner.compressed())
        name = self._keep("XObject", form)
        self._add(f"q {self._alpha(opacity, opacity)} /{name} Do Q")

    def _copy(self, node: Node, style: Style, depth: int) -> None:
        """``use``: another node drawn once more, at another place."""
        target = self.drawing.by_id.get(linked(node.attributes.get("href", "")))
        if target is None:
            raise self.drawing.wrong("", node, node.attributes.get("href", "href"))
        x = length(node.attributes.get("x", "0"), self.size[0])
        y = length(node.attributes.get("y", "0"), self.size[1])
        if x or y:
            self._add(_cm((1, 0, 0, 1, x, y)))
        if target.name != "symbol":
            self.paint(target, style, depth + 1)
            return
        if "viewBox" in target.attributes:
            raise self.drawing.wrong("part", target, "<symbol viewBox>")
        for child in target.children:
            self.paint(child, styled(target, style), depth + 1)

    def _shape(self, node: Node, style: Style, opacity: float) -> None:
        path, box = outline(node, *self.size)
        if not path or style.get("visibility") in {"hidden", "collapse"}:
            return
        fill, stroke = style["fill"], style["stroke"]
        if linked(stroke) and stroke.startswith("url"):
            raise self.drawing.wrong("part", node, "stroke: url()")
        odd = "*" if style["fill-rule"] == "evenodd" else ""
        alpha = self._alpha(
            opacity * share(style, "fill-opacity"), opacity * share(style, "stroke-opacity")
        )
        if alpha:
            self._add(alpha)
        if fill.startswith("url"):
            self._add(f"q {path} W{odd} n")
            self._shade(node, style, fill, box)
            self._add("Q")
        filled = fill != "none" and not fill.startswith("url") and node.name != "line"
        if filled:
            self._add(f"{rgb(style, fill)} rg")
        stroked = stroke != "none" and length(style["stroke-width"], self._diagonal()) > 0
        if stroked:
            self._add(f"{rgb(style, stroke)} RG {stroking(style, self._diagonal())}")
        if filled and stroked and stroke_first(style):
            self._add(f"{path} S {path} f{odd}")
        elif filled or stroked:
            ending = (f"B{odd}" if stroked else f"f{odd}") if filled else "S"
            self._add(f"{path} {ending}")

    def _shade(self, node: Node, style: Style, fill: str, box: Box) -> None:
        source = self.drawing.by_id.get(linked(fill))
        if source is None or source.name not in {"linearGradient", "radialGradient"}:
            raise self.drawing.wrong("", node, fill)
        matrices, shading = gradient(self.drawing, source, style, box)
        for matrix in matrices:
            self._add(_cm(matrix))
        self._add(f"/{self._keep('Shading', shading)} sh")

    def _clip(self, node: Node, style: Style) -> None:
        source = self.drawing.by_id.get(linked(style["clip-path"]))
        if source is None or source.name != "clipPath":
            raise self.drawing.wrong("", node, style["clip-path"])
        shapes = [child for child in source.children if child.name in SHAPES]
        units = source.attributes.get("clipPathUnits", "userSpaceOnUse")
        if len(shapes) != len(source.children) or units != "userSpaceOnUse":
            raise self.drawing.wrong("part", source, "<clipPath>")
        whole = transform(source.attributes.get("transform", ""))
        paths = [
            outline(one, *self.size, times(transform(one.attributes.get("transform", "")), whole))[
                0
            ]
            for one in shapes
        ]
        odd = any(styled(one, START)["clip-rule"] == "evenodd" for one in shapes)
        self._add(f"{' '.join(paths) or '0 0 0 0 re'} W{'*' if odd else ''} n")

    def _alpha(self, fill: float, stroke: float) -> str:
        if fill >= 1 and stroke >= 1:
            return ""
        name = f"A{round(fill * 1000)}x{round(stroke * 1000)}"
        states = self.resources.setdefault("ExtGState", {})
        states[name] = {"ca": round(fill, 3), "CA": round(stroke, 3)}
        return f"/{name} gs"

    def _keep(self, kind: str, thing: object) -> str:
        held = self.resources.setdefault(kind, {})
        name = f"{kind[0]}{len(held)}"
        held[name] = thing
        return name

    def _diagonal(self) -> float:
        return math.hypot(*self.size) / math.sqrt(2)

    def _add(self, operators: str) -> None:
        self.budget.bytes += len(operators)
        if self.budget.bytes > MOST_BYTES:
            raise self.drawing.wrong("large", self.drawing.root)
        self.operators.append(operators)


def _paints_twice(style: Style) -> bool:
    return style["fill"] != "none" and style["stroke"] != "none"


def _cm(matrix: Matrix) -> str:
    if matrix == IDENTITY:
        return ""
    a, b, c, d, e, f = matrix
    turned = " ".join(f"{one:.6f}".rstrip("0").rstrip(".") for one in (a, b, c, d))
    return f"{turned} {number(e)} {number(f)} cm"
