"""The cards on which a coordinator chooses what to merge: from where, into what, who opens it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QButtonGroup, QWidget

from ui.isolates import alone
from ui.merge_choice import MergeChoice, shown_address
from ui.sticks import Target, size_in_words
from ui.widgets.button import TouchButton
from ui.widgets.choice_card import ChoiceCard
from ui.widgets.grid import CardGrid
from ui.widgets.label import Label
from ui.widgets.surface import Card

if TYPE_CHECKING:
    from pathlib import Path

    from ui.translate import Speaker


@dataclass(frozen=True, slots=True)
class Wishes:
    """What the buttons on the cards ask for."""

    look_again: Callable[[], None]
    add_folder: Callable[[], None]
    add_server: Callable[[], None]
    choose_store: Callable[[], None]
    open_store: Callable[[], None]


@dataclass(frozen=True, slots=True)
class MergeCards:
    """Made of a choice, in which they note what is ticked. ``frame`` makes a card with a title."""

    speaker: Speaker
    choice: MergeChoice
    frame: Callable[[str], Card]
    wishes: Wishes

    def source(self) -> Card:
        """From where: sticks, folders, servers; several may be ticked."""
        say, choice = self.speaker.say, self.choice
        card = self.frame(say("staff.merge.from"))
        cards: list[QWidget] = [self._place(one) for one in choice.places]
        cards += [
            self._tickable(one, alone(shown_address(one)), say("staff.merge.server"))
            for one in choice.servers
        ]
        self._fill(card, cards, say("staff.merge.no_source"))
        if choice.servers:
            words = say("staff.merge.no_credentials")
            if choice.credentials is not None:
                stick = alone(choice.credentials.stick)
                words = say("staff.merge.credentials", stick=stick)
            card.column.addWidget(Label(words, "small", quiet=True, tag=self.speaker.tag))
        buttons = [
            self._button(say("staff.refresh"), self.wishes.look_again),
            self._button(say("staff.merge.add_folder"), self.wishes.add_folder),
            self._button(say("staff.merge.add_server"), self.wishes.add_server),
        ]
        card.column.addWidget(CardGrid(buttons, columns=(1, 3)))
        return card

    def store(self) -> Card:
        """Into what: a store that is there, or a new one."""
        say, choice = self.speaker.say, self.choice
        card = self.frame(say("staff.merge.into"))
        group = QButtonGroup(card)
        cards: list[QWidget] = []
        for store in choice.stores:
            title = say("staff.merge.store" if store.is_file() else "staff.merge.new_store")
            detail = say("staff.merge.folder", folder=alone(store))
            one = ChoiceCard(title, detail, tag=self.speaker.tag)
            one.setChecked(store == choice.store)
            one.clicked.connect(lambda _on=False, store=store: self._keep_in(store))
            group.addButton(one)
            cards.append(one)
        self._fill(card, cards, say("staff.merge.no_store"))
        buttons = [self._button(say("staff.merge.choose_folder"), self.wishes.choose_store)]
        if any(store.is_file() for store in choice.stores):
            buttons.append(self._button(say("staff.store.open"), self.wishes.open_store))
        card.column.addWidget(CardGrid(buttons, columns=(1, 2)))
        return card

    def identity(self) -> Card:
        """Whose identity opens what laptops sealed."""
        say, choice = self.speaker.say, self.choice
        card = self.frame(say("staff.merge.identity"))
        group = QButtonGroup(card)
        cards: list[QWidget] = []
        for lies in choice.identities:
            where = say("staff.forgotten.on_stick", name=alone(lies.stick))
            one = ChoiceCard(alone(lies.path.stem), where, tag=self.speaker.tag)
            one.setChecked(lies.path == choice.identity)
            one.clicked.connect(lambda _on=False, path=lies.path: self._open_with(path))
            group.addButton(one)
            cards.append(one)
        self._fill(card, cards, say("staff.forgotten.none"))
        return card

    def _place(self, place: Target) -> ChoiceCard:
        say = self.speaker.say
        title, folder = alone(place.folder.name), alone(place.folder)
        detail = say("staff.merge.folder", folder=folder)
        if place.stick:
            title = say("staff.close.stick", name=alone(place.stick))
            size = alone(size_in_words(place.free))
            detail = say("staff.close.free", folder=folder, size=size)
        return self._tickable(str(place.folder), title, detail)

    def _tickable(self, source: str, title: str, detail: str) -> ChoiceCard:
        card = ChoiceCard(title, detail, many=True, tag=self.speaker.tag)
        card.setChecked(source in self.choice.chosen)
        card.clicked.connect(lambda on: self.choice.tick(source, on=on))
        return card

    def _fill(self, card: Card, cards: list[QWidget], none: str) -> None:
        if cards:
            card.column.addWidget(CardGrid(cards, columns=(1, 2)))
        else:
            card.column.addWidget(Label(none, "body", quiet=True, tag=self.speaker.tag))

    def _button(self, text: str, act: Callable[[], None]) -> TouchButton:
        button = TouchButton(text, "plain", tag=self.speaker.tag)
        button.clicked.connect(act)
        return button

    def _keep_in(self, store: Path) -> None:
        self.choice.store = store

    def _open_with(self, identity: Path) -> None:
        self.choice.identity = identity
