"""A merged store that is open in the window: one thread owns it as long as somebody works in it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from kiosk.errors import EnvironmentFault, VisitorError
from kiosk.services.certify import (
    Issued,
    Prepared,
    log_print,
    prepare_certificate,
    reissue_certificate,
)
from kiosk.services.find import find_everywhere, find_one
from ui.worker import Worker

if TYPE_CHECKING:
    from kiosk.bootstrap_desks import Desks
    from kiosk.domain.attendee import Attendee
    from kiosk.domain.event import Event
    from kiosk.services.desk import Desk
    from ui.merging import StoreAt
    from ui.worker import Progress

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Opened:
    """The events that a store holds, each as a desk. ``signed``: what is written can travel on."""

    desks: tuple[Desk, ...]
    signed: bool


@dataclass(frozen=True, slots=True)
class Hit:
    """Somebody who was found, and at which event."""

    attendee: Attendee
    event: Event


class StoreWorker(Worker):
    """Opens a store on its thread and closes it there (``shut``); nobody else merges meanwhile."""

    def __init__(self, at: StoreAt) -> None:
        self.at = at
        self._held = ExitStack()
        self._desks: Desks | None = None
        self._beside: list[Worker] = []
        super().__init__()

    def open_store(
        self,
        progress: Callable[[str, int, int], None],
        done: Callable[[Opened], None],
        failed: Callable[[Any], None],
    ) -> Progress:
        """Opens it and makes everybody findable; "event" and "index" are the steps that are told.

        ``failed`` gets Cancelled, or EnvironmentFault ``store_empty`` and what opening raises;
        then it is closed again.
        """
        run = self.telling(progress)
        self.do(lambda: self._open_store(run), done, failed)
        return run

    def ask_store(
        self,
        work: Callable[[Desks], T],
        done: Callable[[T], None],
        failed: Callable[[Any], None] | None = None,
    ) -> None:
        """As ``ask``, of all the events together."""
        self.do(lambda: work(self._opened_desks()), done, failed)

    def beside(self, desk: Desk) -> Worker:
        """Who is asked of one event, on the same thread; what goes wrong is told as the store's."""
        worker = Worker(beside=self)
        worker.faulted.connect(self.faulted)
        worker.surprised.connect(self.surprised)
        worker.open(lambda: desk, lambda _desk: None)
        self._beside.append(worker)
        return worker

    def shut(self) -> None:
        """Ends the thread after what is under way, without waiting; nobody is told any more."""
        for worker in (self, *self._beside):
            worker.turn_page()
        self.end()

    def _open_store(self, run: Progress) -> Opened:
        from kiosk.bootstrap_desks import open_desks  # noqa: PLC0415 - wires everything

        at = self.at
        with ExitStack() as opening:
            desks = opening.enter_context(open_desks(str(at.path), at.passphrase, at.campaign))
            events = desks.events()
            for done, event in enumerate(events):
                run("event", done, len(events))
                desks.desk(event)
            if not events:
                raise EnvironmentFault("store_empty")
            desks.index(lambda done, of: run("index", done, of))
            self._held = opening.pop_all()
        self._desks = desks
        return Opened(tuple(desks.desks()), signed=desks.home.identity is not None)

    def _opened_desks(self) -> Desks:
        if self._desks is None:
            raise EnvironmentFault("locked")
        return self._desks

    def _ended(self) -> None:
        self._desks = None
        self._held.close()


def find_in(desks: Desks, text: str, most: int) -> list[Hit]:
    """Whoever this may be, at all events, likeliest first."""
    found = find_everywhere(desks.desks(), text, most)
    return [Hit(one.attendee, desk.event) for desk, one in found]


def find_slip_in(desks: Desks, text: str) -> Hit:
    """Whose slip a scanner read. Raises VisitorError as ``find_one``: number_unknown where they
    have not come to this store.
    """
    desks.signed()  # what opens slips came with the identity
    there = desks.desks()
    for at, desk in enumerate(there, start=1):
        try:
            met = find_one(desk, text)
        except VisitorError as error:
            if error.key != "slip_other_event" or at == len(there):
                raise
            continue
        held = desk.record.attendee(met.id)
        if held is None:
            break
        return Hit(held, desk.event)
    raise VisitorError("number_unknown", field="number")


def reissue_in(
    desk: Desk, store: Path, attendee: Attendee, actor: str, reason: str
) -> tuple[Issued, Path]:
    """One with what is recorded now in place of the old, and where it lies: beside the store,
    before it counts as issued. Raises as ``reissue_certificate``.
    """
    from kiosk.bootstrap_desks import keep_paper, papers_of  # noqa: PLC0415 - wires everything

    folder = papers_of(str(store))
    issued = reissue_certificate(
        desk, attendee, actor, reason, deliver=lambda issued: keep_paper(folder, issued)
    )
    return issued, folder / f"{issued.certificate.serial}.pdf"


def keep_again(desk: Desk, store: Path, attendee: Attendee, actor: str) -> Path:
    """The certificate that they hold, once more, to be printed from where this says.

    Raises VisitorError: no_certificate, withdrawn.
    """
    from kiosk.bootstrap_desks import keep_paper, papers_of  # noqa: PLC0415 - as above

    prepared: Prepared = prepare_certificate(desk, attendee)
    if prepared.issued is None:
        raise VisitorError("no_certificate", field="number")
    folder = papers_of(str(store))
    path = folder / f"{prepared.issued.serial}.pdf"
    log_print(desk, prepared.issued, actor, f"file {path.name}")  # first: no file without a note
    keep_paper(folder, Issued(prepared.issued, prepared.sheet))
    return path
