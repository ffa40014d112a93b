"""Traps of XPath: expressions that are right by the book and say what nobody means."""

from __future__ import annotations

from collections.abc import Iterator

from kiosk.forms.xpath.syntax import Call, Literal, Negative, Node, Operation, Path, parse

_COMPARISONS = {"<", "<=", ">", ">="}
_CLOCKS = {"now", "today"}
_LOOKS_WHETHER_EMPTY = {"string-length", "coalesce", "count-non-empty", "boolean", "not", "string"}


def blank_traps(source: str, relevant: str = "") -> list[str]:
    """The questions whose blank answer ``if`` takes for a small or large number.

    ``if(${nps} >= 9, 'promoter', 'detractor')`` calls a blank answer a detractor, because no
    comparison with nothing is true. An expression, or the question's own relevance, that asks
    whether there is an answer is no trap. ``source`` must be an expression that compiles.
    """
    tree = parse(source)
    guarded = set(_guarded(tree)) | (set(_guarded(parse(relevant))) if relevant.strip() else set())
    compared: dict[str, None] = {}
    for node in _all(tree):
        if isinstance(node, Call) and node.name == "if" and not _is_blank(node.arguments[2]):
            compared |= dict.fromkeys(_compared(node.arguments[0]))
    return [path for path in compared if path not in guarded]


def clocks(source: str) -> list[str]:
    """The clocks that an expression reads, as it names them: what they say stays in the record,
    and can tell who answered. ``source`` must be an expression that compiles.
    """
    calls = (node for node in _all(parse(source)) if isinstance(node, Call))
    return list(dict.fromkeys(f"{call.name}()" for call in calls if call.name in _CLOCKS))


def _is_blank(node: Node) -> bool:
    return isinstance(node, Literal) and node.value == ""


def _compared(test: Node) -> Iterator[str]:
    for node in _all(test):
        if isinstance(node, Operation) and node.sign in _COMPARISONS:
            yield from (_written(part) for part in node.parts if isinstance(part, Path))


def _guarded(tree: Node) -> Iterator[str]:
    for node in _all(tree):
        if (
            isinstance(node, Operation)
            and node.sign in {"=", "!="}
            and any(map(_is_blank, node.parts))
        ):
            yield from (_written(part) for part in node.parts if isinstance(part, Path))
        if isinstance(node, Call) and node.name in _LOOKS_WHETHER_EMPTY:
            yield from (_written(part) for part in node.arguments if isinstance(part, Path))


def _written(path: Path) -> str:
    return "/".join(step.name for step in path.steps)


def _all(node: Node) -> Iterator[Node]:
    yield node
    for child in _children(node):
        yield from _all(child)


def _children(node: Node) -> tuple[Node, ...]:
    match node:
        case Call():
            return node.arguments
        case Operation():
            return node.parts
        case Negative():
            return (node.part,)
        case Path():
            return tuple(predicate for step in node.steps for predicate in step.predicates)
    return ()
