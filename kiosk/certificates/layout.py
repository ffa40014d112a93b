"""Where everything in a frame stands: set, shrunk within limits, broken, else refused."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kiosk.certificates.blocks import Block, Inner, Layout, Placed, blank_of, block_of
from kiosk.certificates.sentences import choices
from kiosk.certificates.symbol import fitting_side
from kiosk.certificates.template import Frame, Item
from kiosk.certificates.xobject import Picture
from kiosk.domain.language import Words
from kiosk.errors import EnvironmentFault
from kiosk.typesetting.scripts import is_right_to_left, optical_size
from kiosk.typesetting.typesetter import Fit, Typesetter

NAME = "name"  # the one field that becomes a line to write on instead of an error
SESSIONS = "sessions"
_SCALES = tuple(0.96**step for step in range(41))
Prepared = tuple[Item, tuple[str, ...]]  # an item and what it may say
_LEAST_GAP = 0.55  # gaps shrink with the type, but not to nothing
_SET_KEPT = 2048  # texts of a template at all scales, and some names


@dataclass(frozen=True, slots=True)
class PageContent:
    """What one page shows. ``sessions``: the same list ever shorter, the first that fits is set."""

    words: Words
    fields: Mapping[str, str]
    facts: frozenset[str]  # what conditions may ask for
    symbol: str = ""
    sessions: tuple[str, ...] = ()

    @property
    def language(self) -> str:
        return self.words.tag

    def __hash__(self) -> int:
        return hash((self.language, tuple(self.fields.items()), self.symbol, self.sessions))


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


class FrameSetter:
    """Lays out frames of one template file."""

    def __init__(
        self, typesetters: Mapping[str, Typesetter], pictures: Mapping[str, Picture], file: str
    ) -> None:
        self._typesetters = typesetters  # "" is the kiosk's own, others by the name of a font
        self._pictures = pictures
        self._file = file
        self._set: dict[tuple[object, ...], Block | None] = {}

    def lay_out(self, frame: Frame, content: PageContent, left: float, height: float) -> Layout:
        """The frame at the largest scale at which it fits into ``height``."""
        inner = Inner(left + frame.padding, frame.width - 2 * frame.padding, frame.align)
        items = [
            (item, self._texts(item, content))
            for item in frame.items
            if item.when.met(content.facts)
        ]
        room = height - 2 * frame.padding

        def fitting(scale: float) -> Layout | None:
            return self._attempt(items, content, inner, scale, room)

        best = fitting(1.0)
        if best is not None:
            return best
        too_large, small = 0, len(_SCALES) - 1
        best = fitting(_SCALES[small])
        if best is None:
            raise EnvironmentFault("paper_too_small", place=frame.id, file=self._file)
        while small - too_large > 1:
            middle = (too_large + small) // 2
            tried = fitting(_SCALES[middle])
            if tried is None:
                too_large = middle
            else:
                small, best = middle, tried
        return best

    def _texts(self, item: Item, content: PageContent) -> tuple[str, ...]:
        """What an item may say, the best first; nothing where a name cannot be set."""
        if item.kind != "text":
            return ()
        texts = tuple(choices(item, content.words, content.fields, content.sessions))
        for text in dict.fromkeys((texts[0], texts[-1])):  # between them stand parts of the first
            line = self._typesetters[item.font].set_line(text, content.language, 1, bold=item.bold)
            if item.field == NAME and (line.missing or not line.text):
                return ()
            if line.missing:
                clusters = " ".join(line.missing)
                raise EnvironmentFault("font_missing", text=text, clusters=clusters)
        return texts

    def _attempt(
        self,
        items: Sequence[Prepared],
        content: PageContent,
        inner: Inner,
        scale: float,
        room: float,
    ) -> Layout | None:
        """The items at this scale; None as soon as they do not fit."""
        layout = Layout()
        for item, texts in items:
            if layout.blocks:
                layout.height += item.above * max(scale, _LEAST_GAP)
            if item.kind != "text":
                self._add_drawn(layout, item, content, inner)
            elif not self._add_text(layout, (item, texts), content.language, inner, scale):
                return None
            if layout.height > room:
                return None
        return layout

    def _add_text(
        self, layout: Layout, prepared: Prepared, language: str, inner: Inner, scale: float
    ) -> bool:
        """Sets a text at the frame's foot; False where this scale leaves it no room."""
        item, texts = prepared
        block = self._block(item, texts, language, inner, scale)
        if block is None and item.field == NAME:
            layout.blank = True
            layout.add(blank_of(item, inner, item.size * scale))
            return True
        if block is None:
            return False
        layout.add(block)
        return True

    def _block(
        self, item: Item, texts: tuple[str, ...], language: str, inner: Inner, scale: float
    ) -> Block | None:
        """The first text that has room at this scale; kept, as the pages of a batch repeat it."""
        key = (item.at, texts, language, inner, scale)
        if key not in self._set:
            if len(self._set) >= _SET_KEPT:
                self._set.clear()
            self._set[key] = self._made_block(item, texts, language, inner, scale)
        return self._set[key]

    def _made_block(
        self, item: Item, texts: tuple[str, ...], language: str, inner: Inner, scale: float
    ) -> Block | None:
        for text in texts:
            optical = optical_size(text)
            least = item.min_size * optical
            size = max(item.size * scale * optical, least)
            fit = Fit(inner.width, size, least, item.lines, item.shrink_first, inner.justifies)
            lines = self._typesetters[item.font].paragraph(
                text, language, fit, bold=item.bold, weight=item.weight or None
            )
            if lines is not None:
                return block_of(item, text, lines, language, inner)
        return None

    def _add_drawn(self, layout: Layout, item: Item, content: PageContent, inner: Inner) -> None:
        width, height = item.width, 0.0
        if item.kind == "symbol":
            if not content.symbol:
                return
            width = height = fitting_side(
                content.symbol, item.width, min(item.max_width, inner.width)
            )
        elif item.kind == "image":
            picture = self._pictures.get(item.file)
            if picture is None:  # the campaign has no such picture
                return
            scale = min(min(width, inner.width) / picture.width, item.height / picture.height)
            width, height = picture.width * scale, picture.height * scale
        x = inner.x_of(width, content.language)
        layout.add(Block((Placed(item, x, height, width, height=height),), height, width))
