"""In which order the nodes of a form are computed, and which go round in a circle."""

from __future__ import annotations

from collections.abc import Sequence
from graphlib import CycleError, TopologicalSorter

from kiosk.forms.model import Question


def computing_order(questions: Sequence[Question]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The paths, each after what it depends on; and, if there is one, a circle."""
    known = {question.path for question in questions}
    graph = {question.path: sorted(_needs(question) & known) for question in questions}
    try:
        return tuple(TopologicalSorter(graph).static_order()), ()
    except CycleError as wrong:
        return (), tuple(wrong.args[1])


def _needs(question: Question) -> set[str]:
    needs = {question.parent}
    for rule in (question.relevant, question.filter):
        if rule is not None:
            needs |= rule.refs
    if question.calculate is not None:
        needs |= question.calculate.refs
    return needs
