"""A visitor withdraws, here or at a kiosk that never met them; nobody sees a word of them again."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial

import pytest

from kiosk.domain.attendee import Attendee
from kiosk.domain.language import Tag
from kiosk.errors import VisitorError
from kiosk.services.arrive_again import meet, recognise, recognise_typed
from kiosk.services.certify import (
    issue_certificate,
    issue_due,
    log_print,
    prepare_certificate,
    reissue_certificate,
)
from kiosk.services.check_in import check_in
from kiosk.services.closing import export_day
from kiosk.services.correct import correct_attendee
from kiosk.services.desk import FEEDBACK, Desk
from kiosk.services.exporting import ExportRequest
from kiosk.services.find import find_attendees, find_one
from kiosk.services.paper import Sheet
from kiosk.services.printing import jobs, queue, settle
from kiosk.services.register import Registered, Registration, register_attendee
from kiosk.services.respond import Answers, respond
from kiosk.services.slip_again import renew_slip
from kiosk.services.withdraw import (
    given_consents,
    withdraw_attendee,
    withdraw_consent,
    withdraw_visitor,
    withdraw_with_code,
)
from tests.fakes import CONSENTS, FakeClock, files_below, visitor

HINDI = Tag("hi")
NAME, MOBILE, SAID = "वसुंधरा राजे", "+919845012345", "भुगतान में देर होती है"
FEEDBACK_GIVEN = Answers(FEEDBACK, HINDI, {"used": "some", "rating": "2", "sentence": SAID})
STRANGE_CODE = "0000-0000-0000-0000-0"


@pytest.fixture
def registered(desk: Desk) -> Registered:
    answers = visitor(name=NAME, mobile=MOBILE, organisation="वसुंधरा साड़ी केंद्र")
    return register_attendee(desk, Registration(HINDI, answers, CONSENTS))


def refused(work: Callable[[], object]) -> VisitorError:
    with pytest.raises(VisitorError) as caught:
        work()
    return caught.value


def held(desk: Desk, attendee: Attendee) -> Attendee:
    found = desk.record.attendee(attendee.id)
    assert found is not None
    return found


def test_the_code_masks_at_once(desk: Desk, clock: FakeClock, registered: Registered) -> None:
    attendee = registered.attendee
    clock.pass_seconds(60)
    done = withdraw_with_code(desk, registered.receipt_code.lower().replace("-", " "))
    assert (done.attendee_id, done.number) == (attendee.id, attendee.number)
    assert (done.at, done.here, done.first) == (clock.now_ms(), True, True)
    row = held(desk, attendee)
    assert row.masked
    assert row.withdrawn_at == clock.now_ms()
    assert NAME not in str(row)
    assert MOBILE not in str(row)
    assert desk.record.verify().ok


def test_withdrawing_twice_says_when_it_was_and_writes_nothing(
    desk: Desk, clock: FakeClock, registered: Registered
) -> None:
    first = withdraw_with_code(desk, registered.receipt_code)
    head = desk.record.verify().head
    clock.pass_seconds(3600)
    again = withdraw_with_code(desk, registered.receipt_code, registered.attendee.number)
    assert (again.at, again.first) == (first.at, False)
    assert desk.record.verify().head == head


@pytest.mark.parametrize(
    ("code", "key"),
    [(STRANGE_CODE, "code_unknown"), ("0000", "code_malformed"), ("x" * 9_999, "code_malformed")],
)
def test_another_code_says_nothing_of_anybody(
    desk: Desk, registered: Registered, code: str, key: str
) -> None:
    error = refused(lambda: withdraw_with_code(desk, code))
    assert (error.key, error.values) == (key, {})
    wrong = refused(lambda: withdraw_with_code(desk, STRANGE_CODE, registered.attendee.number))
    assert wrong.key == "code_wrong"
    assert not held(desk, registered.attendee).masked


def test_the_slip_opens_nothing_any_more_and_says_since_when(
    desk: Desk, registered: Registered
) -> None:
    attendee = registered.attendee
    prepared = prepare_certificate(desk, attendee)
    withdraw_with_code(desk, registered.receipt_code)
    for work in (
        lambda: recognise(desk, registered.slip_qr),
        lambda: recognise_typed(desk, attendee.number, registered.receipt_code),
        lambda: find_one(desk, attendee.number),
        lambda: respond(desk, attendee, FEEDBACK_GIVEN),
        lambda: check_in(desk, attendee, "", "staff:A"),
        lambda: correct_attendee(desk, attendee, {"name": "राम"}, "staff:A"),
        lambda: prepare_certificate(desk, attendee),
        lambda: issue_certificate(desk, prepared, "visitor"),
        lambda: reissue_certificate(desk, attendee, "staff:A", "lost"),
        lambda: renew_slip(desk, attendee, "staff:A", "lost"),
    ):
        error = refused(work)
        assert (error.key, error.values) == ("withdrawn", {"date": "10-01-2020"})
    assert issue_due(desk, "staff:A", lambda _batch: None, attended=False).certificates == ()


def test_staff_find_no_word_and_only_the_whole_number(desk: Desk, registered: Registered) -> None:
    number = registered.attendee.number
    withdraw_with_code(desk, registered.receipt_code)
    for text in (NAME, "vasundhara", MOBILE, "2345", "साड़ी"):
        assert find_attendees(desk, text) == []
    [hit] = find_attendees(desk, number)
    assert (hit.attendee.masked, hit.attendee.name, hit.attendee.mobile) == (True, "", "")
    assert find_attendees(desk, "KA9-0001") == []


def test_what_was_said_and_issued_is_told_without_words(desk: Desk, registered: Registered) -> None:
    attendee = registered.attendee
    respond(desk, attendee, FEEDBACK_GIVEN)
    issued = issue_certificate(desk, prepare_certificate(desk, attendee), "visitor").certificate
    assert desk.record.figures().sentences == [("hi", SAID)]
    withdraw_with_code(desk, registered.receipt_code)
    [response] = desk.record.responses(attendee.id)
    assert response.answers == {}
    [certificate] = desk.record.certificates(attendee.id)
    assert (certificate.serial, certificate.name) == (issued.serial, "")
    assert certificate.status == "valid"  # the paper is theirs
    assert desk.record.certificate(issued.serial) == certificate
    figures = desk.record.figures()
    assert (figures.sentences, figures.ratings) == ([], {})
    assert figures.registered == 1
    assert given_consents(desk, attendee) == []


def test_sheets_that_wait_are_dropped(desk: Desk, registered: Registered) -> None:
    attendee = registered.attendee
    sheet = Sheet(b"%PDF", 1)
    for state in ("waiting", "failed", "unknown", "done"):
        job = queue(desk, sheet, "slip", NAME, attendee_id=attendee.id)
        settle(desk, job.id, state)
    printing = queue(desk, sheet, "certificate", NAME, attendee_id=attendee.id)
    settle(desk, printing.id, "sent")
    other = queue(desk, sheet, "summary", "of the day")
    withdraw_with_code(desk, registered.receipt_code)
    assert [job.id for job in jobs(desk)] == [printing.id, other.id]
    settle(desk, printing.id, "failed", "out of paper")
    assert [job.id for job in jobs(desk)] == [other.id]


def test_an_export_has_the_row_and_no_word(
    desk: Desk, registered: Registered, tmp_path_factory: pytest.TempPathFactory
) -> None:
    attendee = registered.attendee
    respond(desk, attendee, FEEDBACK_GIVEN)
    issued = issue_certificate(desk, prepare_certificate(desk, attendee), "visitor").certificate
    withdraw_with_code(desk, registered.receipt_code)
    folder = tmp_path_factory.mktemp("export")
    export_day(desk, "coordinator", ExportRequest(folder, ("csv", "sqlite"), plain=True))
    raw = b"".join(path.read_bytes() for path in files_below(folder))
    for word in (NAME, "वसुंधरा", MOBILE, SAID):
        assert word.encode() not in raw
    assert attendee.number.encode() in raw
    assert issued.serial.encode() in raw


def test_one_consent_goes_and_all_else_stays(desk: Desk, registered: Registered) -> None:
    attendee = registered.attendee
    respond(desk, attendee, FEEDBACK_GIVEN)
    gone = withdraw_consent(desk, attendee, "quotation")
    assert gone.withdrawn_at == desk.clock.now_ms()
    assert {one.purpose for one in given_consents(desk, attendee)} == {"registration"}
    assert held(desk, attendee) == attendee
    figures = desk.record.figures()
    assert (figures.sentences, figures.ratings) == ([], {2: 1})
    for purpose in ("quotation", "contact", "registration", "nonsense"):
        error = refused(partial(withdraw_consent, desk, attendee, purpose))
        assert error.key == "consent_unknown"


def test_staff_withdraw_for_somebody_and_say_why(desk: Desk, registered: Registered) -> None:
    attendee = registered.attendee
    error = refused(lambda: withdraw_attendee(desk, attendee, "staff:A", " "))
    assert error.key == "reason_missing"
    assert withdraw_attendee(desk, attendee, "staff:A", "asked by letter").first
    assert held(desk, attendee).masked
    assert desk.record.verify().ok


def test_whoever_withdrew_may_register_again(desk: Desk, registered: Registered) -> None:
    withdraw_with_code(desk, registered.receipt_code)
    again = register_attendee(desk, Registration(HINDI, visitor(name=NAME), CONSENTS))
    assert again.attendee.number != registered.attendee.number
    assert recognise(desk, again.slip_qr) == again.attendee
    assert [hit.attendee.id for hit in find_attendees(desk, NAME)] == [again.attendee.id]


def test_a_slip_that_was_replaced_opens_nothing(desk: Desk, registered: Registered) -> None:
    renewed = renew_slip(desk, registered.attendee, "staff:A", "lost")
    assert refused(lambda: recognise(desk, registered.slip_qr)).key == "slip_replaced"
    assert refused(lambda: withdraw_with_code(desk, registered.receipt_code)).key == "code_unknown"
    assert recognise(desk, renewed.slip_qr) == renewed.attendee
    assert withdraw_with_code(desk, renewed.receipt_code).first


def test_a_kiosk_that_never_met_the_slip_s_holder_notes_it_without_a_word_of_them(
    other_desk: Desk, registered: Registered
) -> None:
    met = recognise(other_desk, registered.slip_qr)
    done = withdraw_visitor(other_desk, met)
    assert (done.number, done.here, done.first) == (registered.attendee.number, False, True)
    assert refused(lambda: recognise(other_desk, registered.slip_qr)).key == "withdrawn"
    assert NAME not in json.dumps(everything_said(other_desk), ensure_ascii=False)
    assert other_desk.record.figures().registered == 0
    assert other_desk.record.verify().ok


def test_number_and_code_suffice_at_a_kiosk_that_never_met_them(
    other_desk: Desk, registered: Registered
) -> None:
    number, code = registered.attendee.number, registered.receipt_code
    assert refused(lambda: withdraw_with_code(other_desk, code)).key == "code_unknown"
    done = withdraw_with_code(other_desk, code, number.lower())
    assert (done.number, done.here, done.first) == (number, False, True)
    assert refused(lambda: recognise_typed(other_desk, number, code)).key == "withdrawn"
    assert not withdraw_with_code(other_desk, code, number).first
    assert refused(lambda: withdraw_with_code(other_desk, code, "nonsense")).key == (
        "number_malformed"
    )


def test_what_a_stranger_typed_locks_nobody_out(other_desk: Desk, registered: Registered) -> None:
    number, code = registered.attendee.number, registered.receipt_code
    withdraw_with_code(other_desk, STRANGE_CODE, number)
    assert recognise_typed(other_desk, number, code) is None
    assert withdraw_with_code(other_desk, code, number).first


def test_who_was_met_here_by_slip_or_code_is_masked_here(
    other_desk: Desk, registered: Registered
) -> None:
    number, code = registered.attendee.number, registered.receipt_code
    met = meet(other_desk, number, code, NAME, HINDI, "seller")
    respond(other_desk, met, FEEDBACK_GIVEN)
    issue_certificate(other_desk, prepare_certificate(other_desk, met), "visitor")
    assert withdraw_with_code(other_desk, code, number).attendee_id == met.id
    assert NAME not in str(other_desk.record.certificates(met.id))
    assert other_desk.record.figures().sentences == []


def test_a_correction_by_slip_is_kept_at_another_kiosk_too(
    other_desk: Desk, registered: Registered
) -> None:
    met = recognise(other_desk, registered.slip_qr)
    assert correct_attendee(other_desk, met, {"mobile": "9845054321"}, "visitor") == ["mobile"]
    assert held(other_desk, met).mobile == "+919845054321"
    assert held(other_desk, met).met == "slip"


def test_printing_again_is_logged_before_and_refused_after(
    desk: Desk, registered: Registered
) -> None:
    issued = issue_certificate(desk, prepare_certificate(desk, registered.attendee), "visitor")
    log_print(desk, issued.certificate, "staff:A", "lost")
    withdraw_with_code(desk, registered.receipt_code)
    error = refused(lambda: log_print(desk, issued.certificate, "staff:A", "lost"))
    assert error.key == "withdrawn"


def everything_said(desk: Desk) -> list[object]:
    """All that stands in the record of people, as the port tells it and beneath it."""
    connection = desk.record.connection  # type: ignore[attr-defined]
    rows = connection.execute("SELECT CAST(body AS TEXT) FROM payload").fetchall()
    return [*rows, *connection.execute("SELECT name, does FROM attendee").fetchall()]
