"""What is printed beside a symbol, and what became of a certificate: the rules of a verdict."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from kiosk.domain.attendee import Attendee
from kiosk.domain.ids import CampaignId, DeviceId, Serial
from kiosk.domain.language import Tag
from kiosk.errors import EnvironmentFault, VisitorError
from kiosk.services.attesting import ATTESTED, Attested, Fate, Picture, Seen
from kiosk.services.certify import (
    issue_certificate,
    issue_due,
    prepare_certificate,
    reissue_certificate,
)
from kiosk.services.desk import Desk
from kiosk.services.printed import Match, compared
from kiosk.services.register import Registration, register_attendee
from kiosk.services.revoke import (
    gaps,
    read_serial,
    revoke_certificate,
    rows_of_serials,
)
from kiosk.services.verify import (
    NothingKnown,
    RecordKnown,
    Status,
    check_file,
    check_seen,
    check_text,
    fate_of,
    known_until,
    note,
)
from tests.fakes import CONSENTS, visitor

DAY = date(2020, 1, 10)
SAID = Attested(
    CampaignId("samvad"), practice=False, event="e", serial=Serial("KA1-C-0001"), day=DAY,
    name="Ravi", device_id=DeviceId("a" * 32), device_code="KA1", lost_at=None,
)  # fmt: skip


def arrive(desk: Desk, name: str = "सुनीता शर्मा", language: str = "hi") -> Attendee:
    given = Registration(Tag(language), visitor(name=name), CONSENTS)
    return register_attendee(desk, given).attendee


@pytest.mark.parametrize(
    ("printed", "name", "match"),
    [
        ("Certificate\nRavi\nKA1-C-0001", "Ravi", Match.SAME),
        ("Certificate\nRavi Kumar\nKA1-C-0001", "Ravi", Match.OTHER),
        ("Certificate\nRavindra\nKA1-C-0001", "Ravi", Match.OTHER),
        ("Certificate\nRavi\nKA1-C-0002", "Ravi", Match.OTHER),
        ("Certificate\nRavi\n", "Ravi", Match.SAME),  # a template without serial
        ("\u200e-0001C1-\u200eKA نمبر سلسلہ کا سند\nRavi", "Ravi", Match.SAME),
        ("\u200e-0002C1-\u200eKA نمبر سلسلہ کا سند\nRavi", "Ravi", Match.OTHER),
        ("2000-C-1AK ربمن دنس\nRavi", "Ravi", Match.OTHER),
        ("That Ravi came to the event is certified", "Ravi", Match.WITHIN),
        ("It is certified herewith that Ravi\nKumar came to the event", "Ravi Kumar", Match.WITHIN),
        ("Sunita\nSharma", "Sunita Sharma", Match.SAME),
        ("Sharma\nSunita", "Sunita Verma", Match.OTHER),
        ("دمحم لابقا\nKA1-C-0001", "محمد اقبال", Match.SAME),
        ("اقبال محمد", "محمد اقبال", Match.SAME),
        ("محمد اقبال خان", "محمد اقبال", Match.OTHER),
        ("क\u094d\u200dष", "क\u094dष", Match.SAME),  # nobody sees a joiner in a PDF's letters
        ("anything at all", "", Match.SAME),
        ("", "Ravi", Match.OTHER),
    ],
)
def test_what_is_printed_is_compared_with_what_was_signed(
    printed: str, name: str, match: Match
) -> None:
    assert compared(printed, name, "KA1-C-0001") is match


def test_of_two_certificates_with_one_serial_the_signer_s_own_is_meant() -> None:
    own = Fate(SAID.serial, SAID.device_id, "valid", "", "", 0)
    other = Fate(SAID.serial, DeviceId("b" * 32), "revoked", "", "", 0)
    assert fate_of([other, own], SAID) is own
    assert fate_of([other], SAID) is None
    store = replace(SAID, device_code="CO1")  # a store prints again what a laptop issued
    assert fate_of([other], store) is other
    assert fate_of([], store) is None


def test_only_what_is_signed_and_stands_on_the_page_is_attested(desk: Desk) -> None:
    prepared = prepare_certificate(desk, arrive(desk))
    told = desk.attest.read(prepared.content.qr)
    assert (told.name, told.serial, told.day) == ("सुनीता शर्मा", "KA1-C-0001", DAY)
    nobody = replace(arrive(desk), name="Ravi 𐎠𐎭𐎶")  # a line to write on
    blank = prepare_certificate(desk, replace(nobody, id="unknown here"))  # type: ignore[arg-type]
    assert blank.blank
    assert desk.attest.read(blank.content.qr).name == ""


def test_a_batch_is_signed_page_by_page(desk: Desk) -> None:
    people = [arrive(desk, name) for name in ("एक", "ಎರಡು", "మూడు")]
    batch = issue_due(desk, "coordinator", lambda _: None, attended=False)
    told = [desk.attest.read(one.qr) for one in batch.contents]
    assert [one.name for one in told] == [one.name for one in people]
    assert [one.serial for one in told] == [one.serial for one in batch.certificates]


def test_a_copy_bears_the_same_symbol(desk: Desk) -> None:
    attendee = arrive(desk)
    first = prepare_certificate(desk, attendee)
    issue_certificate(desk, first, "visitor")
    again = prepare_certificate(desk, attendee)
    assert again.content.qr == first.content.qr


def test_the_record_tells_what_became_of_it(desk: Desk) -> None:
    attendee = arrive(desk)
    first = prepare_certificate(desk, attendee)
    issue_certificate(desk, first, "visitor")
    known = RecordKnown([desk.record], DAY)
    text = first.content.qr
    assert check_text(desk.attest, known, text).status is Status.VALID
    new = reissue_certificate(desk, attendee, "staff:A", "name").certificate
    replaced = check_text(desk.attest, known, text)
    assert (replaced.status, replaced.valid, replaced.practice) == (Status.REPLACED, False, True)
    assert replaced.fate is not None
    assert replaced.fate.replaced_by == new.serial
    assert check_text(desk.attest, NothingKnown(), text).status is Status.VALID
    again = prepare_certificate(desk, attendee).content.qr
    revoke_certificate(desk, new.serial, "coordinator", "mistake")
    assert check_text(desk.attest, known, again).status is Status.REVOKED


def test_another_kiosk_knows_the_signer_and_not_the_fate(desk: Desk, other_desk: Desk) -> None:
    first = prepare_certificate(desk, arrive(desk))
    issue_certificate(desk, first, "visitor")
    told = check_text(other_desk.attest, RecordKnown([other_desk.record], DAY), first.content.qr)
    assert (told.status, told.fate) == (Status.VALID, None)
    assert told.as_of == DAY
    later = date(2020, 2, 1)
    here = check_text(desk.attest, RecordKnown([desk.record], later), first.content.qr)
    there = check_text(other_desk.attest, RecordKnown([other_desk.record], later), first.content.qr)
    assert (here.as_of, there.as_of) == (later, DAY)
    words = desk.words[Tag("en")]
    assert known_until(here, words) == "As known on 01-02-2020"
    assert known_until(there, words).startswith("As on the day of the event, 10-01-2020;")
    nothing = check_text(desk.attest, NothingKnown(), "x")
    assert (known_until(nothing, words), note(nothing, words)) == ("", "")


def test_a_page_with_several_certificates_is_checked_whole(desk: Desk) -> None:
    one, other = (prepare_certificate(desk, arrive(desk, name)).content for name in ("A B", "C D"))
    known = RecordKnown([desk.record], DAY)
    page = Seen((one.qr, "https://example.org", one.qr), "A B\nKA1-C-0001")
    assert [told.status for told in check_seen(desk.attest, known, page)] == [Status.VALID]
    page = Seen((one.qr, other.qr[:-2]), None)
    assert [told.status for told in check_seen(desk.attest, known, page)] == [
        Status.VALID, Status.ALTERED,
    ]  # fmt: skip
    assert [told.reason for told in check_seen(desk.attest, known, Seen((), None))] == ["none"]


def test_a_certificate_s_own_page_is_found_unaltered(desk: Desk, tmp_path: Path) -> None:
    names = {"en": "Sunita Sharma", "hi": "सुनीता शर्मा", "ur": "محمد اقبال", "kn": "ಕ್ಷಮಾ ರಾವ್",
             "te": "శ్రీనివాస్ రావు"}  # fmt: skip
    known, file = RecordKnown([desk.record], DAY), tmp_path / "page.pdf"
    for language, name in names.items():
        content = prepare_certificate(desk, arrive(desk, name, language)).content
        other = names["kn" if language == "en" else "en"]
        for printed, status in (
            (content, Status.VALID),
            (replace(content, name=other), Status.ALTERED),
            (replace(content, serial="KA1-C-0002"), Status.ALTERED),
        ):
            file.write_bytes(desk.paper.certificate(printed).pdf)
            [told] = check_file(desk.eyes, desk.attest, known, file)
            assert (language, told.status) == (language, status)


def test_a_number_that_was_taken_in_between_is_not_lost(desk: Desk) -> None:
    one, other = arrive(desk), arrive(desk, "Ravi")
    prepared = prepare_certificate(desk, one)
    issue_certificate(desk, prepare_certificate(desk, other), "visitor")
    issue_certificate(desk, prepared, "visitor")
    [row] = rows_of_serials([desk])
    assert (row.code, row.issued, row.erased, row.gaps, row.elsewhere) == ("KA1", 2, 0, (), 0)


def test_gaps_are_counted() -> None:
    serials = [Serial(f"KA1-C-{at:04d}") for at in (2, 3, 7, 9_999, 10_000)]
    told = [(one.first, one.last, one.count) for one in gaps(serials)]
    assert told == [
        ("KA1-C-0001", "KA1-C-0001", 1), ("KA1-C-0004", "KA1-C-0006", 3),
        ("KA1-C-0008", "KA1-C-9998", 9_991),
    ]  # fmt: skip
    assert gaps([]) == []


def test_revoking_needs_a_reason_and_a_serial_that_is_known(desk: Desk) -> None:
    with pytest.raises(VisitorError, match="reason_missing"):
        revoke_certificate(desk, Serial("KA1-C-0001"), "coordinator", " ")
    with pytest.raises(VisitorError, match="serial_unknown"):
        revoke_certificate(desk, Serial("KA1-C-0001"), "coordinator", "x")
    assert read_serial(" ka1-c-0001 ") == "KA1-C-0001"
    for text in ("", "KA1-0001", "KA1-C-1", "KA1-C-0001; DROP", "x" * 9999):
        with pytest.raises(VisitorError, match="serial_malformed"):
            read_serial(text)


def test_what_is_no_picture_or_file_is_refused(desk: Desk, tmp_path: Path) -> None:
    for picture in (Picture(0, 9, b""), Picture(3, 3, bytes(8)), Picture(10**6, 1, bytes(10**6))):
        with pytest.raises(VisitorError, match="verify_file_broken"):
            desk.eyes.picture(picture)
    assert desk.eyes.picture(Picture(30, 30, bytes(900))) == Seen((), None)
    with pytest.raises(EnvironmentFault, match="file_missing"):
        check_file(desk.eyes, desk.attest, NothingKnown(), tmp_path)
    assert ATTESTED == "SC1"
