"""Pages as pixels, and an independent hand that draws HarfBuzz's own outlines."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import uharfbuzz as hb
from numpy.typing import NDArray
from PIL import Image, ImageDraw

Grey = NDArray[np.float64]  # 0 is paper, 1 is ink
DPI = 144
_SUPERSAMPLING = 4
_CURVE_STEPS = 12
_MARGIN = 40


def rendered(pdf: Path, dpi: int = DPI) -> Grey:
    """The first page as poppler draws it."""
    stem = pdf.with_suffix("")
    subprocess.run(
        ["pdftoppm", "-r", str(dpi), "-gray", "-png", "-singlefile", str(pdf), str(stem)],
        check=True,
    )
    return loaded(stem.with_suffix(".png"))


def loaded(picture: Path) -> Grey:
    with Image.open(picture) as image:
        return 1 - np.asarray(image.convert("L"), dtype=np.float64) / 255


def cropped(page: Grey) -> Grey:
    """The page cut down to its ink, which is stretched to full black."""
    rows, columns = np.nonzero(page > 0.3)
    assert rows.size, "nothing is drawn"
    box = page[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]
    stretched: Grey = np.clip(box / box.max(), 0, 1)
    return stretched


def strangers(one: Grey, other: Grey, reach: int = 1) -> float:
    """The share of clearly inked pixels that have no ink near them in the other picture.

    Antialiasing and a shift of ``reach`` pixels leave none; a wrong letter leaves many.
    """
    height, width = (max(sizes) for sizes in zip(one.shape, other.shape, strict=True))
    padded = [
        np.pad(
            part, ((reach, height - part.shape[0] + reach), (reach, width - part.shape[1] + reach))
        )
        for part in (one, other)
    ]
    lost = sum(
        int(((ink > 0.7) & (_spread(near, reach) < 0.2)).sum())
        for ink, near in (padded, reversed(padded))
    )
    return lost / max(1, int((padded[0] > 0.7).sum()))


def _spread(picture: Grey, reach: int) -> Grey:
    """The darkest value within ``reach`` pixels."""
    steps = range(-reach, reach + 1)
    spread: Grey = np.max([np.roll(picture, (y, x), (0, 1)) for y in steps for x in steps], axis=0)
    return spread


class _Pen:
    """Outlines to polygons: what HarfBuzz calls while it draws a glyph."""

    def __init__(self, x: float, y: float, scale: float) -> None:
        self._origin, self._scale = (x, y), scale
        self.contours: list[list[tuple[float, float]]] = []

    def _at(self, point: tuple[float, float]) -> tuple[float, float]:
        x, y = self._origin
        return (x + point[0]) * self._scale, -(y + point[1]) * self._scale

    def moveTo(self, point: tuple[float, float]) -> None:  # noqa: N802 - the protocol of fontTools
        self.contours.append([self._at(point)])

    def lineTo(self, point: tuple[float, float]) -> None:  # noqa: N802 - the same
        self.contours[-1].append(self._at(point))

    def qCurveTo(self, control: tuple[float, float], end: tuple[float, float]) -> None:  # noqa: N802 - the same
        (x0, y0), (x1, y1), (x2, y2) = self.contours[-1][-1], self._at(control), self._at(end)
        for step in range(1, _CURVE_STEPS + 1):
            t = step / _CURVE_STEPS
            u = 1 - t
            self.contours[-1].append(
                (u * u * x0 + 2 * u * t * x1 + t * t * x2, u * u * y0 + 2 * u * t * y1 + t * t * y2)
            )

    def curveTo(self, *points: tuple[float, float]) -> None:  # noqa: N802 - the same
        raise AssertionError(f"TrueType outlines are quadratic: {points}")

    def closePath(self) -> None:  # noqa: N802 - the same
        """Contours are closed by what fills them."""


def outlined(  # what HarfBuzz must be told, by name
    text: str, font: Path, *, size_pt: float, script: str, language: str, direction: str
) -> Grey:
    """The text shaped in one go and its outlines filled by winding number."""
    face = hb.Face(hb.Blob.from_file_path(str(font)))
    hb_font = hb.Font(face)
    buffer = hb.Buffer()
    buffer.add_str(text)
    buffer.script, buffer.language, buffer.direction = script, language, direction
    hb.shape(hb_font, buffer)
    scale = size_pt / 72 * DPI / face.upem * _SUPERSAMPLING
    contours: list[list[tuple[float, float]]] = []
    pen_x = 0
    for info, position in zip(buffer.glyph_infos, buffer.glyph_positions, strict=True):
        pen = _Pen(pen_x + position.x_offset, position.y_offset, scale)
        hb_font.draw_glyph_with_pen(info.codepoint, pen)
        contours += pen.contours
        pen_x += position.x_advance
    return _filled(contours)


def _filled(contours: list[list[tuple[float, float]]]) -> Grey:
    points = np.array([point for contour in contours for point in contour])
    low, high = points.min(axis=0) - _MARGIN, points.max(axis=0) + _MARGIN
    width, height = (int(-(-side // _SUPERSAMPLING)) * _SUPERSAMPLING for side in high - low)
    winding = np.zeros((height, width), dtype=np.int16)
    for contour in contours:
        if len(contour) < 3:
            continue
        mask: Any = Image.new("1", (width, height))
        moved = [(x - low[0], y - low[1]) for x, y in contour]
        ImageDraw.Draw(mask).polygon(moved, fill=1)
        winding += np.asarray(mask, dtype=np.int16) * _turn(contour)
    ink = (winding != 0).astype(np.float64)
    shape = (height // _SUPERSAMPLING, _SUPERSAMPLING, width // _SUPERSAMPLING, _SUPERSAMPLING)
    return cropped(ink.reshape(shape).mean(axis=(1, 3)))


def _turn(contour: list[tuple[float, float]]) -> int:
    """1 or -1: which way round a contour runs."""
    following = [*contour[1:], contour[0]]
    area = sum(x0 * y1 - x1 * y0 for (x0, y0), (x1, y1) in zip(contour, following, strict=True))
    return 1 if area > 0 else -1
