"""One line of text at its size, measured and ready to be drawn."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from kiosk.typesetting.shape import Run, Shaped


@dataclass(frozen=True, slots=True)
class Line:
    """Lengths are in points. Ink is what is really drawn, not what the font announces."""

    shaped: Shaped
    size_pt: float
    language: str

    @property
    def text(self) -> str:
        return self.shaped.text

    @property
    def width_pt(self) -> float:
        """The advance width."""
        return self.shaped.width * self.size_pt

    @property
    def ink_left(self) -> float:
        return self.shaped.ink[0] * self.size_pt

    @property
    def ink_right(self) -> float:
        return self.shaped.ink[2] * self.size_pt

    @property
    def ascent(self) -> float:
        """How far ink reaches above the baseline."""
        return self.shaped.ink[3] * self.size_pt

    @property
    def descent(self) -> float:
        """How far ink reaches below the baseline, positive downwards."""
        return -self.shaped.ink[1] * self.size_pt

    @property
    def leading(self) -> float:
        """The usual distance to the next baseline in these scripts."""
        return self.shaped.leading * self.size_pt

    @property
    def runs(self) -> tuple[Run, ...]:
        return self.shaped.runs

    @property
    def missing(self) -> tuple[str, ...]:
        """Grapheme clusters that cannot be set; a line that has any is not drawn."""
        return self.shaped.missing

    @property
    def font_files(self) -> tuple[Path, ...]:
        return tuple(dict.fromkeys(run.face.path for run in self.runs))
