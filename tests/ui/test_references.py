"""PySide6 wears out the constant True, one reference a signal; the kiosk lives on."""

from __future__ import annotations

import sys

import pytest
from PySide6.QtCore import QObject, Signal

from ui import ENOUGH

SIGNALS_A_DAY = 50_000_000  # a finger that moves for ten hours, a hundred times a second, twelvefold


class Bell(QObject):
    rang = Signal(object)


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="constants are immortal there")
def test_true_outlives_every_day() -> None:
    assert sys.getrefcount(True) > SIGNALS_A_DAY
    assert ENOUGH > SIGNALS_A_DAY


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="constants are immortal there")
def test_a_signal_takes_at_most_one_reference() -> None:
    bell = Bell()
    before = sys.getrefcount(True)
    for _ in range(1000):
        bell.rang.emit(None)

    assert 0 <= before - sys.getrefcount(True) <= 1010
