"""What a person decides once kiosks are together, and what becomes of it: changes like any other.

A decision is written as a correction that ``settles`` what it was made in view of, so that it
travels, and ends the contradiction in every store that it reaches.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from kiosk.domain.attendee import Attendee
from kiosk.domain.change import ChangeDraft
from kiosk.domain.clock import local_time
from kiosk.domain.ids import AttendeeId, EventId, FormId
from kiosk.errors import VisitorError
from kiosk.services.carrying import Conflict, WrongClock
from kiosk.services.correct import registration_answers
from kiosk.services.desk import REGISTRATION, Desk
from kiosk.services.forms import open_session
from kiosk.services.refused import Refused
from kiosk.services.register import KINDS, person_fields

CORRECTION, CLOCK, WRONG_CLOCK = "correction", "clock", "wrong_clock"
_DAY_MS = 86_400_000
_ID_DIGITS = 10


@dataclass(frozen=True, slots=True)
class Side:
    """One thing that may be decided for: ``values`` by field, and who said so, where and when.

    ``stands``: it is what is recorded now. ``op`` is "" for what nobody said just so.
    """

    values: Mapping[str, Any]
    at: int = 0
    device: str = ""
    code: str = ""
    actor: str = ""
    op: str = ""
    stands: bool = False
    name: str = ""


@dataclass(frozen=True, slots=True)
class Matter:
    """Something for a person to decide, or to know of (numbers and serials that two papers bear).

    ``id`` changes when what is to be decided does: nobody decides what they have not seen.
    """

    id: str
    kind: str  # correction, clock, wrong_clock, number, serial
    event_id: EventId
    entity: str
    entity_id: str
    number: str
    name: str
    sides: tuple[Side, ...]
    clock: WrongClock | None = None
    fields: tuple[str, ...] = field(default=())

    @property
    def open(self) -> bool:
        """Whether there is a choice."""
        return self.kind in {CORRECTION, CLOCK, WRONG_CLOCK}


def matters(
    desks: Mapping[EventId, Desk], conflicts: Iterable[Conflict], clocks: Iterable[WrongClock]
) -> list[Matter]:
    """What waits for a person at these events. Of who has withdrawn nothing is told or decided."""
    found: list[Matter] = []
    here = [one for one in conflicts if one.event_id in desks]
    for _, same in groupby(here, key=_what):
        matter = _matter(desks, list(same))
        if matter is not None:
            found.append(matter)
    undecided = [one for one in clocks if one.shift_ms is None and one.event_id in desks]
    return found + [_of_clock(desks[one.event_id], one) for one in undecided]


def find_matter(found: Sequence[Matter], matter_id: str) -> Matter:
    """The one with this id; VisitorError ``matter_unknown``, ``matter_no_choice``."""
    matter = next((one for one in found if one.id == matter_id.strip().casefold()), None)
    if matter is None:
        raise VisitorError("matter_unknown", field="settle", id=matter_id[:40])
    if not matter.open:
        raise VisitorError("matter_no_choice", field="settle", id=matter.id)
    return matter


def settle(
    desk: Desk, matter: Matter, actor: str, *, take: int | None = None, value: str | None = None
) -> Mapping[str, Any]:
    """Decides for a side (``take``, from 1) or for another value; gives what is recorded now.

    Of a wrong clock another value is the wall time of its first entry (2020-01-10T09:30). Raises
    VisitorError ``matter_take``, ``matter_value`` or ``matter_time``, Refused where the form does
    not accept the value; then nothing was changed.
    """
    if (take is None) == (value is None) or not (take is None or 1 <= take <= len(matter.sides)):
        raise VisitorError("matter_take", field="take", most=len(matter.sides))
    if take is not None:
        values = dict(matter.sides[take - 1].values)
    elif matter.clock is not None:
        values = _shifted_to(desk, matter.clock, value or "")
    else:
        values = _checked(desk, matter, value or "")
    ops = sorted(side.op for side in matter.sides if side.op)
    body: dict[str, Any] = {"more": values} if matter.clock is not None else dict(values)
    person = _person(matter)
    with desk.record.writing() as writing:
        writing.write(
            ChangeDraft(
                matter.entity, matter.entity_id, "correct", actor,
                body | ({"settles": ops} if ops else {}), person,
            )
        )  # fmt: skip
    return values


def _what(one: Conflict) -> tuple[str, ...]:
    """A correction from the future waits as a whole, whatever fields it has."""
    rest = one.sides[0]["op"] if one.kind == CLOCK else one.field
    return (one.event_id, one.kind, one.entity, one.entity_id, rest)


def _matter(desks: Mapping[EventId, Desk], same: Sequence[Conflict]) -> Matter | None:
    first = same[0]
    desk = desks[first.event_id]
    fields = tuple(one.field for one in same)
    if not _is_open(first):
        sides = tuple(
            Side({first.field: one["value"]}, one["at"], one["device"], one["code"],
                 name=str(one["name"]))
            for one in first.sides
        )  # fmt: skip
        return _made(first, first.entity_id, "", sides, fields)
    holder = _holder(desk, first.entity, first.entity_id)
    if holder is not None and holder.masked:
        return None
    now = _now(holder, fields)
    if first.kind == CLOCK:
        said = {one.field: one.sides[0]["value"] for one in same}
        sides = (_side(first.sides[0], said), Side(now, stands=True))
    else:
        sides = tuple(
            _side(one, {first.field: one["value"]}, stands=now.get(first.field) == one["value"])
            for one in first.sides
        )
    number = holder.number if holder is not None else ""
    name = holder.name if holder is not None else first.name
    return _made(first, number, name, sides, fields)


def _is_open(one: Conflict) -> bool:
    return one.kind in {CORRECTION, CLOCK}


def _side(told: Mapping[str, Any], values: Mapping[str, Any], *, stands: bool = False) -> Side:
    return Side(values, told["at"], told["device"], told["code"], told["actor"], told["op"], stands)


def _made(
    one: Conflict, number: str, name: str, sides: tuple[Side, ...], fields: tuple[str, ...]
) -> Matter:
    said = [[*sorted(side.values.items()), side.op, side.device] for side in sides]
    matter_id = _id(one.kind, one.event_id, one.entity, one.entity_id, fields, said)
    return Matter(
        matter_id, one.kind, one.event_id, one.entity, one.entity_id, number, name, sides,
        fields=fields,
    )  # fmt: skip


def _of_clock(desk: Desk, clock: WrongClock) -> Matter:
    """The first entry comes to the event's day, at the time of day that the clock showed."""
    shown = local_time(clock.first, desk.event.zone).date()
    shift_ms = (desk.event.day - shown).days * _DAY_MS
    sides = (Side({"shift_ms": shift_ms}), Side({"shift_ms": 0}, stands=True))
    matter_id = _id(WRONG_CLOCK, clock.event_id, clock.device_id, clock.first, clock.last)
    return Matter(
        matter_id, WRONG_CLOCK, clock.event_id, "device", clock.device_id, "", clock.code, sides,
        clock, ("shift_ms",),
    )  # fmt: skip


def _id(*what: object) -> str:
    told = json.dumps(what, ensure_ascii=False, sort_keys=True, default=str)
    return hashlib.sha256(told.encode()).hexdigest()[:_ID_DIGITS]


def _holder(desk: Desk, entity: str, entity_id: str) -> Attendee | None:
    return desk.record.attendee(AttendeeId(entity_id)) if entity == "attendee" else None


def _now(holder: Attendee | None, fields: Iterable[str]) -> dict[str, Any]:
    """What is recorded now, as changes say it."""
    return {name: _plain(getattr(holder, name)) for name in fields if hasattr(holder, name)}


def _plain(value: object) -> Any:  # noqa: ANN401 - as JSON has it
    if isinstance(value, tuple):
        return list(value)
    return dict(value) if isinstance(value, Mapping) else value


def _person(matter: Matter) -> str | None:
    """Whose payload the decision is."""
    if matter.entity not in {"attendee", "device"}:
        raise VisitorError("matter_no_choice", field="settle", id=matter.id)
    return matter.entity_id if matter.entity == "attendee" else None


def _checked(desk: Desk, matter: Matter, text: str) -> dict[str, Any]:
    """The value as the registration form takes it."""
    holder = _holder(desk, matter.entity, matter.entity_id)
    [name] = matter.fields if len(matter.fields) == 1 else [""]
    asked = KINDS if name == "kinds" else name
    questions = {one.name for one in desk.forms[FormId(REGISTRATION)].questions}
    if holder is None or asked not in questions:
        raise VisitorError("matter_value", field="value")
    answer: str | list[str] = text.split() if asked == KINDS else text
    answers = {**registration_answers(holder), asked: answer}
    finished = open_session(desk, REGISTRATION, holder.language, answers).finish()
    problems = [one for one in finished.problems if one.field == asked]
    if problems:
        raise Refused(problems)
    fields = person_fields({asked: finished.record.get(asked, [] if asked == KINDS else "")})
    return {key: _plain(one) for key, one in fields.items()}


def _shifted_to(desk: Desk, clock: WrongClock, text: str) -> dict[str, int]:
    """So that the laptop's first entry was made at this wall time."""
    try:
        wall = datetime.fromisoformat(text.strip())
    except ValueError as error:
        raise VisitorError("matter_time", field="value") from error
    if wall.tzinfo is None:
        wall = wall.replace(tzinfo=ZoneInfo(desk.event.zone))
    return {"shift_ms": int(wall.timestamp() * 1000) - clock.first}
