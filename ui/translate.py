"""The language on the screen: one speaker, whom every screen asks for its sentences."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6 import QtCore
from PySide6.QtCore import QObject, Signal

from kiosk.domain.language import Language, Tag, Text, Words, in_language


class Speaker(QObject):
    """Says sentences in the language that is chosen now, and tells when that changes.

    ``words`` holds the sentences of every language that ``languages`` offers.
    """

    changed = Signal()

    def __init__(
        self, words: Mapping[Tag, Words], languages: Mapping[Tag, Language], tag: Tag
    ) -> None:
        super().__init__()
        self._words = words
        self._languages = languages
        self._tag = tag

    @property
    def tag(self) -> Tag:
        return self._tag

    @property
    def words(self) -> Words:
        """All sentences of the chosen language."""
        return self._words[self._tag]

    @property
    def language(self) -> Language:
        return self._languages[self._tag]

    @property
    def languages(self) -> Mapping[Tag, Language]:
        """All languages on offer, in the event's order."""
        return self._languages

    @property
    def right_to_left(self) -> bool:
        return self.language.right_to_left

    @property
    def direction(self) -> QtCore.Qt.LayoutDirection:
        """Which way a window of this language is laid out."""
        directions = QtCore.Qt.LayoutDirection
        return directions.RightToLeft if self.right_to_left else directions.LeftToRight

    def set_tag(self, tag: Tag) -> None:
        """Chooses another language; KeyError if it is not on offer."""
        self._languages[tag]
        if tag != self._tag:
            self._tag = tag
            self.changed.emit()

    def say(self, key: str, **values: object) -> str:
        """The sentence in the chosen language, its values filled in."""
        return self.words.say(key, **values)

    def text(self, text: Text) -> str:
        """A text of the campaign's pack in the chosen language, else in English, else in any."""
        return in_language(text, self._tag)
