from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget
from pytestqt.qtbot import QtBot

from kiosk.domain.language import Tag
from kiosk.forms.session import Shown
from tests.ui.conftest import Tap
from tests.ui.questions import a_question
from tests.ui.speakers import a_speaker
from ui.fields.choice import ChoiceField, ManyField, RatingField, ScaleField
from ui.fields.date import DateField
from ui.fields.field import Field
from ui.fields.kinds import field_for
from ui.fields.line import TextLine
from ui.fields.text import LONGEST_TEXT, AreaField, LineField
from ui.nastaliq import NAME as NASTALIQ
from ui.widgets.button import TouchButton
from ui.widgets.face_card import FaceCard

DOES = [("buyer", "Buyer"), ("seller", "Seller"), ("officer", "Officer")]
FACES = [(str(n), f"Face {n}") for n in range(1, 6)]
KINDS = [
    a_question("text"),
    a_question("text", "multiline"),
    a_question("integer"),
    a_question("select_one", choices=DOES),
    a_question("select_multiple", choices=DOES),
    a_question("select_one", "rating", choices=FACES),
    a_question("integer", "scale"),
    a_question("date"),
]
FIELDS: list[type[Field]] = [
    LineField, AreaField, LineField, ChoiceField, ManyField, RatingField, ScaleField, DateField,
]  # fmt: skip
GIVEN = ["Asha", "Two\nlines", "42", "seller", ["buyer", "officer"], "4", "7", "10-01-2020"]


_standing: list[QWidget] = []


@pytest.fixture(autouse=True)
def _windows() -> Iterator[None]:
    """Keeps windows from being collected while a test looks at a field in them."""
    yield
    _standing.clear()


def shown_field(qtbot: QtBot, field: Field, size: tuple[int, int] = (900, 500)) -> Field:
    """The field in a window that has the focus."""
    window = QWidget()
    _standing.append(window)
    window.setLayoutDirection(field.speaker.direction)
    qtbot.addWidget(window)
    QVBoxLayout(window).addWidget(field)
    window.resize(*size)
    with qtbot.waitActive(window, timeout=60_000):
        window.show()
        window.activateWindow()
    return field


@pytest.mark.parametrize(("shown", "kind"), list(zip(KINDS, FIELDS, strict=True)))
def test_each_kind_of_question_has_its_field(qtbot: QtBot, shown: Shown, kind: type[Field]) -> None:
    field = field_for(shown, a_speaker())
    qtbot.addWidget(field)
    assert type(field) is kind


@pytest.mark.parametrize(
    ("looks", "kind"),
    [
        (("name",), "name"), (("mobile",), "phone"), (("email",), "email"),
        (("pin-code",), "number"), (("gstin",), "code"), ((), "text"),
    ],
)  # fmt: skip
def test_the_appearance_chooses_the_keyboard(
    qtbot: QtBot, looks: tuple[str, ...], kind: str
) -> None:
    field = field_for(a_question("text", *looks), a_speaker())
    qtbot.addWidget(field)
    assert field.wants_keyboard
    assert field.keyboard_kind == kind


def test_cards_want_no_keyboard(qtbot: QtBot) -> None:
    field = field_for(KINDS[3], a_speaker())
    qtbot.addWidget(field)
    assert not field.wants_keyboard


def test_what_is_typed_goes_out_in_nfc(qtbot: QtBot) -> None:
    field = shown_field(qtbot, field_for(a_question("text", "name"), a_speaker("hi")))
    assert isinstance(field, LineField)
    with qtbot.waitSignal(field.answered, timeout=60_000) as told:
        field.line.setText("e\u0301")
    assert told.args == ["q", "é"]


def test_the_cross_empties_the_line(qtbot: QtBot, tap: Tap) -> None:
    field = shown_field(qtbot, field_for(a_question(raw="Asha"), a_speaker("kn")))
    assert isinstance(field, LineField)
    cross = field.line.findChildren(TouchButton)[0]
    assert cross.accessibleName() == "ಅಳಿಸಿ"
    assert min(cross.width(), cross.height()) >= 56
    field.focus()
    with qtbot.waitSignal(field.answered, timeout=60_000) as told:
        tap(cross)
    assert told.args == ["q", ""]
    assert not cross.isVisible()
    assert field.line.hasFocus()


def test_a_line_is_as_long_as_it_may_be(qtbot: QtBot) -> None:
    field = field_for(a_question(), a_speaker())
    qtbot.addWidget(field)
    assert isinstance(field, LineField)
    field.line.setText("x" * 10_000_000)
    assert len(field.line.text()) == 1000


def test_sentences_are_as_long_as_they_may_be(qtbot: QtBot) -> None:
    field = field_for(a_question("text", "multiline"), a_speaker())
    qtbot.addWidget(field)
    assert isinstance(field, AreaField)
    field.area.insertPlainText("short ")
    field.area.insertPlainText("x" * LONGEST_TEXT)
    assert field.area.toPlainText() == "short " + "x" * (LONGEST_TEXT - 6)


def test_what_is_forgotten_cannot_be_undone(qtbot: QtBot) -> None:
    line = field_for(a_question(), a_speaker())
    area = field_for(a_question("text", "multiline"), a_speaker())
    for field in (line, area):
        qtbot.addWidget(field)
    assert isinstance(line, LineField)
    assert isinstance(area, AreaField)
    line.line.insert("Asha")
    area.area.insertPlainText("Asha")
    assert line.line.isUndoAvailable()
    for field in (line, area):
        field.forget()
    line.line.undo()
    area.area.undo()
    assert line.line.text() == area.area.toPlainText() == ""


def test_a_secret_is_not_shown(qtbot: QtBot) -> None:
    line = TextLine("number", secret=True)
    qtbot.addWidget(line)
    line.setText("4711")
    assert line.echoMode() == QLineEdit.EchoMode.Password
    assert "4" not in line.displayText()


@pytest.mark.parametrize(("shown", "given"), list(zip(KINDS, GIVEN, strict=True)))
def test_an_answer_is_shown_again_and_told_to_nobody(
    qtbot: QtBot, shown: Shown, given: object
) -> None:
    question = shown.question
    choices = [(c.value, c.label) for c in shown.choices]
    again = a_question(question.kind, *question.appearance, choices=choices, raw=given)
    field = shown_field(qtbot, field_for(shown, a_speaker()))
    empty = field.grab().toImage()
    with qtbot.assertNotEmitted(field.answered):
        field.set_shown(again)
    assert field.grab().toImage() != empty
    with qtbot.assertNotEmitted(field.answered):
        field.forget()
    assert field.grab().toImage() == empty


def test_one_of_several(qtbot: QtBot, tap: Tap) -> None:
    field = shown_field(qtbot, field_for(a_question("select_one", choices=DOES), a_speaker()))
    assert isinstance(field, ChoiceField)
    for value in ("seller", "officer"):
        with qtbot.waitSignal(field.answered, timeout=60_000) as told:
            tap(field.cards[value])
        assert told.args == ["q", value]
    assert field.chosen() == ["officer"]


def test_any_of_several(qtbot: QtBot, tap: Tap) -> None:
    field = shown_field(qtbot, field_for(KINDS[4], a_speaker()))
    assert isinstance(field, ManyField)
    tap(field.cards["officer"])
    with qtbot.waitSignal(field.answered, timeout=60_000) as told:
        tap(field.cards["buyer"])
    assert told.args == ["q", ["buyer", "officer"]]
    with qtbot.waitSignal(field.answered, timeout=60_000) as told:
        tap(field.cards["officer"])
    assert told.args == ["q", ["buyer"]]


def test_faces_carry_the_forms_words(qtbot: QtBot, tap: Tap) -> None:
    field = shown_field(qtbot, field_for(KINDS[5], a_speaker()), (1300, 400))
    faces = field.findChildren(FaceCard)
    assert [face.accessibleName() for face in faces] == [text for _, text in FACES]
    assert len({face.y() for face in faces}) == 1
    with qtbot.waitSignal(field.answered, timeout=60_000) as told:
        tap(faces[3])
    assert told.args == ["q", "4"]


def test_the_scale_runs_from_0_to_10_unless_the_form_says_otherwise(qtbot: QtBot, tap: Tap) -> None:
    field = shown_field(qtbot, field_for(KINDS[6], a_speaker("te")))
    assert isinstance(field, ScaleField)
    assert list(field.cards) == [str(n) for n in range(11)]
    with qtbot.waitSignal(field.answered, timeout=60_000) as told:
        tap(field.cards["10"])
    assert told.args == ["q", "10"]
    seven = [(str(n), str(n)) for n in range(1, 8)]
    other = field_for(a_question("select_one", "scale", choices=seven), a_speaker())
    qtbot.addWidget(other)
    assert isinstance(other, ScaleField)
    assert list(other.cards) == [str(n) for n in range(1, 8)]


def test_a_date_is_typed_as_it_is_written(qtbot: QtBot) -> None:
    field = shown_field(qtbot, field_for(a_question("date"), a_speaker("ur")))
    assert isinstance(field, DateField)
    field.focus()
    QTest.keyClicks(field.lines[0], "31")
    assert field.lines[1].hasFocus()
    QTest.keyClicks(field.lines[1], "01")
    with qtbot.waitSignal(field.answered, timeout=60_000) as told:
        QTest.keyClicks(field.lines[2], "2")
    assert told.args == ["q", "31-01-2"]
    assert field.lines[0].x() < field.lines[1].x() < field.lines[2].x()


def test_digits_of_any_script_make_a_date(qtbot: QtBot) -> None:
    field = field_for(a_question("date"), a_speaker("hi"))
    qtbot.addWidget(field)
    assert isinstance(field, DateField)
    with qtbot.waitSignal(field.answered, timeout=60_000) as told:
        field.lines[0].setText("१०")
    assert told.args == ["q", "10--"]
    field.set_shown(a_question("date", raw="2020-01-10"))
    assert [line.text() for line in field.lines] == ["10", "01", "2020"]


@pytest.mark.parametrize("shown", KINDS)
def test_a_problem_stands_next_to_the_answer_in_words(qtbot: QtBot, shown: Shown) -> None:
    field = shown_field(qtbot, field_for(shown, a_speaker("kn")))
    calm = field.grab().toImage()
    field.show_problem("ದಯವಿಟ್ಟು ಉತ್ತರಿಸಿ")
    assert field.problem_text == "ದಯವಿಟ್ಟು ಉತ್ತರಿಸಿ"
    assert field.grab().toImage() != calm
    field.show_problem("")
    assert field.problem_text == ""


def test_a_problem_waits_while_somebody_types_and_goes_when_they_mend_it(qtbot: QtBot) -> None:
    field = shown_field(qtbot, field_for(a_question(), a_speaker()))
    assert isinstance(field, LineField)
    field.focus()
    QTest.keyClicks(field.line, "9")
    field.set_shown(a_question(raw="9", problem="Ten digits, please."))
    assert field.problem_text == ""
    field.show_problem("Ten digits, please.")
    assert field.line.property("wrong") is True
    QTest.keyClicks(field.line, "8")
    assert field.problem_text == ""
    assert field.line.property("wrong") is False


def test_a_problem_that_was_there_before_is_shown_at_once(qtbot: QtBot) -> None:
    field = field_for(a_question(raw="9", problem="Ten digits, please."), a_speaker())
    qtbot.addWidget(field)
    assert field.problem_text == "Ten digits, please."


def test_another_language_keeps_what_is_typed_and_chosen(qtbot: QtBot, tap: Tap) -> None:
    speaker = a_speaker("en")
    line = shown_field(qtbot, field_for(a_question(), speaker))
    cards = shown_field(qtbot, field_for(a_question("select_one", choices=DOES), speaker))
    assert isinstance(line, LineField)
    assert isinstance(cards, ChoiceField)
    line.line.setText("Asha")
    tap(cards.cards["seller"])
    speaker.set_tag(Tag("hi"))
    line.set_shown(a_question(raw="Asha", label="आपका नाम क्या है?"))
    hindi = [("buyer", "खरीदार"), ("seller", "विक्रेता"), ("officer", "अधिकारी")]
    cards.set_shown(a_question("select_one", choices=hindi, raw="seller"))
    assert line.line.text() == "Asha"
    assert line.line.accessibleName() == "आपका नाम क्या है?"
    assert cards.cards["seller"].accessibleName() == "विक्रेता"
    assert cards.chosen() == ["seller"]


def test_other_choices_replace_those_that_were(qtbot: QtBot) -> None:
    field = field_for(a_question("select_one", choices=DOES), a_speaker())
    qtbot.addWidget(field)
    assert isinstance(field, ChoiceField)
    field.set_shown(a_question("select_one", choices=DOES[:2], raw="buyer"))
    assert list(field.cards) == ["buyer", "seller"]
    assert field.chosen() == ["buyer"]


def test_many_choices_scroll(qtbot: QtBot) -> None:
    many = [(str(n), f"Service provider number {n}") for n in range(20)]
    field = field_for(a_question("select_multiple", choices=many), a_speaker("hi"))
    shown_field(qtbot, field, (500, 420))
    assert isinstance(field, ManyField)
    qtbot.waitUntil(field.scrolling.scrolls, timeout=60_000)
    assert field.scrolling._down.accessibleName() == "नीचे देखिए"


def test_what_may_not_be_changed_cannot_be(qtbot: QtBot) -> None:
    line = field_for(a_question(raw="Asha", readonly=True), a_speaker())
    cards = field_for(a_question("select_one", choices=DOES, readonly=True), a_speaker())
    for field in (line, cards):
        qtbot.addWidget(field)
    assert isinstance(line, LineField)
    assert line.line.isReadOnly()
    assert isinstance(cards, ChoiceField)
    assert not cards.cards["buyer"].isEnabled()


def test_fields_are_answered_by_the_keyboard_alone(qtbot: QtBot) -> None:
    field = shown_field(qtbot, field_for(a_question("select_one", choices=DOES), a_speaker()))
    assert isinstance(field, ChoiceField)
    field.focus()
    assert field.cards["buyer"].hasFocus()
    with qtbot.waitSignal(field.answered, timeout=60_000) as told:
        QTest.keyClick(field.cards["buyer"], Qt.Key.Key_Space)
    assert told.args == ["q", "buyer"]


def test_the_font_is_that_of_what_is_typed(qtbot: QtBot) -> None:
    line = TextLine("name", tag="en")
    qtbot.addWidget(line)
    low = line.sizeHint().height()
    line.setText("محمد اقبال")
    assert line.font().families()[0] == NASTALIQ
    assert line.sizeHint().height() > low
    line.setText("ಲಕ್ಷ್ಮಿ")
    assert line.font().families()[0] == "Noto Sans Kannada"


@pytest.mark.parametrize("text", ["محمد اقبال گگن", "کیجیے ٹھیک", "ಲಕ್ಷ್ಮಿ ಕೃಷ್ಣಮೂರ್ತಿ", "लक्ष्मी"])
def test_a_line_clips_no_ink(qtbot: QtBot, text: str) -> None:
    line = TextLine("name", tag="ur")
    qtbot.addWidget(line)
    line.setText(text)
    line.resize(900, line.sizeHint().height())
    image = line.grab().toImage()
    pixels = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), -1)
    inked = (pixels[:, 4 * 100 : 4 * 880] < 90).sum(axis=1)
    assert inked.sum() > 0
    assert inked[4:6].sum() == inked[-6:-4].sum() == 0
