"""A laptop and its copy are carried on one stick, merged and decided, all on the real window."""

from __future__ import annotations

import shutil
from pathlib import Path

from PySide6.QtCore import QSize

from kiosk.bootstrap import PRACTICE_PASSPHRASE, demo_kiosk, open_kiosk
from kiosk.bootstrap_desks import open_desks
from kiosk.domain.attendee import Attendee
from kiosk.services.correct import correct_attendee
from kiosk.services.desk import Desk
from tests.journeys.day import Day
from ui.tour.coordinator import Coordinator
from ui.tour.people import RESPELLED_AT_THE_FIRST

_AT_THE_COPY = "Somebody Else"


def respell(desk: Desk, name: str) -> Attendee:
    """The only visitor gets another name, as staff of this laptop heard it."""
    (visitor,) = desk.record.attendees()
    correct_attendee(desk, visitor, {"name": name}, "staff:Ravi")
    return visitor


def test_a_laptop_and_its_copy_come_together_and_a_person_decides(
    qapp: object, tmp_path: Path
) -> None:
    first, copy, stick, together = (tmp_path / name for name in ("a", "b", "stick", "together"))
    for folder in (stick, together):
        folder.mkdir()
    demo_kiosk(first / "kiosk", attendees=1, seed=3)
    shutil.copytree(first, copy)
    with open_kiosk(copy / "kiosk", PRACTICE_PASSPHRASE) as desk:
        visitor = respell(desk, _AT_THE_COPY)
        desk.carry.sync(str(stick))
    day = Day(first, None, QSize(1366, 768))
    day.ask(lambda desk: respell(desk, RESPELLED_AT_THE_FIRST))
    coordinator = Coordinator(day.kiosk, day.hands, day.report)
    coordinator.enter()
    coordinator.carry(stick)
    assert day.ask(lambda desk: len(desk.carry.outgoing().to_seal())) == 0
    coordinator.merge(stick, together)
    day.picture("merged")
    coordinator.decide()
    day.picture("decided")
    coordinator.end()
    assert not day.holds(_AT_THE_COPY)
    day.end()
    assert day.report.failed == []
    (store,) = together.glob("*.db")
    with open_desks(str(store), None) as desks:
        assert [one for one in desks.matters() if one.open] == []
        (event,) = desks.desks()
        held = event.record.attendee(visitor.id)
        assert held is not None
        assert held.name == RESPELLED_AT_THE_FIRST
