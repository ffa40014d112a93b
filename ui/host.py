"""The host: leads a visitor from screen to screen, keeps drafts, and forgets those who leave.

It is the only one who knows journey, visit, idle clock and window; they do not know each other.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QApplication

from kiosk.domain.language import Tag
from kiosk.errors import EnvironmentFault, VisitorError
from ui.journey import NO_CLOCK, NO_WARNING, PATIENCE, Place, Step, next_place
from ui.screens.screen import (
    Asked,
    Back,
    LanguageChosen,
    Locked,
    Notice,
    Opened,
    Porch,
    Press,
    Resumed,
    Room,
    Screen,
    SignedIn,
)
from ui.theme import Theme, current_theme, dress
from ui.translate import Speaker
from ui.visit import Idle, IdleClock, Visit
from ui.window import Window, monotonic_ms
from ui.worker import Worker

if TYPE_CHECKING:
    from kiosk.services.desk import Desk, Device
    from kiosk.services.ports import Draft, StaffMember
    from ui.drafting import Drafts
    from ui.recognise import Known
    from ui.rooms import Maker

TICK_MS = 250
_SCANNABLE = frozenset({Place.ATTRACT, Place.WELCOME, Place.SLIP})
_ENTRANCES = frozenset({Place.FIRST, Place.PIN})
_REBUILT = frozenset(Place) - {Place.LOCKED, Place.STAFF} - _ENTRANCES


class Host(QObject):
    """One kiosk's window side, from the power-on to the evening."""

    opened = Signal(object)  # Desk

    def __init__(
        self,
        *,
        window: Window,
        speaker: Speaker,
        worker: Worker,
        press: Callable[[], Press],
        data: Path,
        language: Tag | None = None,
        now_ms: Callable[[], int] = monotonic_ms,
    ) -> None:
        super().__init__(window)
        self.window = window
        self.speaker = speaker
        self.worker = worker
        self.visit = Visit(place=Place.LOCKED)
        self._porch = Porch(speaker=speaker, worker=worker, data=data)
        self._press = press
        self._now_ms = now_ms
        self._room: Room | None = None
        self._makers: Mapping[Place, Maker] = {}
        self._before = Place.ATTRACT
        self._own = language or speaker.tag
        self._language = language
        self._member: StaffMember | None = None
        self._drafts: Drafts | None = None
        self._idle = IdleClock(now_ms, 60, 20)
        self._ticks = QTimer(self)
        self._ticks.setInterval(TICK_MS)
        self._ticks.timeout.connect(self.tick)
        self._connect()

    def _connect(self) -> None:
        window = self.window
        window.touched.connect(self._idle_touched)
        window.stayed.connect(self._idle_touched)
        window.left.connect(self.leave)
        window.language_chosen.connect(self._on_language)
        window.size_chosen.connect(self._on_size)
        window.staff_asked.connect(lambda: self._take(Step.STAFF))
        window.scanned.connect(self._on_scanned)
        self.speaker.changed.connect(self._say_again)
        self.worker.faulted.connect(self._on_fault)
        self.worker.surprised.connect(self.surprised)

    # power-on

    def lock(self) -> None:
        """What is shown after power-on: staff unlock the kiosk."""
        from ui.screens.staff.unlock import UnlockScreen  # noqa: PLC0415 - once a day

        self._show(UnlockScreen(self._porch), Place.LOCKED)

    def wait(self) -> None:
        """What is shown while a practice day is made ready."""
        from ui.screens.opening import OpeningScreen  # noqa: PLC0415 - for a practice day only

        self._show(OpeningScreen(self._porch), Place.LOCKED)

    def _unlocked(self, desk: Desk) -> None:
        """Somebody knew the passphrase: where nobody has a PIN yet, theirs is the first."""
        self.worker.ask(
            lambda desk: desk.record.staff(), lambda staff: self.open(desk, nobody=not staff)
        )

    def open(self, desk: Desk, *, nobody: bool = False) -> None:
        """The kiosk is open on its event-day; ``nobody`` has a PIN: one is asked for first."""
        from kiosk.services.printing import after_power_cut  # noqa: PLC0415 - once it is open
        from ui.drafting import Drafts  # noqa: PLC0415 - as above
        from ui.rooms import makers, room_of  # noqa: PLC0415 - the visitors' screens

        room = room_of(desk, self._porch, self._press())
        self._room = room
        self._makers = makers(room, self.visit)
        self._drafts = Drafts(self.visit, self.worker, self.speaker, self._now_ms)
        self._idle = IdleClock(self._now_ms, desk.event.idle_seconds, desk.event.warning_seconds)
        self.window.header.set_campaign(desk.campaign.name, practice=desk.campaign.practice)
        self.window.languages = tuple(desk.languages)
        first = next(iter(desk.languages))
        wanted = self._language
        self._own = wanted if wanted is not None and wanted in desk.languages else first
        if not nobody or self.speaker.tag not in desk.languages:  # who unlocked it, goes on
            self.speaker.set_tag(self._own)
        self.worker.tell(after_power_cut)
        self.worker.tell(lambda desk: room.press.choose(desk.record.print_choices()))
        self._take(Step.NOBODY if nobody else Step.UNLOCKED)
        self._ticks.start()
        self._tell_renewed(desk.device)
        self.opened.emit(desk)

    def _tell_renewed(self, device: Device) -> None:
        if device.renewed_from:
            code, former = device.code, device.renewed_from
            told = self.speaker.say("command.identity_renewed", code=code, former=former)
            self.window.tell(Notice(told, grave=True))

    @property
    def room(self) -> Room:
        """What the screens share; LookupError while the kiosk is locked."""
        if self._room is None:
            raise LookupError("the kiosk is locked")
        return self._room

    # the way

    def _take(self, step: Step) -> None:
        room, place = self._room, self.visit.place
        screen = self.window.screen_shown
        if room is None:
            return
        if step is Step.STAFF:
            if screen is None or screen.waiting or place in _ENTRANCES:
                self.window.come_back()
                return
            self._before = place
        if step is Step.LEAVE:
            self.leave()
            return
        goal = next_place(place, step, self.visit.case(joined=room.event.joined))
        self._go(goal or self._before)

    def _go(self, place: Place) -> None:
        if place is Place.STAFF:
            self._forget()
        self._show(self._make(place), place)

    def _make(self, place: Place) -> Screen:
        if place is Place.STAFF and self._member is not None and self._room is not None:
            from ui.staff import make_side  # noqa: PLC0415 - when staff comes

            return make_side(self._room, self._member)
        return self._makers[place]()

    def _show(self, screen: Screen, place: Place) -> None:
        self.worker.turn_page()  # nobody tells the screen that goes away anything any more
        self.visit.place = place
        screen.went.connect(self._on_went)
        screen.stepped.connect(self._on_stepped)
        self.window.scans = place in _SCANNABLE
        self.window.may_close = place in {Place.STAFF, Place.LOCKED, Place.FIRST}
        self._idle.stand(
            patience=PATIENCE.get(place, 1.0),
            warns=place not in NO_WARNING,
            stopped=place in NO_CLOCK,
        )
        self.window.show_screen(screen)

    def _on_went(self, event: object) -> None:
        """What a screen said. Told after its own code has ended, since it is dropped by it."""
        QTimer.singleShot(0, lambda: self._follow(event))

    def _follow(self, event: object) -> None:
        if isinstance(event, Step):
            self._take(event)
        elif isinstance(event, Back):
            if self._room is None:
                self.lock()
            self._take(Step.BACK)
        elif isinstance(event, LanguageChosen):
            self.speaker.set_tag(event.tag)
            self._take(Step.LANGUAGE)
        elif isinstance(event, Opened):
            self._unlocked(event.desk)
        elif isinstance(event, Locked):
            self.leave()
        elif isinstance(event, SignedIn):
            self._member = event.member
            self._take(Step.UNLOCKED)
        elif isinstance(event, Resumed):
            self._resume(event.draft)
        else:
            self._ask(event)

    def _ask(self, event: object) -> None:
        if event is Asked.SIZE:
            self.window.ask_size()
        elif event is Asked.HELP:
            self.window.ask_help()
        elif event is Asked.STAFF:
            self._take(Step.STAFF)
        elif event is Asked.FORGOTTEN:
            from ui.screens.staff.forgotten import ForgottenScreen  # noqa: PLC0415 - on a bad day

            self._show(ForgottenScreen(self._porch), Place.LOCKED)

    # slips

    def _on_scanned(self, text: str) -> None:
        from ui.recognise import by_slip  # noqa: PLC0415 - once a visitor needs it

        place = self.visit.place

        def known(known: Known) -> None:
            self.visit.attendee = known.attendee
            self.visit.certificate_due = known.certificate_due
            if place is Place.ATTRACT:
                self._speak(known.attendee.language)
            self._take(Step.RECOGNISED)

        self.worker.ask(lambda desk: by_slip(desk, text), known, self._on_fault)

    # language and size

    def _on_language(self, tag: str) -> None:
        screen = self.window.screen_shown
        if screen is None or not screen.waiting:
            self._speak(Tag(tag))

    def _speak(self, tag: Tag) -> None:
        if tag in self.speaker.languages:
            self.speaker.set_tag(tag)

    def _say_again(self) -> None:
        visit = self.visit
        for walk in (visit.registration, visit.feedback, visit.meeting, visit.renaming):
            if walk is not None:
                walk.speak(self.speaker.tag)
        self._rebuild()

    def _on_size(self, scale: float) -> None:
        self._dress(scale)
        self._rebuild()

    def _dress(self, scale: float) -> None:
        app = QApplication.instance()
        if isinstance(app, QApplication) and scale != current_theme().scale:
            dress(app, Theme(current_theme().palette, scale))

    def _rebuild(self) -> None:
        """The same place anew, in other words or another size; the visit has all that was typed."""
        if self._room is not None and self.visit.place in _REBUILT:
            self._show(self._make(self.visit.place), self.visit.place)
        self.window.say_again()

    # drafts

    def _on_stepped(self) -> None:
        if self._drafts is not None:
            self._drafts.keep()

    def _resume(self, draft: Draft) -> None:
        self.leave()
        self.speaker.set_tag(draft.language)
        if self._drafts is not None:
            self._drafts.resume(draft, self._go_on)

    def _go_on(self, place: Place) -> None:
        """A draft stands where it stopped; without its consents, where they are given."""
        self._go(place)
        if place is Place.NOTICE:
            self.window.tell(Notice(self.speaker.say("draft.ask_again")))

    # time

    def _idle_touched(self) -> None:
        self._idle.touched()

    def tick(self) -> None:
        """Looks at the idle clock: warns, counts down, or forgets who has gone."""
        state = self._idle.state()
        if state is Idle.PRESENT:
            self.window.calm()
        elif state is Idle.GONE:
            self.leave()
        elif self.visit.place is not Place.ATTRACT:
            self.window.warn(self._idle.seconds_left())

    def leave(self) -> None:
        """The visitor has gone: a draft is kept if they had consented, and all else forgotten."""
        if self._room is None or self._drafts is None:
            return
        self._drafts.keep(leaving=True)
        own = self._own
        fresh = self.visit.place is Place.ATTRACT and self.speaker.tag == own
        if fresh and current_theme().scale == 1.0 and self.window.overlaid is None:
            self._idle.touched()
            return
        self._forget()
        self._dress(1.0)
        self._go(Place.ATTRACT)
        self.speaker.set_tag(own)
        self.window.say_again()
        self._make_findable()

    def _make_findable(self) -> None:
        """Nobody waits now. A disk that has no room for it is told to whoever writes next."""
        from kiosk.services.find import make_findable  # noqa: PLC0415 - once somebody came

        self.worker.tell(make_findable, lambda _fault: None)

    def _forget(self) -> None:
        self.worker.turn_page()
        self.visit.forget()
        if self._drafts is not None:
            self._drafts.forget()
        self.window.forget()

    # trouble

    def _on_fault(self, fault: VisitorError | EnvironmentFault) -> None:
        from ui.notices import notice_of  # noqa: PLC0415 - where there is trouble

        screen = self.window.screen_shown
        if screen is not None:
            screen.set_waiting(False)
        self.window.tell(notice_of(fault, self.speaker))

    def surprised(self, error: Exception) -> None:
        """A bug: noted without a word of anybody, told calmly, and the kiosk goes on."""
        from ui.notices import note_trouble  # noqa: PLC0415 - as above

        note_trouble(error, self._porch.data)
        self._on_fault(error)  # type: ignore[arg-type]
