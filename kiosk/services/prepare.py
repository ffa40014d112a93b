"""What must be ready before the first visitor comes; ticked on each kiosk by itself."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.domain.event import SetUp
from kiosk.errors import VisitorError
from kiosk.services.desk import Desk
from kiosk.services.ports import Tick


@dataclass(frozen=True, slots=True)
class Ready:
    """One thing of the event's list; ``tick`` is None until somebody has seen to it."""

    item: SetUp
    tick: Tick | None


def set_up_list(desk: Desk) -> tuple[Ready, ...]:
    """The event's list in its order, with what is ready."""
    ticks = {tick.item: tick for tick in desk.record.ticks()}
    return tuple(Ready(item, ticks.get(item.id)) for item in desk.event.set_up)


def tick(desk: Desk, item_id: str, actor: str, *, ready: bool = True) -> tuple[Ready, ...]:
    """Ticks one thing, or takes the tick away; returns the whole list.

    Who ticked it first stays. Raises VisitorError ``set_up_unknown``.
    """
    if item_id not in {item.id for item in desk.event.set_up}:
        raise VisitorError("set_up_unknown", field="set_up", code="malformed")
    held = {one.item for one in desk.record.ticks()}
    if ready != (item_id in held):
        with desk.record.writing() as writing:
            if ready:
                writing.save_tick(Tick(item_id, actor, desk.clock.now_ms()))
            else:
                writing.drop_tick(item_id)
    return set_up_list(desk)
