"""What a merge did, in sentences: who is missing, who was copied, what was set aside and why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from kiosk.domain.clock import local_time, written_date
from kiosk.domain.language import indian_grouping
from kiosk.services.merging import Aside, Fork
from ui.isolates import alone
from ui.merging import Merged, Missing
from ui.notices import sentence
from ui.translate import Speaker

_NAME_SIGNS = 10  # of a file's name: a number and the beginning of its hash


@dataclass(frozen=True, slots=True)
class Told:
    """``whole``: everyone is here. ``parts``: a heading and what stands under it."""

    whole: bool
    title: str
    words: str
    parts: Sequence[tuple[str, Sequence[str]]]


def told(merged: Merged, speaker: Speaker, zone: str) -> Told:
    """All that a coordinator should know of a merge; parts of which there is nothing are left out.

    ``zone`` is the one in which times are read.
    """
    say, result = speaker.say, merged.result
    whole = not (merged.missing or result.lost or result.rejected or result.aside)
    words = say(
        "staff.merge.came",
        batches=indian_grouping(result.batches),
        there=indian_grouping(result.already_there),
        people=indian_grouping(merged.new_people),
        all=indian_grouping(merged.people),
    )
    parts = (
        (say("staff.merge.missing"), [_missing(one, speaker, zone) for one in merged.missing]),
        (say("staff.merge.forks"), [_fork(one, speaker) for one in result.forks]),
        (say("staff.merge.aside"), _asides(merged, speaker)),
        (say("staff.merge.erased"), _erased(result.erased, speaker)),
        (say("staff.merge.lost"), _lost(merged, speaker)),
    )
    title = say("staff.merge.everyone" if whole else "staff.merge.not_everyone")
    return Told(whole, title, words, [part for part in parts if part[1]])


def _missing(one: Missing, speaker: Speaker, zone: str) -> str:
    say, code = speaker.say, alone(one.code)
    since = _moment(one.since, zone)
    if one.count is None:
        return say("staff.merge.gap_open", code=code, since=since)
    count = indian_grouping(one.count)
    if one.since is None:
        return say("staff.merge.gap_start", code=code, count=count)
    return say("staff.merge.gap", code=code, count=count, since=since)


def _moment(at_ms: int | None, zone: str) -> str:
    if at_ms is None:
        return ""
    at = local_time(at_ms, zone)
    return alone(f"{written_date(at.date())} {at:%H:%M}")


def _fork(one: Fork, speaker: Speaker) -> str:
    return speaker.say("staff.merge.fork", code=alone(one.code or one.device_id[:6].upper()))


def _asides(merged: Merged, speaker: Speaker) -> list[str]:
    result = merged.result
    lines = [
        speaker.say(
            "staff.merge.aside_of",
            code=alone(_laptop(one, merged)),
            reason=speaker.say(f"error.{one.reason}", name=alone(_short(one.source, one.name))),
        )
        for one in result.rejected
    ]
    older = result.aside - len(result.rejected)
    if older > 0:
        lines.append(speaker.say("staff.merge.aside_older", count=indian_grouping(older)))
    return lines


def _laptop(aside: Aside, merged: Merged) -> str:
    """Whose it says it is: files lie in folders that are named like their laptops."""
    device = Path(aside.name).parent.name
    return merged.laptops.get(device) or device[:6].upper()


def _erased(count: int, speaker: Speaker) -> list[str]:
    return [speaker.say("carry.erased", count=indian_grouping(count))] if count else []


def _lost(merged: Merged, speaker: Speaker) -> list[str]:
    lines = [sentence(one.fault, speaker) for one in merged.result.lost]
    return lines + [
        speaker.say("staff.merge.no_receipt", name=alone(Path(one).name))
        for one in merged.result.without_receipt
    ]


def _short(source: str, name: str) -> str:
    """A file as people tell it apart: the stick, and how its name begins."""
    return f"{Path(source).name}/{Path(name).name[:_NAME_SIGNS]}…"
