"""The audit's second half: do payloads, rows and the sealed box say what the log says?

A person's payloads may be gone, all of them together: the person was forgotten. Whose payload a
change had, only the payload says, so that a change without one, whose row is gone too, is taken
for that of somebody forgotten, if anybody was.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import groupby

from kiosk.domain.change import Change
from kiosk.storage import anonymous
from kiosk.storage.applying import Held, read_row
from kiosk.storage.chain import COLUMNS, read_change
from kiosk.storage.driver import Connection
from kiosk.storage.faults import Damaged, parsed
from kiosk.storage.rows import ENTITIES, LOG_ONLY, Entity, Said, fold_all

NOBODY = ""  # the payloads that speak of no person
_OF_NOBODY = frozenset({"day", "device", "export"})
Person = tuple[str, str]  # event, id


class Broken(Exception):  # noqa: N818 - it is a finding, and becomes the audit's answer
    """The first thing that is not as it was written."""

    def __init__(self, seq: int, reason: str) -> None:
        super().__init__(reason)
        self.seq = seq
        self.reason = reason


@dataclass(slots=True)
class _People:
    """Who is spoken of, who was forgotten, and who was erased by an entry that says so."""

    spoken_of: set[Person] = field(default_factory=set)
    forgotten: set[Person] = field(default_factory=set)
    erased: set[Person] = field(default_factory=set)
    waiting: set[bytes] = field(default_factory=set)  # corrections that no row knows of yet


@dataclass(frozen=True, slots=True)
class _Entry:
    """A change with the payload that is still there."""

    change: Change
    body: bytes | None
    person: str | None


def check_record(connection: Connection) -> None:
    """Raises Broken. The chain itself, and the payloads' commitments, are found right already."""
    _check_strays(connection)
    people = _people(connection)
    for name in sorted(ENTITIES.keys() | LOG_ONLY):
        accounted = 0
        for entries in _by_row(connection, name):
            _check_payloads(entries, people)
            if name in ENTITIES:
                accounted += _check_row(connection, ENTITIES[name], entries, people)
        if name in ENTITIES:
            (rows,) = connection.execute(f"SELECT count(*) FROM {name}").fetchone()
            if rows != accounted:
                raise Broken(1, f"{name} has rows of which the log knows nothing")
    _check_box(connection)


def _check_strays(connection: Connection) -> None:
    stray = connection.execute(
        "SELECT p.seq FROM payload p WHERE NOT EXISTS (SELECT 1 FROM change c"
        " WHERE c.event_id = p.event_id AND c.device_id = p.device_id AND c.seq = p.seq"
        " AND c.op_id = p.op_id) ORDER BY p.seq LIMIT 1"
    ).fetchone()
    if stray is not None:
        raise Broken(stray[0], "what is said there belongs to no entry")


def _people(connection: Connection) -> _People:
    people = _People()
    said = connection.execute("SELECT DISTINCT event_id, person_id FROM payload")
    people.spoken_of.update((event_id, person) for event_id, person in said)
    for event_id, person, kind in connection.execute(
        "SELECT DISTINCT event_id, entity_id, kind FROM change WHERE entity = 'attendee'"
    ):
        if kind == "erase":
            people.erased.add((event_id, person))
        if (event_id, person) not in people.spoken_of:
            people.forgotten.add((event_id, person))
    people.waiting.update(bytes(op) for (op,) in connection.execute("SELECT op_id FROM waiting"))
    tombstones = connection.execute("SELECT event_id, person_id FROM erased").fetchall()
    people.erased.update((event_id, person) for event_id, person in tombstones)
    back = people.erased - people.forgotten
    salted = connection.execute("SELECT event_id, person_id FROM salt").fetchall()
    if back or not people.erased.isdisjoint(salted):
        raise Broken(1, "something of an erased person is there again")
    return people


def _by_row(connection: Connection, name: str) -> Iterator[list[_Entry]]:
    """The entries about each row of one entity."""
    rows = connection.execute(
        f"SELECT {COLUMNS}, body, person_id FROM said WHERE entity = ?"
        " ORDER BY entity_id, event_id, hlc",
        (name,),
    )
    entries = (_Entry(read_change(row[:13]), row[13], row[14]) for row in rows)
    for _, group in groupby(entries, lambda one: (one.change.event_id, one.change.entity_id)):
        yield list(group)


def _check_payloads(entries: list[_Entry], people: _People) -> None:
    """All there and of one person, or all gone with the person."""
    missing = [one.change for one in entries if one.body is None]
    owners = {one.person for one in entries if one.person is not None}
    if len(owners) > 1:
        raise Broken(entries[0].change.seq, "what the entry says is put down to somebody else")
    change = entries[0].change
    if owners and change.entity == "attendee" and owners != {change.entity_id}:
        raise Broken(change.seq, "what the entry says is put down to somebody else")
    if not missing:
        return
    known = change.entity != "attendee" or (change.event_id, change.entity_id) in people.forgotten
    if owners or change.entity in _OF_NOBODY or not people.forgotten or not known:
        raise Broken(missing[0].seq, "what the entry says is gone")


def _check_row(
    connection: Connection, entity: Entity, entries: list[_Entry], people: _People
) -> bool:
    """Whether the row is there, once it is found to be what it has to be."""
    change = entries[0].change
    wrong = Broken(
        max(one.change.seq for one in entries),
        f"the row of {entity.name} {change.entity_id} is not what the log says",
    )
    try:
        held = read_row(connection, entity, change.event_id, change.entity_id)
    except Damaged as error:
        raise wrong from error
    owner = change.entity_id if held is None else held.row.get("attendee_id", change.entity_id)
    person = (change.event_id, str(owner))
    said = [
        Said.by(one.change, parsed(one.body, dict))
        for one in entries
        if one.body is not None and one.change.op_id not in people.waiting
    ]
    if said:
        row = fold_all(entity, said)
        expected = row and Held(row, max(one.mark for one in said))
        right = held == expected and (
            row is None or not entity.personal or entries[0].person == str(owner)
        )
    else:
        right = held is None or (person in people.forgotten and person not in people.erased)
    if not right:
        raise wrong
    return held is not None


def _check_box(connection: Connection) -> None:
    """The responses that a closing counted are as it counted them; later ones wait for the next."""
    events = connection.execute(
        "SELECT event_id FROM anonymous_bucket UNION SELECT event_id FROM day WHERE event_id"
        " NOT IN (SELECT event_id FROM received) ORDER BY 1"
    ).fetchall()  # what came in batches brings its box when ten are together
    for (event_id,) in events:
        sealed = [one for one in anonymous.kept(connection, event_id) if one.sealed]
        found = {"anonymous": len(sealed), "digest": anonymous.digest_of(sealed)}
        seq, counted = _last_closing(connection, event_id)
        if found != {name: counted.get(name, found[name]) for name in found} or (
            sealed and not counted
        ):
            raise Broken(seq, "the anonymous box is not what the closing counted")


def _last_closing(connection: Connection, event_id: str) -> tuple[int, dict[str, object]]:
    """The number of the latest closing that counted the box, and what it says."""
    rows = connection.execute(
        "SELECT seq, body FROM said WHERE event_id = ? AND entity = 'day' AND kind = 'close'"
        " AND body IS NOT NULL ORDER BY hlc DESC, device_id DESC",
        (event_id,),
    )
    for seq, raw in rows:
        body = parsed(raw, dict)
        if "digest" in body:
            return seq, body
    return 1, {}
