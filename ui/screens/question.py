"""One question in large type, a line of help, the answer. The same screen for every form."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QBoxLayout, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from kiosk.domain.language import Tag
from kiosk.domain.problem import Problem
from kiosk.forms.session import Shown
from ui.fields.choice import ScaleField
from ui.fields.field import Field
from ui.fields.kinds import field_for
from ui.fields.text import LineField
from ui.journey import Step
from ui.screens.screen import Room
from ui.screens.visitor import LARGE, VisitorScreen
from ui.theme import Role
from ui.visit import Visit
from ui.walk import Walk
from ui.widgets.button import TouchButton
from ui.widgets.ink import Style, block
from ui.widgets.label import Label
from ui.widgets.scroll import ScrollColumn

_SHARE, _SHARE_TYPING = 0.25, 0.14  # of the window's height, for a question and its help
_CENTRED = frozenset({"rating", "scale"})


class _Rest(QWidget):
    """What is left of the height is the answer's: the question is never squeezed for it."""

    def __init__(self) -> None:
        super().__init__()
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Ignored)

    def hasHeightForWidth(self) -> bool:
        """No, whatever stands in it: a layout would keep that height for it."""
        return False


class QuestionScreen(VisitorScreen):
    """Walks through questions; says ``ended`` after the last one.

    ``around`` are the steps before the first and after the last question that progress counts.
    ``ended`` is called when every question is answered; ``note`` stands quietly under each.
    ``buttons`` are the words for going on and for leaving an answer empty, where these mean more
    than that.
    """

    sensitive = True

    def __init__(
        self,
        room: Room,
        visit: Visit,
        walk: Walk,
        *,
        ended: Callable[[QuestionScreen], None],
        around: tuple[int, int] = (0, 0),
        note: str = "",
        buttons: tuple[str, str] | None = None,
    ) -> None:
        super().__init__(room, visit)
        self.walk = walk
        self._ended = ended
        self._around = around
        self._note = note
        say = room.speaker.say
        self._next_words, self._skip_words = buttons or (say("nav.next"), say("nav.skip"))
        self._field: Field | None = None
        self._held: QWidget | None = None
        self._build()

    # layout: with the keyboard open, back and the question share the little room above it

    def _build(self) -> None:
        space, tag = self.theme.space, self.speaker.tag
        self._of = Label("", "small", quiet=True, tag=tag, wrap=False)
        self._words = QBoxLayout(QBoxLayout.Direction.TopToBottom)
        self._words.setSpacing(space(1))
        head = QHBoxLayout()
        head.setSpacing(space(2))
        head.addLayout(self._words, 1)
        head.addWidget(self._of, 0, Qt.AlignmentFlag.AlignTop)
        self._back = TouchButton(self.say("nav.back"), "plain", icon="back", tag=tag)
        self._back.clicked.connect(self.on_back)
        self._skip = TouchButton(self._skip_words, "quiet", tag=tag)
        self._skip.clicked.connect(self.on_skip)
        self._holder = _Rest()
        self._answer = QVBoxLayout(self._holder)
        self._answer.setContentsMargins(0, 0, 0, 0)
        row = QHBoxLayout()
        row.setSpacing(space(2))
        top = Qt.AlignmentFlag.AlignTop
        row.addWidget(self._back, 0, top)
        row.addWidget(self._holder, 1)
        row.addWidget(self._skip, 0, top)
        column = QVBoxLayout(self)
        column.addLayout(head)
        column.addLayout(row, 1)

    @property
    def field(self) -> Field | None:
        """What the question is answered with; None for a note."""
        return self._field

    def enter(self) -> None:
        self._show()

    def _show(self) -> None:
        shown = self.walk.current()
        self._replace_field(shown)
        self._ask(shown)
        self._arrange()
        self.setAccessibleName(shown.label)
        if self._field is not None:
            self._field.focus()
        self.changed.emit()

    def _ask(self, shown: Shown) -> None:
        """The question and its line of help; beside each other where the keyboard needs the room
        and both fit.
        """
        self._drop_words()
        tag, typing = self.speaker.tag, self.keyboard() is not None
        told = "\n".join(part for part in (shown.hint, self._note) if part)
        role = self._role_that_fits(shown.label, told, typing=typing)
        label = Label(shown.label, role, bold=True, tag=tag)
        self._words.addWidget(label)
        hint = Label(told, "body" if role == "title" else "small", quiet=True, tag=tag)
        self._words.addWidget(hint)
        hint.setVisible(bool(told))
        room = self.window().width() - self.theme.space(40)
        beside = typing and label.sizeHint().width() + hint.sizeHint().width() < room
        directions = QBoxLayout.Direction
        self._words.setDirection(directions.LeftToRight if beside else directions.TopToBottom)
        centred = bool(_CENTRED.intersection(shown.question.appearance))
        side = Qt.AlignmentFlag.AlignHCenter if centred else Qt.AlignmentFlag(0)
        below = Qt.AlignmentFlag.AlignBottom if beside else side
        for one in (label, hint):
            self._words.setAlignment(one, below)
        if beside:
            self._words.addStretch(1)

    def _role_that_fits(self, text: str, told: str, *, typing: bool) -> Role:
        """The largest type in which question and help leave enough room for the answer."""
        window, tag = self.window(), self.speaker.tag
        width = window.width() - 2 * self.edge() - self.theme.space(10)
        most = window.height() * (_SHARE_TYPING if typing else _SHARE)
        roles: tuple[tuple[Role, Role], ...] = (("title", "body"), ("lead", "small"))
        for role, help_role in roles:
            laid = block(text, Style(self.theme, role, tag, bold=True), width)
            help_laid = block(told, Style(self.theme, help_role, tag), width)
            if laid.height + (help_laid.height if told else 0) <= most:
                return role
        asked = block(text, Style(self.theme, "body", tag, bold=True), width)
        large = self.theme.scale > LARGE
        return "small" if large and asked.height > most else "body"

    def _drop_words(self) -> None:
        while (item := self._words.takeAt(0)) is not None:
            words = item.widget()
            if words is not None:
                words.hide()
                words.setParent(None)
                words.deleteLater()

    def _replace_field(self, shown: Shown) -> None:
        self._drop_field()
        if not shown.question.asked:
            return
        field = field_for(shown, self.speaker, self.theme)
        field.answered.connect(self._on_answered)
        if isinstance(field, LineField):
            field.line.returnPressed.connect(self._on_return)
        scrolls = isinstance(field, ScaleField)
        self._held = ScrollColumn(field) if scrolls else field
        self._answer.addWidget(self._held)
        if field.wants_keyboard:
            self._answer.setAlignment(field, Qt.AlignmentFlag.AlignTop)
        self._field = field

    def _drop_field(self) -> None:
        if self._field is not None:
            self._field.forget()
        if self._held is not None:
            self._held.hide()
            self._held.setParent(None)
            self._held.deleteLater()
        self._field = self._held = None

    def _arrange(self) -> None:
        typing = self.keyboard() is not None
        space = self.theme.space
        self._back.setVisible(typing)
        self._skip.setVisible(typing and not self.walk.current().required)
        at, total = self.progress() or (0, 0)
        self._of.set_text(self.say("nav.progress", at=at, total=total))
        self._of.setVisible(typing and bool(total))
        layout = self.layout()
        if layout is not None:
            roomy = self.theme.scale <= LARGE
            top, bottom = (space(1), 0) if typing else (space(5 if roomy else 1), space(2))
            layout.setContentsMargins(self.edge(), top, self.edge(), bottom)
            layout.setSpacing(space(1) if typing or not roomy else space(3))

    # what happens

    def _on_answered(self, _name: str, raw: object) -> None:
        self.walk.answer(raw)
        if self._field is not None:
            self._field.show_problem("")

    def _on_return(self) -> None:
        """Return on a keyboard of the machine; told after the line has done with it."""
        QTimer.singleShot(0, self, self.on_next)

    def on_next(self) -> None:
        problem = self.walk.settle()
        if problem is not None:
            self._show_problem(problem)
            return
        self.stepped.emit()
        if self.walk.forward():
            self._show()
        else:
            self._ended(self)

    def _show_problem(self, problem: Problem) -> None:
        if self._field is not None:
            self._field.show_problem(problem.message(self.speaker.words))
            self._field.focus()

    def on_skip(self) -> None:
        if self._field is not None:
            self._field.forget()
        self.walk.answer("")
        self.on_next()

    def on_back(self) -> None:
        if self.walk.backward():
            self._show()
        elif self.walk.changing:
            self._ended(self)
        else:
            self.went.emit(Step.BACK)

    def forget(self) -> None:
        self._drop_field()
        self._drop_words()

    # what the window asks

    def keyboard(self) -> tuple[Tag, str] | None:
        if self._field is None or not self._field.wants_keyboard:
            return None
        return self.speaker.tag, self._field.keyboard_kind

    def next_text(self) -> str:
        return self._next_words

    def back_text(self) -> str:
        return self.say("nav.back")

    def skip_text(self) -> str:
        shown = self.walk.current()
        may_skip = shown.question.asked and not shown.required
        return self._skip_words if may_skip else ""

    def progress(self) -> tuple[int, int] | None:
        at, total = self.walk.position
        before, after = self._around
        whole = total + before + after
        return (at + before, whole) if whole > 1 else None
