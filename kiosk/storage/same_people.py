"""Which rows are one visitor's: number and code say so, or a person decided it.

Number and receipt code on two rows: somebody came back to a kiosk that had never met them. Else a
person decides, pair by pair; the latest decision about a pair counts, and nothing is ever deleted.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from kiosk.domain.ids import AttendeeId, EventId
from kiosk.storage.driver import Connection

Pair = tuple[str, str]  # two attendees of one event, the smaller id first

_CERTAIN = (
    "SELECT a.id, a.number, a.receipt_hash FROM attendee a WHERE a.event_id = ?"
    " AND a.receipt_hash <> '' AND EXISTS (SELECT 1 FROM attendee b"
    " WHERE b.event_id = a.event_id AND b.receipt_hash = a.receipt_hash"
    " AND b.number = a.number AND b.id <> a.id) ORDER BY a.id"
)


def pair_of(one: str, other: str) -> Pair:
    """Two ids in their order."""
    return (one, other) if one < other else (other, one)


def certain_groups(connection: Connection, event_id: EventId) -> list[list[str]]:
    """Rows that number and code say are one person's."""
    groups: dict[tuple[str, str], list[str]] = defaultdict(list)
    for row_id, number, receipt_hash in connection.execute(_CERTAIN, (event_id,)).fetchall():
        groups[number, receipt_hash].append(row_id)
    return list(groups.values())


def decided(connection: Connection, event_id: EventId) -> dict[Pair, bool]:
    """What persons decided of pairs: whether they are one."""
    rows = connection.execute(
        "SELECT attendee_id, other_id, same FROM same_as WHERE event_id = ?"
        " ORDER BY hlc, changed_by, id",
        (event_id,),
    ).fetchall()
    return {pair_of(one, other): bool(same) for one, other, same in rows}


def earliest_of(connection: Connection, event_id: EventId) -> dict[AttendeeId, AttendeeId]:
    """Of everybody with several rows: each row but the one that stands for them, and that one.

    It is the one where they registered, the earliest if there are more.
    """
    pairs = [pair for pair, same in decided(connection, event_id).items() if same]
    for group in certain_groups(connection, event_id):
        pairs += [pair_of(group[0], other) for other in group[1:]]
    if not pairs:
        return {}
    order = {
        row_id: (met != "registered", registered_at, row_id)
        for row_id, met, registered_at in connection.execute(
            "SELECT id, met, registered_at FROM attendee WHERE event_id = ?", (event_id,)
        ).fetchall()
    }
    found: dict[AttendeeId, AttendeeId] = {}
    for together in _groups(pair for pair in pairs if order.keys() >= set(pair)):
        first = min(together, key=order.__getitem__)
        found |= {AttendeeId(one): AttendeeId(first) for one in together if one != first}
    return found


def _groups(pairs: Iterable[Pair]) -> list[set[str]]:
    """Who belongs together, whichever way they are tied."""
    group_of: dict[str, set[str]] = {}
    for one, other in pairs:
        joined = group_of.get(one, {one}) | group_of.get(other, {other})
        group_of |= dict.fromkeys(joined, joined)
    return _distinct(group_of)


def _distinct(group_of: Mapping[str, set[str]]) -> list[set[str]]:
    return list({id(group): group for group in group_of.values()}.values())
