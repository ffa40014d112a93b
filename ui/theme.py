"""The look as tokens: colours by role, steps of space, sizes of type; and their stylesheet."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from string import Template
from typing import Literal, NamedTuple

from PySide6.QtGui import QBrush, QColor, QFont, QPalette
from PySide6.QtWidgets import QApplication

from ui.palettes import DARK, HIGH_CONTRAST, LIGHT, PALETTES, Palette, contrast
from ui.typeface import (
    ARABIC,
    LATIN,
    families_for,
    load_first_fonts,
    load_fonts,
    load_later_fonts,
    script_of_language,
)

__all__ = [
    "DARK", "HIGH_CONTRAST", "LIGHT", "PALETTES", "SCALES", "TOUCH_MIN", "Palette", "Role",
    "Theme", "contrast", "current_theme", "dress", "load_first_fonts",
    "load_fonts", "load_later_fonts", "resource", "stylesheet",
]  # fmt: skip

Role = Literal["small", "body", "lead", "title", "display"]

TOUCH_MIN = 64  # px; 15 mm on a 15-inch screen of 1366 × 768
SCALES = (1.0, 1.25, 1.5, 2.0)

_SIZES: dict[str, int] = {"small": 18, "body": 22, "lead": 28, "title": 38, "display": 50}
_NASTALIQ: dict[str, int] = {"small": 20, "body": 25, "lead": 33, "title": 44, "display": 58}
_LEADING, _TALL_LEADING = 1.36, 2.0
_RESOURCES = Path(__file__).resolve().parent.parent / "resources"


def resource(*parts: str) -> Path:
    """The path of something in ``resources/``."""
    return _RESOURCES.joinpath(*parts)


class Theme(NamedTuple):
    """A palette at a text scale (1.0 to 2.0)."""

    palette: Palette = LIGHT
    scale: float = 1.0

    def space(self, steps: float) -> int:
        """So many steps of 8 px. Grows half as fast as the text, which needs the room more."""
        return round(8 * steps * (1 + self.scale) / 2)

    def touch(self) -> int:
        """The least height of what is touched, in px."""
        return max(TOUCH_MIN, round(TOUCH_MIN * (1 + self.scale) / 2))

    def pixels(self, role: Role, script: str = LATIN) -> int:
        """The size of type; Nastaliq is half a step larger."""
        sizes = _NASTALIQ if script == ARABIC else _SIZES
        return round(sizes[role] * self.scale)

    def leading(self, role: Role, script: str = LATIN) -> int:
        """From baseline to baseline, in px, where ink does not need more."""
        factor = _TALL_LEADING if script == ARABIC else _LEADING
        return round(self.pixels(role, script) * factor)

    def font(self, role: Role, tag: str, *, bold: bool = False) -> QFont:
        """The font of a language's own script, with all others to fall back on."""
        return self.script_font(role, script_of_language(tag), tag, bold=bold)

    def script_font(self, role: Role, script: str, tag: str = "", *, bold: bool = False) -> QFont:
        """The font for text of one script (ISO 15924) that stands in a language."""
        font = QFont()
        font.setFamilies(families_for(script, tag))
        font.setPixelSize(self.pixels(role, script))
        font.setBold(bold)
        return font

    def colour(self, role: str) -> QColor:
        """A colour of the palette by its role's name."""
        return QColor(getattr(self.palette, role))

    def brush(self, role: str) -> QBrush:
        """The same colour to fill with."""
        return _brush(getattr(self.palette, role))


@lru_cache(maxsize=200)
def _brush(colour: str) -> QBrush:
    """Out of a palette: see ``ui.widgets.pens``."""
    palette = QPalette()
    palette.setColor(QPalette.ColorRole.Base, QColor(colour))
    return palette.brush(QPalette.ColorRole.Base)


_worn = [Theme()]


def current_theme() -> Theme:
    """What the application wears now. Widgets read it when they measure and paint themselves."""
    return _worn[0]


def dress(app: QApplication, theme: Theme) -> None:
    """Puts the theme on the whole application; every widget gets a StyleChange and follows."""
    _worn[0] = theme
    app.setPalette(_qt_palette(theme))
    app.setFont(theme.font("body", "en"))
    app.setStyleSheet(stylesheet(theme))


def _qt_palette(theme: Theme) -> QPalette:
    palette = QPalette()
    for part, role in (
        (QPalette.ColorRole.Window, "ground"),
        (QPalette.ColorRole.WindowText, "ink"),
        (QPalette.ColorRole.Base, "card"),
        (QPalette.ColorRole.Text, "ink"),
        (QPalette.ColorRole.Button, "card"),
        (QPalette.ColorRole.ButtonText, "ink"),
        (QPalette.ColorRole.PlaceholderText, "quiet"),
        (QPalette.ColorRole.Highlight, "primary"),
        (QPalette.ColorRole.HighlightedText, "on_primary"),
    ):
        palette.setColor(part, theme.colour(role))
    return palette


_SHEET = Template("""
QMainWindow, QDialog { background: $ground; }
QLineEdit, QPlainTextEdit {
    background: $card; color: $ink; border: 2px solid $edge; border-radius: 16px;
    padding: 0 ${pad}px; selection-background-color: $primary; selection-color: $on_primary;
}
QPlainTextEdit { padding: ${half}px ${half}px; }
QLineEdit:focus, QPlainTextEdit:focus { border: 3px solid $primary; }
QLineEdit[wrong="true"], QPlainTextEdit[wrong="true"] { border: 3px solid $danger; }
QLineEdit:disabled, QLineEdit:read-only { background: $warm; color: $quiet; }
QScrollArea {
    background: transparent; border: none; qproperty-focusPolicy: NoFocus;
    qproperty-horizontalScrollBarPolicy: ScrollBarAlwaysOff;
    qproperty-verticalScrollBarPolicy: ScrollBarAlwaysOff;
}
QAbstractButton#turn { qproperty-focusPolicy: NoFocus; }
QScrollBar { width: 0; height: 0; }
QProgressBar {
    background: $warm; border: none; border-radius: 6px; min-height: 12px; max-height: 12px;
}
QProgressBar::chunk { background: $primary; border-radius: 6px; }
QTableView {
    background: $card; color: $ink; border: 1px solid $line; gridline-color: $line;
    selection-background-color: $tint; selection-color: $ink;
}
QHeaderView::section { background: $warm; color: $ink; border: none; padding: ${half}px; }
""")


def stylesheet(theme: Theme) -> str:
    """What Qt's own widgets wear; ours paint themselves."""
    colours = {name: getattr(theme.palette, name) for name in Palette._fields}
    return _SHEET.substitute(colours, pad=theme.space(2), half=theme.space(1))
