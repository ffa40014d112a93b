from __future__ import annotations

from dataclasses import asdict, replace

import pytest

from kiosk.domain.attendee import Attendee
from kiosk.domain.change import ChangeDraft
from kiosk.domain.ids import CertificateId
from kiosk.domain.language import Tag
from kiosk.errors import VisitorError
from kiosk.services.certify import (
    Batch,
    issue_certificate,
    issue_due,
    log_print,
    prepare_certificate,
    reissue_certificate,
)
from kiosk.services.check_in import check_in
from kiosk.services.correct import correct_attendee
from kiosk.services.designs import choose_design
from kiosk.services.desk import Desk
from kiosk.services.register import Registration, register_attendee
from kiosk.services.slips import slip_sheet
from tests.fakes import CONSENTS, visitor

HINDI = Tag("hi")


def arrive(desk: Desk, name: str = "सुनीता शर्मा", language: str = "hi") -> Attendee:
    given = Registration(Tag(language), visitor(name=name), CONSENTS)
    return register_attendee(desk, given).attendee


def test_the_preview_is_the_very_page_that_is_issued(desk: Desk) -> None:
    prepared = prepare_certificate(desk, arrive(desk))
    assert prepared.sheet.pdf.startswith(b"%PDF")
    issued = issue_certificate(desk, prepared, "visitor")
    assert issued.sheet is prepared.sheet
    assert issued.certificate.serial == prepared.content.serial == "KA1-C-0001"


def test_preparing_writes_nothing(desk: Desk) -> None:
    attendee = arrive(desk)
    before = desk.record.verify().head
    prepare_certificate(desk, attendee)
    assert desk.record.verify().head == before


def test_a_serial_taken_in_between_is_not_given_twice(desk: Desk) -> None:
    one, other = arrive(desk), arrive(desk, "Ravi")
    prepared = prepare_certificate(desk, one)
    issue_certificate(desk, prepare_certificate(desk, other), "visitor")
    issued = issue_certificate(desk, prepared, "visitor")
    serials = {one.serial for who in (one, other) for one in desk.record.certificates(who.id)}
    assert issued.certificate.serial in serials
    assert len(serials) == 2


def test_a_second_wish_gives_the_same_certificate(desk: Desk) -> None:
    attendee = arrive(desk)
    first = issue_certificate(desk, prepare_certificate(desk, attendee), "visitor")
    again = issue_certificate(desk, prepare_certificate(desk, attendee), "visitor")
    assert again.certificate == first.certificate
    assert len(desk.record.certificates(attendee.id)) == 1


def test_the_sessions_attended_stand_on_it(desk: Desk) -> None:
    attendee = arrive(desk)
    check_in(desk, attendee, desk.event.sessions[1].id, "staff:A")
    prepared = prepare_certificate(desk, attendee, Tag("kn"))
    assert prepared.content.sessions == (desk.event.sessions[1].title,)
    assert prepared.content.language == "kn"


@pytest.mark.parametrize("name", ["Ravi 𐎠𐎭𐎶", "Ravi \x1b[31m", "Ravi \u202eivar"])
def test_a_name_that_cannot_be_set_leaves_a_line_and_is_listed(desk: Desk, name: str) -> None:
    """Old Persian has no font of the product's; the others only a laptop that lies writes."""
    attendee = replace(arrive(desk), name=name)
    prepared = prepare_certificate(desk, replace(attendee, id="unknown here"))  # type: ignore[arg-type]
    assert prepared.blank
    assert prepared.sheet.blank


def test_a_batch_issues_all_that_are_due_once(desk: Desk) -> None:
    people = [arrive(desk, name) for name in ("एक", "ಎರಡು", "మూడు", "চার")]
    check_in(desk, people[0], "", "staff:A")
    delivered: list[Batch] = []
    attended = issue_due(desk, "coordinator", delivered.append, attended=True)
    assert [one.attendee_id for one in attended.certificates] == [people[0].id]
    everyone = issue_due(desk, "coordinator", delivered.append, attended=False)
    assert [one.name for one in everyone.certificates] == ["ಎರಡು", "మూడు", "চার"]
    assert issue_due(desk, "coordinator", delivered.append, attended=False) == Batch((), ())
    assert delivered == [attended, everyone]


def test_what_could_not_be_delivered_was_not_issued(desk: Desk) -> None:
    attendee = arrive(desk)

    def full_disk(_: Batch) -> None:
        raise OSError("no space")

    with pytest.raises(OSError, match="no space"):
        issue_due(desk, "coordinator", full_disk, attended=False)
    assert desk.record.certificates(attendee.id) == []
    assert desk.record.peek_count("certificate") == 1


def test_printing_again_needs_a_reason_that_is_logged(desk: Desk) -> None:
    attendee = arrive(desk)
    issued = issue_certificate(desk, prepare_certificate(desk, attendee), "visitor")
    before = desk.record.verify().entries
    with pytest.raises(VisitorError):
        log_print(desk, issued.certificate, "staff:A", "  ")
    log_print(desk, issued.certificate, "staff:A", "paper jam")
    found = desk.record.verify()
    assert (found.ok, found.entries) == (True, before + 1)


def test_slips_come_in_two_sizes(desk: Desk) -> None:
    registered = register_attendee(desk, Registration(HINDI, visitor(), CONSENTS))
    assert slip_sheet(desk, registered).pdf != slip_sheet(desk, registered, "roll80").pdf


def test_a_correction_changes_what_it_names_and_keeps_the_rest(desk: Desk) -> None:
    given = visitor(organisation="Old", **{"is": ["artisan"]})
    attendee = register_attendee(desk, Registration(HINDI, given, CONSENTS)).attendee
    changed = correct_attendee(
        desk, attendee, {"name": "सुनीता वर्मा", "organisation": "", "does": "seller"}, "staff:A"
    )
    kept = desk.record.attendee(attendee.id)
    assert kept is not None
    assert sorted(changed) == ["name", "organisation"]
    assert (kept.name, kept.organisation, kept.kinds) == ("सुनीता वर्मा", "", ("artisan",))
    assert desk.record.find("वर्मा")[0].attendee.id == attendee.id


def test_a_wrong_correction_changes_nothing(desk: Desk) -> None:
    attendee = arrive(desk)
    before = desk.record.verify().head
    for wrong in ({"name": ""}, {"mobile": "12"}, {"colour": "red"}, {"does": "king"}):
        with pytest.raises(VisitorError):
            correct_attendee(desk, attendee, wrong, "staff:A")
    assert correct_attendee(desk, attendee, {"name": attendee.name}, "staff:A") == []
    assert desk.record.verify().head == before


def test_a_serial_stands_for_one_page_whatever_is_corrected_later(desk: Desk) -> None:
    attendee = arrive(desk)
    issued = issue_certificate(desk, prepare_certificate(desk, attendee), "visitor")
    correct_attendee(desk, attendee, {"name": "सुनीता वर्मा"}, "staff:A")
    again = prepare_certificate(desk, attendee)
    assert (again.content.serial, again.content.name) == ("KA1-C-0001", "सुनीता शर्मा")
    assert again.sheet.pdf == issued.sheet.pdf


def test_a_serial_stands_for_one_page_whatever_was_chosen_or_attended_since(desk: Desk) -> None:
    attendee = arrive(desk)
    check_in(desk, attendee, desk.event.sessions[1].id, "staff:A")
    issued = issue_certificate(desk, prepare_certificate(desk, attendee), "visitor")
    page = desk.record.page_of(issued.certificate.id)
    assert page == {"design": desk.paper.design_mark(), "does": attendee.does, "kinds": []}
    choose_design(desk, "festive")
    check_in(desk, attendee, desk.event.sessions[0].id, "staff:A")
    correct_attendee(desk, attendee, {"does": "officer"}, "staff:A")
    again = prepare_certificate(desk, attendee)
    assert again.content.sessions == (desk.event.sessions[1].title,)
    assert (again.content.does, again.other_design) == (attendee.does, False)
    assert again.sheet.pdf == issued.sheet.pdf
    anew = reissue_certificate(desk, attendee, "staff:A", "wrong name")
    assert desk.record.page_of(anew.certificate.id)["design"].startswith("festive-")
    assert desk.record.page_of(anew.certificate.id)["does"] == "officer"


def test_a_design_that_is_not_here_is_told_and_todays_takes_its_place(desk: Desk) -> None:
    attendee = arrive(desk)
    prepared = prepare_certificate(desk, attendee)
    elsewhere = replace(prepared.content, design="theirs-0123456789ab")
    issue_certificate(desk, replace(prepared, content=elsewhere), "visitor")
    again = prepare_certificate(desk, attendee)
    assert again.other_design
    assert again.sheet.pdf == prepared.sheet.pdf


def test_what_was_issued_before_designs_were_noted_has_todays(desk: Desk) -> None:
    attendee = arrive(desk)
    held = issue_certificate(desk, prepare_certificate(desk, attendee), "visitor").certificate
    body = {**asdict(held), "sessions": ["A talk that is not in the pack"]}
    body["serial"], older = "KA1-C-0007", CertificateId(body.pop("id").replace("0", "1"))
    revoke = ChangeDraft("certificate", held.id, "revoke", "staff:A", {"reason": "x"}, attendee.id)
    with desk.record.writing() as writing:
        writing.write(revoke)
        writing.write(ChangeDraft("certificate", older, "create", "visitor", body, attendee.id))
    assert desk.record.page_of(older) == {}
    again = prepare_certificate(desk, attendee)
    assert (again.content.serial, again.content.design) == ("KA1-C-0007", "")
    assert again.content.sessions == ({"en": "A talk that is not in the pack"},)
    assert (again.content.does, again.other_design) == (attendee.does, False)
    assert again.sheet.pdf.startswith(b"%PDF")
    assert desk.record.verify().ok


def test_a_reissue_bears_the_right_name_and_a_new_serial(desk: Desk) -> None:
    attendee = arrive(desk)
    with pytest.raises(VisitorError):
        reissue_certificate(desk, attendee, "staff:A", "wrong name")
    issue_certificate(desk, prepare_certificate(desk, attendee), "visitor")
    correct_attendee(desk, attendee, {"name": "सुनीता वर्मा"}, "staff:A")
    with pytest.raises(VisitorError):
        reissue_certificate(desk, attendee, "staff:A", " ")
    new = reissue_certificate(desk, attendee, "staff:A", "wrong name").certificate
    old, kept = sorted(desk.record.certificates(attendee.id), key=lambda one: one.serial)
    assert (old.status, old.replaced_by, old.reason) == ("replaced", new.serial, "wrong name")
    assert (kept.serial, kept.name, kept.status) == ("KA1-C-0002", "सुनीता वर्मा", "valid")
    assert desk.record.verify().ok
