"""Lines as wide as their column: spaces are stretched, letters never.

Letters of Indian scripts hang together and those of Arabic join; spacing them out would be wrong.
"""

from __future__ import annotations

from dataclasses import replace

from kiosk.typesetting.shape import Run, Shaped, ink_of

WIDEST_STRETCH_EM = 0.9  # what a space may gain; a line that needs more stays ragged
_SPACES = frozenset(" \u00a0")


def justified(line: Shaped, width: float) -> Shaped:
    """The line at this width, in ems, its ends unmoved; as it was where it has no space to stretch,
    is wider already, or would be torn apart.
    """
    spaces = sum(glyph.text in _SPACES for run in line.runs for glyph in run.glyphs)
    gain = (width - line.width) / spaces if spaces else 0.0
    if not 0 < gain <= WIDEST_STRETCH_EM:
        return line
    runs: list[Run] = []
    moved = 0.0
    for run in line.runs:
        inside, glyphs = 0.0, []
        for glyph in run.glyphs:
            glyphs.append(glyph._replace(x=glyph.x + inside))
            inside += gain if glyph.text in _SPACES else 0.0
        runs.append(replace(run, x=run.x + moved, width=run.width + inside, glyphs=tuple(glyphs)))
        moved += inside
    return replace(line, runs=tuple(runs), width=line.width + moved, ink=ink_of(runs))
