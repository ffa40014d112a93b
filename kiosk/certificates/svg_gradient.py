"""Gradients of SVG as shadings of PDF."""

from __future__ import annotations

import itertools
from collections.abc import Mapping

from kiosk.certificates.svg import Drawing, Node, linked
from kiosk.certificates.svg_shapes import Box, Matrix, length, transform
from kiosk.certificates.svg_style import Style, rgb, share, styled
from kiosk.certificates.xobject import Name

_MOST_STOPS = 64
_FARTHEST = 8  # gradients that take their stops from each other
_LINEAR = {"x1": "0%", "y1": "0%", "x2": "100%", "y2": "0%"}
_RADIAL = {"cx": "50%", "cy": "50%", "r": "50%"}


def gradient(
    drawing: Drawing, node: Node, style: Style, box: Box
) -> tuple[list[Matrix], dict[str, object]]:
    """The matrices to be applied one after the other, and the shading itself.

    ``box`` is the box of the shape that is filled. Raises ValueError for numbers that are none.
    """
    chain = _chain(drawing, node)
    held: dict[str, str] = {}
    for one in reversed(chain):
        held.update(one.attributes)
    if held.get("spreadMethod", "pad") != "pad":
        raise drawing.wrong("part", node, "spreadMethod")
    of_box = held.get("gradientUnits", "objectBoundingBox") == "objectBoundingBox"
    matrices: list[Matrix] = []
    if of_box:
        left, top, right, bottom = box
        if right - left <= 0 or bottom - top <= 0:
            raise ValueError("a gradient over nothing")
        matrices.append((right - left, 0, 0, bottom - top, left, top))
    if "gradientTransform" in held:
        matrices.append(transform(held["gradientTransform"]))
    stops = next((found for one in chain if (found := _stops(drawing, one, style))), [])
    if not stops or len(stops) > _MOST_STOPS:
        raise drawing.wrong("part", node, "<stop>")
    shading: dict[str, object] = {
        "ShadingType": 2 if node.name == "linearGradient" else 3,
        "ColorSpace": Name("DeviceRGB"), "Extend": [True, True],
        "Coords": _coordinates(node, held), "Function": _function(stops),
    }  # fmt: skip
    return matrices, shading


def _chain(drawing: Drawing, node: Node) -> list[Node]:
    """The gradient, then those whose stops and numbers it takes."""
    chain = [node]
    while "href" in chain[-1].attributes:
        parent = drawing.by_id.get(linked(chain[-1].attributes["href"]))
        if parent is None or parent in chain or len(chain) > _FARTHEST:
            raise drawing.wrong("", node, chain[-1].attributes["href"])
        chain.append(parent)
    return chain


def _coordinates(node: Node, held: Mapping[str, str]) -> list[float]:
    if node.name == "linearGradient":
        return [length(held.get(name, default), 1.0) for name, default in _LINEAR.items()]
    x, y, radius = (length(held.get(name, default), 1.0) for name, default in _RADIAL.items())
    inner_x, inner_y = length(held.get("fx", str(x)), 1.0), length(held.get("fy", str(y)), 1.0)
    return [inner_x, inner_y, 0.0, x, y, max(radius, 0.0)]


def _stops(drawing: Drawing, node: Node, style: Style) -> list[tuple[float, list[float]]]:
    stops: list[tuple[float, list[float]]] = []
    for child in node.children:
        if child.name != "stop":
            continue
        own = styled(child, style)
        if share(own, "stop-opacity") < 1:
            raise drawing.wrong("part", child, "stop-opacity")
        offset = min(1.0, max(0.0, length(child.attributes.get("offset", "0"), 1.0)))
        offset = max(offset, stops[-1][0]) if stops else offset
        colour = [float(one) for one in rgb(own, own.get("stop-color", "#000000")).split()]
        stops.append((offset, colour))
    return stops


def _function(stops: list[tuple[float, list[float]]]) -> dict[str, object]:
    """From colour to colour, in a straight line each."""
    stops = [(0.0, stops[0][1]), *stops, (1.0, stops[-1][1])]
    parts: list[dict[str, object]] = []
    bounds: list[float] = []
    for (start, colour), (stop, then) in itertools.pairwise(stops):
        if stop - start < 1e-6:
            continue
        parts.append({"FunctionType": 2, "Domain": [0, 1], "C0": colour, "C1": then, "N": 1})
        bounds.append(stop)
    return {
        "FunctionType": 3, "Domain": [0, 1], "Functions": parts, "Bounds": bounds[:-1],
        "Encode": [0, 1] * len(parts),
    }  # fmt: skip
