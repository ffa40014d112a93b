"""A line of text to placed glyphs: runs of one level, script and font, shaped by HarfBuzz.

Everything here is in ems, so one shaping serves every size.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

import uharfbuzz as hb

from kiosk.typesetting import bidi, runs
from kiosk.typesetting.coverage import choose, clusters, stretches
from kiosk.typesetting.fonts import Face, Fonts
from kiosk.typesetting.sanity import never_set, unpaired_isolates
from kiosk.typesetting.scripts import SCRIPTS, is_right_to_left, script_of, shaping_language

_DOTTED_CIRCLE = "\u25cc"
_PARAGRAPHS_KEPT = 256  # the words of a paragraph are shaped one after another


@dataclass(frozen=True, slots=True)
class Glyph:
    """A glyph and where its origin stands, in ems from the run's left end on the baseline.

    ``text`` is what it alone stands for; "" where several glyphs make up a cluster.
    """

    id: int
    x: float
    y: float
    text: str = ""


@dataclass(frozen=True, slots=True)
class Run:
    """Glyphs of one font, from left to right; ``x`` is the run's left end in the line."""

    face: Face
    x: float
    width: float
    glyphs: tuple[Glyph, ...]


@dataclass(frozen=True, slots=True)
class Shaped:
    """A line in ems. ``ink`` is left, bottom, right, top of what is drawn."""

    text: str
    width: float
    ink: tuple[float, float, float, float]
    runs: tuple[Run, ...]
    leading: float
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class _Piece:
    """A stretch of characters that are shaped together."""

    start: int
    stop: int
    level: int
    script: str
    face: Face


@dataclass(frozen=True, slots=True)
class _Paragraph:
    """What every line of a paragraph shares, by character."""

    text: str
    language: str
    levels: Sequence[int]
    scripts: Sequence[str]
    faces: Sequence[Face | None]


class Shaper:
    """Shapes with the fonts it is given."""

    def __init__(self, fonts: Fonts) -> None:
        self._fonts = fonts
        self._analysed = lru_cache(maxsize=_PARAGRAPHS_KEPT)(self._analyse)

    def shape(
        self, text: str, language: str, weight: int, start: int = 0, stop: int | None = None
    ) -> Shaped:
        """The part of a paragraph from ``start`` to ``stop`` as one line.

        Levels, scripts and fonts are found over the whole paragraph, so a broken line reads as
        it would have unbroken. ``text`` is in NFC.
        """
        paragraph = self._analysed(text, language, weight)
        stop = len(text) if stop is None else stop
        missing = tuple(_missing(paragraph, start, stop))
        pieces = [] if missing else list(_pieces(paragraph, start, stop))
        shaped = [_shape_piece(paragraph, piece) for piece in pieces]
        broken = tuple(cluster for _, _, clusters in shaped for cluster in clusters)
        placed = _place([(run, width) for run, width, _ in shaped], pieces)
        return Shaped(
            text=text[start:stop],
            width=sum(run.width for run in placed),
            ink=ink_of(placed),
            runs=placed,
            leading=max((SCRIPTS[p.script].leading for p in pieces if p.script in SCRIPTS),
                        default=SCRIPTS["Latn"].leading),
            missing=tuple(dict.fromkeys(missing + broken)),
        )  # fmt: skip

    def _analyse(self, text: str, language: str, weight: int) -> _Paragraph:
        levels = bidi.levels(text, int(is_right_to_left(language)))
        scripts = runs.scripts(text, script_of(language), levels)
        return _Paragraph(
            text=text,
            language=language,
            levels=levels,
            scripts=scripts,
            faces=choose(self._fonts, text, scripts, language, weight),
        )


def _missing(paragraph: _Paragraph, start: int, stop: int) -> Iterator[str]:
    """Clusters with something that is never set or that no font here has."""
    part = paragraph.text[start:stop]
    lost = unpaired_isolates(paragraph.text)
    bad = [
        never_set(char) or paragraph.faces[at] is None or at in lost
        for at, char in enumerate(part, start)
    ]
    if not any(bad):
        return
    at = 0
    for cluster in clusters(part):
        if any(bad[at : at + len(cluster)]):
            yield cluster
        at += len(cluster)


def _pieces(paragraph: _Paragraph, start: int, stop: int) -> Iterator[_Piece]:
    """Stretches of one level, script and font, in logical order."""
    base = int(is_right_to_left(paragraph.language))
    levels = bidi.line_levels(paragraph.text, paragraph.levels, base, start, stop)
    keys = [
        (level, paragraph.scripts[at], id(paragraph.faces[at]))
        for at, level in enumerate(levels, start)
    ]
    for first, last in stretches(keys):
        face = paragraph.faces[start + first]
        if face is not None:
            level, script, _ = keys[first]
            yield _Piece(start + first, start + last, level, script, face)


def _shape_piece(
    paragraph: _Paragraph, piece: _Piece
) -> tuple[tuple[Glyph, ...], float, tuple[str, ...]]:
    """Glyphs of a piece from left to right, its width, and clusters that came out broken."""
    buffer = hb.Buffer()
    buffer.add_codepoints(
        [ord(char) for char in paragraph.text], piece.start, piece.stop - piece.start
    )
    buffer.direction = "rtl" if piece.level % 2 else "ltr"
    buffer.script = piece.script
    buffer.language = shaping_language(piece.script, paragraph.language)
    hb.shape(piece.face.hb_font, buffer)
    infos, positions = buffer.glyph_infos, buffer.glyph_positions
    starts = sorted({info.cluster for info in infos})
    ends = dict(zip(starts, [*starts[1:], piece.stop], strict=True))
    counts = Counter(info.cluster for info in infos)
    glyphs: list[Glyph] = []
    broken: list[str] = []
    pen = 0
    upem = piece.face.upem
    for info, position in zip(infos, positions, strict=True):
        cluster = paragraph.text[info.cluster : ends[info.cluster]]
        alone = cluster if counts[info.cluster] == 1 else ""
        x, y = (pen + position.x_offset) / upem, position.y_offset / upem
        glyphs.append(Glyph(info.codepoint, x, y, alone))
        pen += position.x_advance
        circle = info.codepoint == piece.face.dotted_circle and _DOTTED_CIRCLE not in cluster
        if info.codepoint == 0 or circle:
            broken.append(cluster)
    return tuple(glyphs), pen / upem, tuple(broken)


def _place(
    shaped: Sequence[tuple[tuple[Glyph, ...], float]], pieces: Sequence[_Piece]
) -> tuple[Run, ...]:
    """The runs from left to right, each where the one before it ends."""
    placed: list[Run] = []
    pen = 0.0
    for at in bidi.visual_order([piece.level for piece in pieces]):
        glyphs, width = shaped[at]
        placed.append(Run(pieces[at].face, pen, width, glyphs))
        pen += width
    return tuple(placed)


def ink_of(placed: Sequence[Run]) -> tuple[float, float, float, float]:
    """Left, bottom, right, top of what these runs draw, in ems."""
    boxes = []
    for run in placed:
        for glyph in run.glyphs:
            left, bottom, right, top = (side / run.face.upem for side in run.face.extents(glyph.id))
            if right > left:
                x = run.x + glyph.x
                boxes.append((x + left, glyph.y + bottom, x + right, glyph.y + top))
    if not boxes:
        return (0.0, 0.0, 0.0, 0.0)
    lefts, bottoms, rights, tops = zip(*boxes, strict=True)
    return (min(lefts), min(bottoms), max(rights), max(tops))
