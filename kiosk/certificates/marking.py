"""The mark of practice and of specimens, where a design of somebody's own has forgotten it.

What looks like a certificate and certifies nothing must say so, whoever drew the page.
"""

from __future__ import annotations

from kiosk.certificates.blocks import Layout
from kiosk.certificates.conditions import ALWAYS
from kiosk.certificates.layout import PageContent
from kiosk.certificates.sentences import names_in, sentence_of
from kiosk.certificates.template import Frame, Item, Template
from kiosk.domain.language import Words

MARK = "mark"
_GROUND, _INK = "#F6C453", "#1C2333"


def is_missing(content: PageContent, layouts: list[Layout]) -> bool:
    """Whether the page has to say what it is, and none of its frames does."""
    if "marked" not in content.facts or MARK not in content.fields:
        return False
    items = (placed.item for layout in layouts for _, placed in layout.placed)
    return not any(_shows_mark(item, content.words) for item in items)


def _shows_mark(item: Item, words: Words) -> bool:
    return item.field == MARK or MARK in names_in(sentence_of(item.text, item.own, words))


def mark_frame(template: Template) -> Frame:
    """A bright pill in the middle of the page's upper edge."""
    width, height = template.width, template.height
    item = Item(
        kind="text", at="", above=0, when=ALWAYS, colour=_INK, field=MARK,
        size=max(7, height / 45), min_size=5, bold=True,
    )  # fmt: skip
    return Frame(
        id=MARK, at="", x=width * 0.1, y=height * 0.01, width=width * 0.8, height=height * 0.09,
        align="centre", place="top", when=ALWAYS, fill=_GROUND, border="", radius=height / 120,
        padding=height / 120, hug=True, angle=0, items=(item,),
    )  # fmt: skip
