"""Merging: what several laptops brought comes together, and what is missing is said."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.domain.language import indian_grouping
from kiosk.errors import EnvironmentFault, VisitorError
from ui.merge_cards import MergeCards, Wishes
from ui.merge_choice import MergeChoice
from ui.merge_lines import address_words, passphrase_words
from ui.merge_outcome import Outcome
from ui.merging import (
    Merged,
    Sources,
    StoreAt,
    campaign_here,
    campaign_holding,
    campaign_merged,
    merge_into,
    needs_passphrase,
    servers_known,
    try_opening,
)
from ui.notices import sentence
from ui.picking import folder_picker
from ui.screens.screen import Room
from ui.screens.staff.frame import Open
from ui.screens.staff.typed import TypedPage
from ui.sticks import (
    Lies,
    Target,
    Volume,
    identity_files,
    mounted,
    server_files,
    sticks,
)
from ui.widgets.button import TouchButton
from ui.widgets.question import Answer
from ui.widgets.strip import Strip
from ui.worker import Cancelled, Progress

if TYPE_CHECKING:
    from kiosk.services.ports import StaffMember

_SCHEMES = ("s3://", "webdav://", "webdavs://", "sftp://")


class MergePage(TypedPage):
    """For coordinators; visitors go on meanwhile. ``look`` tells the volumes that are mounted now,
    ``carried`` which identities lie on them.
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
        self._choice = MergeChoice()
        self._at: StoreAt | None = None
        self._then: Callable[[], None] = self._merge  # what is done once the store opens
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
        self._choice = MergeChoice()  # an address may hold a password
        self.ended()

    def leave(self) -> None:
        if not self.running:
            self.ended()

    def say_again(self) -> None:
        super().say_again()
        if not self.running:
            self._show()

    # what can be chosen

    def look_again(self) -> None:
        """Looks at the sticks that are there now, and to which servers this laptop carried."""
        if not self.member.coordinator:
            self._show()
            return
        volumes, choice = self._look(), self._choice
        folders = [one for one in choice.places if not one.stick]
        choice.offer([*sticks(volumes, self.porch.data), *folders])
        choice.offer_identities([] if self.room.campaign.practice else self._carried(volumes))
        choice.credentials = next(iter(server_files(volumes)), None)
        self._show()
        self.porch.worker.ask(servers_known, self.offer_servers)

    def offer(self, places: Sequence[Target]) -> None:
        """The folders to merge from; those that were not there before are chosen already."""
        self._choice.offer(places)
        self._show()

    def offer_servers(self, addresses: Sequence[str]) -> None:
        """The servers that may be merged from as well."""
        self._choice.offer_servers(addresses)
        self._show()

    def keep_in(self, folder: Path) -> None:
        """The store is in this folder: one that is there, else a new one."""
        self.show_body()
        self._choice.keep_in(folder)
        self._show()

    # the body

    def _show(self) -> None:
        may = self.member.coordinator
        self._do.setVisible(may)
        if may:
            cards = MergeCards(self.speaker, self._choice, self.card, self._wishes())
            who = [] if self.room.campaign.practice else [cards.identity()]
            self._column.put(cards.source(), cards.store(), *who)
        else:
            self._column.put(Strip(self.speaker.say("staff.merge.only_coordinator")))
        self.reach_last(self._do)

    def _wishes(self) -> Wishes:
        say = self.speaker.say
        return Wishes(
            look_again=self.look_again,
            add_folder=lambda: self._pick(say("staff.merge.from"), self._add),
            add_server=lambda: self._ask_address(""),
            choose_store=lambda: self._pick(say("staff.merge.into"), self.keep_in),
            open_store=self._open,
        )

    def _add(self, folder: Path) -> None:
        self.show_body()
        self._choice.add_folder(folder)
        self._show()

    def _pick(self, title: str, then: Callable[[Path], None]) -> None:
        picker = folder_picker(self.speaker, title, self._choice.places)
        picker.chosen.connect(then)
        picker.cancelled.connect(self.show_body)
        self.show_over(self.scroller(picker))

    # what is typed

    def _ask_address(self, problem: str = "") -> None:
        words = address_words(self.speaker)
        self.ask_line(words, "email", self._addressed, hidden=False, problem=problem)

    def _addressed(self, typed: str) -> None:
        address = typed.strip()
        if not address.startswith(_SCHEMES):
            self._ask_address(self.speaker.say("staff.merge.address_wrong"))
            return
        self.ended()
        self._choice.add_server(address)
        self._show()

    def _ask_passphrase(self, problem: str = "") -> None:
        if self._at is None:
            return
        new, go = not self._at.path.is_file(), "staff.merge.do"
        if self._then == self._look_in:
            go = "staff.store.go"
        words = passphrase_words(self.speaker, self.speaker.say(go), new=new)
        self.ask_line(words, "secret", self._opened, hidden=not new, problem=problem)

    # merging

    def _begin(self) -> None:
        say, choice = self.speaker.say, self._choice
        practice = self.room.campaign.practice
        if not choice.sources:
            self.notify(say("staff.merge.choose_source"))
        elif choice.store is None:
            self.notify(say("staff.merge.choose_store"))
        elif choice.identity is None and not practice:
            self.notify(say("staff.merge.choose_identity"))
        else:
            own = campaign_holding(choice.identity) if choice.identity is not None else None
            campaign = campaign_here(self.porch.data) if own is None else str(own)
            self._unlock(StoreAt(choice.store, campaign), self._merge)

    def _open(self) -> None:
        """The store as it is: to find somebody in it, or to decide."""
        store = self._choice.store
        if store is None or not store.is_file():
            self.notify(self.speaker.say("staff.store.choose"))
            return
        campaign = campaign_merged(store) or campaign_here(self.porch.data)
        self._unlock(StoreAt(store, campaign), self._look_in)

    def _unlock(self, at: StoreAt, then: Callable[[], None]) -> None:
        self._at, self._then = at, then
        if needs_passphrase(at.path, at.campaign):
            self._ask_passphrase()
        else:
            then()

    def _opened(self, passphrase: str) -> None:
        if self._at is not None:
            self._at = StoreAt(self._at.path, self._at.campaign, passphrase)
            self._then()

    def _look_in(self) -> None:
        at, words = self._at, self.speaker.say("staff.store.opening")
        if at is None:
            return
        self.ended()
        self.begin_aside(
            words,
            lambda _run: try_opening(at),
            lambda _step, _done, _of: words,
            lambda _nothing: self.went.emit(Open("decide", at)),
            self._failed,
        )

    def _merge(self) -> None:
        at, choice = self._at, self._choice
        if at is None:
            return
        self.ended()
        say = self.speaker.say
        held = choice.credentials if choice.from_servers else None
        identities = () if choice.identity is None else (choice.identity,)
        sources = Sources(choice.sources, identities, None if held is None else held.path)

        def work(run: Progress) -> Merged:
            return merge_into(at, sources, run)

        def step(name: str, done: int, total: int) -> str:
            if name == "twice":
                return say("staff.merge.step_twice")
            key = "staff.store.step_count" if name == "count" else "staff.merge.step"
            return say(key, done=indian_grouping(done), total=indian_grouping(total))

        self.begin_aside(say("staff.merge.step_begin"), work, step, self._done, self._failed)

    def _failed(self, fault: VisitorError | EnvironmentFault | Cancelled) -> None:
        say, looks = self.speaker.say, self._then == self._look_in
        if not isinstance(fault, Cancelled) and fault.key == "passphrase_wrong":
            self._ask_passphrase(sentence(fault, self.speaker))
            return
        if isinstance(fault, Cancelled):
            title, words = say("staff.merge.stopped"), say("staff.merge.stopped_help")
            again = say("staff.carry.go_on")
        else:
            title = say("staff.store.trouble" if looks else "staff.merge.trouble")
            words, again = sentence(fault, self.speaker), say("staff.carry.again")
        answers = [Answer("again", again, "primary"), Answer("", say("staff.cancel"), "plain")]
        self.ask(title, words, answers, lambda said: self._then() if said else None)

    def _done(self, merged: Merged) -> None:
        at = self._at
        outcome = Outcome(self.speaker, merged, self.room.event.zone, self.card)
        outcome.finished.connect(self.show_body)
        outcome.decided.connect(lambda: self.went.emit(Open("decide", at)))
        outcome.looked.connect(lambda: self.went.emit(Open("store", at)))
        self.show_over(self.scroller(outcome))
