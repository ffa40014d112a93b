from __future__ import annotations

from pytestqt.qtbot import QtBot

from tests.ui.test_cups import blank
from ui.widgets.sheet_view import SheetView

A4_LYING = (297, 210)


def test_a_page_that_comes_later_finds_its_room_kept(qtbot: QtBot) -> None:
    kept, open_end = SheetView(reserve=True), SheetView()
    for view in (kept, open_end):
        qtbot.addWidget(view)
    assert (kept.heightForWidth(297), open_end.heightForWidth(297)) == (210, 0)
    for view in (kept, open_end):
        view.show_pdf(blank(*A4_LYING), "a sheet")
        assert view.heightForWidth(297) == 210
        assert view.accessibleName() == "a sheet"
    open_end.show_pdf(b"", "")
    assert open_end.heightForWidth(297) == 0


def test_a_standing_page_is_as_high_as_it_is(qtbot: QtBot) -> None:
    view = SheetView(reserve=True)
    qtbot.addWidget(view)
    view.show_pdf(blank(105, 148), "a slip")
    assert abs(view.heightForWidth(105) - 148) <= 1
