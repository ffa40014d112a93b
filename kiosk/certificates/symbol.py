"""QR symbols as vectors: whole modules, dark ones only."""

from __future__ import annotations

from functools import lru_cache
from itertools import groupby
from typing import Any

import segno

from kiosk.errors import EnvironmentFault
from kiosk.services.attesting import ATTESTED
from kiosk.typesetting.document import Document

QUIET_ZONE = 4  # modules; ISO/IEC 18004, 9.1
LEAST_MODULE_PT = 0.36 * 72 / 25.4  # a cheap scanner, and a camera at 150 dpi, read 0.36 mm
_SYMBOLS_KEPT = 64
_MASK = 3  # (row + column) mod 3: leaves the fewest large areas of one colour in ordinary data


@lru_cache(maxsize=_SYMBOLS_KEPT)
def symbol(text: str) -> tuple[tuple[bytes, ...], int]:
    """The modules row by row, and how many stand in a row.

    Slips are folded and carried in pockets: error level M. A certificate's statement is long and
    lies in a frame: level L keeps its modules coarse, and its signature guards what is read.
    The mask is always the same: weighing all eight takes ten times as long as making the symbol,
    and readers of today need no help from it (tests/certificates reads symbols back).
    """
    level = "l" if text.startswith(ATTESTED) else "m"
    try:
        made: Any = segno.make(text, error=level, micro=False, boost_error=False, mask=_MASK)
    except segno.DataOverflowError as error:
        raise EnvironmentFault("symbol_too_dense") from error
    rows = tuple(bytes(row) for row in made.matrix)
    return rows, len(rows)


def fitting_side(text: str, side: float, largest: float) -> float:
    """The side, quiet zone included, from which every module is coarse enough to be read."""
    modules = symbol(text)[1] + 2 * QUIET_ZONE
    if modules * LEAST_MODULE_PT > largest:
        raise EnvironmentFault("symbol_too_dense")
    return max(side, modules * LEAST_MODULE_PT)


def draw_symbol(document: Document, text: str, x: float, y: float, side: float) -> None:
    """Draws the symbol with its quiet zone in a white square whose lower left corner is x, y."""
    rows, count = symbol(text)
    module = side / (count + 2 * QUIET_ZONE)
    left, top = x + QUIET_ZONE * module, y + side - QUIET_ZONE * module
    operators = [
        f"q 1 g {x:.2f} {y:.2f} {side:.2f} {side:.2f} re f 0 g",
        f"{module:.5f} 0 0 {-module:.5f} {left:.3f} {top:.3f} cm",
    ]
    for at, row in enumerate(rows):
        column = 0
        for dark, cells in groupby(row):
            length = len(list(cells))
            if dark:
                # A hair taller than a module, so that no viewer shows seams between rows.
                operators.append(f"{column} {at} {length} 1.02 re")
            column += length
    operators.append("f Q")
    document.operators(*operators)
