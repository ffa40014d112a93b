"""What leaves this record in batches, what left, and what arrived elsewhere.

A batch lies in the outbox from ``note_sealed`` to ``forget_batch``; its number is never used
again. What is in no batch is to be sealed: whether something is missing is a matter of the
numbers of changes, never of those of batches.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from kiosk.domain.batch import MOST_CHANGES, Leaving, SealedBatch, Span, Told
from kiosk.domain.change import GENESIS
from kiosk.domain.clock import Hlc
from kiosk.domain.ids import DeviceId, EventId
from kiosk.errors import EnvironmentFault
from kiosk.services.carrying import Extent, Receipt, Sent
from kiosk.storage import anonymous
from kiosk.storage.chain import COLUMNS
from kiosk.storage.driver import Connection
from kiosk.storage.erasing import let_go
from kiosk.storage.faults import Damaged, parsed
from kiosk.storage.writing import OpenWriting

_SPAN = "event_id = ? AND device_id = ? AND seq BETWEEN ? AND ?"
_BATCH = "event_id, device_id, first_seq, last_seq, batch_no, sha256, bytes, sealed_at"
_MARKS = ", ".join("?" * len(_BATCH.split(",")))


@dataclass(frozen=True, slots=True)
class _Given:
    """What ``leaving`` gave away of a span: how many payloads, which anonymous responses."""

    payloads: int
    keys: frozenset[bytes]


class OutgoingRecord:
    """Implements the port ``Outgoing``. ``writing`` is a transaction, ``looking`` a safe look."""

    def __init__(
        self,
        connection: Connection,
        event_id: EventId,
        writing: Callable[[], AbstractContextManager[OpenWriting]],
        looking: Callable[[], AbstractContextManager[None]],
    ) -> None:
        self._connection = connection
        self._event_id = event_id
        self._writing = writing
        self._looking = looking
        self._given: dict[Span, _Given] = {}

    def to_seal(self) -> list[Span]:
        """Own chains are those whose head is under seal here; former identities' come first."""
        with self._looking():
            heads = self._connection.execute(
                "SELECT h.device_id, h.seq FROM head h JOIN change c ON c.event_id = h.event_id"
                " AND c.device_id = h.device_id AND c.seq = h.seq WHERE h.event_id = ?"
                " ORDER BY c.hlc, h.device_id",
                (self._event_id,),
            ).fetchall()
            return [
                Span(self._event_id, device, first, last)
                for device, top in heads
                for first, last in self._missing(device, top)
            ]

    def leaving(self, span: Span) -> Leaving:
        with self._one_view():
            told = self._told(span)
            self._check(told, span)
            closes = any(one.entity == "day" and one.kind == "close" for one in told)
            responses = anonymous.to_leave(self._connection, self._event_id) if closes else []
            before = told[0].prev_hash if told else self._hash_of(span, span.first - 1)
            leaving = Leaving(
                span=span,
                before=before,
                head=told[-1].hash if told else before,
                top=self._top(span.device_id),
                told=told,
                salts=self._salts(span),
                erased=sorted(
                    {one.entity_id for one in told if one.body is None and one.entity == "attendee"}
                ),
                anonymous=responses,
            )
        payloads = sum(one.body is not None for one in told)
        self._given[span] = _Given(payloads, frozenset(one.key for one in responses))
        return leaving

    def extent(self, spans: Sequence[Span]) -> Extent:
        with self._one_view():
            rows = [self._extent(span) for span in spans]
        return Extent(
            entries=sum(entries for entries, _, _, _ in rows),
            visitors=sum(visitors for _, visitors, _, _ in rows),
            since=min((_ms(first) for _, _, first, _ in rows if first), default=None),
            until=max((_ms(last) for _, _, _, last in rows if last), default=None),
        )

    def holds(self, span: Span, head: bytes) -> bool:
        with self._looking():
            return self._hash_of(span, span.last) == head

    def next_batch(self, device_id: DeviceId) -> tuple[int, str]:
        with self._looking():
            last = self._connection.execute(
                "SELECT batch_no, sha256 FROM batch WHERE device_id = ?"
                " ORDER BY batch_no DESC LIMIT 1",
                (device_id,),
            ).fetchone()
        return (1, "") if last is None else (last[0] + 1, last[1])

    def note_sealed(self, batch: SealedBatch) -> None:
        """Raises EnvironmentFault ``outbox_busy`` where another program sealed the same, or
        somebody of the span was erased since ``leaving``: the file is to be taken away.
        """
        span, given = batch.span, self._given.pop(batch.span, None)
        with self._writing() as writing:
            if self._overtaken(batch, given):
                raise EnvironmentFault("outbox_busy")
            self._connection.execute(
                f"INSERT INTO batch ({_BATCH}, gone) VALUES ({_MARKS}, 0)",
                (
                    span.event_id, span.device_id, span.first, span.last, batch.batch_no,
                    batch.sha256, batch.bytes, batch.sealed_at,
                ),
            )  # fmt: skip
            if given is not None and given.keys:
                left = anonymous.left_keys(self._connection, self._event_id)
                anonymous.mark_left(self._connection, self._event_id, left | given.keys)
                writing.anonymous = True

    def batches(self) -> list[SealedBatch]:
        with self._looking():
            rows = self._connection.execute(
                f"SELECT {_BATCH} FROM batch WHERE event_id = ? AND gone = 0"
                " ORDER BY device_id, batch_no",
                (self._event_id,),
            ).fetchall()
        return [
            SealedBatch(Span(event, device, first, last), *rest)
            for event, device, first, last, *rest in rows
        ]

    def known_batches(self, device_id: DeviceId) -> set[str]:
        with self._looking():
            rows = self._connection.execute(
                "SELECT sha256 FROM batch WHERE device_id = ?", (device_id,)
            ).fetchall()
        return {sha256 for (sha256,) in rows}

    def forget_batch(self, batch: SealedBatch) -> None:
        """The anonymous responses that it may have held go again: whoever has them, has them."""
        device_id, number = batch.span.device_id, batch.batch_no
        with self._writing() as writing:
            found = self._connection.execute(
                "SELECT 1 FROM batch WHERE device_id = ? AND batch_no = ? AND sha256 = ?",
                (device_id, number, batch.sha256),
            ).fetchone()
            if found is not None:
                let_go(self._connection, self._event_id, device_id, number)
                writing.anonymous = True

    def note_sent(self, sent: Sent) -> None:
        with self._writing():
            self._connection.execute(
                "INSERT INTO sent (target, sha256, batch_no, at) VALUES (?, ?, ?, ?)"
                " ON CONFLICT (target, sha256) DO UPDATE SET at = excluded.at",
                (sent.target, sent.sha256, sent.batch_no, sent.at),
            )

    def sent(self) -> list[Sent]:
        with self._looking():
            rows = self._connection.execute(
                "SELECT target, batch_no, sha256, at FROM sent ORDER BY at, target, batch_no"
            ).fetchall()
        return [Sent(*row) for row in rows]

    def note_receipt(self, receipt: Receipt) -> None:
        """An older receipt of the same store changes nothing."""
        with self._writing():
            self._connection.execute(
                "INSERT INTO receipt (store, code, at, spans) VALUES (?, ?, ?, ?)"
                " ON CONFLICT (store) DO UPDATE SET code = excluded.code, at = excluded.at,"
                " spans = excluded.spans WHERE excluded.at > receipt.at",
                (receipt.store, receipt.code, receipt.at, json.dumps(receipt.spans)),
            )

    def receipts(self) -> list[Receipt]:
        with self._looking():
            rows = self._connection.execute(
                "SELECT store, code, at, spans FROM receipt ORDER BY store"
            ).fetchall()
            return [
                Receipt(store, code, at, tuple((*span,) for span in parsed(spans, list)))
                for store, code, at, spans in rows
            ]

    @contextmanager
    def _one_view(self) -> Iterator[None]:
        """All that is read in the block is read of one state of the record."""
        with self._looking():
            self._connection.execute("BEGIN")
            try:
                yield
            finally:
                self._connection.execute("ROLLBACK")  # nothing was written

    def _extent(self, span: Span) -> tuple[int, int, bytes | None, bytes | None]:
        entries, visitors, first, last = self._connection.execute(
            "SELECT count(*), count(CASE WHEN entity = 'attendee' AND kind = 'create' THEN 1 END),"
            f" min(hlc), max(hlc) FROM change WHERE {_SPAN}",
            _bounds(span),
        ).fetchone()
        return entries, visitors, first, last

    def _missing(self, device: str, top: int) -> Iterator[tuple[int, int]]:
        """First and last numbers that no batch holds, in pieces that one batch takes."""
        covered = self._connection.execute(
            "SELECT first_seq, last_seq FROM batch WHERE event_id = ? AND device_id = ?"
            " AND gone = 0 ORDER BY first_seq",
            (self._event_id, device),
        ).fetchall()
        at = 1
        for first, last in [*covered, (top + 1, top)]:
            for start in range(at, first, MOST_CHANGES):
                yield start, min(start + MOST_CHANGES, first) - 1
            at = max(at, last + 1)

    def _told(self, span: Span) -> list[Told]:
        said: dict[bytes, tuple[str, bytes]] = {
            op_id: (person, body)
            for op_id, person, body in self._connection.execute(
                f"SELECT op_id, person_id, body FROM payload WHERE {_SPAN}", _bounds(span)
            ).fetchall()
        }
        rows = self._connection.execute(
            f"SELECT {COLUMNS} FROM change WHERE {_SPAN} ORDER BY seq", _bounds(span)
        ).fetchall()
        return [Told(*row, *said.get(row[1], (None, None))) for row in rows]

    def _check(self, told: Sequence[Told], span: Span) -> None:
        """What leaves is the chain, without a hole."""
        count = span.last - span.first + 1
        linked = all(last.hash == one.prev_hash for last, one in pairwise(told))
        if len(told) != count or not linked or (told and told[0].seq != span.first):
            raise Damaged("the log is no chain any more")

    def _salts(self, span: Span) -> dict[str, list[bytes]]:
        rows = self._connection.execute(
            "SELECT person_id, key FROM salt WHERE event_id = ? AND person_id IN"
            f" (SELECT person_id FROM payload WHERE {_SPAN})",
            (self._event_id, *_bounds(span)),
        ).fetchall()
        salts: dict[str, list[bytes]] = {}
        for person, key in rows:
            salts.setdefault(person, []).append(key)
        return salts

    def _top(self, device_id: str) -> int:
        (top,) = self._connection.execute(
            "SELECT max(seq) FROM change WHERE event_id = ? AND device_id = ?",
            (self._event_id, device_id),
        ).fetchone()
        return int(top or 0)

    def _hash_of(self, span: Span, seq: int) -> bytes:
        row = self._connection.execute(
            "SELECT hash FROM change WHERE event_id = ? AND device_id = ? AND seq = ?",
            (span.event_id, span.device_id, seq),
        ).fetchone()
        return GENESIS if row is None else bytes(row[0])

    def _overtaken(self, batch: SealedBatch, given: _Given | None) -> bool:
        span = batch.span
        (others,) = self._connection.execute(
            "SELECT count(*) FROM batch WHERE device_id = ? AND (batch_no = ? OR"
            " (event_id = ? AND gone = 0 AND first_seq <= ? AND last_seq >= ?))",
            (span.device_id, batch.batch_no, span.event_id, span.last, span.first),
        ).fetchone()
        (payloads,) = self._connection.execute(
            f"SELECT count(*) FROM payload WHERE {_SPAN}", _bounds(span)
        ).fetchone()
        return bool(others) or (given is not None and given.payloads != payloads)


def _bounds(span: Span) -> tuple[Any, ...]:
    return (span.event_id, span.device_id, span.first, span.last)


def _ms(hlc: bytes) -> int:
    return Hlc.from_bytes(bytes(hlc)).ms
