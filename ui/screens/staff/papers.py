"""A visitor's certificate: seen first, issued and printed; or printed again, with a reason."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiosk.services.issuing import issue_and_queue, queue_again, reissue_and_queue
from ui.isolates import alone
from ui.screens.staff.frame import Open
from ui.screens.staff.sheet import NAME_PUT_RIGHT, SheetPage
from ui.widgets.label import Label
from ui.widgets.question import Answer
from ui.widgets.strip import Strip

if TYPE_CHECKING:
    from kiosk.domain.attendee import Certificate
    from kiosk.services.certify import Prepared
    from kiosk.services.ports import PrintJob


class PapersPage(SheetPage):
    """At a kiosk: what is issued here goes to the printer."""

    def offer_first(self) -> None:
        say = self.speaker.say
        self.add(Label(say("staff.visitor.issue_confirm"), "lead", tag=self.speaker.tag))
        issue = self.add_button(say("staff.visitor.issue_print"), "primary")
        issue.clicked.connect(self._issue)

    def offer_issued(self, prepared: Prepared, issued: Certificate, job: PrintJob | None) -> None:
        """Only a paper that is out already is printed again for a reason."""
        say = self.speaker.say
        serial, time = alone(issued.serial), self.clock_time(issued.issued_at)
        under_way = job is not None and job.state in {"waiting", "failed", "sent", "unknown"}
        words = say("staff.visitor.certificate", serial=serial, time=time)
        if not under_way:
            words = say("staff.visitor.already", serial=serial, time=time)
        self.add(Strip(words))
        if self.says_other_name(prepared, issued):
            anew = self.add_button(say("staff.visitor.reissue"), "primary")
            anew.clicked.connect(self._reissue)
        if job is not None and job.state in {"waiting", "failed"}:
            self.add(Label(say("printing.paper.waits"), "body", tag=self.speaker.tag))
            now = self.add_button(say("printing.paper.now"), "primary")
            now.clicked.connect(lambda: self._queued(job))
            return
        if job is not None and job.state in {"sent", "unknown"}:
            self.add(Strip(say("printing.paper.unknown"), "danger"))
            look = self.add_button(say("staff.side.queue"), "plain")
            look.clicked.connect(lambda: self.went.emit(Open("queue")))
            return
        if job is not None and job.state in {"done", "handed"}:
            when, desk_code = self.clock_time(job.settled_at), alone(job.printer)
            handed = say("printing.paper.handed", desk=desk_code, time=when)
            words = handed if job.state == "handed" else say("printing.paper.done", time=when)
            self.add(Strip(words, "danger"))
        again = self.add_button(say("staff.visitor.print_again"), "plain")
        again.clicked.connect(self._ask_reason)

    # what is done

    def _issue(self) -> None:
        prepared = self.prepared
        if prepared is None:
            return
        self.set_waiting(True)
        self.porch.worker.ask(
            lambda desk: issue_and_queue(desk, prepared, self.actor), self._queued, self.on_failed
        )

    def _reissue(self) -> None:
        prepared = self.prepared
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
        prepared = self.prepared
        if not reason or prepared is None:
            return
        self.set_waiting(True)
        self.porch.worker.ask(
            lambda desk: queue_again(desk, prepared, self.actor, reason),
            self._queued,
            self.on_failed,
        )

    def _queued(self, job: PrintJob) -> None:
        self.set_waiting(False)
        if self.room.press.ready_for("certificate"):
            self.room.press.send(job)
        self.notify(self.speaker.say("staff.visitor.queued", title=alone(job.title)))
        self.on_back()
