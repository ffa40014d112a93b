"""What the tour says as it goes, what it checks, and where it leaves its pictures."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TextIO

from PySide6.QtCore import QPoint, QRect
from PySide6.QtWidgets import QApplication, QLineEdit, QWidget

from ui.keyboard.key import Key
from ui.tour.hands import settle
from ui.widgets.label import Label
from ui.widgets.scroll import ScrollColumn
from ui.widgets.touchable import Touchable
from ui.window import Window


class Report:
    """Prints each step and each check; counts those that did not hold."""

    def __init__(self, folder: Path, out: TextIO = sys.stdout) -> None:
        self.folder = folder
        self.failed: list[str] = []
        self._out = out
        self._pictures = 0
        self._screens = folder / "screens"
        self._screens.mkdir(parents=True, exist_ok=True)

    def say(self, text: str) -> None:
        print(text, file=self._out, flush=True)

    def check(self, holds: bool, what: str) -> None:  # noqa: FBT001 - reads as an assertion
        """One thing that must hold; the tour goes on either way."""
        self.say(f"  {'ok   ' if holds else 'FAILS'} {what}")
        if not holds:
            self.failed.append(what)

    def picture(self, window: Window, name: str) -> Path:
        """The window as it looks now, numbered; what it shows must fit into it."""
        settle()
        strays = [one for one in QApplication.topLevelWidgets() if one.isVisible()]
        if strays != [window] or not window.isActiveWindow():
            self.check(holds=False, what=f"{name}: one window, and it has the keyboard")
        squeezed = cramped(window)
        if squeezed:
            self.check(holds=False, what=f"{name} has room for {'; '.join(squeezed)}")
        self._pictures += 1
        path = self._screens / f"{self._pictures:03d}-{name}.png"
        if not window.grab().save(str(path)):
            self.check(holds=False, what=f"picture {path.name} was written")
        return path

    def end(self) -> int:
        """What it came to; the process's exit code."""
        self.say("")
        if self.failed:
            self.say(f"{len(self.failed)} of the checks did not hold:")
            for what in self.failed:
                self.say(f"  {what}")
        else:
            self.say("Everything held.")
        self.say(f"Pictures, slips, certificates, summary and export: {self.folder}")
        return 1 if self.failed else 0


def cramped(window: Window) -> list[str]:
    """What is smaller than its words need, lies outside the window, or is cut where it scrolls."""
    found = [
        "the buttons that scroll"
        for column in window.findChildren(ScrollColumn)
        if column.isVisible() and not column.tells_so()
    ]
    for widget in window.findChildren(QWidget):
        if not isinstance(widget, (Label, Touchable)) or isinstance(widget, Key):
            continue
        if not widget.isVisible() or isinstance(widget.parentWidget(), QLineEdit):
            continue
        text = widget.text()[:30]
        if widget.hasHeightForWidth() and widget.height() < widget.heightForWidth(widget.width()):
            found.append(f"{text!r} in height")
        if widget.width() < widget.minimumSizeHint().width():
            found.append(f"{text!r} in width")
        box = QRect(widget.mapTo(window, QPoint(0, 0)), widget.size())
        holder = widget.parentWidget()
        if holder is not None and _scrolls(widget):
            if widget.x() < 0 or widget.x() + widget.width() > holder.width():
                found.append(f"{text!r} in what scrolls")
        elif not window.rect().contains(box):
            found.append(f"{text!r} in the window")
    return found


def _scrolls(widget: QWidget) -> bool:
    parent = widget.parentWidget()
    while parent is not None and not isinstance(parent, ScrollColumn):
        parent = parent.parentWidget()
    return parent is not None
