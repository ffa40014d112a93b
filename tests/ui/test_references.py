"""Calls into Qt leave the interpreter's constants as they were.

PySide6 6.12.0 returns None without counting the reference: on Python 3.11, where constants are
not immortal yet (PEP 683), the kiosk would stop after some thousand touches. This test keeps that
release, and any other that does so, out.
"""

from __future__ import annotations

import sys

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication

CONSTANTS = (None, True, False)
CALLS = 1000


class Bell(QObject):
    rang = Signal(object)


def test_no_constant_wears_out(qapp: QApplication) -> None:
    bell = Bell()
    bell.rang.connect(lambda _of: None)
    before = [sys.getrefcount(constant) for constant in CONSTANTS]
    for _ in range(CALLS):
        bell.rang.emit(None)
        bell.setObjectName("bell")
        bell.blockSignals(False)
        qapp.processEvents()
    after = [sys.getrefcount(constant) for constant in CONSTANTS]
    lost = [then - now for then, now in zip(before, after, strict=True)]
    assert max(lost) < CALLS // 10
