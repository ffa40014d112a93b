"""A real X display with nothing around it, as where X runs for the kiosk alone."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROGRAM = """
import json, os, sys
from pathlib import Path
from PySide6.QtCore import QPoint
from ui.app import Kiosk, Options, make_application
app = make_application(["display"])
kiosk = Kiosk(Options(data=Path("nowhere"), find_printer=lambda: None))
kiosk.begin()
kiosk.show()
while not kiosk.window.windowHandle().isExposed():
    app.processEvents()
at = kiosk.window.mapToGlobal(QPoint(0, 0))
print(json.dumps([app.platformName(), at.x(), at.y(), *kiosk.window.size().toTuple()]))
sys.stdout.flush()
os._exit(0)
"""


@pytest.fixture
def display() -> Iterator[str]:
    """An X server of its own, without a window manager."""
    read, write = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(write), "-screen", "0", "1366x768x24", "-nolisten", "tcp"],
        pass_fds=[write],
        stderr=subprocess.DEVNULL,
    )
    os.close(write)
    with os.fdopen(read) as told:
        yield f":{told.readline().strip()}"
    server.terminate()
    server.wait()


def test_the_window_covers_the_screen_without_a_window_manager(display: str) -> None:
    ran = subprocess.run(
        [sys.executable, "-c", PROGRAM],
        cwd=ROOT,
        env=dict(os.environ, QT_QPA_PLATFORM="xcb", DISPLAY=display),
        capture_output=True,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    assert json.loads(ran.stdout) == ["xcb", 0, 0, 1366, 768]
