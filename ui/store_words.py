"""What is said of people and papers that lie in a merged store, or lie behind a visitor."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from kiosk.domain.clock import written_date
from ui.isolates import alone

if TYPE_CHECKING:
    from kiosk.domain.attendee import Certificate
    from kiosk.domain.event import Event
    from ui.translate import Speaker


def event_words(speaker: Speaker, event: Event) -> tuple[str, str]:
    """Which event, and on which day; to be joined with what else is said."""
    return speaker.text(event.name), written_date(event.day)


def outlived_words(speaker: Speaker, certificates: Iterable[Certificate]) -> list[str]:
    """Which papers of a visitor do not count any more, and why."""
    say, lines = speaker.say, []
    for one in certificates:
        serial = alone(one.serial)
        if one.status == "replaced":
            lines.append(say("staff.store.replaced", serial=serial, other=alone(one.replaced_by)))
        elif one.status == "revoked":
            reason = reason_words(speaker, one.reason)
            lines.append(say("staff.store.revoked", serial=serial, reason=reason))
    return lines


def reason_words(speaker: Speaker, reason: str) -> str:
    """Why a certificate was taken back: as it was chosen on a page, or as somebody typed it."""
    say = speaker.say
    chosen = {
        "person": say("staff.revoke.person"),
        "absent": say("staff.revoke.absent"),
        "other": say("staff.reason.other"),
    }
    return chosen.get(reason) or alone(reason)
