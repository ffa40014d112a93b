r"""The functions of OpenRosa XPath that forms may use here; any other is refused at import.

What they do is what the ODK XForms specification and JavaRosa say. ``regex`` matches the whole
text, of up to 2,000 characters. Texts are counted in characters.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kiosk.forms.xpath import dates, texts
from kiosk.forms.xpath.error import XPathError
from kiosk.forms.xpath.facts import Evaluate, Facts
from kiosk.forms.xpath.pattern import UnfitPatternError, compile_pattern
from kiosk.forms.xpath.syntax import Call
from kiosk.forms.xpath.values import (
    NAN,
    Value,
    is_empty,
    to_boolean,
    to_number,
    to_string,
)

if TYPE_CHECKING:
    from kiosk.forms.xpath.compiler import Compiled, Compiler

Build = Callable[["Compiler", Call, "list[Compiled]"], Evaluate]
MANY = 1000


@dataclass(frozen=True, slots=True)
class Function:
    least: int
    most: int
    build: Build


def _plain(least: int, most: int, compute: Callable[..., Value]) -> Function:
    """A function of its arguments' values."""

    def build(_: Compiler, __: Call, arguments: list[Compiled]) -> Evaluate:
        values = [argument.value for argument in arguments]
        if len(values) == 1:
            only = values[0]
            return lambda facts: compute(only(facts))
        if len(values) == 2:
            first, second = values
            return lambda facts: compute(first(facts), second(facts))
        return lambda facts: compute(*[value(facts) for value in values])

    return Function(least, most, build)


def _here(compute: Callable[[Value], Value]) -> Function:
    """A function of one argument, or of the question itself."""

    def build(compiler: Compiler, call: Call, arguments: list[Compiled]) -> Evaluate:
        made = arguments[0] if arguments else compiler.question(compiler.scope.here, call.at)
        value = made.value
        return lambda facts: compute(value(facts))

    return Function(0, 1, build)


def _over_nodes(least: int, most: int, compute: Callable[[Sequence[Value]], Value]) -> Function:
    """A function of all nodes that its arguments lead to."""

    def build(_: Compiler, __: Call, arguments: list[Compiled]) -> Evaluate:
        def values(facts: Facts) -> list[Value]:
            found: list[Value] = []
            for argument in arguments:
                found += argument.nodes(facts) if argument.nodes else [argument.value(facts)]
            return found

        return lambda facts: compute(values(facts))

    return Function(least, most, build)


def _nodes_only(compute: Callable[[Sequence[Value]], Value]) -> Function:
    """A function of the nodes of one path."""

    def build(_: Compiler, call: Call, arguments: list[Compiled]) -> Evaluate:
        nodes = arguments[0].nodes
        if nodes is None:
            raise XPathError("not_a_path", call.at, f"{call.name}()")
        return lambda facts: compute(nodes(facts))

    return Function(1, 1, build)


def _if(_: Compiler, __: Call, arguments: list[Compiled]) -> Evaluate:
    test, then, other = (argument.value for argument in arguments)
    return lambda facts: then(facts) if to_boolean(test(facts)) else other(facts)


def _coalesce(_: Compiler, __: Call, arguments: list[Compiled]) -> Evaluate:
    values = [argument.value for argument in arguments]

    def evaluate(facts: Facts) -> Value:
        return next((v for value in values if not is_empty(v := value(facts))), "")

    return evaluate


def _once(compiler: Compiler, _: Call, arguments: list[Compiled]) -> Evaluate:
    """What the question has already, else what is computed now."""
    path, value = compiler.scope.here, arguments[0].value

    def evaluate(facts: Facts) -> Value:
        had = facts.values.get(path, "")
        return value(facts) if is_empty(had) else had

    return evaluate


def _regex(_: Compiler, call: Call, arguments: list[Compiled]) -> Evaluate:
    value, pattern = arguments[0].value, arguments[1].literal
    if not isinstance(pattern, str):
        raise XPathError("pattern_not_fixed", call.at, "regex()")
    try:
        matches = compile_pattern(pattern)
    except UnfitPatternError as wrong:
        raise XPathError("pattern", call.at, pattern) from wrong
    return lambda facts: matches(to_string(value(facts)))


def _choice_name(compiler: Compiler, call: Call, arguments: list[Compiled]) -> Evaluate:
    value, quoted = arguments[0].value, arguments[1].literal
    path = compiler.question(str(quoted).strip(), call.at).path
    return lambda facts: facts.choice_name(path, to_string(value(facts)))


def _format_date(_: Compiler, call: Call, arguments: list[Compiled]) -> Evaluate:
    value, pattern = arguments[0].value, arguments[1].literal
    if not isinstance(pattern, str) or not dates.is_pattern(pattern):
        raise XPathError("date_pattern", call.at, str(pattern))
    return lambda facts: dates.format_date(value(facts), pattern)


def _numbers(choose: Callable[[list[float]], float]) -> Callable[[Sequence[Value]], Value]:
    def compute(values: Sequence[Value]) -> Value:
        numbers = [to_number(value) for value in values]
        return NAN if not numbers or any(map(math.isnan, numbers)) else choose(numbers)

    return compute


def _true(_: Compiler, __: Call, ___: list[Compiled]) -> Evaluate:
    return lambda _: True


def _false(_: Compiler, __: Call, ___: list[Compiled]) -> Evaluate:
    return lambda _: False


def _today(_: Compiler, __: Call, ___: list[Compiled]) -> Evaluate:
    return lambda facts: facts.today()


def _now(_: Compiler, __: Call, ___: list[Compiled]) -> Evaluate:
    return lambda facts: facts.now()


FUNCTIONS: dict[str, Function] = {
    "true": Function(0, 0, _true),
    "false": Function(0, 0, _false),
    "boolean": _plain(1, 1, to_boolean),
    "boolean-from-string": _plain(1, 1, lambda v: to_string(v).lower() in {"true", "1"}),
    "not": _plain(1, 1, lambda value: not to_boolean(value)),
    "if": Function(3, 3, _if),
    "coalesce": Function(2, MANY, _coalesce),
    "once": Function(1, 1, _once),
    "number": _here(to_number),
    "int": _plain(1, 1, texts.truncate),
    "round": _plain(1, 2, texts.rounded),
    "abs": _plain(1, 1, lambda value: abs(to_number(value))),
    "pow": _plain(2, 2, texts.power),
    "string": _here(to_string),
    "concat": _over_nodes(0, MANY, lambda values: "".join(map(to_string, values))),
    "join": _over_nodes(
        1, MANY, lambda v: to_string(v[0]).join(map(to_string, v[1:])) if v else ""
    ),
    "string-length": _here(lambda value: len(to_string(value))),
    "normalize-space": _here(lambda value: " ".join(to_string(value).split())),
    "contains": _plain(2, 2, lambda a, b: to_string(b) in to_string(a)),
    "starts-with": _plain(2, 2, lambda a, b: to_string(a).startswith(to_string(b))),
    "ends-with": _plain(2, 2, lambda a, b: to_string(a).endswith(to_string(b))),
    "substr": _plain(2, 3, texts.substr),
    "substring-before": _plain(2, 2, texts.before),
    "substring-after": _plain(2, 2, texts.after),
    "translate": _plain(3, 3, texts.translated),
    "regex": Function(2, 2, _regex),
    "selected": _plain(2, 2, texts.selected),
    "selected-at": _plain(2, 2, texts.selected_at),
    "count-selected": _plain(1, 1, lambda value: len(to_string(value).split())),
    "jr:choice-name": Function(2, 2, _choice_name),
    "count": _nodes_only(len),
    "count-non-empty": _nodes_only(lambda vs: sum(not is_empty(value) for value in vs)),
    "sum": _nodes_only(lambda values: sum(map(to_number, values))),
    "min": _over_nodes(1, MANY, _numbers(min)),
    "max": _over_nodes(1, MANY, _numbers(max)),
    "today": Function(0, 0, _today),
    "now": Function(0, 0, _now),
    "date": _plain(1, 1, dates.to_day),
    "date-time": _plain(1, 1, dates.to_moment),
    "format-date": Function(2, 2, _format_date),
    "format-date-time": Function(2, 2, _format_date),
}
