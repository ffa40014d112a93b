"""A page with a visitor's certificate: the sheet beside what can be done with it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QBoxLayout, QVBoxLayout, QWidget

from kiosk.domain.attendee import Attendee
from kiosk.services.certify import Prepared, log_print, prepare_certificate
from kiosk.services.files import written_file
from ui.isolates import alone
from ui.screens.screen import Room
from ui.screens.staff.about import AboutPage
from ui.sticks import Target, plugged
from ui.widgets.button import Kind, TouchButton
from ui.widgets.column import clear_layout
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


class SheetPage(AboutPage):
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
    def prepared(self) -> Prepared | None:
        """What is shown."""
        return None if self._papers is None else self._papers.prepared

    def _show(self, papers: Papers) -> None:
        self.clear()
        self._papers = papers
        prepared = papers.prepared
        say = self.speaker.say
        title = f"{say('staff.queue.certificate')} {prepared.content.serial}"
        self._sheet.show_pdf(prepared.sheet.pdf, say("staff.close.page", title=title))
        if prepared.issued is None:
            self.offer_first()
        else:
            self.offer_issued(prepared, prepared.issued, papers.job)
        if prepared.other_design:
            self.say_danger(say("printing.paper.other_design"))
        if prepared.blank:
            clusters = " ".join(prepared.sheet.blank)
            self.say_danger(say("staff.visitor.blank_name", clusters=alone(clusters)))
        if prepared.issued is not None:
            self._offer_sticks()
        self.add_button(say("staff.back"), "quiet", "back").clicked.connect(self.on_back)
        self._texts.addStretch(1)
        self.changed.emit()

    def offer_first(self) -> None:
        """What can be done where none was issued."""

    def offer_issued(self, prepared: Prepared, issued: Certificate, job: PrintJob | None) -> None:
        """What became of the one that was issued, and what can be done about it."""

    def says_other_name(self, prepared: Prepared, issued: Certificate) -> bool:
        """Tells whether another name is recorded by now than stands on it."""
        if issued.name == prepared.attendee.name:
            return False
        old, new = alone(issued.name), alone(prepared.attendee.name)
        self.say_danger(self.speaker.say("staff.visitor.name_differs", old=old, new=new))
        return True

    # what it is made of

    def add(self, widget: QWidget) -> None:
        """Below what stands beside the sheet."""
        self._texts.addWidget(widget)

    def say_danger(self, words: str) -> None:
        self.add(Strip(words, "danger"))

    def add_button(self, text: str, kind: Kind, icon: str = "printer") -> TouchButton:
        button = TouchButton(text, kind, icon=icon, tag=self.speaker.tag)
        self.add(button)
        return button

    # a file of the visitor's own

    def _offer_sticks(self) -> None:
        """The visitor's own file, in clear, where they bring a stick and ask for it."""
        for stick in self._look(self.porch.data):
            words = self.speaker.say("printing.paper.save", stick=alone(stick.stick))
            save = self.add_button(words, "quiet", "save")
            save.clicked.connect(lambda _on=False, to=stick: self._save(to))

    def _save(self, stick: Target) -> None:
        prepared = self.prepared
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
