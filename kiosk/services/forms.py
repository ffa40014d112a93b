"""Sessions with the forms of the event, each text answer checked as its question asks."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kiosk.domain.clock import local_time
from kiosk.domain.ids import FormId
from kiosk.domain.language import Tag, Text
from kiosk.domain.problem import Problem
from kiosk.errors import VisitorError
from kiosk.forms.model import Question
from kiosk.forms.session import Session
from kiosk.services.desk import Desk
from kiosk.services.refused import Refused
from kiosk.validate import clean

MOST_ANSWERS = 500


def open_session(
    desk: Desk, form_id: str, language: Tag, answers: Mapping[str, Any] | None = None
) -> Session:
    """One visitor's session with an installed form, with a draft's answers if there are any.

    Raises VisitorError ``form_unknown`` where no such form is installed.
    """
    form = desk.forms.get(FormId(form_id))
    if form is None:
        raise VisitorError("form_unknown", field="form", code="malformed", form=form_id[:80])
    zone = desk.event.zone
    return Session(
        form,
        language,
        today=lambda: local_time(desk.clock.now_ms(), zone).date(),
        now=lambda: local_time(desk.clock.now_ms(), zone),
        check=check_text,
        answers=answers,
    )


def check_text(question: Question, text: str) -> str:
    """The answer cleaned as the question's appearance asks; VisitorError if it cannot be."""
    return clean(question.appearance, text)


def finished_record(
    desk: Desk, form_id: str, language: Tag, answers: Mapping[str, Any]
) -> dict[str, Any]:
    """The answers as a finished record, or Refused with every problem."""
    if len(answers) > MOST_ANSWERS:
        many = Problem("answers", "malformed", "too_many_answers", {"limit": MOST_ANSWERS})
        raise Refused([many])
    session = open_session(desk, form_id, checked_language(desk, language), answers)
    finished = session.finish()
    if finished.problems:
        raise Refused(finished.problems)
    return finished.record


def checked_language(desk: Desk, language: str) -> Tag:
    """The language if the event offers it; else Refused."""
    if language not in desk.languages:
        raise Refused([Problem("language", "invalid", "language_unknown")])
    return Tag(language)


def choice_labels(desk: Desk, form_id: str, question: str) -> dict[str, Text]:
    """The choices of one question of an installed form: value -> label; {} if there is none."""
    form = desk.forms.get(FormId(form_id))
    questions = form.questions if form is not None else ()
    return {
        choice.value: choice.label
        for one in questions
        if one.name == question
        for choice in one.choices
    }
