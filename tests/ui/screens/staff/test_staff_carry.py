"""Carrying away: what is only here is said, sticks are copied to, troubles say what to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.bootstrap_merging import MergeRequest, merge
from kiosk.bootstrap_store import open_merged
from kiosk.services.ports import StaffMember
from tests.ui.screens.staff.stage import Stage, button, plain, texts
from ui.screens.staff.carry import CarryPage
from ui.screens.staff.frame import Open
from ui.sticks import Target, Volume, sticks, stores_in, subfolders
from ui.widgets.answer_card import AnswerCard
from ui.widgets.folder_picker import FolderPicker
from ui.widgets.link_card import LinkCard


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    folder = tmp_path / "media" / "BLUE"
    folder.mkdir(parents=True)
    return folder


@pytest.fixture
def page(stage: Stage, stick: Path) -> CarryPage:
    return carrying(stage, [Target(stick, "BLUE", 10**9)])


def carrying(stage: Stage, places: list[Target], *, coordinator: bool = True) -> CarryPage:
    page = CarryPage(stage.room, StaffMember("Savita", "", coordinator), look=list)
    page.offer(places)
    stage.show(page)
    return page


def link(page: CarryPage, text: str) -> LinkCard:
    (found,) = [
        one for one in page.findChildren(LinkCard)
        if one.isVisibleTo(page) and text in plain(one.text())
    ]  # fmt: skip
    return found


def copied(stage: Stage, page: CarryPage, sentence: str) -> None:
    button(page, "Copy to a stick").click()
    link(page, "BLUE").click()
    stage.qtbot.waitUntil(lambda: sentence in texts(page), timeout=60_000)
    stage.settle()


def test_what_is_only_here_is_said_in_visitors(page: CarryPage) -> None:
    shown = texts(page)
    assert "Only on this laptop: 12 visitors" in shown
    assert "Recorded since" in shown
    assert "Nothing has been copied from this laptop yet" in shown
    assert "No receipt has come back yet" in shown


def test_after_copying_the_stick_is_safe_and_nothing_is_only_here(
    stage: Stage, page: CarryPage, stick: Path
) -> None:
    copied(stage, page, "Safe to remove now")
    assert "All of it was read back and compared" in texts(page)
    assert list(stick.glob("*/*.ekb"))
    button(page, "Done").click()
    shown = texts(page)
    assert "Nothing is only on this laptop" in shown
    assert f"BLUE · {stick}" in shown
    assert "Everything is there." in shown
    assert page.findChildren(AnswerCard)[0].mood == "good"


def test_a_receipt_that_came_back_is_shown(stage: Stage, page: CarryPage, stick: Path) -> None:
    copied(stage, page, "Safe to remove now")
    target = str(stick.parent / "merged.db")
    with open_merged(target, "gem-samvad", None, create=True) as home:
        merge(home, "gem-samvad", MergeRequest([str(stick)]))
    button(page, "Done").click()
    copied(stage, page, "Safe to remove now")
    button(page, "Done").click()
    assert "The coordinator's computer CO" in texts(page)
    assert "it had everything that is here" in texts(page)


def test_a_stick_that_is_not_there_is_said_and_tried_again(
    stage: Stage, page: CarryPage, stick: Path
) -> None:
    stick.rmdir()
    copied(stage, page, "The stick is not there")
    assert "Nothing was written" in texts(page)
    stick.mkdir()
    button(page, "Try again").click()
    stage.qtbot.waitUntil(lambda: "Safe to remove now" in texts(page), timeout=60_000)
    stage.settle()


def test_another_stick_may_be_taken_after_trouble(
    stage: Stage, page: CarryPage, stick: Path
) -> None:
    stick.rmdir()
    copied(stage, page, "The stick is not there")
    button(page, "Use another stick").click()
    assert "To which stick?" in texts(page)


def test_stopping_keeps_what_was_copied_and_goes_on(stage: Stage, page: CarryPage) -> None:
    button(page, "Copy to a stick").click()
    with stage.at_work():
        link(page, "BLUE").click()
        button(page, "Stop").click()
    stage.qtbot.waitUntil(lambda: "You stopped the copying" in texts(page), timeout=60_000)
    stage.settle()
    button(page, "Go on where it stopped").click()
    stage.qtbot.waitUntil(lambda: "Safe to remove now" in texts(page), timeout=60_000)
    stage.settle()


def test_without_a_stick_it_says_what_to_do_and_a_folder_can_be_chosen(
    stage: Stage, tmp_path: Path
) -> None:
    page = carrying(stage, [])
    button(page, "Copy to a stick").click()
    assert "No stick is connected" in texts(page)
    button(page, "Another folder").click()
    share = tmp_path / "share"
    (share / "inner").mkdir(parents=True)
    picker = page.findChild(FolderPicker)
    assert isinstance(picker, FolderPicker)
    picker.go(share)
    link(page, "inner").click()
    assert picker.folder == share / "inner"
    button(page, "One up").click()
    button(page, "This folder").click()
    stage.qtbot.waitUntil(lambda: "The copy is complete" in texts(page), timeout=60_000)
    stage.settle()
    assert list(share.glob("*/*.ekb"))


def test_only_coordinators_are_led_to_merging(stage: Stage) -> None:
    page = carrying(stage, [])
    link(page, "Merge").click()
    assert stage.events[-1] == Open("merge")
    assert "Merge" not in texts(carrying(stage, [], coordinator=False))


def test_a_stick_is_listed_even_if_it_is_full_or_locked(tmp_path: Path) -> None:
    def volume(at: str, **other: object) -> Volume:
        facts = {"name": at, "free": 10**9, "kind": "vfat", "writable": True} | other
        return Volume(root=tmp_path / at, **facts)  # type: ignore[arg-type]  # facts of a Volume

    volumes = [
        volume("media/locked", writable=False),
        volume("media/full", free=0),
        volume("media/a"),
        volume("media/image", kind="squashfs"),
        volume("elsewhere"),
    ]
    found = sticks(volumes, tmp_path / "data", mounts=(f"{tmp_path}/media/",))
    assert [one.stick for one in found] == ["media/a", "media/full", "media/locked"]


def test_folders_and_stores_are_found_and_strange_ones_are_none(tmp_path: Path) -> None:
    for name in ("b", "A", ".hidden", "m.db.vault", "gone.db.vault"):
        (tmp_path / name).mkdir()
    (tmp_path / "m.db").write_bytes(b"")
    assert [one.name for one in subfolders(tmp_path)] == [
        "A", "b", "gone.db.vault", "m.db.vault",
    ]  # fmt: skip
    assert stores_in(tmp_path) == [tmp_path / "m.db"]
    assert subfolders(tmp_path / "nowhere") == []


def test_a_store_is_found_among_more_folders_than_are_shown(tmp_path: Path) -> None:
    for at in range(250):
        (tmp_path / f"album {at:03}").mkdir()
    (tmp_path / "store.db.vault").mkdir()
    (tmp_path / "store.db").write_bytes(b"")
    assert len(subfolders(tmp_path)) == 200
    assert stores_in(tmp_path) == [tmp_path / "store.db"]
