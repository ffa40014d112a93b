"""What the laptops carried comes together: the same everywhere, everybody once, and in the end
what only a person can decide.
"""

from __future__ import annotations

import csv
import os
import shutil
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from kiosk.bootstrap import PRACTICE_CAMPAIGN
from kiosk.bootstrap_desks import Desks, open_desks
from kiosk.bootstrap_merging import MergeRequest, merge
from kiosk.bootstrap_store import open_merged
from kiosk.domain.clock import local_time
from kiosk.domain.ids import AttendeeId
from kiosk.services.deciding import settle
from kiosk.services.desk import Desk
from kiosk.services.exporting import ExportRequest
from kiosk.services.find import find_attendees
from kiosk.services.matters import CORRECTION, Matter
from kiosk.services.merging import MergeResult
from ui.tour.laptops import Roll
from ui.tour.people import COORDINATOR, IN_1970, RESPELLED_AT_THE_COPY, RESPELLED_AT_THE_FIRST
from ui.tour.report import Report

_DATA = "KIOSK_DATA"
_YEAR_MS = 365 * 86_400_000


@dataclass
class Merging:
    """The coordinator's evening. ``folder`` is where merged stores are made; one may be there.

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
        found = {"a file": "samvad-merged.db", "a file in another order": "another.db"}
        stores = {name: str(self.folder / file) for name, file in found.items()}
        return stores if self.database is None else stores | {"PostgreSQL": self.database}

    def bring_together(self) -> None:
        """Into a file; into another in another order, and twice; into a database server."""
        self.report.say("all that was carried is merged")
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

    def settle(self) -> None:
        """A person decides in one store what is open, as the page for it does."""
        with self._opened(next(iter(self.stores.values()))) as (desks, desk):
            for matter in _open(desks):
                settle(desk, matter, f"staff:{COORDINATOR}", take=_right_side(matter))

    def spread(self, respelled: AttendeeId) -> None:
        """What was decided in one store comes to the others by the stick."""
        self.report.say("what a coordinator decided is carried on")
        with self._opened(next(iter(self.stores.values()))) as (desks, _desk):
            desks.sync(str(self.stick))
        self.roll.people[respelled] = RESPELLED_AT_THE_FIRST
        digests = [self._merge(one, str(self.stick)).digest for one in self.stores.values()]
        self._alike(digests)
        for name, target in self.stores.items():
            with self._opened(target) as (desks, desk):
                self.report.check(not _open(desks), f"nothing is left to decide in {name}")
                self._everybody_once(desk)
                self._on_the_day(desk)
                self.report.check(desk.record.verify().ok, "every log holds, link by link")

    @contextmanager
    def _opened(self, target: str) -> Iterator[tuple[Desks, Desk]]:
        with open_desks(target, None, PRACTICE_CAMPAIGN) as desks:
            [desk] = desks.desks()
            yield desks, desk

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
        with self._opened(target) as (desks, desk):
            self._everybody_once(desk)
            self._papers_differ(desk)
            self._no_word_of_the_gone(desk)
            self._to_decide(desks)
            figures = desk.record.figures()
            right = figures.anonymous == self.roll.anonymous
            self.report.check(right, "the answers of nobody are as many as were given")
            self.report.check(desk.record.verify().ok, "every log holds, link by link")

    def _everybody_once(self, desk: Desk) -> None:
        told = Counter((one.id, one.name) for one in desk.record.attendees() if not one.masked)
        self.report.check(
            told == Counter(self.roll.people.items()),
            f"all {len(self.roll.people)} visitors of all laptops are there, each once",
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
        """One name that two laptops corrected differently, papers that look alike, odd clocks."""
        found = desks.matters()
        said = [
            {str(side.values.get("name")) for side in one.sides}
            for one in found
            if one.kind == CORRECTION
        ]
        told = said == [{RESPELLED_AT_THE_FIRST, RESPELLED_AT_THE_COPY}]
        self.report.check(told, "one name, spelled in two ways, waits for a person")
        kinds = Counter(one.kind for one in found)
        told = (kinds["number"], kinds["serial"]) == (len(IN_1970), 1)
        self.report.check(told, "numbers and serials that were given twice are shown to a person")
        in_1970 = [one for one in found if one.clock is not None and one.clock.last < _YEAR_MS]
        told = [one.clock.rows for one in in_1970 if one.clock is not None] == [len(IN_1970)]
        self.report.check(told, "the clock that stood in 1970 is shown, with whom it is about")

    def _on_the_day(self, desk: Desk) -> None:
        """What analysts get has the times as they were, whatever a clock said."""
        with self._exported(desk) as files:
            table = next(one for one in files if one.name.endswith("attendee.csv"))
            with table.open(encoding="utf-8-sig", newline="") as lines:
                days = {row["registered_at"][:10] for row in csv.DictReader(lines)}
        today = local_time(desk.clock.now_ms(), desk.event.zone).date()
        played = {(today - timedelta(days=at)).isoformat() for at in (0, 1)}
        right = days <= {desk.event.day.isoformat()} | played  # a practice may be played any day
        self.report.check(right, "nobody came in 1970, whatever a clock said")


def _open(desks: Desks) -> list[Matter]:
    return [one for one in desks.matters() if one.open]


def _right_side(matter: Matter) -> int:
    """Which side a coordinator takes, from 1: the name as its owner wrote it; the event's day."""
    names = [side.values.get("name") for side in matter.sides]
    return names.index(RESPELLED_AT_THE_FIRST) + 1 if matter.kind == CORRECTION else 1


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


def _by_device(stick: Path, folder: Path) -> Iterator[Path]:
    """A stick for each laptop, with what it has on the large one."""
    for device in stick.iterdir():
        if device.name != "receipts":
            alone = folder / device.name
            shutil.copytree(device, alone / device.name)
            yield alone
