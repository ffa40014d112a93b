"""Carrying away: what is only on this laptop, what was copied where, what has arrived."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from kiosk.domain.language import indian_grouping
from kiosk.errors import EnvironmentFault, VisitorError
from kiosk.services.carried import Carried, carried
from kiosk.services.carrying import SyncResult
from ui.carry_cards import CarryCards
from ui.isolates import alone
from ui.notices import sentence
from ui.picking import folder_picker
from ui.screens.screen import Room
from ui.screens.staff.frame import Open
from ui.screens.staff.running import RunningPage
from ui.sticks import Target, Volume, mounted, size_in_words, sticks
from ui.widgets.answer_card import AnswerCard
from ui.widgets.button import TouchButton
from ui.widgets.column import Column
from ui.widgets.grid import CardGrid
from ui.widgets.label import Label
from ui.widgets.link_card import LinkCard
from ui.widgets.question import Answer
from ui.widgets.strip import Strip
from ui.worker import Cancelled, Progress

if TYPE_CHECKING:
    from kiosk.services.desk import Desk
    from kiosk.services.ports import StaffMember


class CarryPage(RunningPage):
    """``look`` tells the volumes that are mounted now."""

    def __init__(
        self, room: Room, member: StaffMember, look: Callable[[], list[Volume]] = mounted
    ) -> None:
        super().__init__(room, member)
        self._look = look
        self._stands: Carried | None = None
        self._target: Target | None = None
        self._offered: list[Target] | None = None
        self._do = TouchButton("", "primary", icon="save")
        self._do.clicked.connect(self.choose)
        self._column = self.set_column(self._do)
        self.says(self._do.set_text, lambda: self.speaker.say("staff.carry.do"))

    def title(self) -> str:
        return self.speaker.say("staff.carry.title")

    # what the frame calls

    def enter(self) -> None:
        if not self.running:
            self.show_body()
            self.refresh()

    def offer(self, places: list[Target] | None) -> None:
        """These places instead of the sticks that are plugged in; None: those again."""
        self._offered = places

    def refresh(self) -> None:
        """Reads from the record how things stand."""
        self.porch.worker.ask(lambda desk: carried(desk.carry.outgoing()), self._know)

    def say_again(self) -> None:
        super().say_again()
        if self._stands is not None and not self.running:
            self._show(self._stands)

    def ended(self) -> None:
        super().ended()
        self.refresh()

    # how things stand

    def _know(self, stands: Carried) -> None:
        self._stands = stands
        self._show(stands)

    def _show(self, stands: Carried) -> None:
        cards = CarryCards(self.speaker, self.room.event, self.card)
        self._column.put(
            cards.here(stands),
            cards.copied(stands.copied),
            cards.arrived(stands.arrived),
            *([self._to_merge()] if self.member.coordinator else []),
        )
        self.reach_last(self._do)

    def _to_merge(self) -> LinkCard:
        say, tag = self.speaker.say, self.speaker.tag
        link = LinkCard(say("staff.merge.title"), say("staff.carry.to_merge"), tag=tag)
        link.clicked.connect(lambda: self.went.emit(Open("merge")))
        return link

    # where to

    def choose(self) -> None:
        """Asks on which stick, or in which folder."""
        say, tag = self.speaker.say, self.speaker.tag
        found = self._sticks()
        title = Label(say("staff.carry.which"), "lead", bold=True, tag=tag)
        none = [] if found else [Label(say("staff.carry.no_stick"), "body", tag=tag)]
        cards = CardGrid([self._stick(one) for one in found], columns=(1, 2))
        again = TouchButton(say("staff.refresh"), "plain", tag=tag)
        again.clicked.connect(self.choose)
        other = TouchButton(say("staff.carry.other_folder"), "plain", tag=tag)
        other.clicked.connect(self._pick)
        back = TouchButton(say("staff.cancel"), "quiet", tag=tag)
        back.clicked.connect(self.show_body)
        buttons = CardGrid([again, other, back], columns=(1, 3))
        self.show_over(self.scroller(Column(title, *none, cards, buttons, spacing=2)))
        again.setFocus()

    def _sticks(self) -> list[Target]:
        if self._offered is not None:
            return self._offered
        return sticks(self._look(), self.porch.data)

    def _stick(self, target: Target) -> LinkCard:
        say, tag = self.speaker.say, self.speaker.tag
        detail = say(
            "staff.close.free", folder=alone(target.folder), size=alone(size_in_words(target.free))
        )
        if not target.writable:
            detail = say("staff.carry.locked", folder=alone(target.folder))
        card = LinkCard(say("staff.close.stick", name=alone(target.stick)), detail, tag=tag)
        card.clicked.connect(lambda: self._copy(target))
        return card

    def _pick(self) -> None:
        title = self.speaker.say("staff.carry.which_folder")
        picker = folder_picker(self.speaker, title, self._sticks())
        picker.chosen.connect(lambda folder: self._copy(Target(folder, "", 0)))
        picker.cancelled.connect(self.show_body)
        self.show_over(self.scroller(picker))

    # copying

    def _copy(self, target: Target) -> None:
        self._target = target
        say = self.speaker.say
        folder = str(target.folder)

        def work(desk: Desk, run: Progress) -> SyncResult:
            return desk.carry.sync(folder, progress=run)

        def step(name: str, at: int, total: int) -> str:
            key = "staff.carry.step_seal" if name == "seal" else "staff.carry.step_send"
            return say(key, done=at, total=total)

        self.begin(say("staff.carry.step_begin"), work, step, self._done, self._failed)

    def _done(self, result: SyncResult) -> None:
        say, tag, target = self.speaker.say, self.speaker.tag, self._target
        if target is None:
            return
        name = alone(target.stick or target.folder.name)
        words = say(
            "staff.carry.done",
            name=name,
            sent=indian_grouping(result.sent),
            there=indian_grouping(result.already_there),
        )
        card = AnswerCard()
        title = say("staff.carry.safe") if target.stick else say("staff.carry.kept")
        card.show_answer("good", title, words, tag)
        notes: list[QWidget] = []
        if result.untrusted:
            words = say("staff.carry.untrusted", count=indian_grouping(result.untrusted))
            notes.append(Label(words, "body", tag=tag))
        if result.strangers:
            words = say("staff.carry.strangers", count=indian_grouping(result.strangers))
            notes.append(Strip(words, "danger"))
        done = TouchButton(say("staff.carry.finish"), "primary", icon="done", tag=tag)
        done.clicked.connect(self.show_body)
        more = TouchButton(say("staff.carry.second"), "plain", tag=tag)
        more.clicked.connect(self.choose)
        buttons = CardGrid([done, more], columns=(1, 2))
        self.show_over(self.scroller(Column(card, *notes, buttons, spacing=2)))
        done.setFocus()

    def _failed(self, fault: VisitorError | EnvironmentFault | Cancelled) -> None:
        say = self.speaker.say
        if isinstance(fault, Cancelled):
            title, words = say("staff.carry.stopped"), say("staff.carry.stopped_help")
            again = say("staff.carry.go_on")
        else:
            title, words = self._trouble(fault), sentence(fault, self.speaker)
            again = say("staff.carry.again")
        answers = [
            Answer("again", again, "primary"),
            Answer("other", say("staff.carry.other_stick"), "plain"),
            Answer("", say("staff.cancel"), "plain"),
        ]
        self.ask(title, words, answers, self._after_trouble)

    def _trouble(self, fault: VisitorError | EnvironmentFault) -> str:
        """What happened, in the few words that a tired person reads."""
        say = self.speaker.say
        titles = {
            "target_full": say("staff.carry.full"),
            "target_gone": say("staff.carry.gone"),
            "target_missing": say("staff.carry.missing"),
            "target_read_only": say("staff.carry.read_only"),
        }
        return titles.get(fault.key, say("staff.carry.trouble"))

    def _after_trouble(self, answer: str) -> None:
        if answer == "again" and self._target is not None:
            self._copy(self._target)
        elif answer == "other":
            self.choose()
