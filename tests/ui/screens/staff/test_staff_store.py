"""In a merged store: somebody is found at whichever event, and put right as at a kiosk."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from PySide6.QtWidgets import QAbstractButton, QLineEdit

from kiosk import bootstrap
from kiosk.bootstrap_desks import open_desks, papers_of
from kiosk.bootstrap_merging import MergeRequest, merge
from kiosk.bootstrap_store import open_merged
from kiosk.domain.attendee import Attendee, Certificate
from kiosk.domain.language import Tag
from kiosk.services.certify import issue_certificate, prepare_certificate
from kiosk.services.find import find_everywhere
from kiosk.services.ports import StaffMember
from kiosk.services.register import Registered, Registration, register_attendee, slip_facts
from kiosk.settings import RESOURCES
from tests.conftest import PASSPHRASE
from tests.fakes import CONSENTS, FakeClock, visitor
from tests.ui.screens.staff.stage import WAIT_MS, Stage, button, plain, texts
from ui.fields.type_line import TypeLine
from ui.merging import StoreAt
from ui.screens.staff.frame import Open
from ui.screens.staff.side import StaffSide
from ui.screens.staff.store import StorePage
from ui.staff import make_side
from ui.widgets.link_card import LinkCard

EVENTS = ("ka-2020-01-10", "uk-2019-12-20")
IN_DEHRADUN = 1_576_816_200_000  # 20-12-2019 10:00
NAMES = ("Asha Gowda", "Asha Negi")


@pytest.fixture(scope="module")
def merged(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[Registered]]:
    """A store of two events: an Asha at each, who holds a certificate."""
    room, met = tmp_path_factory.mktemp("merged"), list[Registered]()
    stick = room / "store" / "stick"
    stick.mkdir(parents=True)
    for event, name, clock in zip(
        EVENTS, NAMES, (FakeClock(), FakeClock(IN_DEHRADUN)), strict=True
    ):
        data = room / event
        bootstrap.init_kiosk(data, "gem-samvad", event, event[:2].upper() + "1", PASSPHRASE)
        with bootstrap.open_kiosk(data, PASSPHRASE, clock) as desk:
            given = Registration(Tag("en"), visitor(name=name, mobile="9844012345"), CONSENTS)
            met.append(register_attendee(desk, given))
            issue_certificate(desk, prepare_certificate(desk, met[-1].attendee), "visitor")
            desk.carry.sync(str(stick))
    target = room / "store" / "merged.db"
    with open_merged(str(target), "gem-samvad", None, create=True) as home:
        merge(home, "gem-samvad", MergeRequest([str(stick)]))
    return target.parent, met


@pytest.fixture
def store(merged: tuple[Path, list[Registered]], tmp_path: Path) -> StoreAt:
    folder = Path(shutil.copytree(merged[0], tmp_path / "store"))
    return StoreAt(folder / "merged.db", "gem-samvad")


def without_root(store: StoreAt, room: Path) -> StoreAt:
    """A store of the same, made where the campaign's root key is not."""
    campaign = room / "campaign"
    shutil.copytree(RESOURCES / "campaigns" / "gem-samvad", campaign)
    (campaign / "practice" / "root.key").unlink()
    target = room / "unsigned.db"
    with open_merged(str(target), str(campaign), None, create=True) as home:
        merge(home, str(campaign), MergeRequest([str(store.path.parent / "stick")]))
    return StoreAt(target, str(campaign))


def opened(stage: Stage, store: StoreAt | None, *, coordinator: bool = True) -> StaffSide:
    side = make_side(stage.room, StaffMember("Savita", "", coordinator))
    stage.show(side)
    side.open("store", store)
    return side


def see(stage: Stage, side: StaffSide, words: str) -> None:
    def seen() -> None:
        assert words in shown(side), stage.faults

    stage.qtbot.waitUntil(seen, timeout=WAIT_MS)


def shown(side: StaffSide) -> str:
    """What stands on the page, without the list of pages beside it."""
    assert side.page is not None
    return texts(side.page)


def look_for(stage: Stage, side: StaffSide, text: str, words: str) -> None:
    line = side.findChildren(TypeLine)[0]
    line.setText(text)
    line.returnPressed.emit()
    stage.qtbot.waitUntil(lambda: words in "\n".join(map(said, cards(side))), timeout=WAIT_MS)


def cards(side: StaffSide) -> list[LinkCard]:
    return [one for one in side.findChildren(LinkCard) if one.isVisibleTo(side)]


def said(card: LinkCard) -> str:
    return plain(f"{card.text()} {card.accessibleDescription()}")


def to_asha(stage: Stage, store: StoreAt, name: str = NAMES[1]) -> StaffSide:
    side = opened(stage, store)
    see(stage, side, "Name in any script")
    look_for(stage, side, name, name)
    next(one for one in cards(side) if name in said(one)).click()
    see(stage, side, "What is recorded")
    return side


def in_store(store: StoreAt, name: str) -> tuple[Attendee, list[Certificate]]:
    """As the commands see it, once the window has closed it."""
    with open_desks(str(store.path), None, store.campaign) as desks:
        desk, found = find_everywhere(desks.desks(), name)[0]
        return found.attendee, desk.record.certificates(found.attendee.id)


def lines(side: StaffSide) -> list[QLineEdit]:
    return [one for one in side.findChildren(QLineEdit) if one.isVisibleTo(side)]


def correct_the_name(stage: Stage, side: StaffSide, name: str) -> None:
    page = side.page
    assert page is not None
    names = [one.accessibleName() for one in page.findChildren(QAbstractButton)]
    button(page, next(one for one in names if "name" in one)).click()
    see(stage, side, "Save")
    stage.qtbot.waitUntil(lambda: bool(lines(side)), timeout=WAIT_MS)
    lines(side)[0].setText(name)
    button(side, "Save").click()
    see(stage, side, "What is recorded")


def test_somebody_is_found_at_whichever_event(stage: Stage, store: StoreAt) -> None:
    side = opened(stage, store)
    see(stage, side, "Name in any script")
    assert str(store.path) in shown(side)
    look_for(stage, side, "9844012345", NAMES[0])
    there = shown(side)
    assert NAMES[1] in there
    assert "Uttarakhand" in there
    assert "10-01-2020" in there
    look_for(stage, side, "UK1-C-0001", "UK1-0001")
    stage.qtbot.waitUntil(lambda: len(cards(side)) == 1, timeout=WAIT_MS)


def test_a_wrong_name_is_corrected_and_the_certificate_issued_anew(
    stage: Stage, store: StoreAt
) -> None:
    side = to_asha(stage, store)
    correct_the_name(stage, side, "Asha Negi Rawat")
    button(side, "See the certificate").click()
    see(stage, side, "On this certificate stands Asha Negi")
    button(side, "Issue a new one with the right name").click()
    stage.qtbot.waitUntil(lambda: any("in place of" in one.text for one in stage.notices))
    told = stage.notices[-1]
    assert told.grave, "it waits for a printer"
    see(stage, side, "CO1-C-0001")
    button(side, "Back").click()
    see(stage, side, "UK1-C-0001 was replaced by CO1-C-0001")
    side.open("today")
    attendee, papers = in_store(store, "Asha Negi Rawat")
    assert attendee.name == "Asha Negi Rawat"
    assert {one.serial: one.status for one in papers} == {
        "UK1-C-0001": "replaced", "CO1-C-0001": "valid",
    }  # fmt: skip
    [sheet] = papers_of(str(store.path)).iterdir()
    assert sheet.name == "CO1-C-0001.pdf"
    assert str(sheet) in told.text.replace("\u2068", "").replace("\u2069", "")


def test_a_certificate_is_taken_back_with_a_reason(stage: Stage, store: StoreAt) -> None:
    side = to_asha(stage, store)
    button(side, "Take the certificate back").click()
    see(stage, side, "Why is UK1-C-0001 revoked?")
    button(side, "The person did not take part").click()
    see(stage, side, "UK1-C-0001 was revoked: The person did not take part")
    assert "See the certificate" not in shown(side), "there is none to be seen"
    side.open("today")
    _, [revoked] = in_store(store, NAMES[1])
    assert (revoked.status, revoked.reason) == ("revoked", "absent")


def test_withdrawing_masks_and_the_other_event_s_visitor_stays(
    stage: Stage, store: StoreAt
) -> None:
    side = to_asha(stage, store)
    button(side, "Withdraw for this person").click()
    see(stage, side, "Everything: the whole registration")
    button(side, "Everything: the whole registration").click()
    see(stage, side, "They asked by phone or by letter")
    button(side, "They asked by phone or by letter").click()
    see(stage, side, "This visitor withdrew")
    button(side, "Find a visitor").click()
    look_for(stage, side, "Asha", NAMES[0])
    stage.qtbot.waitUntil(lambda: len(cards(side)) == 1, timeout=WAIT_MS)
    assert NAMES[1] not in shown(side)


def test_what_belongs_to_a_kiosk_is_absent(stage: Stage, store: StoreAt) -> None:
    side = to_asha(stage, store)
    there = shown(side)
    for words in ("Print", "Check in", "Badge", "Label", "slip"):
        assert words not in there
    assert "UK1-0001" in there
    assert "Uttarakhand" in there


def test_a_copy_to_be_printed_is_noted(stage: Stage, store: StoreAt) -> None:
    side = to_asha(stage, store)
    button(side, "See the certificate").click()
    see(stage, side, "Save it to be printed")
    button(side, "Save it to be printed").click()
    stage.qtbot.waitUntil(lambda: any("printed from here" in one.text for one in stage.notices))
    assert [one.name for one in papers_of(str(store.path)).iterdir()] == ["UK1-C-0001.pdf"]
    button(side, "Issue a new one in its place").click()
    see(stage, side, "UK1-C-0001 is marked as replaced")
    button(side, "Something else on it was corrected").click()
    see(stage, side, "CO1-C-0001")
    side.open("today")
    _, papers = in_store(store, NAMES[1])
    assert {one.status: one.reason for one in papers} == {"replaced": "record", "valid": ""}


def test_a_slip_finds_its_visitor_and_a_stranger_s_does_not(
    stage: Stage, store: StoreAt, merged: tuple[Path, list[Registered]]
) -> None:
    side = opened(stage, store)
    see(stage, side, "Name in any script")
    assert side.on_slip(merged[1][1].slip_qr)
    see(stage, side, "What is recorded")
    assert NAMES[1] in texts(stage.window)
    stranger = stage.ask(lambda desk: next(iter(desk.record.attendees())))
    foreign = stage.ask(lambda desk: desk.seal.seal(slip_facts(stranger)))
    assert side.on_slip(foreign)
    stage.qtbot.waitUntil(lambda: bool(stage.faults), timeout=WAIT_MS)
    assert stage.faults[-1].key == "number_unknown"
    assert not side.on_slip("SKC1:anything else")


def test_a_store_that_cannot_sign_can_be_read_only(
    stage: Stage, store: StoreAt, tmp_path: Path
) -> None:
    side = to_asha(stage, without_root(store, tmp_path))
    assert "has no identity of its own" in stage.notices[-1].text
    assert "Certificate UK1-C-0001, issued" in shown(side)
    for words in ("Change", "Withdraw", "Take the certificate back", "See the certificate"):
        assert words not in shown(side)


def test_opening_can_be_stopped_and_begun_again(stage: Stage, store: StoreAt) -> None:
    side = opened(stage, store)
    button(side, "Stop").click()
    see(stage, side, "You stopped it. Nothing was changed.")
    button(side, "Try again").click()
    see(stage, side, "Name in any script")


def test_what_keeps_it_shut_is_told_with_a_way_on(stage: Stage, tmp_path: Path) -> None:
    side = opened(stage, StoreAt(tmp_path / "none.db", "gem-samvad"))
    see(stage, side, "There is no merged store here")
    gone: list[object] = []
    page = side.page
    assert isinstance(page, StorePage)
    page.went.connect(gone.append)
    button(side, "Merge").click()
    assert gone == [Open("merge")]


def test_only_a_coordinator_opens_it_and_only_once_it_is_chosen(
    stage: Stage, store: StoreAt
) -> None:
    side = opened(stage, store, coordinator=False)
    see(stage, side, "The coordinator merges")
    side = opened(stage, None)
    see(stage, side, "Please choose and open the merged store first")
    button(side, "Merge").click()
    assert not isinstance(side.page, StorePage)


def test_it_is_closed_when_something_else_is_shown_or_the_screen_is_locked(
    stage: Stage, store: StoreAt
) -> None:
    side = to_asha(stage, store)
    side.open("decide", store)  # opens the store itself: nobody else holds it
    see(stage, side, "Nothing waits for a decision")
    button(side, "Find somebody in the store").click()
    see(stage, side, "Name in any script")
    side.lock()
    assert NAMES[1] not in texts(stage.window)
    in_store(store, NAMES[1])


def test_another_language_leaves_the_store_to_the_page_that_has_it(
    stage: Stage, store: StoreAt
) -> None:
    side = opened(stage, store)
    see(stage, side, "Name in any script")
    side.open("decide", store)
    see(stage, side, "Nothing waits for a decision")
    button(side, "Find somebody in the store").click()
    see(stage, side, "Name in any script")
    stage.speak("kn")
    side.say_again()
    stage.settle()
    assert (stage.notices, stage.faults) == ([], []), "nothing else tried to open it"
    see(stage, side, stage.speaker.say("staff.find.help"))


def test_what_keeps_it_shut_is_told_in_the_language_that_is_chosen_then(
    stage: Stage, tmp_path: Path
) -> None:
    side = opened(stage, StoreAt(tmp_path / "none.db", "gem-samvad"))
    see(stage, side, "There is no merged store here")
    stage.speak("te")
    side.say_again()
    see(stage, side, stage.speaker.say("staff.carry.again"))


def test_it_speaks_every_language_while_somebody_is_shown(stage: Stage, store: StoreAt) -> None:
    side = to_asha(stage, store)
    for tag in ("hi", "ur", "kn", "te", "en"):
        stage.speak(tag)
        side.say_again()
        see(stage, side, stage.speaker.say("staff.visitor.data"))
        button(side, stage.speaker.say("staff.store.see_certificate"))
