"""What a service answers when it cannot accept what a person gave."""

from __future__ import annotations

from collections.abc import Sequence

from kiosk.domain.problem import Problem
from kiosk.errors import VisitorError


class Refused(VisitorError):  # noqa: N818 - it says what happened, as people say it
    """Nothing was saved; ``problems`` says why, field by field."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        first = problems[0]
        super().__init__(first.key or first.code, field=first.field, code=first.code)
        self.problems = tuple(problems)


def problem_of(error: VisitorError, field: str) -> Problem:
    """The error as a problem next to ``field``."""
    return Problem(error.field or field, error.code, error.key, error.values)
