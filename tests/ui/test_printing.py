"""The press: jobs go out one after the other, failures are told and kept, nobody waits."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from types import SimpleNamespace
from typing import Any, cast

import pytest
from pytestqt.qtbot import QtBot

from kiosk.domain.ids import Serial
from kiosk.services.ports import PrintJob
from tests.fakes import FakeClock
from ui.paper_sizes import Size, size_of
from ui.printers import (
    OnlyPrinter,
    Printer,
    PrinterError,
    Printers,
    PrinterUnsure,
    PrinterWaits,
    Seen,
)
from ui.printing import PATIENCE_SECONDS, Press
from ui.worker import Worker

WAIT_MS = 60_000


class Shelf:
    """A record and its worker at their ports: only the print queue is there."""

    def __init__(self) -> None:
        self.held: dict[str, PrintJob] = {}
        self.states: list[tuple[str, str]] = []
        self.record = self
        self.clock = FakeClock()
        self.works: list[Callable[[Any], object]] = []
        self.busy = False

    def put(self, *made: PrintJob) -> None:
        self.held |= {one.id: one for one in made}

    def tell(self, work: Callable[[Any], object]) -> None:
        """On the thread that asks; or later, while the record is busy."""
        self.works.append(work)
        while self.works and not self.busy:
            self.works.pop(0)(self)

    def print_job(self, job_id: str) -> PrintJob | None:
        return self.held.get(job_id)

    def certificate(self, _serial: str) -> object:
        return SimpleNamespace()

    @contextmanager
    def writing(self) -> Iterator[Shelf]:
        yield self

    def save_print_job(self, one: PrintJob) -> None:
        self.held[one.id] = one
        self.states.append((one.id, one.state))


class Slow:
    """A printer that brings a sheet out when the test says so."""

    def __init__(self, refuses: str = "") -> None:
        self.begun: list[str] = []
        self.out: set[str] = set()
        self.given_up: list[str] = []
        self.waits = ""
        self.unsure = ""
        self.refuses = refuses

    def begin(self, pdf: bytes, title: str) -> str:
        if self.refuses:
            raise PrinterError(self.refuses)
        assert pdf
        self.begun.append(title)
        return title

    def is_out(self, ticket: str) -> bool:
        if self.waits:
            raise PrinterWaits(self.waits)
        return ticket in self.out

    def give_up(self, ticket: str) -> None:
        self.given_up.append(ticket)
        if self.unsure:
            raise PrinterUnsure(self.unsure)


class Two:
    """Two printers, of which the first is the system's own."""

    def __init__(self) -> None:
        self.all = {"Office": Slow(), "Roll": Slow()}
        self.loaded: tuple[Size, ...] = ()

    def seen(self) -> list[Seen]:
        a4 = (size_of(210, 297),)
        return [
            Seen("Office", "Office", True, (), a4),
            Seen("Roll", "Roll", False, (), self.loaded),
        ]

    def printer(self, name: str) -> Printer:
        return self.all[name]


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
    presses: Made, printers: Printer | Printers | None, clock: HandClock | None = None
) -> tuple[Press, Shelf]:
    shelf = Shelf()
    found = printers if isinstance(printers, Two) else OnlyPrinter(lambda: cast("Any", printers))
    press = Press(
        cast("Worker", shelf), lambda: found, poll_seconds=0.01, clock=clock or HandClock()
    )
    presses.append(press)
    return press, shelf


def job(title: str, kind: str = "certificate", batch: str = "") -> PrintJob:
    serial = Serial(title)
    return PrintJob(
        title, f"{title} Meera", kind, b"%PDF", "waiting", "", 0, None, serial, batch=batch
    )


def send(press: Press, shelf: Shelf, *sheets: PrintJob) -> None:
    shelf.put(*sheets)
    for sheet in sheets:
        press.send(sheet)


def end_of(qtbot: QtBot, press: Press, act: Callable[[], object]) -> tuple[str, str]:
    """The next sheet that is settled, and how."""
    with qtbot.waitSignal(press.settled, timeout=WAIT_MS) as settled:
        act()
    return settled.args[0].id, settled.args[1]


def test_a_sheet_that_comes_out_is_done(qtbot: QtBot, presses: Made) -> None:
    printer = Slow()
    printer.out.add("KA1-0001")
    press, shelf = new_press(presses, printer)
    ended = end_of(qtbot, press, lambda: send(press, shelf, job("KA1-0001")))

    assert ended == ("KA1-0001", "done")
    assert shelf.states == [("KA1-0001", "sent"), ("KA1-0001", "done")]
    assert shelf.held["KA1-0001"].pdf == b"", "its pages are not kept"


def test_no_printer_gets_a_sheet_before_the_disk_has_it_as_sent(
    qtbot: QtBot, presses: Made
) -> None:
    printer = Slow()
    press, shelf = new_press(presses, printer)
    shelf.busy = True
    send(press, shelf, job("KA1-0001"))
    qtbot.waitUntil(lambda: bool(shelf.works), timeout=WAIT_MS)
    assert printer.begun == []
    assert shelf.states == []
    shelf.busy = False
    shelf.tell(lambda _desk: None)
    qtbot.waitUntil(lambda: printer.begun == ["KA1-0001"], timeout=WAIT_MS)
    assert shelf.states == [("KA1-0001", "sent")]


def test_the_next_sheet_does_not_wait_for_a_slow_one(qtbot: QtBot, presses: Made) -> None:
    printer = Slow()
    printer.out.add("second")
    press, shelf = new_press(presses, printer)
    ended = end_of(qtbot, press, lambda: send(press, shelf, job("first"), job("second")))
    assert ended == ("second", "done")
    assert end_of(qtbot, press, lambda: printer.out.add("first")) == ("first", "done")


def test_few_sheets_are_with_a_printer_at_a_time_and_a_slip_goes_before_a_batch(
    qtbot: QtBot, presses: Made
) -> None:
    printer = Slow()
    press, shelf = new_press(presses, printer)
    piles = [job(f"c{at}", batch="b") for at in range(5)]
    send(press, shelf, *piles)
    qtbot.waitUntil(lambda: len(printer.begun) == 2, timeout=WAIT_MS)
    send(press, shelf, job("slip", kind="slip"))
    end_of(qtbot, press, lambda: printer.out.add(printer.begun[0]))
    qtbot.waitUntil(lambda: len(printer.begun) == 3, timeout=WAIT_MS)
    assert printer.begun[2] == "slip"
    waiting = {one.id for one in shelf.held.values() if one.state == "waiting"}
    assert len(waiting) == 3, "a cut now leaves three unknown, and not the pile"


def test_a_slip_asked_for_while_the_printer_is_looked_at_goes_before_the_batch(
    qtbot: QtBot, presses: Made
) -> None:
    class Asked(Slow):
        def is_out(self, ticket: str) -> bool:
            if ticket in self.out and "slip" not in shelf.held:
                send(press, shelf, job("slip", kind="slip"))
            return super().is_out(ticket)

    printer = Asked()
    press, shelf = new_press(presses, printer)
    send(press, shelf, *[job(f"c{at}", batch="b") for at in range(4)])
    qtbot.waitUntil(lambda: len(printer.begun) == 2, timeout=WAIT_MS)
    end_of(qtbot, press, lambda: printer.out.add(printer.begun[0]))
    qtbot.waitUntil(lambda: len(printer.begun) == 3, timeout=WAIT_MS)
    assert printer.begun[2] == "slip"


def test_who_touches_the_button_twice_gets_one_sheet(qtbot: QtBot, presses: Made) -> None:
    printer = Slow()
    press, shelf = new_press(presses, printer)
    sheet = job("KA1-0001")
    send(press, shelf, sheet, sheet)
    qtbot.waitUntil(lambda: printer.begun == ["KA1-0001"], timeout=WAIT_MS)
    press.send(sheet)
    assert end_of(qtbot, press, lambda: printer.out.add("KA1-0001")) == ("KA1-0001", "done")
    assert printer.begun == ["KA1-0001"]


def test_each_kind_of_sheet_goes_to_the_printer_that_was_chosen_for_it(
    qtbot: QtBot, presses: Made
) -> None:
    two = Two()
    press, shelf = new_press(presses, cast("Printers", two))
    press.choose({"slip": "Roll", "badge": "-", "label": "Sold"})
    qtbot.waitUntil(lambda: press.ready, timeout=WAIT_MS)
    assert [press.ready_for(kind) for kind in ("slip", "certificate", "badge", "label")] == [
        True, True, False, False,
    ]  # fmt: skip
    given = replace(job("to-roll"), printer="Roll")
    send(press, shelf, job("slip", kind="slip"), job("certificate"), given)
    qtbot.waitUntil(
        lambda: len(two.all["Roll"].begun) == 2 and two.all["Office"].begun == ["certificate"],
        timeout=WAIT_MS,
    )
    assert set(two.all["Roll"].begun) == {"slip", "to-roll"}
    ended = end_of(qtbot, press, lambda: send(press, shelf, job("lost", kind="label")))
    assert ended == ("lost", "failed")
    assert shelf.held["lost"].message == "no-printer"


@pytest.mark.parametrize(
    ("loaded", "size"),
    [((), "a6"), ((size_of(80, 200),), "roll80"), ((size_of(80, 200), size_of(105, 148)), "a6")],
)
def test_a_slip_is_as_wide_as_the_paper_of_its_printer(
    qtbot: QtBot, presses: Made, loaded: tuple[Size, ...], size: str
) -> None:
    two = Two()
    two.loaded = loaded
    press, _shelf = new_press(presses, cast("Printers", two))
    press.choose({"slip": "Roll"})
    qtbot.waitUntil(lambda: press.ready, timeout=WAIT_MS)
    assert press.slip_size == size


def test_what_a_spooler_logs_names_nobody(qtbot: QtBot, presses: Made) -> None:
    printer = Slow()
    press, shelf = new_press(presses, printer)
    send(press, shelf, job("KA1-C-0001"))
    qtbot.waitUntil(lambda: bool(printer.begun), timeout=WAIT_MS)

    assert printer.begun == ["KA1-C-0001"]


def test_what_the_printer_refuses_has_failed(qtbot: QtBot, presses: Made) -> None:
    press, shelf = new_press(presses, Slow(refuses="no paper"))
    ended = end_of(qtbot, press, lambda: send(press, shelf, job("KA1-0001")))

    assert ended == ("KA1-0001", "failed")
    assert shelf.held["KA1-0001"].message == "no paper"
    assert shelf.held["KA1-0001"].pdf, "it can be tried again"


@pytest.mark.parametrize(("unsure", "state"), [("", "failed"), ("half out", "unknown")])
def test_a_sheet_that_never_comes_is_taken_back_so_that_it_is_not_printed_twice(
    qtbot: QtBot, presses: Made, unsure: str, state: str
) -> None:
    printer, clock = Slow(), HandClock()
    printer.unsure = unsure
    press, shelf = new_press(presses, printer, clock)

    def act() -> None:
        send(press, shelf, job("KA1-0001"))
        qtbot.waitUntil(lambda: printer.begun == ["KA1-0001"], timeout=WAIT_MS)
        qtbot.waitUntil(lambda: press._out[0].until > 0, timeout=WAIT_MS)
        clock.seconds = PATIENCE_SECONDS + 1

    assert end_of(qtbot, press, act) == ("KA1-0001", state)
    assert printer.given_up == ["KA1-0001"]


def test_what_holds_a_printer_up_is_told_and_the_sheet_comes_once_it_is_mended(
    qtbot: QtBot, presses: Made
) -> None:
    printer, clock = Slow(), HandClock()
    printer.waits = "media-empty-error"
    press, shelf = new_press(presses, printer, clock)
    told: list[tuple[str, str]] = []
    press.settled.connect(lambda sheet, state: told.append((sheet.id, state)))
    send(press, shelf, job("KA1-0001"), job("KA1-0002"), job("KA1-0003"))
    qtbot.waitUntil(lambda: len(told) == 3, timeout=WAIT_MS)
    assert sorted(told) == [(f"KA1-000{at}", "held") for at in (1, 2, 3)], "each is told once"
    assert shelf.held["KA1-0001"].state == "sent"
    assert shelf.held["KA1-0001"].message == "media-empty-error"
    assert shelf.held["KA1-0003"].state == "waiting", "it waits behind the others"
    clock.seconds = 10 * PATIENCE_SECONDS
    printer.out |= {"KA1-0001", "KA1-0002", "KA1-0003"}
    printer.waits = ""
    qtbot.waitUntil(lambda: {one.state for one in shelf.held.values()} == {"done"}, timeout=WAIT_MS)
    assert printer.given_up == [], "nobody took it back while it was known what is wrong"


def test_a_sheet_can_be_taken_back_wherever_it_is(qtbot: QtBot, presses: Made) -> None:
    printer = Slow()
    press, shelf = new_press(presses, printer)
    first, second, third = job("first"), job("second"), job("third")
    send(press, shelf, first, second, third)
    qtbot.waitUntil(lambda: len(printer.begun) == 2, timeout=WAIT_MS)
    assert end_of(qtbot, press, lambda: press.cancel(third, "left")) == ("third", "cancelled")
    assert end_of(qtbot, press, lambda: press.cancel(first, "left")) == ("first", "cancelled")
    assert printer.given_up == ["first"]
    assert shelf.held["first"].message == "left"
    printer.out.add("second")
    qtbot.waitUntil(lambda: shelf.held["second"].state == "done", timeout=WAIT_MS)
    assert printer.begun == ["first", "second"], "the third never went"


def test_what_has_left_the_queue_meanwhile_is_not_printed(qtbot: QtBot, presses: Made) -> None:
    printer = Slow()
    press, shelf = new_press(presses, printer)
    gone, there = job("gone"), job("there")
    shelf.put(there)
    press.send(gone)
    press.send(there)
    qtbot.waitUntil(lambda: printer.begun == ["there"], timeout=WAIT_MS)
    assert shelf.states == [("there", "sent")]


def test_without_a_printer_a_job_fails_at_once(qtbot: QtBot, presses: Made) -> None:
    press, shelf = new_press(presses, None)
    assert end_of(qtbot, press, lambda: send(press, shelf, job("KA1-0001")))[1] == "failed"
    assert not press.ready
    assert not press.ready_for("slip")


def test_a_printer_that_is_connected_later_is_found(qtbot: QtBot, presses: Made) -> None:
    there: list[Printer] = []
    seen: list[Printer | None] = []

    def find() -> Printer | None:
        seen.append(there[0] if there else None)
        return seen[-1]

    press = Press(cast("Worker", Shelf()), lambda: OnlyPrinter(find), poll_seconds=0.01)
    presses.append(press)
    qtbot.waitUntil(lambda: bool(seen), timeout=WAIT_MS)
    assert not press.ready
    with qtbot.waitSignal(press.looked, timeout=WAIT_MS):
        there.append(Slow())
        press.look()
    assert press.ready
    assert [one.name for one in press.seen] == ["printer"]
