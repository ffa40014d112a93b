"""The day at a glance is what stands on the disk, and says what needs a hand."""

from __future__ import annotations

import threading
from dataclasses import replace
from typing import Any

import pytest

from kiosk.services.certify import prepare_certificate
from kiosk.services.closing import close_day
from kiosk.services.desk import Desk
from kiosk.services.drafts import save_draft
from kiosk.services.exporting import ExportRequest
from kiosk.services.ports import KINDS_OF_SHEETS, StaffMember
from kiosk.services.printing import NOT_HERE, queue, settle
from tests.services.test_certify import arrive
from tests.ui.screens.staff.stage import WAIT_MS, Stage, button, texts
from ui.glance import read_day
from ui.printers import Seen
from ui.screens.staff.printers import PrintersPage
from ui.screens.staff.queue import QueuePage
from ui.screens.staff.today import TodayPage, hours
from ui.widgets.bars import ColumnBars, RowBars
from ui.worker import Worker


def fail_one(desk: Desk) -> None:
    attendee = next(iter(desk.record.attendees()))
    job = queue(desk, prepare_certificate(desk, attendee).sheet, "certificate", "KA1-C-0001")
    settle(desk, job.id, "failed", "out of paper")


def test_the_numbers_are_those_of_the_record(stage: Stage) -> None:
    page = stage.page(TodayPage, "today")
    figures = stage.ask(lambda desk: desk.record.figures())
    shown = texts(page)
    assert f"{figures.registered}\n" in shown
    assert f"{figures.certificates}\n" in shown
    assert "10-01-2020 · Karnataka" in texts(stage.window)
    assert "Practice: sample data" in texts(stage.window)


def test_bars_can_be_heard(stage: Stage) -> None:
    page = stage.page(TodayPage, "today")
    figures = stage.ask(lambda desk: desk.record.figures())
    columns, rows = page.findChild(ColumnBars), page.findChild(RowBars)
    assert isinstance(columns, ColumnBars)
    assert isinstance(rows, RowBars)
    for hour, count in figures.by_hour.items():
        assert f"{hour} o'clock: {count}" in columns.accessibleDescription()
    assert f"Seller: {figures.by_does['seller']}" in rows.accessibleDescription()


def test_anonymous_feedback_is_not_counted_before_the_closing(stage: Stage) -> None:
    page = stage.page(TodayPage, "today")
    assert "without a name is counted when the day is closed" in texts(page)
    folder = stage.data / "export"

    def close(desk: Desk) -> int:
        folder.mkdir()
        return close_day(desk, "staff:Savita", ExportRequest(folder, formats=("csv",))).anonymous

    anonymous = stage.ask(close)
    assert anonymous > 0
    page.refresh()
    stage.settle()
    assert f"gave feedback, {anonymous} of them without a name" in texts(page)
    assert "The day was closed at 18:" in texts(page)


def test_what_needs_a_hand_leads_to_where_it_is_done(stage: Stage) -> None:
    page = stage.page(TodayPage, "today")
    assert "Nothing needs a hand" in texts(page)
    stage.ask(fail_one)
    stage.ask(lambda desk: save_draft(desk, "register", desk.event.languages[0], {"name": "A"}))
    page.refresh()
    stage.settle()
    assert "The printer has not printed: 1" in texts(page)
    assert "walked away before saving: 1" in texts(page)
    button(page, "Open the print queue").click()
    stage.settle()
    side = stage.window.screen_shown
    assert isinstance(getattr(side, "page", None), QueuePage)


PRINTER = Seen("laser", "Office laser")


@pytest.mark.parametrize(
    ("seen", "choices", "told"),
    [
        ((PRINTER,), {}, ""),
        ((), {}, "No printer is seen"),
        ((PRINTER,), {"slip": "ticket"}, "ticket was chosen, and is not there now"),
        ((replace(PRINTER, reasons=("media-empty",)),), {}, "Office laser: "),
        ((), dict.fromkeys(KINDS_OF_SHEETS, NOT_HERE), ""),
        ((replace(PRINTER, reasons=("media-empty",)),), dict.fromkeys(KINDS_OF_SHEETS, "-"), ""),
    ],
)
def test_what_is_well_is_said_of_printers_that_are_there_only(
    stage: Stage, seen: tuple[Seen, ...], choices: dict[str, str], told: str
) -> None:
    stage.press.seen, stage.press.ready, stage.press.choices = seen, bool(seen), choices
    page = stage.page(TodayPage, "today")
    shown = texts(page)
    assert ("Nothing needs a hand" in shown) is (not told)
    assert told in shown
    if told:
        button(page, "Printers").click()
        stage.settle()
        side = stage.window.screen_shown
        assert isinstance(getattr(side, "page", None), PrintersPage)


def test_a_printer_that_goes_is_told_at_once_while_the_page_is_open(stage: Stage) -> None:
    page = stage.page(TodayPage, "today")
    looks = stage.press.looks
    page.enter()
    stage.settle()
    assert stage.press.looks == looks + 1
    stage.press.ready = False
    stage.press.looked.emit()
    stage.settle()
    assert "No printer is seen" in texts(page)
    page.leave()
    page.leave()
    stage.press.ready = True
    stage.press.looked.emit()
    stage.settle()
    assert "No printer is seen" in texts(page), "nobody looks at it now"


def test_hours_without_visitors_are_shown_inside_the_day_only() -> None:
    assert list(hours({})) == list(range(9, 18))
    assert list(hours({7: 1, 20: 2, 22: 0})) == list(range(7, 21))


class Asked:
    """A worker that tells how often it was asked."""

    def __init__(self, worker: Worker) -> None:
        self._worker = worker
        self.asked = 0

    def ask(self, *given: Any) -> None:
        self.asked += 1
        self._worker.ask(*given)

    def __getattr__(self, name: str) -> Any:
        return getattr(self._worker, name)


def test_a_long_counting_is_said_and_begun_once(stage: Stage) -> None:
    gate, room = threading.Event(), stage.room
    asked = Asked(stage.worker)
    room.worker = asked  # type: ignore[assignment]
    stage.worker.tell(lambda _desk: gate.wait(60))
    page = TodayPage(room, StaffMember("Savita", "", coordinator=True))
    stage.window.show_screen(page)
    page.refresh()
    page.refresh()
    assert asked.asked == 1
    stage.qtbot.waitUntil(lambda: "The day is being counted" in texts(page), timeout=WAIT_MS)
    gate.set()
    stage.settle()
    figures = stage.ask(lambda desk: desk.record.figures())
    assert f"{figures.registered}\n" in texts(page)
    assert "The day is being counted" not in texts(page)
    page.refresh()
    assert asked.asked == 2
    stage.settle()


def test_a_visitor_is_registered_while_the_day_is_counted(stage: Stage) -> None:
    reading = stage.ask(lambda desk: desk.record.reading)
    with reading() as seen:
        before = seen.figures().registered
        stage.ask(lambda desk: arrive(desk, "Meanwhile"))
        assert seen.figures().registered == before, "one moment is counted"
    assert read_day(reading).figures.registered == before + 1


def test_what_keeps_the_day_from_being_counted_is_told(stage: Stage) -> None:
    page = stage.page(TodayPage, "today")
    away = stage.data.rename(stage.data.with_name("away"))
    page.refresh()
    stage.settle()
    away.rename(stage.data)
    assert len(stage.faults) == 1
    page.refresh()
    stage.settle()
    assert len(stage.faults) == 1
