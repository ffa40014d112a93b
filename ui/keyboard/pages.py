"""From a layout to rows of keys: letters, signs, and the row of tools below them."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ui.keyboard.key import KeyLook
from ui.keyboard.layout import DELETE, JOINERS, SHIFT, Layout, Rows

LETTERS, MORE, CHOOSE = "letters", "more", "choose"
LEFT, RIGHT, NEXT, SPACE, GLOBE = "{left}", "{right}", "{next}", " ", "{languages}"
TO_LETTERS, TO_OWN, TO_LATIN, TO_MORE = "{letters}", "{own}", "{latin}", "{more}"


@dataclass(frozen=True, slots=True)
class KeyPlan:
    """A key before it is a widget."""

    token: str
    look: KeyLook = "letter"
    face: str = ""
    icon: str = ""
    weight: float = 1.0


PlannedRows = list[list[KeyPlan]]

_ICONS = {SHIFT: "shift", DELETE: "delete", LEFT: "left", RIGHT: "right", GLOBE: "globe"}
_DOTTED = "\u25cc"  # stands for the letter that a sign needs
_JOINER_FACES = {"{zwnj}": "◌|◌", "{zwj}": "◌◌"}
_PAD_TOOLS = (LEFT, RIGHT)


def plan_page(layout: Layout, page: str, *, switches: list[KeyPlan], next_face: str) -> PlannedRows:
    """The rows of one page of a keyboard, the tools included; ``switches`` lead to other pages."""
    if layout.kind == "pad":
        return _pad(layout, next_face)
    rows = _letters(layout.more if page == MORE else layout.rows)
    if page != MORE and layout.signs:
        rows.insert(0, [KeyPlan(sign, "sign", _DOTTED + sign) for sign in layout.signs])
    return [*rows, _tools(switches, next_face)]


def plan_choice(faces: dict[str, str], back: KeyPlan) -> PlannedRows:
    """A page that offers keyboards by what they write; ``faces`` by the name of the layout."""
    keys = [KeyPlan("{layout:" + name + "}", "letter", face) for name, face in faces.items()]
    return [keys, [back]]


def _letters(rows: Rows) -> PlannedRows:
    return [[_letter(token) for token in row] for row in rows]


def _letter(token: str) -> KeyPlan:
    if token in _ICONS:
        return KeyPlan(token, "tool", icon=_ICONS[token], weight=1.4)
    if token in JOINERS:
        return KeyPlan(token, "letter", _JOINER_FACES[token])
    return KeyPlan(token, weight=1.4 if len(token) > 4 else 1.0)


def _tools(switches: list[KeyPlan], next_face: str) -> list[KeyPlan]:
    return [
        *switches,
        KeyPlan(SPACE, "letter", face=" ", icon="space", weight=3.2),
        KeyPlan(".", "tool"),
        KeyPlan("-", "tool"),
        KeyPlan("'", "tool"),
        KeyPlan(LEFT, "tool", icon="left"),
        KeyPlan(RIGHT, "tool", icon="right"),
        KeyPlan(DELETE, "tool", icon="delete", weight=1.4),
        KeyPlan(NEXT, "action", next_face, weight=2.2),
    ]


def _pad(layout: Layout, next_face: str) -> PlannedRows:
    """A number pad: its rows, then what moves and what goes on."""
    rows = [[replace(plan, weight=1.0) for plan in row] for row in _letters(layout.rows)]
    tools = [KeyPlan(token, "tool", icon=_ICONS[token]) for token in _PAD_TOOLS]
    if not any(DELETE in row for row in layout.rows):
        tools.append(KeyPlan(DELETE, "tool", icon="delete", weight=1.4))
    return [*rows, [*tools, KeyPlan(NEXT, "action", next_face, weight=2.2)]]
