"""A certificate in a merged store: seen, issued anew, or put where it can be printed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from ui.isolates import alone
from ui.screens.screen import Room
from ui.screens.staff.sheet import NAME_PUT_RIGHT, SheetPage
from ui.store import keep_again, reissue_in
from ui.widgets.label import Label
from ui.widgets.question import Answer
from ui.widgets.strip import Strip

if TYPE_CHECKING:
    from kiosk.domain.attendee import Certificate
    from kiosk.services.certify import Issued, Prepared
    from kiosk.services.ports import PrintJob, StaffMember


class StorePapersPage(SheetPage):
    """What is issued lies beside the store (``store``), to be printed by whoever takes it there."""

    def __init__(self, room: Room, member: StaffMember, store: Path) -> None:
        super().__init__(room, member)
        self._store = store

    def offer_first(self) -> None:
        words = self.speaker.say("staff.visitor.no_certificate")
        self.add(Label(words, "lead", tag=self.speaker.tag))

    def offer_issued(self, prepared: Prepared, issued: Certificate, _job: PrintJob | None) -> None:
        say = self.speaker.say
        serial, time = alone(issued.serial), self.clock_time(issued.issued_at)
        self.add(Strip(say("staff.visitor.certificate", serial=serial, time=time)))
        differs = self.says_other_name(prepared, issued)
        if differs:
            anew = self.add_button(say("staff.visitor.reissue"), "primary", "star")
            anew.clicked.connect(lambda: self._reissue(NAME_PUT_RIGHT))
        keep = self.add_button(say("staff.store.keep"), "plain", "save")
        keep.clicked.connect(self._keep)
        if not differs:
            anew = self.add_button(say("staff.store.reissue"), "quiet", "star")
            anew.clicked.connect(lambda: self._ask_reason(issued))

    def _ask_reason(self, issued: Certificate) -> None:
        say = self.speaker.say
        answers = [
            Answer("record", say("staff.store.reason_record")),
            Answer("other", say("staff.reason.other")),
            Answer("", say("staff.cancel"), "quiet"),
        ]
        self.ask(
            say("staff.store.reissue_why"),
            say("staff.store.reissue_detail", serial=alone(issued.serial)),
            answers,
            lambda reason: self._reissue(reason) if reason else None,
        )

    def _reissue(self, reason: str) -> None:
        prepared, store, actor = self.prepared, self._store, self.actor
        if prepared is None or prepared.issued is None:
            return
        attendee, before = prepared.attendee, prepared.issued.serial

        def done(made: tuple[Issued, Path]) -> None:
            self.set_waiting(False)
            issued, path = made
            serial, paper = alone(issued.certificate.serial), alone(before)
            words = self.speaker.say(
                "staff.decide.issued", serial=serial, paper=paper, path=alone(path)
            )
            self.notify(words, grave=True)  # it waits for a printer
            self.say_about(attendee)

        self.set_waiting(True)
        self.porch.worker.ask(
            lambda desk: reissue_in(desk, store, attendee, actor, reason), done, self.on_failed
        )

    def _keep(self) -> None:
        prepared, store, actor = self.prepared, self._store, self.actor
        if prepared is None or prepared.issued is None:
            return
        attendee, serial = prepared.attendee, prepared.issued.serial

        def done(path: Path) -> None:
            self.set_waiting(False)
            words = self.speaker.say("staff.store.kept", serial=alone(serial), path=alone(path))
            self.notify(words, grave=True)

        self.set_waiting(True)
        self.porch.worker.ask(
            lambda desk: keep_again(desk, store, attendee, actor), done, self.on_failed
        )
