"""Staff withdraw for somebody who lost the slip; then nobody on the staff's side reads a name."""

from __future__ import annotations

import pytest

from kiosk.domain.attendee import Attendee
from kiosk.services.withdraw import given_consents
from tests.ui.screens.staff.stage import Stage, button, texts
from tests.ui.screens.staff.test_staff_find import search
from ui.screens.staff.find import FindPage
from ui.screens.staff.frame import Open
from ui.screens.staff.visitor import VisitorPage
from ui.screens.staff.withdraw import WithdrawPage
from ui.widgets.label import Label


@pytest.fixture
def someone(stage: Stage) -> Attendee:
    """A visitor who agreed to something optional."""

    def with_choices(one: Attendee) -> bool:
        return stage.ask(lambda desk: len(given_consents(desk, one))) > 1

    return next(
        one for one in stage.ask(lambda desk: [*desk.record.attendees()]) if with_choices(one)
    )


def held(stage: Stage, attendee: Attendee) -> Attendee:
    found = stage.ask(lambda desk: desk.record.attendee(attendee.id))
    assert found is not None
    return found


def said_in_the_log(stage: Stage, actor: str) -> str:
    def read(desk: object) -> str:
        rows = desk.record.connection.execute(  # type: ignore[attr-defined]
            "SELECT CAST(p.body AS TEXT) FROM change c JOIN payload p"
            " USING (event_id, device_id, seq, op_id) WHERE c.kind = 'withdraw' AND c.actor = ?",
            (actor,),
        ).fetchall()
        return " ".join(body for (body,) in rows)

    return stage.ask(read)


def test_the_visitor_s_page_leads_there(stage: Stage, someone: Attendee) -> None:
    page = stage.page(VisitorPage, "visitor", someone)
    opened: list[object] = []
    page.went.connect(opened.append)
    button(page, "Withdraw for this person").click()
    assert opened == [Open("withdraw", someone)]


def test_everything_is_withdrawn_with_a_reason(stage: Stage, someone: Attendee) -> None:
    page = stage.page(WithdrawPage, "withdraw", someone)
    button(page, "Everything: the whole registration").click()
    stage.settle()
    assert not held(stage, someone).masked
    button(page, "They asked by phone or by letter").click()
    stage.settle()
    assert held(stage, someone).masked
    assert "in_writing" in said_in_the_log(stage, "staff:Savita")
    stage.settle()
    shown = texts(stage.window)
    assert "This visitor withdrew on 10-01-2020 at " in shown
    assert someone.name not in shown
    assert someone.number in shown


def test_in_another_language_it_is_asked_anew_and_an_outcome_stays(
    stage: Stage, someone: Attendee
) -> None:
    page = stage.page(WithdrawPage, "withdraw", someone)
    button(page, "Everything: the whole registration").click()
    stage.settle()
    stage.speak("hi")
    page.say_again()
    stage.settle()
    say = stage.speaker.say
    assert say("staff.withdraw.what") in texts(page)
    assert not held(stage, someone).masked
    outcome = Label("read me first", "body")
    page.put_outcome(outcome)
    page.say_again()
    stage.settle()
    assert outcome.text() in texts(page)
    assert say("staff.withdraw.what") not in texts(page)


def test_one_consent_is_withdrawn_and_the_registration_stays(
    stage: Stage, someone: Attendee
) -> None:
    given = stage.ask(lambda desk: given_consents(desk, someone))
    purpose = next(
        one
        for one in stage.desk.campaign.notice.purposes
        if not one.required and one.code in {each.purpose for each in given}
    )
    page = stage.page(WithdrawPage, "withdraw", someone)
    button(page, f"Only this consent: “{purpose.label['en']}”").click()
    stage.settle()
    button(page, "Another reason").click()
    stage.settle()
    now = {one.purpose for one in stage.ask(lambda desk: given_consents(desk, someone))}
    assert now == {one.purpose for one in given} - {purpose.code}
    assert held(stage, someone) == someone


@pytest.mark.parametrize("after", [0, 1])
def test_cancelling_withdraws_nothing(stage: Stage, someone: Attendee, after: int) -> None:
    page = stage.page(WithdrawPage, "withdraw", someone)
    if after:
        button(page, "Everything: the whole registration").click()
        stage.settle()
    button(page, "Cancel").click()
    stage.settle()
    assert held(stage, someone) == someone


@pytest.mark.parametrize("tag", ["hi", "ur", "kn", "te"])
def test_it_is_asked_in_every_language(stage: Stage, someone: Attendee, tag: str) -> None:
    page = stage.page(WithdrawPage, "withdraw", someone)
    stage.speak(tag)
    page.say_again()
    stage.settle()
    assert stage.speaker.say("staff.withdraw.what") in texts(page)
    button(page, stage.speaker.say("staff.withdraw.all")).click()
    stage.settle()
    assert stage.speaker.say("staff.withdraw.why") in texts(page)


def test_who_has_withdrawn_is_found_by_number_alone_and_says_so(
    stage: Stage, someone: Attendee
) -> None:
    page = stage.page(WithdrawPage, "withdraw", someone)
    button(page, "Everything: the whole registration").click()
    stage.settle()
    button(page, "They asked me in person and have no slip").click()
    stage.settle()
    find = stage.page(FindPage, "find")
    for text, expected in ((someone.name, False), (someone.number, True)):
        search(stage, find, text)
        assert ("has withdrawn" in texts(find)) is expected
