"""Draws pages of a design: what stands behind, then frames; mirrored where reading starts right."""

from __future__ import annotations

from typing import IO

from kiosk.certificates.blocks import Layout, Placed
from kiosk.certificates.design import Design
from kiosk.certificates.layout import FrameSetter, PageContent, left_of
from kiosk.certificates.marking import is_missing, mark_frame
from kiosk.certificates.ornament import ground
from kiosk.certificates.sentences import filled, sentence_of
from kiosk.certificates.symbol import draw_symbol
from kiosk.certificates.template import Frame, Item
from kiosk.certificates.xobject import as_stream
from kiosk.errors import EnvironmentFault
from kiosk.typesetting.document import Document
from kiosk.typesetting.scripts import is_right_to_left

_GROUND = "ground"


class Pages:
    """Pages of one design."""

    def __init__(self, design: Design) -> None:
        self._design = design
        template = design.template
        self._ground = ground(template.ornaments, template.width, template.height)
        self._setter = FrameSetter(design.typesetters, design.pictures, template.file)
        self._mark = mark_frame(template)

    def start(
        self,
        content: PageContent,
        *,
        author: str,
        subject: str,
        stream: IO[bytes] | None = None,
    ) -> Document:
        """A file for pages of this design, titled in the content's language."""
        template = self._design.template
        height = template.height
        if template.grows:
            frame = template.frames[0]
            layout = self._layout(frame, content)
            height = layout.height + 2 * (frame.y + frame.padding)
        title = sentence_of(template.title, template.own_title, content.words)
        document = Document(
            title=filled(title, content.fields),
            language=content.language,
            width_pt=template.width,
            height_pt=height,
            author=author,
            subject=subject,
            stream=stream,
        )
        if template.ornaments:
            document.define(_GROUND, self._ground)
        for name, picture in self._design.pictures.items():
            pdf = document.canvas._doc  # noqa: SLF001 - ReportLab has no other way
            document.keep(_form(name), as_stream(picture.stream, pdf))
        return document

    def draw(self, document: Document, content: PageContent) -> bool:
        """Draws one page; says whether the name became a line to write on.

        Raises EnvironmentFault ``template_language`` for a language that the design lacks.
        """
        template = self._design.template
        if template.languages and content.language not in template.languages:
            raise EnvironmentFault(
                "template_language", file=template.file, line=1, at="page.languages",
                language=content.language,
            )  # fmt: skip
        self._draw_background(document, content.language)
        shown: list[Layout] = []
        for frame in template.frames:
            if frame.when.met(content.facts):
                shown.append(self._layout(frame, content))
                self._draw_frame(document, frame, content, shown[-1])
        if is_missing(content, shown):
            layout = self._layout(self._mark, content)
            self._draw_frame(document, self._mark, content, layout)
        document.next_page()
        return any(layout.blank for layout in shown)

    def _draw_background(self, document: Document, language: str) -> None:
        template = self._design.template
        picture = self._design.pictures.get(template.background.file)
        if picture is not None:
            mirrored = template.background.mirrored and is_right_to_left(language)
            place = picture.within(0, 0, template.width, template.height, mirrored=mirrored)
            document.operators("q", place)
            document.repeat(_form(template.background.file))
            document.operators("Q")
        if template.ornaments:
            document.repeat(_GROUND)

    def _layout(self, frame: Frame, content: PageContent) -> Layout:
        template = self._design.template
        height = template.height * 10 if template.grows else frame.height
        left = left_of(frame, template.width, content.language)
        return self._setter.lay_out(frame, content, left, height)

    def _draw_frame(
        self, document: Document, frame: Frame, content: PageContent, layout: Layout
    ) -> None:
        left = left_of(frame, document.width, content.language)
        slack = max(0.0, frame.height - 2 * frame.padding - layout.height)
        free = {"top": 0.0, "middle": slack / 2, "bottom": slack}[frame.place]
        top = document.height - frame.y - frame.padding - free
        canvas = document.canvas
        canvas.saveState()
        if frame.angle:
            x, y = left + frame.width / 2, document.height - frame.y - frame.height / 2
            canvas.translate(x, y)
            canvas.rotate(frame.angle)
            canvas.translate(-x, -y)
        _draw_box(document, frame, left, top, layout)
        for down, placed in layout.placed:
            self._draw_placed(document, placed, top - down, content)
        canvas.restoreState()

    def _draw_placed(
        self, document: Document, placed: Placed, y: float, content: PageContent
    ) -> None:
        item = placed.item
        if placed.line is not None:
            document.draw(
                placed.line, placed.x, y, item.colour,
                role=item.role, whole=placed.whole, continues=placed.continues,
            )  # fmt: skip
        elif item.kind in {"symbol", "image"}:
            alt = filled(sentence_of(item.alt, item.own_alt, content.words), content.fields)
            with document.figure(
                alt, placed.x, y, placed.width, placed.height, language=content.language
            ):
                self._draw_picture(document, placed, y, content)
        elif item.kind == "flourish":
            _draw_flourish(document, item, placed, y)
        else:
            document.rule(placed.x, y, placed.x + placed.width, y, item.stroke, item.colour)

    def _draw_picture(
        self, document: Document, placed: Placed, y: float, content: PageContent
    ) -> None:
        if placed.item.kind == "symbol":
            draw_symbol(document, content.symbol, placed.x, y, placed.width)
            return
        picture = self._design.pictures[placed.item.file]
        document.operators("q", picture.within(placed.x, y, placed.width, placed.height))
        document.repeat(_form(placed.item.file))
        document.operators("Q")


def _form(name: str) -> str:
    """What a picture is called within a PDF."""
    return f"picture-{name.encode().hex()}"


def _draw_box(document: Document, frame: Frame, left: float, top: float, layout: Layout) -> None:
    """The frame's ground, as wide as the frame or as what stands in it."""
    if not (frame.fill or frame.border):
        return
    width = layout.widest + 2 * frame.padding if frame.hug else frame.width
    height = layout.height + 2 * frame.padding if frame.hug else frame.height
    x = left + (frame.width - width) / 2
    upper = top + frame.padding if frame.hug else document.height - frame.y
    document.box(
        x, upper - height, width, height,
        radius=frame.radius, fill=frame.fill, border=frame.border,
    )  # fmt: skip


def _draw_flourish(document: Document, item: Item, placed: Placed, y: float) -> None:
    """A fine rule with a diamond between two smaller ones in its middle."""
    middle, gap = placed.x + placed.width / 2, 16.0
    document.rule(placed.x, y, middle - gap, y, item.stroke, item.colour)
    document.rule(middle + gap, y, placed.x + placed.width, y, item.stroke, item.colour)
    for x, size in ((middle - 9.5, 2.0), (middle, 4.2), (middle + 9.5, 2.0)):
        document.diamond(x, y, size, item.colour)
