"""The first screen after power-on waits for nothing that it does not show."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROGRAM = """
import json, os, sys
from pathlib import Path
from PySide6.QtCore import QSize
from ui.app import Kiosk, Options, make_application
app = make_application(["start"])
kiosk = Kiosk(Options(data=Path("nowhere"), windowed=QSize(1366, 768), find_printer=lambda: None))
kiosk.begin()
kiosk.show()
shown = type(kiosk.window.screen_shown).__name__
before = sorted(sys.modules)
kiosk.settle()
while "ui.printing" not in sys.modules or "ui.keyboard.panel" not in sys.modules:
    app.processEvents()
print(json.dumps([shown, before]))
sys.stdout.flush()
os._exit(0)
"""
LATER = (
    "sqlcipher3", "cryptography", "reportlab", "uharfbuzz", "fontTools", "phonenumbers", "segno",
    "pypdfium2", "rapidfuzz", "tomllib", "platformdirs", "secrets", "subprocess",
    "kiosk.bootstrap", "kiosk.storage", "kiosk.sync", "kiosk.forms", "kiosk.typesetting",
    "kiosk.certificates", "kiosk.export", "kiosk.validate", "kiosk.services.ports",
    "ui.rooms", "ui.staff", "ui.keyboard.panel", "ui.frame.overlay", "ui.printing", "ui.tour",
)  # fmt: skip


@pytest.fixture(scope="module")
def started() -> tuple[str, set[str]]:
    """The first screen, and the modules that were read for it; the rest is read by itself later."""
    ran = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        cwd=ROOT,
        env=dict(os.environ, QT_QPA_PLATFORM="offscreen"),
        capture_output=True,
        check=True,
        text=True,
        timeout=120,
    )
    shown, modules = json.loads(ran.stdout)
    return shown, set(modules)


def test_the_first_screen_is_the_one_that_unlocks(started: tuple[str, set[str]]) -> None:
    assert started[0] == "UnlockScreen"


@pytest.mark.parametrize("module", LATER)
def test_the_first_screen_does_not_wait_for(module: str, started: tuple[str, set[str]]) -> None:
    assert module not in started[1]
