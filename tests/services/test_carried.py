"""What has left, what arrived, what is only here."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk import bootstrap
from kiosk.bootstrap_merging import MergeRequest, merge
from kiosk.bootstrap_store import open_merged
from kiosk.domain.batch import Span
from kiosk.domain.ids import DeviceId, EventId
from kiosk.domain.language import Tag
from kiosk.services.carried import carried, without
from kiosk.services.desk import Desk
from kiosk.services.register import Registration, register_attendee
from tests.conftest import PASSPHRASE
from tests.fakes import CONSENTS, visitor


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    folder = tmp_path / "BLUE"
    folder.mkdir()
    return folder


def span(first: int, last: int, device: str = "a") -> Span:
    return Span(EventId("e"), DeviceId(device), first, last)


def test_what_is_taken_away_leaves_the_rest() -> None:
    whole = [span(1, 10), span(1, 4, "b")]
    gone = [span(3, 4), span(9, 12), span(1, 4, "b")]
    assert without(whole, gone) == [span(1, 2), span(5, 8)]
    assert without(whole, []) == whole


def meet(desk: Desk, name: str) -> None:
    register_attendee(desk, Registration(Tag("hi"), visitor(name=name), CONSENTS))


def test_each_visitor_is_only_here_until_a_stick_has_them(data: Path, stick: Path) -> None:
    with bootstrap.open_kiosk(data, PASSPHRASE) as desk:
        outgoing = desk.carry.outgoing()
        for name in ("Asha", "Usha"):
            meet(desk, name)
        before = carried(outgoing)
        assert (before.only_here, before.copied, before.arrived) == (before.all, (), ())
        assert before.only_here.visitors == 2
        assert before.only_here.since is not None
        desk.carry.seal()
        assert carried(outgoing).only_here == before.only_here
        desk.carry.sync(str(stick))
        after = carried(outgoing)
        assert after.only_here.entries == 0
        assert [(one.target, one.lacking.entries) for one in after.copied] == [(str(stick), 0)]
        meet(desk, "Nisha")
        last = carried(outgoing)
        assert (last.only_here.visitors, last.copied[0].lacking.visitors) == (1, 1)


def test_a_receipt_says_what_the_store_has_and_what_it_lacks(data: Path, stick: Path) -> None:
    with bootstrap.open_kiosk(data, PASSPHRASE) as desk:
        meet(desk, "Asha")
        desk.carry.sync(str(stick))
        with open_merged(str(stick.parent / "m.db"), "gem-samvad", None, create=True) as home:
            merge(home, "gem-samvad", MergeRequest([str(stick)]))
        assert carried(desk.carry.outgoing()).arrived == ()
        meet(desk, "Usha")
        desk.carry.sync(str(stick))
        (one,) = carried(desk.carry.outgoing()).arrived
        assert one.code.startswith("CO")
        assert one.lacking.visitors == 1
