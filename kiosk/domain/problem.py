"""What is wrong with one answer, for a machine by code and for a person by sentence."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping
from typing import Any

from kiosk.domain.language import Words


@dataclasses.dataclass(frozen=True, slots=True)
class Problem:
    """A problem next to a field.

    ``code`` is one of the contract's: required, invalid, too_long, aadhaar, characters,
    constraint, unknown_question, unknown_choice, consent, malformed. ``key`` names the sentence
    (``error.<key>``) unless the form brings its own ``text``.
    """

    field: str
    code: str
    key: str = ""
    values: Mapping[str, Any] = dataclasses.field(default_factory=dict)
    text: str = ""

    def message(self, words: Words) -> str:
        """The sentence for a person, in the language of ``words``."""
        return self.text or words.say(f"error.{self.key}", **self.values)
