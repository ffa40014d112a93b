"""The window: notices, overlays, the scanner's burst, and that nobody closes it."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QLabel, QLineEdit, QVBoxLayout
from pytestqt.qtbot import QtBot

from kiosk.domain.language import Tag
from kiosk.errors import EnvironmentFault, VisitorError
from kiosk.services.words import load_all_languages, load_all_words
from ui.frame.scanner import PAUSE_MS, Wedge
from ui.notices import notice_of
from ui.screens.screen import Notice, Porch, Screen
from ui.translate import Speaker
from ui.window import Window
from ui.worker import Worker

SLIP = "SK1ABCDEFGHJKLMNPQRSTUVWXYZ234567"


class HandClock:
    def __init__(self) -> None:
        self.ms = 0

    def __call__(self) -> int:
        return self.ms


def burst(wedge: Wedge, clock: HandClock, text: str, pause_ms: int = 5) -> str | None:
    for character in text:
        clock.ms += pause_ms
        wedge.typed(character)
    return wedge.ended()


def test_a_burst_that_begins_as_slips_do_is_one() -> None:
    clock = HandClock()
    clock.ms = 10_000
    wedge = Wedge(clock)

    assert burst(wedge, clock, SLIP) == SLIP
    assert burst(wedge, clock, SLIP) == SLIP, "and so is the next"


@pytest.mark.parametrize("text", ["SK1-0057", "RAMESHKUMARRAMESHKUMARRAMESH", ""])
def test_other_texts_are_none(text: str) -> None:
    clock = HandClock()
    clock.ms = 10_000

    assert burst(Wedge(clock), clock, text) is None


def test_a_person_who_types_is_no_scanner() -> None:
    clock = HandClock()
    clock.ms = 10_000

    assert burst(Wedge(clock), clock, SLIP, pause_ms=PAUSE_MS + 1) is None


def test_a_burst_is_bounded() -> None:
    clock = HandClock()
    clock.ms = 10_000
    found = burst(Wedge(clock), clock, "SK1" + "A" * 100_000, pause_ms=0)

    assert found is None or len(found) <= 4000


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
    window = Window(speaker)
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


def test_the_warning_counts_and_any_key_means_that_somebody_is_there(
    window: Window, page: Page, qtbot: QtBot
) -> None:
    window.warn(20)
    window.warn(19)
    overlay = window.overlaid
    assert overlay is not None
    assert any("19" in one.text() for one in overlay.findChildren(QLabel))
    with qtbot.waitSignal(window.stayed):
        QTest.keyClick(overlay, Qt.Key.Key_A)

    assert window.overlaid is None


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
