"""A visitor's certificate is taken back: the reason first; the log keeps it."""

from __future__ import annotations

from kiosk.domain.attendee import Attendee, Certificate
from kiosk.services.certify import valid_certificate
from kiosk.services.revoke import revoke_certificate
from ui.isolates import alone
from ui.screens.staff.asking import AskingPage
from ui.widgets.question import Answer, Question


class RevokePage(AskingPage):
    """One question with a way out; nothing is done before it is answered."""

    def say_about(self, attendee: Attendee) -> None:
        self.porch.worker.ask(lambda desk: valid_certificate(desk, attendee), self._ask_why)

    def _ask_why(self, held: Certificate | None) -> None:
        if held is None:
            self.on_back()
            return
        say, tag = self.speaker.say, self.speaker.tag
        answers = [
            Answer("person", say("staff.revoke.person"), "danger"),
            Answer("absent", say("staff.revoke.absent"), "danger"),
            Answer("other", say("staff.reason.other"), "danger"),
            Answer("", say("staff.cancel"), "quiet"),
        ]
        title = say("staff.revoke.why", serial=alone(held.serial))
        question = Question(title, say("staff.revoke.detail"), answers, tag=tag)
        question.answered.connect(lambda why: self._do(held, why) if why else self.on_back())
        self.put_question(question)

    def _do(self, held: Certificate, why: str) -> None:
        actor = self.actor
        self.set_waiting(True)
        self.porch.worker.ask(
            lambda desk: revoke_certificate(desk, held.serial, actor, why), self._done,
            self.on_failed,
        )  # fmt: skip

    def _done(self, held: Certificate) -> None:
        self.set_waiting(False)
        self.notify(self.speaker.say("staff.revoke.done", serial=alone(held.serial)))
        self.on_back()
