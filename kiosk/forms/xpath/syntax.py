"""XPath as written: from text to tokens to a tree, within bounds.

The grammar is XPath 1.0 without axes, attributes, wildcards and unions. Whatever is outside it
is refused with its place; nothing else is ever raised, whatever the text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from kiosk.forms.xpath.error import XPathError

MAX_LENGTH = 20_000
MAX_DEPTH = 60

_START = (
    r"A-Za-z_\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c-\u200d"
    r"\u2070-\u218f\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_NAME = rf"[{_START}][{_START}0-9.\-\u00b7\u0300-\u036f\u203f-\u2040]*"
_TOKEN = re.compile(
    rf"""\s*(?:(?P<number>[0-9]+(?:\.[0-9]*)?|\.[0-9]+)
    |(?P<text>"[^"]*"|'[^']*')
    |(?P<name>{_NAME}(?::{_NAME})?)
    |(?P<sign>!=|<=|>=|\.\.|[-+*/=<>()\[\],.]))""",
    re.VERBOSE,
)
_POWERS = {
    "or": 1, "and": 2, "=": 3, "!=": 3, "<": 4, "<=": 4, ">": 4, ">=": 4,
    "+": 5, "-": 5, "*": 6, "div": 6, "mod": 6,
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Token:
    kind: str  # number, text, name, sign, end
    text: str
    at: int


@dataclass(frozen=True, slots=True)
class Literal:
    value: str | float


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a path: a name, "." or "..", and what it must fulfil."""

    name: str
    predicates: tuple[Node, ...] = ()


@dataclass(frozen=True, slots=True)
class Path:
    """Steps from the root ("/"), from here (""), or from what a call gives (instance, current)."""

    start: str | Call
    steps: tuple[Step, ...]
    at: int


@dataclass(frozen=True, slots=True)
class Call:
    name: str
    arguments: tuple[Node, ...]
    at: int


@dataclass(frozen=True, slots=True)
class Operation:
    """Two or more parts; more than two only with "and" and "or"."""

    sign: str
    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Negative:
    part: Node


Node = Literal | Path | Call | Operation | Negative


def tokens(text: str) -> list[Token]:
    """The tokens of an expression and one end token."""
    if len(text) > MAX_LENGTH:
        raise XPathError("too_long", MAX_LENGTH)
    found: list[Token] = []
    at, end = 0, len(text.rstrip())
    while at < end:
        match = _TOKEN.match(text, at)
        if not match:
            raise XPathError("unreadable", at)
        kind = str(match.lastgroup)
        found.append(Token(kind, match[kind], match.start(kind)))
        at = match.end()
    found.append(Token("end", "", end))
    return found


def parse(text: str) -> Node:
    """The expression as a tree; raises XPathError alone."""
    parser = _Parser(tokens(text))
    tree = parser.expression(0)
    if parser.token.kind != "end":
        raise XPathError("unexpected", parser.token.at, parser.token.text)
    return tree


class _Parser:
    """Precedence climbing over the tokens. ``_depth`` bounds both nesting and long sums."""

    def __init__(self, found: list[Token]) -> None:
        self._tokens = found
        self._at = 0
        self._depth = 0

    @property
    def token(self) -> Token:
        return self._tokens[self._at]

    def _take(self) -> Token:
        token = self.token
        self._at += 1
        return token

    def _is(self, *signs: str) -> bool:
        return self.token.kind == "sign" and self.token.text in signs

    def _expect(self, sign: str) -> None:
        if not self._is(sign):
            raise XPathError("expected", self.token.at, sign)
        self._at += 1

    def _deeper(self, by: int = 1) -> None:
        self._depth += by
        if self._depth > MAX_DEPTH:
            raise XPathError("too_deep", self.token.at)

    def expression(self, power: int) -> Node:
        self._deeper()
        before = self._depth
        left = self._unary()
        while (own := self._power()) > power:
            sign = self._take().text
            self._depth = before
            right = self.expression(own)
            left = self._joined(sign, left, right)
            if not (isinstance(left, Operation) and len(left.parts) > 2):
                before += 1  # a long sum is a deep tree
        self._depth = before - 1
        return left

    @staticmethod
    def _joined(sign: str, left: Node, right: Node) -> Node:
        if sign in {"and", "or"} and isinstance(left, Operation) and left.sign == sign:
            return Operation(sign, (*left.parts, right))
        return Operation(sign, (left, right))

    def _power(self) -> int:
        return _POWERS.get(self.token.text, 0) if self.token.kind in {"name", "sign"} else 0

    def _unary(self) -> Node:
        if not self._is("-"):
            return self._primary()
        self._take()
        self._deeper()
        part = self._unary()
        self._depth -= 1
        return Negative(part)

    def _primary(self) -> Node:
        token = self.token
        if token.kind == "number":
            self._take()
            return Literal(float(token.text))
        if token.kind == "text":
            self._take()
            return Literal(token.text[1:-1])
        if self._is("("):
            self._take()
            inner = self.expression(0)
            self._expect(")")
            return inner
        if token.kind == "name" and self._tokens[self._at + 1].text == "(":
            return self._call()
        return self._path()

    def _call(self) -> Node:
        name = self._take()
        self._expect("(")
        arguments: list[Node] = []
        while not self._is(")"):
            arguments.append(self.expression(0))
            if not self._is(")"):
                self._expect(",")
                if self._is(")"):
                    raise XPathError("unexpected", self.token.at, ")")
        self._take()
        call = Call(name.text, tuple(arguments), name.at)
        if not self._is("/"):
            return call
        self._take()
        return Path(call, self._steps(), name.at)

    def _path(self) -> Path:
        at = self.token.at
        if self._is("/"):
            self._take()
            return Path("/", self._steps(), at)
        return Path("", self._steps(), at)

    def _steps(self) -> tuple[Step, ...]:
        steps = [self._step()]
        while self._is("/"):
            self._take()
            steps.append(self._step())
        return tuple(steps)

    def _step(self) -> Step:
        token = self.token
        if token.kind != "name" and not self._is(".", ".."):
            raise XPathError("unexpected" if token.text else "unfinished", token.at, token.text)
        self._take()
        predicates: list[Node] = []
        while self._is("["):
            self._take()
            predicates.append(self.expression(0))
            self._expect("]")
        return Step(token.text, tuple(predicates))
