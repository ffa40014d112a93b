from __future__ import annotations

import pytest

from kiosk import bootstrap
from kiosk.errors import VisitorError
from kiosk.services.desk import Desk
from kiosk.services.prepare import Ready, set_up_list, tick
from tests.conftest import PASSPHRASE
from tests.fakes import FakeClock

ALL = ["power", "printer", "paper", "scanner", "seating", "notices"]


def ready(listed: tuple[Ready, ...]) -> list[str]:
    return [one.item.id for one in listed if one.tick is not None]


def test_at_first_nothing_is_ready_and_each_tick_is_kept(desk: Desk, clock: FakeClock) -> None:
    assert [one.item.id for one in set_up_list(desk)] == ALL
    assert ready(set_up_list(desk)) == []
    first = clock.now_ms()
    assert ready(tick(desk, "paper", "staff:Asha")) == ["paper"]
    clock.pass_seconds(60)
    again = tick(desk, "paper", "staff:Ravi")
    assert [(one.tick.actor, one.tick.at) for one in again if one.tick] == [("staff:Asha", first)]
    assert ready(tick(desk, "power", "staff:Ravi")) == ["power", "paper"]
    assert ready(tick(desk, "paper", "staff:Ravi", ready=False)) == ["power"]
    assert ready(tick(desk, "paper", "staff:Ravi", ready=False)) == ["power"]


def test_a_tick_outlives_a_restart_and_does_not_travel(desk: Desk) -> None:
    before = desk.record.verify().entries
    tick(desk, "scanner", "staff:Asha")
    assert desk.record.verify().entries == before
    desk.close()
    with bootstrap.open_kiosk(desk.folder, PASSPHRASE) as again:
        assert ready(set_up_list(again)) == ["scanner"]


def test_what_is_not_in_the_list_is_not_ticked(desk: Desk) -> None:
    with pytest.raises(VisitorError) as refused:
        tick(desk, "elephants", "staff:Asha")
    assert refused.value.key == "set_up_unknown"
    assert ready(set_up_list(desk)) == []
