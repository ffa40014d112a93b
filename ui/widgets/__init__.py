"""The few touch controls that everything on the screen is made of."""

from ui.widgets.button import TouchButton
from ui.widgets.choice_card import ChoiceCard
from ui.widgets.face_card import FaceCard
from ui.widgets.grid import CardGrid
from ui.widgets.label import Label
from ui.widgets.progress import Busy, ProgressDots
from ui.widgets.scroll import ScrollColumn
from ui.widgets.strip import Mark, Strip
from ui.widgets.surface import Card, Surface

__all__ = [
    "Busy", "Card", "CardGrid", "ChoiceCard", "FaceCard", "Label", "Mark", "ProgressDots",
    "ScrollColumn", "Strip", "Surface", "TouchButton",
]  # fmt: skip
