"""A form as the kiosk uses it: questions in order, rules compiled, words by language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from kiosk.domain.language import Text
from kiosk.forms.xpath import Expression

ASKED = frozenset({"text", "integer", "decimal", "select_one", "select_multiple", "date"})
SELECTS = frozenset({"select_one", "select_multiple"})


class Template(str):
    """A text that shows answers: ``parts`` are its pieces, the text itself shows their names."""

    __slots__ = ("parts",)
    parts: tuple[str | Expression, ...]

    @classmethod
    def of(cls, text: str, parts: tuple[str | Expression, ...]) -> Template:
        template = cls(text)
        template.parts = parts
        return template


@dataclass(frozen=True, slots=True)
class Choice:
    """One choice of a list; ``columns`` is its row, for filters."""

    value: str
    label: Text
    columns: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Question:
    """One node of a form.

    ``kind`` is text, integer, decimal, select_one, select_multiple, date, note, calculate or
    group. ``filter`` gives the rows of ``choices`` that are offered now; None offers them all.
    ``default`` is the answer to begin with, as written or computed.
    """

    path: str
    name: str
    kind: str
    label: Text = field(default_factory=dict)
    hint: Text = field(default_factory=dict)
    required: Expression | None = None
    required_message: Text = field(default_factory=dict)
    relevant: Expression | None = None
    readonly: Expression | None = None
    constraint: Expression | None = None
    constraint_message: Text = field(default_factory=dict)
    calculate: Expression | None = None
    choices: tuple[Choice, ...] = ()
    filter: Expression | None = None
    value_column: str = "name"
    default: str | Expression = ""
    appearance: tuple[str, ...] = ()

    @property
    def asked(self) -> bool:
        """Whether a person answers it."""
        return self.kind in ASKED

    @property
    def parent(self) -> str:
        return self.path.rpartition("/")[0]


@dataclass(frozen=True, slots=True)
class Form:
    """A form, ready for sessions. ``order`` holds the paths so that each comes after all that its
    relevance, value and choices depend on.
    """

    id: str
    title: str
    version: str
    languages: tuple[str, ...]
    default_language: str
    questions: tuple[Question, ...]
    order: tuple[str, ...]
    by_path: Mapping[str, Question] = field(repr=False)

    def asked_kinds(self) -> dict[str, str]:
        """The questions that a person answers, kind by name, in the form's order."""
        return {question.name: question.kind for question in self.questions if question.asked}
