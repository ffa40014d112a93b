"""Withdrawing for somebody who cannot do it with a slip: what, and why; the log keeps both."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiosk.domain.attendee import Attendee, Consent
from kiosk.services.withdraw import given_consents, withdraw_attendee, withdraw_consent
from ui.screens.staff.asking import AskingPage
from ui.widgets.question import Answer, Question

if TYPE_CHECKING:
    from collections.abc import Sequence

    from kiosk.services.desk import Desk

_ALL = "all"


class WithdrawPage(AskingPage):
    """Two questions, each with a way out; nothing is done before the second is answered."""

    def say_about(self, attendee: Attendee) -> None:
        self.porch.worker.ask(lambda desk: given_consents(desk, attendee), self._ask_what)

    # the two questions

    def _ask_what(self, given: Sequence[Consent]) -> None:
        say = self.speaker.say
        held = {one.purpose for one in given}
        single = [
            Answer(one.code, say("staff.withdraw.only", purpose=self.speaker.text(one.label)))
            for one in self.room.campaign.notice.purposes
            if one.code in held and not one.required
        ]
        answers = [
            Answer(_ALL, say("staff.withdraw.all"), "danger"),
            *single,
            Answer("", say("staff.cancel"), "quiet"),
        ]
        what = Question(
            say("staff.withdraw.what"), say("staff.withdraw.detail"), answers, tag=self.speaker.tag
        )
        what.answered.connect(lambda name: self._ask_why(name) if name else self.on_back())
        self.put_question(what)

    def _ask_why(self, what: str) -> None:
        say = self.speaker.say
        answers = [
            Answer("in_person", say("staff.withdraw.in_person")),
            Answer("in_writing", say("staff.withdraw.in_writing")),
            Answer("other", say("staff.reason.other")),
            Answer("", say("staff.cancel"), "quiet"),
        ]
        why = Question(
            say("staff.withdraw.why"), say("staff.withdraw.why_detail"), answers,
            tag=self.speaker.tag,
        )  # fmt: skip
        why.answered.connect(lambda reason: self._do(what, reason) if reason else self.on_back())
        self.put_question(why)

    # what is done

    def _do(self, what: str, reason: str) -> None:
        attendee, actor = self._attendee, self.actor
        if attendee is None:
            return

        def work(desk: Desk) -> Attendee:
            if what == _ALL:
                withdraw_attendee(desk, attendee, actor, reason)
            else:
                withdraw_consent(desk, attendee, what, actor, reason)
            return desk.record.attendee(attendee.id) or attendee

        self.set_waiting(True)
        self.porch.worker.ask(work, self._done, self.on_failed)

    def _done(self, attendee: Attendee) -> None:
        self._attendee = attendee  # from here on without a word of theirs
        self.set_waiting(False)
        self.notify(self.speaker.say("staff.withdraw.done"))
        self.on_back()
