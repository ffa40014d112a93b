"""Questions as a session would show them."""

from __future__ import annotations

from collections.abc import Sequence

from kiosk.domain.problem import Problem
from kiosk.forms.model import Question
from kiosk.forms.session import Shown, ShownChoice


def a_question(
    kind: str = "text",
    *looks: str,
    raw: object = "",
    choices: Sequence[tuple[str, str]] = (),
    label: str = "What is your name?",
    hint: str = "As it should be printed",
    problem: str = "",
    readonly: bool = False,
    name: str = "q",
) -> Shown:
    """One question; ``problem`` is the sentence that stands next to it."""
    return Shown(
        question=Question(path=f"/data/{name}", name=name, kind=kind, appearance=looks),
        path=f"/data/{name}",
        name=name,
        relevant=True,
        required=False,
        readonly=readonly,
        value=raw,
        raw=raw,
        label=label,
        hint=hint,
        choices=tuple(ShownChoice(value, text) for value, text in choices),
        problem=Problem(name, "constraint", text=problem) if problem else None,
    )
