"""SVG as a tree of a few hundred nodes, read without trust.

No entities, no external references, no scripts, nothing that moves; bounded in size, number and
depth. What a drawing may hold beside shapes (text, pictures, filters) is refused rather than left
out: a background that lacks something is worse than none.
"""

from __future__ import annotations

import io
import re
import xml.sax
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from xml.sax.handler import ContentHandler
from xml.sax.xmlreader import AttributesNSImpl

from defusedxml.common import DefusedXmlException
from defusedxml.expatreader import create_parser

from kiosk.errors import EnvironmentFault

MOST_NODES = 30_000
DEEPEST = 60
LONGEST_VALUE = 400_000
LONGEST_STYLE = 200_000
_SVG = "http://www.w3.org/2000/svg"
_XLINK = "http://www.w3.org/1999/xlink"
SHAPES = ("path", "rect", "circle", "ellipse", "line", "polyline", "polygon")
_DRAWN = frozenset((
    *SHAPES, "svg", "g", "defs", "use", "symbol", "clipPath", "linearGradient", "radialGradient",
    "stop", "style",
))  # fmt: skip
_SILENT = frozenset({"title", "desc", "metadata"})  # what they hold is never drawn
_UNSAFE = frozenset({
    "script", "foreignObject", "a", "iframe", "audio", "video", "image", "feImage", "handler",
    "animate", "animateMotion", "animateTransform", "animateColor", "set", "discard",
})  # fmt: skip
_RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
_SELECTOR = re.compile(r"(?:[a-zA-Z]+|\.[A-Za-z_][\w-]*|#[A-Za-z_][\w-]*|\*)")
_INSIDE = re.compile(r"#[\w.:-]{1,200}")
_LINK = re.compile(r"url\(\s*['\"]?(#[\w.:-]{1,200})['\"]?\s*\)(?:\s+[a-zA-Z#0-9]+)?")


@dataclass(slots=True)
class Node:
    """An element; ``style`` has its own properties, those of a style sheet among them."""

    name: str
    attributes: Mapping[str, str]
    line: int
    style: dict[str, str] = field(default_factory=dict)
    children: list[Node] = field(default_factory=list)

    def walk(self) -> Iterator[Node]:
        yield self
        for child in self.children:
            yield from child.walk()


@dataclass(frozen=True, slots=True)
class Drawing:
    """A whole file."""

    file: str
    root: Node
    by_id: Mapping[str, Node]

    def wrong(self, what: str, node: Node, value: str = "") -> EnvironmentFault:
        """The fault ``template_picture…`` at a node's line, to be raised."""
        return fault(self.file, node.line, what, value)


def fault(file: str, line: int, what: str, value: str = "") -> EnvironmentFault:
    key = {"unsafe": "template_picture_unsafe", "large": "template_picture_large",
           "part": "template_picture_part"}.get(what, "template_picture")  # fmt: skip
    shown = "".join(char if char.isprintable() else "\ufffd" for char in value[:80])
    return EnvironmentFault(key, file=file, line=line, value=shown, reason=shown)


def read_svg(file: str, data: bytes) -> Drawing:
    """The drawing. Raises EnvironmentFault ``template_picture…`` with the line."""
    # a DOCTYPE names a file that is never fetched; whatever it declares itself is refused
    parser = create_parser(forbid_dtd=False, forbid_entities=True, forbid_external=False)
    handler = _Handler(file)
    parser.setContentHandler(handler)
    parser.setFeature(xml.sax.handler.feature_namespaces, True)
    try:
        parser.parse(io.BytesIO(data))
    except DefusedXmlException as error:
        raise fault(file, handler.line, "unsafe", type(error).__name__) from error
    except xml.sax.SAXParseException as error:
        line = error.getLineNumber() or 1
        raise fault(file, line, "", str(error.getMessage())) from error
    except (xml.sax.SAXException, ValueError, LookupError, RecursionError) as error:
        raise fault(file, handler.line, "", str(error)) from error
    root = handler.root
    if root is None or root.name != "svg":
        raise fault(file, 1, "", "<svg>")
    _apply_sheet(file, root, "".join(handler.sheet))
    by_id = {node.attributes["id"]: node for node in root.walk() if node.attributes.get("id")}
    return Drawing(file, root, by_id)


class _Handler(ContentHandler):
    """Builds the tree and stops at the first thing that has no place in it."""

    def __init__(self, file: str) -> None:
        super().__init__()
        self._file = file
        self._open: list[Node] = []
        self._silent = 0
        self._count = 0
        self.root: Node | None = None
        self.sheet: list[str] = []

    @property
    def line(self) -> int:
        locator = getattr(self, "_locator", None)
        return (locator.getLineNumber() or 1) if locator is not None else 1

    def startElementNS(  # noqa: N802 - the name that xml.sax calls
        self, name: tuple[str | None, str], _qname: str | None, attrs: AttributesNSImpl
    ) -> None:
        self._count += 1
        if self._count > MOST_NODES or len(self._open) + self._silent >= DEEPEST:
            raise fault(self._file, self.line, "large")
        space, local = name
        if local in _UNSAFE:
            raise fault(self._file, self.line, "unsafe", f"<{local}>")
        foreign = space not in {_SVG, None}  # what drawing programs note for themselves
        if self._silent or foreign or local in _SILENT:
            self._silent += 1
            return
        if local not in _DRAWN:
            raise fault(self._file, self.line, "part", f"<{local}>")
        node = Node(local, self._attributes(attrs), self.line)
        node.style = self._style(node)
        if self._open:
            self._open[-1].children.append(node)
        elif self.root is None:
            self.root = node
        self._open.append(node)

    def endElementNS(self, _name: tuple[str | None, str], _qname: str | None) -> None:  # noqa: N802 - as above
        if self._silent:
            self._silent -= 1
        else:
            self._open.pop()

    def characters(self, content: str) -> None:
        if self._open and self._open[-1].name == "style" and not self._silent:
            self.sheet.append(content)
            if sum(map(len, self.sheet)) > LONGEST_STYLE:
                raise fault(self._file, self.line, "large")

    def processingInstruction(self, target: str, data: str) -> None:  # noqa: N802, ARG002 - as above
        raise fault(self._file, self.line, "unsafe", f"<?{target}>")

    def _attributes(self, attrs: AttributesNSImpl) -> dict[str, str]:
        held: dict[str, str] = {}
        for (space, local), value in attrs.items():
            if len(value) > LONGEST_VALUE:
                raise fault(self._file, self.line, "large")
            if local.lower().startswith("on") and not space:
                raise fault(self._file, self.line, "unsafe", local)
            if local == "href" and not _INSIDE.fullmatch(value.strip()):
                raise fault(self._file, self.line, "unsafe", value)
            if not space or (space == _XLINK and local == "href"):
                held[local] = value.strip()
        return held

    def _style(self, node: Node) -> dict[str, str]:
        style = _declarations(node.attributes.get("style", ""))
        _check_links(self._file, node.line, (*node.attributes.values(), *style.values()))
        return style


def _declarations(text: str) -> dict[str, str]:
    pairs = (part.partition(":") for part in text.split(";"))
    return {
        name.strip().lower(): value.replace("!important", "").strip() for name, _, value in pairs
        if name.strip()
    }  # fmt: skip


def _check_links(file: str, line: int, values: tuple[str, ...]) -> None:
    """Every ``url(…)`` is to lead to the drawing itself."""
    for value in values:
        if "url(" in value.lower() and not _LINK.fullmatch(value.strip()):
            raise fault(file, line, "unsafe", value)


def linked(value: str) -> str:
    """The id that ``url(#id)`` or ``#id`` names, "" if none."""
    found = _LINK.fullmatch(value.strip())
    return (found.group(1) if found else value.strip())[1:] if "#" in value else ""


def _apply_sheet(file: str, root: Node, sheet: str) -> None:
    """Simple rules (names, classes, ids) become properties of the nodes they mean."""
    sheet = re.sub(r"/\*.*?\*/", "", sheet, flags=re.DOTALL)
    line = next((node.line for node in root.walk() if node.name == "style"), 1)
    if "@" in sheet or "expression" in sheet.lower():
        raise fault(file, line, "unsafe", "@" if "@" in sheet else "expression")
    rules: dict[str, dict[str, str]] = {}
    for selectors, body in _RULE.findall(sheet):
        declared = _declarations(body)
        _check_links(file, line, tuple(declared.values()))
        for selector in (one.strip() for one in selectors.split(",")):
            if not _SELECTOR.fullmatch(selector):
                raise fault(file, line, "part", selector)
            rules.setdefault(selector, {}).update(declared)
    if not rules:
        return
    for node in root.walk():
        classes = [f".{one}" for one in node.attributes.get("class", "").split()]
        selectors = ["*", node.name, *classes, f"#{node.attributes.get('id', '')}"]
        from_sheet: dict[str, str] = {}
        for selector in selectors:
            from_sheet |= rules.get(selector, {})
        node.style = from_sheet | node.style
