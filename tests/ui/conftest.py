"""Windows without a screen, in the fonts of the product."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtGui import QPointingDevice
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from ui.theme import Theme, dress, load_fonts


@pytest.fixture(scope="session", autouse=True)
def fonts(qapp: QApplication) -> None:
    assert load_fonts() == ()
    dress(qapp, Theme())


@pytest.fixture
def wear(qapp: QApplication) -> Iterator[Callable[[Theme], None]]:
    """Dresses the application for one test."""
    yield lambda theme: dress(qapp, theme)
    dress(qapp, Theme())


@pytest.fixture(scope="session")
def glass(qapp: QApplication) -> QPointingDevice:
    """A touchscreen."""
    return QTest.createTouchDevice()


Tap = Callable[[QWidget], None]


@pytest.fixture
def tap(glass: QPointingDevice) -> Tap:
    """Touches the middle of a widget with a finger, and lifts it."""

    def touch(widget: QWidget) -> None:
        middle = QPoint(widget.width() // 2, widget.height() // 2)
        QTest.touchEvent(widget, glass).press(0, middle, widget).commit()
        QTest.touchEvent(widget, glass).release(0, middle, widget).commit()

    return touch
