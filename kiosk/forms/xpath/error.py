"""What is wrong with an expression: a word for it and the place."""

from __future__ import annotations


class XPathError(Exception):
    """An expression that cannot be used. ``code`` says why, ``at`` is the character's index,
    ``what`` the piece of the expression that it is about.
    """

    def __init__(self, code: str, at: int = 0, what: str = "") -> None:
        super().__init__(f"{code} at {at}: {what}")
        self.code = code
        self.at = at
        self.what = what[:100]


MISWRITTEN = frozenset({
    "unreadable", "unexpected", "expected", "unfinished", "arguments", "not_a_path",
    "too_long", "too_deep",
})  # fmt: skip
