"""Buttons that make a picture lower stay where it would not fit without them."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop, QObject
from PySide6.QtWidgets import QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from ui.widgets.scroll import ScrollColumn

ROUNDS_MS = 500


class Picture(QWidget):
    """As high as it is wide."""

    def hasHeightForWidth(self) -> bool:  # noqa: N802 - Qt's own name
        return True

    def heightForWidth(self, width: int) -> int:  # noqa: N802 - Qt's own name
        return width


class Comings(QObject):
    """Counts how often something is shown or hidden."""

    def __init__(self) -> None:
        super().__init__()
        self.count = 0

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's own name
        self.count += event.type() in {QEvent.Type.ShowToParent, QEvent.Type.HideToParent}
        return False


def test_the_buttons_do_not_come_and_go_for_ever(qtbot: QtBot) -> None:
    content, comings = QWidget(), Comings()
    layout = QVBoxLayout(content)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.addWidget(Picture())
    column = ScrollColumn(content, up_name="up", down_name="down")
    qtbot.addWidget(column)
    turn = column.findChild(QWidget, "turn")
    assert isinstance(turn, QWidget)
    buttons = turn.parentWidget()
    assert buttons is not None
    buttons.installEventFilter(comings)
    column.resize(500, 470)  # the picture fits only beside the buttons
    column.show()
    QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, ROUNDS_MS)
    assert comings.count == 1
    assert buttons.isVisible()
    column.resize(500, 600)
    QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, ROUNDS_MS)
    assert comings.count == 2
    assert not buttons.isVisible(), "where all fits, nothing is to be turned"
