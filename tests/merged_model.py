"""A merged store as plain Python: sets of what arrived, and what follows from them, by definition.

Slow, and without any step in between that could be forgotten: everything is worked out anew from
the set of changes, tombstones and anonymous answers. Real stores have to say the same.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from kiosk.domain.attendee import AnonymousResponse
from kiosk.domain.batch import Opened, Told
from kiosk.domain.change import GENESIS
from kiosk.domain.clock import Hlc
from kiosk.domain.ids import DeviceId, EventId
from kiosk.services.merging import Applied, Aside, Conflict, Fork, Gap, Held
from kiosk.storage.rows import ENTITIES, LOG_ONLY, Row, Said, fold_all

DAY_MS = 86_400_000
_NO_FIELDS = frozenset({"id", "at", "settles"})

Place = tuple[str, str]  # event, device


@dataclass
class FakeMerging:
    """Implements the port ``Merging``."""

    changes: dict[tuple[str, str, int, bytes], Told] = field(default_factory=dict)
    salts: set[tuple[str, str, bytes]] = field(default_factory=set)
    erased: set[tuple[str, str]] = field(default_factory=set)
    anonymous: dict[tuple[str, bytes], AnonymousResponse] = field(default_factory=dict)
    ahead: set[bytes] = field(default_factory=set)  # op ids whose clock was more than a day ahead
    files: dict[str, tuple[str, str, int]] = field(default_factory=dict)  # event, device, top
    aside: dict[str, tuple[Aside, bytes]] = field(default_factory=dict)
    closed: bool = False

    def known_files(self, sha256s: Collection[str]) -> set[str]:
        return set(sha256s) & self.files.keys()

    def erased_people(self) -> int:
        return len(self.erased)

    @contextmanager
    def together(self) -> Iterator[None]:
        yield

    def readying(self) -> Callable[[Opened], Opened]:
        return as_it_is

    def apply(self, batch: Opened, source: str, now_ms: int) -> Applied:
        header = batch.header
        new = [one for one in batch.told if _key(one) not in self.changes]
        for one in new:
            self.changes[_key(one)] = one
            if one.kind == "erase":
                self.erased.add((one.event_id, one.entity_id))
            if one.kind == "correct" and Hlc.from_bytes(one.hlc).ms > now_ms + DAY_MS:
                self.ahead.add(one.op_id)
        self.erased |= {(header.event, one) for one in batch.erased}
        self.salts |= {(header.event, who, key) for who, keys in batch.salts.items()
                       for key in keys}  # fmt: skip
        for response in batch.anonymous:
            self.anonymous.setdefault((header.event, response.key), response)
        self.files[batch.sha256] = (header.event, header.device, header.top)
        return Applied(len(new), len(batch.told) - len(new))

    def set_aside(self, aside: Aside, content: bytes) -> None:
        self.aside[aside.sha256] = (aside, content)

    def set_aside_files(self) -> list[Aside]:
        return [aside for aside, _ in self.aside.values()]

    def content_aside(self, sha256: str) -> bytes | None:
        return self.aside[sha256][1] if sha256 in self.aside else None

    def release_aside(self, sha256: str) -> None:
        self.aside.pop(sha256, None)

    def close(self) -> None:
        self.closed = True

    # --- what follows from the sets -----------------------------------------------------------

    def rows(self) -> dict[tuple[str, str, str], Row]:
        """Every row there is, by event, entity and id."""
        said: dict[tuple[str, str, str], list[Said]] = defaultdict(list)
        for one in self._spoken():
            if one.op_id not in self.ahead:
                body = json.loads(one.body or b"")
                key = (one.event_id, one.entity, one.entity_id)
                said[key].append(Said(one.kind, body, one.hlc, one.device_id, one.hash))
        folded = ((key, fold_all(ENTITIES[key[1]], all_of_it)) for key, all_of_it in said.items())
        return {
            key: row
            for key, row in folded
            if row is not None and not self._is_of_erased(key[0], row)
        }

    def kept_salts(self) -> set[tuple[str, str, bytes]]:
        """The salts of those who were not erased."""
        return {one for one in self.salts if one[:2] not in self.erased}

    def waiting(self) -> set[tuple[str, bytes]]:
        """Corrections from the future, settled or not, by event."""
        return {(one.event_id, one.op_id) for one in self._spoken() if one.op_id in self.ahead}

    def gaps(self) -> list[Gap]:
        found = []
        for (event, device), log in sorted(self._logs().items()):
            place = (EventId(event), DeviceId(device), self._code(event, device))
            tips = {one.seq for one in _tips(log)}
            for first in sorted({one.seq for one in _roots(log)}):
                known = max((seq for seq in tips if seq < first), default=0)
                found.append(Gap(*place, known + 1, first - 1))
            top = max(top for at, of, top in self.files.values() if (at, of) == (event, device))
            if top > max(tips):
                found.append(Gap(*place, max(tips) + 1, top))
        return found

    def forks(self) -> list[Fork]:
        found = []
        for (event, device), log in sorted(self._logs().items()):
            roots = {one.hash for one in _roots(log)}
            by_seq: dict[int, list[Told]] = defaultdict(list)
            for one in log:
                by_seq[one.seq].append(one)
            for seq, rivals in sorted(by_seq.items()):
                shared = len({one.prev_hash for one in rivals}) < len(rivals)
                if len(rivals) > 1 and (shared or any(one.hash in roots for one in rivals)):
                    code = self._code(event, device)
                    found.append(Fork(EventId(event), DeviceId(device), code, seq))
        return found

    def held(self) -> list[Held]:
        found = []
        for (event, device), log in sorted(self._logs().items()):
            by_hash = {one.hash: one for one in log}
            seen: set[bytes] = set()
            spans = []
            for tip in sorted(_tips(log), key=lambda one: (-one.seq, one.hash)):
                first = tip
                while first.prev_hash in by_hash and first.prev_hash not in seen:
                    seen.add(first.hash)
                    first = by_hash[first.prev_hash]
                seen.add(first.hash)
                spans.append((first.seq, tip.seq, tip.hash.hex()))
            code = self._code(event, device)
            found.append(Held(EventId(event), DeviceId(device), code, tuple(sorted(spans))))
        return found

    def conflicts(self) -> list[Conflict]:
        found = [*self._contradictions(), *self._from_the_future(), *self._clashes()]
        return sorted(found, key=lambda one: (one.event_id, one.kind, one.entity, one.entity_id))

    def digest(self) -> str:
        told = hashlib.sha256()
        for (event, device), log in sorted(self._logs().items()):
            tips = sorted(one.hash.hex() for one in _tips(log))
            roots = sorted([one.seq, one.prev_hash.hex()] for one in _roots(log))
            told.update(json.dumps([event, device, tips, roots]).encode() + b"\n")
        for table, lines in (
            ("erased", [(event, person.encode()) for event, person in self.erased]),
            ("anonymous_response", [(e, key.hex().encode()) for e, key in self.anonymous]),
            ("waiting", [(event, op.hex().encode()) for event, op in self.waiting()]),
        ):
            told.update(f"{table}\n".encode())
            for event, key in sorted(lines):
                told.update(event.encode() + b" " + key + b"\n")
        return told.hexdigest()

    def _spoken(self) -> Iterator[Told]:
        """The changes that make rows and whose words are there."""
        for one in self.changes.values():
            silent = one.body is None or (one.event_id, one.person_id or "") in self.erased
            if not silent and one.entity not in LOG_ONLY:
                yield one

    def _is_of_erased(self, event: str, row: Row) -> bool:
        people = (row.get("attendee_id"), row.get("other_id"))
        return any((event, str(one)) in self.erased for one in people)

    def _logs(self) -> dict[Place, list[Told]]:
        logs: dict[Place, list[Told]] = defaultdict(list)
        for one in self.changes.values():
            logs[one.event_id, one.device_id].append(one)
        return logs

    def _code(self, event: str, device: str) -> str:
        row = self.rows().get((event, "device", device))
        return "" if row is None else str(row["code"])

    def _corrections(self) -> dict[tuple[str, str, str], list[tuple[Told, dict[str, Any]]]]:
        found = defaultdict(list)
        for one in self._spoken():
            if one.kind == "correct":
                key = (one.event_id, one.entity, one.entity_id)
                found[key].append((one, json.loads(one.body or b"")))
        return found

    def _contradictions(self) -> Iterator[Conflict]:
        for key, corrections in self._corrections().items():
            timely = [one for one in corrections if one[0].op_id not in self.ahead]
            settled = {op for _, body in timely for op in body.get("settles", ())}
            by_field = defaultdict(list)
            for change, body in timely:
                if change.op_id.hex() not in settled:
                    for name in body.keys() - _NO_FIELDS:
                        by_field[name].append((change, body[name]))
            for name, sides in by_field.items():
                devices = {change.device_id for change, _ in sides}
                if len(devices) > 1 and len({repr(value) for _, value in sides}) > 1:
                    yield self._conflict("correction", key, name, sides)

    def _from_the_future(self) -> Iterator[Conflict]:
        for key, corrections in self._corrections().items():
            settled = {op for _, body in corrections for op in body.get("settles", ())}
            for change, body in corrections:
                if change.op_id in self.ahead and change.op_id.hex() not in settled:
                    for name in sorted(body.keys() - _NO_FIELDS):
                        yield self._conflict("clock", key, name, [(change, body[name])])

    def _clashes(self) -> Iterator[Conflict]:
        for entity, column, person, at in (
            ("attendee", "number", "receipt_hash", "registered_at"),
            ("certificate", "serial", "id", "issued_at"),
        ):
            shared: dict[tuple[str, str], list[Row]] = defaultdict(list)
            for (event, name, row_id), row in self.rows().items():
                if name == entity:
                    shared[event, row[column]].append({**row, "id": row_id})
            for (event, said), rows in shared.items():
                if len({one[person] for one in rows}) > 1:
                    sides = tuple(
                        {
                            "value": f"{said}/{one['id'][30:36].upper()}", "op": "", "at": one[at],
                            "device": one["device_id"], "actor": "", "id": one["id"],
                            "code": self._code(event, one["device_id"]), "name": one["name"],
                        }
                        for one in sorted(rows, key=lambda one: str(one["id"]))
                    )  # fmt: skip
                    yield Conflict(column, EventId(event), entity, said, said, column, sides)

    def _conflict(
        self, kind: str, key: tuple[str, str, str], name: str, sides: list[tuple[Told, Any]]
    ) -> Conflict:
        event, entity, row_id = key
        told = tuple(
            {
                "value": value, "op": one.op_id.hex(), "at": Hlc.from_bytes(one.hlc).ms,
                "device": one.device_id, "code": self._code(event, one.device_id),
                "actor": one.actor,
            }
            for one, value in sorted(sides, key=lambda s: (s[0].hlc, s[0].device_id, s[0].op_id))
        )  # fmt: skip
        row = self.rows().get(key, {}) if entity in {"attendee", "certificate"} else {}
        return Conflict(kind, EventId(event), entity, row_id, str(row.get("name", "")), name, told)


def _key(one: Told) -> tuple[str, str, int, bytes]:
    return (one.event_id, one.device_id, one.seq, one.op_id)


def _tips(log: list[Told]) -> list[Told]:
    """The changes that no other follows."""
    followed = {one.prev_hash for one in log}
    return [one for one in log if one.hash not in followed]


def _roots(log: list[Told]) -> list[Told]:
    """The changes whose predecessor exists and is not known."""
    known = {(one.seq, one.hash) for one in log}
    return [
        one for one in log if one.prev_hash != GENESIS and (one.seq - 1, one.prev_hash) not in known
    ]


def as_it_is(batch: Opened) -> Opened:
    """How a store makes a batch ready that takes it as it comes."""
    return batch
