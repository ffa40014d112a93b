"""One thread for the record: answers come back on the window's thread, or are dropped."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, cast

import pytest
from pytestqt.qtbot import QtBot

from kiosk.errors import EnvironmentFault, VisitorError
from ui.worker import Cancelled, Progress, Worker

if TYPE_CHECKING:
    from kiosk.services.desk import Desk


class FakeDesk:
    """A desk that knows whether it is closed."""

    def __init__(self) -> None:
        self.closed_on = ""

    def close(self) -> None:
        self.closed_on = threading.current_thread().name

    def __str__(self) -> str:
        return "the desk"


@pytest.fixture
def worker(qtbot: QtBot) -> Iterator[Worker]:
    worker = Worker()
    with qtbot.waitSignal(worker.busy, check_params_cb=lambda busy: not busy, timeout=60_000):
        worker.open(lambda: cast("Desk", FakeDesk()), lambda _desk: None)
    yield worker
    worker.close()


def idle(qtbot: QtBot, worker: Worker, act: Callable[[], object]) -> None:
    with qtbot.waitSignal(worker.busy, check_params_cb=lambda busy: not busy, timeout=60_000):
        act()


def test_work_runs_elsewhere_and_is_answered_here(qtbot: QtBot, worker: Worker) -> None:
    threads: list[str] = []

    def work(desk: Desk) -> str:
        threads.append(threading.current_thread().name)
        return f"{desk} was asked"

    def done(answer: str) -> None:
        threads.append(threading.current_thread().name)
        threads.append(answer)

    idle(qtbot, worker, lambda: worker.ask(work, done))

    assert threads == ["record", threading.main_thread().name, "the desk was asked"]


def test_what_is_asked_for_is_done_in_order(qtbot: QtBot, worker: Worker) -> None:
    answers: list[int] = []

    def ask_all() -> None:
        for at in range(20):
            worker.ask(lambda _desk, at=at: at, answers.append)  # type: ignore[misc]

    idle(qtbot, worker, ask_all)

    assert answers == list(range(20))


@pytest.mark.parametrize("fault", [VisitorError("name_empty"), EnvironmentFault("disk_full")])
def test_an_error_with_blame_goes_to_the_one_who_asked(
    qtbot: QtBot, worker: Worker, fault: Exception
) -> None:
    answers: list[str] = []
    told: list[Exception] = []

    def work(_desk: Desk) -> str:
        raise fault

    idle(qtbot, worker, lambda: worker.ask(work, answers.append, told.append))

    assert (answers, told) == ([], [fault])


def test_an_error_nobody_waits_for_becomes_a_notice(qtbot: QtBot, worker: Worker) -> None:
    def work(_desk: Desk) -> None:
        raise EnvironmentFault("disk_full")

    with qtbot.waitSignal(worker.faulted, timeout=60_000) as told:
        worker.tell(work)

    assert told.args[0].key == "disk_full"


def test_a_bug_is_told_and_the_thread_lives_on(qtbot: QtBot, worker: Worker) -> None:
    answers: list[str] = []

    with qtbot.waitSignal(worker.surprised, timeout=60_000) as told:
        worker.ask(lambda _desk: str(1 // 0), answers.append)
    idle(qtbot, worker, lambda: worker.ask(lambda _desk: "alive", answers.append))

    assert isinstance(told.args[0], ZeroDivisionError)
    assert answers == ["alive"]


def test_a_visitor_who_has_left_is_told_nothing_but_the_work_is_done(
    qtbot: QtBot, worker: Worker
) -> None:
    did: list[str] = []
    told: list[object] = []

    def leave_at_once() -> None:
        worker.ask(lambda _desk: did.append("saved"), told.append)
        worker.turn_page()

    idle(qtbot, worker, leave_at_once)

    assert did == ["saved"]
    assert told == []


def test_a_long_run_tells_its_steps_and_can_be_stopped(qtbot: QtBot, worker: Worker) -> None:
    steps: list[tuple[str, int, int]] = []
    ended: list[object] = []
    gate = threading.Event()

    def work(_desk: Desk, progress: Progress) -> str:
        progress("summary", 1, 2)
        if not gate.wait(60):
            raise TimeoutError
        progress("export", 2, 2)
        return "closed"

    def step(name: str, done: int, total: int) -> None:
        steps.append((name, done, total))
        run.cancel()
        gate.set()

    run = worker.run_long(work, step, ended.append, ended.append)
    qtbot.waitUntil(lambda: bool(ended), timeout=60_000)

    assert steps == [("summary", 1, 2)]
    assert isinstance(ended[0], Cancelled)


def lots(did: list[object], count: int) -> Callable[[Desk, Progress], bool]:
    """So many lots, each noted; a step is told after each but the last."""

    def lot(_desk: Desk, run: Progress) -> bool:
        did.append(len(did))
        if len(did) >= count:
            return False
        run("", len(did), count)
        return True

    return lot


def test_in_lots_others_are_served_in_between(qtbot: QtBot, worker: Worker) -> None:
    did: list[object] = []
    seen: list[int] = []
    told: list[object] = []

    def both() -> None:
        worker.run_in_lots(
            lots(did, 3), lambda *step: told.append(step), lambda: told.append("end")
        )
        worker.ask(lambda _desk: len(did), seen.append)

    idle(qtbot, worker, both)
    assert did == [0, 1, 2]
    assert seen == [1], "after the first lot, not after the last"
    assert told == [("", 1, 3), ("", 2, 3), "end"]


def test_lots_go_on_when_the_visitor_has_left_and_nobody_is_told(
    qtbot: QtBot, worker: Worker
) -> None:
    did: list[object] = []
    told: list[object] = []

    def leave_at_once() -> None:
        worker.run_in_lots(
            lots(did, 3), lambda *step: told.append(step), lambda: told.append("end")
        )
        worker.turn_page()

    idle(qtbot, worker, leave_at_once)
    assert (len(did), told) == (3, [])


def test_what_kept_lots_from_their_end_is_kept_for_who_comes_next(
    qtbot: QtBot, worker: Worker
) -> None:
    did: list[object] = []
    told: list[object] = []
    unseen: list[object] = []

    def broken(_desk: Desk, _run: Progress) -> bool:
        raise EnvironmentFault("disk_full")

    def leave(lot: Callable[[Desk, Progress], bool]) -> Progress:
        run = worker.run_in_lots(
            lot, lambda *_step: None, lambda: told.append("end"), told.append, unseen.append
        )
        worker.turn_page()
        return run

    idle(qtbot, worker, lambda: leave(broken))
    assert isinstance(unseen.pop(), EnvironmentFault)
    idle(qtbot, worker, lambda: leave(lots(did, 3)))
    assert unseen == [None], "once, after the last of them"
    idle(qtbot, worker, lambda: leave(lots(did, 9)).cancel())
    assert (unseen, told) == ([None, None], []), "who stops it knows that it stopped"


def test_one_beside_another_has_a_record_of_its_own_on_the_same_thread(
    qtbot: QtBot, worker: Worker
) -> None:
    beside, desks = Worker(beside=worker), list[object]()
    threads: list[str] = []

    def ask(desk: Desk) -> Desk:
        threads.append(threading.current_thread().name)
        return desk

    idle(qtbot, beside, lambda: beside.open(lambda: cast("Desk", FakeDesk()), desks.append))
    idle(qtbot, beside, lambda: beside.ask(ask, desks.append))
    idle(qtbot, worker, lambda: worker.ask(ask, desks.append))
    assert threads == ["record", "record"]
    assert desks[0] is desks[1] is not desks[2]
    beside.turn_page()
    idle(qtbot, worker, lambda: worker.ask(ask, desks.append))
    assert len(desks) == 4, "the page of one is not that of the other"


def test_lots_end_at_a_stop_or_a_fault(qtbot: QtBot, worker: Worker) -> None:
    did: list[object] = []
    ended: list[object] = []

    stopped = threading.Event()

    def stop_at_once() -> None:
        worker.tell(lambda _desk: stopped.wait(60))
        run = worker.run_in_lots(lots(did, 9), lambda *_step: None, lambda: None, ended.append)
        run.cancel()
        stopped.set()

    def broken(_desk: Desk, _run: Progress) -> bool:
        raise EnvironmentFault("disk_full")

    idle(qtbot, worker, stop_at_once)
    assert len(did) == 1, "what was begun is done"
    assert isinstance(ended[0], Cancelled)
    idle(
        qtbot, worker,
        lambda: worker.run_in_lots(broken, lambda *_step: None, lambda: None, ended.append),
    )  # fmt: skip
    assert isinstance(ended[1], EnvironmentFault)


def test_closing_ends_lots_after_the_one_under_way(qtbot: QtBot) -> None:
    worker, did = Worker(), list[object]()
    idle(qtbot, worker, lambda: worker.open(lambda: cast("Desk", FakeDesk()), lambda _desk: None))
    worker.run_in_lots(lots(did, 10**6), lambda *_step: None, lambda: None)
    worker.close()
    assert len(did) == 1


def test_the_record_is_closed_by_the_thread_that_owns_it(qtbot: QtBot) -> None:
    worker, desk = Worker(), FakeDesk()
    idle(qtbot, worker, lambda: worker.open(lambda: cast("Desk", desk), lambda _desk: None))
    worker.close()

    assert desk.closed_on == "record"


def test_before_the_kiosk_is_unlocked_there_is_nothing_to_ask(qtbot: QtBot) -> None:
    worker = Worker()
    with qtbot.waitSignal(worker.faulted, timeout=60_000) as told:
        worker.tell(lambda desk: desk.device)
    worker.close()

    assert told.args[0].key == "locked"
    assert not worker.is_open


def test_what_runs_aside_leaves_the_record_to_others(qtbot: QtBot, worker: Worker) -> None:
    going_on = threading.Event()
    told: list[object] = []

    def work(run: Progress) -> str:
        run("merge", 1, 2)
        if not going_on.wait(60):
            raise TimeoutError
        return threading.current_thread().name

    def answered(answer: str) -> None:
        told.append(answer)
        going_on.set()

    def both() -> None:
        worker.run_aside(work, lambda *step: told.append(step), told.append)
        worker.ask(str, answered)

    idle(qtbot, worker, both)
    assert set(told) == {("merge", 1, 2), "the desk", "aside"}
    assert told[-1] == "aside"


def test_closing_stops_what_runs_aside_at_its_next_step(qtbot: QtBot) -> None:
    worker, begun, ended = Worker(), threading.Event(), threading.Event()

    def work(run: Progress) -> None:
        begun.set()
        try:
            while True:
                run("merge", 1, 2)
        except Cancelled:
            ended.set()
            raise

    worker.run_aside(work, lambda *_: None, lambda _: None)
    assert begun.wait(60)
    worker.close()
    assert ended.is_set()
