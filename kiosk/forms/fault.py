"""What reading an XForm gives: a form, or everything that keeps it from being one."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.forms.model import Form


@dataclass(frozen=True, slots=True)
class Fault:
    """Something that the kiosk cannot do or that is wrong. ``path`` is the question's, ``part``
    what of it: type, relevant, constraint, calculate, required, default, label, choices …
    """

    code: str
    path: str
    part: str
    what: str = ""
    at: int = 0


@dataclass(frozen=True, slots=True)
class Read:
    """What was read: the form unless there are faults, and what it says of itself."""

    form: Form | None
    faults: tuple[Fault, ...]
    title: str
    version: str
    languages: tuple[str, ...]
    asked: int
