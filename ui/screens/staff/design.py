"""One design, large: the picture changes while somebody edits the file beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QDateTime, QFileSystemWatcher, QTimer
from PySide6.QtWidgets import QBoxLayout, QVBoxLayout, QWidget

from kiosk.errors import EnvironmentFault, VisitorError
from kiosk.services.designs import choose_design, try_design
from kiosk.services.paper import DesignInfo
from kiosk.services.specimens import specimen_names
from ui.isolates import alone
from ui.notices import sentence
from ui.screens.screen import Room
from ui.screens.staff.frame import Open, Page
from ui.widgets.button import Kind, TouchButton
from ui.widgets.label import Label
from ui.widgets.sheet_view import SheetView
from ui.widgets.strip import Strip

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QResizeEvent

    from kiosk.services.designs import Shelf
    from kiosk.services.paper import Sheet
    from kiosk.services.ports import StaffMember

_BESIDE_EM = 34
_SETTLE_MS = 200  # editors save in several steps: write aside, rename
_LONGEST, _TYPICAL = 0, -2  # of the sample names
_MOST_WATCHED = 100


class DesignPage(Page):
    """The last picture that was right stays while the file is wrong; what is wrong is said."""

    under = "prepare"

    def __init__(self, room: Room, member: StaffMember) -> None:
        super().__init__(room, member)
        self._design: DesignInfo | None = None
        self._language = self.speaker.tag
        self._name = _TYPICAL
        self._asked = 0
        self._watcher = QFileSystemWatcher(self)
        self._watcher.fileChanged.connect(self._on_changed)
        self._watcher.directoryChanged.connect(self._on_changed)
        self._settle = QTimer(self)
        self._settle.setSingleShot(True)
        self._settle.setInterval(_SETTLE_MS)
        self._settle.timeout.connect(self._on_settled)
        self._sheet = SheetView()
        self._wrong, self._stale = Strip("", "danger"), Label("", "small", quiet=True)
        self._shown = Label("", "body", bold=True)
        self._edit = Label("", "body", quiet=True)
        content = QWidget()
        self._sides = QBoxLayout(QBoxLayout.Direction.LeftToRight, content)
        self._sides.setContentsMargins(0, 0, 0, 0)
        self._sides.setSpacing(self.theme.space(3))
        self._sides.addWidget(self._sheet, 3)
        self._sides.addLayout(self._beside(), 2)
        self.set_body(self.scroller(content))

    def _beside(self) -> QVBoxLayout:
        say, texts = self.speaker.say, QVBoxLayout()
        texts.setSpacing(self.theme.space(1.5))
        for one in (self._wrong, self._stale, self._shown, self._edit):
            texts.addWidget(one)
        self._wrong.hide()
        self._stale.hide()
        self._shown.hide()
        self._use = self._button(texts, "primary", lambda: say("staff.designs.use"), self._choose)
        self._button(texts, "plain", lambda: say("staff.designs.next_language"), self._speak_next)
        self._button(texts, "plain", lambda: say("staff.designs.next_name"), self._name_next)
        self._button(texts, "quiet", lambda: say("staff.designs.back"), self.on_back)
        texts.addStretch(1)
        return texts

    def _button(
        self, texts: QVBoxLayout, kind: Kind, words: Callable[[], str], then: Callable[[], None]
    ) -> TouchButton:
        button = TouchButton("", kind)
        button.clicked.connect(then)
        self.says(button.set_text, words)
        texts.addWidget(button)
        return button

    def title(self) -> str:
        return self.speaker.text(self._design.title) if self._design is not None else ""

    def take(self, about: object) -> None:
        if isinstance(about, DesignInfo):
            self._design = about

    def enter(self) -> None:
        if self._design is None:
            self.went.emit(Open("designs"))
            return
        self._language = self.speaker.tag
        self._sheet.show_pdf(b"", "")
        self._shown.hide()
        self.say_again()
        self._watch()
        self._draw(saved=False)

    def leave(self) -> None:
        self._asked += 1  # whatever is still drawn comes too late
        self._settle.stop()
        for paths in (self._watcher.files(), self._watcher.directories()):
            if paths:
                self._watcher.removePaths(paths)

    def forget(self) -> None:
        self.leave()
        self._design = None
        self._sheet.show_pdf(b"", "")

    def on_back(self) -> None:
        self.went.emit(Open("designs"))

    def say_again(self) -> None:
        super().say_again()
        if self._design is not None:
            path = alone(str(self._design.path))
            words = self.speaker.say("staff.designs.edit", path=path)
            self._edit.set_text(words, self.speaker.tag)

    # the file on the disk

    def _watch(self) -> None:
        """The design's files and its folder: a file that is replaced is another file."""
        if self._design is None:
            return
        path = self._design.path
        folder = path if path.is_dir() else path.parent
        try:
            files = sorted(one for one in folder.iterdir() if one.is_file())[:_MOST_WATCHED]
        except OSError:  # the stick was pulled: the picture's own fault says so
            return
        wanted = {str(folder), *map(str, files), str(path)}
        watched = {*self._watcher.files(), *self._watcher.directories()}
        if new := sorted(wanted - watched):
            self._watcher.addPaths(new)

    def _on_changed(self, _path: str) -> None:
        self._settle.start()

    def _on_settled(self) -> None:
        self._watch()
        self._draw(saved=True)

    # what is shown

    def _draw(self, *, saved: bool) -> None:
        design, language = self._design, self._language
        if design is None:
            return
        self._asked += 1
        asked, name = self._asked, specimen_names()[language][self._name]

        def show(sheet: Sheet) -> None:
            if asked == self._asked:  # else the file is another by now
                self._show(sheet, saved=saved)

        def cannot(fault: VisitorError | EnvironmentFault) -> None:
            if asked == self._asked:
                self._cannot(fault)

        self.porch.worker.ask(
            lambda desk: try_design(desk, design.path, name, language), show, cannot
        )

    def _show(self, sheet: Sheet, *, saved: bool) -> None:
        say, tag = self.speaker.say, self.speaker.tag
        self._sheet.show_pdf(sheet.pdf, say("staff.designs.picture", name=alone(self.title())))
        self._wrong.hide()
        self._stale.hide()
        self._use.setEnabled(True)
        if saved:
            time = self.clock_time(QDateTime.currentMSecsSinceEpoch())
            self._shown.set_text(say("staff.designs.shown", time=time), tag)
        self._shown.setVisible(saved)
        self.changed.emit()

    def _cannot(self, fault: VisitorError | EnvironmentFault) -> None:
        self._wrong.set_text(sentence(fault, self.speaker))
        self._wrong.show()
        self._stale.set_text(self.speaker.say("staff.designs.stale"), self.speaker.tag)
        self._stale.setVisible(self._sheet.heightForWidth(100) > 0)
        self._shown.hide()
        self._use.setEnabled(False)
        self.changed.emit()

    # what is done

    def _speak_next(self) -> None:
        tags = self.room.event.languages
        at = tags.index(self._language) if self._language in tags else -1
        self._language = tags[(at + 1) % len(tags)]
        self._draw(saved=False)

    def _name_next(self) -> None:
        self._name = _LONGEST if self._name == _TYPICAL else _TYPICAL
        self._draw(saved=False)

    def _choose(self) -> None:
        design, name = self._design, alone(self.title())
        if design is None:
            return

        def done(_shelf: Shelf) -> None:
            self.notify(self.speaker.say("staff.designs.used", name=name))
            self.on_back()

        self.porch.worker.ask(lambda desk: choose_design(desk, design.name), done, self._cannot)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        beside = self.width() >= _BESIDE_EM * self.theme.pixels("body")
        direction = QBoxLayout.Direction
        self._sides.setDirection(direction.LeftToRight if beside else direction.TopToBottom)
