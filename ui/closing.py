"""Closing the day from the window: into which folder, and what was written there, in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from kiosk.domain.language import indian_grouping
from kiosk.services.closing import Closed, close_day
from kiosk.services.exporting import ExportRequest
from ui.isolates import alone
from ui.widgets.closing_card import Written

if TYPE_CHECKING:
    from kiosk.domain.language import Tag
    from kiosk.services.desk import Desk
    from ui.sticks import Target
    from ui.translate import Speaker
    from ui.worker import Progress

_SHORT_HASH = 12
_SHORT_HEAD = 16


@dataclass(frozen=True, slots=True)
class Done:
    """The day as closed, with its page."""

    closed: Closed
    summary: bytes
    stick: str


def close_to(
    desk: Desk, target: Target, actor: str, tag: Tag, progress: Progress, *, plain: bool
) -> Done:
    """Closes the day; a folder on this laptop is made where it is not there yet.

    Raises as ``close_day``, and what ``progress`` raises.
    """
    if not target.stick:
        target.folder.mkdir(parents=True, exist_ok=True)
    request = ExportRequest(target.folder, plain=plain, language=tag)
    closed = close_day(desk, actor, request, progress)
    return Done(closed, closed.summary.read_bytes(), target.stick)


def in_words(speaker: Speaker, done: Done, common: str) -> Written:
    """What lies where now. ``common`` is what all names have in common; it is not repeated."""
    say, closed = speaker.say, done.closed
    files = [
        say(
            "staff.close.file",
            name=alone(file.path.name.replace(common, "…", 1)),
            rows=indian_grouping(file.rows),
            sha=alone(file.sha256[:_SHORT_HASH]),
        )
        for file in closed.files
    ]
    return Written(
        title=say("staff.close.done"),
        safe=say("staff.close.safe") if done.stick else say("staff.close.kept"),
        folder=say("staff.close.folder", folder=alone(closed.summary.parent)),
        files=files,
        notes=[
            say("staff.close.anonymous", count=indian_grouping(closed.anonymous)),
            say("staff.close.head", head=alone(closed.head[:_SHORT_HEAD])),
        ],
        print_text=say("staff.close.print_summary"),
        again_text=say("staff.close.again"),
        carry_text=say("staff.carry.after_close"),
        page_name=say("staff.close.page", title=say("staff.close.summary")),
    )
