"""What every screen is: a page between header and footer that says where the visitor went."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import TYPE_CHECKING, NamedTuple, Protocol

from PySide6 import QtCore
from PySide6.QtCore import Signal, SignalInstance
from PySide6.QtWidgets import QAbstractButton, QScrollArea, QWidget

from ui.theme import Theme, current_theme

if TYPE_CHECKING:
    from pathlib import Path

    from kiosk.domain.event import Campaign, Event
    from kiosk.domain.language import Language, Tag
    from kiosk.services.desk import Desk, Device
    from kiosk.services.ports import Draft, PrintJob, StaffMember
    from ui.piling import Unseen
    from ui.printers import Seen
    from ui.translate import Speaker
    from ui.worker import Worker


class Press(Protocol):
    """Where paper comes out. Never on the window's thread, never holding anybody up."""

    @property
    def ready(self) -> bool:
        """Whether a printer is there at all."""
        ...

    @property
    def settled(self) -> SignalInstance:
        """``settled(job, state)``: "done"; or with the job kept "failed", "unknown", "cancelled",
        and "held" when somebody has to see to the printer first.
        """
        ...

    @property
    def looked(self) -> SignalInstance:
        """``looked()``: other printers are there now, or they ail of something else."""
        ...

    @property
    def seen(self) -> tuple[Seen, ...]:
        """The printers as they were at the last look; ``look`` looks anew."""
        ...

    def look(self) -> None: ...

    def ready_for(self, kind: str) -> bool:
        """Whether sheets of this kind come out here, as staff has chosen."""
        ...

    @property
    def slip_size(self) -> str:
        """The size of slip that its printer's paper takes: "a6" or "roll80"."""
        ...

    def goes_to(self, kind: str) -> str:
        """What staff has chosen for sheets of this kind (``kiosk.services.printing``)."""
        ...

    def choose(self, choices: Mapping[str, str]) -> None:
        """Which printer takes which kind of sheet, as the record has it."""
        ...

    def cancel(self, job: PrintJob, why: str) -> None:
        """Takes a sheet back, wherever it is."""
        ...

    def send(self, job: PrintJob) -> None:
        """Prints a job of the queue; what became of it is settled in the record."""
        ...


class Porch:
    """What a screen may use before the kiosk is unlocked. ``data`` is the data folder."""

    def __init__(self, speaker: Speaker, worker: Worker, data: Path) -> None:
        self.speaker = speaker
        self.worker = worker
        self.data = data

    @property
    def theme(self) -> Theme:
        """What the application wears now; the size of text may change at any moment."""
        return current_theme()


AT_KIOSK = frozenset({"correct", "withdraw", "revoke", "issue", "slip", "badge", "check_in"})
IN_STORE = frozenset(
    {"correct", "withdraw", "revoke", "reissue"}
)  # nobody stands there to be handed paper


class Room(Porch):
    """What a screen may use once the kiosk is open on its event-day.

    ``campaign``, ``event``, ``device`` and ``languages`` (those of the event, in its order) never
    change, so any thread reads them; everything in the record goes through ``worker``.
    ``deeds``: what staff may do for a visitor here; a merged store is no kiosk.
    """

    def __init__(  # noqa: PLR0913 - what all screens share
        self,
        speaker: Speaker,
        worker: Worker,
        data: Path,
        *,
        campaign: Campaign,
        event: Event,
        device: Device,
        languages: Mapping[Tag, Language],
        press: Press,
        deeds: frozenset[str] = AT_KIOSK,
    ) -> None:
        super().__init__(speaker, worker, data)
        self.campaign = campaign
        self.event = event
        self.device = device
        self.languages = languages
        self.press = press
        self.deeds = deeds
        self.unseen: list[Unseen] = []  # what piles met with while the screen was locked


class Asked(Enum):
    """``went(Asked.HELP)``: a tool of the header, on a screen that has no header."""

    SIZE = "size"
    HELP = "help"
    STAFF = "staff"
    FORGOTTEN = "forgotten"  # on the locked kiosk: nobody knows its passphrase


class LanguageChosen(NamedTuple):
    """``went(LanguageChosen(tag))``: on the attract screen, where a visit begins."""

    tag: Tag


class Resumed(NamedTuple):
    """``went(Resumed(draft))``: a visitor goes on with what they had typed before."""

    draft: Draft


class Back:
    """``went(Back())``: the visitor wants the screen before this one."""


class Opened(NamedTuple):
    """``went(Opened(desk))``: the power-on passphrase was right (``Worker.open`` gave the desk)."""

    desk: Desk


class SignedIn(NamedTuple):
    """``went(SignedIn(member))``: a PIN was right; the staff's side is opened for this member."""

    member: StaffMember


class Locked:
    """``went(Locked())``: the staff member has left the staff's side."""


class Notice(NamedTuple):
    """``told(Notice(...))``: a calm strip over the screen. ``text`` is ready to be read."""

    text: str
    grave: bool = False  # something that needs a hand, rather than something to know


class Screen(QWidget):
    """One screen. It knows no other screen; it says where the visitor went.

    The window asks it for the words of the footer and for the keyboard that it needs, again
    whenever ``changed`` is emitted.
    """

    went = Signal(object)  # an event of the journey
    changed = Signal()  # footer words, progress, keyboard or waiting are others now
    told = Signal(object)  # Notice
    stepped = Signal()  # an answer was accepted: a moment to keep a draft

    shows_header = True
    shows_footer = True
    sensitive = False  # personal data stands on it: the idle clock is shorter

    def __init__(self, room: Porch, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.porch = room
        self.speaker = room.speaker
        self._waiting = False

    @property
    def theme(self) -> Theme:
        return current_theme()

    # what the window calls

    def enter(self) -> None:
        """It is shown now: take what it shows from the visit, and the focus."""

    def leave(self) -> None:
        """Another screen is shown now."""

    def say_again(self) -> None:
        """The language or the size of text is another; what was typed stays."""

    def forget(self) -> None:
        """Nothing of the visitor may remain in any widget of it."""

    def on_next(self) -> None:
        """The button at the end side of the footer, or the keyboard's, was touched."""

    def on_back(self) -> None:
        self.went.emit(Back())

    def on_skip(self) -> None:
        """The quiet button beside next was touched."""

    def on_slip(self, _text: str) -> bool:
        """A slip was scanned; whether this screen takes it itself."""
        return False

    def take_focus(self) -> None:
        """The keys of a keyboard come to where they came last on this screen, or to its first
        field; where it has none, to the first that they can come to.
        """
        last, policy = self.focusWidget(), QtCore.Qt.FocusPolicy.TabFocus
        there = [
            one for one in self.findChildren(QWidget)
            if one.isVisible() and one.isEnabled() and one.focusPolicy() & policy
        ]  # fmt: skip
        fields = [one for one in there if not isinstance(one, (QAbstractButton, QScrollArea))]
        for one in ([last] if last in there else fields or there)[:1]:
            one.setFocus(QtCore.Qt.FocusReason.OtherFocusReason)

    # what the window asks

    def next_text(self) -> str:
        """What the button at the end side says; "" for no button."""
        return ""

    def next_icon(self) -> str:
        """The icon beside it: "next", or "done" where something ends."""
        return "next"

    def back_text(self) -> str:
        """What the button at the start side says; "" for no button."""
        return ""

    def skip_text(self) -> str:
        """What the quiet button beside next says; "" for no button."""
        return ""

    def progress(self) -> tuple[int, int] | None:
        """(2, 6) for "2 of 6"; None for no progress."""
        return None

    def keyboard(self) -> tuple[Tag, str] | None:
        """The layout and kind that the on-screen keyboard needs now; None hides it."""
        return None

    # waiting

    @property
    def waiting(self) -> bool:
        return self._waiting

    def set_waiting(self, waiting: bool) -> None:  # noqa: FBT001 - as Qt's own setEnabled
        """While it waits for the record, it does not answer a second touch.

        Not by disabling it: that would lose the focus, and the keyboard with it.
        """
        if waiting != self._waiting:
            self._waiting = waiting
            unseen = QtCore.Qt.WidgetAttribute.WA_TransparentForMouseEvents
            self.setAttribute(unseen, waiting)
            self.changed.emit()
