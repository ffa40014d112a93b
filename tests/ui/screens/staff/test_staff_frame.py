"""The staff's frame in every language and size: nothing outside, nothing too small to touch."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, QRect
from PySide6.QtWidgets import QAbstractButton, QWidget

from kiosk.domain.attendee import Attendee
from kiosk.domain.language import Tag
from kiosk.services.drafts import save_draft
from tests.ui.screens.staff.stage import Stage, button, texts
from ui.isolates import alone, joined
from ui.screens.staff.quick import QuickPage
from ui.screens.staff.side import StaffSide
from ui.theme import Theme
from ui.widgets.side_bar import SideBar, SideButton

LANGUAGES = ("en", "hi", "ur", "kn", "te")
SMALLEST = 48  # px; less no finger finds


def subjects(attendee: Attendee) -> dict[str, object]:
    """Every page, with what it is about."""
    listed = ["today", "find", "quick", "scan", "queue", "drafts", "prepare", "people", "close"]
    about: dict[str, object] = dict.fromkeys(listed)
    named = {"visitor": attendee, "papers": attendee, "slip": attendee}
    return about | named | {"correct": (attendee, "mobile")}


def bar_of(side: StaffSide) -> SideBar:
    bar = side.findChild(SideBar)
    assert isinstance(bar, SideBar)
    return bar


def touchables(widget: QWidget) -> list[QAbstractButton]:
    return [one for one in widget.findChildren(QAbstractButton) if one.isVisibleTo(widget)]


@pytest.mark.parametrize("tag", LANGUAGES)
def test_every_page_speaks_and_can_be_touched(stage: Stage, tag: str) -> None:
    stage.speak(tag)
    stage.ask(lambda desk: save_draft(desk, "register", Tag("kn"), {"name": "A"}))
    attendee = stage.ask(lambda desk: list(desk.record.attendees()))[0]
    side = stage.side()
    for name, about in subjects(attendee).items():
        side.open(name, about)
        stage.settle()
        assert side.page is not None
        assert texts(side.page), name
        for one in touchables(side):
            assert one.accessibleName(), f"{name}: {one!r} has no name"
            assert min(one.width(), one.height()) >= SMALLEST, f"{name}: {one.accessibleName()}"
    assert stage.faults == []


@pytest.mark.parametrize(("width", "height"), [(1024, 768), (1366, 768), (1920, 1080)])
@pytest.mark.parametrize("scale", [1.0, 1.5, 2.0])
def test_it_fits_the_window(
    stage: Stage, wear: Callable[[Theme], None], scale: float, width: int, height: int
) -> None:
    wear(Theme(scale=scale))
    stage.speak("te")
    stage.window.resize(width, height)
    attendee = stage.ask(lambda desk: list(desk.record.attendees()))[0]
    side = stage.side()
    for name, about in subjects(attendee).items():
        side.open(name, about)
        stage.settle()
        assert (stage.window.width(), stage.window.height()) == (width, height), name
        page = side.page
        assert page is not None
        place = QRect(page.mapTo(stage.window, QPoint(0, 0)), page.size())
        assert stage.window.rect().contains(place), f"{name}: {place}"
        share = 0.2 if side.keyboard() is not None else 0.5
        assert page.height() > height * share, name


def test_the_list_is_beside_the_page_or_folded_behind_a_button(stage: Stage) -> None:
    side = stage.side()
    assert bar_of(side).isVisible()
    stage.window.resize(640, 480)
    stage.settle()
    assert not bar_of(side).isVisible()
    button(side, "Staff menu").click()
    stage.settle()
    assert bar_of(side).isVisible()
    button(side, "Print queue").click()
    stage.settle()
    assert not bar_of(side).isVisible()
    assert "Nothing waits" in texts(side)


@pytest.mark.parametrize("tag", LANGUAGES)
def test_every_entry_of_the_list_has_room_for_its_strokes(stage: Stage, tag: str) -> None:
    stage.speak(tag)
    buttons = bar_of(stage.side()).findChildren(SideButton)
    assert all(one.height() >= one.heightForWidth(one.width()) for one in buttons)


def test_the_whole_side_is_mirrored_in_urdu(stage: Stage) -> None:
    stage.speak("en")
    side = stage.side()
    assert bar_of(side).x() == 0
    stage.speak("ur")
    side.say_again()
    stage.settle()
    assert bar_of(side).geometry().right() == side.width() - 1


def test_the_keyboard_takes_the_place_of_the_list_and_gives_it_back(stage: Stage) -> None:
    side = stage.side()
    side.open("quick")
    stage.settle()
    page = side.page
    assert isinstance(page, QuickPage)
    assert side.keyboard() is None
    page.line.touched.emit()
    stage.settle()
    assert side.keyboard() == (Tag("kn"), "name")
    assert not bar_of(side).isVisible()
    side.on_next()
    stage.settle()
    assert side.keyboard() is None
    assert bar_of(side).isVisible()
    assert stage.window.height() == 768


def test_only_coordinators_see_who_has_a_pin(stage: Stage) -> None:
    assert "Staff and PINs" in texts(stage.side())
    assert "Staff and PINs" not in texts(stage.side(coordinator=False))


def test_another_language_says_every_page_anew(stage: Stage) -> None:
    side = stage.side()
    side.open("drafts")
    stage.settle()
    stage.speak("te")
    side.say_again()
    stage.settle()
    shown = texts(side)
    assert "అసంపూర్తి నమోదులు" in shown
    assert "Drafts" not in shown


def test_after_trouble_the_page_can_be_touched_again(stage: Stage) -> None:
    side = stage.side()
    side.open("quick")
    stage.settle()
    page = side.page
    assert page is not None
    page.set_waiting(True)
    assert side.waiting
    side.set_waiting(False)
    assert not page.waiting
    assert not side.waiting


def test_names_keep_their_own_direction() -> None:
    assert alone("+919845012345") == "\u2066+919845012345\u2069"
    assert alone("محمد اقبال") == "\u2068محمد اقبال\u2069"
    assert joined(["KA1-0057", "", "محمد"]) == "\u2066KA1-0057\u2069 · \u2068محمد\u2069"
