"""The shipped forms ask what the pack knows, in five languages, and only what must be asked."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

from kiosk.campaign.pack import form_files, load_pack, pack_folder
from kiosk.domain.event import Campaign
from kiosk.domain.ids import FormId
from kiosk.domain.language import Tag
from kiosk.forms.linter import compile_form, review
from kiosk.forms.model import Form, Question
from kiosk.forms.session import Session

RESOURCES = Path(__file__).resolve().parents[2] / "resources"
LANGUAGES = {"hi", "en", "ur", "kn", "te"}
FILES = form_files(pack_folder("gem-samvad", RESOURCES))
QUESTIONS = {
    "registration": [
        "name", "does", "is", "organisation", "mobile", "email", "pin_code", "district", "state",
        "offers", "needs", "wants_help",
    ],
    "feedback": [
        "used", "rating", "sentence", "recommend", "ease", "themes", "known_before", "known_now",
        "contact_me",
    ],
}  # fmt: skip


@pytest.fixture(scope="module")
def campaign() -> Campaign:
    return load_pack("gem-samvad", RESOURCES)


@pytest.fixture(scope="module")
def forms() -> Mapping[str, Form]:
    return {form_id: compile_form(path).form for form_id, path in FILES.items()}


def session(form: Form, answers: Mapping[str, Any]) -> Session:
    return Session(
        form,
        Tag("hi"),
        today=lambda: date(2020, 1, 10),
        now=lambda: datetime(2020, 1, 10, 5, tzinfo=UTC),
        answers=answers,
    )


def asked(form: Form, answers: Mapping[str, Any]) -> set[str]:
    return {shown.name for shown in session(form, answers).questions()}


def question_of(form: Form, name: str) -> Question:
    return next(question for question in form.questions if question.name == name)


def codes(form: Form, name: str) -> list[str]:
    return [choice.value for choice in question_of(form, name).choices]


@pytest.mark.parametrize("form_id", QUESTIONS)
def test_the_review_finds_nothing(form_id: str) -> None:
    found = review(FILES[FormId(form_id)])
    assert found.ok
    assert found.problems == ()
    assert set(found.languages) == LANGUAGES
    assert found.version


@pytest.mark.parametrize("form_id", QUESTIONS)
def test_the_questions_are_those_of_the_contract(forms: Mapping[str, Form], form_id: str) -> None:
    assert [question.name for question in forms[form_id].questions] == QUESTIONS[form_id]


@pytest.mark.parametrize("form_id", QUESTIONS)
def test_every_question_choice_and_message_speaks_five_languages(
    forms: Mapping[str, Form], form_id: str
) -> None:
    for question in forms[form_id].questions:
        said = [question.label, question.hint, *(choice.label for choice in question.choices)]
        if question.constraint is not None:
            said.append(question.constraint_message)
        if question.required is not None:
            said.append(question.required_message)
        for text in said:
            assert text.keys() >= LANGUAGES, question.name
            assert all(line.strip() not in {"", "-"} for line in text.values()), question.name


def test_choices_are_the_codes_and_words_of_the_pack(
    forms: Mapping[str, Form], campaign: Campaign
) -> None:
    lists = {"does": campaign.does, "is": campaign.kinds}
    for name, categories in lists.items():
        question = question_of(forms["registration"], name)
        assert [(choice.value, dict(choice.label)) for choice in question.choices] == [
            (category.code, category.label) for category in categories
        ]
    for name in ("known_before", "known_now"):
        assert codes(forms["feedback"], name) == [card.id for card in campaign.cards]


def test_scales_are_those_of_the_contract(forms: Mapping[str, Form]) -> None:
    feedback = forms["feedback"]
    assert codes(feedback, "used") == ["never", "some", "often"]
    assert codes(feedback, "rating") == ["1", "2", "3", "4", "5"]
    assert codes(feedback, "recommend") == [str(n) for n in range(11)]
    assert codes(feedback, "ease") == [str(n) for n in range(1, 8)]


def test_appearances_carry_the_checks_and_controls(forms: Mapping[str, Form]) -> None:
    carried = {
        question.name: question.appearance
        for form in forms.values()
        for question in form.questions
        if question.appearance
    }
    assert carried == {
        "name": ("name",), "mobile": ("mobile",), "email": ("email",), "pin_code": ("pin-code",),
        "offers": ("multiline",), "needs": ("multiline",), "sentence": ("multiline",),
        "rating": ("rating",), "recommend": ("scale",), "ease": ("scale",),
    }  # fmt: skip


def test_only_name_and_work_are_needed(forms: Mapping[str, Form]) -> None:
    finished = session(forms["registration"], {"name": "राम", "does": "other"}).finish()
    assert finished.problems == ()
    empty = session(forms["registration"], {}).finish()
    assert [(problem.field, problem.code) for problem in empty.problems] == [
        ("name", "required"), ("does", "required"),
    ]  # fmt: skip
    assert session(forms["feedback"], {}).finish().problems == ()


@pytest.mark.parametrize(
    ("does", "extra"),
    [
        ("seller", {"offers", "wants_help"}),
        ("service_provider", {"offers", "wants_help"}),
        ("buyer_department", {"needs"}),
        ("buyer_pse", {"needs"}),
        ("buyer_other", {"needs"}),
        ("officer", set()),
        ("other", set()),
    ],
)
def test_sellers_say_what_they_offer_and_buyers_what_they_need(
    forms: Mapping[str, Form], does: str, extra: set[str]
) -> None:
    found = asked(forms["registration"], {"name": "राम", "does": does})
    assert found & {"offers", "needs", "wants_help"} == extra


@pytest.mark.parametrize(("used", "rates"), [("never", False), ("some", True), ("often", True)])
def test_who_never_used_it_does_not_rate_it(
    forms: Mapping[str, Form], used: str, *, rates: bool
) -> None:
    found = asked(forms["feedback"], {"used": used})
    assert (found & {"rating", "recommend", "ease"} == {"rating", "recommend", "ease"}) is rates
    assert {"sentence", "themes", "contact_me"} <= found


@pytest.mark.parametrize(
    ("form_id", "name", "wrong", "right"),
    [
        ("registration", "pin_code", "060001", "560001"),
        ("registration", "organisation", "अ" * 201, "अ" * 200),
        ("registration", "district", "x" * 101, "x" * 100),
        ("registration", "state", "x" * 101, "x" * 100),
        ("feedback", "sentence", "x" * 2001, "x" * 2000),
    ],
)
def test_a_broken_limit_is_said_in_the_visitors_language(
    forms: Mapping[str, Form], form_id: str, name: str, wrong: str, right: str
) -> None:
    visit = session(forms[form_id], {})
    problem = visit.answer(name, wrong)
    assert problem is not None
    assert problem.code == "constraint"
    assert "कृपया" in problem.text
    assert visit.answer(name, right) is None


def test_wishing_to_be_contacted_says_that_it_ends_anonymity(forms: Mapping[str, Form]) -> None:
    question = question_of(forms["feedback"], "contact_me")
    assert "no longer anonymous" in question.hint["en"]
    assert codes(forms["feedback"], "contact_me") == ["yes", "no"]
