"""To decide: both sides are shown, one is taken or a third typed; twice or two people."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from PySide6.QtTest import QTest

from kiosk import bootstrap
from kiosk.bootstrap_desks import open_desks
from kiosk.bootstrap_merging import MergeRequest, merge
from kiosk.bootstrap_store import open_merged
from kiosk.domain.language import Tag
from kiosk.services.correct import correct_attendee
from kiosk.services.matters import Side
from kiosk.services.ports import StaffMember
from kiosk.services.register import Registration, register_attendee
from tests.conftest import PASSPHRASE
from tests.fakes import CONSENTS, FakeClock, visitor
from tests.services.test_at_odds import one_and_other, target
from tests.ui.screens.staff.stage import Stage, button, plain, texts
from ui.deciding import read_waiting
from ui.fields.line import TextLine
from ui.merging import StoreAt
from ui.screens.staff.decide import DecidePage
from ui.screens.staff.frame import Open
from ui.widgets.button import TouchButton

__all__ = ["target"]  # a fixture
MOBILES = ("9844012345", "9844054321")
MEETING = {"name": "Savitri Hegde", "mobile": "9812345678"}


@pytest.fixture
def store(tmp_path: Path, clock: FakeClock) -> StoreAt:
    """A kiosk and its copy that corrected one mobile number differently and both met Savitri."""
    first, second, stick = (tmp_path / name for name in ("first", "second", "stick"))
    stick.mkdir()
    bootstrap.init_kiosk(first, "gem-samvad", "ka-2020-01-10", "KA1", PASSPHRASE)
    with bootstrap.open_kiosk(first, PASSPHRASE, clock) as desk:
        made = register_attendee(desk, Registration(Tag("en"), visitor(name="Asha"), CONSENTS))
    shutil.copytree(first, second)
    for data, mobile in zip((first, second), MOBILES, strict=True):
        with bootstrap.open_kiosk(data, PASSPHRASE, clock) as desk:
            correct_attendee(desk, made.attendee, {"mobile": mobile}, f"staff:{data.name}")
            met = Registration(Tag("en"), visitor(**MEETING), CONSENTS)
            register_attendee(desk, met)
            desk.carry.sync(str(stick))
        clock.pass_seconds(60)
    target = tmp_path / "merged.db"
    with open_merged(str(target), "gem-samvad", None, create=True) as home:
        merge(home, "gem-samvad", MergeRequest([str(stick)]))
    return StoreAt(target, "gem-samvad")


def deciding(stage: Stage, store: StoreAt | None, *, coordinator: bool = True) -> DecidePage:
    page = DecidePage(stage.room, StaffMember("Savita", "", coordinator))
    page.take(store)
    stage.show(page)
    stage.settle()
    return page


def sides(store: StoreAt) -> list[Side]:
    waiting = read_waiting(store, Tag("en"))
    return [side for one in waiting.matters if one.matter.open for side in one.matter.sides]


def test_both_sides_are_shown_with_who_said_so(stage: Stage, store: StoreAt) -> None:
    shown = texts(deciding(stage, store))
    for mobile in MOBILES:
        assert mobile in shown
    assert "Asha" in shown
    assert "KA1" in shown
    assert "first" in shown
    assert shown.count("This counts now\n") >= 1
    assert "Which is right?" in shown


def test_one_side_is_taken_and_nothing_waits_then(stage: Stage, store: StoreAt) -> None:
    page = deciding(stage, store)
    button(page, "Take this").click()
    stage.qtbot.waitUntil(lambda: "Take this" not in texts(page), timeout=60_000)
    stage.settle()
    assert sides(store) == []
    assert "Two people" in texts(page)


def test_a_third_value_is_typed_and_checked_as_the_form_does(stage: Stage, store: StoreAt) -> None:
    page = deciding(stage, store)
    button(page, "Neither: type what is right").click()
    line = page.findChild(TextLine)
    assert isinstance(line, TextLine)
    QTest.keyClicks(line, "12")
    button(page, "Save").click()
    stage.settle()
    stage.qtbot.waitUntil(lambda: page.findChild(TextLine) is not None, timeout=60_000)
    stage.settle()
    assert len(sides(store)) == 2
    line = page.findChildren(TextLine)[-1]
    assert line.text() == "12"
    line.selectAll()
    QTest.keyClicks(line, "9876543210")
    button(page, "Save").click()
    stage.qtbot.waitUntil(lambda: "The same visitor twice?" in texts(page), timeout=60_000)
    stage.settle()
    assert sides(store) == []


def test_two_registrations_are_one_person_or_two(stage: Stage, store: StoreAt) -> None:
    page = deciding(stage, store)
    shown = texts(page)
    assert "The same visitor twice?" in shown
    assert "same mobile number" in shown
    button(page, "One person").click()
    stage.settle()
    stage.qtbot.waitUntil(lambda: "One person" not in texts(page), timeout=60_000)
    assert read_waiting(store, Tag("en")).twice == ()


def test_a_wrong_clock_is_put_right_by_the_time_that_somebody_remembers(
    stage: Stage, store: StoreAt, tmp_path: Path, clock: FakeClock
) -> None:
    late, stick = tmp_path / "late", tmp_path / "late stick"
    stick.mkdir()
    bootstrap.init_kiosk(late, "gem-samvad", "ka-2020-01-10", "KA2", PASSPHRASE)
    clock.pass_seconds(40 * 86_400)
    with bootstrap.open_kiosk(late, PASSPHRASE, clock) as desk:
        register_attendee(desk, Registration(Tag("en"), visitor(name="Nisha"), CONSENTS))
        desk.carry.sync(str(stick))
    with open_merged(str(store.path), "gem-samvad", None) as home:
        merge(home, "gem-samvad", MergeRequest([str(stick)]))
    page = deciding(stage, store)
    assert "The clock of KA2 was wrong" in texts(page)
    button(page, "Say when the first of them was really made").click()
    page.findChildren(TextLine)[-1].setText("25.99")
    button(page, "Save").click()
    stage.settle()
    assert "9.30" in texts(page)  # asked once more
    page.findChildren(TextLine)[-1].setText("9.30")
    button(page, "Save").click()
    stage.qtbot.waitUntil(lambda: "The same visitor twice?" in texts(page), timeout=60_000)
    stage.settle()
    assert "The clock of KA2 was wrong" not in texts(page)


def test_without_a_store_it_leads_to_merging(stage: Stage) -> None:
    page = deciding(stage, None)
    button(page, "Merge").click()
    assert stage.events[-1] == Open("merge")


def test_only_coordinators_decide(stage: Stage, store: StoreAt) -> None:
    assert "The coordinator merges" in texts(deciding(stage, store, coordinator=False))


def test_nothing_of_anybody_remains_when_the_side_is_locked(stage: Stage, store: StoreAt) -> None:
    page = deciding(stage, store)
    page.forget()
    stage.settle()
    assert "Asha" not in texts(page)
    assert MOBILES[0] not in texts(page)


def test_papers_and_consents_are_decided_by_touch_as_well(stage: Stage, target: str) -> None:
    with open_desks(target, None) as desks:
        [desk] = desks.desks()
        one_and_other(desk, "Asha")
        chitra, _ = one_and_other(desk, "Chitra")
        correct_attendee(desk, chitra, {"name": "Chitra Roy"}, "coordinator")
    page = deciding(stage, StoreAt(Path(target), "gem-samvad"))
    shown = plain(texts(page))
    assert "Several certificates are valid" in shown
    assert "Taken back, and agreed to again" in shown
    assert "On the certificate KA1-C-0003. The record is put right." in shown
    assert "Leave both as they are" in shown
    assert "KA1 · the visitor · " in shown
    for named in ("Take this: KA2-C-0001", "Take this: Taken back", "Take this: Chitra Roy"):
        takes = [one for one in page.findChildren(TouchButton) if one.isVisible()]
        next(one for one in takes if plain(one.accessibleName()).startswith(named)).click()
        stage.settle()
    assert "Nothing waits for a decision" in texts(page)
    notice = plain(stage.notices[-1].text)
    assert notice.startswith("Certificate CO1-C-0001 was issued in place of KA1-C-0003")
    assert (Path(f"{target}.certificates") / "CO1-C-0001.pdf").is_file()


def test_reading_can_be_stopped_and_the_store_is_still_open(stage: Stage, store: StoreAt) -> None:
    page = deciding(stage, store)
    page.take(store)
    page.enter()
    page.stop()
    stage.settle()
    assert "You stopped it. Nothing was changed." in texts(page)
    assert "Find somebody in the store" in texts(page)
    button(page, "Try again").click()
    stage.qtbot.waitUntil(lambda: "Which is right?" in texts(page), timeout=60_000)
    stage.settle()


def test_a_store_that_went_away_is_told_with_a_way_on(stage: Stage, store: StoreAt) -> None:
    store.path.unlink()
    page = deciding(stage, store)
    assert "There is no merged store here" in texts(page)
    button(page, "Merge").click()
    assert stage.events[-1] == Open("merge")


def test_reading_tells_what_it_looks_for_event_by_event(store: StoreAt) -> None:
    steps: list[tuple[str, int, int]] = []
    read_waiting(store, Tag("en"), lambda *step: steps.append(step))
    assert steps[0] == ("matters", 0, 1)
    assert {step[0] for step in steps} == {"matters", "twice"}
