"""A kiosk to test with: a real data folder, a real record, real forms, and a clock to set."""

from __future__ import annotations

import faulthandler
import os
import shutil
from collections.abc import Generator, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from kiosk import bootstrap
from kiosk.services.desk import Desk
from tests.fakes import FakeClock

# Before Qt starts. Its own offscreen screen is 800 × 600, and touches beyond that are lost.
_SCREEN = Path(__file__).with_name("screen.json")
os.environ["QT_QPA_PLATFORM"] = f"offscreen:configfile={_SCREEN}"

# Whoever runs the tests has servers and a language of their own: here nobody but ours is spoken to.
_OTHERS = ("AWS_", "PG", "LANG", "LC_", "KIOSK_DATA", "KIOSK_PASSPHRASE", "KIOSK_CARRIER_")
for _name in [*os.environ]:
    if _name.upper().endswith("_PROXY") or _name.startswith(_OTHERS):
        del os.environ[_name]
os.environ["LC_CTYPE"] = "C.UTF-8"
os.umask(0o022)  # some of our servers run as somebody else, who has to read what they are given

# How long an example takes is measured in tests/bench; on a busy machine it is no fault. Whoever
# changed a line is told of that line: the same examples every time, and new ones are sought by
# hand with --hypothesis-profile=seek.
_SLOW = (HealthCheck.too_slow, HealthCheck.function_scoped_fixture)
settings.register_profile("seek", deadline=None, derandomize=False, suppress_health_check=_SLOW)
settings.register_profile("kiosk", settings.get_profile("seek"), derandomize=True)
settings.load_profile("kiosk")

PASSPHRASE = "six words for tests and nothing else"
HANGS_S = 1_200  # the slowest took 150 on two cores that did six times as much
_ERRORS = pytest.StashKey[int]()


def pytest_configure(config: pytest.Config) -> None:
    config.stash[_ERRORS] = os.dup(2)  # not what a test captures


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    """A test that hangs tells where and ends its process: else nobody would hear of it, ever."""
    if item.get_closest_marker("long") is None:
        faulthandler.dump_traceback_later(HANGS_S, exit=True, file=item.config.stash[_ERRORS])
    try:
        return (yield)
    finally:
        faulthandler.cancel_dump_traceback_later()


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
