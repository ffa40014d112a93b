"""The window: notices, overlays, the scanner's burst, and that nobody closes it."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QLabel,
    QLineEdit,
    QPushButton,
    QVBoxLayout,
)
from pytestqt.qtbot import QtBot

from kiosk.domain.language import Tag
from kiosk.errors import EnvironmentFault, VisitorError
from kiosk.services.words import load_all_languages, load_all_words
from tests.ui.conftest import Tap
from ui.frame.scanner import FIRST_MS, LONGEST, PAUSE_MS, Wedge
from ui.notices import notice_of
from ui.screens.screen import Notice, Porch, Screen
from ui.translate import Speaker
from ui.widgets.scroll import ScrollColumn
from ui.window import Window
from ui.worker import Worker

SLIP = "SK1ABCDEFGHJKLMNPQRSTUVWXYZ234567"


class HandClock:
    def __init__(self) -> None:
        self.ms = 0

    def __call__(self) -> int:
        return self.ms


def burst(wedge: Wedge[str], clock: HandClock, text: str, pause_ms: int = 5) -> str | None:
    for character in text:
        clock.ms += pause_ms
        wedge.typed(character, character)
    return wedge.ended()


def let_through(clock: HandClock, text: str, pause_ms: int) -> str:
    """What of this text reaches a field, when nothing ends it."""
    wedge: Wedge[str] = Wedge(clock)
    passed = []
    for character in text:
        clock.ms += pause_ms
        passed += wedge.typed(character, character)
    return "".join([*passed, *wedge.give_up()])


@pytest.fixture
def clock() -> HandClock:
    clock = HandClock()
    clock.ms = 10_000
    return clock


def test_a_burst_that_begins_as_slips_do_is_one(clock: HandClock) -> None:
    wedge: Wedge[str] = Wedge(clock)

    assert burst(wedge, clock, SLIP) == SLIP
    assert not wedge.holds
    assert burst(wedge, clock, SLIP.lower()) == SLIP.lower(), "and so is the next"


@pytest.mark.parametrize("text", ["SK1-0057", "RAMESHKUMARRAMESHKUMARRAMESH", ""])
def test_other_texts_are_none(clock: HandClock, text: str) -> None:
    assert burst(Wedge(clock), clock, text) is None


def test_a_person_who_types_is_no_scanner(clock: HandClock) -> None:
    assert burst(Wedge(clock), clock, SLIP, pause_ms=PAUSE_MS + 1) is None


@pytest.mark.parametrize("pause_ms", [1, 40, FIRST_MS + 1, PAUSE_MS + 1])
@pytest.mark.parametrize("text", ["SK1-0057", "Sasikala SSK", "S", "SKSK1SK", "Rs 500", SLIP])
def test_what_is_held_back_comes_in_its_order(clock: HandClock, text: str, pause_ms: int) -> None:
    assert let_through(clock, text, pause_ms) == text


def test_a_key_that_begins_no_slip_is_not_held_back_for_a_moment(clock: HandClock) -> None:
    wedge: Wedge[str] = Wedge(clock)

    assert wedge.typed("a", "a") == ["a"]
    assert wedge.typed("S", "S") == []
    assert wedge.typed("a", "a") == ["S", "a"]


def test_a_burst_is_bounded(clock: HandClock) -> None:
    found = burst(Wedge(clock), clock, "SK1" + "A" * 100_000, pause_ms=0)

    assert found is None or len(found) <= LONGEST


class Page(Screen):
    """A screen with a line to type into."""

    def __init__(self, porch: Porch) -> None:
        super().__init__(porch)
        self.line = QLineEdit()
        self.nexts = 0
        QVBoxLayout(self).addWidget(self.line)

    def next_text(self) -> str:
        return "Next"

    def on_next(self) -> None:
        self.nexts += 1


@pytest.fixture
def window(qtbot: QtBot) -> Window:
    speaker = Speaker(load_all_words(), load_all_languages(), Tag("en"))
    window = Window(speaker, lambda: 0)  # a slow machine scans as fast as any
    window.settle()
    window.resize(1366, 768)
    qtbot.addWidget(window, before_close_func=lambda w: setattr(w, "may_close", True))
    window.show()
    return window


@pytest.fixture
def page(window: Window, tmp_path: Path) -> Page:
    worker = Worker()
    page = Page(Porch(window._speaker, worker, tmp_path))
    window.show_screen(page)
    worker.close()
    return page


def test_a_visitor_cannot_close_it_but_staff_can(window: Window) -> None:
    window.close()
    assert window.isVisible()
    window.may_close = True
    window.close()

    assert not window.isVisible()


def test_a_scan_is_told_where_slips_are_wanted_only(
    window: Window, page: Page, qtbot: QtBot
) -> None:
    page.line.setFocus()
    told: list[str] = []
    window.scanned.connect(told.append)
    for wanted in (False, True):
        window.scans = wanted
        QTest.keyClicks(page.line, SLIP)
        QTest.keyClick(page.line, Qt.Key.Key_Return)

    assert told == [SLIP]


@pytest.mark.parametrize("end", [Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Tab])
def test_a_slip_never_stands_in_a_field_of_somebody_else(
    window: Window, page: Page, end: Qt.Key
) -> None:
    seen: list[str] = []
    returns: list[bool] = []
    page.line.setText("Savita")
    page.line.setCursorPosition(3)
    page.line.setFocus()
    page.line.textChanged.connect(seen.append)
    page.line.returnPressed.connect(lambda: returns.append(True))
    QTest.keyClicks(page.line, SLIP)
    QTest.keyClick(page.line, end)

    assert (seen, returns, page.line.text()) == ([], [], "Savita")
    assert page.line.cursorPosition() == 3
    assert page.line.hasFocus()
    told = [one.text() for one in window.findChildren(QLabel) if one.isVisible()]
    assert "A slip was scanned. Please finish here first; nothing here has changed." in told


def test_a_scanner_that_sends_no_return_is_understood_as_well(
    window: Window, page: Page, qtbot: QtBot
) -> None:
    window.scans = True
    page.line.setFocus()
    with qtbot.waitSignal(window.scanned, timeout=60_000) as told:
        QTest.keyClicks(page.line, SLIP)

    assert told.args == [SLIP]
    assert page.line.text() == ""


def test_what_a_person_types_arrives_whole(window: Window, page: Page, qtbot: QtBot) -> None:
    page.line.setFocus()
    QTest.keyClicks(page.line, "Sks SK1-0057 S")
    qtbot.waitUntil(lambda: page.line.text() == "Sks SK1-0057 S", timeout=60_000)
    QTest.keyClick(page.line, Qt.Key.Key_Backspace)
    QTest.keyClicks(page.line, "S")
    QTest.keyClick(page.line, Qt.Key.Key_Left)

    assert page.line.text() == "Sks SK1-0057 S"
    assert page.line.cursorPosition() == len("Sks SK1-0057 ")


def test_a_screen_that_waits_is_not_sent_on(window: Window, page: Page) -> None:
    page.set_waiting(True)
    window.footer.next.click()
    page.set_waiting(False)
    window.footer.next.click()

    assert page.nexts == 1


def test_a_notice_is_read_and_taken_away(window: Window, page: Page) -> None:
    window.tell(Notice("All is well."))
    window.tell(Notice("The printer waits.", grave=True))
    shown = [one.text() for one in window.findChildren(QLabel) if one.isVisible()]
    assert "The printer waits." in shown
    assert "All is well." not in shown
    window.hush()

    assert not [
        one for one in window.findChildren(QLabel)
        if one.isVisible() and one.text() == "The printer waits."
    ]  # fmt: skip


def test_an_overlay_keeps_the_focus_and_gives_it_back(window: Window, page: Page) -> None:
    page.line.setFocus()
    window.ask_help()
    overlay = window.overlaid
    assert overlay is not None
    for _ in range(5):
        QTest.keyClick(window.focusWidget() or window, Qt.Key.Key_Tab)
        assert overlay.isAncestorOf(window.focusWidget())
    QTest.keyClick(window.focusWidget(), Qt.Key.Key_Escape)

    assert window.overlaid is None
    assert window.focusWidget() is page.line


@pytest.mark.parametrize("end", ["choose", "close"])
def test_who_chose_a_language_types_on_where_they_were(
    window: Window, page: Page, tap: Tap, end: str
) -> None:
    window.language_chosen.connect(lambda tag: window._speaker.set_tag(Tag(tag)))
    page.line.setFocus()
    QTest.keyClicks(page.line, "Sav")
    tool = _tool(window, "Language: English")
    tap(tool)
    assert window.overlaid is not None
    words = "हिन्दी" if end == "choose" else "Close"
    tap(next(one for one in window.overlaid.findChildren(QAbstractButton) if one.text() == words))
    QTest.keyClicks(window.focusWidget(), "ita")
    QTest.keyClick(window.focusWidget(), Qt.Key.Key_Return)

    assert window.overlaid is None
    assert page.line.text() == "Savita"


@pytest.mark.parametrize(("line", "button"), [(True, True), (False, True), (False, False)])
def test_where_nobody_was_it_is_the_first_field_or_button(
    window: Window, page: Page, tap: Tap, line: bool, button: bool
) -> None:
    below, above = QPushButton("below"), QPushButton("above")
    column = page.layout()
    assert isinstance(column, QVBoxLayout)
    column.insertWidget(0, above)
    column.insertWidget(0, ScrollColumn(QLabel("much to read")))
    column.addWidget(below)
    page.line.setVisible(line)
    above.setEnabled(button)
    below.setEnabled(button)
    QApplication.processEvents()
    tool = _tool(window, "Text size")
    tool.setFocus()
    QTest.keyClick(tool, Qt.Key.Key_Space)
    assert window.overlaid is not None
    QTest.keyClick(window.focusWidget(), Qt.Key.Key_Escape)

    first = page.line if line else above if button else tool
    assert window.focusWidget() is first


def _tool(window: Window, name: str) -> QAbstractButton:
    tools = window.header.findChildren(QAbstractButton)
    return next(one for one in tools if one.accessibleName() == name)


def test_the_warning_counts_and_any_key_means_that_somebody_is_there(
    window: Window, page: Page, qtbot: QtBot
) -> None:
    window.warn(20)
    window.warn(19)
    overlay = window.overlaid
    assert overlay is not None
    assert any("19" in one.text() for one in overlay.findChildren(QLabel))
    with qtbot.waitSignal(window.stayed, timeout=60_000):
        QTest.keyClick(overlay, Qt.Key.Key_A)

    assert window.overlaid is None


@pytest.mark.parametrize(("tag", "right_to_left"), [("ur", True), ("te", False)])
def test_a_window_opens_the_way_its_language_runs(
    qtbot: QtBot, tag: str, right_to_left: bool
) -> None:
    window = Window(Speaker(load_all_words(), load_all_languages(), Tag(tag)))
    qtbot.addWidget(window)

    assert (window.layoutDirection() == Qt.LayoutDirection.RightToLeft) is right_to_left


def test_a_header_that_was_hidden_speaks_the_language_of_the_moment(
    window: Window, page: Page
) -> None:
    page.shows_header = False
    page.changed.emit()
    window._speaker.set_tag(Tag("hi"))
    window.say_again()
    page.shows_header = True
    page.changed.emit()

    texts = [one.text() for one in window.header.findChildren(QAbstractButton)]
    assert load_all_languages()[Tag("hi")].native in texts
    assert load_all_languages()[Tag("en")].native not in texts


def test_every_tool_of_the_header_can_be_touched_and_has_a_name(window: Window, page: Page) -> None:
    tools = [one for one in window.header.findChildren(QAbstractButton) if one.isVisible()]

    assert len(tools) == 4
    assert all(min(one.width(), one.height()) >= 64 for one in tools)
    assert all(one.accessibleName() for one in tools)


@pytest.mark.parametrize(
    ("error", "grave"),
    [
        (VisitorError("code_wrong"), False),
        (EnvironmentFault("path_unusable", path="x"), True),
        (EnvironmentFault("nobody_wrote_this_sentence"), True),
        (RuntimeError("Asha Rao"), True),
    ],
)
@pytest.mark.parametrize("tag", ["hi", "en", "ur", "kn", "te"])
def test_every_error_has_a_sentence_in_every_language(
    error: Exception, grave: bool, tag: str
) -> None:
    speaker = Speaker(load_all_words(), load_all_languages(), Tag(tag))
    notice = notice_of(error, speaker)

    assert notice.grave is grave
    assert len(notice.text) > 10
    assert "Asha" not in notice.text
    assert "_" not in notice.text
