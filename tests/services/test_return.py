from __future__ import annotations

import pytest

from kiosk.domain.language import Tag
from kiosk.errors import VisitorError
from kiosk.services.arrive_again import meet, recognise, recognise_typed
from kiosk.services.certify import issue_certificate, prepare_certificate
from kiosk.services.check_in import check_in
from kiosk.services.desk import FEEDBACK, Desk
from kiosk.services.refused import Refused
from kiosk.services.register import Registered, Registration, register_attendee
from kiosk.services.respond import Answers, respond, respond_anonymously
from tests.fakes import CONSENTS, visitor

HINDI = Tag("hi")
ANSWERS = Answers(FEEDBACK, HINDI, {"used": "some", "rating": "4", "sentence": "अच्छा है"})


@pytest.fixture
def registered(desk: Desk) -> Registered:
    return register_attendee(desk, Registration(HINDI, visitor(), CONSENTS))


def key_of(error: pytest.ExceptionInfo[VisitorError]) -> str:
    return error.value.key


def test_the_slip_alone_opens_a_kiosk_that_never_met_the_visitor(
    other_desk: Desk, registered: Registered
) -> None:
    met = recognise(other_desk, registered.slip_qr)
    known = registered.attendee
    assert (met.id, met.number, met.name) == (known.id, known.number, known.name)
    assert (met.language, met.does, met.met) == (known.language, known.does, "slip")
    response = respond(other_desk, met, ANSWERS)
    assert other_desk.record.responses(met.id) == [response]
    issued = issue_certificate(other_desk, prepare_certificate(other_desk, met), "visitor")
    assert issued.certificate.serial == "KA2-C-0001"
    assert issued.certificate.name == known.name


def test_nothing_is_written_when_somebody_is_recognised_or_answers_as_nobody(
    other_desk: Desk, registered: Registered
) -> None:
    before = other_desk.record.verify().head
    met = recognise(other_desk, registered.slip_qr)
    respond_anonymously(other_desk, ANSWERS, does=met.does, state=met.state)
    assert other_desk.record.verify().head == before
    assert other_desk.record.attendee(met.id) is None


def test_the_kiosk_of_the_arrival_knows_its_visitor(desk: Desk, registered: Registered) -> None:
    assert recognise(desk, registered.slip_qr) == registered.attendee
    typed = recognise_typed(desk, "ka1 0001", registered.receipt_code.lower())
    assert typed == registered.attendee


def test_number_and_code_are_believed_only_together(desk: Desk, registered: Registered) -> None:
    with pytest.raises(VisitorError) as wrong:
        recognise_typed(desk, "KA1-0001", "0000-0000-0000-0000-0")
    assert key_of(wrong) == "code_wrong"
    with pytest.raises(VisitorError) as typo:
        recognise_typed(desk, "KA1-0001", "0000-0000-0000-0001-0")
    assert key_of(typo) == "code_malformed"
    with pytest.raises(VisitorError) as number:
        recognise_typed(desk, "nonsense", registered.receipt_code)
    assert key_of(number) == "number_malformed"


def test_somebody_with_number_and_code_is_met_elsewhere_by_name(
    other_desk: Desk, registered: Registered
) -> None:
    code = registered.receipt_code
    assert recognise_typed(other_desk, "KA1-0001", code) is None
    met = meet(other_desk, "KA1-0001", code, "सुनीता शर्मा", HINDI, "seller")
    respond(other_desk, met, ANSWERS)
    kept = other_desk.record.attendee(met.id)
    assert kept is not None
    assert (kept.met, kept.receipt_hash) == ("code", registered.attendee.receipt_hash)


@pytest.mark.parametrize(
    ("spoil", "key"),
    [
        (lambda text: "hello", "slip_unreadable"),
        (lambda text: text[:-9] + ("A" if text[-9] != "A" else "B") + text[-8:], "slip_forged"),
        (lambda text: text[:3] + "ZZZZ" + text[7:], "slip_other_event"),
        (lambda text: "A" * 100_000, "slip_unreadable"),
        (lambda text: "", "slip_unreadable"),
    ],
)
def test_a_slip_that_is_not_of_this_event_is_told(
    desk: Desk, registered: Registered, spoil: object, key: str
) -> None:
    with pytest.raises(VisitorError) as error:
        recognise(desk, spoil(registered.slip_qr))  # type: ignore[operator]
    assert key_of(error) == key


def test_a_scan_is_a_fact_and_says_what_was_before(desk: Desk, registered: Registered) -> None:
    session = desk.event.sessions[0].id
    first = check_in(desk, registered.attendee, session, "staff:A")
    again = check_in(desk, registered.attendee, session, "staff:A")
    other = check_in(desk, registered.attendee, "", "staff:A")
    assert (first.first, again.first, other.first) == (True, False, True)
    assert again.before == (first.check_in.at,)
    with pytest.raises(VisitorError):
        check_in(desk, registered.attendee, "no such session", "staff:A")
    assert len(desk.record.check_ins(registered.attendee.id)) == 3


def test_first_time_users_are_not_asked_to_rate(desk: Desk, registered: Registered) -> None:
    given = Answers(FEEDBACK, HINDI, {"used": "never", "rating": "1", "sentence": "पहली बार"})
    assert "rating" not in respond(desk, registered.attendee, given).answers
    with pytest.raises(Refused):
        respond(desk, registered.attendee, Answers(FEEDBACK, HINDI, {"used": "sometimes"}))


@pytest.mark.parametrize(
    "given",
    [
        Answers(FEEDBACK, HINDI, {"used": "never", "contact_me": "yes"}),
        Answers("registration", HINDI, visitor()),
        Answers(FEEDBACK, HINDI, {"used": "sometimes"}),
    ],
)
def test_what_names_somebody_is_no_anonymous_answer(desk: Desk, given: Answers) -> None:
    with pytest.raises(Refused):
        respond_anonymously(desk, given)
    assert desk.record.seal_anonymous()[0] == 0
