"""Things under each other; what stood there goes when others are put."""

from __future__ import annotations

from PySide6.QtWidgets import QLayout, QVBoxLayout, QWidget

from ui.theme import current_theme


def clear_layout(layout: QLayout) -> None:
    """Takes away every widget that a layout holds; no trace of it stays on the screen."""
    while (item := layout.takeAt(0)) is not None:
        if (widget := item.widget()) is not None:
            widget.hide()
            widget.deleteLater()


class Column(QWidget):
    """``spacing`` is in steps of the theme's space."""

    def __init__(self, *things: QWidget, spacing: float = 1.5) -> None:
        super().__init__()
        self._rows = QVBoxLayout(self)
        self._rows.setContentsMargins(0, 0, 0, 0)
        self._rows.setSpacing(current_theme().space(spacing))
        if things:
            self.put(*things)

    def clear(self) -> None:
        """Nothing stands there any more."""
        clear_layout(self._rows)

    def put(self, *things: QWidget) -> None:
        """These stand there, from the top, and nothing else."""
        self.clear()
        for thing in things:
            self._rows.addWidget(thing)
        self._rows.addStretch(1)
