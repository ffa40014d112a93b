"""A day for each test, opened on a new data folder."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QSize
from PySide6.QtWidgets import QApplication

from tests.journeys.day import Day, MakeDay
from tests.postgres import postgres_server
from ui.printers import Printer
from ui.theme import Theme, dress, load_fonts

__all__ = ["postgres_server"]


@pytest.fixture(scope="session", autouse=True)
def fonts(qapp: QApplication) -> None:
    assert load_fonts() == ()
    qapp.setDoubleClickInterval(0)
    dress(qapp, Theme())


@pytest.fixture
def make_day(qapp: QApplication, tmp_path: Path) -> Iterator[MakeDay]:
    """Opens a day with this printer, in a window of this size."""
    days: list[Day] = []

    def make(printer: Printer | None = None, size: QSize | None = None) -> Day:
        days.append(Day(tmp_path / str(len(days)), printer, size or QSize(1366, 768)))
        return days[-1]

    yield make
    for day in days:
        day.end()
        assert day.report.failed == []
    dress(qapp, Theme())
