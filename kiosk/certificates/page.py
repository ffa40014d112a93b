"""Draws pages of a template: ornaments, then columns, mirrored for languages from the right."""

from __future__ import annotations

import string
from collections.abc import Iterable
from functools import lru_cache

from kiosk.certificates.layout import ColumnSetter, Layout, PageContent, Placed, left_of
from kiosk.certificates.ornament import ground
from kiosk.certificates.symbol import draw_symbol
from kiosk.certificates.template import Column, Item, Template
from kiosk.domain.language import Words
from kiosk.errors import EnvironmentFault
from kiosk.typesetting.document import Document
from kiosk.typesetting.typesetter import Typesetter

_LAYOUTS_KEPT = 256
_GROUND = "ground"


class Pages:
    """Pages of one template, checked against every language's sentences and the known fields."""

    def __init__(
        self,
        template: Template,
        typesetter: Typesetter,
        words: Iterable[Words],
        fields: frozenset[str],
    ) -> None:
        self._template = template
        self._ground = ground(template.ornaments, template.width, template.height)
        self._setter = ColumnSetter(typesetter, template.file)
        for language in words:
            _check(template, language, fields)
        self._laid_out = lru_cache(maxsize=_LAYOUTS_KEPT)(self._lay_out)

    def start(self, content: PageContent, *, author: str, subject: str) -> Document:
        """A file for pages of this template, titled in the content's language."""
        template = self._template
        height = template.height
        if template.grows:
            column = template.columns[0]
            layout = self._layout(column, content)
            height = layout.height + 2 * (column.y + column.padding)
        document = Document(
            title=content.words.say(template.title, **content.fields),
            language=content.language,
            width_pt=template.width,
            height_pt=height,
            author=author,
            subject=subject,
        )
        if template.ornaments:
            document.define(_GROUND, self._ground)
        return document

    def draw(self, document: Document, content: PageContent) -> bool:
        """Draws one page; says whether the name became a line to write on."""
        if self._template.ornaments:
            document.repeat(_GROUND)
        blank = False
        for column in self._template.columns:
            if not column.when or column.when in content.flags:
                layout = self._layout(column, content)
                blank = blank or layout.blank
                _draw_column(document, column, content, layout)
        document.next_page()
        return blank

    def _layout(self, column: Column, content: PageContent) -> Layout:
        """A column's layout; equal ones are found again, as a batch repeats all but names."""
        return self._laid_out(column, _seen_by(column, content))

    def _lay_out(self, column: Column, content: PageContent) -> Layout:
        template = self._template
        height = template.height * 10 if template.grows else column.height
        left = left_of(column, template.width, content.language)
        return self._setter.lay_out(column, content, left, height)


def _seen_by(column: Column, content: PageContent) -> PageContent:
    """The part of the content that this column shows."""
    names: set[str] = set()
    for item in column.items:
        parts = string.Formatter().parse(content.words.sentences[item.text]) if item.text else ()
        names.update((name for _, name, _, _ in parts if name), (item.field,))
    shows_symbol = any(item.kind == "symbol" for item in column.items)
    return PageContent(
        words=content.words,
        fields={name: content.fields[name] for name in sorted(names & content.fields.keys())},
        flags=content.flags,
        symbol=content.symbol if shows_symbol else "",
        sessions=content.sessions if "sessions" in names else (),
    )


def _check(template: Template, words: Words, fields: frozenset[str]) -> None:
    """Refuses a template that asks for a sentence or a field that there is not."""
    _check_sentence(template, words, template.title, "page.title", fields)
    for item in (item for column in template.columns for item in column.items):
        if item.text:
            _check_sentence(template, words, item.text, f"{item.key}.text", fields)
        if item.field and item.field not in fields:
            raise _wrong(template, f"{item.key}.field", ", ".join(sorted(fields)))


def _check_sentence(
    template: Template, words: Words, sentence: str, key: str, fields: frozenset[str]
) -> None:
    if not words.has(sentence):
        raise _wrong(template, key, f"a key of {words.tag}/paper.toml")
    parts = string.Formatter().parse(words.sentences[sentence])
    if unknown := {name for _, name, _, _ in parts if name} - fields:
        raise _wrong(template, key, f"no {{{min(unknown)}}} in {words.tag}/paper.toml")


def _wrong(template: Template, key: str, expected: str) -> EnvironmentFault:
    return EnvironmentFault("template_wrong", file=template.file, at=key, expected=expected)


def _draw_column(document: Document, column: Column, content: PageContent, layout: Layout) -> None:
    left = left_of(column, document.width, content.language)
    slack = max(0.0, column.height - 2 * column.padding - layout.height)
    free = {"top": 0.0, "middle": slack / 2, "bottom": slack}[column.place]
    top = document.height - column.y - column.padding - free
    canvas = document.canvas
    canvas.saveState()
    if column.angle:
        x, y = left + column.width / 2, document.height - column.y - column.height / 2
        canvas.translate(x, y)
        canvas.rotate(column.angle)
        canvas.translate(-x, -y)
    _draw_box(document, column, left, top, layout)
    for placed in layout.placed:
        _draw_placed(document, placed, top - placed.down, content)
    canvas.restoreState()


def _draw_box(document: Document, column: Column, left: float, top: float, layout: Layout) -> None:
    """The column's ground, as wide as the column or as what stands in it."""
    if not (column.fill or column.border):
        return
    width = layout.widest + 2 * column.padding if column.hug else column.width
    height = layout.height + 2 * column.padding if column.hug else column.height
    x = left + (column.width - width) / 2
    upper = top + column.padding if column.hug else document.height - column.y
    document.box(
        x, upper - height, width, height,
        radius=column.radius, fill=column.fill, border=column.border,
    )  # fmt: skip


def _draw_placed(document: Document, placed: Placed, y: float, content: PageContent) -> None:
    item = placed.item
    if placed.line is not None:
        document.draw(placed.line, placed.x, y, item.colour)
    elif item.kind == "symbol":
        draw_symbol(document, content.symbol, placed.x, y, placed.width)
    elif item.kind == "flourish":
        _draw_flourish(document, item, placed, y)
    else:
        document.rule(placed.x, y, placed.x + placed.width, y, item.stroke, item.colour)


def _draw_flourish(document: Document, item: Item, placed: Placed, y: float) -> None:
    """A fine rule with a diamond between two smaller ones in its middle."""
    middle, gap = placed.x + placed.width / 2, 16.0
    document.rule(placed.x, y, middle - gap, y, item.stroke, item.colour)
    document.rule(middle + gap, y, placed.x + placed.width, y, item.stroke, item.colour)
    for x, size in ((middle - 9.5, 2.0), (middle, 4.2), (middle + 9.5, 2.0)):
        document.diamond(x, y, size, item.colour)
