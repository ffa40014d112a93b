"""The day on one page, for the coordinator: figures first, then charts, then people's own words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from kiosk.certificates.layout import latin
from kiosk.certificates.strokes import Box, Strokes, Style, below, pitch
from kiosk.domain.clock import written_date
from kiosk.domain.language import Words, in_language, indian_grouping
from kiosk.services.paper import SummaryContent
from kiosk.typesetting.document import Document
from kiosk.typesetting.line import Line
from kiosk.typesetting.scripts import is_right_to_left
from kiosk.typesetting.tags import HEADING, SUBHEADING
from kiosk.typesetting.typesetter import Fit, Typesetter

_MM = 72 / 25.4
_WIDTH, _HEIGHT = 210 * _MM, 297 * _MM
_MARGIN = 15 * _MM
_INNER = _WIDTH - 2 * _MARGIN
_INK, _QUIET, _LINE, _WHITE = "#1C2333", "#596275", "#E5DDCF", "#FFFFFF"
_PRIMARY, _DEEP, _TINT, _HIGHLIGHT, _GOLD = "#0B5D63", "#0B4F55", "#EAF3F2", "#F6C453", "#C9A14A"
_SMALL = Style(8.5, _QUIET)
_FOOT = Style(7.5, _QUIET, least=4.5)
_MOST_ROWS = 7
_MOST_SENTENCE = 400  # characters of one sentence; a longer one is left to the export
_MOST_TRIED = 60  # sentences looked at for the page


class SummaryPage:
    """Draws one summary."""

    def __init__(self, typesetter: Typesetter, words: Words, content: SummaryContent) -> None:
        self._typesetter = typesetter
        self._words = words
        self._content = content
        self._document = Document(
            title=self._say("document", date=written_date(content.day)),
            language=words.tag,
            width_pt=_WIDTH,
            height_pt=_HEIGHT,
            author=in_language(content.campaign, words.tag),
            subject=content.device_code,
        )
        self._strokes = Strokes(self._document, typesetter, words.tag)

    def draw(self) -> bytes:
        """The finished file."""
        content, figures = self._content, self._content.figures
        half = (_INNER - 8 * _MM) / 2
        left, right = _MARGIN, _MARGIN + half + 8 * _MM
        self._head()
        self._tiles(Box(_MARGIN, _HEIGHT - 40 * _MM, _INNER, 22 * _MM))
        self._hours(Box(_MARGIN, _HEIGHT - 68 * _MM, _INNER, 42 * _MM))
        top = _HEIGHT - 116 * _MM
        languages = _named(figures.by_language, content.language_names)
        self._rows("by_language", languages, Box(left, top, half, 47 * _MM))
        does = _named(figures.by_does, content.does_labels)
        self._rows("by_does", does, Box(right, top, half, 47 * _MM))
        top -= 52 * _MM
        self._ratings(Box(left, top, half, 42 * _MM))
        themes = _named(figures.themes, content.theme_labels)
        self._rows("themes", themes, Box(right, top, half, 42 * _MM))
        top -= 48 * _MM
        self._sentences(Box(_MARGIN, top, _INNER, top - 20 * _MM))
        self._foot()
        self._document.next_page()
        return self._document.finish()

    def _say(self, key: str, **values: object) -> str:
        return self._words.say(f"paper.summary.{key}", **values)

    def _head(self) -> None:
        content, tag, draw = self._content, self._words.tag, self._strokes
        self._document.box(0, _HEIGHT - 34 * _MM, _WIDTH, 34 * _MM, fill=_DEEP)

        def at(down_mm: float, share: float = 1.0) -> Box:
            return Box(_MARGIN, _HEIGHT, _INNER * share, down_mm * _MM)

        campaign = in_language(content.campaign, tag)
        draw.text(campaign, at(10, 0.6), Style(11, _WHITE, bold=True))
        kiosk = self._say("kiosk", device=latin(content.device_code, tag))
        draw.text(kiosk, at(10), Style(11, _WHITE, align="end"))
        draw.text(self._say("title"), at(21, 0.6), Style(20, _WHITE, bold=True, role=HEADING))
        if content.practice:
            draw.pill(self._say("practice"), at(21), Style(10, _INK, bold=True), _HIGHLIGHT)
        subtitle = self._say(
            "subtitle",
            event=in_language(content.event, tag),
            venue=in_language(content.venue, tag),
            date=latin(written_date(content.day), tag),
        )
        draw.text(subtitle, at(29), Style(10, _TINT))

    def _tiles(self, box: Box) -> None:
        figures = self._content.figures
        shown = (
            ("registered", figures.registered), ("checked_in", figures.checked_in),
            ("responses", figures.responses), ("anonymous", figures.anonymous),
            ("certificates", figures.certificates), ("open", figures.drafts + figures.printing),
        )  # fmt: skip
        gap, pad = 3 * _MM, 2 * _MM
        width = (box.width - gap * (len(shown) - 1)) / len(shown)
        for at, (key, number) in enumerate(shown):
            x, inside = box.x + at * (width + gap), width - 2 * pad
            self._strokes.fill(Box(x, box.top, width, box.height), _TINT, radius=5)
            figure = Box(x + pad, box.top, inside, 9.5 * _MM)
            self._strokes.text(indian_grouping(number), figure, Style(20, _PRIMARY, bold=True))
            label = Box(x + pad, box.top - 12 * _MM, inside, 9 * _MM)
            self._strokes.block(self._say(key), label, Style(8, _QUIET, lines=3, least=4))

    def _hours(self, box: Box) -> None:
        """A bar for every hour between the first and the last registration."""
        self._heading("by_hour", box)
        by_hour = self._content.figures.by_hour
        most = max(by_hour.values(), default=0)
        if not most:
            self._nothing(box)
            return
        hours = range(min(by_hour), max(by_hour) + 1)
        slot = box.width / max(len(hours), 8)
        base, room = box.top - box.height + 5 * _MM, box.height - 18 * _MM
        for at, hour in enumerate(hours):
            count = by_hour.get(hour, 0)
            x, width = box.x + at * slot + slot * 0.18, slot * 0.64
            height = room * count / most
            if count:
                self._strokes.fill(Box(x, base + height, width, height), _PRIMARY)
                above = Box(box.x + at * slot, base + height + 3, slot, 0)
                self._strokes.text(indian_grouping(count), above, Style(8, _INK, align="centre"))
            under = Box(x, base, width, 10)
            self._strokes.text(f"{hour:02}", under, Style(8, _QUIET, align="centre"))
        self._strokes.rule(_MARGIN, base, box.width, _LINE)

    def _rows(self, key: str, counts: Sequence[tuple[str, int]], box: Box) -> None:
        """Bars one below the other, the largest first."""
        rows = sorted(counts, key=lambda row: (-row[1], row[0]))
        if len(rows) > _MOST_ROWS:
            rest = sum(count for _, count in rows[_MOST_ROWS - 1 :])
            rows = [*rows[: _MOST_ROWS - 1], (self._say("others"), rest)]
        self._heading(key, box)
        self._bars(rows, Box(box.x, box.top - 9.4 * _MM, box.width, box.height - 9.4 * _MM))

    def _ratings(self, box: Box) -> None:
        """From five down to one, with their average."""
        ratings = self._content.figures.ratings
        count = sum(ratings.values())
        self._heading("ratings", box)
        if count:
            average = sum(value * times for value, times in ratings.items()) / count
            text = self._say("average", average=f"{average:.1f}", count=indian_grouping(count))
            self._strokes.text(text, Box(box.x, box.top, box.width, 10 * _MM), _SMALL)
        rows = [(str(value), ratings.get(value, 0)) for value in range(5, 0, -1)]
        self._bars(rows, Box(box.x, box.top - 13 * _MM, box.width, box.height - 13 * _MM))

    def _bars(self, rows: Sequence[tuple[str, int]], box: Box) -> None:
        most = max((count for _, count in rows), default=0)
        if not most:
            self._nothing(Box(box.x, box.top + 9.4 * _MM, box.width, box.height))
            return
        height = min(6.6 * _MM, box.height / len(rows))
        for at, (label, count) in enumerate(rows):
            top = box.top - at * height
            place = Box(box.x, top, box.width * 0.5, height)
            self._strokes.block(label, place, Style(8.5, _INK, lines=2), middle=True)
            x = box.x + box.width * 0.53
            width = max(box.width * 0.35 * count / most, 0.6 if count else 0.0)
            self._strokes.fill(Box(x, top - height * 0.26, width, height * 0.48), _PRIMARY)
            figure = Box(x + width + 3, top, box.width * 0.12, height / 2 + 3)
            self._strokes.text(indian_grouping(count), figure, _SMALL)

    def _sentences(self, box: Box) -> None:
        """As many whole sentences as there is room for, and how many more there are."""
        self._heading("sentences", box)
        sentences = self._content.figures.sentences
        if not sentences:
            self._nothing(box)
            return
        top, floor = box.top - 9.4 * _MM, box.top - box.height + 6 * _MM
        shown = 0
        for language, sentence in sentences[:_MOST_TRIED]:
            lines = self._sentence(sentence, language or self._words.tag)
            bottom = top - sum(map(pitch, lines))
            if lines and bottom >= floor:
                self._quote(lines, is_right_to_left(language), top, bottom)
                top, shown = bottom - 5, shown + 1
        if len(sentences) > shown:
            more = self._say("sentences_more", count=indian_grouping(len(sentences) - shown))
            self._strokes.text(more, Box(box.x, floor, box.width, 4 * _MM), _SMALL)

    def _sentence(self, sentence: str, language: str) -> list[Line]:
        """The lines of a sentence in its own language; none where it cannot be set."""
        if len(sentence) > _MOST_SENTENCE or self._typesetter.unsettable(sentence, language):
            return []
        return (
            self._typesetter.paragraph(sentence, language, Fit(_INNER - 5 * _MM, 9.5, 8, 4)) or []
        )

    def _quote(self, lines: Sequence[Line], from_right: bool, top: float, bottom: float) -> None:  # noqa: FBT001 - a direction
        """Draws a sentence beside a bar, on the side where its own language begins."""
        bar, indent = (_WIDTH - _MARGIN if from_right else _MARGIN), 4 * _MM
        self._document.rule(bar, top - 1, bar, bottom + 1, 1.6, _GOLD)
        for line in lines:
            top -= pitch(line)
            x = bar - indent - line.width_pt if from_right else bar + indent
            self._document.draw(line, x, top + below(line), _INK)

    def _foot(self) -> None:
        content, top = self._content, 16 * _MM
        self._strokes.rule(_MARGIN, top, _INNER, _LINE)
        head = latin(content.head, self._words.tag)
        chain = self._say("chain", entries=indian_grouping(content.entries), head=head)
        self._strokes.text(chain, Box(_MARGIN, top, _INNER, 4.5 * _MM), _FOOT)
        if content.sample:
            self._strokes.text(self._say("sample"), Box(_MARGIN, top, _INNER, 9.5 * _MM), _FOOT)

    def _heading(self, key: str, box: Box) -> None:
        place = Box(box.x, box.top, box.width, 4.6 * _MM)
        self._strokes.text(self._say(key), place, Style(11.5, _PRIMARY, bold=True, role=SUBHEADING))

    def _nothing(self, box: Box) -> None:
        place = Box(box.x, box.top, box.width, 11 * _MM)
        self._strokes.text(self._say("none"), place, Style(9, _QUIET))


def _named(counts: Mapping[str, int], names: Mapping[str, str]) -> list[tuple[str, int]]:
    return [(names.get(code, code), count) for code, count in counts.items()]
