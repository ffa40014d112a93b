"""Errors by blame: what a person typed, what the machine lacks; everything else is a bug.

Neither carries a sentence. Both carry a key of the word lists in ``resources/languages`` and the
values that the sentence needs, so that each person reads it in their own language.
"""

from __future__ import annotations


class VisitorError(Exception):
    """Something that a person gave cannot be accepted; nothing was changed.

    ``key`` names the sentence (``error.<key>``), ``field`` the question it stands next to,
    ``code`` is the machine's word for it (a problem code of the command line's contract).
    """

    def __init__(
        self, key: str, *, field: str | None = None, code: str = "invalid", **values: object
    ) -> None:
        super().__init__(key)
        self.key = key
        self.field = field
        self.code = code
        self.values = values


class EnvironmentFault(Exception):  # noqa: N818 - a fault of the machine, not of anybody
    """The machine does not allow it: a full disk, a missing font, a wrong passphrase.

    ``key`` names the sentence (``fault.<key>``). The step was undone; what had been saved stays.
    """

    def __init__(self, key: str, **values: object) -> None:
        super().__init__(key if not values else f"{key} {values}")
        self.key = key
        self.values = values
