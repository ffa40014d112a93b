"""The day of the tour with several laptops, without a window: through a WebDAV server that drops
calls and into a PostgreSQL that the tests start; and what the tour's checks say when somebody is
missing.
"""

from __future__ import annotations

import io
import os
import shutil
import socket
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar
from urllib.parse import quote

import pytest

from kiosk.bootstrap import demo_kiosk
from kiosk.domain.ids import AttendeeId
from kiosk.services.arrive_again import recognise
from kiosk.services.certify import issue_certificate, prepare_certificate
from kiosk.services.correct import correct_attendee
from kiosk.services.desk import Desk
from kiosk.services.withdraw import withdraw_attendee
from tests.postgres import Server
from tests.sync.servers import PASSWORD, USER, webdav_server
from ui.tour.campaign import Laptops
from ui.tour.laptops import Roll, close, enrol_laptop, open_laptop, receive
from ui.tour.merging import Merging, keys_in
from ui.tour.people import (
    ERASED,
    FROM_ANOTHER_KIOSK,
    GUESTS,
    RESPELLED,
    RESPELLED_AT_THE_FIRST,
)
from ui.tour.report import Report
from ui.tour.servers import postgres_server as own_postgres_server
from ui.tour.servers import webdav_server as own_webdav_server

T = TypeVar("T")
ACTOR = "staff:Asha Rao"


class Here:
    """Asks the record of a laptop that is open in this very thread."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    def __call__(self, question: Callable[[Desk], T]) -> T:
        return question(self.desk)


@dataclass
class Evening:
    """What a day left behind: the laptops, the stick, and who was respelled."""

    laptops: Laptops
    stick: Path
    respelled: AttendeeId
    said: io.StringIO

    def merging(self, folder: Path, *servers: str | None) -> Merging:
        """A coordinator's merge of a copy of the stick, with a report of its own."""
        folder.mkdir()
        stick = folder / "stick"
        shutil.copytree(self.stick, stick)
        report = Report(folder, io.StringIO())
        roll = Roll(dict(self.laptops.roll.people), dict(self.laptops.roll.gone),
                    self.laptops.roll.anonymous)  # fmt: skip
        together = folder / "merged"
        together.mkdir()
        return Merging(together, report, roll, stick, *servers)


@pytest.fixture(scope="module")
def evening(qapp: object, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Evening]:
    place = tmp_path_factory.mktemp("event") / "रविवार का दिन"
    place.mkdir()
    demo_kiosk(place / "first", attendees=12, seed=1)
    said = io.StringIO()
    with open_laptop(place / "first") as first:
        laptops = Laptops(first.event.id, place, Here(first), Report(place, said))
        guests = receive(first, GUESTS)
        come = {one.attendee.name: one.attendee for one in guests}
        laptops.copy(place / "first")
        correct_attendee(first, come[RESPELLED.name], {"name": RESPELLED_AT_THE_FIRST}, ACTOR)
        withdraw_attendee(first, come[GUESTS[-1].name], ACTOR, "asked for it")
        second = place / "second"
        enrol_laptop(second, first.event.id, "KA2")
        with open_laptop(second) as desk:
            [registered] = receive(desk, [FROM_ANOTHER_KIOSK])
        laptops.add_second(second, [registered])
        met = recognise(first, registered.slip_qr)
        issue_certificate(first, prepare_certificate(first, met), "visitor")
        laptops.work(corrected=come[RESPELLED.name].id, erased=come[ERASED.name].id)
        close(first)
        laptops.end(guests, gone=[come[ERASED.name].id, come[GUESTS[-1].name].id])
        stick = place / "stick"
        stick.mkdir()
        laptops.begin_to_carry(stick)
        first.carry.sync(str(stick))
        laptops.carry(stick)
        yield Evening(laptops, stick, come[RESPELLED.name].id, said)


def test_four_laptops_come_together_in_files_and_in_postgresql(
    evening: Evening, tmp_path: Path, postgres_server: Server
) -> None:
    served = tmp_path / "served"
    served.mkdir()
    database = postgres_server.new_database()
    with webdav_server(served, share=0.1, seed=7) as (address, link), keys_in(tmp_path):
        full = address.replace("//", f"//{USER}:{quote(PASSWORD)}@")
        evening.laptops.carry_by_web(full, evening.stick, served)
        merging = evening.merging(tmp_path / "evening", full, database)
        merging.bring_together()
        merging.settle()
        merging.spread(evening.respelled)
        assert link.calls
    assert evening.laptops.report.failed == []
    assert merging.report.failed == []
    assert len(merging.stores) == 3
    postgres_server.drop(database)


def test_without_servers_the_day_is_merged_all_the_same(evening: Evening, tmp_path: Path) -> None:
    merging = evening.merging(tmp_path / "evening")
    merging.bring_together()
    merging.settle()
    merging.spread(evening.respelled)
    assert merging.report.failed == []
    assert len(merging.stores) == 2


def test_the_checks_see_who_is_missing_and_who_is_told_of(evening: Evening, tmp_path: Path) -> None:
    merging = evening.merging(tmp_path / "evening")
    lost, other = list(merging.roll.people)[:2]
    merging.roll.people[AttendeeId(f"{lost[:-6]}ffffff")] = "गुम हुए"
    merging.roll.gone[other] = merging.roll.people[other]
    merging.roll.anonymous += 1
    merging.bring_together()
    failed = " ".join(merging.report.failed)
    assert "each once" in failed
    assert "tells a word" in failed
    assert "answers of nobody" in failed
    assert "share a number" not in failed


def test_the_laptops_said_what_they_saw(evening: Evening) -> None:
    said = evening.said.getvalue()
    assert "the copy was noticed" in said
    assert "FAILS" not in said


def test_where_an_extra_is_missing_no_server_is_promised(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "wsgidav", None)
    monkeypatch.setitem(sys.modules, "psycopg", None)
    with own_webdav_server(tmp_path) as address, own_postgres_server() as database:
        assert (address, database) == (None, None)


def test_the_tours_own_servers_are_gone_afterwards(tmp_path: Path) -> None:
    with own_webdav_server(tmp_path) as address, own_postgres_server() as database:
        assert address is not None
        assert database is not None
        home = Path(database.partition("host=")[2])
        assert home.is_dir()
        port = int(address.rpartition(":")[2])
        socket.create_connection(("127.0.0.1", port)).close()
    assert not home.exists()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection(("127.0.0.1", port))


def test_keys_of_a_servers_store_stay_with_the_tour(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KIOSK_DATA", "/of/the/user")
    with keys_in(tmp_path):
        inside = os.environ["KIOSK_DATA"]
    assert inside.startswith(str(tmp_path))
    assert os.environ["KIOSK_DATA"] == "/of/the/user"
