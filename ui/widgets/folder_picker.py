"""A folder, chosen by touch: where one is, the folders in it, the way up, the other places."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from ui.isolates import alone
from ui.theme import current_theme
from ui.widgets.button import TouchButton
from ui.widgets.grid import CardGrid
from ui.widgets.label import Label
from ui.widgets.link_card import LinkCard


@dataclass(frozen=True, slots=True)
class FolderWords:
    """What the picker says, in the language that is chosen now."""

    title: str
    choose: str
    up: str
    cancel: str
    empty: str


class FolderPicker(QWidget):
    """``roots`` are places to begin at, by name; ``listed`` gives the folders in a folder."""

    chosen = Signal(object)  # Path
    cancelled = Signal()

    def __init__(
        self,
        start: Path,
        roots: Sequence[tuple[str, Path]],
        listed: Callable[[Path], list[Path]],
        words: FolderWords,
        tag: str,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._folder = start
        self._listed, self._words, self._tag = listed, words, tag
        space = current_theme().space
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(space(1.5))
        column.addWidget(Label(words.title, "lead", bold=True, tag=tag))
        places = [TouchButton(name, "tool", tag=tag) for name, _ in roots]
        for button, (_, path) in zip(places, roots, strict=True):
            button.clicked.connect(lambda _on=False, path=path: self.go(path))
        self._where = Label("", "body", bold=True, tag=tag)
        self._up = TouchButton(words.up, "plain", icon="up", tag=tag)
        self._up.clicked.connect(lambda: self.go(self._folder.parent))
        self._choose = TouchButton(words.choose, "primary", icon="check", tag=tag)
        self._choose.clicked.connect(lambda: self.chosen.emit(self._folder))
        cancel = TouchButton(words.cancel, "quiet", tag=tag)
        cancel.clicked.connect(self.cancelled)
        row = QHBoxLayout()
        row.setSpacing(space(1.5))
        for button in (self._choose, self._up, cancel):
            row.addWidget(button)
        row.addStretch(1)
        column.addWidget(CardGrid(places, columns=(1, 2, 3, 4)))
        column.addWidget(self._where)
        column.addLayout(row)
        self._inside = Label(words.empty, "body", quiet=True, tag=tag)
        self._cards = CardGrid([], columns=(1, 2, 3), gap=1)
        column.addWidget(self._inside)
        column.addWidget(self._cards)
        column.addStretch(1)
        self.go(start)

    @property
    def folder(self) -> Path:
        """Where one is now."""
        return self._folder

    def go(self, folder: Path) -> None:
        """Shows another folder."""
        self._folder = folder
        self._where.set_text(alone(folder), self._tag)
        self._up.setEnabled(folder.parent != folder)
        found = self._listed(folder)
        self._cards.clear()
        self._inside.setVisible(not found)
        for path in found:
            card = LinkCard(alone(path.name), tag=self._tag)
            card.clicked.connect(lambda _on=False, path=path: self.go(path))
            self._cards.add(card)
        self._choose.setFocus()
