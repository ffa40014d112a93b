r"""Patterns of ``regex()``, matched in a time that grows with the text alone.

Python's own engine tries one way after another: for ``(a+)+$`` it takes hours over forty letters.
Here all ways are followed at once (K. Thompson, "Regular Expression Search Algorithm", 1968):
Python reads the pattern, and what is read becomes states. A text is taken sign by sign; at each
sign, each state is looked at once. Classes are Java's (``\d`` is 0 to 9).

What needs memory has no place in this: references to groups, looking back, and looking ahead
elsewhere than at the beginning, are refused when the form is compiled.
"""

from __future__ import annotations

import re
import string
from collections.abc import Callable, Iterable, Sequence
from re import _parser  # type: ignore[attr-defined] # there is no other door to what re has read
from typing import Any

LONGEST_TEXT = 2000  # characters; a longer text matches nothing
MOST_STATES = 3000

_FLAGS = int(re.ASCII | re.IGNORECASE | re.DOTALL | re.VERBOSE)
_WORD = frozenset(string.ascii_letters + string.digits + "_")
_CATEGORIES = {
    "DIGIT": frozenset(string.digits),
    "SPACE": frozenset(" \t\n\r\f\v"),
    "WORD": _WORD,
}

Test = Callable[[str], bool]  # whether a state takes this sign
Where = Callable[[str, int], bool]  # whether one may pass here: text, place
Item = tuple[Any, Any]  # what Python's reader gives: an operation and what it is about


class UnfitPatternError(ValueError):
    """The pattern is no regular expression, or none that can be matched in bounded time."""


def compile_pattern(pattern: str) -> Callable[[str], bool]:
    """What says whether a whole text matches. Raises UnfitPatternError."""
    try:
        read = _parser.parse(pattern, re.ASCII)
        if read.state.flags & ~_FLAGS:
            raise UnfitPatternError(pattern)
        program = _Program(read.state.flags)
        begin = program.sequence(list(read), program.end)
    except (re.error, OverflowError, RecursionError) as wrong:
        raise UnfitPatternError(pattern) from wrong
    return lambda text: len(text) <= LONGEST_TEXT and program.run(begin, text, whole=True)


class _Program:
    """States by number. A state takes a sign, or leads on at once, perhaps only in some places."""

    end = 0

    def __init__(self, flags: int) -> None:
        self._any_sign = bool(flags & re.DOTALL)
        self._any_case = bool(flags & re.IGNORECASE)
        self._takes: list[Test | None] = [None]
        self._where: list[Where | None] = [None]
        self._next: list[tuple[int, ...]] = [()]
        self._within = 0  # how many repeats, branches and tests the reading is inside of
        self._pieces = 0  # read so far; a repeated nothing makes no states, and takes time
        self._ahead = True  # whether nothing has been asked for yet that takes signs

    def run(self, begin: int, text: str, *, whole: bool) -> bool:
        """Whether the text, or if not ``whole`` some beginning of it, leads to the end."""
        states = self._reached([begin], text, 0)
        for at, sign in enumerate(text, 1):
            if not states or (self.end in states and not whole):
                break
            taken = [
                self._next[state][0]
                for state in states
                if (test := self._takes[state]) is not None and test(sign)
            ]
            states = self._reached(taken, text, at)
        return self.end in states

    def _reached(self, states: list[int], text: str, at: int) -> set[int]:
        found: set[int] = set()
        while states:
            state = states.pop()
            if state in found:
                continue
            found.add(state)
            where = self._where[state]
            if self._takes[state] is None and (where is None or where(text, at)):
                states += self._next[state]
        return found

    def sequence(self, items: Sequence[Item], after: int) -> int:
        """The state with which these items begin; they lead to ``after``."""
        leading = [str(operation) in {"AT", "ASSERT", "ASSERT_NOT"} for operation, _ in items]
        heads = leading.index(False) if False in leading else len(leading)
        for place in reversed(range(len(items))):
            operation, about = items[place]
            ahead, self._ahead = self._ahead, self._ahead and place <= heads
            after = self._item(str(operation), about, after)
            self._ahead = ahead
        return after

    def _item(self, operation: str, about: Any, after: int) -> int:  # noqa: ANN401 - as re gives it
        match operation:
            case "LITERAL" | "NOT_LITERAL" | "ANY" | "IN":
                return self._state((after,), takes=self._test(operation, about))
            case "MAX_REPEAT" | "MIN_REPEAT":
                return self._repeat(about, after)
            case "BRANCH":
                return self._state(tuple(self._inside(list(one), after) for one in about[1]))
            case "SUBPATTERN" if not (about[1] or about[2]):
                return self.sequence(list(about[3]), after)
            case "AT":
                return self._state((after,), where=_PLACES[str(about)])
            case "ASSERT" | "ASSERT_NOT" if about[0] == 1 and self._ahead and not self._within:
                return self._look_ahead(list(about[1]), after, wanted=operation == "ASSERT")
        raise UnfitPatternError(operation)

    def _state(
        self, leads_to: tuple[int, ...], takes: Test | None = None, where: Where | None = None
    ) -> int:
        if len(self._next) >= MOST_STATES:
            raise UnfitPatternError("too many states")
        self._takes.append(takes)
        self._where.append(where)
        self._next.append(leads_to)
        return len(self._next) - 1

    def _inside(self, items: Sequence[Item], after: int) -> int:
        self._within += 1
        self._pieces += 1
        if self._pieces > MOST_STATES:
            raise UnfitPatternError("too many pieces")
        begin = self.sequence(items, after)
        self._within -= 1
        return begin

    def _repeat(self, about: tuple[int, int, Iterable[Item]], after: int) -> int:
        least, most, body = about
        items, begin = list(body), after
        if most > LONGEST_TEXT:
            begin = self._state(())
            self._next[begin] = (self._inside(items, begin), after)
        else:
            for _ in range(most - least):
                begin = self._state((self._inside(items, begin), after))
        for _ in range(least):
            begin = self._inside(items, begin)
        return begin

    def _look_ahead(self, items: Sequence[Item], after: int, *, wanted: bool) -> int:
        begin = self._inside(items, self.end)

        def where(text: str, at: int) -> bool:
            return self.run(begin, text[at:], whole=False) == wanted

        return self._state((after,), where=where)

    def _test(self, operation: str, about: Any) -> Test:  # noqa: ANN401 - as re gives it
        if operation == "ANY":
            return (lambda _: True) if self._any_sign else (lambda sign: sign != "\n")
        items = list(about) if operation == "IN" else [("LITERAL", about)]
        negated = operation == "NOT_LITERAL" or str(items[0][0]) == "NEGATE"
        tests = [_one(str(kind), what) for kind, what in items if str(kind) != "NEGATE"]
        any_case = self._any_case

        def test(sign: str) -> bool:
            found = any(one(sign) for one in tests)
            if any_case and not found and sign.isascii():
                found = any(one(sign.swapcase()) for one in tests)
            return found != negated

        return test


def _one(kind: str, what: Any) -> Test:  # noqa: ANN401 - as re gives it
    """The test of one member of a class of signs."""
    if kind == "LITERAL":
        literal = chr(what)
        return lambda sign: sign == literal
    if kind == "RANGE":
        first, last = map(chr, what)
        return lambda sign: first <= sign <= last
    name = str(what).removeprefix("CATEGORY_")
    signs = _CATEGORIES[name.removeprefix("NOT_")]
    return lambda sign: (sign in signs) != name.startswith("NOT_")


def _boundary(text: str, at: int) -> bool:
    before, after = text[at - 1 : at] if at else "", text[at : at + 1]
    return (before in _WORD) != (after in _WORD)


def _ends(text: str, at: int) -> bool:
    return at == len(text) or (at == len(text) - 1 and text[at] == "\n")


_PLACES: dict[str, Where] = {
    "AT_BEGINNING": lambda _, at: at == 0,
    "AT_BEGINNING_STRING": lambda _, at: at == 0,
    "AT_END": _ends,
    "AT_END_STRING": lambda text, at: at == len(text),
    "AT_BOUNDARY": _boundary,
    "AT_NON_BOUNDARY": lambda text, at: not _boundary(text, at),
}
