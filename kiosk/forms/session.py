"""One visitor's session with a form: answers come in, and what is to be asked comes out.

What a person gave is kept as given, wrong or not, relevant or not; the record holds what is
right and relevant when the session is finished.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from kiosk.domain.language import Tag
from kiosk.domain.problem import Problem
from kiosk.forms.answers import Check, is_safe
from kiosk.forms.model import SELECTS, Form, Question
from kiosk.forms.state import State
from kiosk.forms.xpath.values import to_string


@dataclass(frozen=True, slots=True)
class ShownChoice:
    """A choice as it stands on the screen."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Shown:
    """A question as it is now, in the session's language.

    ``value`` is what would be recorded ("" for nothing; a list for select_multiple, an ISO text
    for a date); ``raw`` is what was given.
    """

    question: Question
    path: str
    name: str
    relevant: bool
    required: bool
    readonly: bool
    value: Any
    raw: Any
    label: str
    hint: str
    choices: tuple[ShownChoice, ...]
    problem: Problem | None


@dataclass(frozen=True, slots=True)
class Finished:
    """The end of a session: the relevant answers by name, and what is still wrong."""

    record: dict[str, Any]
    problems: tuple[Problem, ...]


class Session:
    """One visitor with one form. ``today`` and ``now`` are the clocks of its expressions;
    ``check`` cleans what is typed; ``answers`` are given all at once, by name or path: a draft's,
    or a line's. They are taken in the form's order, whatever theirs.
    """

    def __init__(
        self,
        form: Form,
        language: Tag,
        *,
        today: Callable[[], date],
        now: Callable[[], datetime],
        check: Check | None = None,
        answers: Mapping[str, Any] | None = None,
    ) -> None:
        self.form = form
        self._names: dict[str, Question] = {q.name: q for q in form.questions} | dict(form.by_path)
        self._strays: dict[str, Problem] = {}
        self._finished = False
        self._state = State(form, language, (today, now), check)
        self._answer_all(answers or {})

    @property
    def language(self) -> Tag:
        """The language in which everything is shown; setting it keeps the answers."""
        return self._state.language

    @language.setter
    def language(self, language: Tag) -> None:
        self._state.language = language

    def questions(self) -> list[Shown]:
        """What is to be asked or read now, in the form's order."""
        return [
            self._shown(question, strict=self._is_strict(question))
            for question in self.form.questions
            if (question.asked or question.kind == "note") and self._state.is_relevant(question)
        ]

    def shown(self, name: str) -> Shown:
        """The question of that name or path, relevant or not; KeyError if there is none."""
        question = self._names[name]
        return self._shown(question, strict=self._is_strict(question))

    def states(self) -> dict[str, Shown]:
        """Every question by path, as strictly as when finishing."""
        return {q.path: self._shown(q, strict=True) for q in self.form.questions}

    def answer(self, name: str, raw: object) -> Problem | None:
        """Takes an answer and says what is wrong with it, if its question is asked now.

        The answer is kept as given even when it is wrong.
        """
        question = self._taker(name)
        if question is None:
            return self._strays[_bounded(name)]
        self._state.take(question, raw)
        return self._problem(question, strict=True)

    def finish(self) -> Finished:
        """The record of what is relevant and answered, calculated values included."""
        self._finished = True
        record: dict[str, Any] = {}
        problems = list(self._strays.values())
        for question in self.form.questions:
            problem = self._problem(question, strict=True)
            if problem is not None:
                problems.append(problem)
            value = self._recorded(question)
            if question.kind not in {"group", "note"} and value not in ("", []):
                record[question.name] = value
        return Finished(record, tuple(problems))

    def answers(self) -> dict[str, Any]:
        """What was given, by name, for a draft: wrong and irrelevant answers included."""
        state = self._state
        return {
            question.name: given.raw
            for question in self.form.questions
            if (given := state.given[question.path]).touched or given.raw != ""
            if not state.is_readonly(question) and _storable(given.raw)
        }

    def _answer_all(self, answers: Mapping[str, Any]) -> None:
        """In the form's order, so that a filtered choice comes after what it is filtered by."""
        place = {question.path: at for at, question in enumerate(self.form.questions)}

        def order(name: str) -> int:
            question = self._names.get(name)
            return -1 if question is None else place[question.path]

        for name in sorted(answers, key=order):
            question = self._taker(name)
            if question is not None:
                self._state.take(question, answers[name])

    def _taker(self, name: str) -> Question | None:
        """The question that takes an answer by that name; else a stray problem is noted."""
        question = self._names.get(name)
        if question is None or not question.asked:
            stray = Problem(_bounded(name), "unknown_question", "unknown_question")
        elif self._state.is_readonly(question):
            stray = Problem(question.name, "invalid", "readonly")
        else:
            return question
        self._strays[_bounded(name)] = stray
        return None

    def _problem(self, question: Question, *, strict: bool) -> Problem | None:
        state = self._state
        if not question.asked or not state.is_relevant(question):
            return None
        given, value = state.given[question.path], state.value(question)
        if given.problem is not None:
            return given.problem
        if given.withheld and value != given.value:
            return Problem(question.name, "unknown_choice", "unknown_choice")
        if value == "":
            return self._missing(question) if strict and state.is_required(question) else None
        if state.holds(question.constraint):
            return None
        message = state.say(question.constraint_message)
        return Problem(question.name, "constraint", "constraint", text=message)

    def _missing(self, question: Question) -> Problem:
        message = self._state.say(question.required_message)
        return Problem(question.name, "required", "required", text=message)

    def _shown(self, question: Question, *, strict: bool) -> Shown:
        state = self._state
        offered = state.offered(question).values() if question.kind in SELECTS else ()
        return Shown(
            question=question,
            path=question.path,
            name=question.name,
            relevant=state.is_relevant(question),
            required=state.is_required(question),
            readonly=state.is_readonly(question),
            value=self._recorded(question),
            raw=state.given[question.path].raw,
            label=state.say(question.label),
            hint=state.say(question.hint),
            choices=tuple(ShownChoice(c.value, state.say(c.label)) for c in offered),
            problem=self._problem(question, strict=strict),
        )

    def _recorded(self, question: Question) -> str | int | float | list[str]:
        value = self._state.value(question)
        if question.kind == "select_multiple":
            return to_string(value).split()
        if question.kind in {"text", "select_one"} or isinstance(value, date):
            return to_string(value)
        if isinstance(value, float) and question.kind != "decimal" and value.is_integer():
            return int(value)
        return value

    def _is_strict(self, question: Question) -> bool:
        return self._finished or self._state.given[question.path].touched


def _bounded(name: str) -> str:
    """A name that somebody sent, short and storable."""
    return "".join(c for c in name[:100] if is_safe(c)) or "?"


def _storable(raw: object) -> bool:
    return is_safe(raw) if isinstance(raw, str) else isinstance(raw, (int, float, list))
