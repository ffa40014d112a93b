"""A shaped line as PDF operators, made once: pages of a batch repeat most of their lines.

The operators are the same in every file, since a font's name on a page depends on the font alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from kiosk.typesetting.embed import Meanings, font_name, width
from kiosk.typesetting.fonts import Face
from kiosk.typesetting.pdf_file import real, text_string
from kiosk.typesetting.shape import Run, Shaped

_LINES_KEPT = 1024


@dataclass(frozen=True, slots=True, eq=False)
class Drawn:
    """``operators`` draw the line in a space where one em is 1; ``fonts`` says what they use."""

    actual_text: str
    operators: str
    fonts: tuple[tuple[Face, Meanings], ...]


class _Same:
    """A shaped line, equal to itself only: comparing all its glyphs would take longer."""

    __slots__ = ("shaped",)

    def __init__(self, shaped: Shaped) -> None:
        self.shaped = shaped

    def __hash__(self) -> int:
        return id(self.shaped)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self.shaped is other.shaped


def drawn(shaped: Shaped) -> Drawn:
    """The line's operators."""
    return _drawn(_Same(shaped))


@lru_cache(maxsize=_LINES_KEPT)
def _drawn(same: _Same) -> Drawn:
    """``Td`` to each run, ``Ts`` for the heights of its glyphs."""
    shaped = same.shaped
    operators: list[str] = []
    used: dict[Face, set[tuple[int, str]]] = {}
    before = 0.0
    for run in shaped.runs:
        operators.append(f"/{font_name(run.face)} 1 Tf {real(run.x - before)} 0 Td")
        operators.extend(_show(run))
        used.setdefault(run.face, set()).update((glyph.id, glyph.text) for glyph in run.glyphs)
        before = run.x
    fonts = tuple((face, frozenset(meanings)) for face, meanings in used.items())
    return Drawn(text_string(shaped.text), "\n".join(operators), fonts)


class _Codes(dict[int, tuple[str, float]]):
    """Of every glyph of a face its code and its width in ems, looked up once."""

    def __init__(self, face: Face) -> None:
        super().__init__()
        self._face = face

    def __missing__(self, glyph: int) -> tuple[str, float]:
        self[glyph] = found = (f"{glyph:04X}", width(self._face, glyph) / 1000)
        return found


_codes = lru_cache(maxsize=256)(_Codes)


def _show(run: Run) -> list[str]:
    """``TJ`` arrays that put every glyph of a run where HarfBuzz wants it.

    The pen is followed in the PDF's own arithmetic, so roundings never add up.
    """
    operators: list[str] = []
    shown: list[str] = []
    codes = _codes(run.face)
    pen, rise = 0.0, 0.0
    for glyph in run.glyphs:
        if glyph.y != rise:
            operators += [_array(shown)] if shown else []
            operators.append(f"{real(glyph.y)} Ts")
            shown, rise = [], glyph.y
        back = round((pen - glyph.x) * 1000, 2)
        if back:
            shown.append(f">{back:g}<" if abs(back) < 10_000 else f">{back:.2f}<")
            pen -= back / 1000
        code, wide = codes[glyph.id]
        shown.append(code)
        pen += wide
    operators += [_array(shown)] if shown else []
    if rise:
        operators.append("0 Ts")
    return operators


def _array(shown: list[str]) -> str:
    return f"[<{''.join(shown)}>] TJ".replace("<>", "")
