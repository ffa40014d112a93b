from __future__ import annotations

import hashlib

import pytest

from kiosk.domain.language import Tag
from kiosk.services.desk import Desk
from kiosk.services.refused import Refused
from kiosk.services.register import Registration, register_attendee
from tests.fakes import CONSENTS, FakeClock, visitor

HINDI = Tag("hi")


def codes(refused: pytest.ExceptionInfo[Refused]) -> dict[str, str]:
    return {problem.field: problem.code for problem in refused.value.problems}


def test_a_visitor_gets_the_next_number_and_a_code_that_is_stored_nowhere(desk: Desk) -> None:
    first = register_attendee(desk, Registration(HINDI, visitor(), CONSENTS))
    second = register_attendee(desk, Registration(HINDI, visitor(), CONSENTS))
    assert (first.attendee.number, second.attendee.number) == ("KA1-0001", "KA1-0002")
    assert first.receipt_code != second.receipt_code
    digest = hashlib.sha256(first.receipt_code.encode()).hexdigest()
    assert desk.record.attendee(first.attendee.id) == first.attendee
    assert first.attendee.receipt_hash == digest


def test_every_answer_finds_its_place(desk: Desk, clock: FakeClock) -> None:
    answers = visitor(
        **{"is": ["artisan", "women_led"]}, organisation="Iqbal Handlooms", mobile="९८७६५४३२१०",
        email="a@example.org", pin_code="560001", state="IN-KA", offers="शॉल",
    )  # fmt: skip
    attendee = register_attendee(desk, Registration(HINDI, answers, CONSENTS)).attendee
    assert attendee.kinds == ("artisan", "women_led")
    assert attendee.mobile == "+919876543210"
    assert (attendee.pin_code, attendee.email) == ("560001", "a@example.org")
    assert (attendee.registered_at, attendee.assisted) == (clock.ms, False)


def test_consents_are_kept_one_by_one(desk: Desk) -> None:
    given = Registration(HINDI, visitor(), {**CONSENTS, "contact": True}, assisted=True, staff="A")
    attendee = register_attendee(desk, given).attendee
    kept = {one.purpose: (one.given, one.how) for one in desk.record.consents(attendee.id)}
    assert kept == {
        "registration": (True, "witnessed"),
        "contact": (True, "witnessed"),
        "quotation": (True, "witnessed"),
        "introduction": (False, "witnessed"),
    }


@pytest.mark.parametrize(
    ("consents", "field", "code"),
    [
        ({}, "consents.registration", "consent"),
        ({"registration": False}, "consents.registration", "consent"),
        ({"registration": "yes"}, "consents.registration", "malformed"),
        ({"registration": True, "all": True}, "consents.all", "malformed"),
    ],
)
def test_without_consent_nothing_is_written(
    desk: Desk, consents: dict[str, bool], field: str, code: str
) -> None:
    before = desk.record.verify().entries
    with pytest.raises(Refused) as refused:
        register_attendee(desk, Registration(HINDI, visitor(), consents))
    assert codes(refused)[field] == code
    assert desk.record.verify().entries == before
    assert desk.record.peek_count("attendee") == 1


@pytest.mark.parametrize(
    ("answers", "field", "code"),
    [
        ({"name": ""}, "name", "required"),
        ({"name": "x" * 10_000_000}, "name", "too_long"),
        ({"name": "सुनीता \u202e abc"}, "name", "characters"),
        ({"name": "\ud800"}, "name", "characters"),
        ({"name": "😀"}, "name", "characters"),
        ({"name": "...."}, "name", "characters"),
        ({"does": "king"}, "does", "unknown_choice"),
        ({"is": ["artisan", "king"]}, "is", "unknown_choice"),
        ({"mobile": "98765abcde"}, "mobile", "invalid"),
        ({"mobile": "1234567890"}, "mobile", "invalid"),
        ({"email": "not an address"}, "email", "invalid"),
        ({"pin_code": "0123"}, "pin_code", "invalid"),
        ({"organisation": "2345 6789 0124"}, "organisation", "aadhaar"),
        ({"name": "Ravi 234567890124"}, "name", "aadhaar"),
        ({"mobile": "234567890124"}, "mobile", "aadhaar"),
        ({"colour": "red"}, "colour", "unknown_question"),
    ],
)
def test_what_cannot_be_accepted_is_told_by_field_and_nothing_is_written(
    desk: Desk, answers: dict[str, object], field: str, code: str
) -> None:
    with pytest.raises(Refused) as refused:
        register_attendee(desk, Registration(HINDI, visitor(**answers), CONSENTS))
    assert codes(refused) == {field: code}
    assert all(problem.message(words) for words in desk.words.values() for problem in
               refused.value.problems)  # fmt: skip
    assert desk.record.peek_count("attendee") == 1


def test_all_problems_come_at_once(desk: Desk) -> None:
    with pytest.raises(Refused) as refused:
        register_attendee(desk, Registration(HINDI, {"mobile": "12"}, {}))
    assert codes(refused) == {
        "consents.registration": "consent",
        "mobile": "invalid",
        "name": "required",
        "does": "required",
    }


def test_a_language_that_the_event_does_not_offer_is_refused(desk: Desk) -> None:
    with pytest.raises(Refused) as refused:
        register_attendee(desk, Registration(Tag("xx"), visitor(), CONSENTS))
    assert codes(refused) == {"language": "invalid"}
