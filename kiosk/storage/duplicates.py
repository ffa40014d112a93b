"""Who is probably registered twice at one event: rules on what people gave, by blocking.

Only rows that share something telling are compared: a phone, an e-mail, or the sounds of a name
together with a place, an organisation or what they do. Scores add up what speaks for and against
(the weights are those of a person who has the two slips in hand); a phone alone decides nothing:
a self-help group shares one.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from itertools import combinations
from typing import NamedTuple

from rapidfuzz import fuzz

from kiosk.domain.ids import AttendeeId, EventId
from kiosk.services.duplicates import CERTAIN, Row, Twice
from kiosk.storage.contests import shown
from kiosk.storage.driver import Connection
from kiosk.storage.folding import latin_keys, skeleton, words
from kiosk.storage.found_by import national_digits
from kiosk.storage.masking import VISIBLE
from kiosk.storage.same_people import certain_groups, decided, pair_of

LEAST = 60.0  # a score below this is not worth a person's time
_NEAR_NAME, _SAME_NAME = 74.0, 92.0
_MOST_BY_NAME = 50.0  # what the names alone speak for, at the most
_RARE = 12.0  # and two equal names that few have, more than that
_FEW_PEOPLE = 100  # among more, a name speaks for less
_TOLD_EVERY = 1_000
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
    district: str


class _Common(NamedTuple):
    """How many people there are, and how many share each name and organisation: what many share
    says little. ``rare``: what an equal name speaks for that few have.
    """

    people: int
    names: Counter[str]
    organisations: Counter[str]
    rare: float


Told = Callable[[int, int], None]  # done, of how many; may raise to stop


def probably_twice(
    connection: Connection, event_id: EventId, progress: Told | None = None
) -> list[Twice]:
    """The pairs of one event, certain and decided ones too."""
    tell = progress or _quiet
    people = _people(connection, event_id, tell)
    said = decided(connection, event_id)
    found: dict[tuple[str, str], Twice] = {}
    for group in certain_groups(connection, event_id):
        known = [people[one] for one in group if one in people]
        for one in known[1:]:
            found[pair_of(known[0].row.id, one.row.id)] = _twice(
                event_id, known[0], one, CERTAIN, ("code",), None
            )
    common = _common(list(people.values()))
    for one, other in _candidates(list(people.values()), common, tell):
        besides = _besides(one, other, common)
        if besides.weight + _MOST_BY_NAME + common.rare < LEAST:
            continue
        score, reasons = _weigh(one, other, common, besides)
        pair = pair_of(one.row.id, other.row.id)
        if score >= LEAST and pair not in found:
            found[pair] = _twice(event_id, one, other, score, reasons, said.get(pair))
    for pair, same in said.items():
        if pair not in found and people.keys() >= set(pair):
            one, other = people[pair[0]], people[pair[1]]
            besides = _besides(one, other, common)
            score, reasons = _weigh(one, other, common, besides)
            found[pair] = _twice(event_id, one, other, score, reasons, same)
    return list(found.values())


def _people(connection: Connection, event_id: EventId, tell: Told) -> dict[str, _Known]:
    rows = connection.execute(_SELECT, (event_id,)).fetchall()
    people: dict[str, _Known] = {}
    for done, (row_id, *rest) in enumerate(rows):
        if done % _TOLD_EVERY == 0:
            tell(done, 2 * len(rows))  # they are compared after that
        people[row_id] = _known(Row(AttendeeId(row_id), *rest))
    return people


def _common(people: Sequence[_Known]) -> _Common:
    rare = _RARE
    if len(people) > _FEW_PEOPLE:
        rare = max(_RARE - 4 * math.log10(len(people) / _FEW_PEOPLE), 0.0)
    return _Common(
        len(people),
        Counter(one.key for one in people),
        Counter(one.organisation for one in people),
        rare,
    )


def _known(row: Row) -> _Known:
    sounds = [sound for word in row.name.split() for sound in _sounds(word)]
    named = sorted(sound for word in row.organisation.split() for sound, _ in _sounds(word))
    return _Known(
        row,
        " ".join(sorted(key for key, _ in sounds)),
        " ".join(sorted({bones for _, bones in sounds if bones})),
        national_digits(row.mobile),
        row.email.casefold(),
        " ".join(named),
        row.district.casefold(),
    )


@lru_cache(maxsize=65_536)
def _sounds(written: str) -> list[tuple[str, str]]:
    """The Latin key and its consonants, of each word in what stands between two spaces."""
    keys = [next(iter(latin_keys(word)), word) for word in words(written)]
    return [(key, skeleton(key)) for key in keys]


def _candidates(
    people: Sequence[_Known], common: _Common, tell: Told
) -> Iterator[tuple[_Known, _Known]]:
    """Pairs worth comparing; some come more than once."""
    blocks: dict[tuple[str, ...], list[_Known]] = defaultdict(list)
    for one in people:
        for block in _blocks(one):
            blocks[block].append(one)
    for done, (block, together) in enumerate(blocks.items()):
        if done % _TOLD_EVERY == 0:
            tell(len(people) * (len(blocks) + done) // len(blocks), 2 * len(people))
        hopeless = _with_other_phones(block, common) < LEAST
        for one, other in _pairs(together):
            if not (hopeless and one.mobile and other.mobile):
                yield one, other


def _with_other_phones(block: tuple[str, ...], common: _Common) -> float:
    """The most that a pair of this block can reach whose phones differ. Whose phone or e-mail is
    the same meets in a block of its own, and so does who has an organisation in common.
    """
    if block[0] in _CONTACTS:
        return LEAST
    most = _MOST_BY_NAME + common.rare + 12 + 5 + 3 - 22
    if block[0] == "organisation":
        most += 22 * min(1.0, _COLLEAGUES / common.organisations[block[1]])
    return most


def _pairs(together: list[_Known]) -> Iterator[tuple[_Known, _Known]]:
    """All pairs of a block; of a large one each with its neighbours by name."""
    if len(together) <= _MOST_IN_BLOCK:
        yield from combinations(together, 2)
        return
    together.sort(key=lambda one: one.key)
    for at, one in enumerate(together):
        for other in together[at + 1 : at + 1 + _NEIGHBOURS]:
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
        if one.organisation:
            yield ("organisation", one.organisation, one.key)


class _Besides(NamedTuple):
    """What all but the names speaks for, less what speaks against it."""

    weight: float
    reasons: list[str]


def _besides(one: _Known, other: _Known, common: _Common) -> _Besides:
    weight, against, contact = 0.0, [], False
    reasons = []
    for reason, points, here, there in (
        ("mobile", 45, one.mobile, other.mobile),
        ("email", 40, one.email, other.email),
        ("pin_code", 12, one.row.pin_code, other.row.pin_code),
        ("district", 5, one.district, other.district),
    ):
        if not here or not there:
            continue
        if here == there:
            weight += points
            reasons.append(reason)
            contact = contact or reason in _CONTACTS
        elif reason in _CONTACTS:
            against.append(f"other_{reason}")
    weight -= len(against) * (8 if contact else 22)
    reasons += against
    if one.organisation and one.organisation == other.organisation:
        weight += 22 * min(1.0, _COLLEAGUES / common.organisations[one.organisation])
        reasons.append("organisation")
    return _Besides(weight + 3 * (one.row.does == other.row.does), reasons)


def _weigh(
    one: _Known, other: _Known, common: _Common, besides: _Besides
) -> tuple[float, tuple[str, ...]]:
    """How likely they are one person, 0 to 99, and why."""
    alike = _names_alike(one, other)
    if alike < _NEAR_NAME:
        return 0.0, ()
    score = 20.0 + 30.0 * (alike - _NEAR_NAME) / (100 - _NEAR_NAME) + besides.weight
    if alike >= _SAME_NAME and " " in one.key and common.names[one.key] <= _FEW:
        score += common.rare
    name = "name" if alike >= _SAME_NAME else "near_name"
    return round(min(max(score, 0.0), 99.0), 1), (name, *besides.reasons)


def _quiet(_done: int, _of: int) -> None:
    return


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
