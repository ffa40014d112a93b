"""Where everything in a frame stands: set, shrunk within limits, broken, else refused."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from kiosk.certificates.blocks import Block, Inner, Layout, Placed, blank_of, block_of
from kiosk.certificates.sentences import choices, names_in, sentence_of
from kiosk.certificates.symbol import fitting_side
from kiosk.certificates.template import Frame, Item
from kiosk.certificates.xobject import Picture
from kiosk.domain.language import Words
from kiosk.errors import EnvironmentFault
from kiosk.typesetting.scripts import is_right_to_left, optical_size
from kiosk.typesetting.typesetter import Fit, Typesetter

NAME = "name"  # the one field that becomes a line to write on instead of an error
_SCALES = tuple(0.96**step for step in range(41))
_LEAST_GAP = 0.55  # gaps shrink with the type, but not to nothing
_SAID_KEPT = 1024  # items of a template in all languages, and some names
_NOTHING = Block((), 0.0, 0.0)


@dataclass(frozen=True, slots=True)
class PageContent:
    """What one page shows. ``shorter``: of a field the same ever shorter, itself first; the first
    that fits is set.
    """

    words: Words
    fields: Mapping[str, str]
    facts: frozenset[str]  # what conditions may ask for
    symbol: str = ""
    shorter: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    @property
    def language(self) -> str:
        return self.words.tag


def latin(text: str, language: str) -> str:
    """A date, number or code for a line of that language: between marks of direction where the
    line runs from the right, else 23-12-2019 would read 2019-12-23 there (UAX #9, W2 and W4).
    """
    return f"\u200e{text}\u200e" if is_right_to_left(language) else text


def by_itself(text: str, language: str) -> str:
    """A name of the other direction than its line: marks keep its last full stop at its end."""
    strong = (unicodedata.bidirectional(char) for char in text)
    first = next((kind for kind in strong if kind in {"L", "R", "AL"}), "")
    if not first or (first != "L") == is_right_to_left(language):
        return text
    if all(unicodedata.bidirectional(text[at]) in {"L", "R", "AL"} for at in (0, -1)):
        return text
    mark = "\u200e" if first == "L" else "\u200f"
    return f"{mark}{text}{mark}"


def left_of(frame: Frame, page_width: float, language: str) -> float:
    """A frame's left edge: mirrored where reading starts at the right."""
    if is_right_to_left(language):
        return page_width - frame.x - frame.width
    return frame.x


@dataclass(slots=True, eq=False)
class _Said:
    """An item with what it says here: the blocks that it makes at every scale tried so far."""

    item: Item
    texts: tuple[str, ...]  # the best first; nothing where a name cannot be set
    language: str
    inner: Inner
    typesetter: Typesetter
    drawn: Block | None = None  # what is no text is as large at every scale
    blocks: dict[float, Block | None] = field(default_factory=dict)

    def at(self, scale: float) -> Block | None:
        """What it is at this scale; None where it has no room."""
        if self.drawn is not None:
            return self.drawn
        if scale not in self.blocks:
            self.blocks[scale] = self._made(scale)
        return self.blocks[scale]

    def _made(self, scale: float) -> Block | None:
        item = self.item
        for text in self.texts:
            if not text:
                return _NOTHING
            optical = optical_size(text)
            least = item.min_size * optical
            size = max(item.size * scale * optical, least)
            fit = Fit(
                self.inner.width, size, least, item.lines, item.shrink_first, self.inner.justifies
            )
            lines = self.typesetter.paragraph(
                text, self.language, fit, bold=item.bold, weight=item.weight or None
            )
            if lines is not None:
                return block_of(item, text, lines, self.language, self.inner)
        return blank_of(item, self.inner, item.size * scale) if item.field == NAME else None


class FrameSetter:
    """Lays out frames of one template file. What items say is kept, as a batch repeats all but
    names and serials.
    """

    def __init__(
        self, typesetters: Mapping[str, Typesetter], pictures: Mapping[str, Picture], file: str
    ) -> None:
        self._typesetters = typesetters  # "" is the kiosk's own, others by the name of a font
        self._pictures = pictures
        self._file = file
        self._said: dict[tuple[object, ...], _Said] = {}

    def lay_out(self, frame: Frame, content: PageContent, left: float, height: float) -> Layout:
        """The frame at the largest scale at which it fits into ``height``."""
        inner = Inner(left + frame.padding, frame.width - 2 * frame.padding, frame.align)
        said = [
            self._prepared(item, content, inner)
            for item in frame.items
            if item.when.met(content.facts)
        ]
        room = height - 2 * frame.padding
        best = _attempt(said, 1.0, room)
        if best is not None:
            return best
        too_large, small = 0, len(_SCALES) - 1
        best = _attempt(said, _SCALES[small], room)
        if best is None:
            raise EnvironmentFault("paper_too_small", place=frame.id, file=self._file)
        while small - too_large > 1:
            middle = (too_large + small) // 2
            tried = _attempt(said, _SCALES[middle], room)
            if tried is None:
                too_large = middle
            else:
                small, best = middle, tried
        return best

    def _prepared(self, item: Item, content: PageContent, inner: Inner) -> _Said:
        sentence = sentence_of(item.text, item.own, content.words)
        names = (item.field,) if item.field else names_in(sentence)
        key = (
            item.at,
            sentence,
            content.language,
            inner.left,
            content.symbol if item.kind == "symbol" else "",
            *map(content.fields.get, names),
        )
        if key not in self._said:
            if len(self._said) >= _SAID_KEPT:
                self._said.clear()
            texts = self._texts(item, content)
            said = _Said(item, texts, content.language, inner, self._typesetters[item.font])
            if item.kind != "text":
                said.drawn = self._drawn(item, content, inner)
            self._said[key] = said
        return self._said[key]

    def _texts(self, item: Item, content: PageContent) -> tuple[str, ...]:
        """What an item may say, the best first; nothing where a name cannot be set."""
        if item.kind != "text":
            return ()
        texts = tuple(choices(item, content.words, content.fields, content.shorter))
        for text in dict.fromkeys((texts[0], texts[-1])):  # between them stand parts of the first
            line = self._typesetters[item.font].set_line(text, content.language, 1, bold=item.bold)
            if item.field == NAME and (line.missing or not line.text):
                return ()
            if line.missing and not texts[-1]:  # what may be left out is
                return ("",)
            if line.missing:
                clusters = " ".join(line.missing)
                raise EnvironmentFault("font_missing", text=text, clusters=clusters)
        return texts

    def _drawn(self, item: Item, content: PageContent, inner: Inner) -> Block:
        """What is no text; nothing in it where there is none to draw."""
        width, height = item.width, 0.0
        if item.kind == "symbol":
            if not content.symbol:
                return _NOTHING
            width = height = fitting_side(
                content.symbol, item.width, min(item.max_width, inner.width)
            )
        elif item.kind == "image":
            picture = self._pictures.get(item.file)
            if picture is None:  # the campaign has no such picture
                return _NOTHING
            scale = min(min(width, inner.width) / picture.width, item.height / picture.height)
            width, height = picture.width * scale, picture.height * scale
        x = inner.x_of(width, content.language)
        return Block((Placed(item, x, height, width, height=height),), height, width)


def _attempt(said: Sequence[_Said], scale: float, room: float) -> Layout | None:
    """The items at this scale; None as soon as they do not fit."""
    layout, gap = Layout(), max(scale, _LEAST_GAP)
    for one in said:
        block = one.at(scale)
        if layout.blocks:
            layout.height += one.item.above * gap
        if block is None:
            return None
        layout.add(block)
        if layout.height > room:
            return None
    return layout
