"""The recovery sheet: a page for each coordinator, for the day when nothing else opens."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kiosk.certificates.layout import latin
from kiosk.certificates.strokes import Box, Strokes, Style
from kiosk.certificates.symbol import draw_symbol
from kiosk.domain.clock import written_date
from kiosk.domain.language import Tag, Words, in_language
from kiosk.errors import VisitorError
from kiosk.services.paper import Sheet
from kiosk.services.recovery import Keeper, RecoveryContent
from kiosk.typesetting.document import Document
from kiosk.typesetting.tags import HEADING, SUBHEADING
from kiosk.typesetting.typesetter import Typesetter

_MM = 72 / 25.4
_WIDTH, _HEIGHT = 210 * _MM, 297 * _MM
_MARGIN = 15 * _MM
_INNER = _WIDTH - 2 * _MARGIN
_INK, _QUIET, _LINE, _WHITE = "#1C2333", "#596275", "#E5DDCF", "#FFFFFF"
_PRIMARY, _DEEP, _TINT, _HIGHLIGHT = "#0B5D63", "#0B4F55", "#EAF3F2", "#F6C453"
_LABEL, _TEXT = Style(9, _QUIET), Style(10.5, _INK, lines=4, least=7)
_SECRET = "AGE-SECRET-KEY-1"  # noqa: S105 - how every identity begins
_SYMBOL = 50 * _MM
_STEPS = ("passphrase", "laptop", "folder", "keep")
LATIN = "en"  # the language of what is typed: keys have no other


class RecoverySheet:
    """Implements the port ``RecoveryPaper``."""

    def __init__(self, words: Mapping[Tag, Words], typesetter: Typesetter) -> None:
        self._words = words
        self._typesetter = typesetter

    def recovery(self, content: RecoveryContent) -> Sheet:
        words = self._words.get(content.language)
        if words is None:
            raise VisitorError("language_unknown", field="language")
        document = Document(
            title=words.say("paper.recovery.title"), language=words.tag,
            width_pt=_WIDTH, height_pt=_HEIGHT,
            author=in_language(content.campaign, words.tag), subject=content.campaign_id,
        )  # fmt: skip
        for keeper in content.keepers:
            _Page(document, self._typesetter, words, content).draw(keeper)
            document.next_page()
        return Sheet(document.finish(), len(content.keepers))


class _Page:
    """One page, from the top down."""

    def __init__(
        self, document: Document, typesetter: Typesetter, words: Words, content: RecoveryContent
    ) -> None:
        self._document = document
        self._words = words
        self._content = content
        self._strokes = Strokes(document, typesetter, words.tag)
        self._latin = Strokes(document, typesetter, LATIN)

    def draw(self, keeper: Keeper) -> None:
        self._head(keeper)
        self._facts(_HEIGHT - 52 * _MM)
        self._identity(keeper, _HEIGHT - 113 * _MM)
        self._steps(_HEIGHT - 179 * _MM)
        self._signature(keeper, 31 * _MM)

    def _say(self, key: str, **values: object) -> str:
        return self._words.say(f"paper.recovery.{key}", **values)

    def _head(self, keeper: Keeper) -> None:
        self._strokes.fill(Box(0, _HEIGHT, _WIDTH, 34 * _MM), _DEEP)
        campaign = in_language(self._content.campaign, self._words.tag)
        self._strokes.text(campaign, self._row(_HEIGHT, 10), Style(11, _WHITE))
        made = latin(written_date(self._content.made_on), self._words.tag)
        made = self._say("made", date=made)
        self._strokes.text(made, self._row(_HEIGHT, 10), Style(11, _WHITE, align="end"))
        title = f"{self._say('title')} · {self._say(keeper.who)}"
        self._strokes.text(
            title, self._row(_HEIGHT, 24), Style(20, _WHITE, bold=True, role=HEADING)
        )
        warning = Box(_MARGIN, _HEIGHT - 37 * _MM, _INNER, 12 * _MM)
        self._strokes.fill(warning, _HIGHLIGHT, radius=5)
        inside = Box(warning.x + 3 * _MM, warning.top, warning.width - 6 * _MM, warning.height)
        style = Style(11, _INK, bold=True, lines=2, least=7)
        self._strokes.block(self._say("warning"), inside, style, middle=True)

    def _facts(self, top: float) -> None:
        """The campaign, the fingerprint of its root, and both recipients."""
        rows = [("campaign", [self._content.campaign_id]), ("root", _grouped(self._content.root))]
        rows += [(f"recipient_{one.who}", _grouped(one.recipient)) for one in self._content.keepers]
        for key, lines in rows:
            label = Box(_MARGIN, top, _INNER * 0.28, 14 * _MM)
            self._strokes.block(self._say(key), label, Style(9.5, _QUIET, lines=3, least=6))
            self._typed(lines, _MARGIN + _INNER * 0.3, top, _INNER * 0.7, 10)
            top -= max(len(lines), 1) * 5.4 * _MM + 4.5 * _MM

    def _identity(self, keeper: Keeper, top: float) -> None:
        ground = Box(_MARGIN, top, _INNER, 60 * _MM)
        self._strokes.fill(ground, _TINT, radius=6)
        beside = _INNER - _SYMBOL - 14 * _MM
        heading = Box(_MARGIN + 5 * _MM, top - 3 * _MM, beside, 16 * _MM)
        style = Style(12.5, _PRIMARY, bold=True, lines=2, least=8, role=SUBHEADING)
        self._strokes.block(self._say("identity"), heading, style)
        secret = keeper.identity.removeprefix(_SECRET)
        lines = [_SECRET, *_grouped(secret, 4, 5)]
        self._typed(lines, _MARGIN + 5 * _MM, top - 19 * _MM, beside, 14)
        x = self._strokes.left(_MARGIN + _INNER - _SYMBOL - 5 * _MM, _SYMBOL)
        draw_symbol(self._document, keeper.identity, x, top - 5 * _MM - _SYMBOL, _SYMBOL)

    def _steps(self, top: float) -> None:
        for step in _STEPS:
            heading = Box(_MARGIN, top, _INNER, 6 * _MM)
            style = Style(11, _PRIMARY, bold=True, role=SUBHEADING)
            self._strokes.block(self._say(f"{step}_title"), heading, style)
            text = Box(_MARGIN, top - 6 * _MM, _INNER, 14 * _MM)
            self._strokes.block(self._say(f"{step}_text"), text, _TEXT)
            top -= 20.7 * _MM

    def _signature(self, keeper: Keeper, top: float) -> None:
        columns = (self._say("name"), self._say("signature"), self._say("date_and_place"))
        gap = 6 * _MM
        width = (_INNER - gap * (len(columns) - 1)) / len(columns)
        self._strokes.text(self._say(f"signs_{keeper.who}"), self._row(top, 0), _LABEL)
        for at, label in enumerate(columns):
            x = _MARGIN + at * (width + gap)
            self._strokes.rule(x, top - 14 * _MM, width, _INK)
            self._strokes.text(label, Box(x, top, width, 18 * _MM), _LABEL)

    def _typed(self, lines: Sequence[str], x: float, top: float, width: float, size: float) -> None:
        """Keys read from left to right in every language, at the side where the text begins."""
        left = self._strokes.left(x, width)
        for at, line in enumerate(lines):
            box = Box(left, top, width, size * 0.95 + at * size * 1.5)
            self._latin.text(line, box, Style(size, _INK))

    def _row(self, top: float, down_mm: float) -> Box:
        return Box(_MARGIN, top, _INNER, down_mm * _MM)


def _grouped(text: str, symbols: int = 4, in_line: int = 8) -> list[str]:
    """In groups that an eye can hold, some in a line."""
    groups = [text[at : at + symbols] for at in range(0, len(text), symbols)]
    return ["  ".join(groups[at : at + in_line]) for at in range(0, len(groups), in_line)]
