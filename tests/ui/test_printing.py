"""The press: jobs go out one after the other, failures are told and kept, nobody waits."""

from __future__ import annotations

from collections.abc import Iterator
from typing import cast

import pytest
from pytestqt.qtbot import QtBot

from kiosk.domain.ids import Serial
from kiosk.services.ports import PrintJob
from ui.printing import PATIENCE_SECONDS, Press, Printer, PrinterError
from ui.worker import Worker


class Deaf:
    """A worker that is told things and does nothing: what is settled is watched elsewhere."""

    def __init__(self) -> None:
        self.told = 0

    def tell(self, _work: object) -> None:
        self.told += 1


class Slow:
    """A printer that brings a sheet out when the test says so."""

    def __init__(self, refuses: str = "") -> None:
        self.begun: list[str] = []
        self.out: set[str] = set()
        self.given_up: list[str] = []
        self._refuses = refuses

    def begin(self, pdf: bytes, title: str) -> str:
        if self._refuses:
            raise PrinterError(self._refuses)
        self.begun.append(title)
        return title

    def is_out(self, ticket: str) -> bool:
        return ticket in self.out

    def give_up(self, ticket: str) -> None:
        self.given_up.append(ticket)


class HandClock:
    def __init__(self) -> None:
        self.seconds = 0.0

    def __call__(self) -> float:
        return self.seconds


Made = list[Press]


@pytest.fixture
def presses() -> Iterator[Made]:
    made: Made = []
    yield made
    for press in made:
        press.close()


def new_press(
    presses: Made, printer: Printer | None, clock: HandClock | None = None
) -> tuple[Press, Deaf]:
    worker = Deaf()
    press = Press(
        cast("Worker", worker), lambda: printer, poll_seconds=0.01, clock=clock or HandClock()
    )
    presses.append(press)
    return press, worker


def job(title: str) -> PrintJob:
    serial = Serial(title)
    return PrintJob(title, f"{title} Meera", "certificate", b"%PDF", "waiting", "", 0, None, serial)


def test_a_sheet_that_comes_out_is_done(qtbot: QtBot, presses: Made) -> None:
    printer = Slow()
    printer.out.add("KA1-0001")
    press, worker = new_press(presses, printer)
    with qtbot.waitSignal(press.settled, timeout=20_000) as settled:
        press.send(job("KA1-0001"))

    assert settled.args == [job("KA1-0001"), "done"]
    assert worker.told == 2, "sent, and done"


def test_the_next_sheet_does_not_wait_for_a_slow_one(qtbot: QtBot, presses: Made) -> None:
    printer = Slow()
    printer.out.add("second")
    press, _worker = new_press(presses, printer)
    with qtbot.waitSignal(press.settled, timeout=20_000) as settled:
        press.send(job("first"))
        press.send(job("second"))

    assert settled.args[0].serial == "second"
    with qtbot.waitSignal(press.settled, timeout=20_000) as settled:
        printer.out.add("first")
    assert settled.args == [job("first"), "done"]


def test_what_a_spooler_logs_names_nobody(qtbot: QtBot, presses: Made) -> None:
    printer = Slow()
    press, _worker = new_press(presses, printer)
    press.send(job("KA1-C-0001"))
    qtbot.waitUntil(lambda: bool(printer.begun), timeout=20_000)

    assert printer.begun == ["KA1-C-0001"]


def test_what_the_printer_refuses_has_failed(qtbot: QtBot, presses: Made) -> None:
    press, _worker = new_press(presses, Slow(refuses="no paper"))
    with qtbot.waitSignal(press.settled, timeout=20_000) as settled:
        press.send(job("KA1-0001"))

    assert settled.args[1] == "failed"


def test_a_sheet_that_never_comes_is_taken_back_so_that_it_is_not_printed_twice(
    qtbot: QtBot, presses: Made
) -> None:
    printer, clock = Slow(), HandClock()
    press, _worker = new_press(presses, printer, clock)
    with qtbot.waitSignal(press.settled, timeout=20_000) as settled:
        press.send(job("KA1-0001"))
        qtbot.waitUntil(lambda: printer.begun == ["KA1-0001"], timeout=20_000)
        clock.seconds = PATIENCE_SECONDS + 1

    assert settled.args[1] == "failed"
    assert printer.given_up == ["KA1-0001"]


def test_without_a_printer_a_job_fails_at_once(qtbot: QtBot, presses: Made) -> None:
    press, _worker = new_press(presses, None)
    with qtbot.waitSignal(press.settled, timeout=20_000) as settled:
        press.send(job("KA1-0001"))

    assert settled.args[1] == "failed"
    assert not press.ready


def test_a_printer_that_was_found_is_ready(qtbot: QtBot, presses: Made) -> None:
    press, _worker = new_press(presses, Slow())
    qtbot.waitUntil(lambda: press.ready, timeout=20_000)
