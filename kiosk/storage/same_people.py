"""Which rows are one visitor's: number and code say so, or a person decided it.

Number and receipt code on two rows: somebody came back to a kiosk that had never met them. Else a
person decides, pair by pair; the latest decision about a pair counts, and nothing is ever deleted.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

from kiosk.domain.ids import AttendeeId, EventId
from kiosk.storage.driver import Connection, among

Pair = tuple[str, str]  # two attendees of one event, the smaller id first

# The index alone tells which codes stand there twice; that is next to nobody's.
_SHARED_CODES = (
    "SELECT receipt_hash FROM attendee WHERE event_id = ? AND receipt_hash <> ''"
    " GROUP BY receipt_hash HAVING count(*) > 1"
)
_WITH_CODES = (
    "SELECT id, number, receipt_hash FROM attendee WHERE event_id = ? AND receipt_hash IN ?"
)
_MATES = (
    "SELECT a.id, b.id FROM attendee a JOIN attendee b ON b.event_id = a.event_id"
    " AND b.receipt_hash = a.receipt_hash AND b.number = a.number AND b.id <> a.id"
    " WHERE a.event_id = ? AND a.receipt_hash <> '' AND a.id IN ?"
)


def pair_of(one: str, other: str) -> Pair:
    """Two ids in their order."""
    return (one, other) if one < other else (other, one)


def certain_groups(connection: Connection, event_id: EventId) -> list[list[str]]:
    """Rows that number and code say are one person's."""
    groups: dict[tuple[str, str], list[str]] = defaultdict(list)
    codes = [code for (code,) in connection.execute(_SHARED_CODES, (event_id,)).fetchall()]
    for row_id, *said in sorted(among(connection, _WITH_CODES, (event_id,), codes)):
        groups[said[0], said[1]].append(row_id)
    return [group for group in groups.values() if len(group) > 1]


def decided(connection: Connection, event_id: str) -> dict[Pair, bool]:
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
    return {
        AttendeeId(one): AttendeeId(first)
        for first, together in _by_first(connection, event_id, pairs).items()
        for one in together
        if one != first
    }


def decided_groups(connection: Connection, event_id: str) -> dict[str, set[str]]:
    """Whom persons decided to be one, with the rows that number and code join to them: by the row
    that stands for them, as in ``earliest_of``.
    """
    pairs = [pair for pair, same in decided(connection, event_id).items() if same]
    members = {one for pair in pairs for one in pair}
    pairs += [pair_of(*pair) for pair in among(connection, _MATES, (event_id,), members)]
    return _by_first(connection, event_id, pairs)


def _by_first(connection: Connection, event_id: str, pairs: Iterable[Pair]) -> dict[str, set[str]]:
    """Groups of rows that are there; the earliest registration of each stands for it."""
    tied = set(pairs)
    rows = among(
        connection,
        "SELECT id, met, registered_at FROM attendee WHERE event_id = ? AND id IN ?",
        (event_id,),
        {one for pair in tied for one in pair},
    )
    order = {row_id: (met != "registered", at, row_id) for row_id, met, at in rows}
    groups = _groups(pair for pair in sorted(tied) if order.keys() >= set(pair))
    return {min(together, key=order.__getitem__): together for together in groups}


def _groups(pairs: Iterable[Pair]) -> list[set[str]]:
    """Who belongs together, whichever way they are tied."""
    group_of: dict[str, set[str]] = {}
    for one, other in pairs:
        joined = group_of.get(one, {one}) | group_of.get(other, {other})
        group_of |= dict.fromkeys(joined, joined)
    return _distinct(group_of)


def _distinct(group_of: Mapping[str, set[str]]) -> list[set[str]]:
    return list({id(group): group for group in group_of.values()}.values())
