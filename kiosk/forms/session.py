"""One visitor's session with a form: answers come in, and what is to be asked comes out.

Everything that depends on answers is computed again after each of them, in an order that was
found once. What a person gave is kept as given, wrong or not, relevant or not; the record holds
what is right and relevant when the session is finished.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from kiosk.domain.language import Tag, Text, in_language
from kiosk.domain.problem import Problem
from kiosk.errors import VisitorError
from kiosk.forms.answers import TEXT_LIMIT, Check, is_safe, read_answer
from kiosk.forms.model import SELECTS, Choice, Form, Question, Template
from kiosk.forms.xpath import Facts, Value
from kiosk.forms.xpath.values import is_empty, to_boolean, to_string


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


@dataclass(slots=True)
class _Given:
    """What was given to one question and what became of it."""

    raw: Any = ""
    value: Value = ""
    problem: Problem | None = None
    withheld: bool = False  # the choice was not among those offered when it was made
    touched: bool = False


class Session:
    """One visitor with one form. ``today`` and ``now`` are the clocks of its expressions;
    ``check`` cleans what is typed; ``answers`` are those of a draft, by name or path.
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
        self.language = language
        self._check = check
        self._facts = Facts({}, today, now, self._choice_name)
        self._names: dict[str, Question] = {q.name: q for q in form.questions} | dict(form.by_path)
        self._codes = {q.path: {c.value: c for c in q.choices} for q in form.questions}
        self._given = {question.path: _Given() for question in form.questions}
        self._offers: dict[str, tuple[list[Value], dict[str, Choice]]] = {}
        self._strays: dict[str, Problem] = {}
        self._finished = False
        self._begin()
        if answers:
            self._answer_all(answers)

    def questions(self) -> list[Shown]:
        """What is to be asked or read now, in the form's order."""
        return [
            self._shown(question, strict=self._is_strict(question))
            for question in self.form.questions
            if (question.asked or question.kind == "note") and self._is_relevant(question)
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
        question = self._take(name, raw)
        if question is None:
            return self._strays[_bounded(name)]
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
        return {
            question.name: given.raw
            for question in self.form.questions
            if (given := self._given[question.path]).touched or given.raw != ""
            if not self._is_readonly(question) and _storable(given.raw)
        }

    def _begin(self) -> None:
        computed = []
        for question in self.form.questions:
            if isinstance(question.default, str):
                self._set(question, question.default)
            else:
                computed.append((question, question.default))
        self._compute()
        for question, default in computed:
            self._set(question, to_string(default.evaluate(self._facts)))
        if computed:
            self._compute()

    def _answer_all(self, answers: Mapping[str, Any]) -> None:
        """In the form's order, so that a filtered choice comes after what it is filtered by."""
        place = {question.path: at for at, question in enumerate(self.form.questions)}
        last = len(place)

        def at(name: str) -> int:
            question = self._names.get(name)
            return last if question is None else place[question.path]

        for name in sorted(answers, key=at):
            self._take(name, answers[name])

    def _take(self, name: str, raw: object) -> Question | None:
        question = self._names.get(name)
        if question is None or not question.asked:
            stray = Problem(_bounded(name), "unknown_question", "unknown_question")
        elif self._is_readonly(question):
            stray = Problem(question.name, "invalid", "readonly")
        else:
            self._set(question, raw)
            given = self._given[question.path]
            given.touched = True
            self._compute()
            given.withheld = self._kept(question) != given.value
            return question
        self._strays[_bounded(name)] = stray
        return None

    def _set(self, question: Question, raw: object) -> None:
        given = self._given[question.path]
        given.raw = raw[: TEXT_LIMIT + 1] if isinstance(raw, str) else "" if raw is None else raw
        given.problem = None
        try:
            if question.asked:
                codes = self._codes[question.path]
                given.value = read_answer(question, raw, codes, self._check)
        except VisitorError as wrong:
            given.value = ""
            given.problem = Problem(question.name, wrong.code, wrong.key, wrong.values)

    def _compute(self) -> None:
        values, by_path = self._facts.values, self.form.by_path
        for path in self.form.order:
            question = by_path[path]
            parent = question.parent
            if (parent in by_path and parent not in values) or not (
                question.relevant is None or to_boolean(question.relevant.evaluate(self._facts))
            ):
                values.pop(path, None)
            elif question.calculate is not None:
                value = question.calculate.evaluate(self._facts)
                values[path] = "" if is_empty(value) else value
            else:
                values[path] = self._kept(question)

    def _kept(self, question: Question) -> Value:
        """The value without choices that are not offered any more."""
        value = self._given[question.path].value
        if question.filter is None or value == "":
            return value
        offered = self._offered(question)
        return " ".join(code for code in str(value).split() if code in offered)

    def _offered(self, question: Question) -> dict[str, Choice]:
        codes = self._codes[question.path]
        if question.filter is None or question.filter.items is None:
            return codes
        values = self._facts.values
        key = [values.get(path, "") for path in sorted(question.filter.refs)]
        known = self._offers.get(question.path)
        if known is not None and known[0] == key:
            return known[1]
        rows = question.filter.items(self._facts)
        here = [row.get(question.value_column, "") for row in rows]
        offered = {code: codes[code] for code in here}
        self._offers[question.path] = (key, offered)
        return offered

    def _problem(self, question: Question, *, strict: bool) -> Problem | None:
        if not question.asked or not self._is_relevant(question):
            return None
        given, value = self._given[question.path], self._facts.values[question.path]
        if given.problem is not None:
            return given.problem
        if given.withheld and value != given.value:
            return Problem(question.name, "unknown_choice", "unknown_choice")
        if value == "":
            return self._missing(question) if strict and self._is_required(question) else None
        rule = question.constraint
        if rule is None or to_boolean(rule.evaluate(self._facts)):
            return None
        message = self._say(question.constraint_message)
        return Problem(question.name, "constraint", "constraint", text=message)

    def _missing(self, question: Question) -> Problem:
        message = self._say(question.required_message)
        return Problem(question.name, "required", "required", text=message)

    def _shown(self, question: Question, *, strict: bool) -> Shown:
        offered = self._offered(question).values() if question.kind in SELECTS else ()
        return Shown(
            question=question,
            path=question.path,
            name=question.name,
            relevant=self._is_relevant(question),
            required=self._is_required(question),
            readonly=self._is_readonly(question),
            value=self._recorded(question),
            raw=self._given[question.path].raw,
            label=self._say(question.label),
            hint=self._say(question.hint),
            choices=tuple(ShownChoice(c.value, self._say(c.label)) for c in offered),
            problem=self._problem(question, strict=strict),
        )

    def _recorded(self, question: Question) -> Any:
        value = self._facts.values.get(question.path, "")
        if question.kind == "select_multiple":
            return str(value).split()
        if isinstance(value, date):
            return value.isoformat()
        if isinstance(value, float) and question.kind == "calculate" and value.is_integer():
            return int(value)
        return value

    def _say(self, text: Text) -> str:
        sentence = in_language(text, self.language, self.form.default_language)
        if not isinstance(sentence, Template):
            return sentence
        return "".join(
            part if isinstance(part, str) else to_string(part.evaluate(self._facts))
            for part in sentence.parts
        )

    def _choice_name(self, path: str, code: str) -> str:
        choice = self._codes.get(path, {}).get(code)
        return "" if choice is None else self._say(choice.label)

    def _is_relevant(self, question: Question) -> bool:
        return question.path in self._facts.values

    def _is_required(self, question: Question) -> bool:
        rule = question.required
        return rule is not None and to_boolean(rule.evaluate(self._facts))

    def _is_readonly(self, question: Question) -> bool:
        rule = question.readonly
        if not question.asked or question.calculate is not None:
            return True
        return rule is not None and to_boolean(rule.evaluate(self._facts))

    def _is_strict(self, question: Question) -> bool:
        return self._finished or self._given[question.path].touched


def _bounded(name: str) -> str:
    """A name that somebody sent, short and storable."""
    return "".join(c for c in name[:100] if is_safe(c)) or "?"


def _storable(raw: object) -> bool:
    return is_safe(raw) if isinstance(raw, str) else isinstance(raw, (int, float, list))
