"""Draws every control and field in five languages, sizes and palettes, for somebody to look at.

python -m tests.ui.gallery FOLDER
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtWidgets import QApplication, QBoxLayout, QVBoxLayout, QWidget

from tests.ui.questions import a_question
from tests.ui.speakers import TAGS, a_speaker
from ui.fields.field import Field
from ui.fields.kinds import field_for
from ui.keyboard.panel import Panel
from ui.theme import PALETTES, Theme, current_theme, dress, load_fonts
from ui.translate import Speaker
from ui.widgets.button import TouchButton
from ui.widgets.label import Label
from ui.widgets.progress import ProgressDots
from ui.widgets.strip import Strip
from ui.widgets.surface import Surface

RATING = {
    "en": ["Not good at all", "Not good", "All right", "Good", "Very good"],
    "hi": ["बिल्कुल अच्छा नहीं", "अच्छा नहीं", "ठीक-ठाक", "अच्छा", "बहुत अच्छा"],
    "ur": ["بالکل اچھا نہیں", "اچھا نہیں", "ٹھیک ٹھاک", "اچھا", "بہت اچھا"],
    "kn": ["ಸ್ವಲ್ಪವೂ ಚೆನ್ನಾಗಿರಲಿಲ್ಲ", "ಚೆನ್ನಾಗಿರಲಿಲ್ಲ", "ಪರವಾಗಿರಲಿಲ್ಲ", "ಚೆನ್ನಾಗಿತ್ತು", "ತುಂಬಾ ಚೆನ್ನಾಗಿತ್ತು"],
    "te": ["అస్సలు బాగాలేదు", "బాగాలేదు", "పరవాలేదు", "బాగుంది", "చాలా బాగుంది"],
}
NAMES = {
    "en": "O'Brien-D'Souza",
    "hi": "लक्ष्मी कृष्णमूर्ति",
    "ur": "محمد اقبال",
    "kn": "ಲಕ್ಷ್ಮಿ ಕೃಷ್ಣಮೂರ್ತಿ",
    "te": "లక్ష్మి కృష్ణమూర్తి",
}
TITLES = {
    "en": "What is your name?",
    "hi": "आपका नाम क्या है?",
    "ur": "آپ کا نام کیا ہے؟",
    "kn": "ನಿಮ್ಮ ಹೆಸರೇನು?",
    "te": "మీ పేరు ఏమిటి?",
}


def rating(tag: str) -> list[tuple[str, str]]:
    return [(str(at + 1), text) for at, text in enumerate(RATING[tag])]


def a_window(speaker: Speaker, size: tuple[int, int]) -> tuple[QWidget, QVBoxLayout]:
    window = Surface("ground")
    window.setLayoutDirection(speaker.direction)
    window.resize(*size)
    column = QVBoxLayout(window)
    column.setContentsMargins(32, 16, 32, 16)
    column.setSpacing(current_theme().space(1.5))
    return window, column


def fields_of(speaker: Speaker) -> list[Field]:
    tag = str(speaker.tag)
    shown = [
        a_question("text", "name", raw=NAMES[tag], problem=TITLES[tag]),
        a_question("select_one", "rating", raw="4", choices=rating(tag)),
        a_question("integer", "scale", raw="8"),
        a_question("date", raw="10-01-2020"),
        a_question("text", "mobile", raw="98450 12345"),
    ]
    return [field_for(one, speaker) for one in shown]


def page_of_fields(speaker: Speaker, size: tuple[int, int]) -> QWidget:
    window, column = a_window(speaker, size)
    column.addWidget(Label(TITLES[str(speaker.tag)], "title", bold=True, tag=speaker.tag))
    for field in fields_of(speaker):
        column.addWidget(field)
    return window


def page_of_choices(speaker: Speaker, size: tuple[int, int]) -> QWidget:
    tag = str(speaker.tag)
    many = [(str(at), RATING[tag][at % 5] + f" {at}") for at in range(14)]
    window, column = a_window(speaker, size)
    column.addWidget(Label(TITLES[tag], "title", bold=True, tag=tag))
    strip = Strip(TITLES[tag] + " " + NAMES[tag], "danger", speaker.say("keyboard.next"))
    column.addWidget(strip)
    column.addWidget(field_for(a_question("select_multiple", raw="1 2", choices=many), speaker), 1)
    row = QBoxLayout(QBoxLayout.Direction.LeftToRight)
    column.addLayout(row)
    dots = ProgressDots(6)
    dots.set_at(2)
    row.addWidget(TouchButton(speaker.say("field.up"), "plain", icon="back", tag=tag))
    row.addStretch(1)
    row.addWidget(dots)
    row.addStretch(1)
    row.addWidget(TouchButton(NAMES[tag], "tool", icon="listen", tag=tag))
    row.addWidget(
        TouchButton(speaker.say("keyboard.next"), "primary", icon="next", icon_last=True, tag=tag)
    )
    return window


def page_of_keys(speaker: Speaker, size: tuple[int, int]) -> QWidget:
    tag = str(speaker.tag)
    window, column = a_window(speaker, size)
    column.setContentsMargins(0, 8, 0, 0)
    field = field_for(a_question("text", "name", raw=NAMES[tag]), speaker)
    column.addWidget(Label(TITLES[tag], "title", bold=True, tag=tag))
    column.addWidget(field)
    column.addStretch(1)
    panel = Panel(speaker)
    panel.set_layout(speaker.tag, "name")
    column.addWidget(panel)
    field.focus()
    return window


PAGES = {"fields": page_of_fields, "choices": page_of_choices, "keys": page_of_keys}


def draw_all(folder: Path) -> None:
    app = QApplication.instance() or QApplication([])
    assert isinstance(app, QApplication)
    load_fonts()
    folder.mkdir(parents=True, exist_ok=True)
    for tag in TAGS:
        for scale, palette, size in (
            (1.0, "light", (1366, 768)),
            (1.5, "dark", (1366, 768)),
            (1.0, "contrast", (1024, 768)),
            (2.0, "light", (1366, 768)),
        ):
            dress(app, Theme(PALETTES[palette], scale))
            for name, page in PAGES.items():
                window = page(a_speaker(tag), size)
                window.show()
                window.activateWindow()
                for _ in range(4):
                    app.processEvents()
                window.grab().save(str(folder / f"{name}-{tag}-{scale}-{palette}.png"))
                window.close()
                window.deleteLater()


if __name__ == "__main__":
    draw_all(Path(sys.argv[1]))
