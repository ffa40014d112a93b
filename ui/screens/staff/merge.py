"""Merging: what several laptops brought comes together, and what is missing is said."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QButtonGroup, QWidget

from kiosk.domain.language import indian_grouping
from kiosk.errors import EnvironmentFault, VisitorError
from ui.isolates import alone
from ui.merged_words import told
from ui.merging import (
    Merged,
    StoreAt,
    campaign_here,
    campaign_holding,
    merge_into,
    needs_passphrase,
)
from ui.notices import sentence
from ui.screens.screen import Room
from ui.screens.staff.frame import Open
from ui.screens.staff.running import RunningPage
from ui.sticks import (
    Lies,
    Target,
    Volume,
    identity_files,
    mounted,
    size_in_words,
    sticks,
    stores_in,
    subfolders,
)
from ui.widgets.answer_card import AnswerCard
from ui.widgets.button import TouchButton
from ui.widgets.choice_card import ChoiceCard
from ui.widgets.column import Column
from ui.widgets.folder_picker import FolderPicker, FolderWords
from ui.widgets.grid import CardGrid
from ui.widgets.label import Label
from ui.widgets.passphrase import Passphrase, PassphraseWords
from ui.widgets.question import Answer
from ui.widgets.strip import Strip
from ui.widgets.surface import Card
from ui.worker import Cancelled, Progress

if TYPE_CHECKING:
    from kiosk.domain.language import Tag
    from kiosk.services.desk import Desk
    from kiosk.services.ports import StaffMember

_NEW_STORE = "samvad-merged.db"
_MOST_LINES = 30


@dataclass(slots=True)
class _Choice:
    """What the coordinator chose so far; it stays until the screen is locked."""

    places: list[Target] = field(default_factory=list)
    sources: set[Path] = field(default_factory=set)
    stores: list[Path] = field(default_factory=list)
    store: Path | None = None
    identity: Path | None = None


class MergePage(RunningPage):
    """For coordinators. ``look`` tells the volumes that are mounted now, ``carried`` which
    identities lie on them.
    """

    under = "carry"

    def __init__(
        self,
        room: Room,
        member: StaffMember,
        look: Callable[[], list[Volume]] = mounted,
        carried: Callable[[Iterable[Volume]], list[Lies]] = identity_files,
    ) -> None:
        super().__init__(room, member)
        self._look = look
        self._carried = carried
        self._chosen = _Choice()
        self._identities: list[Lies] = []
        self._at: StoreAt | None = None
        self._typed: Passphrase | None = None
        self._typing = False
        self._do = TouchButton("", "primary", icon="add")
        self._do.clicked.connect(self._begin)
        self._column = self.set_column(self._do)
        self.says(self._do.set_text, lambda: self.speaker.say("staff.merge.do"))

    def title(self) -> str:
        return self.speaker.say("staff.merge.title")

    # what the frame calls

    def enter(self) -> None:
        if not self.running:
            self.ended()
            self.look_again()

    def forget(self) -> None:
        self._at = None
        self.ended()

    def leave(self) -> None:
        if not self.running:
            self.ended()

    def say_again(self) -> None:
        super().say_again()
        if not self.running:
            self._show()

    def keyboard(self) -> tuple[Tag, str] | None:
        return (self.speaker.tag, "text") if self._typing else None

    def on_next(self) -> None:
        if self._typed is not None:
            self._typed.enter()

    # what can be chosen

    def look_again(self) -> None:
        """Looks at the sticks that are there now."""
        if not self.member.coordinator:
            self._show()
            return
        volumes, chosen = self._look(), self._chosen
        folders = [one for one in chosen.places if not one.stick]
        self.offer([*sticks(volumes, self.porch.data), *folders])
        self._identities = [] if self.room.campaign.practice else self._carried(volumes)
        paths = [one.path for one in self._identities]
        if chosen.identity not in paths:
            chosen.identity = paths[0] if len(paths) == 1 else None
        self._show()

    def offer(self, places: Sequence[Target]) -> None:
        """The places to merge from; those that were not there before are chosen already."""
        chosen = self._chosen
        known = {one.folder for one in chosen.places}
        here = {one.folder for one in places}
        chosen.sources = (chosen.sources & here) | (here - known)
        chosen.places = list(places)
        self._show()

    def keep_in(self, folder: Path) -> None:
        """The store is in this folder: one that is there, else a new one."""
        self.show_body()
        found = stores_in(folder)
        new = folder / _NEW_STORE
        self._chosen.stores = found if new in found else [*found, new]
        self._chosen.store = self._chosen.stores[0]
        self._show()

    # the body

    def _show(self) -> None:
        may = self.member.coordinator
        self._do.setVisible(may)
        if may:
            who = [] if self.room.campaign.practice else [self._who_card()]
            self._column.put(self._from_card(), self._into_card(), *who)
        else:
            self._column.put(Strip(self.speaker.say("staff.merge.only_coordinator")))
        self.reach_last(self._do)

    def _from_card(self) -> Card:
        say, tag = self.speaker.say, self.speaker.tag
        card = self.card(say("staff.merge.from"))
        cards = []
        for place in self._chosen.places:
            title = alone(place.folder.name)
            detail = say("staff.merge.folder", folder=alone(place.folder))
            if place.stick:
                title = say("staff.close.stick", name=alone(place.stick))
                size = alone(size_in_words(place.free))
                detail = say("staff.close.free", folder=alone(place.folder), size=size)
            choice = ChoiceCard(title, detail, many=True, tag=tag)
            choice.setChecked(place.folder in self._chosen.sources)
            choice.clicked.connect(lambda on, folder=place.folder: self._tick(folder, on=on))
            cards.append(choice)
        if cards:
            card.column.addWidget(CardGrid(cards, columns=(1, 2)))
        else:
            card.column.addWidget(Label(say("staff.merge.no_source"), "body", quiet=True, tag=tag))
        again = TouchButton(say("staff.refresh"), "plain", tag=tag)
        again.clicked.connect(self.look_again)
        other = TouchButton(say("staff.merge.add_folder"), "plain", tag=tag)
        other.clicked.connect(lambda: self._pick(say("staff.merge.from"), self._add))
        card.column.addWidget(CardGrid([again, other], columns=(1, 2)))
        return card

    def _tick(self, folder: Path, *, on: bool) -> None:
        if on:
            self._chosen.sources.add(folder)
        else:
            self._chosen.sources.discard(folder)

    def _add(self, folder: Path) -> None:
        self.show_body()
        known = [one for one in self._chosen.places if one.folder != folder]
        self._chosen.sources.discard(folder)
        self.offer([*known, Target(folder, "", 0)])
        self._tick(folder, on=True)
        self._show()

    def _into_card(self) -> Card:
        say, tag = self.speaker.say, self.speaker.tag
        card = self.card(say("staff.merge.into"))
        cards: list[QWidget] = []
        group = QButtonGroup(card)
        for store in self._chosen.stores:
            there = store.is_file()
            title = say("staff.merge.store" if there else "staff.merge.new_store")
            detail = say("staff.merge.folder", folder=alone(store))
            choice = ChoiceCard(title, detail, tag=tag)
            choice.setChecked(store == self._chosen.store)
            choice.clicked.connect(lambda _on=False, store=store: self._keep(store))
            group.addButton(choice)
            cards.append(choice)
        if cards:
            card.column.addWidget(CardGrid(cards, columns=(1, 2)))
        else:
            words = say("staff.merge.no_store")
            card.column.addWidget(Label(words, "body", quiet=True, tag=tag))
        where = TouchButton(say("staff.merge.choose_folder"), "plain", tag=tag)
        where.clicked.connect(lambda: self._pick(say("staff.merge.into"), self.keep_in))
        card.column.addWidget(where)
        return card

    def _keep(self, store: Path) -> None:
        self._chosen.store = store

    def _who_card(self) -> Card:
        say, tag = self.speaker.say, self.speaker.tag
        card = self.card(say("staff.merge.identity"))
        group = QButtonGroup(card)
        cards = []
        for one in self._identities:
            where = say("staff.forgotten.on_stick", name=alone(one.stick))
            choice = ChoiceCard(alone(one.path.stem), where, tag=tag)
            choice.setChecked(one.path == self._chosen.identity)
            choice.clicked.connect(lambda _on=False, path=one.path: self._be(path))
            group.addButton(choice)
            cards.append(choice)
        if cards:
            card.column.addWidget(CardGrid(cards, columns=(1, 2)))
        else:
            words = say("staff.forgotten.none")
            card.column.addWidget(Label(words, "body", quiet=True, tag=tag))
        return card

    def _be(self, identity: Path) -> None:
        self._chosen.identity = identity

    def _pick(self, title: str, then: Callable[[Path], None]) -> None:
        say = self.speaker.say
        roots = [(say("staff.carry.home"), Path.home())]
        roots += [
            (say("staff.close.stick", name=alone(one.stick)), one.folder)
            for one in self._chosen.places
            if one.stick
        ]
        words = FolderWords(
            title, say("staff.carry.this_folder"), say("staff.carry.folder_up"),
            say("staff.cancel"), say("staff.carry.folder_empty"),
        )  # fmt: skip
        picker = FolderPicker(Path.home(), roots, subfolders, words, self.speaker.tag)
        picker.chosen.connect(then)
        picker.cancelled.connect(self.show_body)
        self.show_over(self.scroller(picker))

    # beginning

    def _begin(self) -> None:
        say, chosen = self.speaker.say, self._chosen
        practice = self.room.campaign.practice
        if not chosen.sources:
            self.notify(say("staff.merge.choose_source"))
        elif chosen.store is None:
            self.notify(say("staff.merge.choose_store"))
        elif chosen.identity is None and not practice:
            self.notify(say("staff.merge.choose_identity"))
        else:
            own = campaign_holding(chosen.identity) if chosen.identity is not None else None
            campaign = campaign_here(self.porch.data) if own is None else str(own)
            self._at = StoreAt(chosen.store, campaign)
            if needs_passphrase(chosen.store, campaign):
                self._ask_passphrase()
            else:
                self._merge()

    def _ask_passphrase(self, problem: str = "") -> None:
        if self._at is None:
            return
        say, new = self.speaker.say, not self._at.path.is_file()
        words = PassphraseWords(
            title=say("staff.merge.passphrase_new" if new else "staff.merge.passphrase"),
            help=say("staff.merge.passphrase_new_help" if new else "staff.merge.passphrase_help"),
            field=say("staff.unlock.field"),
            clear=say("staff.find.clear"),
            show=say("staff.unlock.show"),
            hide=say("staff.unlock.hide"),
            go=say("staff.merge.do"),
            cancel=say("staff.cancel"),
            empty=say("staff.unlock.empty"),
        )
        self._typed = Passphrase(words, self.speaker.tag, hidden=not new, problem=problem)
        self._typed.touched.connect(lambda: self._set_typing(typing=True))
        self._typed.entered.connect(self._opened)
        self._typed.cancelled.connect(self.ended)
        self.show_over(self.scroller(self._typed))
        self._typed.take_focus()

    def _opened(self, passphrase: str) -> None:
        if self._at is not None:
            self._at = StoreAt(self._at.path, self._at.campaign, passphrase)
            self._merge()

    def _set_typing(self, *, typing: bool) -> None:
        if typing != self._typing:
            self._typing = typing
            self.changed.emit()

    def ended(self) -> None:
        super().ended()
        if self._typed is not None:
            self._typed.forget()
            self._typed = None
        self._set_typing(typing=False)

    # merging

    def _merge(self) -> None:
        at, chosen = self._at, self._chosen
        if at is None:
            return
        self.ended()
        say = self.speaker.say
        sources = [one.folder for one in chosen.places if one.folder in chosen.sources]
        identities = [] if chosen.identity is None else [chosen.identity]

        def work(_desk: Desk, run: Progress) -> Merged:
            return merge_into(at, sources, identities, run)

        def step(_name: str, done: int, total: int) -> str:
            return say("staff.merge.step", done=done, total=total)

        self.begin(say("staff.merge.step_begin"), work, step, self._done, self._failed)

    def _failed(self, fault: VisitorError | EnvironmentFault | Cancelled) -> None:
        say = self.speaker.say
        if not isinstance(fault, Cancelled) and fault.key == "passphrase_wrong":
            self._ask_passphrase(sentence(fault, self.speaker))
            return
        title, words = say("staff.merge.stopped"), say("staff.merge.stopped_help")
        again = say("staff.carry.go_on")
        if not isinstance(fault, Cancelled):
            title, words = say("staff.merge.trouble"), sentence(fault, self.speaker)
            again = say("staff.carry.again")
        answers = [Answer("again", again, "primary"), Answer("", say("staff.cancel"), "plain")]
        self.ask(title, words, answers, lambda said: self._merge() if said else None)

    # what came of it

    def _done(self, merged: Merged) -> None:
        say, tag = self.speaker.say, self.speaker.tag
        said = told(merged, self.speaker, self.room.event.zone)
        card = AnswerCard()
        card.show_answer("good" if said.whole else "again", said.title, said.words, tag)
        parts = []
        for title, lines in said.parts:
            part = self.card(title)
            for line in lines[:_MOST_LINES]:
                part.column.addWidget(Label(line, "body", tag=tag))
            if len(lines) > _MOST_LINES:
                more = say("staff.merge.more", count=len(lines) - _MOST_LINES)
                part.column.addWidget(Label(more, "body", quiet=True, tag=tag))
            parts.append(part)
        self.show_over(self.scroller(Column(card, *parts, self._buttons(merged))))

    def _buttons(self, merged: Merged) -> CardGrid:
        say, tag, count = self.speaker.say, self.speaker.tag, merged.open
        done = TouchButton(say("staff.carry.finish"), "plain", icon="done", tag=tag)
        done.clicked.connect(self.show_body)
        words = say("staff.merge.decide", count=indian_grouping(count))
        decide = TouchButton(words, "primary" if count else "plain", icon="next", tag=tag)
        decide.clicked.connect(lambda: self.went.emit(Open("decide", self._at)))
        return CardGrid([decide, done], columns=(1, 2))
