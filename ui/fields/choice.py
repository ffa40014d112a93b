"""Answers that are chosen: cards, faces, a scale of numbers."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QBoxLayout, QButtonGroup, QSizePolicy, QWidget

from kiosk.forms.session import Shown, ShownChoice
from ui.fields.field import Field
from ui.theme import current_theme
from ui.translate import Speaker
from ui.widgets.choice_card import ChoiceCard
from ui.widgets.face_card import FaceCard
from ui.widgets.grid import CardGrid
from ui.widgets.label import Label
from ui.widgets.number_card import NumberCard
from ui.widgets.scroll import ScrollColumn
from ui.widgets.touchable import Touchable


class PickField(Field):
    """One of several, or any of several, as cards of some kind; what subclasses differ in is
    the card and the grid.
    """

    many = False

    def __init__(self, shown: Shown, speaker: Speaker, parent: QWidget | None = None) -> None:
        super().__init__(shown, speaker, parent)
        self.cards: dict[str, Touchable] = {}
        self._offered: tuple[ShownChoice, ...] = ()
        self._group = QButtonGroup(self)
        self._group.setExclusive(not self.many)
        self._group.buttonClicked.connect(self._on_clicked)
        self.grid = self._grid()
        self.put(self._around(self.grid), 1)
        self.say_again()

    def say_again(self) -> None:
        choices = self._choices()
        if [c.value for c in choices] == [c.value for c in self._offered]:
            for choice in choices:
                self.cards[choice.value].set_text(choice.label, self.speaker.tag)
        else:
            self._offer(choices)
        self._offered = choices
        self.setAccessibleName(self.shown.label)
        for card in self.cards.values():
            card.setAccessibleDescription(self.shown.label)
            card.setEnabled(not self.shown.readonly)
        self._mark(chosen_values(self.shown.raw))

    def forget(self) -> None:
        super().forget()
        self._mark(())

    def focus(self) -> None:
        chosen = next((card for card in self.cards.values() if card.isChecked()), None)
        first = chosen or next(iter(self.cards.values()), None)
        if first is not None:
            first.setFocus(Qt.FocusReason.OtherFocusReason)

    def chosen(self) -> list[str]:
        """The values of the chosen cards, in the form's order."""
        return [value for value, card in self.cards.items() if card.isChecked()]

    def _choices(self) -> tuple[ShownChoice, ...]:
        return self.shown.choices

    def _grid(self) -> CardGrid:
        return CardGrid()

    def _around(self, grid: CardGrid) -> QWidget:
        return grid

    def _card(self, place: int, choice: ShownChoice) -> Touchable:
        del place
        return ChoiceCard(choice.label, many=self.many, tag=self.speaker.tag)

    def _offer(self, choices: Sequence[ShownChoice]) -> None:
        for card in self.cards.values():
            self._group.removeButton(card)
        self.grid.clear()
        self.cards = {c.value: self._card(place, c) for place, c in enumerate(choices)}
        for card in self.cards.values():
            self._group.addButton(card)
            self.grid.add(card)

    def _mark(self, values: Sequence[str]) -> None:
        """Shows as chosen exactly these, and tells nobody."""
        self._group.setExclusive(False)
        for value, card in self.cards.items():
            card.setChecked(value in values)
        self._group.setExclusive(not self.many)

    def _on_clicked(self) -> None:
        chosen = self.chosen()
        self.show_problem("")
        self.answered.emit(self.name, chosen if self.many else next(iter(chosen), ""))


class ChoiceField(PickField):
    """One of several as cards, which scroll when they are many."""

    def _around(self, grid: CardGrid) -> QWidget:
        self.scrolling = ScrollColumn(grid)
        return self.scrolling

    def say_again(self) -> None:
        super().say_again()
        self.scrolling.set_names(self.speaker.say("field.up"), self.speaker.say("field.down"))


class ManyField(ChoiceField):
    """Any of several."""

    many = True


class RatingField(PickField):
    """Five faces, from bad to good."""

    def _grid(self) -> CardGrid:
        return CardGrid(columns=(5, 1))

    def _around(self, grid: CardGrid) -> QWidget:
        self.scrolling = ScrollColumn(grid)
        return self.scrolling

    def say_again(self) -> None:
        super().say_again()
        self.scrolling.set_names(self.speaker.say("field.up"), self.speaker.say("field.down"))

    def _card(self, place: int, choice: ShownChoice) -> Touchable:
        return FaceCard(place + 1, choice.label, tag=self.speaker.tag)


class ScaleField(PickField):
    """Numbers in a row, with what the ends mean below them."""

    def _grid(self) -> CardGrid:
        count = len(self._choices())
        return CardGrid(columns=(count, *(few for few in (6, 4) if few < count)), gap=1)

    def _around(self, grid: CardGrid) -> QWidget:
        whole = QWidget()
        column = QBoxLayout(QBoxLayout.Direction.TopToBottom, whole)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(current_theme().space(1))
        column.addWidget(grid)
        ends = QBoxLayout(QBoxLayout.Direction.LeftToRight)
        self._low, self._high = Label("", quiet=True), Label("", quiet=True)
        for label in (self._low, self._high):
            label.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Minimum)
        ends.addWidget(self._low)
        ends.addStretch(1)
        ends.addWidget(self._high)
        column.addLayout(ends)
        column.addStretch(1)
        return whole

    def say_again(self) -> None:
        super().say_again()
        self._low.set_text(self.speaker.say("field.scale_low"), self.speaker.tag)
        self._high.set_text(self.speaker.say("field.scale_high"), self.speaker.tag)
        for label in (self._low, self._high):  # a form that says itself what the ends mean, does
            label.setVisible(not self.shown.hint)

    def _choices(self) -> tuple[ShownChoice, ...]:
        if self.shown.choices:
            return self.shown.choices
        return tuple(ShownChoice(str(n), str(n)) for n in range(11))

    def _card(self, place: int, choice: ShownChoice) -> Touchable:
        del place
        return NumberCard(choice.label, tag=self.speaker.tag)


def chosen_values(raw: object) -> tuple[str, ...]:
    """The chosen values of an answer as given: a text of values or a list of them."""
    if isinstance(raw, (list, tuple)):
        return tuple(str(value) for value in raw)
    return tuple(str(raw).split()) if raw not in (None, "") else ()
