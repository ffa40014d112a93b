"""A kiosk to test with: a real data folder, a real record, real forms, and a clock to set."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from kiosk import bootstrap
from kiosk.services.desk import Desk
from tests.fakes import FakeClock

# Before Qt starts. Its own offscreen screen is 800 × 600, and touches beyond that are lost.
_SCREEN = Path(__file__).with_name("screen.json")
os.environ["QT_QPA_PLATFORM"] = f"offscreen:configfile={_SCREEN}"

# How long an example takes is measured in tests/bench; on a busy machine it is no fault.
settings.register_profile("kiosk", deadline=None)
settings.load_profile("kiosk")

PASSPHRASE = "six words for tests and nothing else"


@pytest.fixture(scope="session")
def new_kiosk(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder just made; copy it, do not write into it."""
    data = tmp_path_factory.mktemp("kiosk") / "data"
    bootstrap.init_kiosk(data, "gem-samvad", "ka-2020-01-10", "KA1", PASSPHRASE)
    return data


@pytest.fixture
def data(new_kiosk: Path, tmp_path: Path) -> Path:
    """A data folder of one's own."""
    return Path(shutil.copytree(new_kiosk, tmp_path / "kiosk data हिन्दी"))


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def desk(data: Path, clock: FakeClock) -> Iterator[Desk]:
    """An unlocked kiosk at 10:00 on the event's day."""
    with bootstrap.open_kiosk(data, PASSPHRASE, clock) as opened:
        yield opened


@pytest.fixture
def other_desk(tmp_path: Path, clock: FakeClock) -> Iterator[Desk]:
    """Another kiosk of the same event."""
    data = tmp_path / "other"
    bootstrap.init_kiosk(data, "gem-samvad", "ka-2020-01-10", "KA2", PASSPHRASE)
    with bootstrap.open_kiosk(data, PASSPHRASE, clock) as opened:
        yield opened
