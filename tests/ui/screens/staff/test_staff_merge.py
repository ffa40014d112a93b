"""Merging: sources and store are chosen, what came and what is missing is said."""

from __future__ import annotations

import shutil
import threading
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from kiosk import bootstrap
from kiosk.bootstrap_campaign import enrol_device, make_campaign
from kiosk.bootstrap_store import open_merged
from kiosk.domain.ids import DeviceId, EventId
from kiosk.domain.language import Tag
from kiosk.services.carrying import CarrierFault, Sent
from kiosk.services.merging import Fork, Lost, MergeResult
from kiosk.services.ports import StaffMember
from kiosk.services.register import Registration, register_attendee
from kiosk.sync.device_file import read_device_file
from tests.conftest import PASSPHRASE
from tests.fakes import CONSENTS, visitor
from tests.sync.servers import PASSWORD, USER, webdav_server
from tests.ui.screens.staff.stage import WAIT_MS, Stage, button, plain, texts
from ui.fields.type_line import TypeLine
from ui.merged_words import told
from ui.merging import Merged, Missing, Sources, StoreAt, merge_into
from ui.screens.staff.frame import Open
from ui.screens.staff.merge import MergePage
from ui.sticks import SERVER_FILE, Target, Volume, identity_files
from ui.widgets.choice_card import ChoiceCard
from ui.worker import Cancelled


@pytest.fixture
def stick(stage: Stage, tmp_path: Path) -> Path:
    """A stick with everything of the practice day's laptop."""
    folder = tmp_path / "media" / "BLUE"
    folder.mkdir(parents=True)
    stage.ask(lambda desk: desk.carry.sync(str(folder)))
    return folder


def merging(stage: Stage, *places: Path, coordinator: bool = True) -> MergePage:
    page = MergePage(stage.room, StaffMember("Savita", "", coordinator), look=list)
    stage.show(page)
    page.offer([Target(one, one.name, 10**9) for one in places])
    stage.settle()
    return page


def merged(stage: Stage, page: MergePage, sentence: str) -> str:
    button(page, "Merge now").click()
    stage.qtbot.waitUntil(lambda: sentence in texts(page), timeout=60_000)
    stage.settle()
    return texts(page)


def add_server(page: MergePage, address: str) -> None:
    button(page, "Add a server").click()
    line = page.findChild(TypeLine)
    assert isinstance(line, TypeLine)
    line.setFocus()
    line.setText(address)
    button(page, "Add a server").click()


def meet(data: Path, stick: Path, *names: str) -> None:
    with bootstrap.open_kiosk(data, PASSPHRASE) as desk:
        for name in names:
            register_attendee(desk, Registration(Tag("hi"), visitor(name=name), CONSENTS))
        desk.carry.sync(str(stick))


def test_everyone_is_here_when_all_has_come(stage: Stage, stick: Path, tmp_path: Path) -> None:
    page = merging(stage, stick)
    page.keep_in(tmp_path)
    stage.settle()
    assert "A new merged store" in texts(page)
    shown = merged(stage, page, "Everyone is here")
    assert "New files: 2; known before: 0. New visitors: 12; all visitors in the store: 12" in shown
    assert (tmp_path / "samvad-merged.db").is_file()
    button(page, "Done").click()
    page.keep_in(tmp_path)
    stage.settle()
    assert "A merged store that is there" in texts(page)
    shown = merged(stage, page, "Everyone is here")
    assert "New files: 0; known before: 2. New visitors: 0; all visitors in the store: 12" in shown


def test_what_is_missing_is_said_by_laptop_and_time(stage: Stage, tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    other = tmp_path / "other"
    for folder in (first, second):
        folder.mkdir()
    bootstrap.init_kiosk(other, "gem-samvad", "ka-2020-01-10", "KA2", PASSPHRASE)
    meet(other, first, "Asha")
    meet(other, first, "Usha")
    meet(other, second, "Nisha")
    earliest, middle, _ = sorted(second.glob("*/*.ekb"), key=lambda path: int(path.name[0]))
    earliest.unlink()
    page = merging(stage, second)
    page.keep_in(tmp_path)
    shown = merged(stage, page, "Not everything is here yet")
    assert "entries from its beginning that have not arrived: 6" in shown
    button(page, "Done").click()
    middle.unlink()
    (tmp_path / "part").mkdir()
    kept = list(second.glob("*/*.ekb"))
    shutil.copytree(first, tmp_path / "part", dirs_exist_ok=True)
    for path in (tmp_path / "part").glob("*/2-*.ekb"):
        path.unlink()
    page = merging(stage, second, tmp_path / "part")
    (tmp_path / "fresh").mkdir()
    page.keep_in(tmp_path / "fresh")
    shown = merged(stage, page, "Not everything is here yet")
    assert len(kept) == 1
    assert "that have not arrived: " in shown
    assert "entries after" in shown


def test_a_file_that_cannot_be_taken_is_set_aside_with_its_reason(
    stage: Stage, stick: Path, tmp_path: Path
) -> None:
    path = next(stick.glob("*/*.ekb"))
    path.write_bytes(path.read_bytes()[:-5])
    page = merging(stage, stick)
    page.keep_in(tmp_path)
    shown = merged(stage, page, "Not everything is here yet")
    assert "Set aside" in shown
    assert f"BLUE/{path.name[:10]}…" in shown
    assert f"From laptop {path.parent.name[:6].upper()}: " in shown  # nothing of it was readable


def test_copied_laptops_and_lost_sticks_are_told_in_words(stage: Stage) -> None:
    event, device = EventId("ka-2020-01-10"), DeviceId("ab" * 16)
    result = MergeResult(batches=3, already_there=1, aside=2, erased=1_234)
    result.forks = [Fork(event, device, "KA3", 7), Fork(event, device, "", 9)]
    result.lost = [Lost("/media/RED", CarrierFault("target_gone", target="/media/RED"))]
    result.without_receipt = ["/media/GREEN"]
    missing = (Missing("KA2", 40, 1_578_649_200_000, event), Missing("KA4", None, 0, event))
    said = told(Merged(result, 12, 3, missing), stage.speaker, "Asia/Kolkata")
    lines = [plain(line) for _, part in said.parts for line in part]
    assert not said.whole
    assert lines[0].startswith("KA2: entries after 10-01-2020 15:10 that have not arrived: 40")
    assert lines[1].startswith("KA4: what it recorded after")
    assert lines[2].startswith("KA3 was copied: there are two histories")
    assert lines[3].startswith("ABABAB was copied")
    assert lines[4].endswith("tried again in vain: 2")
    assert lines[5].startswith("People who were erased by what arrived: 1,234. If nobody")
    assert "went away: /media/RED" in lines[6]
    assert lines[7].startswith("No receipt could be left on GREEN")


def test_the_keyboard_reaches_merging_after_all_that_is_chosen(
    stage: Stage, stick: Path, tmp_path: Path
) -> None:
    page = merging(stage, stick)
    page.keep_in(tmp_path)
    stage.settle()
    reached: list[str] = []
    start = button(page, "Look again")
    start.setFocus()
    while (focused := stage.window.focusWidget()) is not None and len(reached) < 12:
        reached.append(plain(focused.accessibleName()))
        if reached[-1] == "Merge now":
            break
        QTest.keyClick(focused, Qt.Key.Key_Tab)
    assert "Choose a folder" in reached
    assert reached[-1] == "Merge now"


def test_nothing_begins_before_all_is_chosen(stage: Stage, stick: Path) -> None:
    page = merging(stage)
    button(page, "Merge now").click()
    assert "choose first what shall be merged" in stage.notices[-1].text
    page.offer([Target(stick, "BLUE", 10**9)])
    button(page, "Merge now").click()
    assert "choose first where" in stage.notices[-1].text


def test_a_source_that_is_gone_is_told_and_tried_again(
    stage: Stage, stick: Path, tmp_path: Path
) -> None:
    page = merging(stage, stick)
    page.keep_in(tmp_path)
    away = stick.rename(tmp_path / "away")
    shown = merged(stage, page, "The merging did not work")
    assert "This place does not exist" in shown
    away.rename(stick)
    button(page, "Try again").click()
    stage.qtbot.waitUntil(lambda: "Everyone is here" in texts(page), timeout=60_000)
    stage.settle()


def test_stopping_loses_nothing(stage: Stage, stick: Path, tmp_path: Path) -> None:
    stopped = threading.Event()

    def answers_late(environ: Any, start: Any) -> Any:
        assert stopped.wait(60)
        return answers(environ, start)

    page = merging(stage)
    page.keep_in(tmp_path)
    stage.settle()
    with webdav_server(stick) as (address, link):
        answers, link.app = link.app, answers_late
        add_server(page, address.replace("//", f"//{USER}:{quote(PASSWORD)}@"))
        button(page, "Merge now").click()
        button(page, "Stop").click()
        stopped.set()
        stage.qtbot.waitUntil(lambda: "You stopped the merging" in texts(page), timeout=60_000)
        stage.settle()
        button(page, "Go on where it stopped").click()
        stage.qtbot.waitUntil(lambda: "Everyone is here" in texts(page), timeout=60_000)
        stage.settle()


def test_only_coordinators_merge(stage: Stage) -> None:
    page = merging(stage, coordinator=False)
    assert "The coordinator merges" in texts(page)
    assert "Merge now" not in texts(page)


def test_what_waits_is_opened_with_the_store(stage: Stage, stick: Path, tmp_path: Path) -> None:
    page = merging(stage, stick)
    page.keep_in(tmp_path)
    merged(stage, page, "Everyone is here")
    button(page, "To decide: 0").click()
    (event,) = [one for one in stage.events if isinstance(one, Open)]
    assert event.page == "decide"


def test_an_own_campaign_needs_an_identity_and_a_passphrase(qtbot: object, tmp_path: Path) -> None:
    campaign = tmp_path / "media" / "GREEN" / "campaign"
    campaign.parent.mkdir(parents=True)
    make_campaign(campaign, "gem-samvad", Tag("en"))
    device = tmp_path / "KA7.device"
    enrol_device(str(campaign), "KA7", device)
    data, stick = tmp_path / "data", tmp_path / "media" / "BLUE"
    stick.mkdir()
    bootstrap.init_kiosk(data, str(campaign), "ka-2020-01-10", read_device_file(device), PASSPHRASE)
    meet(data, stick, "Asha")
    stage = Stage(qtbot, lambda: bootstrap.open_kiosk(data, PASSPHRASE), data)  # type: ignore[arg-type]
    volumes = [
        Volume(campaign.parent, "GREEN", 10**9, "vfat", writable=True),
        Volume(stick, "BLUE", 10**9, "vfat", writable=True),
    ]
    page = MergePage(
        stage.room,
        StaffMember("Savita", "", coordinator=True),
        look=lambda: volumes,
        carried=lambda there: identity_files(there, mounts=(f"{tmp_path}/media/",)),
    )
    stage.show(page)
    assert "Who opens it?" in texts(page)
    page.offer([Target(stick, "BLUE", 10**9)])
    page.keep_in(tmp_path)
    button(page, "Merge now").click()
    if "choose first whose identity" in stage.notices[-1].text:
        cards = page.findChildren(ChoiceCard)
        next(one for one in cards if "coordinator" in one.text()).click()
        button(page, "Merge now").click()
    line = page.findChild(TypeLine)
    assert isinstance(line, TypeLine)
    line.setText("six words that nobody else knows")
    shown = merged(stage, page, "Everyone is here")
    assert "New visitors: 1" in shown
    button(page, "Done").click()
    button(page, "Merge now").click()
    line = page.findChildren(TypeLine)[-1]
    line.setText("wrong words")
    button(page, "Merge now").click()
    stage.qtbot.waitUntil(lambda: "passphrase" in texts(page).lower(), timeout=60_000)
    stage.settle()
    assert "Everyone is here" not in texts(page)
    stage.close()


def test_a_server_is_merged_from_while_visitors_go_on(
    stage: Stage, stick: Path, tmp_path: Path
) -> None:
    with webdav_server(stick) as (address, _):
        place = address.replace("//", f"//{USER}:{quote(PASSWORD)}@")
        page = merging(stage)
        page.keep_in(tmp_path)
        stage.settle()
        add_server(page, "cloud.example.in")
        assert "This is no address of a server" in texts(page)
        page.findChildren(TypeLine)[-1].setText(place)
        button(page, "Add a server").click()
        stage.settle()
        shown = plain(texts(page))
        assert address in shown
        assert PASSWORD not in shown
        button(page, "Merge now").click()
        assert page.running
        assert stage.ask(lambda desk: desk.record.figures().registered) == 12
        stage.qtbot.waitUntil(lambda: "Everyone is here" in texts(page), timeout=60_000)
        stage.settle()
    assert "New visitors: 12; all visitors in the store: 12" in texts(page)


def test_servers_to_which_the_laptop_carried_are_offered_unticked(
    stage: Stage, tmp_path: Path
) -> None:
    address = "s3://samvad/day"
    sent = Sent(address, 1, "ab" * 32, 5)
    stage.ask(lambda desk: desk.carry.outgoing().note_sent(sent))
    stick = tmp_path / "media" / "BLUE"
    stick.mkdir(parents=True)
    (stick / SERVER_FILE).write_text('user = "asha"', "utf-8")
    page = MergePage(
        stage.room, StaffMember("Savita", "", coordinator=True),
        look=lambda: [Volume(stick, "BLUE", 10**9, "vfat", writable=True)],
    )  # fmt: skip
    stage.show(page)
    stage.settle()
    shown = plain(texts(page))
    assert address in shown
    cards = page.findChildren(ChoiceCard)
    card = next(one for one in cards if address in plain(one.accessibleName()))
    assert not card.isChecked()


def test_what_is_looked_for_last_may_be_stopped_and_all_is_merged(
    stage: Stage, stick: Path, tmp_path: Path
) -> None:
    def progress(step: str, _done: int, _of: int) -> None:
        if step == "twice":
            raise Cancelled

    at = StoreAt(tmp_path / "m.db", "gem-samvad")
    assert merge_into(at, Sources([str(stick)]), progress).people == 12


def test_a_store_that_is_there_is_opened_without_merging(
    stage: Stage, stick: Path, tmp_path: Path
) -> None:
    page = merging(stage, stick)
    page.keep_in(tmp_path)
    stage.settle()
    assert "Open it without merging" not in texts(page), "there is none yet"
    assert "All sticks may be taken out now" in merged(stage, page, "Everyone is here")
    button(page, "Find somebody in the store").click()
    assert stage.events == [Open("store", StoreAt(tmp_path / "samvad-merged.db", "gem-samvad"))]
    stage.events.clear()
    button(page, "Done").click()
    page.keep_in(tmp_path)
    stage.settle()
    button(page, "Open it without merging").click()
    stage.qtbot.waitUntil(lambda: bool(stage.events), timeout=WAIT_MS)
    opened = stage.events[-1]
    assert isinstance(opened, Open)
    store = tmp_path / "samvad-merged.db"
    assert (opened.page, opened.about) == ("decide", StoreAt(store, "gem-samvad"))
    page.enter()
    page.keep_in(tmp_path)
    stage.settle()
    store.unlink()
    button(page, "Open it without merging").click()
    stage.settle()
    assert "choose first the merged store" in stage.notices[-1].text


def test_a_wrong_passphrase_is_asked_again_and_what_keeps_a_store_shut_is_told(
    stage: Stage, tmp_path: Path
) -> None:
    campaign = tmp_path / "campaign"
    make_campaign(campaign, "gem-samvad", Tag("en"))
    target = tmp_path / "store" / "samvad-merged.db"
    target.parent.mkdir()
    with open_merged(str(target), str(campaign), PASSPHRASE, create=True):
        pass
    page = merging(stage)
    page.keep_in(target.parent)
    stage.settle()
    button(page, "Open it without merging").click()
    assert button(page, "Open")
    enter(page, "six words that are not it at all")
    stage.qtbot.waitUntil(lambda: "not the right passphrase" in texts(page), timeout=WAIT_MS)
    target.write_bytes(b"not a store" * 1_000)
    enter(page, PASSPHRASE)
    stage.qtbot.waitUntil(lambda: "The store could not be opened" in texts(page), timeout=WAIT_MS)
    button(page, "Cancel").click()
    assert "Open it without merging" in texts(page)


def enter(page: MergePage, passphrase: str) -> None:
    line = page.findChild(TypeLine)
    assert isinstance(line, TypeLine)
    line.setText(passphrase)
    page.on_next()


def test_counting_is_told_and_can_be_stopped_before_anything_is_merged(
    stage: Stage, stick: Path, tmp_path: Path
) -> None:
    store, steps = StoreAt(tmp_path / "merged.db", "gem-samvad"), list[str]()
    assert merge_into(store, Sources([str(stick)]), lambda *_step: None).people == 12
    stage.ask(lambda desk: register_attendee(desk, Registration(Tag("hi"), visitor(), CONSENTS)))
    stage.ask(lambda desk: desk.carry.sync(str(stick)))

    def stop(name: str, _done: int, _of: int) -> None:
        steps.append(name)
        raise Cancelled

    with pytest.raises(Cancelled):
        merge_into(store, Sources([str(stick)]), stop)
    assert steps == ["count"]
    again = merge_into(store, Sources([str(stick)]), lambda *_step: None)
    assert (again.new_people, again.people) == (1, 13)
