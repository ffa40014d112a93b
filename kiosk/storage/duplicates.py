"""Who is probably registered twice at one event: rules on what people gave, by blocking.

Only rows that share something telling are compared: a phone, an e-mail, or the sounds of a name
together with a place, an organisation or what they do. Scores add up what speaks for and against
(the weights are those of a person who has the two slips in hand); a phone alone decides nothing:
a self-help group shares one.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from rapidfuzz import fuzz

from kiosk.domain.ids import AttendeeId, EventId
from kiosk.services.duplicates import CERTAIN, Row, Twice
from kiosk.storage.contests import shown
from kiosk.storage.driver import Connection
from kiosk.storage.folding import latin_keys, skeleton, words
from kiosk.storage.indexing import national_digits
from kiosk.storage.masking import VISIBLE
from kiosk.storage.same_people import certain_groups, decided, pair_of

LEAST = 60.0  # a score below this is not worth a person's time
_NEAR_NAME, _SAME_NAME = 74.0, 92.0
_MOST_IN_BLOCK = 60  # of a larger one each row is compared with its neighbours by name
_NEIGHBOURS = 8
_FEW = 3  # namesakes; among more a name alone says nothing
_CONTACTS = frozenset({"mobile", "email"})
_COLLEAGUES = 8  # of an organisation that is named more often, less is concluded
_SELECT = (
    f"SELECT attendee.id, {shown('attendee', 'number')}, attendee.name, attendee.mobile,"
    " attendee.email, attendee.organisation, attendee.pin_code, attendee.does, attendee.district,"
    " attendee.registered_at, coalesce(d.code, '') FROM attendee"
    " LEFT JOIN device d ON d.event_id = attendee.event_id AND d.id = attendee.device_id"
    f" WHERE attendee.event_id = ? AND {VISIBLE} ORDER BY attendee.id"
)


class _Known(NamedTuple):
    """A row with what it is compared by."""

    row: Row
    key: str  # the name's Latin keys, sorted
    bones: str  # their consonants
    mobile: str
    email: str
    organisation: str


class _Common(NamedTuple):
    """How many people there are, and how many share each name and organisation: what many share
    says little.
    """

    people: int
    names: Counter[str]
    organisations: Counter[str]


def probably_twice(connection: Connection, event_id: EventId) -> list[Twice]:
    """The pairs of one event, certain and decided ones too."""
    people = {
        row_id: _known(Row(AttendeeId(row_id), *rest))
        for row_id, *rest in connection.execute(_SELECT, (event_id,)).fetchall()
    }
    said = decided(connection, event_id)
    found: dict[tuple[str, str], Twice] = {}
    for group in certain_groups(connection, event_id):
        known = [people[one] for one in group if one in people]
        for one in known[1:]:
            found[pair_of(known[0].row.id, one.row.id)] = _twice(
                event_id, known[0], one, CERTAIN, ("code",), None
            )
    common = _Common(
        len(people),
        Counter(one.key for one in people.values()),
        Counter(one.organisation for one in people.values()),
    )
    for one, other in _candidates(list(people.values())):
        pair = pair_of(one.row.id, other.row.id)
        score, reasons = _weigh(one, other, common)
        if pair not in found and score >= LEAST:
            found[pair] = _twice(event_id, one, other, score, reasons, said.get(pair))
    for pair, same in said.items():
        if pair not in found and people.keys() >= set(pair):
            one, other = people[pair[0]], people[pair[1]]
            score, reasons = _weigh(one, other, common)
            found[pair] = _twice(event_id, one, other, score, reasons, same)
    return list(found.values())


def _known(row: Row) -> _Known:
    keys = sorted(_latin(word) for word in words(row.name))
    bones = sorted({bare for key in keys if (bare := skeleton(key))})
    return _Known(
        row, " ".join(keys), " ".join(bones), national_digits(row.mobile),
        row.email.casefold(), " ".join(sorted(_latin(word) for word in words(row.organisation))),
    )  # fmt: skip


@lru_cache(maxsize=65_536)
def _latin(word: str) -> str:
    return next(iter(latin_keys(word)), word)


def _candidates(people: Sequence[_Known]) -> Iterator[tuple[_Known, _Known]]:
    """Pairs worth comparing; some come more than once."""
    blocks: dict[tuple[str, ...], list[_Known]] = defaultdict(list)
    for one in people:
        for block in _blocks(one):
            blocks[block].append(one)
    for together in blocks.values():
        if len(together) > _MOST_IN_BLOCK:
            together.sort(key=lambda one: one.key)
            reach = _NEIGHBOURS
        else:
            reach = len(together)
        for at, one in enumerate(together):
            for other in together[at + 1 : at + 1 + reach]:
                yield one, other


def _blocks(one: _Known) -> Iterator[tuple[str, ...]]:
    row = one.row
    if one.mobile:
        yield ("mobile", one.mobile)
    if one.email:
        yield ("email", one.email)
    for bare in one.bones.split():
        if row.pin_code:
            yield ("pin_code", row.pin_code, bare)
        if one.organisation:
            yield ("organisation", one.organisation, bare)
    if " " in one.key:
        yield ("name", one.key)


def _weigh(one: _Known, other: _Known, common: _Common) -> tuple[float, tuple[str, ...]]:
    """How likely they are one person, 0 to 99, and why."""
    alike = _names_alike(one, other)
    if alike < _NEAR_NAME:
        return 0.0, ()
    score, reasons = 20.0 + 30.0 * (alike - _NEAR_NAME) / (100 - _NEAR_NAME), []
    reasons.append("name" if alike >= _SAME_NAME else "near_name")
    against = []
    for reason, weight, here, there in (
        ("mobile", 45, one.mobile, other.mobile),
        ("email", 40, one.email, other.email),
        ("pin_code", 12, one.row.pin_code, other.row.pin_code),
        ("district", 5, one.row.district.casefold(), other.row.district.casefold()),
    ):
        if here and here == there:
            score += weight
            reasons.append(reason)
        elif here and there and reason in _CONTACTS:
            against.append(f"other_{reason}")
    score -= len(against) * (8 if _CONTACTS.intersection(reasons) else 22)
    reasons += against
    if one.organisation and one.organisation == other.organisation:
        score += 22 * min(1.0, _COLLEAGUES / common.organisations[one.organisation])
        reasons.append("organisation")
    if one.row.does == other.row.does:
        score += 3
    if alike >= _SAME_NAME and " " in one.key and common.names[one.key] <= _FEW:
        score += min(max(12 - 4 * math.log10(common.people / 100), 0), 12)
    return round(min(max(score, 0.0), 99.0), 1), tuple(reasons)


def _names_alike(one: _Known, other: _Known) -> float:
    """0 to 100; a name that is part of the other's (no surname given) counts nearly as much."""
    whole = fuzz.token_sort_ratio(one.key, other.key)
    if whole >= _SAME_NAME:
        return whole
    bones = fuzz.token_sort_ratio(one.bones, other.bones) - 6 if one.bones else 0.0
    part = 0.0
    if min(len(one.key), len(other.key)) >= 4:
        part = fuzz.token_set_ratio(one.key, other.key) - 8
    return max(whole, bones, part)


def _twice(
    event_id: EventId,
    one: _Known,
    other: _Known,
    score: float,
    reasons: tuple[str, ...],
    said: bool | None,  # noqa: FBT001 - nobody decided: None
) -> Twice:
    first, second = sorted((one.row, other.row), key=lambda row: (row.registered_at, row.id))
    return Twice(event_id, first, second, score, reasons, said)
