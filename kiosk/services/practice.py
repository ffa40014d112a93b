"""A demonstration day: the services themselves, used by sample people from morning to evening."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from kiosk.campaign.sample_people import SamplePeople
from kiosk.domain.attendee import Attendee
from kiosk.domain.event import valid_on
from kiosk.domain.language import Tag
from kiosk.services.certify import issue_due
from kiosk.services.check_in import check_in
from kiosk.services.desk import FEEDBACK, Desk
from kiosk.services.forms import choice_labels
from kiosk.services.register import Registration, register_attendee
from kiosk.services.respond import Answers, respond, respond_anonymously

OPENS, CLOSES = time(9, 30), time(17, 30)
_DOES = {"seller": 8, "service_provider": 2, "buyer_department": 4, "buyer_pse": 1, "other": 1}
_SELLS = {"seller", "service_provider"}
_RATINGS = (1, 2, 3, 3, 4, 4, 4, 5, 5)


@dataclass(frozen=True, slots=True)
class PracticeDay:
    """How much of everything a practice day holds."""

    attendees: int
    responses: int
    certificates: int


class _DayClock:
    """Runs from the morning to the evening of the event's day as visitors come."""

    def __init__(self, desk: Desk, visitors: int) -> None:
        zone = ZoneInfo(desk.event.zone)
        opens = datetime.combine(desk.event.day, OPENS, zone)
        closes = datetime.combine(desk.event.day, CLOSES, zone)
        self._at = int(opens.timestamp() * 1000)
        self._step = max(1, int((closes - opens).total_seconds() * 1000) // max(1, visitors))

    def now_ms(self) -> int:
        return self._at

    def next_visitor(self) -> None:
        self._at += self._step


def play_day(
    desk: Desk,
    people: SamplePeople,
    attendees: int,
    seed: int,
    progress: Callable[[int, int], None] | None = None,
) -> PracticeDay:
    """Fills the record with a practice day: the same visitors and answers for the same seed.

    Two of three give feedback, one of three of those as nobody; half attend a session. Who is
    checked in receives a certificate.
    """
    chance = random.Random(seed)  # noqa: S311 - a play, no secret
    clock = _DayClock(desk, attendees)
    desk = replace(desk, clock=clock)
    responses = 0
    for done in range(attendees):
        if progress is not None:
            progress(done, attendees)
        attendee = _arrive(desk, people, chance)
        if desk.event.sessions and chance.random() < 0.5:
            check_in(desk, attendee, chance.choice(desk.event.sessions).id, "staff:practice")
        if chance.random() < 0.66:
            _give_feedback(desk, people, attendee, chance)
            responses += 1
        clock.next_visitor()
    batch = issue_due(desk, "staff:practice", lambda _batch: None, attended=True)
    return PracticeDay(attendees, responses, len(batch.certificates))


def _arrive(desk: Desk, people: SamplePeople, chance: random.Random) -> Attendee:
    names = chance.choice([one for one in people.names if one.language in desk.languages])
    does = chance.choices(list(_DOES), list(_DOES.values()))[0]
    sells = does in _SELLS
    answers: dict[str, Any] = {
        "name": f"{chance.choice(names.given)} {chance.choice(names.family)}",
        "does": does,
    }
    if sells:
        kinds = valid_on(desk.campaign.kinds, desk.event.day)
        answers["is"] = sorted({chance.choice(kinds).code for _ in range(2)})
    if does != "other":
        answers["organisation"] = chance.choice(people.work["seller" if sells else "buyer"])
    if chance.random() < 0.7:
        answers["mobile"] = f"9{chance.randrange(10**8):08d}{chance.randrange(10)}"
    consents = {
        purpose.code: purpose.required or chance.random() < 0.4
        for purpose in desk.campaign.notice.purposes
    }
    given = Registration(Tag(names.language), answers, consents)
    return register_attendee(desk, given).attendee


def _give_feedback(
    desk: Desk, people: SamplePeople, attendee: Attendee, chance: random.Random
) -> None:
    used = chance.choice(("never", "some", "often"))
    answers: dict[str, Any] = {
        "used": used,
        "sentence": chance.choice(people.sentences[attendee.language]),
    }
    if used != "never":
        answers["rating"] = chance.choice(_RATINGS)
        answers["recommend"] = chance.randrange(4, 11)
    themes = choice_labels(desk, FEEDBACK, "themes")
    if themes:
        answers["themes"] = sorted({chance.choice(sorted(themes)) for _ in range(2)})
    given = Answers(FEEDBACK, attendee.language, answers)
    if chance.random() < 0.33:
        respond_anonymously(desk, given, does=attendee.does, state=attendee.state)
    else:
        respond(desk, attendee, given)
