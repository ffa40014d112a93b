"""What the laptops carried comes together: the same everywhere, everybody once, and in the end
what only a person can decide.
"""

from __future__ import annotations

import os
import shutil
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from kiosk.bootstrap import PRACTICE_CAMPAIGN
from kiosk.bootstrap_desks import Desks, open_desks
from kiosk.bootstrap_merging import MergeRequest, merge, open_merged
from kiosk.domain.ids import AttendeeId
from kiosk.services.carrying import Conflict, MergeResult
from kiosk.services.correct import correct_attendee
from kiosk.services.desk import Desk
from kiosk.services.find import find_attendees
from kiosk.services.ports import ExportRequest
from ui.tour.laptops import Roll
from ui.tour.people import COORDINATOR, IN_1970, RESPELLED_AT_THE_COPY, RESPELLED_AT_THE_FIRST
from ui.tour.report import Report

_DATA = "KIOSK_DATA"


@dataclass
class Merging:
    """The coordinator's evening. ``folder`` is where merged stores are made.

    ``served``: an address that has files, too; ``database``: that of an empty database server.
    """

    folder: Path
    report: Report
    roll: Roll
    stick: Path
    served: str | None = None
    database: str | None = None

    @property
    def stores(self) -> dict[str, str]:
        """The merged stores by what they are called here."""
        found = {"a file": "one.db", "a file in another order": "two.db"}
        stores = {name: str(self.folder / file) for name, file in found.items()}
        return stores if self.database is None else stores | {"PostgreSQL": self.database}

    def bring_together(self) -> None:
        """Into a file; into another in another order, and twice; into a database server."""
        self.report.say("all that was carried is merged")
        self.folder.mkdir()
        one, two, *server = self.stores.values()
        digests = [self._merge(one, str(self.stick)).digest]
        for device in sorted(_by_device(self.stick, self.folder / "sticks"), reverse=True):
            self._merge(two, str(device))
        again = self._merge(two, str(self.stick))
        self.report.check(again.new == 0, "a stick that comes twice brings nothing twice")
        digests.append(again.digest)
        for database in server:
            sources = [str(self.stick)] if self.served is None else [self.served, str(self.stick)]
            digests.append(self._merge(database, *sources).digest)
        self._alike(digests)
        for name, target in self.stores.items():
            self._look(name, target)

    def decide(self, corrected: AttendeeId) -> None:
        """A person decides in one store; the others hear of it by the stick."""
        name, target = next(iter(self.stores.items()))
        with open_desks(target, None, PRACTICE_CAMPAIGN) as desks:
            [desk] = desks.desks()
            for conflict in _open(desks, "correction"):
                _settle(desk, conflict)
            self.report.check(not _open(desks, "correction"), "what was decided is open no more")
            desks.sync(str(self.stick))
        self.roll.people[corrected] = RESPELLED_AT_THE_FIRST
        digests = [self._merge(one, str(self.stick)).digest for one in self.stores.values()]
        self._alike(digests)
        for name, target in self.stores.items():
            with open_desks(target, None, PRACTICE_CAMPAIGN) as desks:
                [desk] = desks.desks()
                known = desk.record.attendee(corrected)
                decided = known is not None and known.name == RESPELLED_AT_THE_FIRST
                holds = decided and not _open(desks, "correction") and desk.record.verify().ok
                self.report.check(holds, f"the decision holds in {name}")

    def _merge(self, target: str, *sources: str) -> MergeResult:
        with open_merged(target, PRACTICE_CAMPAIGN, None, create=True) as home:
            result = merge(home, PRACTICE_CAMPAIGN, MergeRequest(sources))
        if result.rejected or result.lost or result.gaps:
            self.report.check(holds=False, what=f"everything on {', '.join(sources)} was taken")
        return result

    def _alike(self, digests: Sequence[str]) -> None:
        alike = len(set(digests)) == 1
        self.report.check(alike, f"the same is in {', '.join(self.stores)}")

    # what a store tells

    def _look(self, name: str, target: str) -> None:
        self.report.say(f"what is in {name}")
        with open_desks(target, None, PRACTICE_CAMPAIGN) as desks:
            [desk] = desks.desks()
            self._everybody_once(desk)
            self._papers_differ(desk)
            self._no_word_of_the_gone(desk)
            self._to_decide(desks)
            figures = desk.record.figures()
            right = figures.anonymous == self.roll.anonymous
            self.report.check(right, "the answers of nobody are as many as were given")
            self.report.check(desk.record.verify().ok, "every log holds, link by link")

    def _everybody_once(self, desk: Desk) -> None:
        told = [(one.id, one.name) for one in desk.record.attendees() if not one.masked]
        wanted = dict(self.roll.people)
        differ = [who for who, said in told if wanted.get(who) != said]
        undecided = [who for who in differ if wanted.get(who, "") and dict(told)[who]]
        once = Counter(who for who, _ in told) == Counter(wanted.keys())
        right = [wanted[who] for who in undecided] in ([], [RESPELLED_AT_THE_FIRST])
        self.report.check(
            once and right and len(differ) == len(undecided),
            f"all {len(wanted)} visitors of all laptops are there, each once",
        )

    def _papers_differ(self, desk: Desk) -> None:
        people = list(desk.record.attendees())
        numbers = [one.number for one in people]
        serials = [one.serial for who in people for one in desk.record.certificates(who.id)]
        self.report.check(len(set(numbers)) == len(numbers), "no two of them share a number")
        self.report.check(
            bool(serials) and len(set(serials)) == len(serials), "no two certificates a serial"
        )

    def _no_word_of_the_gone(self, desk: Desk) -> None:
        """Neither a list, nor finding, nor the export tells of them."""
        gone = self.roll.gone
        masked = [one for one in desk.record.attendees() if one.id in gone and one.name]
        found = [hit for name in gone.values() for hit in find_attendees(desk, name)]
        found = [hit for hit in found if hit.attendee.id in gone]
        with self._exported(desk) as files:
            texts = [file.read_text("utf-8") for file in files]
        written = [name for name in gone.values() if any(name in text for text in texts)]
        people = [name for name in self.roll.people.values() if any(name in text for text in texts)]
        self.report.check(
            bool(gone) and bool(people) and not masked and not found and not written,
            "of those who withdrew no list, no search and no export tells a word",
        )

    @contextmanager
    def _exported(self, desk: Desk) -> Iterator[list[Path]]:
        folder = self.folder / "export"
        folder.mkdir()
        files = desk.exporter.export(ExportRequest(folder, formats=("csv",), plain=True))
        yield [one.path for one in files]
        shutil.rmtree(folder)

    def _to_decide(self, desks: Desks) -> None:
        """One name that two laptops corrected differently, and the papers that look alike."""
        corrections = _open(desks, "correction")
        said = {str(side["value"]) for one in corrections for side in one.sides}
        both = {RESPELLED_AT_THE_FIRST, RESPELLED_AT_THE_COPY}
        self.report.check(
            len(corrections) == 1 and said == both,
            "one name, spelled in two ways, is to be decided",
        )
        numbers, serials = _open(desks, "number"), _open(desks, "serial")
        told = len(numbers) == len(IN_1970) and len(serials) == 1
        self.report.check(told, "numbers and serials that were given twice are shown to a person")


def _settle(desk: Desk, conflict: Conflict) -> None:
    """A coordinator says which spelling is right."""
    person = desk.record.attendee(AttendeeId(conflict.entity_id))
    if person is not None:
        right = {conflict.field: RESPELLED_AT_THE_FIRST}
        correct_attendee(desk, person, right, f"staff:{COORDINATOR}")


@contextmanager
def keys_in(folder: Path) -> Iterator[None]:
    """Keys of a server's store lie in the user's data folder; here in a place of the tour's own."""
    before = os.environ.get(_DATA)
    os.environ[_DATA] = str(folder / "coordinator")
    try:
        yield
    finally:
        os.environ.pop(_DATA)
        if before is not None:
            os.environ[_DATA] = before


def _open(desks: Desks, kind: str) -> list[Conflict]:
    return [one for one in desks.home.store.conflicts() if one.kind == kind]


def _by_device(stick: Path, folder: Path) -> Iterator[Path]:
    """A stick for each laptop, with what it has on the large one."""
    for device in stick.iterdir():
        if device.name != "receipts":
            alone = folder / device.name
            shutil.copytree(device, alone / device.name)
            yield alone
