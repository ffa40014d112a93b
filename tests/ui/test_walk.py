"""One visitor's way through the real registration form, without pixels."""

from __future__ import annotations

import pytest

from kiosk.domain.language import Tag
from kiosk.services.desk import REGISTRATION, Desk
from kiosk.services.forms import open_session
from ui.walk import Walk


@pytest.fixture
def walk(desk: Desk) -> Walk:
    return Walk(open_session(desk, REGISTRATION, Tag("hi")))


def names(walk: Walk) -> list[str]:
    return [shown.name for shown in walk.steps()]


def test_a_short_way_asks_what_is_needed_only(walk: Walk) -> None:
    walk.short = True
    walk.restart()
    assert names(walk) == ["name", "does"]
    assert walk.position == (1, 2)
    assert walk.has_more()
    walk.answer("राम")
    assert walk.forward()
    walk.answer("seller")
    assert not walk.forward()
    assert [row.name for row in walk.rows()] == ["name", "does"]


def test_who_tells_more_goes_on_where_it_stopped_and_loses_nothing(walk: Walk) -> None:
    walk.short = True
    walk.restart()
    walk.answer("राम")
    walk.forward()
    walk.answer("seller")
    walk.forward()
    walk.lengthen()
    assert walk.current().name == "is"
    assert not walk.has_more()
    assert walk.answers() == {"name": "राम", "does": "seller"}
    walk.to_last()
    assert walk.current().name == names(walk)[-1]
