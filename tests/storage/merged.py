"""Kiosks that err, and the plainest model of what comes of it when they are merged."""

from __future__ import annotations

import copy
import hashlib
import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from kiosk.domain.batch import Opened, Told
from kiosk.domain.change import GENESIS
from kiosk.domain.clock import Hlc
from kiosk.storage.driver import Connection
from kiosk.storage.merging import MergedStore, open_merged
from kiosk.storage.rows import ENTITIES, from_columns
from tests.storage.postgres.batches import Kiosk
from tests.storage.records import MORNING_MS, attendee_body

KEY = bytes(range(32))
NOW_MS = MORNING_MS + 86_400_000
Rows = dict[tuple[str, str, str], dict[str, Any]]


class Laptop(Kiosk):
    """A kiosk that corrects, withdraws, erases, is cloned, and whose clock jumps."""

    def __init__(self, number: int = 1, **given: Any) -> None:
        super().__init__(number, **given)
        self.erased: list[str] = []

    def register_as(self, person: str, name: str, **fields: Any) -> None:
        """Somebody whom another kiosk registered, known here from their slip."""
        body = attendee_body(name, fields.pop("number"), device_id=self.device, **fields)
        self.say("attendee", person, "create", person, **body)

    def jump(self, years: int) -> None:
        """The clock is set: what comes next is said to be that much earlier or later."""
        self.offset_ms += years * 365 * 86_400_000

    def correct(self, entity: str, entity_id: str, person: str, **fields: Any) -> Told:
        return self.say(entity, entity_id, "correct", person, **fields)

    def withdraw(self, person: str) -> None:
        self.say("attendee", person, "withdraw", person, at=MORNING_MS)

    def erase(self, person: str) -> None:
        """The log keeps its links; what they say of this person is gone."""
        self.say("attendee", person, "erase", person)
        self.erased.append(person)
        self.salts.pop(person, None)
        self.log = [
            one._replace(person_id=None, body=None) if one.person_id == person else one
            for one in self.log
        ]

    def anew(self) -> Laptop:
        """The same log in one batch, as it is sealed after an erasure."""
        again = copy.deepcopy(self)
        again._sealed = 0
        return again

    def clone(self) -> Laptop:
        """A second laptop that believes it is the first."""
        return copy.deepcopy(self)

    def batches(self, most: int = 10_000) -> list[Opened]:
        return list(self.seal(most=most, erased=tuple(self.erased)))


@dataclass
class Model:
    """The set of changes, the tombstones, and what follows from them."""

    told: dict[tuple[str, str, int, bytes], Told] = field(default_factory=dict)
    erased: set[tuple[str, str]] = field(default_factory=set)
    anonymous: set[tuple[str, bytes]] = field(default_factory=set)

    def take(self, batch: Opened) -> None:
        event = batch.header.event
        for one in batch.told:
            key = (one.event_id, one.device_id, one.seq, one.op_id)
            if key not in self.told or one.body is not None:
                self.told[key] = one
            if one.kind == "erase":
                self.erased.add((event, one.entity_id))
        self.erased.update((event, person) for person in batch.erased)
        self.anonymous.update((event, one.key) for one in batch.anonymous)

    def rows(self) -> Rows:
        """Every row by (entity, event, id): its fields as JSON has them."""
        said: dict[tuple[str, str, str], list[Told]] = {}
        for one in self.told.values():
            if one.body is None or (one.event_id, one.person_id) in self.erased:
                continue
            if one.entity in ENTITIES and not _from_the_future(one):
                said.setdefault((one.entity, one.event_id, one.entity_id), []).append(one)
        made = {key: _made(key[0], of_row) for key, of_row in said.items()}
        return {key: row for key, row in made.items() if row is not None}

    def _waiting(self) -> set[tuple[str, bytes]]:
        return {
            (one.event_id, one.op_id.hex().encode())
            for one in self.told.values()
            if _from_the_future(one)
            and one.body is not None
            and (one.event_id, one.person_id) not in self.erased
        }

    def digest(self) -> str:
        hashes = {one.hash for one in self.told.values()}
        followed = {one.prev_hash for one in self.told.values()}
        places = sorted({(one.event_id, one.device_id) for one in self.told.values()})
        digest = hashlib.sha256()
        for place in places:
            here = [one for one in self.told.values() if (one.event_id, one.device_id) == place]
            tips = sorted(one.hash.hex() for one in here if one.hash not in followed)
            roots = sorted(
                {
                    (one.seq, one.prev_hash.hex())
                    for one in here
                    if one.prev_hash != GENESIS and one.prev_hash not in hashes
                }
            )
            digest.update(json.dumps([*place, tips, roots]).encode() + b"\n")
        for name, found in (
            ("erased", {(event, person.encode()) for event, person in self.erased}),
            ("anonymous_response", {(event, key.hex().encode()) for event, key in self.anonymous}),
            ("waiting", self._waiting()),
        ):
            digest.update(f"{name}\n".encode())
            for event, key in sorted(found):
                digest.update(event.encode() + b" " + key + b"\n")
        return digest.hexdigest()


def _from_the_future(one: Told) -> bool:
    return one.kind == "correct" and Hlc.from_bytes(one.hlc).ms >= NOW_MS + 86_400_000


_MET = ("registered", "slip", "code")


def _rank(one: Told) -> tuple[int, bytes, str, bytes]:
    met = json.loads(one.body or b"{}").get("met", "registered")
    return (_MET.index(met) if one.kind == "create" else 9, one.hlc, one.device_id, one.hash)


def _made(entity: str, told: Sequence[Told]) -> dict[str, Any] | None:
    row: dict[str, Any] | None = None
    for one in sorted(told, key=_rank):
        body = json.loads(one.body or b"{}")
        fields = {name: body[name] for name in body if name in ENTITIES[entity].fields}
        if one.kind == "create":
            row = row or dict(fields)
        elif row is None:
            return None
        elif one.kind == "withdraw":
            first = row.get("withdrawn_at")
            row = row | fields | {"masked": True}
            row["withdrawn_at"] = Hlc.from_bytes(one.hlc).ms if first is None else first
        elif one.kind in {"replace", "revoke"}:
            gone = row["status"] == "revoked" or one.kind == "revoke"
            row = row | fields | {"status": "revoked" if gone else "replaced"}
        else:
            row = row | fields
    return row


def rows_of(connection: Connection) -> Rows:
    """Every row of a store, as ``Model.rows`` gives them."""
    found: Rows = {}
    for entity in ENTITIES.values():
        names = ", ".join(entity.fields)
        for event_id, row_id, *columns in connection.execute(
            f"SELECT event_id, id, {names} FROM {entity.name}"
        ).fetchall():
            row = from_columns(entity, dict(zip(entity.fields, columns, strict=True)))
            found[entity.name, event_id, row_id] = row
    return found


def differences(rows: Rows, expected: Rows) -> dict[tuple[str, str, str], object]:
    """What rows say otherwise than the model, by row and field: (the store, the model)."""
    found = {
        key: _unlike(rows.get(key), expected.get(key)) for key in rows.keys() | expected.keys()
    }
    return {key: unlike for key, unlike in found.items() if unlike}


def _unlike(row: Mapping[str, Any] | None, expected: Mapping[str, Any] | None) -> object:
    """The model leaves out what nobody said; the row has nothing there."""
    if row is None or expected is None:
        return (row, expected)
    return {
        name: (value, expected.get(name))
        for name, value in row.items()
        if (value != expected[name] if name in expected else bool(value))
    }


class MakeMerged:
    """New empty merged stores, copied from one that was made once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._count = 0
        open_merged(folder / "empty.db", KEY, create=True).close()

    def __call__(self) -> MergedStore:
        self._count += 1
        path = self._folder / f"merged-{self._count}.db"
        shutil.copy(self._folder / "empty.db", path)
        return open_merged(path, KEY)
