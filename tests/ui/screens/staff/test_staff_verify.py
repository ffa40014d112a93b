"""Staff check a certificate by scanner or file, and take one back."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QDropEvent, QImage

from kiosk.domain.attendee import Attendee
from kiosk.domain.ids import Serial
from kiosk.domain.language import Tag
from kiosk.services.attesting import Fate
from kiosk.services.certify import (
    Issued,
    Prepared,
    issue_certificate,
    prepare_certificate,
    reissue_certificate,
)
from kiosk.services.desk import Desk
from kiosk.services.ports import StaffMember
from kiosk.services.revoke import revoke_certificate
from kiosk.services.verify import sentence, worst
from kiosk.settings import RESOURCES
from kiosk.sync.keys_file import Known, write_keys
from kiosk.sync.trust import load_trust
from tests.ui.screens.staff.stage import Stage, button, texts
from ui.frame.scanner import Wedge
from ui.screens.staff.frame import Open
from ui.screens.staff.revoke import RevokePage
from ui.screens.staff.today import TodayPage
from ui.screens.staff.verify import VerifyPage
from ui.screens.staff.visitor import VisitorPage
from ui.sticks import Target
from ui.widgets.answer_card import AnswerCard
from ui.widgets.link_card import LinkCard


@pytest.fixture
def holder(stage: Stage) -> Attendee:
    """Somebody with a certificate."""

    def give(desk: Desk) -> Attendee:
        attendee = next(one for one in desk.record.attendees() if one.language == "hi")
        issue_certificate(desk, prepare_certificate(desk, attendee), "visitor")
        return attendee

    return stage.ask(give)


def prepared(stage: Stage, attendee: Attendee) -> Prepared:
    return stage.ask(lambda desk: prepare_certificate(desk, attendee))


def mood(page: VerifyPage) -> str:
    return page.findChildren(AnswerCard)[-1].mood


def test_a_scanned_certificate_shows_the_signed_name(stage: Stage, holder: Attendee) -> None:
    page = stage.page(VerifyPage, "verify")
    assert mood(page) == "neutral"
    content = prepared(stage, holder).content
    assert page.on_slip(content.qr)
    stage.settle()
    said = texts(page)
    assert mood(page) == "good"
    assert "PRACTICE: valid" in said
    assert holder.name in said
    assert content.serial in said
    assert "Is this the name on the paper" in said
    page.leave()
    assert holder.name not in texts(page)


def test_a_certificate_scanned_on_any_page_is_checked(stage: Stage, holder: Attendee) -> None:
    page = stage.page(TodayPage, "today")
    opened: list[object] = []
    page.went.connect(opened.append)
    text = prepared(stage, holder).content.qr
    assert page.on_slip(text)
    assert opened == [Open("verify", text)]
    stage.settle()
    shown = stage.page(VerifyPage, "verify", text)
    stage.settle()
    assert mood(shown) == "good"


@pytest.mark.parametrize("prefix", ["SC1", "SK1", "sc1"])
def test_no_letter_of_a_certificate_or_slip_reaches_a_field(prefix: str) -> None:
    burst, wedge = prefix + "0123456789ABCDEFGHJKMNPQ", Wedge[str](lambda: 0)
    assert [key for letter in burst for key in wedge.typed(letter, letter)] == []
    assert wedge.ended() == burst
    assert [key for letter in "SX1" for key in wedge.typed(letter, letter)] == [*"SX1"]


def test_a_renewed_laptop_prints_again_what_it_issued_before(stage: Stage) -> None:
    def held(desk: Desk) -> tuple[str, str, str]:
        certificate = next(
            one
            for who in desk.record.attendees()
            for one in desk.record.certificates(who.id)
            if one.status == "valid"
        )
        attendee = desk.record.attendee(certificate.attendee_id)
        assert attendee is not None
        told = desk.attest.read(prepare_certificate(desk, attendee).content.qr)
        assert told.serial == certificate.serial
        return told.device_id, certificate.device_id, desk.device.id

    signer, issuer, now = stage.ask(held)
    assert signer == issuer != now


def test_what_became_of_it_is_told(stage: Stage, holder: Attendee) -> None:
    old = prepared(stage, holder).content

    def again(desk: Desk) -> Issued:
        return reissue_certificate(desk, holder, "staff:A", "name")

    new = stage.ask(again).certificate.serial
    page = stage.page(VerifyPage, "verify")
    page.on_slip(old.qr)
    stage.settle()
    assert mood(page) == "replaced"
    assert new in texts(page)
    renewed = prepared(stage, holder).content
    stage.ask(lambda desk: revoke_certificate(desk, new, "staff:A", "mistake"))
    page.on_slip(renewed.qr)
    stage.settle()
    assert mood(page) == "revoked"
    page.on_slip(renewed.qr[:-1])
    stage.settle()
    assert mood(page) == "danger"
    assert holder.name not in texts(page)


def test_a_stick_brings_what_the_campaign_knows(stage: Stage, tmp_path: Path) -> None:
    page = stage.page(VerifyPage, "verify")
    assert "not whether they were replaced or revoked. A stick with the" in texts(page)
    trust = load_trust(RESOURCES / "campaigns" / "gem-samvad")
    sticks = [Target(tmp_path, "KEYS", 10**9)]
    for complete, words in (
        (False, "keys file of 12-01-2020 tells which laptops were lost"),
        (True, "keys file tells of all kiosks up to 12-01-2020"),
    ):
        known = Known({}, {}, date(2020, 1, 12), complete=complete)
        (tmp_path / "of the campaign.json").write_bytes(write_keys(trust, known, None))
        member = StaffMember("Savita", "", coordinator=False)
        page = VerifyPage(stage.room, member, lambda _data: sticks)
        stage.show(page)
        page.enter()
        stage.settle()
        assert words in texts(page)
        assert "taken over from the stick" in stage.notices[-1].text
    told = len(stage.notices)
    page.enter()
    stage.settle()
    assert len(stage.notices) == told, "it is known by now"


def test_what_a_keys_file_ends_is_ended_here(
    stage: Stage, holder: Attendee, tmp_path: Path
) -> None:
    content = prepared(stage, holder).content
    device = stage.ask(lambda desk: desk.record.fates(Serial(content.serial)))[0].device_id
    revoked = Fate(Serial(content.serial), device, "revoked", "", "", 10**13)
    trust = load_trust(RESOURCES / "campaigns" / "gem-samvad")
    known = Known({}, {}, date(2020, 1, 12), ended=[revoked], complete=True)
    (stage.data / "sent by the office.keys").write_bytes(write_keys(trust, known, None))
    page = VerifyPage(stage.room, StaffMember("Savita", "", coordinator=False), lambda _data: [])
    stage.show(page)
    page.take(content.qr)
    page.enter()
    stage.settle()
    assert mood(page) == "revoked"
    page._pick_folder()
    page.say_again()
    assert mood(page) == "revoked"


def test_files_are_checked_however_they_come(
    stage: Stage, holder: Attendee, tmp_path: Path
) -> None:
    ready = prepared(stage, holder)
    folder = tmp_path / "stick"
    folder.mkdir()
    (folder / "paper.pdf").write_bytes(ready.sheet.pdf)
    (folder / "notes.txt").write_text("x", "utf-8")
    photograph(stage, folder / "paper.pdf", folder / "photo.png")
    (folder / "broken.jpg").write_bytes(b"no picture")
    page = stage.page(VerifyPage, "verify")
    for name, wanted in (("paper.pdf", "good"), ("photo.png", "good"), ("broken.jpg", "neutral")):
        page.pick_file(folder)
        cards = {card.text(): card for card in page.findChildren(LinkCard)}
        assert len(cards) == 3
        next(card for text, card in cards.items() if name in text).click()
        stage.settle()
        assert mood(page) == wanted
    assert [fault.key for fault in stage.faults] == ["verify_file_broken"]
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(folder / "photo.png"))])
    page.dropEvent(
        QDropEvent(
            QPoint(9, 9), Qt.DropAction.CopyAction, data, Qt.MouseButton.LeftButton,
            Qt.KeyboardModifier.NoModifier,
        )
    )  # fmt: skip
    stage.settle()
    assert mood(page) == "good"
    blank = QImage(300, 300, QImage.Format.Format_Grayscale8)
    blank.fill(200)
    blank.save(str(folder / "blank.png"))
    page.check_path(folder / "blank.png")
    stage.settle()
    assert mood(page) == "unknown"


def photograph(stage: Stage, paper: Path, picture: Path) -> None:
    """The page at 150 dpi, askew."""
    import pypdfium2
    from PIL import Image

    image = pypdfium2.PdfDocument(str(paper))[0].render(scale=150 / 72).to_pil()
    image.convert("L").rotate(11, Image.Resampling.BICUBIC, expand=True, fillcolor=255).save(
        picture
    )


def test_the_verdict_is_said_in_every_language(stage: Stage, holder: Attendee) -> None:
    page = stage.page(VerifyPage, "verify")
    page.on_slip(prepared(stage, holder).content.qr)
    stage.settle()
    for tag in ("hi", "ur", "kn", "te", "en"):
        page.speaker.set_tag(Tag(tag))
        page.say_again()
        stage.settle()
        assert sentence(worst(page.verdicts), page.speaker.words) in texts(page)
        assert holder.name in texts(page)


def test_a_certificate_is_taken_back_with_a_reason(stage: Stage, holder: Attendee) -> None:
    visitor = stage.page(VisitorPage, "visitor", holder)
    opened: list[object] = []
    visitor.went.connect(opened.append)
    button(visitor, "Take the certificate back").click()
    assert opened == [Open("revoke", holder)]
    stage.settle()
    page = stage.page(RevokePage, "revoke", holder)
    stage.settle()
    button(page, "The person did not take part").click()
    stage.settle()
    [held] = stage.ask(lambda desk: desk.record.certificates(holder.id))
    assert (held.status, held.reason) == ("revoked", "absent")
    back: list[object] = []
    page.went.connect(back.append)
    page.enter()  # there is nothing left to take back
    stage.settle()
    assert back == [Open("visitor", holder)]
