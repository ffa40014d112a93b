"""A visitor's certificate: seen first, issued and printed; or printed again, with a reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QBoxLayout, QVBoxLayout, QWidget

from kiosk.domain.attendee import Attendee
from kiosk.services.certify import (
    Issued,
    Prepared,
    issue_certificate,
    log_print,
    prepare_certificate,
    reissue_certificate,
)
from kiosk.services.printing import queue
from ui.isolates import alone
from ui.screens.screen import Room
from ui.screens.staff.about import AboutPage
from ui.widgets.button import Kind, TouchButton
from ui.widgets.column import clear_layout
from ui.widgets.label import Label
from ui.widgets.question import Answer
from ui.widgets.sheet_view import SheetView
from ui.widgets.strip import Strip

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

    from kiosk.services.desk import Desk
    from kiosk.services.ports import PrintJob, StaffMember

_BESIDE_EM = 34
NAME_PUT_RIGHT = "name"  # the same code as the reason for printing again


class PapersPage(AboutPage):
    """The page on the screen is the very page that is printed."""

    def __init__(self, room: Room, member: StaffMember) -> None:
        super().__init__(room, member)
        self._prepared: Prepared | None = None
        self._sheet = SheetView()
        self._texts = QVBoxLayout()
        self._texts.setSpacing(self.theme.space(1.5))
        content = QWidget()
        self._sides = QBoxLayout(QBoxLayout.Direction.LeftToRight, content)
        self._sides.setContentsMargins(0, 0, 0, 0)
        self._sides.setSpacing(self.theme.space(3))
        self._sides.addWidget(self._sheet, 3)
        self._sides.addLayout(self._texts, 2)
        self.set_body(self.scroller(content))

    def say_about(self, attendee: Attendee) -> None:
        self.porch.worker.ask(lambda desk: prepare_certificate(desk, attendee), self._show)

    def forget(self) -> None:
        super().forget()
        self._prepared = None
        self._sheet.show_pdf(b"", "")

    def say_again(self) -> None:
        super().say_again()
        if self._prepared is not None:
            self._show(self._prepared)

    # what is shown

    def clear(self) -> None:
        clear_layout(self._texts)

    def _show(self, prepared: Prepared) -> None:
        self.clear()
        self._prepared = prepared
        say, tag = self.speaker.say, self.speaker.tag
        title = f"{say('staff.queue.certificate')} {prepared.content.serial}"
        self._sheet.show_pdf(prepared.sheet.pdf, say("staff.close.page", title=title))
        if prepared.issued is None:
            self._texts.addWidget(Label(say("staff.visitor.issue_confirm"), "lead", tag=tag))
            self._button(say("staff.visitor.issue_print"), "primary").clicked.connect(self._issue)
        else:
            time = self.clock_time(prepared.issued.issued_at)
            serial = alone(prepared.issued.serial)
            self._texts.addWidget(Strip(say("staff.visitor.already", serial=serial, time=time)))
            if prepared.issued.name != prepared.attendee.name:
                old, new = alone(prepared.issued.name), alone(prepared.attendee.name)
                words = say("staff.visitor.name_differs", old=old, new=new)
                self._texts.addWidget(Strip(words, "danger"))
                anew = self._button(say("staff.visitor.reissue"), "primary")
                anew.clicked.connect(self._reissue)
            again = self._button(say("staff.visitor.print_again"), "plain")
            again.clicked.connect(self._ask_reason)
        if prepared.blank:
            clusters = " ".join(prepared.sheet.blank)
            words = say("staff.visitor.blank_name", clusters=alone(clusters))
            self._texts.addWidget(Strip(words, "danger"))
        self._button(say("staff.back"), "quiet", "back").clicked.connect(self.on_back)
        self._texts.addStretch(1)
        self.changed.emit()

    def _button(self, text: str, kind: Kind, icon: str = "printer") -> TouchButton:
        button = TouchButton(text, kind, icon=icon, tag=self.speaker.tag)
        self._texts.addWidget(button)
        return button

    # what is done

    def _issue(self) -> None:
        prepared = self._prepared
        if prepared is None:
            return
        self.set_waiting(True)
        self.porch.worker.ask(
            lambda desk: _issued(desk, prepared, self.actor), self._queued, self.on_failed
        )

    def _reissue(self) -> None:
        prepared = self._prepared
        if prepared is None:
            return
        self.set_waiting(True)
        self.porch.worker.ask(
            lambda desk: _issued_anew(desk, prepared, self.actor), self._queued, self.on_failed
        )

    def _ask_reason(self) -> None:
        say = self.speaker.say
        answers = [
            Answer("printer", say("staff.reason.printer")),
            Answer("lost", say("staff.reason.lost")),
            Answer("name", say("staff.reason.name")),
            Answer("other", say("staff.reason.other")),
            Answer("", say("staff.cancel"), "quiet"),
        ]
        self.ask(say("staff.visitor.reason"), "", answers, self._print_again)

    def _print_again(self, reason: str) -> None:
        prepared = self._prepared
        if not reason or prepared is None:
            return
        self.set_waiting(True)
        self.porch.worker.ask(
            lambda desk: _printed_again(desk, prepared, self.actor, reason),
            self._queued,
            self.on_failed,
        )

    def _queued(self, job: PrintJob) -> None:
        self.set_waiting(False)
        if self.room.press.ready:
            self.room.press.send(job)
        self.notify(self.speaker.say("staff.visitor.queued", title=alone(job.title)))
        self.on_back()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        beside = self.width() >= _BESIDE_EM * self.theme.pixels("body")
        self._sides.setDirection(
            QBoxLayout.Direction.LeftToRight if beside else QBoxLayout.Direction.TopToBottom
        )


def _issued(desk: Desk, prepared: Prepared, actor: str) -> PrintJob:
    """Issued and in the queue, both on the disk."""
    return _queue(desk, issue_certificate(desk, prepared, actor))


def _issued_anew(desk: Desk, prepared: Prepared, actor: str) -> PrintJob:
    """With the name as it was put right, under a new serial; the old one is replaced."""
    return _queue(desk, reissue_certificate(desk, prepared.attendee, actor, NAME_PUT_RIGHT))


def _printed_again(desk: Desk, prepared: Prepared, actor: str, reason: str) -> PrintJob:
    """Noted in the log, then in the queue."""
    if prepared.issued is not None:
        log_print(desk, prepared.issued, actor, reason)
    return _issued(desk, prepared, actor)


def _queue(desk: Desk, issued: Issued) -> PrintJob:
    certificate = issued.certificate
    title = f"{certificate.serial} {certificate.name}"
    return queue(
        desk, issued.sheet, "certificate", title,
        attendee_id=certificate.attendee_id, serial=certificate.serial,
    )  # fmt: skip
