"""A page on which one line is typed over all else: a passphrase, or the address of a server."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from ui.screens.screen import Room
from ui.screens.staff.running import RunningPage
from ui.widgets.passphrase import Passphrase, PassphraseWords

if TYPE_CHECKING:
    from kiosk.domain.language import Tag
    from kiosk.services.ports import StaffMember


class TypedPage(RunningPage):
    """What was typed is forgotten as soon as the line goes away."""

    def __init__(self, room: Room, member: StaffMember) -> None:
        super().__init__(room, member)
        self._typed: Passphrase | None = None
        self._kind = ""  # of the keyboard that is needed

    def keyboard(self) -> tuple[Tag, str] | None:
        return (self.speaker.tag, self._kind) if self._kind else None

    def on_next(self) -> None:
        if self._typed is not None:
            self._typed.enter()

    def ask_line(
        self,
        words: PassphraseWords,
        kind: str,
        then: Callable[[str], None],
        *,
        hidden: bool,
        problem: str,
    ) -> None:
        """Asks for the line; ``kind`` is the keyboard's, "secret" for what nobody may read."""
        self.ended()
        icon = "lock" if kind == "secret" else "add"
        typed = Passphrase(words, self.speaker.tag, hidden=hidden, problem=problem, icon=icon)
        typed.touched.connect(lambda: self._need(kind))
        typed.entered.connect(then)
        typed.cancelled.connect(self.ended)
        self._typed = typed
        self.show_over(self.scroller(typed))
        typed.take_focus()

    def _need(self, kind: str) -> None:
        if kind != self._kind:
            self._kind = kind
            self.changed.emit()

    def ended(self) -> None:
        super().ended()
        if self._typed is not None:
            self._typed.forget()
            self._typed = None
        self._need("")
