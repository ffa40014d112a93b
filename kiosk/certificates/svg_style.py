"""What a shape of an SVG looks like: the properties it inherits, and its own."""

from __future__ import annotations

from collections.abc import Mapping

from PIL import ImageColor

from kiosk.certificates.svg import Node
from kiosk.certificates.svg_shapes import length, number, numbers

Style = Mapping[str, str]
START: Style = {
    "fill": "#000000", "stroke": "none", "stroke-width": "1", "stroke-linecap": "butt",
    "stroke-linejoin": "miter", "stroke-miterlimit": "4", "stroke-dasharray": "none",
    "stroke-dashoffset": "0", "fill-rule": "nonzero", "clip-rule": "nonzero", "fill-opacity": "1",
    "stroke-opacity": "1", "visibility": "visible", "color": "#000000", "paint-order": "normal",
}  # fmt: skip
_OWN = ("opacity", "clip-path", "display", "stop-color", "stop-opacity")
REFUSED = ("filter", "mask", "marker", "marker-start", "marker-mid", "marker-end",
           "mix-blend-mode")  # fmt: skip
_NOTHING = {"", "none", "normal", "auto"}
_CAPS = {"butt": 0, "round": 1, "square": 2}
_JOINS = {"miter": 0, "miter-clip": 0, "round": 1, "bevel": 2}


def styled(node: Node, inherited: Style) -> dict[str, str]:
    """All properties of a node; ``inherit`` is what its parent has."""
    own = {
        name: value
        for name in (*START, *_OWN, *REFUSED)
        if (value := node.style.get(name, node.attributes.get(name, ""))) and value != "inherit"
    }
    handed_on = {name: value for name, value in inherited.items() if name in START}
    return {**handed_on, **own}


def refused(style: Style) -> str:
    """The name of a property that cannot be drawn, "" if there is none."""
    return next((name for name in REFUSED if style.get(name, "none") not in _NOTHING), "")


def rgb(style: Style, value: str) -> str:
    """A colour as PDF wants it. Raises ValueError."""
    value = style.get("color", "#000000") if value.lower() == "currentcolor" else value
    channels = ImageColor.getrgb(value)[:3]
    return " ".join(number(one / 255) for one in channels)


def share(style: Style, name: str) -> float:
    """An opacity between 0 and 1."""
    text = style.get(name, "1").strip()
    value = length(text[:-1]) / 100 if text.endswith("%") else length(text)
    return max(0.0, min(1.0, value))


def stroke_first(style: Style) -> bool:
    """Whether the line lies under the fill."""
    order = style["paint-order"].split()
    return "stroke" in order and "fill" not in order[: order.index("stroke")]


def stroking(style: Style, diagonal: float) -> str:
    """The operators that say how a line is drawn. Raises ValueError."""
    width = length(style["stroke-width"], diagonal)
    cap, join = _CAPS[style["stroke-linecap"]], _JOINS[style["stroke-linejoin"]]
    dashes = [] if style["stroke-dasharray"] == "none" else numbers(style["stroke-dasharray"])
    if len(dashes) % 2:
        dashes = dashes * 2
    if any(one < 0 for one in dashes) or not any(dashes):
        dashes = []
    dash = " ".join(number(one) for one in dashes)
    offset = number(max(0.0, length(style["stroke-dashoffset"])))
    limit = number(max(1.0, length(style["stroke-miterlimit"])))
    return f"{number(max(0.0, width))} w {cap} J {join} j {limit} M [{dash}] {offset} d"
