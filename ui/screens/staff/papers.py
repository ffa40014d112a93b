"""A visitor's certificate: seen first, issued and printed; or printed again, with a reason."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QBoxLayout, QVBoxLayout, QWidget

from kiosk.domain.attendee import Attendee
from kiosk.services.certify import Prepared, log_print, prepare_certificate
from kiosk.services.files import written_file
from kiosk.services.issuing import issue_and_queue, queue_again, reissue_and_queue
from ui.isolates import alone
from ui.screens.screen import Room
from ui.screens.staff.about import AboutPage
from ui.screens.staff.frame import Open
from ui.sticks import Target, plugged
from ui.widgets.button import Kind, TouchButton
from ui.widgets.column import clear_layout
from ui.widgets.label import Label
from ui.widgets.question import Answer
from ui.widgets.sheet_view import SheetView
from ui.widgets.strip import Strip

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

    from kiosk.domain.attendee import Certificate
    from kiosk.services.desk import Desk
    from kiosk.services.ports import PrintJob, StaffMember

_BESIDE_EM = 34
NAME_PUT_RIGHT = "name"  # the same code as the reason for printing again


@dataclass(frozen=True, slots=True)
class Papers:
    """A certificate, and the sheet of it that counts: one that is under way, else the last."""

    prepared: Prepared
    job: PrintJob | None


class PapersPage(AboutPage):
    """The page on the screen is the very page that is printed. ``look`` tells the sticks."""

    def __init__(
        self, room: Room, member: StaffMember, look: Callable[[Path], list[Target]] = plugged
    ) -> None:
        super().__init__(room, member)
        self._look = look
        self._papers: Papers | None = None
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
        self.porch.worker.ask(lambda desk: read_papers(desk, attendee), self._show)

    def forget(self) -> None:
        super().forget()
        self._papers = None
        self._sheet.show_pdf(b"", "")

    def say_again(self) -> None:
        super().say_again()
        if self._papers is not None:
            self._show(self._papers)

    # what is shown

    def clear(self) -> None:
        clear_layout(self._texts)

    @property
    def _prepared(self) -> Prepared | None:
        return None if self._papers is None else self._papers.prepared

    def _show(self, papers: Papers) -> None:
        self.clear()
        self._papers = papers
        prepared = papers.prepared
        say, tag = self.speaker.say, self.speaker.tag
        title = f"{say('staff.queue.certificate')} {prepared.content.serial}"
        self._sheet.show_pdf(prepared.sheet.pdf, say("staff.close.page", title=title))
        if prepared.issued is None:
            self._texts.addWidget(Label(say("staff.visitor.issue_confirm"), "lead", tag=tag))
            self._button(say("staff.visitor.issue_print"), "primary").clicked.connect(self._issue)
        else:
            self._show_issued(prepared, prepared.issued, papers.job)
        if prepared.other_design:
            self._texts.addWidget(Strip(say("printing.paper.other_design"), "danger"))
        if prepared.blank:
            clusters = " ".join(prepared.sheet.blank)
            words = say("staff.visitor.blank_name", clusters=alone(clusters))
            self._texts.addWidget(Strip(words, "danger"))
        if prepared.issued is not None:
            self._offer_sticks()
        self._button(say("staff.back"), "quiet", "back").clicked.connect(self.on_back)
        self._texts.addStretch(1)
        self.changed.emit()

    def _show_issued(self, prepared: Prepared, issued: Certificate, job: PrintJob | None) -> None:
        """What became of the paper: only one that is out already is printed for a reason."""
        say = self.speaker.say
        serial, time = alone(issued.serial), self.clock_time(issued.issued_at)
        under_way = job is not None and job.state in {"waiting", "failed", "sent", "unknown"}
        words = say("staff.visitor.certificate", serial=serial, time=time)
        if not under_way:
            words = say("staff.visitor.already", serial=serial, time=time)
        self._texts.addWidget(Strip(words))
        if issued.name != prepared.attendee.name:
            old, new = alone(issued.name), alone(prepared.attendee.name)
            words = say("staff.visitor.name_differs", old=old, new=new)
            self._texts.addWidget(Strip(words, "danger"))
            anew = self._button(say("staff.visitor.reissue"), "primary")
            anew.clicked.connect(self._reissue)
        if job is not None and job.state in {"waiting", "failed"}:
            self._texts.addWidget(Label(say("printing.paper.waits"), "body", tag=self.speaker.tag))
            now = self._button(say("printing.paper.now"), "primary")
            now.clicked.connect(lambda: self._queued(job))
            return
        if job is not None and job.state in {"sent", "unknown"}:
            self._texts.addWidget(Strip(say("printing.paper.unknown"), "danger"))
            look = self._button(say("staff.side.queue"), "plain")
            look.clicked.connect(lambda: self.went.emit(Open("queue")))
            return
        if job is not None and job.state in {"done", "handed"}:
            when, desk_code = self.clock_time(job.settled_at), alone(job.printer)
            handed = say("printing.paper.handed", desk=desk_code, time=when)
            words = handed if job.state == "handed" else say("printing.paper.done", time=when)
            self._texts.addWidget(Strip(words, "danger"))
        again = self._button(say("staff.visitor.print_again"), "plain")
        again.clicked.connect(self._ask_reason)

    def _offer_sticks(self) -> None:
        """The visitor's own file, in clear, where they bring a stick and ask for it."""
        for stick in self._look(self.porch.data):
            words = self.speaker.say("printing.paper.save", stick=alone(stick.stick))
            save = self._button(words, "quiet", "save")
            save.clicked.connect(lambda _on=False, to=stick: self._save(to))

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
            lambda desk: issue_and_queue(desk, prepared, self.actor), self._queued, self.on_failed
        )

    def _reissue(self) -> None:
        prepared = self._prepared
        if prepared is None:
            return
        self.set_waiting(True)
        self.porch.worker.ask(
            lambda desk: reissue_and_queue(desk, prepared.attendee, self.actor, NAME_PUT_RIGHT),
            self._queued,
            self.on_failed,
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
            lambda desk: queue_again(desk, prepared, self.actor, reason),
            self._queued,
            self.on_failed,
        )

    def _save(self, stick: Target) -> None:
        prepared = self._prepared
        if prepared is None or prepared.issued is None:
            return
        path = stick.folder / f"{prepared.issued.serial}.pdf"

        def done(_nothing: None) -> None:
            self.set_waiting(False)
            self.notify(self.speaker.say("printing.paper.saved", file=alone(path.name)))

        self.set_waiting(True)
        self.porch.worker.ask(
            lambda desk: _saved(desk, prepared, self.actor, path), done, self.on_failed
        )

    def _queued(self, job: PrintJob) -> None:
        self.set_waiting(False)
        if self.room.press.ready_for("certificate"):
            self.room.press.send(job)
        self.notify(self.speaker.say("staff.visitor.queued", title=alone(job.title)))
        self.on_back()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        beside = self.width() >= _BESIDE_EM * self.theme.pixels("body")
        self._sides.setDirection(
            QBoxLayout.Direction.LeftToRight if beside else QBoxLayout.Direction.TopToBottom
        )


def read_papers(desk: Desk, attendee: Attendee) -> Papers:
    """The certificate as it will be, and what became of its paper so far."""
    prepared = prepare_certificate(desk, attendee)
    serial = None if prepared.issued is None else prepared.issued.serial
    mine = [job for job in desk.record.print_jobs_of(attendee.id) if job.serial == serial]
    open_ones = [job for job in mine if job.state not in {"done", "cancelled"}]
    done = [job for job in mine if job.state == "done"]
    return Papers(prepared, next(iter([*reversed(open_ones), *reversed(done)]), None))


def _saved(desk: Desk, prepared: Prepared, actor: str, path: Path) -> None:
    """Noted in the log first: a file that nobody knows of is worse than a note too many."""
    if prepared.issued is not None:
        log_print(desk, prepared.issued, actor, f"file {path.name}")
    with written_file(path) as stream:
        stream.write(prepared.sheet.pdf)
