"""The staff's side put together: which pages there are, and in which order they are listed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ui.screens.screen import Room
from ui.screens.staff.backups import BackupsPage
from ui.screens.staff.carry import CarryPage
from ui.screens.staff.close import ClosePage
from ui.screens.staff.correct import CorrectPage
from ui.screens.staff.decide import DecidePage
from ui.screens.staff.design import DesignPage
from ui.screens.staff.designs import DesignsPage
from ui.screens.staff.desk import DeskPage
from ui.screens.staff.drafts import DraftsPage
from ui.screens.staff.enrol import EnrolPage
from ui.screens.staff.find import FindPage
from ui.screens.staff.handing import HandingPage
from ui.screens.staff.merge import MergePage
from ui.screens.staff.papers import PapersPage
from ui.screens.staff.people import PeoplePage
from ui.screens.staff.pile import PilePage
from ui.screens.staff.prepare import PreparePage
from ui.screens.staff.printers import PrintersPage
from ui.screens.staff.purge import PurgePage
from ui.screens.staff.queue import QueuePage
from ui.screens.staff.quick import QuickPage
from ui.screens.staff.revoke import RevokePage
from ui.screens.staff.scan import ScanPage
from ui.screens.staff.side import StaffSide
from ui.screens.staff.slip import SlipPage
from ui.screens.staff.stack import PageMaker
from ui.screens.staff.store import InStore, StorePage
from ui.screens.staff.store_find import StoreFindPage
from ui.screens.staff.store_papers import StorePapersPage
from ui.screens.staff.today import TodayPage
from ui.screens.staff.verify import VerifyPage
from ui.screens.staff.visitor import VisitorPage
from ui.screens.staff.withdraw import WithdrawPage

if TYPE_CHECKING:
    from collections.abc import Callable

    from kiosk.services.ports import StaffMember

IN_STORE: dict[str, InStore] = {
    "find": StoreFindPage,
    "visitor": lambda room, member, _store: VisitorPage(room, member),
    "correct": lambda room, member, _store: CorrectPage(room, member),
    "papers": lambda room, member, store: StorePapersPage(room, member, store.at.path),
    "withdraw": lambda room, member, _store: WithdrawPage(room, member),
    "revoke": lambda room, member, _store: RevokePage(room, member),
}
PAGES: dict[str, PageMaker] = {
    "today": TodayPage,
    "find": FindPage,
    "quick": QuickPage,
    "scan": ScanPage,
    "queue": QueuePage,
    "printers": PrintersPage,
    "desk": DeskPage,
    "handing": HandingPage,
    "pile": PilePage,
    "drafts": DraftsPage,
    "prepare": PreparePage,
    "people": PeoplePage,
    "close": ClosePage,
    "carry": CarryPage,
    "merge": MergePage,
    "decide": DecidePage,
    "store": lambda room, member: StorePage(room, member, IN_STORE),
    "visitor": VisitorPage,
    "correct": CorrectPage,
    "papers": PapersPage,
    "slip": SlipPage,
    "withdraw": WithdrawPage,
    "revoke": RevokePage,
    "verify": VerifyPage,
    "enrol": EnrolPage,
    "backups": BackupsPage,
    "purge": PurgePage,
    "designs": DesignsPage,
    "design": DesignPage,
}


def make_side(room: Room, member: StaffMember) -> StaffSide:
    """The staff's side for one member; only a coordinator sees who else has a PIN."""
    say = room.speaker.say
    entries: dict[str, Callable[[], str]] = {
        "today": lambda: say("staff.side.today"),
        "find": lambda: say("staff.side.find"),
        "quick": lambda: say("staff.side.quick"),
        "scan": lambda: say("staff.side.scan"),
        "queue": lambda: say("staff.side.queue"),
        "drafts": lambda: say("staff.side.drafts"),
    }
    entries["prepare"] = lambda: say("staff.side.prepare")
    all_pins = member.coordinator
    entries["people"] = lambda: say("staff.side.people") if all_pins else say("staff.side.my_pin")
    entries["close"] = lambda: say("staff.side.close")
    entries["carry"] = lambda: say("staff.carry.side")
    return StaffSide(room, member, PAGES, entries)
