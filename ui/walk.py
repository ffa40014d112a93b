"""A form one thing at a time: forwards, backwards, and back to one answer. No Qt."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from kiosk.domain.clock import written_date

if TYPE_CHECKING:
    from kiosk.domain.language import Tag
    from kiosk.domain.problem import Problem
    from kiosk.forms.session import Session, Shown


@dataclass(frozen=True, slots=True)
class Row:
    """One answer as it is shown for checking; ``value`` is "" where nothing was given."""

    name: str
    label: str
    value: str


class Walk:
    """One visitor's way through a session. ``only`` restricts it to some of the questions.

    ``changing`` is set while one answer is put right from the screen that shows them all: then
    ``forward`` leads back there, over what the change has made necessary or new. ``left_out``
    are questions that are not asked of this visitor, nor their answers given away. While it is
    ``short``, only what is needed is asked.
    """

    def __init__(self, session: Session, only: Collection[str] = ()) -> None:
        self._session = session
        self._only = frozenset(only)
        self._seen: set[str] = set()
        self.changing = False
        self.left_out: frozenset[str] = frozenset()
        self.short = False
        self._at = ""
        self.restart()

    def restart(self) -> None:
        """Back to the first question."""
        self._at = next((shown.name for shown in self.steps()), "")

    @property
    def at(self) -> str:
        """The name of the question that is asked now."""
        return self._at

    def resume(self, name: str) -> None:
        """To the question where somebody stopped, as short or as long as their way was.

        What was asked up to it counts as seen. Without such a question, it begins again.
        """
        given = self._session.answers()
        steps = self.steps()
        told_more = any(shown.name in given and not shown.required for shown in steps)
        needed = [shown.name for shown in steps if shown.required]
        self.short = not told_more and (name in needed or not name)
        names = [shown.name for shown in self.steps()]
        if name in names:
            self._at = name
            self._seen.update(names[: names.index(name) + 1])
        else:
            self.restart()

    def speak(self, language: Tag) -> None:
        """Questions and choices in another language; answers stay."""
        self._session.language = language

    def steps(self) -> list[Shown]:
        """What is asked or read now, in order."""
        return [shown for shown in self._session.questions() if self._is_asked(shown)]

    def _is_asked(self, shown: Shown) -> bool:
        if shown.name in self.left_out or (self._only and shown.name not in self._only):
            return False
        if self.short and not shown.required:
            return False
        return not shown.readonly or shown.question.kind == "note"

    def current(self) -> Shown:
        return self._session.shown(self._at)

    @property
    def position(self) -> tuple[int, int]:
        """(2, 6): the second of six things."""
        names = [shown.name for shown in self.steps()]
        return names.index(self._at) + 1, len(names)

    def answer(self, raw: object) -> Problem | None:
        """Takes an answer to the current question."""
        return self._session.answer(self._at, raw)

    def settle(self) -> Problem | None:
        """What keeps the visitor from going on, if anything does."""
        shown = self.current()
        if not shown.question.asked:
            return None
        return self._session.answer(self._at, shown.raw)

    def forward(self) -> bool:
        """To the next question; False when there is none, and the answers can be checked."""
        self._seen.add(self._at)
        steps = self.steps()
        names = [shown.name for shown in steps]
        after = steps[names.index(self._at) + 1 :]
        if self.changing:
            states = self._session.states()
            after = [
                shown
                for shown in steps
                if shown.name not in self._seen or states[shown.path].problem is not None
            ]
        if not after:
            return False
        self._at = after[0].name
        return True

    def has_more(self) -> bool:
        """Whether somebody who has said what is needed could say more."""
        return self.short and any(
            shown.question.asked and not shown.required for shown in self._session.questions()
        )

    def lengthen(self) -> None:
        """From now on everything is asked, beginning with what was not yet."""
        self.short = False
        steps = self.steps()
        self._at = next((one.name for one in steps if one.name not in self._seen), steps[-1].name)

    def backward(self) -> bool:
        """To the question before; False at the first, or when one answer is being changed."""
        names = [shown.name for shown in self.steps()]
        at = names.index(self._at)
        if self.changing or at == 0:
            return False
        self._at = names[at - 1]
        return True

    def to_last(self) -> None:
        """To the last question, as when somebody goes back from the answers."""
        self.changing = False
        self._at = self.steps()[-1].name

    def change(self, name: str) -> None:
        """To one question, and then back to the answers."""
        self.changing = True
        self._at = name

    def rows(self) -> list[Row]:
        """Every question that is asked now, with its answer in words."""
        return [
            Row(shown.name, shown.label, in_words(shown))
            for shown in self.steps()
            if shown.question.asked
        ]

    def answers(self) -> dict[str, Any]:
        """What was given to relevant questions, for the service or for a draft."""
        given = self._session.answers()
        return {s.name: given[s.name] for s in self.steps() if s.name in given}

    def forget(self) -> None:
        """No answer remains in it."""
        for name in self._session.answers():
            self._session.answer(name, "")
        self._seen.clear()
        self.changing = False


def in_words(shown: Shown) -> str:
    """An answer as a person reads it: labels for codes, dates as offices write them."""
    if isinstance(shown.value, list):
        chosen = [choice.label for choice in shown.choices if choice.value in shown.value]
        return " · ".join(chosen)
    if shown.choices:
        return next((one.label for one in shown.choices if one.value == shown.value), "")
    if shown.question.kind == "date" and shown.value:
        return written_date(date.fromisoformat(shown.value))
    return str(shown.raw).strip() if shown.value != "" else ""
