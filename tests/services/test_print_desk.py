"""Kiosks without a printer and print desks, by stick: nothing comes out twice by itself."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk import bootstrap
from kiosk.domain.attendee import Attendee
from kiosk.errors import EnvironmentFault, VisitorError
from kiosk.services.arrive_again import recognise
from kiosk.services.certify import issue_certificate, prepare_certificate
from kiosk.services.desk import Desk
from kiosk.services.ports import PrintJob
from kiosk.services.print_desk import (
    at_desk,
    desks_on,
    hand_over,
    handed_to,
    introduce,
    load,
    own_card,
    take_back,
    to_hand_over,
    write_again,
)
from kiosk.services.print_files import (
    FOLDER,
    DeskCard,
    SheetList,
    files_on,
    list_name,
    pack_list,
    read_list,
)
from kiosk.services.printing import begin_printing, print_again, queue, settle
from kiosk.services.register import slip_facts
from kiosk.services.withdraw import withdraw_attendee
from tests.conftest import PASSPHRASE
from tests.fakes import FakeClock
from tests.services.test_certify import arrive


@pytest.fixture
def stick(tmp_path: Path) -> Path:
    made = tmp_path / "stick"
    made.mkdir()
    return made


@pytest.fixture(scope="session")
def new_kiosks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two more laptops of the event, just made; copy them."""
    folder = tmp_path_factory.mktemp("kiosks")
    for code in ("KA2", "KA3"):
        bootstrap.init_kiosk(folder / code, "gem-samvad", "ka-2020-01-10", code, PASSPHRASE)
    return folder


@pytest.fixture
def other_desk(new_kiosks: Path, tmp_path: Path, clock: FakeClock) -> Iterator[Desk]:
    data = shutil.copytree(new_kiosks / "KA2", tmp_path / "other")
    with bootstrap.open_kiosk(data, PASSPHRASE, clock) as opened:
        yield opened


@pytest.fixture
def third_desk(new_kiosks: Path, tmp_path: Path, clock: FakeClock) -> Iterator[Desk]:
    data = shutil.copytree(new_kiosks / "KA3", tmp_path / "third")
    with bootstrap.open_kiosk(data, PASSPHRASE, clock) as opened:
        yield opened


def certified(desk: Desk, name: str = "सुनीता शर्मा") -> tuple[Attendee, PrintJob]:
    """Somebody whose certificate was issued here and waits."""
    attendee = arrive(desk, name)
    issued = issue_certificate(desk, prepare_certificate(desk, attendee), "visitor")
    serial = issued.certificate.serial
    job = queue(desk, issued.sheet, "certificate", serial, attendee_id=attendee.id, serial=serial)
    return attendee, job


def handed(desk: Desk, printing: Desk, stick: Path) -> DeskCard:
    introduce(printing, stick)
    (card,) = desks_on(desk, stick)
    hand_over(desk, card, stick)
    return card


def test_sheets_go_to_the_desk_whose_stick_it_is(desk: Desk, other_desk: Desk, stick: Path) -> None:
    attendee, job = certified(desk)
    queue(desk, prepare_certificate(desk, attendee).sheet, "slip", "KA1-0001")
    introduce(other_desk, stick)
    assert desks_on(other_desk, stick) == [], "nobody hands sheets to themselves"
    (card,) = desks_on(desk, stick)
    assert card == own_card(other_desk)
    told = hand_over(desk, card, stick)
    assert (told.desk, told.sheets) == ("KA2", 1), "a slip stays: it holds a secret code"
    found = load(other_desk, stick)
    (sheet,) = found.fresh
    assert (sheet.id, sheet.serial, sheet.attendee_id) == (job.id, "KA1-C-0001", attendee.id)
    assert sheet.title == f"KA1-C-0001 सुनीता शर्मा ({attendee.number})"
    held = other_desk.record.print_job(job.id)
    assert held is not None
    assert held.pdf == job.pdf, "the very page that was issued"
    assert files_on(stick, ".sheets") == [], "names do not stay on the stick"


def test_who_handed_over_prints_no_more(desk: Desk, other_desk: Desk, stick: Path) -> None:
    _attendee, job = certified(desk)
    handed(desk, other_desk, stick)
    assert begin_printing(desk, job.id) is None
    assert desk.record.print_jobs() == []
    assert to_hand_over(desk) == []
    (gone,) = desk.record.print_history(5)
    assert (gone.state, gone.printer) == ("handed", "KA2")


def test_a_copy_of_the_stick_is_of_no_use_to_another_desk(
    desk: Desk, other_desk: Desk, third_desk: Desk, stick: Path, tmp_path: Path
) -> None:
    _attendee, job = certified(desk)
    handed(desk, other_desk, stick)
    copy = Path(shutil.copytree(stick, tmp_path / "copy"))
    taken = load(third_desk, copy)
    assert (taken.fresh, taken.others) == ((), ("KA2",))
    assert third_desk.record.print_job(job.id) is None
    assert len(load(other_desk, stick).fresh) == 1
    settle(other_desk, job.id, "done")
    again = load(other_desk, copy)
    assert again.fresh == ()
    assert [one.state for one in again.known] == ["done"], "so that staff can be told"


def test_a_stick_that_was_pulled_out_is_written_again_and_nothing_comes_twice(
    desk: Desk, other_desk: Desk, stick: Path, clock: FakeClock
) -> None:
    _first, one = certified(desk)
    card = handed(desk, other_desk, stick)
    shutil.rmtree(stick / FOLDER)
    clock.pass_seconds(1)
    _second, other = certified(desk, "Ravi")
    introduce(other_desk, stick)
    hand_over(desk, card, stick)
    assert [job.id for job in load(other_desk, stick).fresh] == [other.id]
    assert to_hand_over(other_desk) == [], "what is bound to a desk is not handed on"
    assert {job.id for job in handed_to(desk, card)} == {one.id, other.id}
    told = write_again(desk, card, stick)
    assert (told.sheets, len(told.files)) == (2, 2)
    found = load(other_desk, stick)
    assert [job.id for job in found.fresh] == [one.id]
    assert [job.id for job in found.known] == [other.id]


def test_where_the_stick_takes_nothing_the_sheets_are_bound_all_the_same(
    desk: Desk, other_desk: Desk, stick: Path
) -> None:
    """Else a stick that took them, and then said that it had not, would have them printed twice."""
    _attendee, job = certified(desk)
    (stick / FOLDER).write_text("no folder")
    with pytest.raises(EnvironmentFault):
        hand_over(desk, own_card(other_desk), stick)
    assert begin_printing(desk, job.id) is None
    (stick / FOLDER).unlink()
    assert write_again(desk, own_card(other_desk), stick).sheets == 1
    assert [one.id for one in load(other_desk, stick).fresh] == [job.id]


def test_only_a_person_takes_a_sheet_back_and_the_log_says_why(
    desk: Desk, other_desk: Desk, stick: Path
) -> None:
    _attendee, job = certified(desk)
    handed(desk, other_desk, stick)
    with pytest.raises(VisitorError) as refused:
        take_back(desk, job.id, "staff:A", "")
    assert refused.value.key == "reason_missing"
    before = desk.record.verify().entries
    assert take_back(desk, job.id, "staff:A", "the stick is lost").state == "waiting"
    assert desk.record.verify().entries == before + 1
    assert begin_printing(desk, job.id) is not None
    with pytest.raises(VisitorError) as twice:
        take_back(desk, job.id, "staff:A", "once more")
    assert twice.value.key == "job_unknown"


def test_nothing_is_handed_to_oneself(desk: Desk, stick: Path) -> None:
    _attendee, job = certified(desk)
    with pytest.raises(VisitorError) as own:
        hand_over(desk, own_card(desk), stick)
    assert own.value.key == "sheets_own_desk"
    assert begin_printing(desk, job.id) is not None


def test_whoever_withdrew_at_the_desk_is_not_loaded(
    desk: Desk, other_desk: Desk, stick: Path
) -> None:
    attendee, job = certified(desk)
    slip = desk.seal.seal(slip_facts(attendee))
    withdraw_attendee(other_desk, recognise(other_desk, slip), "staff:A", "asked")
    handed(desk, other_desk, stick)
    assert load(other_desk, stick).withdrawn == 1
    assert other_desk.record.print_job(job.id) is None


def test_a_desk_says_what_it_has_for_somebody_with_a_slip(
    desk: Desk, other_desk: Desk, stick: Path
) -> None:
    attendee, job = certified(desk)
    slip = desk.seal.seal(slip_facts(attendee))
    here = at_desk(other_desk, recognise(other_desk, slip))
    assert (here.jobs, here.certificate) == ((), None), "it cannot know what KA1 has issued"
    handed(desk, other_desk, stick)
    load(other_desk, stick)
    settle(other_desk, job.id, "done")
    here = at_desk(other_desk, recognise(other_desk, slip))
    assert [one.state for one in here.jobs] == ["done"]
    copy = print_again(other_desk, job.id, "staff:A", "lost")
    assert (copy.pdf, copy.serial) == (job.pdf, job.serial)


def test_files_that_are_none_are_told_and_left(desk: Desk, other_desk: Desk, stick: Path) -> None:
    _attendee, job = certified(desk)
    handed(desk, other_desk, stick)
    (path,) = files_on(stick, ".sheets")
    content = path.read_bytes()
    spoilt = {
        "flip": content[:-9] + bytes([content[-9] ^ 1]) + content[-8:],
        "cut": content[: len(content) // 2],
        "foreign": content[:4] + b"\0\0\0\0" + content[8:],
        "empty": b"",
        "huge": content + bytes(65 * 2**20),
    }
    for how, wrong in spoilt.items():
        path.write_bytes(wrong)
        found = load(other_desk, stick)
        assert (found.fresh, found.refused) == ((), (path.name,)), how
        assert path.exists(), "what could not be read is not deleted"
        assert other_desk.record.print_job(job.id) is None
    path.write_bytes(content)
    assert len(load(other_desk, stick).fresh) == 1


def test_what_a_device_of_the_event_wrote_wrongly_is_refused_too(desk: Desk, stick: Path) -> None:
    job = PrintJob("j", "t", "certificate", b"%PDF", "waiting", "", 1)
    sheets = SheetList("l", "KA9", own_card(desk), (job,))
    path = stick / list_name(sheets)
    path.write_bytes(pack_list(desk.seal, sheets))
    assert read_list(desk.seal, path).jobs == (job,)
    for content in (b"", b"\0\0\0\2{}", b"\0\0\0\4null", b"\xff\xff\xff\xff{}", b"\0\0\0\2[]"):
        path.write_bytes(desk.seal.seal_file("sheets", content))
        with pytest.raises(VisitorError) as wrong:
            read_list(desk.seal, path)
        assert wrong.value.key == "sheets_unreadable"
    path.write_bytes(desk.seal.seal_file("print desk", b"{}"))
    with pytest.raises(VisitorError) as purpose:
        read_list(desk.seal, path)
    assert purpose.value.key == "sheets_forged"


def test_a_stick_of_nobody_has_no_desk(desk: Desk, stick: Path) -> None:
    assert desks_on(desk, stick) == []
    (stick / FOLDER).mkdir()
    (stick / FOLDER / "desk-KA9.card").write_bytes(b"no card")
    (stick / FOLDER / "desk-KA8.card").write_bytes(desk.seal.seal_file("print desk", b"[]"))
    assert desks_on(desk, stick) == []
    assert load(desk, stick).refused == ()
