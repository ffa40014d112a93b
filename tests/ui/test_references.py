"""PySide6 6.12.0 wore out None, True and False on Python 3.11, one reference a call, until Python
aborted in mid-day. No release that does so may come back unseen.
"""

from __future__ import annotations

import sys

import pytest
from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication

CALLS = 2000


class Bell(QObject):
    rang = Signal(object)


@pytest.mark.parametrize("constant", [None, True, False], ids=str)
def test_no_constant_wears_out(qapp: QApplication, constant: object) -> None:
    bell = Bell()
    bell.rang.connect(lambda _of: None)
    before = sys.getrefcount(constant)
    for _ in range(CALLS):
        bell.rang.emit(constant)
        bell.setObjectName("bell")
        bell.blockSignals(False)
        qapp.focusWidget()
    after = sys.getrefcount(constant)

    assert after > before - CALLS // 2
