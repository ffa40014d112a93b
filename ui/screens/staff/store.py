"""A merged store from the window: who is in it is found, corrected, and their papers put right."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QStackedWidget

from kiosk.domain.ids import EventId
from kiosk.errors import EnvironmentFault, VisitorError
from ui.merging import StoreAt
from ui.notices import sentence
from ui.print_words import way_back
from ui.screens.screen import IN_STORE, Room
from ui.screens.staff.frame import Open, Page
from ui.screens.staff.running import RunningPage
from ui.screens.staff.stack import PageStack
from ui.store import Hit, Opened, StoreWorker
from ui.widgets.column import Column
from ui.widgets.strip import Strip
from ui.worker import Cancelled

if TYPE_CHECKING:
    from kiosk.domain.language import Tag
    from kiosk.services.desk import Desk
    from kiosk.services.ports import StaffMember


InStore = Callable[[Room, "StaffMember", StoreWorker], Page]


class StorePage(RunningPage):
    """The staff's own pages about a visitor, on the records of a merged store (``StoreAt``).

    ``pages`` makes each: "find", which looks in all of the store, and those about one person. The
    store is open as long as the page is shown. For coordinators.
    """

    under = "carry"

    def __init__(self, room: Room, member: StaffMember, pages: Mapping[str, InStore]) -> None:
        super().__init__(room, member)
        self._makers = pages
        self._at: StoreAt | None = None
        self._store: StoreWorker | None = None
        self._rooms: dict[EventId, Room] = {}
        self._find: Page | None = None
        self._person: PageStack | None = None
        self._column = Column()
        self._shown = QStackedWidget()
        self._shown.addWidget(self.scroller(self._column))
        self.set_body(self._shown)

    def title(self) -> str:
        shown = self._page
        if shown is None or shown is self._find:
            return self.speaker.say("staff.store.title")
        return shown.title()

    @property
    def _page(self) -> Page | None:
        """The page that is shown of those in the store."""
        shown = self._shown.currentWidget()
        if isinstance(shown, PageStack):
            return shown.page
        return shown if isinstance(shown, Page) else None

    # what the frame calls

    def take(self, about: object) -> None:
        if isinstance(about, StoreAt):
            self._at = about

    def enter(self) -> None:
        if self._store is not None:
            return
        say = self.speaker.say
        self.show_body()
        if not self.member.coordinator:
            self._column.put(Strip(say("staff.merge.only_coordinator")))
        elif self._at is None:
            strip = Strip(say("staff.decide.no_store"), action_text=say("staff.merge.title"))
            strip.acted.connect(lambda: self.went.emit(Open("merge")))
            self._column.put(strip)
        else:
            self._open(self._at)

    def leave(self) -> None:
        self._close()

    def forget(self) -> None:
        self._close()
        super().forget()
        self._at = None
        self._column.clear()

    def say_again(self) -> None:
        super().say_again()
        if self._find is not None:
            self._find.say_again()
        elif self.isVisible() and not self.running:
            self.enter()
        if self._person is not None:
            self._person.say_again()

    @property
    def busy(self) -> bool:
        return super().busy or (self._page is not None and self._page.busy)

    def keyboard(self) -> tuple[Tag, str] | None:
        return None if self._page is None or self.running else self._page.keyboard()

    def on_next(self) -> None:
        if self._page is not None:
            self._page.on_next()

    def on_slip(self, text: str) -> bool:
        return not self.busy and self._find is not None and self._find.on_slip(text)

    @property
    def waiting(self) -> bool:
        return super().waiting or (self._page is not None and self._page.waiting)

    def set_waiting(self, waiting: bool) -> None:  # noqa: FBT001 - as Qt's own setEnabled
        super().set_waiting(waiting)
        if not waiting and self._page is not None:
            self._page.set_waiting(False)

    # opening and closing

    def _open(self, at: StoreAt) -> None:
        say = self.speaker.say
        store = StoreWorker(at)
        store.faulted.connect(self.porch.worker.faulted)
        store.surprised.connect(self.porch.worker.surprised)
        self.destroyed.connect(store.shut)  # a window may be closed while it is open
        self._store = store

        def step(name: str, done: int, total: int) -> str:
            key = "staff.store.step_index" if name == "index" else "staff.store.step_event"
            return say(key, done=done, total=total)

        shown = self.shown_while(say("staff.store.opening"), step, self._opened, self._failed)
        self._run = store.open_store(*shown)

    def _opened(self, opened: Opened) -> None:
        store = self._store
        if store is None:
            return
        deeds = IN_STORE if opened.signed else frozenset[str]()
        self._rooms = {one.event.id: self._room(store, one, deeds) for one in opened.desks}
        find = self._makers["find"](self._rooms[opened.desks[0].event.id], self.member, store)
        self._find = find
        find.went.connect(self._went)
        find.told.connect(self.told)
        find.changed.connect(self.changed)
        self._shown.addWidget(find)
        self._to_find()
        if not opened.signed:
            fault = EnvironmentFault("store_unsigned", campaign=opened.desks[0].campaign.id)
            self.notify(sentence(fault, self.speaker), grave=True)

    def _room(self, store: StoreWorker, desk: Desk, deeds: frozenset[str]) -> Room:
        return Room(
            self.speaker, store.beside(desk), self.porch.data,
            campaign=desk.campaign, event=desk.event, device=desk.device,
            languages=desk.languages, press=self.room.press, deeds=deeds,
        )  # fmt: skip

    def _failed(self, fault: VisitorError | EnvironmentFault | Cancelled) -> None:
        self._close()
        say = self.speaker.say
        stopped = isinstance(fault, Cancelled)
        words = say("staff.store.stopped") if stopped else sentence(fault, self.speaker)
        strip = Strip(words, "neutral" if stopped else "danger", say("staff.carry.again"))
        strip.acted.connect(self.enter)
        merge = way_back(
            say("staff.merge.title"), self.speaker.tag, lambda: self.went.emit(Open("merge"))
        )
        self._column.put(merge, strip)

    def _close(self) -> None:
        """Nobody is told anything any more; the store's thread ends after what is under way."""
        store, self._store = self._store, None
        if store is None:
            return
        self.stop()
        self.destroyed.disconnect(store.shut)
        store.shut()
        self._rooms = {}
        self._drop_person()
        if self._find is not None:
            self._find.forget()
            self._shown.removeWidget(self._find)
            self._find.deleteLater()
            self._find = None
        self.ended()

    # from page to page

    def _to_find(self) -> None:
        self._drop_person()
        if self._find is not None:
            self._shown.setCurrentWidget(self._find)
            self._find.enter()
        self.changed.emit()

    def _went(self, event: object) -> None:
        """Its own pages, or one of the staff's side."""
        if isinstance(event, Open) and event.page == "visitor" and isinstance(event.about, Hit):
            self._to_person(event.about)
        elif isinstance(event, Open) and event.page == "find":
            self._to_find()
        else:
            self.went.emit(event)

    def _to_person(self, hit: Hit) -> None:
        store = self._store
        if store is None:
            return
        self._drop_person()
        if self._find is not None:
            self._find.leave()
        pages = {
            name: partial(_made, make, store)
            for name, make in self._makers.items()
            if name != "find"
        }
        person = PageStack(self._rooms[hit.event.id], self.member, pages)
        person.went.connect(self._went)
        person.told.connect(self.told)
        person.changed.connect(self.changed)
        self._person = person
        self._shown.addWidget(person)
        self._shown.setCurrentWidget(person)
        person.open("visitor", hit.attendee)

    def _drop_person(self) -> None:
        person, self._person = self._person, None
        if person is not None:
            person.leave()
            person.forget()
            self._shown.removeWidget(person)
            person.deleteLater()


def _made(make: InStore, store: StoreWorker, room: Room, member: StaffMember) -> Page:
    return make(room, member, store)
