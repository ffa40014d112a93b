"""A small practice day, a stage on it, and a clock to set."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from kiosk import bootstrap
from tests.fakes import FakeClock
from tests.ui.screens.staff.stage import Stage


@pytest.fixture(scope="session")
def practice_day(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A practice day with a dozen visitors; copy it, do not write into it."""
    data = tmp_path_factory.mktemp("practice") / "data"
    bootstrap.demo_kiosk(data, attendees=12, seed=7)
    return data


@pytest.fixture
def stage(qtbot: QtBot, practice_day: Path, tmp_path: Path, clock: FakeClock) -> Iterator[Stage]:
    """The staff's screens on a copy of the practice day, late in its afternoon."""
    data = Path(shutil.copytree(practice_day, tmp_path / "day"))
    clock.pass_seconds(8 * 3600)
    passphrase = bootstrap.PRACTICE_PASSPHRASE
    stage = Stage(qtbot, lambda: bootstrap.open_kiosk(data, passphrase, clock), data)
    yield stage
    stage.close()
