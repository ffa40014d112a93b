"""What a review finds, for a machine by code and for a person by sentence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from kiosk.domain.language import Words
from kiosk.forms.columns import Place

ERROR = "error"
WARNING = "warning"


@dataclass(frozen=True, slots=True)
class FormProblem:
    """Something about a form, with the cell that it is about ("" and 0 where there is none).

    The sentence is ``form.<code>`` of the word lists. Errors keep a form from being installed.
    """

    severity: str
    code: str
    place: Place = field(default_factory=Place)
    values: Mapping[str, Any] = field(default_factory=dict)

    @property
    def sheet(self) -> str:
        return self.place.sheet

    @property
    def row(self) -> int:
        return self.place.row

    @property
    def column(self) -> str:
        return self.place.column

    def message(self, words: Words) -> str:
        """The sentence for a person, in the language of ``words``."""
        return words.say(f"form.{self.code}", **self.values)


@dataclass(frozen=True, slots=True)
class Review:
    """What is to be said of a form. ``questions`` counts those that are asked."""

    ok: bool
    title: str
    version: str
    questions: int
    languages: tuple[str, ...]
    problems: tuple[FormProblem, ...]
