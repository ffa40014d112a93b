"""The window beside its limit: a bare Qt window that shows the same text in the same fonts.

Each start is a process of its own, timed from its first line to its first picture. And how long a
touch takes to be answered: from the finger to the picture that has changed.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
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

ROUNDS = 7
ROOT = Path(__file__).parents[2]
BEGIN = "import sys, time\nbegan = time.perf_counter()\n"
END = "print((time.perf_counter() - began) * 1000)\n"
OURS = """
from pathlib import Path
from PySide6.QtCore import QSize
from ui.app import Kiosk, Options, make_application
app = make_application(["bench"])
kiosk = Kiosk(Options(data=Path("nowhere"), windowed=QSize(1366, 768), find_printer=lambda: None))
kiosk.begin()
kiosk.show()
app.processEvents()
kiosk.window.grab()
"""
BARE = """
import json
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QApplication, QLabel, QVBoxLayout, QWidget
app = QApplication(["bench"])
window = QWidget()
column = QVBoxLayout(window)
for text, family, size in json.loads(sys.argv[1]):
    label = QLabel(text)
    font = QFont(family)
    font.setPixelSize(size)
    label.setFont(font)
    column.addWidget(label)
window.resize(1366, 768)
window.show()
app.processEvents()
window.grab()
"""


def start_ms(program: str, *arguments: str) -> float:
    """How long a new process takes to its first picture, by its own clock."""
    source = BEGIN + program + END + "import os\nsys.stdout.flush()\nos._exit(0)\n"
    ran = subprocess.run(
        [sys.executable, "-c", source, *arguments], cwd=ROOT, capture_output=True, check=True,
        text=True,
    )  # fmt: skip
    return float(ran.stdout.splitlines()[-1])


def words_of_the_first_screen() -> str:
    """Every text of the screen that is shown after power-on, with its font."""
    program = (
        OURS
        + "import json\nfrom PySide6.QtWidgets import QAbstractButton, QLabel\n"
        + "from ui.typeface import families_for, first_script\n"
        + "seen = kiosk.window.findChildren(QLabel) + kiosk.window.findChildren(QAbstractButton)\n"
        + "texts = [one.text() for one in seen if one.isVisible() and one.text()]\n"
        + "fonts = [families_for(first_script(text, 'Latn'))[0] for text in texts]\n"
        + "print(json.dumps([[t, f, 22] for t, f in zip(texts, fonts)]))\n"
        + "import os\nsys.stdout.flush()\nos._exit(0)\n"
    )
    ran = subprocess.run(
        [sys.executable, "-c", BEGIN + program],
        cwd=ROOT,
        capture_output=True,
        check=True,
        text=True,
    )
    return ran.stdout.splitlines()[-1]


def test_the_first_screen_beside_a_bare_window(benchmark: BenchmarkFixture) -> None:
    words = words_of_the_first_screen()
    assert json.loads(words)
    ours, bare = [], []
    for _ in range(ROUNDS):
        bare.append(start_ms(BARE, words))
        ours.append(start_ms(OURS))
    benchmark.extra_info["ours_ms"] = round(median(ours), 1)
    benchmark.extra_info["bare_ms"] = round(median(bare), 1)
    benchmark.extra_info["ratio"] = round(median(ours) / median(bare), 2)
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
