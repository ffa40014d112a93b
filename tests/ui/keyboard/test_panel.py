from __future__ import annotations

import unicodedata
from collections.abc import Callable

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QPointingDevice
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from kiosk.domain.language import Tag
from tests.ui.conftest import Tap
from tests.ui.speakers import TAGS, a_speaker
from ui.keyboard.layout import load_layout
from ui.keyboard.panel import Panel
from ui.theme import SCALES, Theme
from ui.translate import Speaker


class Bench:
    """A window with a line, some sentences, and the keyboard below them."""

    def __init__(self, qtbot: QtBot, speaker: Speaker, size: tuple[int, int]) -> None:
        self.speaker = speaker
        self.window = QWidget()
        qtbot.addWidget(self.window)
        self.window.setLayoutDirection(speaker.direction)
        column = QVBoxLayout(self.window)
        column.setContentsMargins(0, 0, 0, 0)
        self.line = QLineEdit()
        self.line.setCursorMoveStyle(Qt.CursorMoveStyle.VisualMoveStyle)
        self.area = QPlainTextEdit()
        self.panel = Panel(speaker)
        for widget in (self.line, self.area, self.panel):
            column.addWidget(widget)
        self.window.resize(*size)
        with qtbot.waitActive(self.window, timeout=60_000):
            self.window.show()
            self.window.activateWindow()
        self.line.setFocus()

    def touch(self, tap: Tap, tokens: list[str]) -> None:
        for token in tokens:
            tap(self.panel.key(token))


MakeBench = Callable[..., Bench]


@pytest.fixture
def bench(qtbot: QtBot) -> MakeBench:
    def make(tag: str = "hi", kind: str = "name", size: tuple[int, int] = (1024, 768)) -> Bench:
        made = Bench(qtbot, a_speaker(tag), size)
        made.panel.set_layout(Tag(tag), kind)
        return made

    return make


@pytest.mark.parametrize(
    ("tag", "name", "keys"),
    [
        ("hi", "लक्ष्मी कृष्णमूर्ति", "ल क्ष ् म ी _ क ृ ष ् ण म ू र ् त ि"),
        ("hi", "श्रीमती", "श्र ी म त ी"),
        ("hi", "फ़िरोज़ ख़ाँ", "फ ़ ि र ो ज ़ _ ख ़ ा ँ"),
        ("kn", "ಲಕ್ಷ್ಮಿ ಕೃಷ್ಣಮೂರ್ತಿ", "ಲ ಕ್ಷ ್ ಮ ಿ _ ಕ ೃ ಷ ್ ಣ ಮ ೂ ರ ್ ತ ಿ"),
        ("kn", "ಗೋಪಾಲಕೃಷ್ಣ", "ಗ ೋ ಪ ಾ ಲ ಕ ೃ ಷ ್ ಣ"),
        ("te", "లక్ష్మి కృష్ణమూర్తి", "ల క్ష ్ మ ి _ క ృ ష ్ ణ మ ూ ర ్ త ి"),
        ("ur", "محمد اقبال", "م ح م د _ ا ق ب ا ل"),
        ("ur", "محمّد مُؤمن", "م ح م ّ د _ م ُ ؤ م ن"),
        ("en", "O'Brien-D'Souza", "o ' b {shift} r i e n - d ' s o u z a"),
    ],
)
def test_names_are_typed_by_touch_byte_for_byte(
    bench: MakeBench, tap: Tap, tag: str, name: str, keys: str
) -> None:
    made = bench(tag)
    made.touch(tap, [" " if key == "_" else key for key in keys.split() if key != "{shift}"])
    typed = made.line.text()
    assert unicodedata.normalize("NFC", typed) == unicodedata.normalize("NFC", name)
    assert typed == unicodedata.normalize("NFC", typed)


def test_the_case_is_the_visitors(bench: MakeBench, tap: Tap) -> None:
    made = bench("en")
    assert made.panel.key("d").face == "D"  # offered at the beginning of a word …
    made.touch(tap, ["{shift}", "d", "e"])  # … and declined
    assert made.line.text() == "de"
    made.touch(tap, [" ", "{shift}"])
    assert made.panel.key("d").face == "d"
    made.line.setText("x")
    made.touch(tap, ["{shift}", "{shift}", "a", "b"])
    assert made.line.text() == "xAB"
    made.touch(tap, ["{shift}", "c"])
    assert made.line.text() == "xABc"


def test_text_begins_with_a_capital_and_goes_on_small(bench: MakeBench, tap: Tap) -> None:
    made = bench("en", "text")
    made.touch(tap, ["i", "t", " ", "i", "s", ".", " ", "i", "t"])
    assert made.line.text() == "It is. It"


def test_the_first_row_shows_what_signs_make_of_the_letter(bench: MakeBench, tap: Tap) -> None:
    made = bench("hi")
    assert made.panel.key("ा").face == "\u25ccा"
    assert not made.panel.key("ा").isEnabled()
    made.touch(tap, ["ण"])
    assert made.panel.key("ा").face == "णा"
    assert made.panel.key("ा").accessibleName() == "णा"
    made.touch(tap, ["ा"])
    assert made.panel.key("ी").face == "णी"
    assert made.panel.key("ं").face == "णां"
    made.touch(tap, ["ी", "अ"])
    assert made.line.text() == "णीअ"
    assert not made.panel.key("ा").isEnabled()
    assert made.panel.key("ं").face == "अं"


def test_the_row_follows_a_cursor_that_another_hand_moves(bench: MakeBench) -> None:
    made = bench("hi")
    QTest.keyClicks(made.line, "x")
    assert not made.panel.key("ा").isEnabled()
    made.line.setText("क ग")
    made.line.setCursorPosition(1)
    assert made.panel.key("ा").face == "का"
    made.line.setCursorPosition(3)
    assert made.panel.key("ा").face == "गा"


def test_delete_takes_sensible_pieces(bench: MakeBench, tap: Tap) -> None:
    made = bench("hi")
    made.line.setText("लक्ष्मी")
    seen = []
    for _ in range(5):
        tap(made.panel.key("{delete}"))
        seen.append(made.line.text())
    assert seen == ["लक्ष्म", "लक्ष", "लक", "ल", ""]
    tap(made.panel.key("{delete}"))
    assert made.line.text() == ""


def test_delete_repeats_under_a_resting_finger(
    qtbot: QtBot, bench: MakeBench, glass: QPointingDevice
) -> None:
    made = bench("en")
    made.line.setText("abcdefgh")
    key = made.panel.key("{delete}")
    QTest.touchEvent(key, glass).press(0, key.rect().center(), key).commit()
    qtbot.waitUntil(lambda: len(made.line.text()) < 5, timeout=60_000)
    QTest.touchEvent(key, glass).release(0, key.rect().center(), key).commit()
    assert not key.isDown()


def test_a_selection_is_replaced_or_deleted(bench: MakeBench, tap: Tap) -> None:
    made = bench("en")
    made.line.setText("Anil Kumar")
    made.line.setSelection(4, 6)
    tap(made.panel.key("{delete}"))
    assert made.line.text() == "Anil"
    made.line.selectAll()
    made.touch(tap, ["b"])
    assert made.line.text().lower() == "b"


def test_sentences_are_typed_and_deleted_across_lines(bench: MakeBench, tap: Tap) -> None:
    made = bench("kn", "text")
    made.area.setFocus()
    made.area.setPlainText("ಕ")
    QTest.keyClick(made.area, Qt.Key.Key_End)
    QTest.keyClick(made.area, Qt.Key.Key_Return)
    made.touch(tap, ["ಗ", "ೋ"])
    assert made.area.toPlainText() == "ಕ\nಗೋ"
    made.touch(tap, ["{delete}", "{delete}", "{delete}"])
    assert made.area.toPlainText() == "ಕ"


@pytest.mark.parametrize("tag", ["en", "ur"])
def test_arrows_go_where_they_point(bench: MakeBench, tap: Tap, tag: str) -> None:
    made = bench(tag)
    made.line.setText("ابت" if tag == "ur" else "abc")
    left, right = made.panel.key("{left}"), made.panel.key("{right}")
    assert left.x() < right.x()
    before = made.line.cursorRect().x()
    tap(left if tag == "en" else right)
    moved = made.line.cursorRect().x()
    assert moved < before if tag == "en" else moved > before


@pytest.mark.parametrize("tag", TAGS)
def test_own_letters_latin_and_digits_are_a_touch_apart(
    bench: MakeBench, tap: Tap, tag: str
) -> None:
    made = bench(tag)
    first = load_layout(tag).more[0][0]
    made.touch(tap, ["{more}", first])
    assert made.line.text() == first
    made.touch(tap, ["{letters}"])
    if tag != "en":
        made.touch(tap, ["{latin}", "a", "{own}"])
        assert made.line.text()[-1] == "a"
    made.panel.key(load_layout(tag).rows[-1][-1])


def test_another_script_is_chosen_by_its_name(bench: MakeBench, tap: Tap) -> None:
    made = bench("en")
    made.touch(tap, ["{languages}"])
    assert made.panel.key("{layout:te}").face == "తెలుగు"
    made.touch(tap, ["{layout:te}", "క", "ా"])
    assert made.line.text() == "కా"
    made.touch(tap, ["{own}", "a"])
    assert made.line.text() == "కాa"


def test_an_address_is_typed_without_switching(bench: MakeBench, tap: Tap) -> None:
    made = bench("hi", "email")
    made.touch(tap, [*"ravi_k", "@", *"example", ".co.in"])
    assert made.line.text() == "ravi_k@example.co.in"


@pytest.mark.parametrize(
    ("kind", "tokens"),
    [("phone", [*"+9198450"]), ("number", [*"560.1"]), ("code", [*"KA1-0057ZU*"])],
)
def test_pads_type_digits_and_codes(
    bench: MakeBench, tap: Tap, kind: str, tokens: list[str]
) -> None:
    made = bench("ur", kind)
    made.touch(tap, tokens)
    assert made.line.text() == "".join(tokens)
    made.touch(tap, ["{delete}"])
    assert made.line.text() == "".join(tokens)[:-1]


def test_the_joiners_can_be_typed(bench: MakeBench, tap: Tap) -> None:
    made = bench("hi")
    made.touch(tap, ["क", "्", "{more}", "{zwj}"])
    assert made.line.text() == "क्\u200d"


def test_next_is_told_and_types_nothing(qtbot: QtBot, bench: MakeBench, tap: Tap) -> None:
    made = bench("te")
    with qtbot.waitSignal(made.panel.next_pressed, timeout=60_000):
        tap(made.panel.key("{next}"))
    assert made.line.text() == ""
    made.panel.set_next_text("ముగించండి")
    assert made.panel.key("{next}").face == "ముగించండి"


def test_keys_never_take_the_focus(bench: MakeBench, tap: Tap) -> None:
    made = bench("hi")
    tap(made.panel.key("क"))
    QTest.mouseClick(made.panel.key("ख"), Qt.MouseButton.LeftButton)
    assert made.line.hasFocus()
    assert made.line.text() == "कख"


def test_without_a_field_keys_do_nothing(bench: MakeBench, tap: Tap) -> None:
    made = bench("hi")
    made.line.clearFocus()
    tap(made.panel.key("क"))
    assert made.line.text() == ""


def test_two_fingers_type_two_letters(bench: MakeBench, glass: QPointingDevice) -> None:
    made = bench("en", "email")
    one, two = made.panel.key("a"), made.panel.key("p")
    QTest.touchEvent(made.window, glass).press(0, _in(made, one), made.window).commit()
    QTest.touchEvent(made.window, glass).stationary(0).press(
        1, _in(made, two), made.window
    ).commit()
    QTest.touchEvent(made.window, glass).release(0, _in(made, one), made.window).stationary(
        1
    ).commit()
    QTest.touchEvent(made.window, glass).release(1, _in(made, two), made.window).commit()
    assert made.line.text() == "ap"


def test_a_finger_that_slides_off_types_nothing(bench: MakeBench, glass: QPointingDevice) -> None:
    made = bench("hi")
    key = made.panel.key("क")
    QTest.touchEvent(key, glass).press(0, key.rect().center(), key).commit()
    assert key.isDown()
    away = QPoint(key.width() * 3, 0)
    QTest.touchEvent(key, glass).move(0, away, key).commit()
    assert not key.isDown()
    QTest.touchEvent(key, glass).release(0, away, key).commit()
    assert made.line.text() == ""


def test_a_secret_does_not_show_on_the_keys(bench: MakeBench, tap: Tap) -> None:
    made = bench("hi")
    made.line.setEchoMode(QLineEdit.EchoMode.Password)
    made.touch(tap, ["क"])
    assert made.line.text() == "क"
    assert made.panel.key("ा").face == "\u25ccा"


def test_forgetting_leaves_no_trace(bench: MakeBench, tap: Tap) -> None:
    made = bench("hi")
    fresh = made.panel.grab().toImage()
    made.touch(tap, ["ण"])
    assert made.panel.grab().toImage() != fresh
    made.touch(tap, ["{latin}", "{shift}", "{shift}"])
    made.line.clear()
    made.line.clearFocus()
    made.panel.forget()
    assert made.panel.grab().toImage() == fresh


@pytest.mark.parametrize("tag", TAGS)
@pytest.mark.parametrize("kind", ["name", "email", "phone", "number", "code"])
def test_every_key_has_a_name_and_room_for_a_finger(
    bench: MakeBench, tap: Tap, tag: str, kind: str
) -> None:
    made = bench(tag, kind)
    pages = ["{letters}"] if kind in {"phone", "number", "code"} else ["{letters}", "{more}"]
    for page in pages:
        if page == "{more}":
            tap(made.panel.key(page))
        for key in made.panel.keys():  # noqa: SIM118 - a method of ours
            assert key.accessibleName().strip(), key.token
            assert not key.accessibleName().startswith("{")
            assert key.width() >= 48, key.token
            assert key.height() >= 48, key.token
            assert made.panel.rect().contains(key.geometry()), key.token


@pytest.mark.parametrize("scale", SCALES)
def test_the_field_stays_above_the_keyboard(
    bench: MakeBench, wear: Callable[[Theme], None], scale: float
) -> None:
    wear(Theme(scale=scale))
    made = bench("kn")
    assert made.panel.height() <= 0.6 * 768
    assert made.panel.geometry().bottom() < 768
    assert min(key.height() for key in made.panel.keys()) >= 56  # noqa: SIM118 - a method of ours


def test_the_words_follow_the_language(bench: MakeBench) -> None:
    made = bench("hi")
    made.speaker.set_tag(Tag("te"))
    assert made.panel.key("{next}").face == "ముందుకు"
    assert made.panel.key("{delete}").accessibleName() == "ఒక అక్షరం తుడిచివేయండి"


def test_a_language_without_keyboard_gets_latin_letters(bench: MakeBench) -> None:
    made = bench("en")
    made.panel.set_layout("ml", "text")
    assert made.panel.key("q").face == "Q"
    with pytest.raises(KeyError):
        made.panel.key("ക")


def _in(made: Bench, key: QWidget) -> QPoint:
    return key.mapTo(made.window, key.rect().center())
