"""The first screen after power-on waits for nothing that it does not show."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).parents[2]
PROGRAM = """
import json, os, sys
from pathlib import Path
from PySide6 import QtCore, QtGui
from PySide6.QtCore import QSize
from ui.app import Kiosk, Options, make_application
app = make_application(["start"])
kiosk = Kiosk(Options(data=Path("nowhere"), windowed=QSize(1366, 768), find_printer=lambda: None))
kiosk.begin()
kiosk.show()
kiosk.window.grab()
shown = type(kiosk.window.screen_shown).__name__
before, there = sorted(sys.modules), vars(QtCore).keys() | vars(QtGui).keys()
read = [name for name in ("Qt", "QGradient", "QEasingCurve") if name in there]
kiosk.settle()
while "ui.printing" not in sys.modules or "ui.keyboard.panel" not in sys.modules:
    app.processEvents()
print(json.dumps([shown, before, read]))
sys.stdout.flush()
os._exit(0)
"""
LATER = (
    "sqlcipher3", "cryptography", "reportlab", "uharfbuzz", "fontTools", "phonenumbers", "segno",
    "pypdfium2", "rapidfuzz", "tomllib", "platformdirs", "secrets", "subprocess",
    "kiosk.bootstrap", "kiosk.storage", "kiosk.sync", "kiosk.forms", "kiosk.typesetting",
    "kiosk.certificates", "kiosk.export", "kiosk.validate", "kiosk.services.ports",
    "dataclasses", "datetime", "ui.keeping", "ui.sticks", "ui.frame.watch", "ui.frame.scanner",
    "ui.rooms", "ui.staff", "ui.keyboard.panel", "ui.frame.overlay", "ui.printing", "ui.tour",
    "ui.frame.header", "ui.frame.footer", "ui.frame.telling", "ui.notices", "ui.drafting", "queue",
)  # fmt: skip


class Started(NamedTuple):
    """The first screen, the modules that were read for it, and Qt's costly enumerations."""

    shown: str
    modules: frozenset[str]
    enumerations: list[str]


@pytest.fixture(scope="module")
def started() -> Started:
    """What was read for the first screen; the rest is read by itself later."""
    ran = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        cwd=ROOT,
        env=dict(os.environ, QT_QPA_PLATFORM="offscreen"),
        capture_output=True,
        check=True,
        text=True,
        timeout=120,
    )
    shown, modules, enumerations = json.loads(ran.stdout)
    return Started(shown, frozenset(modules), enumerations)


def test_the_first_screen_is_the_one_that_unlocks(started: Started) -> None:
    assert started.shown == "UnlockScreen"


@pytest.mark.parametrize("module", LATER)
def test_the_first_screen_does_not_wait_for(module: str, started: Started) -> None:
    assert module not in started.modules


def test_the_first_screen_names_none_of_qts_own_enumerations(started: Started) -> None:
    """A fifth of the whole start: see ``ui.widgets.pens``."""
    assert started.enumerations == []
