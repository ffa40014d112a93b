"""What each entity's row is made of, and how changes fold into it: pure rules, no SQL.

A row is a function of the *set* of its changes, never of the order in which they arrived: first
the creation, then all else by (hlc, device). Audit replay and merging fold with the same rule.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from operator import itemgetter
from typing import Any, NamedTuple

from kiosk.domain.attendee import Attendee, Certificate, CheckIn, Consent, Response
from kiosk.domain.change import Change, ChangeDraft
from kiosk.domain.clock import Hlc
from kiosk.storage.faults import parsed

Row = dict[str, Any]  # field -> value as JSON has it

_MET = ("registered", "slip", "code")  # who met somebody in person knows more than a slip tells
_LONGEST_BODY = 1_048_576  # a form's answers are bounded long before; this is the last fence


@dataclass(frozen=True, slots=True)
class Entity:
    """One kind of row. ``fields`` gives each its kind: text, int, flag, json, maybe (int or NULL).

    ``open_ended``: fields that are not listed are kept together under ``more``.
    """

    name: str
    fields: Mapping[str, str]
    type: type | None = None
    open_ended: bool = False
    personal: bool = True


_TEXT, _INT, _FLAG, _JSON, _MAYBE = "text", "int", "flag", "json", "maybe"
_DEFAULTS: Mapping[str, Any] = {_TEXT: "", _INT: 0, _FLAG: False, _MAYBE: None}

ENTITIES: Mapping[str, Entity] = {
    entity.name: entity
    for entity in (
        Entity(
            "attendee",
            dict.fromkeys(("number", "name", "language", "does"), _TEXT)
            | {"kinds": _JSON}
            | dict.fromkeys(
                (
                    "organisation", "mobile", "email", "pin_code", "district", "state",
                    "offers", "needs", "wants_help",
                ),
                _TEXT,
            )
            | {
                "registered_at": _INT, "device_id": _TEXT, "assisted": _FLAG,
                "receipt_hash": _TEXT, "met": _TEXT, "masked": _FLAG, "withdrawn_at": _MAYBE,
                "more": _JSON,
            },
            Attendee,
        ),
        Entity(
            "consent",
            {
                "attendee_id": _TEXT, "purpose": _TEXT, "given": _FLAG, "notice_version": _TEXT,
                "language": _TEXT, "how": _TEXT, "at": _INT, "withdrawn_at": _MAYBE,
            },
            Consent,
        ),
        Entity(
            "check_in",
            {"attendee_id": _TEXT, "session_id": _TEXT, "at": _INT, "device_id": _TEXT},
            CheckIn,
        ),
        Entity(
            "response",
            {
                "form_id": _TEXT, "form_version": _TEXT, "attendee_id": _TEXT, "language": _TEXT,
                "answers": _JSON, "submitted_at": _INT, "device_id": _TEXT,
            },
            Response,
        ),
        Entity(
            "certificate",
            {
                "serial": _TEXT, "attendee_id": _TEXT, "name": _TEXT, "blank": _FLAG,
                "language": _TEXT, "sessions": _JSON, "issued_at": _INT, "device_id": _TEXT,
                "status": _TEXT, "replaced_by": _TEXT, "reason": _TEXT,
            },
            Certificate,
        ),
        Entity(
            "device",
            {
                "code": _TEXT, "public_key": _TEXT, "certificate": _TEXT,
                "revoked_after_batch": _MAYBE, "more": _JSON,
            },
            open_ended=True, personal=False,
        ),
        Entity(
            "same_as",
            {
                "attendee_id": _TEXT, "other_id": _TEXT, "same": _FLAG, "at": _INT,
                "device_id": _TEXT,
            },
        ),
        Entity("day", {"closed_at": _MAYBE, "more": _JSON}, open_ended=True, personal=False),
    )
}  # fmt: skip
LOG_ONLY = frozenset({"export", "print", "staff"})  # facts that the log alone keeps
_EMPTY: Mapping[tuple[str, str], Any] = {
    ("attendee", "kinds"): [], ("attendee", "more"): {}, ("response", "answers"): {},
    ("certificate", "sessions"): [], ("device", "more"): {}, ("day", "more"): {},
    ("attendee", "met"): "registered", ("certificate", "status"): "valid",
}  # fmt: skip
_BLANK: Mapping[str, Row] = {
    entity.name: {
        name: _EMPTY.get((entity.name, name), _DEFAULTS.get(kind))
        for name, kind in entity.fields.items()
    }
    for entity in ENTITIES.values()
}


class Said(NamedTuple):
    """What folding needs of a change, and what it says."""

    kind: str
    body: Mapping[str, Any]
    hlc: bytes
    device_id: str
    hash: bytes

    @staticmethod
    def by(change: Change, body: Mapping[str, Any]) -> Said:
        """The change with what it says."""
        return Said(change.kind, body, change.hlc.to_bytes(), change.device_id, change.hash)

    @property
    def order(self) -> tuple[int, bytes, str, bytes]:
        """Creations first and the best-informed of them ahead, then by clock and device."""
        rank = len(_MET)
        if self.kind == "create":
            met = self.body.get("met", _MET[0])
            rank = _MET.index(met) if met in _MET else len(_MET) - 1
        return (rank, self.hlc, self.device_id, self.hash)

    @property
    def mark(self) -> tuple[bytes, str]:
        """What orders changes: the clock, then the device."""
        return (self.hlc, self.device_id)

    @property
    def at_ms(self) -> int:
        """When it was said, by the clock of the device that wrote it."""
        return Hlc.from_bytes(self.hlc).ms


def check(draft: ChangeDraft, body: bytes) -> None:
    """Raises ValueError for a draft that no row could come of: a mistake in the calling code."""
    if len(body) > _LONGEST_BODY:
        raise ValueError(f"a change of {len(body)} bytes")
    if draft.entity in LOG_ONLY:
        return
    entity = ENTITIES.get(draft.entity)
    if entity is None or draft.entity not in _KINDS.get(draft.kind, ()):
        raise ValueError(f"no such change: {draft.kind} of {draft.entity}")
    if entity.personal != (draft.person_id is not None):
        raise ValueError(f"{draft.entity}: whose payload is it?")
    unknown = set(draft.body) - set(entity.fields) - {"id", "at"}
    if draft.kind == "correct":
        unknown -= {"settles"}  # the contradicting corrections that a person has decided
    if draft.kind == "withdraw":
        unknown -= {"reason"}  # why staff did it for somebody: the log's alone
    if (draft.entity, draft.kind) == ("certificate", "create"):
        unknown -= {"page"}  # with what its page was drawn: the log's alone
    if unknown and not entity.open_ended:
        raise ValueError(f"{draft.entity} has no {sorted(unknown)}")


def fold_all(entity: Entity, said: Iterable[Said]) -> Row | None:
    """The row that these changes make; None where nothing created it, or where it was erased."""
    row: Row | None = None
    for one in sorted(said, key=lambda one: one.order):
        row = fold(entity, row, one)
        if row is None:
            return None
    return row


def fold(entity: Entity, row: Row | None, said: Said) -> Row | None:
    """The row after one more change that comes later than all that made it."""
    return _FOLDS[said.kind](entity, row, said)


def to_columns(entity: Entity, row: Row) -> dict[str, Any]:
    """The row's fields as SQLite keeps them."""
    return {name: _to_column(kind, row[name]) for name, kind in entity.fields.items()}


def columns_of(entity: Entity) -> Callable[[Mapping[str, Any]], tuple[Any, ...]]:
    """What makes columns of a creation's body: ``to_columns`` of the folded row, in one go."""
    blank, taken = blank_of(entity), itemgetter(*entity.fields)
    written = [
        (at, kind) for at, kind in enumerate(entity.fields.values()) if kind in {_JSON, _FLAG}
    ]
    simple = entity.fields.keys() - {"more"}

    def columns(body: Mapping[str, Any]) -> tuple[Any, ...]:
        row = {**blank, **body} if simple >= body.keys() else _with(entity, blank, body)
        values = list(taken(row))
        for at, kind in written:
            values[at] = _to_column(kind, values[at])
        return tuple(values)

    return columns


def from_columns(entity: Entity, columns: Mapping[str, Any]) -> Row:
    """The reverse of ``to_columns``. Raises Damaged."""
    return {
        name: _from_column(kind, columns[name], type(_EMPTY.get((entity.name, name), {})))
        for name, kind in entity.fields.items()
    }


_JSON_TEXT = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode


def _to_column(kind: str, value: Any) -> Any:  # noqa: ANN401 - JSON holds anything
    if kind == _JSON:
        return _JSON_TEXT(value)
    return int(value) if kind == _FLAG else value


def _from_column(kind: str, value: Any, content: type) -> Any:  # noqa: ANN401 - JSON holds anything
    if kind == _JSON:
        return parsed(value, content)
    return bool(value) if kind == _FLAG else value


def _create(entity: Entity, row: Row | None, said: Said) -> Row | None:
    if row is not None:
        return row  # the same person, known from a slip as well
    return _with(entity, blank_of(entity), said.body)


def blank_of(entity: Entity) -> Row:
    """The row of which nothing was said yet."""
    return dict(_BLANK[entity.name])


def _correct(entity: Entity, row: Row | None, said: Said) -> Row | None:
    return None if row is None else _with(entity, row, said.body)


def _withdraw(entity: Entity, row: Row | None, said: Said) -> Row | None:
    if row is None:
        return None
    first = row["withdrawn_at"]
    row = _with(entity, row, said.body)
    if "masked" in entity.fields:
        row["masked"] = True
    if first is not None:
        row["withdrawn_at"] = first
    elif "withdrawn_at" not in said.body:
        row["withdrawn_at"] = said.at_ms
    return row


def _replace(entity: Entity, row: Row | None, said: Said) -> Row | None:
    if row is None:
        return None
    status = "revoked" if row["status"] == "revoked" else "replaced"
    return _with(entity, row, said.body) | {"status": status}


def _revoke(entity: Entity, row: Row | None, said: Said) -> Row | None:
    return None if row is None else _with(entity, row, said.body) | {"status": "revoked"}


def _erase(_entity: Entity, _row: Row | None, _said: Said) -> Row | None:
    return None


def _close(entity: Entity, row: Row | None, said: Said) -> Row | None:
    closed_at = said.body.get("at", said.at_ms)
    return _with(entity, row or blank_of(entity), said.body) | {"closed_at": closed_at}


_FOLDS = {
    "create": _create, "correct": _correct, "withdraw": _withdraw, "replace": _replace,
    "revoke": _revoke, "erase": _erase, "close": _close,
}  # fmt: skip

_PERSONAL = frozenset(name for name, entity in ENTITIES.items() if entity.personal)
_KINDS: Mapping[str, frozenset[str]] = {
    "create": frozenset(ENTITIES), "correct": frozenset(ENTITIES),
    "withdraw": frozenset({"attendee", "consent"}), "replace": frozenset({"certificate"}),
    "revoke": frozenset({"certificate"}), "erase": _PERSONAL, "close": frozenset({"day"}),
}  # fmt: skip


def _with(entity: Entity, row: Row, body: Mapping[str, Any]) -> Row:
    """The row with what the body says; ``more`` is merged key by key."""
    row = dict(row)
    for name, value in body.items():
        if name == "more":
            row["more"] = {**row["more"], **value}
        elif name in entity.fields:
            row[name] = value
        elif entity.open_ended and name not in {"id", "settles"}:
            row["more"] = {**row["more"], name: value}
    return row
