"""What staff read of sheets and printers: kinds, states and troubles, in plain words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QHBoxLayout, QWidget

from kiosk.domain.language import indian_grouping
from ui.isolates import alone
from ui.notices import sentence
from ui.troubles import troubles_in
from ui.widgets.button import TouchButton

if TYPE_CHECKING:
    from kiosk.services.ports import PrintJob
    from ui.piling import Unseen
    from ui.printers import Seen
    from ui.translate import Speaker

_LONGEST_MESSAGE = 120
CLOSED = frozenset({"done", "cancelled", "handed"})


def way_back(text: str, tag: str, back: Callable[[], object]) -> QWidget:
    """A quiet button at the start side, above a page that stands under another."""
    holder = QWidget()
    row = QHBoxLayout(holder)
    row.setContentsMargins(0, 0, 0, 0)
    button = TouchButton(text, "quiet", icon="back", tag=tag)
    button.clicked.connect(lambda _on=False: back())
    row.addWidget(button)
    row.addStretch(1)
    return holder


def kind_words(speaker: Speaker) -> dict[str, str]:
    """The kinds of sheets, many of each."""
    say = speaker.say
    return {
        "certificate": say("printing.kind.certificate"),
        "slip": say("printing.kind.slip"),
        "badge": say("printing.kind.badge"),
        "label": say("printing.kind.label"),
        "summary": say("printing.kind.summary"),
    }


def trouble_words(speaker: Speaker, message: str) -> str:
    """What ails a printer and what to do, or its own words where nobody knows these."""
    say = speaker.say
    words = {
        "paper_out": say("printing.trouble.paper_out"),
        "paper_wanted": say("printing.trouble.paper_wanted"),
        "jam": say("printing.trouble.jam"),
        "open": say("printing.trouble.open"),
        "toner_out": say("printing.trouble.toner_out"),
        "toner_low": say("printing.trouble.toner_low"),
        "paper_low": say("printing.trouble.paper_low"),
        "tray_full": say("printing.trouble.tray_full"),
        "offline": say("printing.trouble.offline"),
        "paused": say("printing.trouble.paused"),
        "driver": say("printing.trouble.driver"),
        "disk_full": say("printing.trouble.disk_full"),
        "wrong_size": say("printing.trouble.wrong_size"),
        "missing": say("printing.trouble.missing"),
        "history": say("printing.trouble.history"),
    }
    told = [words[name] for name in troubles_in(message)]
    if told:
        return " ".join(told)
    return alone(f"({message[:_LONGEST_MESSAGE]})") if message else ""


def state_words(speaker: Speaker, job: PrintJob, clock_time: Callable[[int], str]) -> str:
    """Where a sheet is, or what became of it, in a sentence."""
    say, time = speaker.say, clock_time(job.settled_at)
    words = {
        "waiting": say("printing.queue.waits"),
        "sent": say("staff.queue.sent"),
        "failed": say("staff.queue.failed"),
        "unknown": say("printing.queue.unknown"),
        "done": say("printing.queue.done", time=time),
        "cancelled": say("printing.queue.cancelled", time=time),
        "handed": say("printing.queue.handed", desk=alone(job.printer), time=time),
    }
    state = words[job.state]
    told = "" if job.state in CLOSED else trouble_words(speaker, job.message)
    known = bool(troubles_in(job.message)) and job.state in {"sent", "failed"}
    return f"{state}. {told}" if told and known else f"{state} {told}".strip()


def ailing(speaker: Speaker, seen: tuple[Seen, ...]) -> list[str]:
    """A sentence for every printer that ails of something."""
    say = speaker.say
    told = ((one.title, trouble_words(speaker, " ".join(one.reasons))) for one in seen)
    return [
        say("printing.queue.ails", printer=alone(printer), trouble=trouble)
        for printer, trouble in told
        if trouble
    ]


def unseen_words(speaker: Speaker, unseen: Unseen) -> str:
    """How a pile ended while the screen was locked."""
    say, count = speaker.say, indian_grouping(unseen.queued)
    told = [say("printing.unseen.pen", count=count)]
    if unseen.fault is not None:
        told = [say("printing.unseen.stopped", count=count), sentence(unseen.fault, speaker)]
    return " ".join(told + pen_words(speaker, unseen.blank))


def pen_words(speaker: Speaker, names: Sequence[str]) -> list[str]:
    """Which names need a pen, if any does."""
    told = ", ".join(alone(name) for name in names)
    return [speaker.say("staff.close.need_pen", names=told)] if names else []
