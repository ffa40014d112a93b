"""The attract screen is the choice of language: each by its own name, the event's own first."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from kiosk.domain.clock import written_date
from kiosk.domain.event import Fact, Session, facts_on, place_of
from kiosk.domain.language import Tag
from ui.frame.header import LetterButton
from ui.screens.big_card import BigCard
from ui.screens.screen import Asked, LanguageChosen, Room
from ui.screens.visitor import VisitorScreen
from ui.theme import Role, current_theme
from ui.visit import Visit
from ui.widgets.button import TouchButton
from ui.widgets.grid import CardGrid
from ui.widgets.label import Label
from ui.widgets.scroll import ScrollColumn
from ui.widgets.surface import Surface

FACT_MS = 12_000
_NARROW_PX = 460
_DAY_EM, _HINT_EM = 40, 55
_SIDE_SHARE = 0.38  # of the width, as long as the languages have room


class AttractScreen(VisitorScreen):
    """Languages at the start side; the day and one dated fact at the end side."""

    shows_header = False
    shows_footer = False

    def __init__(self, room: Room, visit: Visit) -> None:
        super().__init__(room, visit)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        self._day = _Day(room)
        row.addWidget(self._languages(), round(100 * (1 - _SIDE_SHARE)))
        row.addWidget(self._day, round(100 * _SIDE_SHARE))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where large type leaves no room for both, the languages have it."""
        em = self.theme.pixels("body")
        self._day.setVisible(self.width() >= _DAY_EM * em)
        beside = self.width() >= _HINT_EM * em
        self._beside.setVisible(beside)
        self._hint.setVisible(not beside)
        self._also.setVisible(beside)  # the cards say it too, each in its own language
        super().resizeEvent(event)

    def _languages(self) -> QWidget:
        space, tag = self.theme.space, self.speaker.tag
        side = QWidget()
        column = QVBoxLayout(side)
        column.setContentsMargins(space(6), space(3), space(4), space(3))
        column.setSpacing(space(1))
        inside = QWidget()
        words = QVBoxLayout(inside)
        words.setContentsMargins(0, 0, 0, 0)
        words.setSpacing(space(1))
        words.addWidget(Label(self._campaign(), "body", bold=True, colour="primary", tag=tag))
        own, *others = self.room.languages.values()
        words.addWidget(Label(own.choose, "title", bold=True, tag=own.tag))
        also = " · ".join(one.choose for one in others)
        self._also = Label(also, "small", quiet=True, tag=tag)
        words.addWidget(self._also)
        words.addWidget(CardGrid(self._cards(), columns=(1, 2)))
        words.addStretch(1)
        up, down = self.say("field.up"), self.say("field.down")
        column.addWidget(ScrollColumn(inside, up_name=up, down_name=down), 1)
        self._hint = Label(self.speaker.say("attract.slip"), "small", quiet=True, tag=tag)
        column.addWidget(self._hint)
        column.addLayout(self._tools())
        return side

    def _cards(self) -> list[BigCard]:
        """All of them as high as the highest: no language is larger than another."""
        cards = [self._card(tag) for tag in self.room.languages]
        highest = max(card.sizeHint().height() for card in cards)
        for card in cards:
            card.setMinimumHeight(highest)
        return cards

    def _card(self, tag: Tag) -> BigCard:
        language = self.room.languages[tag]
        card = BigCard(language.native, language.greeting, tag=tag, detail_role="small")
        card.setObjectName(f"language-{tag}")
        card.clicked.connect(lambda: self.went.emit(LanguageChosen(tag)))
        return card

    def _campaign(self) -> str:
        name = self.room.campaign.name
        own, english = self.speaker.text(name), name.get("en", "")
        return own if own == english or not english else f"{own} · {english}"

    def _tools(self) -> QHBoxLayout:
        say, tag = self.speaker.say, self.speaker.tag
        tools = QHBoxLayout()
        tools.setSpacing(self.theme.space(1.5))
        size = LetterButton("", "tool")
        letter = self.speaker.language.sample_letter
        size.set_letter(letter, say("header.text_size"), tag)
        help_button = TouchButton(say("header.help"), "tool", icon="help", tag=tag)
        staff = TouchButton(say("header.staff"), "quiet", tag=tag)
        for button, asked in (
            (size, Asked.SIZE),
            (help_button, Asked.HELP),
            (staff, Asked.STAFF),
        ):
            button.clicked.connect(lambda _=False, asked=asked: self.went.emit(asked))
            tools.addWidget(button)
        beside = Label(say("attract.slip"), "small", quiet=True, tag=tag)
        tools.insertWidget(2, beside, 1, Qt.AlignmentFlag.AlignVCenter)
        self._beside = beside
        return tools


class _Day(Surface):
    """Today: place, sessions, and one fact at a time."""

    def __init__(self, room: Room) -> None:
        super().__init__("deep")
        self._room = room
        self._facts = facts_on(room.campaign, room.event.day)
        self._at = 0
        space = current_theme().space
        inside = QWidget()
        self._column = QVBoxLayout(inside)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(space(1))
        self._add_place()
        for session in room.event.sessions:
            self._add_session(session)
        self._column.addStretch(1)
        self._figure = self._label("display", bold=True, colour="highlight")
        self._sentence = self._label("body", colour="on_deep")
        self._source = self._label("small", colour="quiet_on_deep")
        self._whole = QVBoxLayout(self)
        self._whole.addWidget(ScrollColumn(inside))
        self._turn = QTimer(self)
        self._turn.timeout.connect(self._next_fact)
        self._show_fact()
        if len(self._facts) > 1:
            self._turn.start(FACT_MS)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where the side is narrow, words need the room that margins had."""
        space, narrow = current_theme().space, self.width() < _NARROW_PX
        side, top = (space(2.5), space(2.5)) if narrow else (space(5), space(5))
        self._whole.setContentsMargins(side, top, side, space(2) if narrow else space(4))
        super().resizeEvent(event)

    def _label(self, role: Role, *, colour: str, bold: bool = False, text: str = "") -> Label:
        label = Label(text, role, bold=bold, colour=colour, tag=self._room.speaker.tag)
        self._column.addWidget(label)
        return label

    def _add_place(self) -> None:
        speaker, event = self._room.speaker, self._room.event
        today = f"{speaker.say('attract.today')} · {written_date(event.day)}"
        self._label("body", colour="quiet_on_deep", text=today)
        place = speaker.text(place_of(self._room.campaign, event).label)
        self._label("lead", bold=True, colour="on_deep", text=place)
        self._label("small", colour="on_deep", text=speaker.text(event.venue))
        if event.sample:
            self._label("small", colour="quiet_on_deep", text=speaker.say("attract.sample"))
        if self._room.campaign.practice:
            self._label("small", colour="highlight", text=speaker.say("header.practice"))

    def _add_session(self, session: Session) -> None:
        space, tag = current_theme().space, self._room.speaker.tag
        line = Surface("quiet_on_deep")
        line.setFixedHeight(1)
        self._column.addWidget(line)
        row = QHBoxLayout()
        row.setContentsMargins(0, space(0.5), 0, space(0.5))
        row.setSpacing(space(2))
        row.addWidget(Label(session.starts, "body", bold=True, colour="on_deep", wrap=False))
        title = self._room.speaker.text(session.title)
        row.addWidget(Label(title, "body", colour="on_deep", tag=tag), 1)
        self._column.addLayout(row)

    def _show_fact(self) -> None:
        fact: Fact | None = self._facts[self._at] if self._facts else None
        text = self._room.speaker.text
        self._figure.set_text(text(fact.figure) if fact else "")
        self._sentence.set_text(text(fact.sentence) if fact else "")
        source = f"{text(fact.source.title)}, {written_date(fact.source.dated)}" if fact else ""
        self._source.set_text(source)

    def _next_fact(self) -> None:
        self._at = (self._at + 1) % len(self._facts)
        self._show_fact()
