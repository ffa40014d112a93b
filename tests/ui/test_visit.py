"""What is known of a visitor, how it is walked through, and how it is forgotten."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

import pytest

from kiosk.domain.language import Tag
from kiosk.forms.model import Form
from kiosk.forms.session import Session
from kiosk.forms.xform import read_form
from ui.drafting import DraftPace
from ui.visit import Idle, IdleClock, Opinion, Visit
from ui.walk import Row, Walk

XFORM = """<?xml version="1.0"?>
<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml">
<h:head><h:title>Arrival</h:title><model>
<itext>
<translation lang="en" default="true()">
<text id="/data/name:label"><value>Your name?</value></text>
<text id="/data/does:label"><value>What do you do?</value></text>
<text id="s"><value>I sell</value></text><text id="b"><value>I buy</value></text>
<text id="/data/offers:label"><value>What do you offer?</value></text>
<text id="/data/born:label"><value>Since when?</value></text>
</translation>
<translation lang="hi">
<text id="/data/name:label"><value>आपका नाम?</value></text>
<text id="/data/does:label"><value>आप क्या करते हैं?</value></text>
<text id="s"><value>बेचते हैं</value></text><text id="b"><value>ख़रीदते हैं</value></text>
<text id="/data/offers:label"><value>आप क्या देते हैं?</value></text>
<text id="/data/born:label"><value>कब से?</value></text>
</translation>
</itext>
<instance><data id="arrival" version="1"><name/><does/><offers/><born/></data></instance>
<bind nodeset="/data/name" type="string" required="true()"/>
<bind nodeset="/data/does" type="string" required="true()"/>
<bind nodeset="/data/offers" type="string" relevant=" /data/does = 'seller'"/>
<bind nodeset="/data/born" type="date"/>
</model></h:head><h:body>
<input ref="/data/name"><label ref="jr:itext('/data/name:label')"/></input>
<select1 ref="/data/does"><label ref="jr:itext('/data/does:label')"/>
<item><label ref="jr:itext('s')"/><value>seller</value></item>
<item><label ref="jr:itext('b')"/><value>buyer</value></item></select1>
<input ref="/data/offers"><label ref="jr:itext('/data/offers:label')"/></input>
<input ref="/data/born"><label ref="jr:itext('/data/born:label')"/></input>
</h:body></h:html>"""


class HandClock:
    """A clock that a test turns."""

    def __init__(self) -> None:
        self.ms = 1_000_000

    def __call__(self) -> int:
        return self.ms

    def turn(self, seconds: float) -> None:
        self.ms += round(seconds * 1000)


@pytest.fixture(scope="module")
def form() -> Form:
    return read_form(XFORM)


def new_walk(form: Form, answers: Mapping[str, Any] | None = None) -> Walk:
    session = Session(
        form,
        Tag("en"),
        today=lambda: date(2020, 1, 10),
        now=lambda: datetime(2020, 1, 10, 6, tzinfo=UTC),
        answers=answers,
    )
    return Walk(session)


FULL = {"name": "Asha", "does": "seller", "offers": "baskets", "born": "2001-02-03"}


def test_a_walk_asks_one_question_after_the_other(form: Form) -> None:
    walk = new_walk(form)
    asked = []
    for answer in ("Asha", "buyer", ""):
        asked.append((walk.current().name, walk.position))
        assert walk.answer(answer) is None
        more = walk.forward()

    assert asked == [("name", (1, 3)), ("does", (2, 3)), ("born", (3, 3))]
    assert not more


def test_what_one_does_decides_what_is_asked_next(form: Form) -> None:
    walk = new_walk(form, {"name": "Asha", "does": "seller"})

    assert [shown.name for shown in walk.steps()] == ["name", "does", "offers", "born"]
    walk.forward()
    walk.answer("buyer")
    assert [shown.name for shown in walk.steps()] == ["name", "does", "born"]


def test_a_required_question_is_not_left_empty(form: Form) -> None:
    walk = new_walk(form)
    problem = walk.settle()

    assert problem is not None
    assert problem.code == "required"
    walk.answer("Asha")
    assert walk.settle() is None


def test_back_keeps_the_answers(form: Form) -> None:
    walk = new_walk(form)
    walk.answer("Asha")
    walk.forward()

    assert walk.backward()
    assert walk.current().raw == "Asha"
    assert not walk.backward()


def test_another_language_keeps_the_answers(form: Form) -> None:
    walk = new_walk(form, FULL)
    walk.speak(Tag("hi"))

    assert walk.current().label == "आपका नाम?"
    assert walk.rows()[1] == Row("does", "आप क्या करते हैं?", "बेचते हैं")
    assert walk.answers()["name"] == "Asha"


def test_answers_are_shown_in_words(form: Form) -> None:
    assert [row.value for row in new_walk(form, FULL).rows()] == [
        "Asha", "I sell", "baskets", "03-02-2001",
    ]  # fmt: skip
    assert [row.value for row in new_walk(form, {"name": "Asha"}).rows()] == ["Asha", "", ""]


def test_changing_one_answer_leads_straight_back_to_all_of_them(form: Form) -> None:
    walk = new_walk(form, FULL)
    while walk.forward():
        pass
    walk.change("name")
    walk.answer("Asha Rao")

    assert not walk.forward()


def test_a_change_that_makes_another_question_relevant_asks_it(form: Form) -> None:
    walk = new_walk(form, {"name": "Asha", "does": "buyer"})
    while walk.forward():
        pass
    walk.change("does")
    walk.answer("seller")

    assert walk.forward()
    assert walk.current().name == "offers"
    assert not walk.forward()


def test_from_the_answers_back_leads_to_the_last_question(form: Form) -> None:
    walk = new_walk(form, FULL)
    walk.to_last()

    assert walk.current().name == "born"
    assert walk.backward()


def test_a_walk_can_be_restricted_to_some_questions(form: Form) -> None:
    walk = Walk(new_walk(form)._session, only=("name",))

    assert [shown.name for shown in walk.steps()] == ["name"]


def test_what_is_left_out_is_neither_asked_nor_given_away(form: Form) -> None:
    walk = new_walk(form, FULL)
    walk.left_out = frozenset({"born"})

    assert [row.name for row in walk.rows()] == ["name", "does", "offers"]
    assert "born" not in walk.answers()


def test_irrelevant_answers_are_not_given_away(form: Form) -> None:
    walk = new_walk(form, FULL | {"does": "buyer"})

    assert "offers" not in walk.answers()


def test_a_forgotten_visit_holds_nothing(form: Form) -> None:
    visit = agreed(form)
    visit.opinion = Opinion.ANONYMOUS
    walk = visit.registration = new_walk(form, FULL)
    visit.typed["number"] = "KA1-0057"
    visit.forget()

    assert vars(visit) == vars(Visit())
    assert "Asha" not in repr(walk.steps())
    assert not any(walk.answers().values())


def test_every_field_of_a_visit_is_forgotten() -> None:
    visit = Visit()
    for name in vars(Visit()):
        setattr(visit, name, None)
    visit.forget()

    assert vars(visit) == vars(Visit())


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


def agreed(form: Form) -> Visit:
    visit = Visit()
    visit.consents["registration"] = True
    visit.registration = new_walk(form, {"name": "Asha"})
    return visit


def test_before_consent_nothing_is_kept(form: Form, clock: HandClock) -> None:
    visit = agreed(form)
    visit.consents["registration"] = False

    assert DraftPace(clock).due(visit, leaving=True) is None


def test_a_draft_is_kept_at_each_step_but_not_more_than_once_a_second(
    form: Form, clock: HandClock
) -> None:
    visit, pace = agreed(form), DraftPace(clock)
    assert visit.registration is not None

    assert pace.due(visit) == {"name": "Asha"}
    visit.registration.answer("Asha Rao")
    assert pace.due(visit) is None
    clock.turn(1.1)
    assert pace.due(visit) == {"name": "Asha Rao"}
    clock.turn(1.1)
    assert pace.due(visit) is None


def test_who_leaves_within_the_second_leaves_the_last_answer_too(
    form: Form, clock: HandClock
) -> None:
    visit, pace = agreed(form), DraftPace(clock)
    assert visit.registration is not None
    pace.due(visit)
    visit.registration.answer("Asha Rao")

    assert pace.due(visit, leaving=True) == {"name": "Asha Rao"}


def test_where_somebody_stands_is_kept_as_well(form: Form, clock: HandClock) -> None:
    visit, pace = agreed(form), DraftPace(clock)
    assert visit.registration is not None
    pace.due(visit)
    visit.registration.forward()

    assert visit.question == "does"
    assert pace.due(visit, leaving=True) == {"name": "Asha"}
    assert pace.due(visit, leaving=True) is None
    visit.consents["contact"] = True
    assert pace.due(visit, leaving=True) == {"name": "Asha"}


@pytest.mark.parametrize(
    ("answers", "question", "at", "short"),
    [
        ({"name": "Asha"}, "does", "does", True),
        ({"name": "Asha", "does": "seller"}, "does", "does", True),
        ({"name": "Asha", "does": "seller"}, "offers", "offers", False),
        ({"name": "Asha", "does": "seller", "offers": "mats"}, "does", "does", False),
        ({"name": "Asha", "does": "buyer"}, "offers", "name", False),
        ({"name": "Asha"}, "", "name", True),
        ({"name": "Asha"}, "no_such_question", "name", False),
    ],
)
def test_a_walk_goes_on_where_it_stopped(
    form: Form, answers: Mapping[str, Any], question: str, at: str, *, short: bool
) -> None:
    walk = new_walk(form, answers)
    walk.resume(question)

    assert (walk.at, walk.short) == (at, short)
    assert walk.answers() == answers


def test_feedback_never_makes_a_draft(form: Form, clock: HandClock) -> None:
    visit = agreed(form)
    visit.registration, visit.feedback = None, new_walk(form, FULL)

    assert DraftPace(clock).due(visit, leaving=True) is None


def test_the_next_visitor_s_draft_is_kept_at_once(form: Form, clock: HandClock) -> None:
    pace = DraftPace(clock)
    pace.due(agreed(form))
    pace.forget()

    assert pace.due(agreed(form)) == {"name": "Asha"}


def test_stillness_is_warned_of_and_then_means_that_somebody_is_gone(clock: HandClock) -> None:
    idle = IdleClock(clock, idle_seconds=60, warning_seconds=20)
    seen = []
    for _ in range(5):
        seen.append((idle.state(), idle.seconds_left()))
        clock.turn(20)

    assert seen == [
        (Idle.PRESENT, 80), (Idle.PRESENT, 60), (Idle.PRESENT, 40), (Idle.WARNING, 20),
        (Idle.GONE, 0),
    ]  # fmt: skip


def test_a_touch_begins_anew(clock: HandClock) -> None:
    idle = IdleClock(clock, 60, 20)
    clock.turn(70)
    idle.touched()

    assert idle.state() is Idle.PRESENT
    assert idle.seconds_left() == 80


def test_patience_belongs_to_the_screen_and_the_warning_stays_as_long(clock: HandClock) -> None:
    idle = IdleClock(clock, 60, 20)
    idle.stand(patience=0.5)
    clock.turn(31)

    assert idle.state() is Idle.WARNING
    assert idle.seconds_left() == 19


def test_where_nothing_is_at_stake_there_is_no_warning(clock: HandClock) -> None:
    idle = IdleClock(clock, 60, 20)
    idle.stand(patience=0.2, warns=False)
    clock.turn(11.9)
    before = idle.state()
    clock.turn(0.2)

    assert (before, idle.state()) == (Idle.PRESENT, Idle.GONE)


def test_a_stopped_clock_never_sends_anybody_away(clock: HandClock) -> None:
    idle = IdleClock(clock, 60, 20)
    idle.stand(stopped=True)
    clock.turn(10_000)

    assert idle.state() is Idle.PRESENT
