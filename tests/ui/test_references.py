"""PySide6 wears out constants of Python 3.11, one reference a call; the kiosk lives on."""

from __future__ import annotations

import sys

import pytest
from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QApplication

from ui import CONSTANTS

A_LIFETIME = 10**15  # ten million calls a second for three years

pytestmark = pytest.mark.skipif(
    sys.version_info >= (3, 12), reason="constants are immortal from Python 3.12 on"
)


class Bell(QObject):
    rang = Signal(object)


@pytest.mark.parametrize("constant", CONSTANTS, ids=str)
def test_no_constant_wears_out(constant: object) -> None:
    assert sys.getrefcount(constant) > A_LIFETIME


def test_a_call_takes_few_references(qapp: QApplication) -> None:
    bell = Bell()
    bell.rang.connect(lambda _of: None)
    before = [sys.getrefcount(constant) for constant in CONSTANTS]
    for _ in range(1000):
        bell.rang.emit(None)
        bell.setObjectName("bell")
        qapp.processEvents()
    after = [sys.getrefcount(constant) for constant in CONSTANTS]

    assert all(abs(now - then) < 100_000 for then, now in zip(before, after, strict=True))
