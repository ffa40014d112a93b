"""Windows without a screen, in the fonts of the product."""

from __future__ import annotations

import os

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")  # before Qt starts

from collections.abc import Callable, Iterator  # noqa: E402 - the platform comes first

import pytest  # noqa: E402
from PySide6.QtWidgets import QApplication  # noqa: E402

from ui.theme import Theme, dress, load_fonts  # noqa: E402


@pytest.fixture(scope="session", autouse=True)
def fonts(qapp: QApplication) -> None:
    assert load_fonts() == ()


@pytest.fixture
def wear(qapp: QApplication) -> Iterator[Callable[[Theme], None]]:
    """Dresses the application for one test."""
    yield lambda theme: dress(qapp, theme)
    dress(qapp, Theme())
