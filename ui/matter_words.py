"""What waits for a person, in sentences: what it is about, what each side says, and who said so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from kiosk.domain.clock import local_time, written_date
from kiosk.domain.language import indian_grouping
from kiosk.services.matters import CLOCK, CORRECTION, Side
from kiosk.services.merging import CERTIFICATES, CONSENT, PAPER_NAME, WrongClock
from ui.isolates import alone, joined

if TYPE_CHECKING:
    from kiosk.domain.event import Event
    from kiosk.services.duplicates import Twice
    from ui.deciding import Asked
    from ui.translate import Speaker

_STAFF = "staff:"


@dataclass(frozen=True, slots=True)
class Said:
    """One side: what it says, what that means, and who said it; ``stands``: it counts now."""

    value: str
    meaning: str
    who: str
    stands: bool


def about(asked: Asked, speaker: Speaker) -> tuple[str, str]:
    """The heading of a matter, and what it asks."""
    say, matter = speaker.say, asked.matter
    whom = joined((matter.name, matter.number))
    if matter.clock is not None:
        return _wrong_clock(matter.clock, asked.event, speaker)
    if matter.kind == CORRECTION:
        return whom, say("staff.decide.which", label=asked.label)
    if matter.kind == CLOCK:
        return whom, say("staff.decide.ahead")
    heads: Mapping[str, tuple[str, str]] = {
        CERTIFICATES: (say("staff.decide.certificates"), say("staff.decide.certificates_help")),
        CONSENT: (say("staff.decide.consent"), say("staff.decide.consent_help", label=asked.label)),
        PAPER_NAME: (say("staff.decide.paper_name"), say("staff.decide.paper_name_help")),
    }
    title, words = heads.get(matter.kind, ("", ""))
    return joined((title, whom)), words


def sides_of(asked: Asked, speaker: Speaker) -> list[Said]:
    """What may be decided for, in the order of the matter's sides."""
    return [_side(asked, at, speaker) for at in range(len(asked.matter.sides))]


def told_apart(asked: Asked, speaker: Speaker) -> tuple[str, str, Sequence[str]]:
    """Of a number or serial that two papers bear: heading, comfort, and a line for each."""
    say, matter = speaker.say, asked.matter
    key = "staff.decide.number" if matter.kind == "number" else "staff.decide.serial"
    lines = [
        joined((said, side.name, side.code, moment(side.at, asked.event)))
        for side, said in zip(matter.sides, asked.said, strict=True)
    ]
    return say(key, number=alone(matter.number)), say("staff.decide.apart"), lines


def reasons(pair: Twice, speaker: Speaker) -> str:
    """Why two registrations may be one visitor's."""
    say = speaker.say
    said = {
        "code": say("staff.decide.reason_code"),
        "mobile": say("staff.decide.reason_mobile"),
        "email": say("staff.decide.reason_email"),
        "name": say("staff.decide.reason_name"),
        "near_name": say("staff.decide.reason_near_name"),
        "pin_code": say("staff.decide.reason_pin_code"),
        "organisation": say("staff.decide.reason_organisation"),
        "district": say("staff.decide.reason_district"),
        "other_mobile": say("staff.decide.reason_other_mobile"),
        "other_email": say("staff.decide.reason_other_email"),
    }
    return joined(said[one] for one in pair.reasons if one in said)


def moment(at_ms: int, event: Event) -> str:
    """Day and time of an event's walls."""
    at = local_time(at_ms, event.zone)
    return alone(f"{written_date(at.date())} {at:%H:%M}")


def _wrong_clock(clock: WrongClock, event: Event, speaker: Speaker) -> tuple[str, str]:
    words = speaker.say(
        "staff.decide.wrong_clock_help",
        count=indian_grouping(clock.rows),
        first=moment(clock.first, event),
        last=moment(clock.last, event),
    )
    code = alone(clock.code or clock.device_id[:6])
    return speaker.say("staff.decide.wrong_clock", code=code), words


def _side(asked: Asked, at: int, speaker: Speaker) -> Said:
    say, matter, side = speaker.say, asked.matter, asked.matter.sides[at]
    value, meaning = asked.said[at] or say("staff.not_given"), ""
    if matter.clock is not None:
        value = say("staff.decide.leave_times" if side.stands else "staff.decide.move_times")
    elif not side.values:
        value = say("staff.decide.leave")
    elif matter.kind == CONSENT:
        given = all(side.values.values())
        value = say("staff.decide.given" if given else "staff.decide.taken_back")
    elif matter.kind == PAPER_NAME:
        serial = alone(side.serial)
        meaning = (
            say("staff.decide.on_paper", serial=serial)
            if side.serial
            else say("staff.decide.on_record")
        )
    elif matter.kind == CERTIFICATES:
        meaning = side.name
    return Said(value, meaning, _who(side, asked.event, speaker), side.stands)


def _who(side: Side, event: Event, speaker: Speaker) -> str:
    if not side.at:
        return ""
    kinds = {
        "visitor": speaker.say("conflict.by_visitor"),
        "coordinator": speaker.say("conflict.by_coordinator"),
        "device": speaker.say("conflict.by_device"),
    }
    actor = kinds.get(side.actor, side.actor.removeprefix(_STAFF))
    return joined((side.code, actor, moment(side.at, event)))
