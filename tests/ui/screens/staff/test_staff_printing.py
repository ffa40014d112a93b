"""Printers, the queue, piles and the print desk, on a real record in a real window."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import pytest
from PySide6.QtWidgets import QLineEdit

from kiosk import bootstrap
from kiosk.domain.attendee import Attendee
from kiosk.domain.ids import Serial
from kiosk.services.certify import issue_certificate, prepare_certificate
from kiosk.services.desk import Desk
from kiosk.services.fitness_entry import Fitness
from kiosk.services.paper import Sheet
from kiosk.services.piles import Selection, pile_of
from kiosk.services.ports import PrintJob, StaffMember
from kiosk.services.print_desk import desks_on, hand_over, introduce, load
from kiosk.services.printing import BY_SLIP, NOT_HERE, begin_printing, queue, settle
from kiosk.services.register import slip_facts
from kiosk.services.traces import traces_of
from tests.fakes import FakeClock
from tests.services.test_certify import arrive
from tests.ui.screens.staff.stage import WAIT_MS, Stage, button, plain, texts
from ui.paper_sizes import size_of
from ui.printers import Seen
from ui.screens.staff.desk import DeskPage
from ui.screens.staff.frame import Page
from ui.screens.staff.handing import HandingPage
from ui.screens.staff.papers import PapersPage
from ui.screens.staff.pile import PilePage
from ui.screens.staff.prepare import PreparePage
from ui.screens.staff.printers import PrintersPage
from ui.screens.staff.queue import QueuePage
from ui.screens.staff.side import StaffSide
from ui.sticks import Target
from ui.widgets.choice_card import ChoiceCard
from ui.widgets.traces_card import TracesCard

P = TypeVar("P", bound=Page)
OFFICE = Seen("Office", "Office laser", default=True, loaded=(size_of(210, 297),))
ROLL = Seen("Roll", "Counter roll", reasons=("media-empty-error",), loaded=(size_of(80, 200),))


def put(stage: Stage, state: str, message: str = "", **more: str) -> PrintJob:
    def work(desk: Desk) -> PrintJob:
        attendee = next(iter(desk.record.attendees()))
        job = queue(desk, Sheet(b"%PDF", 1), "certificate", f"KA1-C-0001 {attendee.name}")
        with desk.record.writing() as writing:
            writing.save_print_job(replace(job, **more))  # type: ignore[arg-type]
        return settle(desk, job.id, state, message) if state != "waiting" else job

    return stage.ask(work)


def choice(page: PrintersPage, name: str) -> ChoiceCard:
    found = page.findChild(ChoiceCard, name)
    assert isinstance(found, ChoiceCard)
    return found


# printers


def test_every_printer_that_is_seen_can_be_chosen_and_is_remembered(stage: Stage) -> None:
    stage.press.seen = (OFFICE, ROLL)
    page = stage.page(PrintersPage, "printers")
    shown = texts(page)
    assert "Office laser" in shown
    assert "There is no paper. Please put paper in." in shown
    assert "paper in it: 210 × 297 mm" in shown
    choice(page, "slip Roll").click()
    stage.settle()
    assert stage.ask(lambda desk: desk.record.print_choices()) == {"slip": "Roll"}
    assert stage.press.choices == {"slip": "Roll"}
    assert choice(page, "slip Roll").isChecked()
    choice(page, "summary Roll").click()
    stage.settle()
    assert "These sheets are 210 × 297 mm. In this printer is 80 × 200 mm." in texts(page)


def test_a_printer_that_is_connected_shows_and_one_that_is_gone_is_told(stage: Stage) -> None:
    stage.press.choices = {"certificate": "Office"}
    page = stage.page(PrintersPage, "printers")
    assert "No printer is seen" in texts(page)
    assert "Office was chosen, and is not there now." in texts(page)
    assert stage.press.looks >= 1
    stage.press.seen = (OFFICE,)
    stage.press.looked.emit()
    assert "No printer is seen" not in texts(page)
    assert "was chosen, and is not there" not in texts(page)
    assert choice(page, "certificate Office").isChecked()


def test_only_certificates_can_be_left_to_a_print_desk_by_slip(stage: Stage) -> None:
    page = stage.page(PrintersPage, "printers")
    choice(page, f"certificate {BY_SLIP}").click()
    choice(page, f"badge {NOT_HERE}").click()
    stage.settle()
    assert stage.press.choices == {"certificate": BY_SLIP, "badge": NOT_HERE}
    assert page.findChild(ChoiceCard, f"slip {BY_SLIP}") is None


# the queue


def test_what_ails_a_printer_is_told_and_the_sheet_can_be_taken_back(
    stage: Stage,
) -> None:
    stage.press.seen = (OFFICE, ROLL)
    job = put(stage, "sent", "cover-open-error")
    page = stage.page(QueuePage, "queue")
    shown = texts(page)
    assert "Counter roll: There is no paper. Please put paper in." in shown
    assert "is at the printer. A cover or door is open. Please close it." in shown
    button(page, "Take it back").click()
    stage.settle()
    button(page, "Another reason").click()
    stage.settle()
    assert [(one.id, why) for one, why in stage.press.cancelled] == [
        (job.id, "other, staff:Savita")
    ]


def test_a_failed_sheet_goes_to_another_printer(stage: Stage) -> None:
    stage.press.seen = (OFFICE, ROLL)
    job = put(stage, "failed", "wrong-size: 210 × 297 mm | 80 × 200 mm")
    page = stage.page(QueuePage, "queue")
    assert "The sheet has no room on its paper" in texts(page)
    button(page, "Another printer").click()
    stage.settle()
    button(page, "Counter roll").click()
    stage.settle()
    assert [(one.id, one.printer) for one in stage.press.sent] == [(job.id, "Roll")]


def test_a_pile_is_one_card_that_can_be_stopped_and_what_came_out_is_seen(stage: Stage) -> None:
    made = [put(stage, "waiting", batch="b") for _ in range(5)]
    stage.ask(lambda desk: settle(desk, made[0].id, "done"))
    stage.ask(lambda desk: settle(desk, made[1].id, "failed", "media-jam"))
    page = stage.page(QueuePage, "queue")
    assert "A pile: 1 of 5 came out" in texts(page)
    assert "3 wait, 1 need a hand" in texts(page)
    button(page, "Print what waits").click()
    stage.settle()
    assert {job.id for job in stage.press.sent} == {job.id for job in made[2:]}
    button(page, "Stop the rest").click()
    stage.settle()
    assert stage.ask(lambda desk: desk.record.print_jobs()) == []
    button(page, "What came out").click()
    stage.settle()
    assert "came out at" in texts(page)
    button(page, "Print queue").click()
    stage.settle()
    assert "Nothing waits" in texts(page)


# piles


def crowd(stage: Stage) -> None:
    """More people than go into the queue at once."""
    for name in ("Meera", "Arun", "Kamal", "Divya", "Bala", "Esha", "Farah"):
        stage.ask(lambda desk, name=name: arrive(desk, name))  # type: ignore[misc]


def test_a_pile_is_queued_by_name_while_others_register(stage: Stage) -> None:
    crowd(stage)
    page = stage.page(PilePage, "pile")
    pile = stage.ask(lambda desk: pile_of(desk, Selection(), stage.speaker.tag))
    assert f"Certificates: {len(pile.wanted)}" in texts(page)
    button(page, "Issue and print").click()
    before = stage.ask(lambda desk: len(desk.record.print_jobs()))  # asked after the first few
    assert before < len(pile.wanted), "whoever registers waits for a few sheets, not for the pile"
    stage.settle()
    stage.qtbot.waitUntil(lambda: len(stage.press.sent) == len(pile.wanted), timeout=WAIT_MS)
    assert [job.title.partition(" ")[2] for job in stage.press.sent] == [
        one.name for one in pile.wanted
    ]
    assert "In the print queue" in stage.notices[-1].text


def test_a_pile_that_is_stopped_leaves_the_rest_due(stage: Stage, plugged: Path) -> None:
    crowd(stage)
    page = with_stick(stage, PilePage, plugged)
    pile = stage.ask(lambda desk: pile_of(desk, Selection(), stage.speaker.tag))
    button(page, "Issue and print").click()
    button(page, "Stop").click()
    stage.settle()
    made = len(stage.press.sent)
    assert 0 < made < len(pile.wanted)
    again = stage.ask(lambda desk: pile_of(desk, Selection(), stage.speaker.tag))
    assert len([one for one in again.wanted if not one.job_id]) == len(pile.wanted) - made
    page.enter()
    stage.settle()
    button(page, "Issue into one file on KIOSK").click()
    stage.settle()
    (file,) = plugged.glob("*.pdf")
    assert file.read_bytes().startswith(b"%PDF")
    assert file.name in plain(stage.notices[-1].text)
    assert len(stage.press.sent) == made


def test_a_pile_of_a_role_that_nobody_has_says_so(stage: Stage) -> None:
    page = stage.page(PilePage, "pile")
    role = next(one for one in stage.room.campaign.does if one.code == "officer")
    card = next(
        one for one in page.findChildren(ChoiceCard) if one.text() == stage.speaker.text(role.label)
    )
    card.click()
    stage.settle()
    pile = stage.ask(lambda desk: pile_of(desk, Selection(does="officer"), stage.speaker.tag))
    assert pile.wanted == ()
    assert "No certificate is due for this choice" in texts(page)


# print desk


@pytest.fixture
def plugged(tmp_path: Path) -> Path:
    made = tmp_path / "media/KIOSK"
    made.mkdir(parents=True)
    return made


def with_stick(stage: Stage, kind: Callable[..., P], plugged: Path, about: object = None) -> P:
    """One of the pages that look at sticks, shown with one plugged in."""
    stick = Target(plugged, "KIOSK", 10**9)
    page = kind(stage.room, StaffMember("Savita", "", coordinator=True), lambda _data: [stick])
    stage.show(page)
    page.take(about)
    page.enter()
    stage.settle()
    return page


def certified(desk: Desk, name: str) -> tuple[Attendee, PrintJob]:
    attendee = arrive(desk, name)
    issued = issue_certificate(desk, prepare_certificate(desk, attendee), "visitor")
    serial = issued.certificate.serial
    job = queue(desk, issued.sheet, "certificate", serial, attendee_id=attendee.id, serial=serial)
    return attendee, job


def make_other(tmp_path: Path, stage: Stage) -> tuple[Attendee, str]:
    """KA7, of the same event, with one certificate that waits; handed over on a stick."""
    data = tmp_path / "other"
    passphrase = bootstrap.PRACTICE_PASSPHRASE
    bootstrap.init_kiosk(data, "gem-samvad", stage.desk.event.id, "KA7", passphrase)
    with bootstrap.open_kiosk(data, passphrase, FakeClock()) as desk:
        attendee, _job = certified(desk, "ಲಕ್ಷ್ಮಿ")
        return attendee, desk.seal.seal(slip_facts(attendee))


def hand_from_other(tmp_path: Path, plugged: Path) -> None:
    with bootstrap.open_kiosk(
        tmp_path / "other", bootstrap.PRACTICE_PASSPHRASE, FakeClock()
    ) as desk:
        (card,) = desks_on(desk, plugged)
        hand_over(desk, card, plugged)


def test_sheets_of_another_kiosk_come_by_the_desks_own_stick_and_are_printed_once(
    stage: Stage, tmp_path: Path, plugged: Path
) -> None:
    attendee, slip = make_other(tmp_path, stage)
    page = with_stick(stage, HandingPage, plugged)
    button(page, "Make KIOSK the stick of this desk").click()
    stage.settle()
    code = stage.desk.device.code
    assert f"KIOSK is the stick of print desk {code} now" in plain(stage.notices[-1].text)
    hand_from_other(tmp_path, plugged)
    button(page, "Take sheets from KIOSK").click()
    stage.settle()
    assert "Sheets taken: 1. They wait here; nothing has been printed yet." in texts(page)
    assert stage.press.sent == []
    desk_page = stage.page(DeskPage, "desk")
    assert "From KA7; waiting here: 1" in texts(desk_page)
    assert desk_page.on_slip(slip)
    stage.settle()
    assert attendee.number in texts(desk_page)
    button(desk_page, "Print it now").click()
    (sent,) = stage.press.sent
    assert sent.serial == "KA7-C-0001"
    stage.ask(lambda desk: settle(desk, sent.id, "done"))
    desk_page.on_slip(slip)
    stage.settle()
    assert "came out at" in texts(desk_page)
    button(desk_page, "Print a copy").click()
    stage.settle()
    button(desk_page, "The visitor lost it").click()
    stage.settle()
    assert [one.serial for one in stage.press.sent] == ["KA7-C-0001"] * 2


def test_a_pile_of_another_kiosk_is_printed_by_name(
    stage: Stage, tmp_path: Path, plugged: Path
) -> None:
    passphrase = bootstrap.PRACTICE_PASSPHRASE
    make_other(tmp_path, stage)
    with bootstrap.open_kiosk(tmp_path / "other", passphrase, FakeClock()) as desk:
        for name in ("Zubin", "Asha"):
            certified(desk, name)
    stage.ask(lambda desk: introduce(desk, plugged))
    hand_from_other(tmp_path, plugged)
    stage.ask(lambda desk: load(desk, plugged))
    page = stage.page(DeskPage, "desk")
    button(page, "Print all, by name").click()
    stage.settle()
    names = [job.title.split()[1] for job in stage.press.sent]
    assert names == ["Asha", "Zubin", "ಲಕ್ಷ್ಮಿ"]


def test_somebody_whom_the_desk_does_not_know_gets_no_second_certificate_unasked(
    stage: Stage, tmp_path: Path
) -> None:
    attendee, slip = make_other(tmp_path, stage)
    page = stage.page(DeskPage, "desk")
    page.on_slip(slip)
    stage.settle()
    shown = texts(page)
    assert f"This desk has no certificate of {attendee.number}." in shown
    assert "please do not issue a second one" in shown
    button(page, "Issue it here").click()
    stage.settle()
    side = stage.window.screen_shown
    assert isinstance(side, StaffSide)
    assert isinstance(side.page, PapersPage), "where it is seen and confirmed first"
    assert stage.press.sent == []


def test_a_name_or_number_finds_what_waits(stage: Stage) -> None:
    page = stage.page(DeskPage, "desk")
    job = put(stage, "waiting")
    line = page.findChild(QLineEdit)
    assert isinstance(line, QLineEdit)
    line.setText("ka1-c-0001")
    stage.qtbot.keyClick(line, "\r")
    stage.settle()
    assert job.title in texts(page)
    line.setText("nobody of that name")
    stage.qtbot.keyClick(line, "\r")
    stage.settle()
    assert "Nothing here matches “nobody of that name”" in texts(page)


def test_what_waits_here_is_handed_to_the_desk_whose_stick_it_is(
    stage: Stage, tmp_path: Path, plugged: Path
) -> None:
    make_other(tmp_path, stage)
    page = with_stick(stage, HandingPage, plugged)
    assert "No certificate waits here" in texts(page)
    job = put(stage, "waiting")
    button(page, "Look again").click()
    stage.settle()
    assert "None of the sticks is a print desk's" in texts(page)
    passphrase = bootstrap.PRACTICE_PASSPHRASE
    with bootstrap.open_kiosk(tmp_path / "other", passphrase, FakeClock()) as desk:
        introduce(desk, plugged)
    button(page, "Look again").click()
    stage.settle()
    button(page, "Hand 1 to print desk KA7").click()
    stage.settle()
    assert "Handed to print desk KA7: 1." in plain(stage.notices[-1].text)
    assert stage.ask(lambda desk: begin_printing(desk, job.id)) is None
    button(page, "Write for desk KA7 once more").click()
    stage.settle()
    assert "Written for print desk KA7 once more: 1." in plain(stage.notices[-1].text)
    queue_page = stage.page(QueuePage, "queue")
    button(queue_page, "What came out").click()
    stage.settle()
    assert "handed to print desk KA7 at" in texts(queue_page)
    button(queue_page, "Print it here after all").click()
    stage.settle()
    button(queue_page, "The stick was lost or broken").click()
    stage.settle()
    assert stage.ask(lambda desk: begin_printing(desk, job.id)) is not None


# one visitor's papers


def issued(stage: Stage) -> tuple[Attendee, Serial, Sheet]:
    def work(desk: Desk) -> tuple[Attendee, Serial, Sheet]:
        attendee = arrive(desk, "Asha")
        made = issue_certificate(desk, prepare_certificate(desk, attendee), "visitor")
        return attendee, made.certificate.serial, made.sheet

    return stage.ask(work)


PAPERS = {
    "unknown": "Nobody knows whether it came out",
    "done": "This certificate came out of the printer at",
    "handed": "It was handed to print desk KA7",
    "waiting": "has not been printed yet",
}


def test_what_became_of_the_paper_is_told_before_it_is_printed_again(stage: Stage) -> None:
    attendee, serial, sheet = issued(stage)
    job = stage.ask(
        lambda desk: queue(
            desk, sheet, "certificate", serial, attendee_id=attendee.id, serial=serial
        )
    )

    def become(state: str) -> None:
        def work(desk: Desk) -> None:
            with desk.record.writing() as writing:
                writing.save_print_job(replace(job, state=state, printer="KA7"))

        stage.ask(work)

    for state, words in PAPERS.items():
        become(state)
        page = stage.page(PapersPage, "papers", attendee)
        assert words in texts(page)
    before = stage.ask(lambda desk: desk.record.verify().entries)
    button(page, "Print it now").click()
    assert [one.id for one in stage.press.sent] == [job.id]
    assert stage.ask(lambda desk: desk.record.verify().entries) == before, "this is no copy"


def test_a_design_that_is_not_here_is_told_before_it_is_printed_again(stage: Stage) -> None:
    def issue(desk: Desk, name: str, design: str) -> Attendee:
        attendee = arrive(desk, name)
        prepared = prepare_certificate(desk, attendee)
        content = replace(prepared.content, design=design or prepared.content.design)
        issue_certificate(desk, replace(prepared, content=content), "visitor")
        return attendee

    said = "it looks different. Name, serial and QR stay the same."
    here = stage.ask(lambda desk: issue(desk, "Asha", ""))
    assert said not in texts(stage.page(PapersPage, "papers", here))
    elsewhere = stage.ask(lambda desk: issue(desk, "Bala", "theirs-0123456789ab"))
    assert said in texts(stage.page(PapersPage, "papers", elsewhere))


def test_the_visitors_own_file_is_saved_on_wish_and_noted(stage: Stage, plugged: Path) -> None:
    attendee, serial, sheet = issued(stage)
    before = stage.ask(lambda desk: desk.record.verify().entries)
    page = with_stick(stage, PapersPage, plugged, attendee)
    button(page, "Save for the visitor on KIOSK").click()
    stage.settle()
    assert (plugged / f"{serial}.pdf").read_bytes() == sheet.pdf
    assert stage.ask(lambda desk: desk.record.verify().entries) == before + 1


def test_preparing_tells_what_lies_in_clear_on_this_machine(stage: Stage) -> None:
    page = stage.page(PreparePage, "prepare")
    found = stage.ask(traces_of)
    card = page.findChild(TracesCard)
    assert isinstance(card, TracesCard)
    for tag in ("en", "ur"):
        stage.speak(tag)
        page.say_again()
        stage.settle()
        say = stage.speaker.say
        wanted = [say(f"fitness.{one.key}", **one.values) for one in found if not one.ok]
        shown = texts(card)
        assert all(words in shown for words in wanted or [say("printing.traces.nothing")])
    lying = Fitness("spool", ok=False, key="spool_keeps", values={"path": "/etc/cups/cupsd.conf"})
    card.show_found((lying,))
    stage.settle()
    assert "PreserveJobFiles No" in texts(card)
    card.show_found((Fitness("spool", ok=True, key="spool_ok"),))
    stage.settle()
    assert stage.speaker.say("printing.traces.nothing") in texts(card)


def test_every_page_speaks_every_language(stage: Stage) -> None:
    stage.press.seen = (OFFICE, ROLL)
    put(stage, "sent", "media-empty-error")
    put(stage, "unknown")
    put(stage, "waiting", batch="b")
    put(stage, "done")
    side = stage.side()
    keys = {
        "queue": "printing.trouble.paper_out",
        "printers": "printing.choose.help",
        "desk": "printing.desk.help",
        "pile": "printing.pile.help",
        "handing": "printing.desk.own_help",
    }
    pages = {}
    for name in keys:
        side.open(name)
        stage.settle()
        assert side.page is not None
        pages[name] = side.page
    for tag in ("en", "hi", "ur", "kn", "te"):
        stage.speak(tag)
        side.say_again()
        stage.settle()
        for name, key in keys.items():
            assert stage.speaker.say(key) in texts(pages[name]), (tag, name)
