"""QR symbols on a page: whole modules, one bit each."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import segno

from kiosk.certificates.modules import MASK, modules
from kiosk.errors import EnvironmentFault
from kiosk.services.attesting import ATTESTED
from kiosk.typesetting.document import Document

QUIET_ZONE = 4  # modules; ISO/IEC 18004, 9.1
LEAST_MODULE_PT = 0.36 * 72 / 25.4  # a cheap scanner, and a camera at 150 dpi, read 0.36 mm
_SYMBOLS_KEPT = 64


@lru_cache(maxsize=_SYMBOLS_KEPT)
def symbol(text: str) -> tuple[tuple[bytes, ...], int]:
    """The modules row by row, and how many stand in a row.

    Slips are folded and carried in pockets: error level M. A certificate's statement is long and
    lies in a frame: level L keeps its modules coarse, and its signature guards what is read.
    The mask is always the same: weighing all eight takes ten times as long as making the symbol,
    and readers of today need no help from it (tests/certificates reads symbols back).
    """
    level = "l" if text.startswith(ATTESTED) else "m"
    rows = modules(text, level)
    if rows is not None:
        return rows, len(rows)
    try:
        made: Any = segno.make(text, error=level, micro=False, boost_error=False, mask=MASK)
    except segno.DataOverflowError as error:
        raise EnvironmentFault("symbol_too_dense") from error
    return tuple(bytes(row) for row in made.matrix), len(made.matrix)


def fitting_side(text: str, side: float, largest: float) -> float:
    """The side, quiet zone included, from which every module is coarse enough to be read."""
    modules = symbol(text)[1] + 2 * QUIET_ZONE
    if modules * LEAST_MODULE_PT > largest:
        raise EnvironmentFault("symbol_too_dense")
    return max(side, modules * LEAST_MODULE_PT)


def draw_symbol(document: Document, text: str, x: float, y: float, side: float) -> None:
    """Draws the symbol with its quiet zone in a white square whose lower left corner is x, y."""
    rows, count = symbol(text)
    quiet = QUIET_ZONE * side / (count + 2 * QUIET_ZONE)
    document.operators(f"q 1 g {x:.2f} {y:.2f} {side:.2f} {side:.2f} re f Q")
    document.modules(rows, x + quiet, y + quiet, side - 2 * quiet)
