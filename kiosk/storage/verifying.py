"""The audit: is the log what was written, whole, and do the rows say what the log says?

What cannot be noticed is written down: somebody with the database key can write another log.
Against them stands the head printed on the day's summary.
"""

from __future__ import annotations

import hmac
from collections import defaultdict
from collections.abc import Iterator
from itertools import groupby
from typing import NamedTuple

from kiosk.domain.change import GENESIS, Change, commit_to, rehash
from kiosk.services.ports import Verification
from kiosk.storage.chain import COLUMNS, read_change, seal_of
from kiosk.storage.driver import Connection
from kiosk.storage.faults import Damaged
from kiosk.storage.replaying import Broken, check_record


def verify(
    connection: Connection, head_key: bytes, device_id: str = "", *, shared: bool = False
) -> Verification:
    """Checks every chain, every payload that is still there, the sealed heads, and the rows.

    The head that is told is that of ``device_id``. A log without any entry is not whole: a kiosk's
    first one introduces the laptop. What came from other devices, in batches, may have gaps and
    forks; every link that is there has to follow one that is there, or one that is missing.
    ``shared``: others write here as well, whose heads are under seals of their own; that these
    are right, only they can say.
    """
    (entries,) = connection.execute("SELECT count(*) FROM change").fetchone()
    try:
        last = _check(connection, head_key, device_id, shared=shared)
    except Broken as broken:
        return Verification(entries, ok=False, broken_at=broken.seq, head="", reason=broken.reason)
    except Damaged as damage:
        return Verification(entries, ok=False, broken_at=1, head="", reason=f"damaged: {damage}")
    return Verification(entries, ok=True, broken_at=None, head=last.hex())


class _Link(NamedTuple):
    """A change with its stored id, and its payload with the salts that may be under it."""

    change: Change
    op_id: bytes
    body: bytes | None
    salts: list[bytes | None]


Place = tuple[str, str]  # event, device


def _check(connection: Connection, head_key: bytes, device_id: str, *, shared: bool) -> bytes:
    """The last hash of this device, once everything was found as it was written."""
    last = GENESIS
    heads = {
        (event_id, device): (seq, bytes(last_hash), bytes(mac))
        for event_id, device, seq, last_hash, mac in connection.execute(
            "SELECT event_id, device_id, seq, hash, mac FROM head"
        ).fetchall()
    }
    spans = _spans(connection)
    for place, chain in groupby(_chains(connection), key=_place):
        if place in spans and place not in heads:
            _check_spans(chain, spans.pop(place))
            continue
        spans.pop(place, None)
        count, found = _check_chain(chain)
        key = None if shared and place[1] != device_id else head_key
        _check_head(key, place[1], (count, found), heads.pop(place, None))
        if last == GENESIS or place[1] == device_id:
            last = found
    if not heads and not spans and last == GENESIS and not _came_in_batches(connection):
        raise Broken(1, "the whole log is gone")
    for _, device in (*heads, *spans):
        raise Broken(1, f"the whole log of {device} is gone")
    check_record(connection)
    return last


def _came_in_batches(connection: Connection) -> bool:
    return connection.execute("SELECT 1 FROM received LIMIT 1").fetchone() is not None


def _place(link: _Link) -> Place:
    return (link.change.event_id, link.change.device_id)


def _spans(connection: Connection) -> dict[Place, list[tuple[int, int, bytes, bytes]]]:
    """What other devices' logs are held of: first, last, hash before, hash of the last."""
    spans: dict[Place, list[tuple[int, int, bytes, bytes]]] = defaultdict(list)
    for event_id, device, first, last, before, head in connection.execute(
        "SELECT event_id, device_id, first_seq, last_seq, before, head FROM segment"
    ).fetchall():
        spans[event_id, device].append((first, last, bytes(before), bytes(head)))
    return dict(spans)


def _chains(connection: Connection) -> Iterator[_Link]:
    """Every change, in the order of the chains."""
    columns = ", ".join(f"t.{name.strip()}" for name in COLUMNS.split(","))
    sql = (
        f"SELECT {columns}, t.body, s.key FROM said t"
        " LEFT JOIN salt s ON s.event_id = t.event_id AND s.person_id = t.person_id"
        " WHERE t.event_id = ? AND t.device_id = ? ORDER BY t.seq, t.op_id"
    )
    for log in _logs(connection):  # one by one: all at once would be sorted in memory
        for _, same in groupby(connection.execute(sql, log), key=lambda row: (row[4], row[1])):
            salted = list(same)
            row = salted[0]
            yield _Link(read_change(row[:13]), row[1], row[13], [one[14] for one in salted])


def _logs(connection: Connection) -> list[Place]:
    return connection.execute(
        "SELECT DISTINCT event_id, device_id FROM change ORDER BY event_id, device_id"
    ).fetchall()


def _check_link(link: _Link) -> None:
    change = link.change
    if change.hash != rehash(change) or link.op_id != change.op_id:
        raise Broken(change.seq, "the entry was altered")
    if link.body is not None and not any(
        salt is not None and commit_to(salt, link.body) == change.commitment for salt in link.salts
    ):
        raise Broken(change.seq, "what the entry says was altered")


def _check_chain(chain: Iterator[_Link]) -> tuple[int, bytes]:
    """A log of this laptop's own: one link after the other, from the first on."""
    last, seq = GENESIS, 0
    for link in chain:
        seq += 1
        if link.change.seq != seq:
            raise Broken(seq, "an entry is missing")
        if link.change.prev_hash != last:
            raise Broken(seq, "the entry was altered")
        _check_link(link)
        last = link.change.hash
    return seq, last


def _check_spans(chain: Iterator[_Link], spans: list[tuple[int, int, bytes, bytes]]) -> None:
    """A log that came in batches: what follows what, and where each span ends."""
    befores = {(first, before) for first, _, before, _ in spans}
    missing = {(last, head) for _, last, _, head in spans}
    known = {(0, GENESIS)}
    for link in chain:
        change = link.change
        _check_link(link)
        follows = (change.seq - 1, change.prev_hash) in known
        if not follows and (change.seq, change.prev_hash) not in befores:
            raise Broken(change.seq, "an entry is missing")
        known = {(seq, found) for seq, found in known if seq >= change.seq - 1}
        known.add((change.seq, change.hash))
        missing.discard((change.seq, change.hash))
    if missing:
        raise Broken(min(seq for seq, _ in missing), "the last entries were cut off")


def _check_head(
    key: bytes | None,
    device: str,
    found: tuple[int, bytes],
    head: tuple[int, bytes, bytes] | None,
) -> None:
    count, last = found
    if head is None:
        raise Broken(count + 1, "the head of the log is gone")
    seq, last_hash, mac = head
    if key is not None and not hmac.compare_digest(mac, seal_of(key, device, seq, last_hash)):
        raise Broken(count, "the head of the log was altered")
    if (seq, last_hash) != (count, last):
        raise Broken(min(seq, count) + 1, "the last entries were cut off")
