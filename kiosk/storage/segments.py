"""What is known of each device's log: spans of it, joined as they meet.

From the spans follow the gaps (something exists that has not arrived), the forks (one number, two
changes), and the digest: a chain of hashes is told by its tip, so that tips and open roots tell
the whole set of changes, in whatever order they came.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from kiosk.domain.batch import Told
from kiosk.domain.change import GENESIS
from kiosk.domain.ids import DeviceId, EventId
from kiosk.services.merging import Fork, Gap, Held
from kiosk.storage.driver import Connection


@dataclass(frozen=True, slots=True)
class Segment:
    """Changes ``first`` to ``last`` that follow one another; ``before`` is the hash they follow."""

    first: int
    last: int
    before: bytes
    head: bytes


def add(connection: Connection, event_id: str, device_id: str, new: Sequence[Segment]) -> None:
    """Notes changes that are new here."""
    there = _segments(connection, event_id, device_id)
    joined = _join([*there, *new])
    for gone in set(there) - set(joined):
        connection.execute(
            "DELETE FROM segment WHERE event_id = ? AND device_id = ? AND first_seq = ?"
            " AND head = ?",
            (event_id, device_id, gone.first, gone.head),
        )
    connection.executemany(
        "INSERT INTO segment (event_id, device_id, first_seq, last_seq, before, head)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        [
            (event_id, device_id, one.first, one.last, one.before, one.head)
            for one in set(joined) - set(there)
        ],
    )


def meets(connection: Connection, event_id: str, device_id: str, first: int, last: int) -> bool:
    """Whether something is held already of this stretch of a log."""
    sql = (
        "SELECT 1 FROM segment WHERE event_id = ? AND device_id = ?"
        " AND first_seq <= ? AND last_seq >= ? LIMIT 1"
    )
    return connection.execute(sql, (event_id, device_id, last, first)).fetchone() is not None


def held(connection: Connection) -> list[Held]:
    """What is held of each device, by event and device."""
    return [
        Held(event_id, device_id, code, tuple((s.first, s.last, s.head.hex()) for s in segments))
        for event_id, device_id, code, segments in _all(connection)
    ]


def gaps(connection: Connection) -> list[Gap]:
    """What has not arrived, by event, device and number."""
    tops = {
        (event_id, device_id): top
        for event_id, device_id, top in connection.execute(
            "SELECT event_id, device_id, max(top) FROM received GROUP BY event_id, device_id"
        )
    }
    found = []
    for event_id, device_id, code, segments in _all(connection):
        place = (event_id, device_id, code)
        for first in sorted(
            {one.first for one in _open(connection, event_id, device_id, segments)}
        ):
            known = max((one.last for one in segments if one.last < first), default=0)
            found.append(Gap(*place, min(known + 1, first - 1), first - 1))
        last, top = max(one.last for one in segments), tops.get((event_id, device_id), 0)
        if top > last:
            found.append(Gap(*place, last + 1, top))
    return found


def forks(connection: Connection) -> list[Fork]:
    """Where one identity has two histories, by event, device and the number where they part."""
    return [
        Fork(event_id, device_id, code, seq)
        for event_id, device_id, code, segments in _all(connection)
        for seq in _partings(connection, event_id, device_id, segments)
    ]


def digest(connection: Connection) -> str:
    """The same wherever the same changes, erasures and anonymous answers have arrived."""
    told = hashlib.sha256()
    for event_id, device_id, _, segments in _all(connection):
        roots = _open(connection, event_id, device_id, segments)
        tips = sorted(one.head.hex() for one in segments)
        missed = sorted({(one.first, one.before.hex()) for one in roots})
        line = [event_id, device_id, tips, missed]
        told.update(json.dumps(line).encode() + b"\n")
    for table, column in (
        ("erased", "person_id"), ("anonymous_response", "key"), ("waiting", "op_id"),
    ):  # fmt: skip
        told.update(f"{table}\n".encode())
        for event_id, key in connection.execute(
            f"SELECT event_id, {column} FROM {table} ORDER BY event_id, {column}"
        ):
            said = key.encode() if isinstance(key, str) else bytes(key).hex().encode()
            told.update(event_id.encode() + b" " + said + b"\n")
    return told.hexdigest()


def runs(told: Sequence[Told]) -> list[Segment]:
    """Changes in the order of their numbers, as the stretches that they are."""
    numbered = enumerate(told)
    made = [[one for _, one in run] for _, run in groupby(numbered, lambda at: at[1].seq - at[0])]
    return [Segment(run[0].seq, run[-1].seq, run[0].prev_hash, run[-1].hash) for run in made]


def _join(segments: Sequence[Segment]) -> list[Segment]:
    """Segments of which one begins where another ends become one."""
    by_head: dict[tuple[int, bytes], Segment] = {}
    for one in sorted(segments, key=lambda one: (one.first, one.head)):
        before = by_head.pop((one.first - 1, one.before), None)
        joined = one if before is None else Segment(before.first, one.last, before.before, one.head)
        by_head[one.last, one.head] = joined
    return list(by_head.values())


def _segments(connection: Connection, event_id: str, device_id: str) -> list[Segment]:
    rows = connection.execute(
        "SELECT first_seq, last_seq, before, head FROM segment"
        " WHERE event_id = ? AND device_id = ? ORDER BY first_seq, head",
        (event_id, device_id),
    )
    return [Segment(*row) for row in rows.fetchall()]


def _all(connection: Connection) -> Iterator[tuple[EventId, DeviceId, str, list[Segment]]]:
    """Event, device, its code, and its segments; what is written here is one of its own."""
    rows = connection.execute(
        "SELECT s.event_id, s.device_id, coalesce(d.code, ''), s.first_seq, s.last_seq, s.before,"
        " s.head FROM (SELECT event_id, device_id, first_seq, last_seq, before, head FROM segment"
        " UNION ALL SELECT event_id, device_id, 1, seq, ?, hash FROM head h WHERE NOT EXISTS"
        " (SELECT 1 FROM segment x WHERE x.event_id = h.event_id"
        " AND x.device_id = h.device_id)) s"
        " LEFT JOIN device d ON d.event_id = s.event_id AND d.id = s.device_id"
        " ORDER BY s.event_id, s.device_id, s.first_seq, s.head",
        (GENESIS,),
    ).fetchall()
    for (event_id, device_id, code), of_device in groupby(rows, lambda row: row[:3]):
        yield (
            EventId(event_id), DeviceId(device_id), code, [Segment(*row[3:]) for row in of_device],
        )  # fmt: skip


def _open(
    connection: Connection, event_id: str, device_id: str, segments: Sequence[Segment]
) -> list[Segment]:
    """The segments whose predecessor is not known here."""
    return [
        one
        for one in segments
        if one.before != GENESIS
        and not _knows(connection, event_id, device_id, one.first - 1, one.before)
    ]


def _partings(
    connection: Connection, event_id: str, device_id: str, segments: Sequence[Segment]
) -> list[int]:
    """The numbers under which a second history begins."""
    seqs = set()
    for at, one in enumerate(segments):  # by their first numbers
        for later in range(at + 1, len(segments)):
            first = segments[later].first
            if first > one.last:
                break
            seqs.add(_parting(connection, event_id, device_id, first))
    return sorted(seqs)


def _parting(connection: Connection, event_id: str, device_id: str, from_seq: int) -> int:
    (seq,) = connection.execute(
        "SELECT min(seq) FROM (SELECT seq FROM change WHERE event_id = ? AND device_id = ?"
        " AND seq >= ? GROUP BY seq HAVING count(*) > 1) parted",
        (event_id, device_id, from_seq),
    ).fetchone()
    return int(seq)


def _knows(connection: Connection, event_id: str, device_id: str, seq: int, wanted: bytes) -> bool:
    rows = connection.execute(
        "SELECT hash FROM change WHERE event_id = ? AND device_id = ? AND seq = ?",
        (event_id, device_id, seq),
    )
    return any(bytes(found) == wanted for (found,) in rows.fetchall())
