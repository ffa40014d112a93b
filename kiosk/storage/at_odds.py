"""Papers and consents of one visitor that do not go together, once kiosks are together.

Two certificates that are both valid: each kiosk issued one, or two rows turned out to be one
visitor's. A consent given anew after it was taken back elsewhere: the later word counts until a
person says otherwise. A certificate that was issued anew with another name than is recorded now
(before that, a corrected name is no contradiction: the paper waits to be issued anew). What a
person left as it is (a ``correct`` of that row that ``settles`` what spoke against it) is told no
more.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from kiosk.domain.clock import Hlc
from kiosk.domain.ids import EventId
from kiosk.services.merging import CERTIFICATES, CONSENT, PAPER_NAME, Conflict
from kiosk.storage.contests import corrections_of, shown
from kiosk.storage.driver import Connection, among
from kiosk.storage.same_people import earliest_of

_PAPER = (
    f"SELECT certificate.id, {shown('certificate', 'serial')}, certificate.serial,"
    " certificate.attendee_id, certificate.name, certificate.issued_at, certificate.device_id,"
    " coalesce(d.code, '') FROM certificate LEFT JOIN device d"
    " ON d.event_id = certificate.event_id AND d.id = certificate.device_id"
    " WHERE certificate.event_id = ? AND certificate.status = 'valid'"
)
# The index alone tells who has several, valid or not; of these few the rest is asked.
_SEVERAL = (
    "SELECT attendee_id FROM certificate WHERE event_id = ?"
    " GROUP BY attendee_id HAVING count(*) > 1"
)
_OTHER_NAME = (
    "SELECT c.id FROM certificate c JOIN attendee a"
    " ON a.event_id = c.event_id AND a.id = c.attendee_id"
    " WHERE c.event_id = ? AND c.status = 'valid' AND c.blank = 0 AND a.name <> ''"
    " AND c.name <> a.name AND EXISTS (SELECT 1 FROM certificate o WHERE o.event_id = c.event_id"
    " AND o.attendee_id = c.attendee_id AND o.status = 'replaced' AND o.replaced_by = c.serial)"
    " AND c.attendee_id IN ?"
)
_CONSENTS = (
    "SELECT c.id, c.attendee_id, c.purpose, c.at, c.withdrawn_at, a.device_id,"
    " coalesce(d.code, '') FROM consent c JOIN attendee a"
    " ON a.event_id = c.event_id AND a.id = c.attendee_id LEFT JOIN device d"
    " ON d.event_id = c.event_id AND d.id = a.device_id"
    " WHERE c.event_id = ? AND c.given = 1 AND c.attendee_id IN ?"
)
_SAID = (
    "SELECT c.op_id, c.actor, c.hlc, c.device_id, coalesce(d.code, '') FROM change c"
    " LEFT JOIN device d ON d.event_id = c.event_id AND d.id = c.device_id"
    " WHERE c.event_id = ? AND c.entity = ? AND c.entity_id = ? AND c.kind = ?"
    " ORDER BY c.hlc, c.device_id LIMIT 1"
)


class _Paper(NamedTuple):
    id: str
    shown: str
    serial: str
    attendee_id: str
    name: str
    issued_at: int
    device_id: str
    code: str


class _Consent(NamedTuple):
    id: str
    attendee_id: str
    purpose: str
    at: int
    withdrawn_at: int | None
    device_id: str
    code: str


def at_odds(connection: Connection, event_id: EventId) -> list[Conflict]:
    """What waits for a person at one event, by kind and visitor."""
    same = {str(one): str(first) for one, first in earliest_of(connection, event_id).items()}
    several = {str(one) for (one,) in connection.execute(_SEVERAL, (event_id,)).fetchall()}
    found = [
        *_papers(connection, event_id, several, same),
        *_given_anew(connection, event_id, same),
        *_other_names(connection, event_id, several),
    ]
    return sorted(found, key=lambda one: (one.kind, one.name, one.entity_id, one.field))


def _papers(
    connection: Connection, event_id: EventId, several: set[str], same: Mapping[str, str]
) -> list[Conflict]:
    """Whoever holds several certificates, by whichever row."""
    rows = several | {*same, *same.values()}
    held: dict[str, list[_Paper]] = defaultdict(list)
    sql = f"{_PAPER} AND certificate.attendee_id IN ?"
    for row in among(connection, sql, (event_id,), rows):
        paper = _Paper(*row)
        held[same.get(paper.attendee_id, paper.attendee_id)].append(paper)
    return [
        Conflict(CERTIFICATES, event_id, "attendee", who, papers[0].name, "serial",
                 tuple(_paper_side(one, one.shown) for one in sorted(papers, key=_issued)))
        for who, papers in held.items() if len(papers) > 1
    ]  # fmt: skip


def _issued(paper: _Paper) -> tuple[int, str]:
    return (paper.issued_at, paper.id)


def _paper_side(paper: _Paper, value: str) -> dict[str, Any]:
    return {
        "value": value, "op": "", "at": paper.issued_at, "device": paper.device_id,
        "code": paper.code, "actor": "", "id": paper.id, "person": paper.attendee_id,
        "name": paper.name, "serial": paper.serial,
    }  # fmt: skip


def _given_anew(
    connection: Connection, event_id: EventId, same: Mapping[str, str]
) -> list[Conflict]:
    """A consent that holds, and before which the same visitor had taken it back."""
    by_purpose: dict[tuple[str, str], list[_Consent]] = defaultdict(list)
    for row in among(connection, _CONSENTS, (event_id,), {*same, *same.values()}):
        one = _Consent(*row)
        by_purpose[same.get(one.attendee_id, one.attendee_id), one.purpose].append(one)
    return [
        conflict
        for consents in by_purpose.values()
        for conflict in _anew(connection, event_id, consents)
    ]


def _anew(
    connection: Connection, event_id: EventId, consents: Sequence[_Consent]
) -> list[Conflict]:
    back = [(one.withdrawn_at, one) for one in consents if one.withdrawn_at is not None]
    if not back:
        return []
    at, taken = max(back)
    op, actor, _, device, code = _said(connection, event_id, "consent", taken.id, "withdraw")
    away = {
        "value": False, "op": op, "at": at, "device": device or taken.device_id,
        "code": code or taken.code, "actor": actor, "id": taken.id, "person": taken.attendee_id,
    }  # fmt: skip
    return [
        Conflict(CONSENT, event_id, "consent", one.id, "", one.purpose, (_given(one), away))
        for one in consents
        if one.withdrawn_at is None
        and one.at > at
        and not _settled(connection, event_id, "consent", one.id, op)
    ]


def _given(one: _Consent) -> dict[str, Any]:
    return {
        "value": True, "op": "", "at": one.at, "device": one.device_id, "code": one.code,
        "actor": "", "id": one.id, "person": one.attendee_id,
    }  # fmt: skip


def _other_names(connection: Connection, event_id: EventId, several: set[str]) -> list[Conflict]:
    """A certificate that was issued anew, with another name than is recorded."""
    ids = [one for (one,) in among(connection, _OTHER_NAME, (event_id,), several)]
    found = []
    for row in among(connection, f"{_PAPER} AND certificate.id IN ?", (event_id,), ids):
        paper = _Paper(*row)
        said = _name_said(connection, event_id, paper.attendee_id)
        if _settled(connection, event_id, "certificate", paper.id, said["op"]):
            continue
        sides = (_paper_side(paper, paper.name), said)
        found.append(
            Conflict(PAPER_NAME, event_id, "certificate", paper.id, said["value"], "name", sides)
        )
    return found


def _name_said(connection: Connection, event_id: EventId, attendee_id: str) -> dict[str, Any]:
    """Who said last what is recorded as this visitor's name."""
    (name,) = connection.execute(
        "SELECT name FROM attendee WHERE event_id = ? AND id = ?", (event_id, attendee_id)
    ).fetchone()
    named = [
        one
        for one in corrections_of(connection, event_id, "attendee", attendee_id)
        if one.body.get("name") == name
    ]
    last = max(named, key=lambda one: (one.hlc, one.device_id), default=None)
    if last is not None:
        op, actor, hlc, device, code = last.op, last.actor, last.hlc, last.device_id, last.code
    else:
        op, actor, hlc, device, code = _said(
            connection, event_id, "attendee", attendee_id, "create"
        )
    return {
        "value": name, "op": op, "at": Hlc.from_bytes(hlc).ms if hlc else 0, "device": device,
        "code": code, "actor": actor, "id": attendee_id, "person": attendee_id,
    }  # fmt: skip


def _said(
    connection: Connection, event_id: EventId, entity: str, entity_id: str, kind: str
) -> tuple[str, str, bytes, str, str]:
    """The first change of that kind: op, actor, hlc, device, code; the log may not have come."""
    found = connection.execute(_SAID, (event_id, entity, entity_id, kind)).fetchone()
    if found is None:
        return "", "", b"", "", ""
    op, actor, hlc, device, code = found
    return bytes(op).hex(), actor, bytes(hlc), device, code


def _settled(
    connection: Connection, event_id: EventId, entity: str, entity_id: str, op: str
) -> bool:
    """Whether a person has left it so, knowing this."""
    said = corrections_of(connection, event_id, entity, entity_id)
    return any(op in one.body.get("settles", ()) for one in said)
