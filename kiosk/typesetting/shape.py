"""A line of text to placed glyphs: runs of one level, script and font, shaped by HarfBuzz.

Everything here is in ems, so one shaping serves every size.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate, pairwise
from typing import NamedTuple

import uharfbuzz as hb

from kiosk.errors import EnvironmentFault
from kiosk.typesetting import bidi, runs
from kiosk.typesetting.coverage import choose, clusters, stretches
from kiosk.typesetting.fonts import Face, Fonts
from kiosk.typesetting.sanity import never_set, unpaired_isolates
from kiosk.typesetting.scripts import SCRIPTS, is_right_to_left, script_of, shaping_language

_DOTTED_CIRCLE = "\u25cc"
_PARAGRAPHS_KEPT = 256  # the words of a paragraph are shaped one after another
_PIECES_KEPT = 2048
_CONTEXT = 5  # of what stands beside a piece HarfBuzz keeps so many characters (hb-buffer.hh)


class Glyph(NamedTuple):  # made by the hundred for every line: a dataclass takes twice as long
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
    """A line in ems. ``ink`` is left, bottom, right, top of what is drawn; ``reach`` is how far the
    text before each character advances, in the order of reading, with the whole width at its end.
    """

    text: str
    width: float
    ink: tuple[float, float, float, float]
    runs: tuple[Run, ...]
    leading: float
    missing: tuple[str, ...]
    reach: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True)
class _Piece:
    """A stretch of characters that are shaped together."""

    start: int
    stop: int
    level: int
    script: str
    face: Face


@dataclass(frozen=True, slots=True)
class _Set:
    """A piece shaped: glyphs from left to right, its width, how far each cluster advances, by where
    it begins in the piece, and clusters that came out broken.
    """

    glyphs: tuple[Glyph, ...]
    width: float
    advances: Mapping[int, float]
    broken: tuple[str, ...]


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
        placed = _place(shaped, pieces)
        broken = (cluster for part in shaped for cluster in part.broken)
        return Shaped(
            text=text[start:stop],
            width=sum(run.width for run in placed),
            ink=ink_of(placed),
            runs=placed,
            leading=max((SCRIPTS[p.script].leading for p in pieces if p.script in SCRIPTS),
                        default=SCRIPTS["Latn"].leading),
            missing=tuple(dict.fromkeys((*missing, *broken))),
            reach=_reach(shaped, pieces, start, stop),
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


def _shape_piece(paragraph: _Paragraph, piece: _Piece) -> _Set:
    """A piece by HarfBuzz, which sees what stands around it; kept by all that HarfBuzz sees, as the
    words before a serial stay when the serial changes.
    """
    first = max(0, piece.start - _CONTEXT)
    return _set(
        paragraph.text[first : piece.stop + _CONTEXT],
        piece.start - first,
        piece.stop - first,
        piece.face,
        piece.script,
        "rtl" if piece.level % 2 else "ltr",
        shaping_language(piece.script, paragraph.language),
    )


@lru_cache(maxsize=_PIECES_KEPT)
def _set(
    around: str, start: int, stop: int, face: Face, script: str, direction: str, language: str
) -> _Set:
    buffer = hb.Buffer()
    buffer.add_codepoints([*map(ord, around)], start, stop - start)
    buffer.direction, buffer.script, buffer.language = direction, script, language
    try:
        hb.shape(face.hb_font, buffer)
    except MemoryError as error:  # HarfBuzz's own limits: substitutions without end
        raise EnvironmentFault("font_unusable", file=str(face.path)) from error
    infos, upem = buffer.glyph_infos, face.upem
    ids, owners = [info.codepoint for info in infos], [info.cluster for info in infos]
    found = _clusters(around, owners, stop)
    alone = {owner: found[owner] if times == 1 else "" for owner, times in Counter(owners).items()}
    glyphs: list[Glyph] = []
    advances = dict.fromkeys(found, 0)
    pen = 0
    for glyph, owner, position in zip(ids, owners, buffer.glyph_positions, strict=True):
        x, y = (pen + position.x_offset) / upem, position.y_offset / upem
        glyphs.append(Glyph(glyph, x, y, alone[owner]))
        advance = position.x_advance
        pen += advance
        advances[owner] += advance
    reach = {owner - start: advance / upem for owner, advance in advances.items()}
    return _Set(tuple(glyphs), pen / upem, reach, tuple(_broken(face, ids, owners, found)))


def _clusters(text: str, owners: Sequence[int], stop: int) -> dict[int, str]:
    """The text of each of HarfBuzz's clusters, by where it begins."""
    starts = sorted(set(owners))
    return {start: text[start:end] for start, end in pairwise((*starts, stop))}


def _broken(
    face: Face, ids: Sequence[int], owners: Sequence[int], clusters: Mapping[int, str]
) -> Iterator[str]:
    """Clusters with a box or a dotted circle that nobody typed, and letters without any ink."""
    inked: set[int] = set()
    has_ink, dotted = face.has_ink, face.dotted_circle
    for glyph, owner in zip(ids, owners, strict=True):
        if has_ink(glyph):
            inked.add(owner)
        if glyph == 0 or (glyph == dotted and _DOTTED_CIRCLE not in clusters[owner]):
            yield clusters[owner]
    for owner, text in clusters.items():
        if owner not in inked and any(char.isalpha() for char in text):
            yield text


def _reach(
    shaped: Sequence[_Set], pieces: Sequence[_Piece], start: int, stop: int
) -> tuple[float, ...]:
    """The advances added up, in the order of reading."""
    advances = [0.0] * (stop - start)
    for part, piece in zip(shaped, pieces, strict=True):
        for cluster, advance in part.advances.items():
            advances[piece.start - start + cluster] = advance
    return tuple(accumulate(advances, initial=0.0))


def _place(shaped: Sequence[_Set], pieces: Sequence[_Piece]) -> tuple[Run, ...]:
    """The runs from left to right, each where the one before it ends."""
    placed: list[Run] = []
    pen = 0.0
    for at in bidi.visual_order([piece.level for piece in pieces]):
        part = shaped[at]
        placed.append(Run(pieces[at].face, pen, part.width, part.glyphs))
        pen += part.width
    return tuple(placed)


def ink_of(placed: Sequence[Run]) -> tuple[float, float, float, float]:
    """Left, bottom, right, top of what these runs draw, in ems."""
    boxes = []
    for run in placed:
        upem, extents = run.face.upem, run.face.extents
        for glyph in run.glyphs:
            left, bottom, right, top = extents(glyph.id)
            if right > left:
                x, y = run.x + glyph.x, glyph.y
                boxes.append((x + left / upem, y + bottom / upem, x + right / upem, y + top / upem))
    if not boxes:
        return (0.0, 0.0, 0.0, 0.0)
    lefts, bottoms, rights, tops = zip(*boxes, strict=True)
    return (min(lefts), min(bottoms), max(rights), max(tops))
