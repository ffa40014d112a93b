"""What an expression may look at while it is evaluated, and what it is once compiled."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from kiosk.forms.xpath.values import Value

Item = Mapping[str, str]  # a row of a list of choices: its columns by name


@dataclass(slots=True)
class Facts:
    """One moment of a session.

    ``values`` has each node of the form that is relevant now, groups and unanswered questions
    with "". ``choice_name`` gives the label of a choice: (path of the question, code). ``item``
    is the row that a predicate is about.
    """

    values: dict[str, Value]
    today: Callable[[], date]
    now: Callable[[], datetime]
    choice_name: Callable[[str, str], str]
    item: Item = field(default_factory=dict)


Evaluate = Callable[[Facts], Value]
Nodes = Callable[[Facts], list[Value]]
Items = Callable[[Facts], list[Item]]


@dataclass(frozen=True, slots=True)
class Scope:
    """What an expression may name: the paths of the form, its lists, and where it stands."""

    here: str
    paths: frozenset[str]
    lists: Mapping[str, tuple[Item, ...]]
    in_item: bool = False


@dataclass(frozen=True, slots=True)
class Expression:
    """A compiled expression. ``refs`` are the paths that it reads, ``once`` those of itself that
    it may read although it computes them. Evaluating never raises.
    """

    source: str
    refs: frozenset[str]
    evaluate: Evaluate = field(repr=False, compare=False)
    items: Items | None = field(default=None, repr=False, compare=False)
