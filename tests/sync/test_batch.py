"""What was sealed comes out again, and nothing of it is believed that was not worked out."""

from __future__ import annotations

import hashlib
import pickle
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.domain.batch import MOST_CHANGES, Leaving, Opened
from kiosk.domain.change import ChangeDraft, commit_to
from kiosk.domain.clock import Hlc
from kiosk.domain.entities import ASIDES, FIELDS, IMPERSONAL, KINDS, LOG_ONLY, PERSONAL
from kiosk.domain.stretch import Salted
from kiosk.errors import EnvironmentFault
from kiosk.storage import rows
from kiosk.sync.batch import BatchOpener
from kiosk.sync.refusal import BatchRefused
from tests.sync.samples import (
    EVENT,
    KIOSK,
    MORNING,
    NOBODY,
    NOBODYS,
    TRUST,
    Said,
    chain,
    coordinator,
    leaving,
    nobodies,
    opener,
    sealed,
    visit,
)

texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=20)
numbers = st.integers(-(2**63), 2**63 - 1) | st.floats(allow_nan=False, allow_infinity=False)
values = st.recursive(
    st.none() | st.booleans() | numbers | texts,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=8,
)
KNOWN = {name for fields in FIELDS.values() for name in fields} | set(ASIDES)
strange = st.dictionaries(texts.filter(lambda name: name not in KNOWN), values, max_size=3)
wholes = st.integers(-(2**63), 2**63 - 1)
times = st.integers(-(2**42) + 1, 2**47 - 1)
OF_KIND: dict[str, st.SearchStrategy[Any]] = {
    "text": texts, "key": texts, "time": times, "flag": st.booleans(),
    "maybe": st.none() | wholes, "past": st.none() | times,
    "list": st.lists(texts, max_size=2), "map": st.dictionaries(texts, values, max_size=2),
}  # fmt: skip


@st.composite
def bodies(draw: st.DrawFn, entity: str) -> dict[str, Any]:
    """Some of its fields, some asides, and what only a later program knows."""
    kinds = {**ASIDES, **FIELDS.get(entity, {})}
    names = draw(st.sets(st.sampled_from(sorted(set(kinds) - {"attendee_id"})), max_size=5))
    return draw(strange) | {name: draw(OF_KIND[kinds[name]]) for name in sorted(names)}


people = st.sampled_from([f"016f8d9c-f740-7f33-a115-8a21579fd1{at:02x}" for at in range(4)])
ids = st.from_regex(r"[a-z0-9-]{1,9}", fullmatch=True)
actors = st.sampled_from(["visitor", "staff:आशा", "coordinator", "device"])


@st.composite
def changes(draw: st.DrawFn) -> ChangeDraft:
    entity = draw(st.sampled_from(sorted(KINDS)))
    kind = draw(st.sampled_from(sorted(KINDS[entity])))
    person = draw(people) if entity in PERSONAL or draw(st.booleans()) else None
    if entity in IMPERSONAL:
        person = None
    entity_id = (
        person
        if entity == "attendee" and person
        else draw(st.from_regex(r"[a-z0-9-]{1,9}", fullmatch=True))
    )
    body = draw(bodies(entity))
    if kind == "create" and entity in PERSONAL - {"attendee"}:
        body["attendee_id"] = person
    return ChangeDraft(entity, entity_id, kind, draw(actors), body, person)


@st.composite
def stretches(draw: st.DrawFn) -> Leaving:
    """Any chain that a kiosk could write, with some persons erased since."""
    drafts = draw(st.lists(changes(), max_size=8))
    gone = draw(st.sets(people, max_size=2))
    clock, said = MORNING, []
    salts: dict[str, list[bytes]] = {}
    for draft in drafts:
        step = draw(st.integers(0, 3))
        clock = Hlc(clock.ms + step, 0 if step else clock.count + draw(st.integers(1, 9)))
        person = draft.person_id or NOBODY
        keys = [hashlib.sha256(f"{person}{at}".encode()).digest() for at in range(2)]
        salt = draw(st.sampled_from(keys))
        erased = person in gone
        said.append(Said(draft, clock, salt, erased))
        if not erased:
            salts[person] = sorted({*salts.get(person, ()), salt})
    first = draw(st.integers(2, 10**6))
    told = chain(said, first=first, before=draw(st.binary(min_size=32, max_size=32)))
    return leaving(told, salts, erased=sorted(gone))


def assert_same(opened: Opened, what: Leaving) -> None:
    assert opened.told == list(what.told)
    assert {who: sorted(salts) for who, salts in opened.salts.items()} == what.salts
    assert opened.erased == list(what.erased)
    assert opened.anonymous == list(what.anonymous)
    header = opened.header
    span = what.span
    assert (header.event, header.device) == (span.event_id, span.device_id)
    assert (header.first, header.last, header.top) == (span.first, span.last, what.top)
    assert (header.before, header.head) == (what.before, what.head)


@settings(max_examples=60)
@given(stretches(), st.integers(1, 10**6))
def test_what_was_sealed_comes_out_again(what: Leaving, batch_no: int) -> None:
    content = sealed(what, batch_no=batch_no, previous="ab" * 32)
    opened = opener().open(content)
    assert_same(opened, what)
    assert (opened.header.batch_no, opened.header.previous) == (batch_no, "ab" * 32)
    assert opened.sha256 == hashlib.sha256(content).hexdigest()
    assert (opened.code, opened.header.certificate) == ("KA1", KIOSK.certificate)
    assert pickle.loads(pickle.dumps(opened, 5)) == opened  # noqa: S301 - our own


def test_a_visit_comes_out_again() -> None:
    what = replace(visit(), anonymous=nobodies(10))
    opened = opener().open(sealed(what))
    assert_same(opened, what)
    assert (opened.told[3].body, opened.told[3].person_id) == (None, None)


def test_both_coordinators_open_it_and_nobody_else() -> None:
    content = sealed(visit())
    for who in ("coordinator", "deputy"):
        assert BatchOpener(TRUST, [coordinator(who)]).open(content).told == list(visit().told)
    with pytest.raises(EnvironmentFault, match="identity_wrong"):
        BatchOpener(TRUST, ["AGE-SECRET-KEY-1WRONG"])


def test_an_empty_stretch_may_leave() -> None:
    opened = opener().open(sealed(leaving([], {}, erased=["016f8d9c"])))
    assert (opened.told, opened.erased) == ([], ["016f8d9c"])
    assert pickle.loads(pickle.dumps(opened, 5)) == opened  # noqa: S301 - our own


def test_a_look_at_the_header_needs_the_beginning_only() -> None:
    content = sealed(visit(), batch_no=7)
    assert opener().peek(content[:2_000]).batch_no == 7


def test_a_renewed_laptop_seals_under_its_chain_of_certificates() -> None:
    from kiosk.sync.identity import renew_identity

    renewed = renew_identity(KIOSK)
    told = visit()
    span = replace(told.span, device_id=renewed.id, last=0)
    content = sealed(replace(leaving([], {}), span=span), renewed)
    assert opener().open(content).code == renewed.code


def test_words_are_not_in_the_file() -> None:
    content = sealed(visit())
    for word in ("सुनीता".encode(), b"contact", b"visitor"):
        assert word not in content


@pytest.mark.parametrize(
    "wrong",
    [
        {"anonymous": nobodies(9)},
        {"span": replace(visit().span, first=0)},
        {"span": replace(visit().span, last=2 * MOST_CHANGES)},
        {"head": bytes(31)},
    ],
)
def test_what_would_be_refused_is_not_sealed(wrong: dict[str, Any]) -> None:
    with pytest.raises((ValueError, BatchRefused)):
        sealed(replace(visit(), **wrong))


def test_a_name_that_is_too_long_for_the_log_is_not_sealed() -> None:
    draft = ChangeDraft("day", EVENT, "correct", "staff:" + "अ" * 400, {})
    with pytest.raises(BatchRefused, match="batch_contents"):
        sealed(leaving(chain([Said(draft, MORNING, NOBODYS)]), {NOBODY: [NOBODYS]}))


def test_names_of_staff_keep_their_joiners() -> None:
    draft = ChangeDraft("day", EVENT, "correct", "staff:क्\u200dषमा", {})
    what = leaving(chain([Said(draft, MORNING, NOBODYS)]), {NOBODY: [NOBODYS]})
    assert opener().open(sealed(what)).told == list(what.told)


def test_a_clock_that_runs_backwards_is_not_sealed() -> None:
    draft = ChangeDraft("day", EVENT, "correct", "device", {})
    said = [Said(draft, Hlc(5), NOBODYS), Said(draft, Hlc(4), NOBODYS)]
    with pytest.raises(ValueError, match="backwards"):
        sealed(leaving(chain(said), {NOBODY: [NOBODYS]}))


def test_fields_are_of_the_kinds_that_storage_keeps() -> None:
    for name, entity in rows.ENTITIES.items():
        expected = {
            field: ("list" if rows._EMPTY[name, field] == [] else "map") if kind == "json" else kind
            for field, kind in entity.fields.items()
        }
        narrower = {"key": "text", "time": "int", "past": "maybe"}
        kinds = {field: narrower.get(kind, kind) for field, kind in FIELDS[name].items()}
        assert kinds == expected
    assert FIELDS.keys() == rows.ENTITIES.keys()


def test_what_the_log_speaks_of_is_known_to_storage_and_sync_alike() -> None:
    assert {name for name, one in rows.ENTITIES.items() if one.personal} == PERSONAL
    assert {name for name, one in rows.ENTITIES.items() if not one.personal} == IMPERSONAL
    assert rows.LOG_ONLY == LOG_ONLY
    for kind, entities in rows._KINDS.items():
        assert {name for name in KINDS if kind in KINDS[name]} - LOG_ONLY == entities
    assert set().union(*KINDS.values()) == rows._KINDS.keys()


@given(st.binary(max_size=64), st.binary(max_size=200))
def test_a_salt_worked_in_once_commits_alike(salt: bytes, body: bytes) -> None:
    assert Salted(salt).commit_to(body) == commit_to(salt, body)


def test_a_salt_is_no_longer_than_a_block() -> None:
    with pytest.raises(ValueError, match="64 bytes"):
        Salted(bytes(65))
