"""What was given to a form and what follows from it: relevance, values, choices on offer.

Everything that depends on answers is computed again after each of them, in an order that was
found once.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from kiosk.domain.language import Tag, Text, in_language
from kiosk.domain.problem import Problem
from kiosk.errors import VisitorError
from kiosk.forms.answers import TEXT_LIMIT, Check, read_answer
from kiosk.forms.model import Choice, Form, Question, Template
from kiosk.forms.xpath import Expression, Facts, Value
from kiosk.forms.xpath.values import is_empty, to_boolean, to_string


@dataclass(slots=True)
class Given:
    """What was given to one question and what became of it.

    ``withheld``: a choice was not among those offered when it was made.
    """

    raw: Any = ""
    value: Value = ""
    problem: Problem | None = None
    withheld: bool = False
    touched: bool = False


class State:
    """The answers to one form and their consequences."""

    def __init__(
        self,
        form: Form,
        language: Tag,
        clocks: tuple[Callable[[], date], Callable[[], datetime]],
        check: Check | None,
    ) -> None:
        self.form = form
        self._language = language
        self.facts = Facts({}, *clocks, self._choice_name)
        self.codes = {q.path: {c.value: c for c in q.choices} for q in form.questions}
        self.given = {question.path: Given() for question in form.questions}
        self._by_row = {id(c.columns): c for q in form.questions if q.filter for c in q.choices}
        self._check = check
        self._offers: dict[str, tuple[list[Value], dict[str, Choice]]] = {}
        self._begin()

    @property
    def language(self) -> Tag:
        return self._language

    @language.setter
    def language(self, language: Tag) -> None:
        self._language = language
        self._compute()  # a calculation may name a choice

    def say(self, text: Text) -> str:
        """A text of the form in the session's language, with the answers that it shows."""
        sentence = in_language(text, self._language, self.form.default_language)
        if not isinstance(sentence, Template):
            return sentence
        return "".join(
            part if isinstance(part, str) else to_string(part.evaluate(self.facts))
            for part in sentence.parts
        ).strip()

    def take(self, question: Question, raw: object) -> None:
        """An answer by a person."""
        self._set(question, raw)
        self._compute()
        given = self.given[question.path]
        given.touched = True
        given.withheld = self._kept(question) != given.value

    def value(self, question: Question) -> Value:
        """The value as expressions see it: "" while the question is not relevant."""
        return self.facts.values.get(question.path, "")

    def offered(self, question: Question) -> dict[str, Choice]:
        """The choices on offer now, by code."""
        if question.filter is None or question.filter.items is None:
            return self.codes[question.path]
        values = self.facts.values
        key = [values.get(path, "") for path in sorted(question.filter.refs)]
        known = self._offers.get(question.path)
        if known is not None and known[0] == key:
            return known[1]
        rows = question.filter.items(self.facts)
        choices = (self._by_row[id(row)] for row in rows)
        offered = {choice.value: choice for choice in choices}
        self._offers[question.path] = (key, offered)
        return offered

    def is_relevant(self, question: Question) -> bool:
        return question.path in self.facts.values

    def is_required(self, question: Question) -> bool:
        return self.holds(question.required, otherwise=False)

    def is_readonly(self, question: Question) -> bool:
        """Whether a person cannot answer it; calculated ones never."""
        if not question.asked or question.calculate is not None:
            return True
        return self.holds(question.readonly, otherwise=False)

    def holds(self, rule: Expression | None, *, otherwise: bool = True) -> bool:
        return otherwise if rule is None else to_boolean(rule.evaluate(self.facts))

    def _choice_name(self, path: str, code: str) -> str:
        question = self.form.by_path.get(path)
        choice = None if question is None else self.offered(question).get(code)
        return "" if choice is None else self.say(choice.label)

    def _begin(self) -> None:
        """Defaults as written, then those that are computed from them."""
        computed = []
        for question in self.form.questions:
            if isinstance(question.default, str):
                self._set(question, question.default)
            else:
                computed.append((question, question.default))
        self._compute()
        for question, default in computed:
            value = default.evaluate(self.facts)
            self._set(question, "" if is_empty(value) else to_string(value))
        self._compute()

    def _set(self, question: Question, raw: object) -> None:
        given = self.given[question.path]
        given.raw = raw[: TEXT_LIMIT + 1] if isinstance(raw, str) else "" if raw is None else raw
        given.problem = None
        try:
            if question.asked:
                codes = self.codes[question.path]
                given.value = read_answer(question, raw, codes, self._check)
        except VisitorError as wrong:
            given.value = ""
            given.problem = Problem(question.name, wrong.code, wrong.key, wrong.values)

    def _compute(self) -> None:
        values, by_path, facts = self.facts.values, self.form.by_path, self.facts
        for path in self.form.order:
            question = by_path[path]
            parent = question.parent
            if (parent in by_path and parent not in values) or not self.holds(question.relevant):
                values.pop(path, None)
            elif question.calculate is not None:
                value = question.calculate.evaluate(facts)
                values[path] = "" if is_empty(value) else value
            else:
                values[path] = self._kept(question)

    def _kept(self, question: Question) -> Value:
        """The value without choices that are not offered any more."""
        value = self.given[question.path].value
        if question.filter is None or value == "":
            return value
        offered = self.offered(question)
        kept = " ".join(code for code in str(value).split() if code in offered)
        if kept == value:
            self.given[question.path].withheld = False
        return kept
