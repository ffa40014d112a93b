"""The evening: what is open is said, sealed is the rule, open files need a second word."""

from __future__ import annotations

from pathlib import Path

from kiosk.domain.language import Tag
from kiosk.services.certify import prepare_certificate
from kiosk.services.desk import Desk
from kiosk.services.drafts import save_draft
from kiosk.services.issuing import issue_and_queue
from kiosk.services.ports import StaffMember
from tests.services.test_certify import arrive
from tests.ui.screens.staff.stage import Stage, button, texts
from ui.screens.staff.close import ClosePage
from ui.screens.staff.pile import PilePage
from ui.screens.staff.today import TodayPage
from ui.staff import make_side
from ui.sticks import Volume, size_in_words, targets
from ui.widgets.choice_card import ChoiceCard
from ui.widgets.sheet_view import SheetView


def closing(stage: Stage, *, coordinator: bool = True) -> ClosePage:
    """The page alone: no stick of this machine is looked at."""
    page = ClosePage(stage.room, StaffMember("Savita", "", coordinator), look=list)
    stage.show(page)
    return page


def finish(stage: Stage, page: ClosePage, sentence: str) -> None:
    stage.qtbot.waitUntil(lambda: sentence in texts(page), timeout=60_000)
    stage.settle()


def test_open_matters_are_said_with_a_way_to_each(stage: Stage) -> None:
    stage.ask(lambda desk: save_draft(desk, "register", Tag("kn"), {"name": "A"}))
    due = stage.ask(lambda desk: len(desk.record.without_certificate(attended=False)))
    page = closing(stage)
    assert "Drafts of visitors who walked away: 1. Closing erases them." in texts(page)
    assert f"Certificates due and not yet issued: {due}." in texts(page)
    assert "None of this forbids closing" in texts(page)


def crowd(stage: Stage) -> int:
    """More people who are due than go into the queue at once; how many."""
    for name in ("Meera", "Arun", "Kamal", "Divya", "Bala", "Esha", "Farah"):
        stage.ask(lambda desk, name=name: arrive(desk, name))  # type: ignore[misc]
    return due_now(stage)


def due_now(stage: Stage) -> int:
    return stage.ask(lambda desk: len(desk.record.without_certificate(attended=False)))


def test_certificates_that_are_due_are_issued_while_others_register(stage: Stage) -> None:
    due = crowd(stage)
    page = closing(stage)
    button(page, "Issue and print all").click()
    left = due_now(stage)  # asked after the first few
    stage.ask(lambda desk: arrive(desk, "Meanwhile"))
    assert 0 < left < due, "whoever registers waits for a few sheets, not for all"
    stage.qtbot.waitUntil(lambda: bool(stage.notices), timeout=60_000)
    stage.settle()
    assert f"Certificates issued: {due}" in stage.notices[-1].text
    assert len(stage.press.sent) == due
    assert due_now(stage) == 1, "who came meanwhile"
    assert "Certificates due and not yet issued: 1." in texts(page)


def test_what_waits_in_the_queue_already_is_not_printed_along(stage: Stage) -> None:
    due = due_now(stage)
    early = stage.ask(lambda desk: desk.record.without_certificate(attended=False)[0])
    stage.ask(lambda desk: issue_and_queue(desk, prepare_certificate(desk, early), "visitor"))
    page = closing(stage)
    button(page, "Issue and print all").click()
    stage.qtbot.waitUntil(lambda: bool(stage.notices), timeout=60_000)
    assert early.id not in {job.attendee_id for job in stage.press.sent}
    assert len(stage.press.sent) == due - 1


def test_issuing_goes_on_behind_a_locked_screen_and_stops_when_told(stage: Stage) -> None:
    due = crowd(stage)
    page = closing(stage)
    button(page, "Issue and print all").click()
    button(page, "Stop").click()
    stage.qtbot.waitUntil(lambda: bool(stage.notices), timeout=60_000)
    stage.settle()
    made = len(stage.press.sent)
    assert 0 < made < due
    assert f"In the print queue: {made}; the others are still due." in stage.notices[-1].text
    assert due_now(stage) == due - made
    button(page, "Issue and print all").click()
    page.forget()
    stage.worker.turn_page()  # as locking does: the next one at the screen is told nothing
    stage.qtbot.waitUntil(lambda: len(stage.press.sent) == due, timeout=60_000)
    assert len(stage.notices) == 1


def small(desk: Desk) -> None:
    """The disk takes a few sheets more, and then it is full."""
    connection = desk.record.connection  # type: ignore[attr-defined]
    (pages,) = connection.execute("PRAGMA page_count").fetchone()
    connection.execute(f"PRAGMA max_page_count = {pages + 150}").fetchone()


def large(desk: Desk) -> None:
    desk.record.connection.execute("PRAGMA max_page_count = 1000000").fetchone()  # type: ignore[attr-defined]


def test_what_stopped_behind_a_locked_screen_is_told_when_staff_unlock(stage: Stage) -> None:
    due, room = crowd(stage), stage.room
    savita = StaffMember("Savita", "", coordinator=True)
    page = ClosePage(room, savita, look=list)
    stage.show(page)
    stage.ask(small)
    button(page, "Issue and print all").click()
    page.forget()
    stage.worker.turn_page()
    stage.qtbot.waitUntil(lambda: bool(room.unseen), timeout=60_000)
    stage.settle()
    stage.ask(large)
    made = len(stage.press.sent)
    assert 0 < made < due
    assert due_now(stage) == due - made
    assert stage.notices == []
    side = make_side(room, savita)
    stage.show(side)
    told = f"In the print queue: {made}; the others are still due."
    assert stage.notices[-1].grave
    assert told in stage.notices[-1].text
    assert "disk is full" in stage.notices[-1].text
    assert isinstance(side.page, TodayPage)
    assert told in texts(side.page)
    stage.speak("kn")
    side.say_again()
    stage.settle()
    assert stage.speaker.say("printing.unseen.go_on") in texts(side.page)
    stage.speak("en")
    side.say_again()
    stage.settle()
    button(side.page, "Issue the others").click()
    stage.settle()
    assert isinstance(side.page, PilePage)
    assert f"Certificates: {due}" in texts(side.page)
    side.open("today")
    stage.settle()
    assert told not in texts(side.page), "whoever goes on with them knows"


def test_names_for_a_pen_are_told_though_nobody_was_there(stage: Stage) -> None:
    stage.ask(lambda desk: arrive(desk, "ꤊꤢ꤬ꤛꤢ꤭"))
    room, savita = stage.room, StaffMember("Savita", "", coordinator=True)
    page = ClosePage(room, savita, look=list)
    stage.show(page)
    button(page, "Issue and print all").click()
    page.forget()
    stage.worker.turn_page()
    stage.qtbot.waitUntil(lambda: bool(room.unseen), timeout=60_000)
    side = make_side(room, savita)
    stage.show(side)
    assert isinstance(side.page, TodayPage)
    assert "Names to be written by hand" in texts(side.page)
    button(side.page, "I have read it").click()
    stage.settle()
    assert "Names to be written by hand" not in texts(side.page)
    assert room.unseen == []


def test_a_name_that_needs_a_pen_is_told(stage: Stage) -> None:
    stage.ask(lambda desk: arrive(desk, "ꤊꤢ꤬ꤛꤢ꤭"))
    page = closing(stage)
    button(page, "Issue and print all").click()
    stage.qtbot.waitUntil(lambda: bool(stage.notices), timeout=60_000)
    assert "Names to be written by hand" in stage.notices[-1].text
    assert stage.notices[-1].grave


def test_the_day_is_closed_sealed_and_what_was_written_is_shown(stage: Stage) -> None:
    page = closing(stage)
    button(page, "Close the day and write the files").click()
    finish(stage, page, "The day is closed")
    folder = stage.data / "export"
    written = sorted(path.name for path in folder.iterdir())
    assert [name for name in written if name.endswith((".csv", ".sqlite", ".xlsx"))] == []
    assert any(name.endswith(".sqlite.age") for name in written)
    shown = texts(page)
    assert "…-attendee.csv.age; rows: 12" in shown
    assert "The files are on this laptop" in shown
    head = stage.ask(lambda desk: desk.record.verify())
    assert head.ok
    view = page.findChild(SheetView)
    assert isinstance(view, SheetView)
    assert view.accessibleName() == "Picture of the page: Summary of the day"
    button(page, "Print the summary").click()
    stage.settle()
    assert [job.kind for job in stage.press.sent] == ["summary"]


def test_open_files_need_a_second_word(stage: Stage) -> None:
    page = closing(stage)
    plain = next(c for c in page.findChildren(ChoiceCard) if c.text().startswith("Open, for"))
    plain.click()
    button(page, "Close the day and write the files").click()
    stage.settle()
    assert "names, phones and e-mails of everybody who came: 12" in texts(page)
    assert not (stage.data / "export").exists()
    button(page, "No, seal them").click()
    stage.settle()
    chosen = [c.text() for c in page.findChildren(ChoiceCard) if c.isChecked()]
    assert "Sealed for the coordinators" in chosen
    plain = next(c for c in page.findChildren(ChoiceCard) if c.text().startswith("Open, for"))
    plain.click()
    button(page, "Close the day and write the files").click()
    stage.settle()
    button(page, "Yes, write open files").click()
    stage.qtbot.waitUntil(lambda: bool(stage.notices), timeout=60_000)
    assert "Names in clear may not lie in the kiosk's own folder" in stage.notices[-1].text
    assert stage.ask(lambda desk: desk.record.closed_at()) is None


def test_a_full_or_missing_stick_is_told_and_nothing_is_lost(stage: Stage, tmp_path: Path) -> None:
    stick = Volume(tmp_path / "media" / "gone", "BLUE", 10**10, "vfat", writable=True)
    page = ClosePage(stage.room, StaffMember("Savita", "", coordinator=True), look=list)
    stage.show(page)
    page.offer(targets([stick], stage.data, mounts=(f"{tmp_path}/media/",)))
    stage.settle()
    assert "USB stick BLUE" in texts(page)
    button(page, "Close the day and write the files").click()
    stage.qtbot.waitUntil(lambda: bool(stage.notices), timeout=60_000)
    stage.settle()
    assert stage.notices[-1].grave
    assert str(stick.root) in stage.notices[-1].text
    assert stage.ask(lambda desk: desk.record.figures().registered) == 12


def test_stopping_says_that_nothing_is_lost(stage: Stage) -> None:
    page = closing(stage)
    with stage.at_work():
        button(page, "Close the day and write the files").click()
        button(page, "Stop").click()
    stage.qtbot.waitUntil(lambda: bool(stage.notices), timeout=60_000)
    stage.settle()
    assert "You stopped it" in stage.notices[-1].text
    assert not any((stage.data / "export").glob("*.age"))


def test_only_a_coordinator_closes_the_day(stage: Stage) -> None:
    page = closing(stage, coordinator=False)
    assert "The coordinator closes the day" in texts(page)
    assert "Close the day and write the files" not in texts(page)


def test_a_stick_is_a_writable_volume_with_room_at_a_place_for_sticks(tmp_path: Path) -> None:
    def volume(at: str, **other: object) -> Volume:
        facts = {"name": at, "free": 10**9, "kind": "vfat", "writable": True} | other
        return Volume(root=tmp_path / at, **facts)  # type: ignore[arg-type]  # facts of a Volume

    volumes = [
        volume("media/a"),
        volume("media/b", free=10**10),
        volume("media/full", free=1000),
        volume("media/read_only", writable=False),
        volume("media/image", kind="squashfs"),
        volume("elsewhere"),
    ]
    found = targets(volumes, tmp_path, mounts=(f"{tmp_path}/media/",))
    assert [target.stick for target in found] == ["media/b", "media/a", ""]
    assert found[-1].folder == tmp_path / "export"


def test_sizes_are_said_as_people_read_them() -> None:
    said = [size_in_words(n) for n in (0, 1500, 2_500_000, 14_200_000_000, 2 * 10**12)]
    assert " " not in "".join(said)  # a line may not break between the figure and its unit
    assert [words.replace("\xa0", " ") for words in said] == [
        "0 kB", "2 kB", "2.5 MB", "14.2 GB", "2.0 TB",
    ]  # fmt: skip


def test_drafts_die_with_the_day(stage: Stage) -> None:
    stage.ask(lambda desk: save_draft(desk, "register", Tag("kn"), {"name": "A"}))
    page = closing(stage)
    button(page, "Close the day and write the files").click()
    finish(stage, page, "The day is closed")

    def drafts(desk: Desk) -> int:
        return len(desk.record.drafts())

    assert stage.ask(drafts) == 0
