"""What was written when the day was closed, beside the page that sums it up."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QVBoxLayout, QWidget

from ui.theme import current_theme
from ui.widgets.button import TouchButton
from ui.widgets.label import Label
from ui.widgets.sheet_view import SheetView
from ui.widgets.strip import Strip
from ui.widgets.surface import Card

_BESIDE_EM = 34


@dataclass(frozen=True, slots=True)
class Written:
    """The sentences, ready to be read."""

    title: str
    safe: str
    folder: str
    files: Sequence[str]
    notes: Sequence[str]
    print_text: str
    again_text: str
    carry_text: str
    page_name: str


class ClosingCard(QWidget):
    """Texts and buttons at the start side, the summary's page at the end side."""

    printed = Signal()
    again = Signal()
    carried = Signal()

    def __init__(
        self, written: Written, pdf: bytes, tag: str, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        space = current_theme().space
        texts = QVBoxLayout()
        texts.setSpacing(space(1.5))
        texts.addWidget(Label(written.title, "title", bold=True, tag=tag))
        texts.addWidget(Strip(written.safe))
        files = Card()
        files.column.addWidget(Label(written.folder, "small", bold=True, tag=tag))
        for line in (*written.files, *written.notes):
            files.column.addWidget(Label(line, "small", tag=tag))
        print_it = TouchButton(written.print_text, "primary", icon="printer", tag=tag)
        print_it.clicked.connect(self.printed)
        texts.addWidget(print_it)
        carry = TouchButton(written.carry_text, "plain", icon="save", tag=tag)
        carry.clicked.connect(self.carried)
        texts.addWidget(carry)
        again = TouchButton(written.again_text, "quiet", tag=tag)
        again.clicked.connect(self.again)
        texts.addWidget(again)
        texts.addWidget(files)
        texts.addStretch(1)
        sheet = SheetView()
        sheet.show_pdf(pdf, written.page_name)
        self._sides = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._sides.setContentsMargins(0, 0, 0, 0)
        self._sides.setSpacing(space(3))
        self._sides.addLayout(texts, 1)
        self._sides.addWidget(sheet, 1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        beside = self.width() >= _BESIDE_EM * current_theme().pixels("body")
        self._sides.setDirection(
            QBoxLayout.Direction.LeftToRight if beside else QBoxLayout.Direction.TopToBottom
        )
