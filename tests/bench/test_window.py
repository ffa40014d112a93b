"""The window beside its limit: a bare Qt window that shows the same text in the same fonts.

Each start is a process of its own, timed from the moment it is asked for to its first picture,
Python's own start and the import of PySide6 included. The two take turns, so that whatever else the
machine does slows both. And how long a touch takes to be answered: from the finger to the picture
that has changed.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from time import perf_counter_ns

import pytest
from PySide6.QtCore import QSize
from PySide6.QtWidgets import QApplication, QWidget
from pytest_benchmark.fixture import BenchmarkFixture

from tests.journeys.day import Day
from ui.fields.choice import PickField
from ui.journey import Place
from ui.screens.question import QuestionScreen
from ui.theme import Theme, dress, load_fonts
from ui.tour.people import GUESTS

ROUNDS = 9
ROOT = Path(__file__).parents[2]
END = """
import os
import sys
import time
print(time.monotonic_ns())
sys.stdout.flush()
os._exit(0)
"""
# As ui.__main__ and ui.app.run do it, but for the loop that then waits for somebody.
OURS = """
import gc
gc.disable()
from pathlib import Path
from PySide6.QtCore import QSize
from ui.app import Kiosk, Options, make_application
app = make_application(["bench"])
kiosk = Kiosk(Options(data=Path("nowhere"), windowed=QSize(1366, 768)))
kiosk.begin()
kiosk.show()
app.processEvents()
kiosk.window.grab()
"""
BARE = """
import gc
gc.disable()
import json
import sys
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QApplication, QLabel, QVBoxLayout, QWidget
app = QApplication(["bench"])
window = QWidget()
column = QVBoxLayout(window)
for text, family, size, bold in json.loads(sys.argv[1]):
    label = QLabel(text)
    font = QFont(family)
    font.setPixelSize(size)
    font.setBold(bold)
    label.setFont(font)
    column.addWidget(label)
window.resize(1366, 768)
window.show()
app.processEvents()
window.grab()
"""
WORDS = """
import json
from PySide6.QtWidgets import QWidget
from ui.nastaliq import NAME, OLD_NAME
from ui.typeface import FAMILIES, first_script
from ui.widgets.button import TouchButton
from ui.widgets.label import Label
texts = []
for one in kiosk.window.findChildren(QWidget):
    if isinstance(one, (Label, TouchButton)) and one.isVisible() and one.text():
        style, script = one._style(), first_script(one.text(), "Latn")
        size = style.theme.pixels(style.role, script)
        family = FAMILIES[script].replace(NAME, OLD_NAME)
        texts.append([one.text(), family, size, style.bold])
print(json.dumps(texts))
"""


@dataclass(frozen=True)
class Started:
    """A new process up to its first picture, from the moment in which it was asked for."""

    ms: float
    cpu_ms: float
    said: str  # the line before the last


class Starter:
    """Starts programs as an installed kiosk starts: their bytecode is on the disk."""

    def __init__(self, bytecode: Path) -> None:
        self._environment = dict(os.environ, PYTHONPYCACHEPREFIX=str(bytecode))
        self._environment.pop("PYTHONDONTWRITEBYTECODE", None)

    def start(self, program: str, *arguments: str) -> Started:
        used, began = _cpu_ms(), time.monotonic_ns()
        ran = subprocess.run(
            [sys.executable, "-c", program + END, *arguments], cwd=ROOT, capture_output=True,
            check=True, text=True, env=self._environment,
        )  # fmt: skip
        *said, ended = ran.stdout.splitlines()
        return Started((int(ended) - began) / 1e6, _cpu_ms() - used, said[-1] if said else "")


def _cpu_ms() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return (used.ru_utime + used.ru_stime) * 1000


@pytest.fixture
def starter(tmp_path: Path) -> Starter:
    return Starter(tmp_path / "bytecode")


def test_the_first_screen_beside_a_bare_window(
    benchmark: BenchmarkFixture, starter: Starter
) -> None:
    words = starter.start(OURS + WORDS).said
    assert json.loads(words)
    starter.start(BARE, words)
    ours, bare = [], []
    for _ in range(ROUNDS):
        bare.append(starter.start(BARE, words))
        ours.append(starter.start(OURS))
    for name, runs in (("ours", ours), ("bare", bare)):
        benchmark.extra_info[f"{name}_ms"] = round(median(one.ms for one in runs), 1)
        benchmark.extra_info[f"{name}_least_ms"] = round(min(one.ms for one in runs), 1)
        benchmark.extra_info[f"{name}_cpu_ms"] = round(median(one.cpu_ms for one in runs), 1)
    ratios = [mine.ms / other.ms for mine, other in zip(ours, bare, strict=True)]
    benchmark.extra_info["ratio"] = round(median(ratios), 2)
    benchmark(lambda: None)


@pytest.fixture
def day(qapp: QApplication, tmp_path: Path) -> Iterator[Day]:
    load_fonts()
    qapp.setDoubleClickInterval(0)
    dress(qapp, Theme())
    day = Day(tmp_path, None, QSize(1366, 768))
    yield day
    day.end()


def test_touches_are_answered(benchmark: BenchmarkFixture, day: Day) -> None:
    """Keys, cards, next and back: touched, handled, laid out and painted."""
    guest = GUESTS[1]
    visitor = day.visitor(guest)
    visitor.reach_notice()
    visitor.agree()
    taken_ms: list[float] = []

    def touch(widget: QWidget) -> None:
        began = perf_counter_ns()
        day.hands.tap_now(widget)
        QApplication.processEvents()
        day.kiosk.window.repaint()
        taken_ms.append((perf_counter_ns() - began) / 1e6)

    panel, footer = day.kiosk.window.panel, day.kiosk.window.footer
    for token in "कखगमनर":
        touch(panel.key(token))
    touch(panel.key("{next}"))
    day.hands.wait("the cards", lambda: not panel.isVisible())
    screen = day.kiosk.window.screen_shown
    assert isinstance(screen, QuestionScreen)
    assert isinstance(screen.field, PickField)
    for card in screen.field.cards.values():
        touch(card)
    for _ in range(3):
        touch(footer.back)
        day.hands.wait("the keyboard", panel.isVisible)
        touch(panel.key("{next}"))
        day.hands.wait("the cards", lambda: not panel.isVisible())
    assert day.place is Place.REGISTER
    benchmark.extra_info["median_ms"] = round(median(taken_ms), 1)
    benchmark.extra_info["slowest_ms"] = round(max(taken_ms), 1)
    benchmark(lambda: None)
