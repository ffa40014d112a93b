"""Questions as fields: what a question is decides which one it gets."""

from __future__ import annotations

from kiosk.forms.session import Shown
from ui.fields.choice import ChoiceField, ManyField, RatingField, ScaleField
from ui.fields.date import DateField
from ui.fields.field import Field
from ui.fields.text import AreaField, LineField
from ui.theme import Theme
from ui.translate import Speaker

_FACES = 5


def field_for(shown: Shown, speaker: Speaker, theme: Theme | None = None) -> Field:
    """The field for a question. It wears what the application wears; ``theme`` is for callers
    that have it at hand.
    """
    del theme
    field = _kind_of_field(shown)(shown, speaker)
    field.set_shown(shown)
    return field


def _kind_of_field(shown: Shown) -> type[Field]:
    kind, looks = shown.question.kind, shown.question.appearance
    if kind == "select_one" and "rating" in looks and len(shown.choices) == _FACES:
        return RatingField
    if kind in {"select_one", "integer"} and "scale" in looks:
        return ScaleField
    plain: dict[str, type[Field]] = {
        "select_one": ChoiceField,
        "select_multiple": ManyField,
        "date": DateField,
    }
    if kind == "text" and "multiline" in looks:
        return AreaField
    return plain.get(kind, LineField)
