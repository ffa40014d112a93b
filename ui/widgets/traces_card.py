"""What the self-check says of sheets, memory and disk that lie in clear, on the page Prepare."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ui.widgets.column import clear_layout
from ui.widgets.label import Label
from ui.widgets.strip import Strip
from ui.widgets.surface import Card

if TYPE_CHECKING:
    from kiosk.services.fitness_entry import Fitness
    from ui.translate import Speaker


class TracesCard(Card):
    """A sentence with what to do for everything that is not fit; or that nothing is."""

    def __init__(self, speaker: Speaker) -> None:
        super().__init__()
        self._speaker = speaker
        self._found: tuple[Fitness, ...] = ()

    def show_found(self, found: tuple[Fitness, ...]) -> None:
        """Says it anew, in the language of now."""
        self._found = found
        say, tag = self._speaker.say, self._speaker.tag
        clear_layout(self.column)
        self.column.addWidget(Label(say("printing.traces.title"), "body", bold=True, tag=tag))
        unfit = [one for one in found if not one.ok]
        for one in unfit:
            self.column.addWidget(Strip(say(f"fitness.{one.key}", **one.values)))
        if found and not unfit:
            self.column.addWidget(Label(say("printing.traces.nothing"), "body", tag=tag))

    def say_again(self) -> None:
        """The same in other words."""
        self.show_found(self._found)
