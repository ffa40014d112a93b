"""The keyboard on the screen. It knows the field with the focus, and nothing else of the visit."""

from __future__ import annotations

from typing import cast

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QWidget

from kiosk.domain.language import Tag
from ui.keyboard import pages
from ui.keyboard.board import Board, Shape
from ui.keyboard.commit import commit, delete_before, is_secret, press, text_before, typing_target
from ui.keyboard.key import Key
from ui.keyboard.layout import DELETE, JOINERS, SHIFT, Layout, has_layout, load_layout
from ui.keyboard.pages import CHOOSE, LETTERS, MORE, KeyPlan, PlannedRows
from ui.keyboard.syllable import Syllable, syllable_before
from ui.theme import Theme
from ui.translate import Speaker

_PADS = {"phone": "phone", "number": "number", "code": "code"}
_WORD_STARTS = " -'.("
_ENGLISH = "en"


class Panel(Board):
    """Types into whatever has the focus. ``set_layout`` chooses language and kind of keyboard."""

    next_pressed = Signal()

    def __init__(
        self, speaker: Speaker, theme: Theme | None = None, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        del theme  # what is worn now counts, and may change
        self._speaker = speaker
        self._own = self._layout = load_layout(_ENGLISH)
        self._kind = "text"
        self._page = LETTERS
        self._shift = False
        self._shift_locked = False
        self._shift_offered = False
        self._next_face = ""
        self._watched: QWidget | None = None
        speaker.changed.connect(self._rebuild)
        cast("QApplication", QApplication.instance()).focusChanged.connect(self._on_focus_changed)
        self.set_layout(speaker.tag, "text")

    # what others call

    def set_layout(self, tag: Tag | str, kind: str) -> None:
        """A language's keyboard for text, name, secret, email, phone, number or code."""
        self._kind = kind
        name = _PADS.get(kind) or ("email" if kind == "email" else _layout_of(tag))
        self._own = self._layout = load_layout(name)
        self._page = LETTERS
        self._shift_locked = False
        self._rebuild()

    def set_next_text(self, text: str) -> None:
        """What the key at the end says; "" for the usual word."""
        self._next_face = text
        self._rebuild()

    def forget(self) -> None:
        """Nothing of what was typed stays on the keys, and the own letters are shown again."""
        self._watch(None)
        self._layout, self._page = self._own, LETTERS
        self._shift = self._shift_locked = False
        self._rebuild()

    def key(self, token: str) -> Key:
        """The key that stands for ``token``; KeyError if it is not on this page."""
        found = next((key for key in self.keys() if key.token == token), None)
        if found is None:
            raise KeyError(token)
        return found

    # pages

    def _rebuild(self) -> None:
        for key in self.keys():
            key.hide()
            key.deleteLater()
        self.setAccessibleName(self._speaker.say("keyboard.name"))
        rows = [[self._make(plan) for plan in row] for row in self._plan()]
        self.lay(rows, self._shape())
        self._refresh()

    def _plan(self) -> PlannedRows:
        if self._page == CHOOSE:
            faces = {
                str(tag): language.native
                for tag, language in self._speaker.languages.items()
                if has_layout(tag)
            }
            back = KeyPlan(pages.TO_LETTERS, "tool", self._layout.face)
            return pages.plan_choice(faces, back)
        next_face = self._next_face or self._speaker.say("keyboard.next")
        return pages.plan_page(
            self._layout, self._page, switches=self._switches(), next_face=next_face
        )

    def _shape(self) -> Shape:
        """Letters run as their script does, tools as the screen does."""
        own, page = self._own, self._page
        return Shape(
            least_rows=len(own.rows) + bool(own.signs) + 1,
            narrow=own.kind == "pad" and own.name != "code" and page != CHOOSE,
            letters_mirrored=self._layout.right_to_left and page == LETTERS,
            tools_mirrored=self._speaker.right_to_left,
        )

    def _switches(self) -> list[KeyPlan]:
        """The keys that lead to other pages."""
        if self._page == MORE:
            turned = [KeyPlan(pages.TO_LETTERS, "tool", self._layout.face, weight=1.2)]
        else:
            turned = [KeyPlan(pages.TO_MORE, "tool", self._layout.digits_face, weight=1.2)]
        if self._layout is not self._own:
            turned.append(KeyPlan(pages.TO_OWN, "tool", self._own.face, weight=1.2))
        elif self._own.kind == "script":
            turned.append(KeyPlan(pages.TO_LATIN, "tool", load_layout(_ENGLISH).face, weight=1.2))
        if self._kind != "email" and len(self._speaker.languages) > 1:
            turned.append(KeyPlan(pages.GLOBE, "tool", icon="globe"))
        return turned

    def _make(self, plan: KeyPlan) -> Key:
        key = Key(
            plan.token, plan.look, face=plan.face, icon=plan.icon, weight=plan.weight, parent=self
        )
        spoken = _SPOKEN.get(plan.token)
        if spoken:
            key.setAccessibleName(self._speaker.say(spoken))
        if plan.token in {DELETE, pages.LEFT, pages.RIGHT}:
            key.setAutoRepeat(True)
            key.setAutoRepeatDelay(450)
            key.setAutoRepeatInterval(80)
        key.clicked.connect(lambda _=False, token=plan.token: self._on_key(token))
        key.show()
        return key

    # what a key does

    def _on_key(self, token: str) -> None:
        if token.startswith("{layout:"):
            self._turn(LETTERS, load_layout(token[8:-1]))
        elif token in _TURNS:
            self._turn(_TURNS[token], self._layout)
        elif token == pages.TO_OWN:
            self._turn(LETTERS, self._own)
        elif token == pages.TO_LATIN:
            self._turn(LETTERS, load_layout(_ENGLISH))
        elif token == SHIFT:
            self._on_shift()
        elif token == pages.NEXT:
            self.next_pressed.emit()
        elif (target := typing_target()) is not None:
            self._type(target, token)
            self._refresh()

    def _type(self, target: QWidget, token: str) -> None:
        if token == DELETE:
            delete_before(target)
        elif token in _ARROWS:
            press(target, _ARROWS[token])
        elif (slot := self._layout.signs.get(token)) is not None:
            self._add_sign(target, slot, token)
        else:
            capital = self._shift and self._layout.kind == "latin"
            commit(target, token.upper() if capital else JOINERS.get(token, token))
            self._shift = self._shift_locked

    def _add_sign(self, target: QWidget, slot: str, sign: str) -> None:
        before = text_before(target)
        syllable = syllable_before(before, self._layout)
        if syllable is not None and syllable.takes(slot):
            old = before[-syllable.length :]
            commit(target, syllable.with_sign(slot, sign), instead_of=old)

    def _on_shift(self) -> None:
        """Once for one capital, twice for all, a third time for small letters.

        A capital that was offered at the beginning of a word is declined at once.
        """
        lock = self._shift and not self._shift_locked and not self._shift_offered
        self._shift = lock or not self._shift
        self._shift_locked, self._shift_offered = lock, False
        self._show_case()

    def _turn(self, page: str, layout: Layout) -> None:
        self._page, self._layout = page, layout
        self._rebuild()

    # what the keys show

    def _refresh(self) -> None:
        """Brings signs and capitals up to what stands before the cursor."""
        target = typing_target()
        before = "" if target is None or is_secret(target) else text_before(target)
        if self._page != LETTERS:
            return
        if self._layout.signs:
            self._show_signs(syllable_before(before, self._layout))
        elif self._layout.kind == "latin":
            self._shift_offered = not self._shift_locked and self._begins_word(before)
            self._shift = self._shift_locked or self._shift_offered
            self._show_case()

    def _show_signs(self, syllable: Syllable | None) -> None:
        for key in self.rows[0]:
            slot = self._layout.signs[key.token]
            fits = syllable is not None and syllable.takes(slot)
            if syllable is not None and fits:
                key.set_face(syllable.with_sign(slot, key.token))
            else:
                key.set_face("\u25cc" + key.token)
            key.set_chosen(syllable is not None and fits and syllable.holds(key.token))
            key.setEnabled(fits)

    def _show_case(self) -> None:
        for key in self.keys():
            if key.token == SHIFT:
                key.set_icon("shift-on" if self._shift else "shift")
                key.set_chosen(self._shift_locked)
            elif len(key.token) == 1 and key.token.isalpha():
                key.set_face(key.token.upper() if self._shift else key.token)

    def _begins_word(self, before: str) -> bool:
        if self._own.name == "email" or self._kind == "secret":
            return False
        if self._kind == "name":
            return not before or before[-1] in _WORD_STARTS
        return not before.strip() or before.rstrip(" ")[-1:] in {".", "!", "?"}

    def _on_focus_changed(self, _old: QWidget | None, _new: QWidget | None) -> None:
        self._watch(typing_target())
        if self._watched is not None:
            self._refresh()

    def _watch(self, target: QWidget | None) -> None:
        """Follows the cursor of the field, which a hand on the real keyboard may move too."""
        if self._watched is target:
            return
        if isinstance(self._watched, (QLineEdit, QPlainTextEdit)):
            self._watched.cursorPositionChanged.disconnect(self._refresh)
            self._watched.destroyed.disconnect(self._on_gone)
        self._watched = target
        if isinstance(target, (QLineEdit, QPlainTextEdit)):
            target.cursorPositionChanged.connect(self._refresh)
            target.destroyed.connect(self._on_gone)

    def _on_gone(self) -> None:
        self._watched = None


_TURNS = {pages.TO_LETTERS: LETTERS, pages.TO_MORE: MORE, pages.GLOBE: CHOOSE}
_ARROWS = {pages.LEFT: Qt.Key.Key_Left, pages.RIGHT: Qt.Key.Key_Right}
_SPOKEN = {
    DELETE: "keyboard.delete",
    SHIFT: "keyboard.shift",
    pages.LEFT: "keyboard.left",
    pages.RIGHT: "keyboard.right",
    pages.SPACE: "keyboard.space",
    pages.GLOBE: "keyboard.languages",
    pages.TO_MORE: "keyboard.numbers",
    "{zwnj}": "keyboard.zwnj",
    "{zwj}": "keyboard.zwj",
}


def _layout_of(tag: str) -> str:
    return tag if has_layout(tag) else _ENGLISH
