from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage, QPointingDevice
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from tests.ui.conftest import Tap
from ui.theme import PALETTES, TOUCH_MIN, Theme, current_theme
from ui.widgets.button import TouchButton
from ui.widgets.choice_card import ChoiceCard
from ui.widgets.face_card import FaceCard
from ui.widgets.grid import CardGrid
from ui.widgets.label import Label
from ui.widgets.number_card import NumberCard
from ui.widgets.progress import Busy, ProgressDots
from ui.widgets.scroll import ScrollColumn
from ui.widgets.strip import Strip
from ui.widgets.surface import Card, Surface

URDU = "درست ہے، محفوظ کیجیے۔ براہِ کرم ٹھیک ٹھیک لکھیے، گگن گھٹا گہرائی"


def touchables() -> list[QAbstractButton]:
    return [
        TouchButton("Next", "primary"),
        TouchButton("Help", "tool", icon="help"),
        TouchButton("", "plain", icon="close"),
        ChoiceCard("Seller", "sells things"),
        ChoiceCard("MSME", many=True),
        FaceCard(4, "Good"),
        NumberCard("7"),
    ]


@pytest.mark.parametrize("index", range(7))
def test_a_finger_a_mouse_and_the_return_key_all_click(qtbot: QtBot, tap: Tap, index: int) -> None:
    button = touchables()[index]
    qtbot.addWidget(button)
    button.resize(button.sizeHint())
    button.show()
    with qtbot.waitSignal(button.clicked, timeout=60_000):
        tap(button)
    with qtbot.waitSignal(button.clicked, timeout=60_000):
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    with qtbot.waitSignal(button.clicked, timeout=60_000):
        QTest.keyClick(button, Qt.Key.Key_Return)
    with qtbot.waitSignal(button.clicked, timeout=60_000):
        QTest.keyClick(button, Qt.Key.Key_Space)


@pytest.mark.parametrize("index", range(7))
def test_all_that_is_touched_is_large_enough(qtbot: QtBot, index: int) -> None:
    button = touchables()[index]
    qtbot.addWidget(button)
    assert button.sizeHint().height() >= TOUCH_MIN
    assert button.minimumSizeHint().width() >= TOUCH_MIN


@pytest.mark.parametrize("index", range(7))
def test_a_press_is_seen_at_once(qtbot: QtBot, glass: QPointingDevice, index: int) -> None:
    button = touchables()[index]
    qtbot.addWidget(button)
    button.resize(button.sizeHint())
    button.show()
    rest = button.grab().toImage()
    middle = button.rect().center()
    QTest.touchEvent(button, glass).press(0, middle, button).commit()
    assert button.isDown()
    pressed = button.grab().toImage()
    QTest.touchEvent(button, glass).release(0, middle, button).commit()
    assert pressed != rest


def test_no_letter_of_a_button_is_a_shortcut(qtbot: QtBot) -> None:
    button = TouchButton("R&D department", "plain")
    qtbot.addWidget(button)
    assert button.text() == "R&D department"
    assert button.accessibleName() == "R&D department"
    assert button.shortcut().isEmpty()


def test_a_narrow_button_grows_higher(qtbot: QtBot) -> None:
    button = TouchButton("It is right, please save it now", "primary", icon="next")
    qtbot.addWidget(button)
    least = button.minimumSizeHint().width()
    assert button.heightForWidth(least) > button.heightForWidth(900) == TOUCH_MIN


def test_a_disabled_button_looks_so(qtbot: QtBot) -> None:
    for kind in ("primary", "plain", "danger", "tool", "quiet"):
        button = TouchButton("Next", kind)
        qtbot.addWidget(button)
        button.resize(200, 80)
        able = button.grab().toImage()
        button.setEnabled(False)
        assert button.grab().toImage() != able


def test_only_the_keyboards_focus_is_drawn(qtbot: QtBot) -> None:
    button = TouchButton("Next", "plain")
    qtbot.addWidget(button)
    button.resize(200, 80)
    with qtbot.waitActive(button, timeout=60_000):
        button.show()
        button.activateWindow()
    button.clearFocus()
    rest = button.grab().toImage()
    button.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.waitUntil(button.hasFocus, timeout=60_000)
    assert button.grab().toImage() != rest
    button.clearFocus()
    button.setFocus(Qt.FocusReason.MouseFocusReason)
    assert button.grab().toImage() == rest


def border_is_clean(image: QImage, ground: str) -> bool:
    """Whether the outermost pixels have the colour of the ground."""
    image = image.convertToFormat(QImage.Format.Format_RGB32)
    shape = (image.height(), image.bytesPerLine() // 4)
    pixels = np.frombuffer(image.constBits(), np.uint32).reshape(shape)[:, : image.width()]
    frame = np.concatenate([pixels[0], pixels[-1], pixels[:, 0], pixels[:, -1]])
    return bool((frame & 0xFFFFFF == int(ground[1:], 16)).all())


@pytest.mark.parametrize("scale", [1.0, 1.5, 2.0])
@pytest.mark.parametrize("direction", list(Qt.LayoutDirection)[:2])
@pytest.mark.parametrize("wrap", [True, False])
def test_long_urdu_in_a_label_is_never_clipped(
    qtbot: QtBot,
    wear: Callable[[Theme], None],
    scale: float,
    direction: Qt.LayoutDirection,
    wrap: bool,
) -> None:
    wear(Theme(scale=scale))
    ground = Surface("ground")
    qtbot.addWidget(ground)
    ground.setLayoutDirection(direction)
    column = QVBoxLayout(ground)
    label = Label(URDU, "title", bold=True, tag="ur", wrap=wrap)
    column.addWidget(label)
    ground.resize(label.sizeHint().width() + 40 if not wrap else 700, 900)
    with qtbot.waitExposed(ground, timeout=60_000):
        ground.show()
    label.setFixedSize(
        label.width(), label.heightForWidth(label.width()) if wrap else label.height()
    )
    image = ground.grab(label.geometry()).toImage()
    inside = np.frombuffer(image.constBits(), np.uint8)
    assert len(np.unique(inside)) > 10
    assert border_is_clean(image, PALETTES["light"].ground)


def test_a_label_grows_with_the_text_size(qtbot: QtBot, wear: Callable[[Theme], None]) -> None:
    label = Label("आपका नाम क्या है?", "title")
    qtbot.addWidget(label)
    before = label.sizeHint()
    wear(Theme(scale=2.0))
    assert label.sizeHint().width() == pytest.approx(before.width() * 2, rel=0.05)
    assert label.heightForWidth(before.width()) > 2 * before.height()


def test_a_label_reads_itself_out(qtbot: QtBot) -> None:
    label = Label("A & B")
    qtbot.addWidget(label)
    assert label.accessibleName() == "A & B"
    label.set_text("नमस्ते", "hi")
    assert label.accessibleName() == label.text() == "नमस्ते"
    empty = Label("")
    qtbot.addWidget(empty)
    assert empty.sizeHint().height() == 0


def test_a_chosen_card_is_told_by_more_than_colour(qtbot: QtBot) -> None:
    for card in (ChoiceCard("A"), ChoiceCard("A", many=True), FaceCard(2, "A"), NumberCard("3")):
        qtbot.addWidget(card)
        card.resize(300, 200)
        grey = card.grab().toImage().convertToFormat(QImage.Format.Format_Grayscale8)
        card.setChecked(True)
        chosen = card.grab().toImage().convertToFormat(QImage.Format.Format_Grayscale8)
        shape = (200, -1)
        one = np.frombuffer(grey.constBits(), np.uint8).reshape(shape).astype(int)
        other = np.frombuffer(chosen.constBits(), np.uint8).reshape(shape).astype(int)
        assert (abs(one - other) > 100).sum() > 300


def test_one_of_several_and_any_of_several_have_other_marks(qtbot: QtBot) -> None:
    one, many = ChoiceCard("A"), ChoiceCard("A", many=True)
    for card in (one, many):
        qtbot.addWidget(card)
        card.resize(300, 100)
    assert one.grab().toImage() != many.grab().toImage()


def test_the_five_faces_differ(qtbot: QtBot) -> None:
    images: list[QImage] = []
    for level in range(1, 6):
        face = FaceCard(level, "")
        qtbot.addWidget(face)
        face.resize(200, 200)
        images.append(face.grab().toImage())
    assert all(one != other for at, one in enumerate(images) for other in images[:at])


def test_a_grid_has_as_many_columns_as_fit(qtbot: QtBot, wear: Callable[[Theme], None]) -> None:
    grid = CardGrid([ChoiceCard(f"Service provider {n}") for n in range(7)])
    qtbot.addWidget(grid)
    assert grid.grid.columns_for(1300) == 3
    assert grid.grid.columns_for(600) == 2
    wear(Theme(scale=2.0))
    assert grid.grid.columns_for(700) == 1
    assert grid.grid.heightForWidth(700) > 7 * 2 * 40


def test_a_grid_is_mirrored(qtbot: QtBot) -> None:
    cards = [ChoiceCard("A"), ChoiceCard("B"), ChoiceCard("C")]
    grid = CardGrid(cards)
    qtbot.addWidget(grid)
    grid.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    grid.resize(900, 100)
    grid.show()
    assert cards[0].x() > cards[1].x() > cards[2].x()
    grid.setLayoutDirection(Qt.LayoutDirection.LeftToRight)
    grid.grid.setGeometry(grid.rect())
    assert cards[0].x() < cards[1].x() < cards[2].x()


def test_a_grid_forgets_its_cards(qtbot: QtBot) -> None:
    grid = CardGrid([ChoiceCard("A"), ChoiceCard("B")])
    qtbot.addWidget(grid)
    grid.clear()
    assert grid.grid.count() == 0
    assert grid.grid.itemAt(0) is None
    assert grid.grid.takeAt(3) is None


@pytest.fixture
def long_column(qtbot: QtBot) -> ScrollColumn:
    content = QWidget()
    column = QVBoxLayout(content)
    for number in range(20):
        column.addWidget(TouchButton(str(number), "plain"))
    scroll = ScrollColumn(content, up_name="Up", down_name="Down")
    qtbot.addWidget(scroll)
    scroll.resize(400, 400)
    with qtbot.waitExposed(scroll, timeout=60_000):
        scroll.show()
    qtbot.waitUntil(scroll.scrolls, timeout=60_000)
    return scroll


def drag(glass: QPointingDevice, widget: QWidget, by: int) -> None:
    """A finger goes down on the widget and slides by so many px before it is lifted."""
    window = widget.window()
    at = widget.mapTo(window, widget.rect().center())
    QTest.touchEvent(window, glass).press(0, at, window).commit()
    for step in range(1, 9):
        QTest.touchEvent(window, glass).move(0, at + QPoint(0, by * step // 8), window).commit()
    QTest.touchEvent(window, glass).release(0, at + QPoint(0, by), window).commit()


def test_a_finger_that_moves_scrolls_and_clicks_nothing(
    qtbot: QtBot, glass: QPointingDevice, long_column: ScrollColumn
) -> None:
    button = long_column.findChildren(TouchButton)[2]
    bar = long_column._area.verticalScrollBar()
    with qtbot.assertNotEmitted(button.clicked):
        drag(glass, button, -120)
    assert bar.value() == pytest.approx(120, abs=20)
    assert not button.isDown()


def test_a_finger_that_trembles_still_clicks(
    qtbot: QtBot, glass: QPointingDevice, long_column: ScrollColumn
) -> None:
    button = next(b for b in long_column.findChildren(TouchButton) if b.text() == "1")
    with qtbot.waitSignal(button.clicked, timeout=60_000):
        drag(glass, button, -8)
    assert long_column._area.verticalScrollBar().value() == 0


@pytest.mark.parametrize("direction", list(Qt.LayoutDirection)[:2])
def test_the_big_buttons_have_room_wherever_there_is_more(
    qtbot: QtBot, direction: Qt.LayoutDirection
) -> None:
    """Cards that wrap are measured while the row lays itself out."""
    content = QWidget()
    cards = CardGrid([ChoiceCard(f"a choice of many words, number {at}") for at in range(7)])
    QVBoxLayout(content).addWidget(cards)
    scroll = ScrollColumn(content)
    scroll.setLayoutDirection(direction)
    qtbot.addWidget(scroll)
    scroll.resize(1238, 240)
    with qtbot.waitExposed(scroll, timeout=60_000):
        scroll.show()
    qtbot.waitUntil(scroll.scrolls, timeout=60_000)
    row = scroll._buttons
    qtbot.waitUntil(
        lambda: row.isVisible() and row.width() == current_theme().touch(), timeout=60_000
    )
    assert scroll.rect().contains(row.geometry())


def test_big_buttons_scroll_to_both_ends(qtbot: QtBot, long_column: ScrollColumn) -> None:
    up, down = long_column._up, long_column._down
    assert (up.accessibleName(), down.accessibleName()) == ("Up", "Down")
    assert down.isVisible()
    assert not up.isEnabled()
    bar = long_column._area.verticalScrollBar()
    glide = long_column._glide = long_column._make_glide()
    while down.isEnabled():
        with qtbot.waitSignal(glide.finished, timeout=60_000):
            QTest.mouseClick(down, Qt.MouseButton.LeftButton)
    assert bar.value() == bar.maximum()
    assert up.isEnabled()
    long_column.to_top()
    assert bar.value() == 0


def test_what_fits_needs_no_buttons(qtbot: QtBot) -> None:
    scroll = ScrollColumn(Label("short"))
    qtbot.addWidget(scroll)
    scroll.resize(400, 400)
    with qtbot.waitExposed(scroll, timeout=60_000):
        scroll.show()
    assert not scroll.scrolls()
    assert not scroll._down.isVisible()


def test_a_focused_card_is_scrolled_into_view(qtbot: QtBot, long_column: ScrollColumn) -> None:
    last = next(b for b in long_column.findChildren(TouchButton) if b.text() == "19")
    with qtbot.waitActive(long_column, timeout=60_000):
        long_column.activateWindow()
    last.setFocus(Qt.FocusReason.TabFocusReason)
    qtbot.waitUntil(lambda: not last.visibleRegion().isEmpty(), timeout=60_000)


def test_a_strip_offers_its_help(qtbot: QtBot, tap: Tap) -> None:
    strip = Strip("Out of paper. Nothing is lost.", "danger", "Print again")
    qtbot.addWidget(strip)
    strip.resize(900, 100)
    strip.show()
    with qtbot.waitSignal(strip.acted, timeout=60_000):
        tap(strip.findChildren(TouchButton)[0])
    strip.set_text("All is well.")
    assert not strip.findChildren(TouchButton)[0].isVisible()


def test_dots_fill_up_from_the_start_side(qtbot: QtBot) -> None:
    dots = ProgressDots(4)
    qtbot.addWidget(dots)
    dots.resize(dots.sizeHint())
    dots.set_at(1)
    primary = PALETTES["light"].primary.lower()
    middle, last = dots.height() // 2, dots.width() - 10
    assert dots.grab().toImage().pixelColor(10, middle).name() == primary
    dots.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    assert dots.grab().toImage().pixelColor(last, middle).name() == primary
    dots.set_total(2)
    assert dots.sizeHint().width() < last


def test_long_work_can_be_stopped(qtbot: QtBot, tap: Tap) -> None:
    busy = Busy("Writing the day's file", "Stop")
    qtbot.addWidget(busy)
    busy.resize(500, 300)
    busy.show()
    busy.set_progress(3, 10)
    with qtbot.waitSignal(busy.cancelled, timeout=60_000):
        tap(busy.findChildren(TouchButton)[0])
    busy.set_text("Reading it back")
    assert busy.findChildren(TouchButton)[0].isHidden()


def test_a_card_frames_a_column(qtbot: QtBot) -> None:
    card = Card()
    qtbot.addWidget(card)
    card.column.addWidget(Label("412", "title", bold=True))
    card.resize(300, 120)
    image = card.grab().toImage()
    assert image.pixelColor(20, 60).name().upper() == PALETTES["light"].card
