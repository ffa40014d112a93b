"""Several laptops of one day: what goes wrong with them, how they are carried and come together.

Beside the first laptop, whose screens the tour touches, there are a second of the event, a copy
of the first one's data, and one that was enrolled under the first one's code and believes that
it is 1970. In the evening all is carried and merged, and everybody has to be there once.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from kiosk.bootstrap_keeping import event_records
from kiosk.domain.ids import AttendeeId, EventId
from kiosk.services.carried import carried
from kiosk.services.carrying import Stopped, SyncResult
from kiosk.services.correct import correct_attendee
from kiosk.services.desk import Desk
from kiosk.services.register import Registered
from ui.tour.laptops import (
    Ask,
    ClockOf1970,
    Roll,
    answer_as_nobody,
    certify,
    close,
    copy_laptop,
    enrol_laptop,
    open_laptop,
    receive,
)
from ui.tour.people import ANSWERS_AS_NOBODY, AT_THE_COPY, IN_1970, RESPELLED_AT_THE_COPY
from ui.tour.report import Report

FEWEST_LEAVING = 10  # anonymous answers; fewer stay where they are
_AT_EACH = 8  # of them, given at the first laptop and at the copy


@dataclass
class Laptops:
    """The laptops of one event-day. ``first`` asks the record of the one with the screens."""

    event: EventId
    folder: Path
    first: Ask
    report: Report
    roll: Roll = field(default_factory=Roll)
    others: dict[str, Path] = field(default_factory=dict)
    _held_at_copy: int = 0  # anonymous answers, which the copy has as well
    _held_by_copy: int = 0
    _respelled: AttendeeId | None = None

    def copy(self, data: Path) -> None:
        """In the afternoon somebody copies the first laptop's folder to another laptop."""
        self.report.say("somebody copies the laptop's data, for a second kiosk")
        self._held_at_copy = self.first(lambda desk: desk.record.seal_anonymous()[0])
        self.others["the copy"] = self.folder / "copied-kiosk"
        copy_laptop(data, self.others["the copy"])
        self.first(lambda desk: desk.carry.seal())

    def add_second(self, data: Path, come: Sequence[Registered]) -> None:
        """Another laptop of the event, at which these registered."""
        self.others["the second kiosk"] = data
        self.roll.note(*come)

    def work(self, corrected: AttendeeId, erased: AttendeeId) -> None:
        """Both go on, and a laptop that nobody had checked is put beside them.

        At the copy one name is ``corrected`` in another way than at the first laptop, and somebody
        is ``erased``.
        """
        self.first(lambda desk: answer_as_nobody(desk, ANSWERS_AS_NOBODY, _AT_EACH))
        former = self.first(lambda desk: desk.device.code)
        self._at_the_copy(former, corrected, erased)
        self._in_1970(former)

    def _at_the_copy(self, former: str, corrected: AttendeeId, erased: AttendeeId) -> None:
        report = self.report
        with open_laptop(self.others["the copy"]) as desk:
            code = desk.device.code
            noticed = desk.device.renewed_from == former and code not in {"", former}
            report.check(noticed, f"the copy was noticed at its opening: {former} is {code} there")
            come = receive(desk, AT_THE_COPY)
            self.roll.note(*come)
            report.check(_numbered(come, code), f"its visitors have numbers of its own: {code}-…")
            answer_as_nobody(desk, ANSWERS_AS_NOBODY, _AT_EACH)
            known = desk.record.attendee(corrected)
            if known is not None:
                name = {"name": RESPELLED_AT_THE_COPY}
                correct_attendee(desk, known, name, "staff:practice")
            certify(desk, come[0])
            self._respelled = corrected
            _erase(desk, erased)
            report.check(desk.record.attendee(erased) is None, "there somebody is erased")
            self._end(desk, "the log of the copy holds")
            self._held_by_copy = desk.record.figures().anonymous

    def _in_1970(self, code: str) -> None:
        self.report.say(f"another laptop, enrolled as {code} too, believes that it is 1970")
        data = self.others["the laptop in 1970"] = self.folder / "kiosk-in-1970"
        enrol_laptop(data, self.event, code)
        with open_laptop(data, ClockOf1970()) as desk:
            come = receive(desk, IN_1970)
            self.roll.note(*come)
            self.report.check(_numbered(come, code), "its visitors have the first one's numbers")
            certify(desk, come[0])
            answer_as_nobody(desk, ANSWERS_AS_NOBODY, 1)  # one of a kind: it may not leave
            self._end(desk, "the log of the laptop in 1970 holds")

    def end(self, come: Sequence[Registered], gone: Sequence[AttendeeId]) -> None:
        """The evening: who came to the first laptop, and of whom nothing may be told any more."""
        with open_laptop(self.others["the second kiosk"]) as desk:
            self._end(desk, "the log of the second kiosk holds")
        self.roll.note(*come)
        self.first(self.roll.add)
        if self._respelled is not None:  # until somebody decides, what was said later counts
            self.roll.people[self._respelled] = RESPELLED_AT_THE_COPY
        for one in gone:
            self.roll.lose(one)
        held = self.first(lambda desk: desk.record.figures().anonymous)
        self.roll.anonymous = held + self._held_by_copy - self._held_at_copy
        enough = min(held, self._held_by_copy) >= FEWEST_LEAVING
        self.report.check(enough, "enough anonymous answers were given for them to leave")

    def _end(self, desk: Desk, holds: str) -> None:
        close(desk)
        self.roll.add(desk)
        self.report.check(desk.record.verify().ok, holds)

    # carrying

    def begin_to_carry(self, stick: Path) -> None:
        """The first laptop to a stick, which is pulled out in the middle."""
        self.report.say("all laptops are carried to a stick")
        left = self.first(lambda desk: _pulled(desk, stick))
        self.report.check(left == 1, "the stick was pulled when one of two batches was on it")

    def carry(self, stick: Path) -> None:
        """All of them, to the end."""
        report = self.report
        for name, data in self.others.items():
            with open_laptop(data) as desk:
                result = desk.carry.sync(str(stick))
            report.check(result.sent > 0, f"{name} is on the stick")
        again = self.first(lambda desk: desk.carry.sync(str(stick)))
        told = (again.sent, again.already_there)
        report.check(told == (0, 2), "put in again, the stick got what was missing and no more")

    def carry_by_web(self, address: str, stick: Path, served: Path) -> None:
        """The first laptop's batches to a server too: the very same files."""
        result: SyncResult = self.first(lambda desk: desk.carry.sync(address))
        names = [one.name for one in result.batches]
        same = all((served / one).read_bytes() == (stick / one).read_bytes() for one in names)
        self.report.check(
            bool(names) and same and result.sent == len(names),
            "WebDAV takes the first laptop's batches, byte for byte those of the stick",
        )

    def read_receipts(self, stick: Path) -> None:
        """The stick comes back, and the laptop learns from it what has arrived."""
        self.first(lambda desk: desk.carry.sync(str(stick)))
        stands = self.first(lambda desk: carried(desk.carry.outgoing()))
        arrived = any(not one.lacking.entries for one in stands.arrived)
        self.report.check(arrived, "the stick comes back with a receipt: everything has arrived")


def _erase(desk: Desk, person: AttendeeId) -> None:
    """What a purge does, once it is somebody's time."""
    for record in event_records(desk):
        record.purging.erase((person,), "staff:practice")
        record.purging.settle()
        record.reseal()


def _pulled(desk: Desk, stick: Path) -> int:
    """Carries until one batch is there; how many are."""

    def stop(step: str, done: int, _of: int) -> None:
        if step == "send" and done == 1:
            raise Stopped

    try:
        desk.carry.sync(str(stick), None, stop)
    except Stopped:
        return sum(1 for _ in stick.rglob("*.ekb"))
    return -1


def _numbered(come: Sequence[Registered], code: str) -> bool:
    return all(one.attendee.number.startswith(f"{code}-") for one in come)
