"""The day on one page, for the coordinator: figures first, then charts, then people's own words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from kiosk.certificates.layout import latin
from kiosk.domain.clock import written_date
from kiosk.domain.language import Words, in_language, indian_grouping
from kiosk.errors import EnvironmentFault
from kiosk.services.ports import SummaryContent
from kiosk.typesetting.document import Document
from kiosk.typesetting.line import Line
from kiosk.typesetting.scripts import is_right_to_left
from kiosk.typesetting.typesetter import Fit, Typesetter

_MM = 72 / 25.4
_WIDTH, _HEIGHT = 210 * _MM, 297 * _MM
_MARGIN = 15 * _MM
_INK, _QUIET, _LINE = "#1C2333", "#596275", "#E5DDCF"
_PRIMARY, _DEEP, _TINT, _HIGHLIGHT, _GOLD = "#0B5D63", "#0B4F55", "#EAF3F2", "#F6C453", "#C9A14A"
_MOST_ROWS = 7
_MOST_SENTENCE = 400  # characters of one sentence; a longer one is left to the export


@dataclass(frozen=True, slots=True)
class _Box:
    """A part of the page; ``x`` from the side where reading starts, ``top`` from the bottom."""

    x: float
    top: float
    width: float
    height: float


class SummaryPage:
    """Draws one summary. Everything is placed from the side where the language begins."""

    def __init__(self, typesetter: Typesetter, words: Words, content: SummaryContent) -> None:
        self._typesetter = typesetter
        self._words = words
        self._content = content
        self._mirrored = is_right_to_left(words.tag)
        self._document = Document(
            title=words.say("paper.summary.document", date=written_date(content.day)),
            language=words.tag,
            width_pt=_WIDTH,
            height_pt=_HEIGHT,
            author=in_language(content.campaign, words.tag),
            subject=content.device_code,
        )

    def draw(self) -> bytes:
        """The finished file."""
        figures = self._content.figures
        inner = _WIDTH - 2 * _MARGIN
        half, gap = (inner - 8 * _MM) / 2, 8 * _MM
        self._head(_Box(0, _HEIGHT, _WIDTH, 34 * _MM))
        self._tiles(_Box(_MARGIN, _HEIGHT - 40 * _MM, inner, 22 * _MM))
        top = _HEIGHT - 68 * _MM
        self._hours(_Box(_MARGIN, top, inner, 42 * _MM))
        top -= 48 * _MM
        left, right = _MARGIN, _MARGIN + half + gap
        self._rows(
            "by_language",
            _named(figures.by_language, self._content.language_names),
            _Box(left, top, half, 47 * _MM),
        )
        self._rows(
            "by_does",
            _named(figures.by_does, self._content.does_labels),
            _Box(right, top, half, 47 * _MM),
        )
        top -= 52 * _MM
        self._rows("ratings", self._ratings(), _Box(left, top, half, 42 * _MM), ordered=True)
        self._rows(
            "themes",
            _named(figures.themes, self._content.theme_labels),
            _Box(right, top, half, 42 * _MM),
        )
        top -= 48 * _MM
        self._sentences(_Box(_MARGIN, top, inner, top - 20 * _MM))
        self._foot(_Box(_MARGIN, 16 * _MM, inner, 8 * _MM))
        self._document.next_page()
        return self._document.finish()

    # --- parts -----------------------------------------------------------------------------------

    def _head(self, box: _Box) -> None:
        content, say = self._content, self._words.say
        self._document.box(0, box.top - box.height, _WIDTH, box.height, fill=_DEEP)
        texts = {
            "event": in_language(content.event, self._words.tag),
            "venue": in_language(content.venue, self._words.tag),
            "date": latin(written_date(content.day), self._words.tag),
        }
        wide = _WIDTH - 2 * _MARGIN
        self._text(
            in_language(content.campaign, self._words.tag),
            _MARGIN,
            box.top - 10 * _MM,
            wide * 0.6,
            11,
            "#FFFFFF",
            bold=True,
        )
        self._text(
            say("paper.summary.kiosk", device=latin(content.device_code, self._words.tag)),
            _MARGIN,
            box.top - 10 * _MM,
            wide,
            11,
            "#FFFFFF",
            end=True,
        )
        self._text(
            say("paper.summary.title"),
            _MARGIN,
            box.top - 21 * _MM,
            wide * 0.6,
            20,
            "#FFFFFF",
            bold=True,
        )
        if content.practice:
            self._pill(say("paper.summary.practice"), box.top - 21 * _MM)
        self._text(
            say("paper.summary.subtitle", **texts), _MARGIN, box.top - 29 * _MM, wide, 10, "#EAF3F2"
        )

    def _pill(self, text: str, baseline: float) -> None:
        line = self._line(text, 60 * _MM, 10, bold=True)
        x = _MARGIN if self._mirrored else _WIDTH - _MARGIN - line.width_pt - 12
        self._document.box(
            x,
            baseline - max(line.descent, 3) - 4,
            line.width_pt + 12,
            max(line.ascent, 8) + max(line.descent, 3) + 8,
            radius=5,
            fill=_HIGHLIGHT,
        )
        self._document.draw(line, x + 6, baseline, _INK)

    def _tiles(self, box: _Box) -> None:
        figures = self._content.figures
        shown = (
            ("registered", figures.registered), ("checked_in", figures.checked_in),
            ("responses", figures.responses), ("anonymous", figures.anonymous),
            ("certificates", figures.certificates), ("open", figures.drafts + figures.printing),
        )  # fmt: skip
        gap = 3 * _MM
        width = (box.width - gap * (len(shown) - 1)) / len(shown)
        for at, (key, number) in enumerate(shown):
            x = box.x + at * (width + gap)
            self._document.box(
                self._left(x, width), box.top - box.height, width, box.height, radius=5, fill=_TINT
            )
            inside = width - 4 * _MM
            self._text(
                indian_grouping(number),
                x + 2 * _MM,
                box.top - 9.5 * _MM,
                inside,
                20,
                _PRIMARY,
                bold=True,
            )
            self._wrapped(
                self._words.say(f"paper.summary.{key}"),
                x + 2 * _MM,
                box.top - 12 * _MM,
                inside,
                8,
                9 * _MM,
            )

    def _hours(self, box: _Box) -> None:
        """A bar for every hour between the first and the last registration."""
        self._heading("by_hour", box)
        by_hour = self._content.figures.by_hour
        if not by_hour:
            self._nothing(box)
            return
        hours = range(min(by_hour), max(by_hour) + 1)
        most = max(by_hour.values())
        slot = box.width / max(len(hours), 8)
        base, room = box.top - box.height + 5 * _MM, box.height - 18 * _MM
        for at, hour in enumerate(hours):
            count = by_hour.get(hour, 0)
            x, width = box.x + at * slot + slot * 0.18, slot * 0.64
            height = room * count / most if most else 0.0
            if count:
                self._document.box(self._left(x, width), base, width, height, fill=_PRIMARY)
                self._centred(indian_grouping(count), x, base + height + 3, width, 8, _INK)
            self._centred(f"{hour:02}", x, base - 10, width, 8, _QUIET)
        self._document.rule(_MARGIN, base, _MARGIN + box.width, base, 0.6, _LINE)

    def _rows(
        self, key: str, counts: Sequence[tuple[str, int]], box: _Box, *, ordered: bool = False
    ) -> None:
        """Bars one below the other, the largest first unless they have an order of their own."""
        top = self._heading(key, box)
        rows = list(counts) if ordered else sorted(counts, key=lambda row: (-row[1], row[0]))
        if len(rows) > _MOST_ROWS:
            rest = sum(count for _, count in rows[_MOST_ROWS - 1 :])
            rows = [*rows[: _MOST_ROWS - 1], (self._words.say("paper.summary.others"), rest)]
        if not any(count for _, count in rows):
            self._nothing(box)
            return
        most = max(count for _, count in rows)
        pitch = min(6.6 * _MM, (top - box.top + box.height) / len(rows))
        for at, (label, count) in enumerate(rows):
            middle = top - (at + 0.5) * pitch
            self._label(label, box.x, middle, box.width * 0.5, pitch)
            x, room = box.x + box.width * 0.53, box.width * 0.35
            width = max(room * count / most, 0.6 if count else 0.0)
            self._document.box(
                self._left(x, width), middle - pitch * 0.24, width, pitch * 0.48, fill=_PRIMARY
            )
            self._text(
                indian_grouping(count), x + width + 3, middle - 3, box.width * 0.12, 8.5, _QUIET
            )

    def _label(self, text: str, x: float, middle: float, width: float, height: float) -> None:
        """A row's label around ``middle``, on one line or two, cut where it is absurdly long."""
        lines: list[Line] | None = None
        for kept in range(len(text), 0, -4):
            shown = text if kept == len(text) else f"{text[:kept].rstrip()}…"
            self._refuse_missing(shown)
            lines = self._small(shown, width, height)
            if lines is not None:
                break
        lines = lines or []
        top = middle + sum(_pitch(line) for line in lines) / 2
        for line in lines:
            top -= _pitch(line)
            left = self._left(x, width)
            start = left + width - line.width_pt if self._mirrored else left
            self._document.draw(line, start, top + _below(line), _INK)

    def _small(self, text: str, width: float, height: float) -> list[Line] | None:
        """At most two lines that fit into a row."""
        for size in (8.5, 8.0, 7.5, 7.0, 6.5, 6.0, 5.5):
            lines = self._typesetter.paragraph(text, self._words.tag, Fit(width, size, size, 2))
            if lines is not None and sum(_pitch(line) for line in lines) <= height:
                return lines
        return None

    def _ratings(self) -> list[tuple[str, int]]:
        ratings = self._content.figures.ratings
        return [(str(value), ratings.get(value, 0)) for value in range(5, 0, -1)]

    def _sentences(self, box: _Box) -> None:
        """As many whole sentences as there is room for, and how many more there are."""
        top = self._heading("sentences", box)
        floor = box.top - box.height + 6 * _MM
        sentences = self._content.figures.sentences
        if not sentences:
            self._nothing(box)
            return
        shown = 0
        for language, sentence in sentences:
            bottom = self._sentence(sentence, language, box, top, floor)
            if bottom is not None:
                shown += 1
                top = bottom - 5
        if len(sentences) > shown:
            more = self._words.say("paper.summary.sentences_more", count=len(sentences) - shown)
            self._text(more, box.x, floor - 4 * _MM, box.width, 8.5, _QUIET)

    def _sentence(
        self, sentence: str, language: str, box: _Box, top: float, floor: float
    ) -> float | None:
        """Draws one sentence in its own direction; None where it cannot be set or has no room."""
        if len(sentence) > _MOST_SENTENCE or self._typesetter.unsettable(sentence, language):
            return None
        inside = box.width - 5 * _MM
        lines = self._typesetter.paragraph(sentence, language, Fit(inside, 9.5, 8, 4))
        if lines is None:
            return None
        bottom = top - sum(_pitch(line) for line in lines)
        if bottom < floor:
            return None
        from_right = is_right_to_left(language)
        bar = box.x + box.width if from_right else box.x
        self._document.rule(bar, top - 1, bar, bottom + 1, 1.6, _GOLD)
        for line in lines:
            top -= _pitch(line)
            x = bar - 4 * _MM - line.width_pt if from_right else bar + 4 * _MM
            self._document.draw(line, x, top + _below(line), _INK)
        return top

    def _foot(self, box: _Box) -> None:
        content, say = self._content, self._words.say
        self._document.rule(_MARGIN, box.top, _WIDTH - _MARGIN, box.top, 0.6, _LINE)
        chain = say(
            "paper.summary.chain",
            entries=indian_grouping(content.entries),
            head=latin(content.head, self._words.tag),
        )
        self._text(chain, box.x, box.top - 4.5 * _MM, box.width, 7.5, _QUIET, lowest=5)
        if content.sample:
            self._text(
                say("paper.summary.sample"),
                box.x,
                box.top - 9.5 * _MM,
                box.width,
                7.5,
                _QUIET,
                lowest=5,
            )

    # --- strokes ---------------------------------------------------------------------------------

    def _left(self, x: float, width: float) -> float:
        """The left edge of what begins at ``x`` from the reading side."""
        return _WIDTH - x - width if self._mirrored else x

    def _heading(self, key: str, box: _Box) -> float:
        """Draws a part's heading; returns where its content may begin."""
        self._text(
            self._words.say(f"paper.summary.{key}"),
            box.x,
            box.top - 4.6 * _MM,
            box.width,
            11.5,
            _PRIMARY,
            bold=True,
        )
        if key == "ratings":
            return self._average(box)
        return box.top - 9.4 * _MM

    def _average(self, box: _Box) -> float:
        ratings = self._content.figures.ratings
        count = sum(ratings.values())
        if count:
            average = sum(value * times for value, times in ratings.items()) / count
            text = self._words.say(
                "paper.summary.average", average=f"{average:.1f}", count=indian_grouping(count)
            )
            self._text(text, box.x, box.top - 10 * _MM, box.width, 8.5, _QUIET)
        return box.top - 13 * _MM

    def _nothing(self, box: _Box) -> None:
        self._text(
            self._words.say("paper.summary.none"), box.x, box.top - 11 * _MM, box.width, 9, _QUIET
        )

    def _refuse_missing(self, text: str) -> None:
        missing = self._typesetter.unsettable(text, self._words.tag)
        if missing:
            raise EnvironmentFault("font_missing", text=text, clusters=" ".join(missing))

    def _line(
        self, text: str, width: float, size: float, *, bold: bool = False, lowest: float = 6
    ) -> Line:
        """One line no wider than ``width``. Raises EnvironmentFault where there is none."""
        self._refuse_missing(text)
        fit = Fit(width, size, min(size, lowest))
        lines = self._typesetter.paragraph(text, self._words.tag, fit, bold=bold)
        if lines is None:
            raise EnvironmentFault("paper_too_small", place=text, file="summary")
        return lines[0]

    def _text(  # noqa: PLR0913 - where, how large and how it looks
        self, text: str, x: float, baseline: float, width: float, size: float, colour: str,
        *, bold: bool = False, end: bool = False, lowest: float = 6,
    ) -> None:  # fmt: skip
        line = self._line(text, width, size, bold=bold, lowest=lowest)
        at_right = end != self._mirrored
        left = self._left(x, width)
        self._document.draw(
            line, left + width - line.width_pt if at_right else left, baseline, colour
        )

    def _centred(
        self, text: str, x: float, baseline: float, width: float, size: float, colour: str
    ) -> None:
        line = self._line(text, max(width, 20), size)
        left = self._left(x, width) + (width - line.width_pt) / 2
        self._document.draw(line, left, baseline, colour)

    def _wrapped(
        self, text: str, x: float, top: float, width: float, size: float, height: float
    ) -> None:
        """A small label on as many lines as its box has room for."""
        while size >= 4:
            lines = self._typesetter.paragraph(text, self._words.tag, Fit(width, size, size, 3))
            if lines is not None and sum(_pitch(line) for line in lines) <= height:
                break
            size -= 0.5
        else:
            raise EnvironmentFault("paper_too_small", place=text, file="summary")
        for line in lines:
            top -= _pitch(line)
            left = self._left(x, width)
            start = left + width - line.width_pt if self._mirrored else left
            self._document.draw(line, start, top + _below(line), _QUIET)


def _named(counts: Mapping[str, int], names: Mapping[str, str]) -> list[tuple[str, int]]:
    return [(names.get(code, code), count) for code, count in counts.items()]


def _below(line: Line) -> float:
    return max(line.descent, 0.24 * line.size_pt)


def _pitch(line: Line) -> float:
    """The height that a line takes up, its ink included."""
    return max(line.ascent, 0.8 * line.size_pt) + _below(line) + 0.12 * line.size_pt
