"""What waits for a person once kiosks are together: each matter with its sides.

Corrections that contradict each other, one from the future, a clock that was wrong; several
certificates of one visitor, a certificate with another name, a consent given anew after it was
taken back. Numbers and serials that two papers bear are told as well; of these nothing is decided.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any

from kiosk.domain.attendee import Attendee
from kiosk.domain.clock import local_time
from kiosk.domain.event import Event
from kiosk.domain.ids import EventId
from kiosk.errors import VisitorError
from kiosk.services.merging import CERTIFICATES, CONSENT, PAPER_NAME, Conflict, WrongClock

CORRECTION, CLOCK, WRONG_CLOCK = "correction", "clock", "wrong_clock"
AT_ODDS = frozenset({CERTIFICATES, CONSENT, PAPER_NAME})  # papers and consents
_OPEN = frozenset({CORRECTION, CLOCK, WRONG_CLOCK}) | AT_ODDS
_DAY_MS = 86_400_000
_ID_DIGITS = 10
_Who = tuple[EventId, str]  # the id of an attendee of an event


@dataclass(frozen=True, slots=True)
class Side:
    """One thing that may be decided for: ``values`` by field, and who said so, where and when.

    ``stands``: it is what is recorded now. ``op`` is "" for what nobody said just so. Of papers
    and consents ``row`` is the id of the row, ``serial`` what is printed. Without values: what
    nobody needs to change.
    """

    values: Mapping[str, Any]
    at: int = 0
    device: str = ""
    code: str = ""
    actor: str = ""
    op: str = ""
    stands: bool = False
    name: str = ""
    row: str = ""
    person: str = ""
    serial: str = ""


@dataclass(frozen=True, slots=True)
class Matter:
    """Something for a person to decide, or to know of (numbers and serials that two papers bear).

    ``id`` changes when what is to be decided does: nobody decides what they have not seen.
    ``person``: the attendee whom it concerns, if it is one.
    """

    id: str
    kind: str  # correction, clock, wrong_clock, certificates, consent, paper_name, number, serial
    event_id: EventId
    entity: str
    entity_id: str
    number: str
    name: str
    sides: tuple[Side, ...]
    clock: WrongClock | None = None
    fields: tuple[str, ...] = field(default=())
    person: str = ""

    @property
    def open(self) -> bool:
        """Whether there is a choice."""
        return self.kind in _OPEN


# Of these ids at an event, the attendees who are there.
People = Callable[[EventId, Sequence[str]], Mapping[str, Attendee]]


def matters(
    events: Mapping[EventId, Event],
    people: People,
    conflicts: Iterable[Conflict],
    clocks: Iterable[WrongClock],
) -> list[Matter]:
    """What waits for a person at these events, then what they should know of. Of who has
    withdrawn nothing is told or decided.
    """
    here = [one for one in conflicts if one.event_id in events]
    holders = _holders(here, people)
    found: list[Matter] = []
    for _, same in groupby(here, key=_what):
        matter = _matter(list(same), holders)
        if matter is not None:
            found.append(matter)
    undecided = [one for one in clocks if one.shift_ms is None and one.event_id in events]
    found += [_of_clock(events[one.event_id], one) for one in undecided]
    return sorted(found, key=lambda one: not one.open)


def find_matter(found: Sequence[Matter], matter_id: str) -> Matter:
    """The one with this id; VisitorError ``matter_unknown``, ``matter_no_choice``."""
    matter = next((one for one in found if one.id == matter_id.strip().casefold()), None)
    if matter is None:
        raise VisitorError("matter_unknown", field="settle", id=matter_id[:40])
    if not matter.open:
        raise VisitorError("matter_no_choice", field="settle", id=matter.id)
    return matter


def plain(value: object) -> Any:  # noqa: ANN401 - as JSON has it
    """A value of a record as changes say it."""
    if isinstance(value, tuple):
        return list(value)
    return dict(value) if isinstance(value, Mapping) else value


def _what(one: Conflict) -> tuple[str, ...]:
    """A correction from the future waits as a whole, whatever fields it has."""
    rest = one.sides[0]["op"] if one.kind == CLOCK else one.field
    return (one.event_id, one.kind, one.entity, one.entity_id, rest)


def _matter(same: Sequence[Conflict], holders: Mapping[_Who, Attendee]) -> Matter | None:
    first = same[0]
    fields = tuple(one.field for one in same)
    if first.kind not in _OPEN:
        sides = tuple(
            Side({first.field: one["value"]}, one["at"], one["device"], one["code"],
                 name=str(one["name"]))
            for one in first.sides
        )  # fmt: skip
        return _made(first, None, sides, fields)
    holder = holders.get(_who(first))
    if holder is not None and holder.masked:
        return None
    if first.kind in AT_ODDS:
        return _made(first, holder, _at_odds(first), fields)
    now = _now(holder, fields) if first.entity == "attendee" else {}
    if first.kind == CLOCK:
        said = {one.field: one.sides[0]["value"] for one in same}
        sides = (_side(first.sides[0], said), Side(now, stands=True))
    else:
        sides = tuple(
            _side(one, {first.field: one["value"]}, stands=now.get(first.field) == one["value"])
            for one in first.sides
        )
    return _made(first, holder, sides, fields)


def _at_odds(one: Conflict) -> tuple[Side, ...]:
    sides = tuple(_side(said, {one.field: said["value"]}) for said in one.sides)
    # A name on paper may be left as it is: the visitor may not want another paper.
    return (*sides, Side({}, stands=True)) if one.kind == PAPER_NAME else sides


def _side(told: Mapping[str, Any], values: Mapping[str, Any], *, stands: bool = False) -> Side:
    return Side(
        values, told["at"], told["device"], told["code"], told["actor"], told["op"], stands,
        str(told.get("name", "")), told.get("id", ""), told.get("person", ""),
        told.get("serial", ""),
    )  # fmt: skip


def _made(
    one: Conflict, holder: Attendee | None, sides: tuple[Side, ...], fields: tuple[str, ...]
) -> Matter:
    said = [[*sorted(side.values.items()), side.op, side.device] for side in sides]
    matter_id = _id(one.kind, one.event_id, one.entity, one.entity_id, fields, said)
    number, name, person = "" if one.kind in _OPEN else one.entity_id, one.name, ""
    if holder is not None:
        number, name, person = holder.number, holder.name, holder.id
    return Matter(
        matter_id, one.kind, one.event_id, one.entity, one.entity_id, number, name, sides,
        fields=fields, person=person,
    )  # fmt: skip


def _of_clock(event: Event, clock: WrongClock) -> Matter:
    """The first entry comes to the event's day, at the time of day that the clock showed."""
    shown = local_time(clock.first, event.zone).date()
    shift_ms = (event.day - shown).days * _DAY_MS
    sides = (Side({"shift_ms": shift_ms}), Side({"shift_ms": 0}, stands=True))
    matter_id = _id(WRONG_CLOCK, clock.event_id, clock.device_id, clock.first, clock.last)
    return Matter(
        matter_id, WRONG_CLOCK, clock.event_id, "device", clock.device_id, "", clock.code, sides,
        clock, ("shift_ms",),
    )  # fmt: skip


def _id(*what: object) -> str:
    told = json.dumps(what, ensure_ascii=False, sort_keys=True, default=str)
    return hashlib.sha256(told.encode()).hexdigest()[:_ID_DIGITS]


def _who(one: Conflict) -> _Who:
    """Whom it concerns; "" for nobody."""
    person = one.entity_id if one.entity == "attendee" else one.sides[0].get("person", "")
    return one.event_id, person


def _holders(here: Iterable[Conflict], people: People) -> dict[_Who, Attendee]:
    """Whom these concern, looked up by the lot."""
    wanted: dict[EventId, set[str]] = defaultdict(set)
    for event_id, person in (_who(one) for one in here if one.kind in _OPEN):
        wanted[event_id].add(person)
    return {
        (event_id, person): attendee
        for event_id, ids in wanted.items()
        for person, attendee in people(event_id, sorted(ids - {""})).items()
    }


def _now(holder: Attendee | None, fields: Iterable[str]) -> dict[str, Any]:
    """What is recorded now, as changes say it."""
    return {name: plain(getattr(holder, name)) for name in fields if hasattr(holder, name)}
