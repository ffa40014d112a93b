"""Trees of XPath become closures, once; evaluating them is calling them.

Paths are resolved while compiling, so that an unknown question, list or column is found when a
form is imported and never in front of a visitor.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, replace

from kiosk.forms.xpath.error import XPathError
from kiosk.forms.xpath.facts import Evaluate, Expression, Facts, Item, Items, Nodes, Scope
from kiosk.forms.xpath.functions import FUNCTIONS
from kiosk.forms.xpath.syntax import (
    Call,
    Literal,
    Node,
    Operation,
    Path,
    Step,
    parse,
)
from kiosk.forms.xpath.values import NAN, Value, equal, to_boolean, to_number, to_operand


@dataclass(frozen=True, slots=True)
class Compiled:
    """One node as a closure: its value, and its nodes or rows where it is a path.

    ``path`` is the question that a path leads to, ``literal`` the value of a literal.
    """

    value: Evaluate
    nodes: Nodes | None = None
    items: Items | None = None
    path: str = ""
    literal: str | float | None = None


def compile_xpath(source: str, scope: Scope) -> Expression:
    """The expression ready to be evaluated; raises XPathError alone."""
    compiler = Compiler(scope)
    made = compiler.compile(parse(source))
    return Expression(source, frozenset(compiler.refs), made.value, made.items)


class Compiler:
    """Compiles the nodes of one expression and notes which paths it reads."""

    def __init__(self, scope: Scope) -> None:
        self.scope = scope
        self.refs: set[str] = set()

    def compile(self, node: Node) -> Compiled:
        match node:
            case Literal():
                value = node.value
                return Compiled(lambda _: value, literal=value)
            case Path():
                return self._path(node)
            case Call():
                return self._call(node)
            case Operation():
                return Compiled(_operation(node.sign, [self.compile(p).value for p in node.parts]))
        part = self.compile(node.part).value
        return Compiled(lambda facts: -to_number(part(facts)))

    def question(self, path: str, at: int) -> Compiled:
        """The value of a question or group of the form."""
        if path not in self.scope.paths:
            raise XPathError("unknown_reference", at, path)
        self.refs.add(path)

        def value(facts: Facts) -> Value:
            return facts.values.get(path, "")

        def nodes(facts: Facts) -> list[Value]:
            return [facts.values[path]] if path in facts.values else []

        return Compiled(value, nodes, path=path)

    def _call(self, node: Call) -> Compiled:
        if node.name == "current":
            return self.question(self.scope.here, node.at)
        function = FUNCTIONS.get(node.name)
        if function is None:
            raise XPathError("unknown_function", node.at, f"{node.name}()")
        if not function.least <= len(node.arguments) <= function.most:
            raise XPathError("arguments", node.at, f"{node.name}()")
        arguments = [self.compile(argument) for argument in node.arguments]
        return Compiled(function.build(self, node, arguments))

    def _path(self, node: Path) -> Compiled:
        if isinstance(node.start, Call):
            if node.start.name == "instance":
                return self._list(node.start, node.steps)
            if node.start.name != "current" or node.start.arguments:
                raise XPathError("unsupported_path", node.at, f"{node.start.name}()/")
            return self._walk(self.scope.here, node)
        if node.start == "" and self.scope.in_item:
            return self._column(node)
        return self._walk(self.scope.here if node.start == "" else "", node)

    def _walk(self, path: str, node: Path) -> Compiled:
        for step in node.steps:
            if step.predicates:
                raise XPathError("unsupported_path", node.at, f"{step.name}[")
            if step.name == "..":
                path = path.rpartition("/")[0]
            elif step.name != ".":
                path = f"{path}/{step.name}"
        return self.question(path, node.at)

    def _column(self, node: Path) -> Compiled:
        name = node.steps[0].name
        if len(node.steps) > 1 or node.steps[0].predicates or name in {".", ".."}:
            raise XPathError("unsupported_path", node.at, name)
        return Compiled(lambda facts: facts.item.get(name, ""))

    def _list(self, call: Call, steps: tuple[Step, ...]) -> Compiled:
        """instance('towns')/root/item[...], or one column of it."""
        literals = [part.value for part in call.arguments if isinstance(part, Literal)]
        name = str(literals[0]) if len(literals) == len(call.arguments) == 1 else ""
        rows = self.scope.lists.get(name)
        if rows is None:
            raise XPathError("unknown_list", call.at, name)
        root, item, *columns = (*steps, Step(""), Step(""))[: max(2, len(steps))]
        filtered = root.predicates or any(step.predicates for step in columns)
        if (root.name, item.name) != ("root", "item") or filtered or len(columns) > 1:
            raise XPathError("unsupported_path", call.at, f"instance('{name}')")
        items = self._filtered(rows, item)
        if columns:
            return _cells(items, rows, columns[0].name, call.at)
        return Compiled(lambda _: "", lambda facts: ["" for _ in items(facts)], items)

    def _filtered(self, rows: tuple[Item, ...], step: Step) -> Items:
        inner = Compiler(replace(self.scope, in_item=True))
        tests = [inner.compile(predicate).value for predicate in step.predicates]
        self.refs |= inner.refs

        def items(facts: Facts) -> list[Item]:
            kept, outer = list(rows), facts.item
            for test in tests:
                kept = [
                    row for place, row in enumerate(kept, 1) if _passes(test, facts, row, place)
                ]
            facts.item = outer
            return kept

        return items


def _cells(items: Items, rows: tuple[Item, ...], column: str, at: int) -> Compiled:
    """One column of a list."""
    if rows and not any(column in row for row in rows):
        raise XPathError("unknown_column", at, column)

    def nodes(facts: Facts) -> list[Value]:
        return [row[column] for row in items(facts) if column in row]

    return Compiled(lambda facts: next(iter(nodes(facts)), ""), nodes)


def _passes(test: Evaluate, facts: Facts, row: Item, place: int) -> bool:
    facts.item = row
    result = test(facts)
    if isinstance(result, (int, float)) and not isinstance(result, bool):
        return result == place
    return to_boolean(result)


def _operation(sign: str, parts: list[Evaluate]) -> Evaluate:
    if sign == "or":
        return lambda facts: any(to_boolean(part(facts)) for part in parts)
    if sign == "and":
        return lambda facts: all(to_boolean(part(facts)) for part in parts)
    return _OPERATIONS[sign](*parts)


def _numeric(operate: Callable[[float, float], float | bool]) -> Callable[..., Evaluate]:
    def build(left: Evaluate, right: Evaluate) -> Evaluate:
        return lambda facts: operate(to_operand(left(facts)), to_operand(right(facts)))

    return build


def _divide(left: float, right: float) -> float:
    if right:
        return left / right
    return (
        NAN
        if not left or math.isnan(left)
        else math.copysign(math.inf, left * math.copysign(1, right))
    )


def _modulo(left: float, right: float) -> float:
    return math.fmod(left, right) if right and math.isfinite(left) else NAN


_OPERATIONS: dict[str, Callable[[Evaluate, Evaluate], Evaluate]] = {
    "=": lambda left, right: lambda facts: equal(left(facts), right(facts)),
    "!=": lambda left, right: lambda facts: not equal(left(facts), right(facts)),
    "<": _numeric(lambda left, right: left < right),
    "<=": _numeric(lambda left, right: left <= right),
    ">": _numeric(lambda left, right: left > right),
    ">=": _numeric(lambda left, right: left >= right),
    "+": _numeric(lambda left, right: left + right),
    "-": _numeric(lambda left, right: left - right),
    "*": _numeric(lambda left, right: left * right),
    "div": _numeric(_divide),
    "mod": _numeric(_modulo),
}
