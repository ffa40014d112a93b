"""A merged store: what it takes, what it tells, and what it never brings back."""

from __future__ import annotations

import dataclasses
import pickle
import secrets
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from kiosk.domain.attendee import AnonymousResponse
from kiosk.domain.batch import MOST_FILE_BYTES
from kiosk.domain.ids import FormId
from kiosk.errors import EnvironmentFault
from kiosk.services.merging import Aside, Conflict, Fork, Gap
from kiosk.storage.chain import head_key
from kiosk.storage.merging import MergedStore, open_merged
from kiosk.storage.search import find
from kiosk.storage.verifying import verify
from tests.storage.merged import KEY, NOW_MS, Laptop, MakeMerged, rows_of
from tests.storage.records import EVENT


@pytest.fixture
def make_merged(tmp_path: Path) -> MakeMerged:
    return MakeMerged(tmp_path)


@pytest.fixture
def store(make_merged: MakeMerged) -> Iterator[MergedStore]:
    opened = make_merged()
    yield opened
    opened.close()


def take(store: MergedStore, *laptops: Laptop) -> None:
    for laptop in laptops:
        for batch in laptop.batches():
            store.apply(batch, "stick", NOW_MS)


def names(store: MergedStore) -> dict[str, str]:
    return {
        key[2]: row["name"]
        for key, row in rows_of(store.engine.connection).items()
        if key[0] == "attendee"
    }


def found(store: MergedStore, text: str) -> list[str]:
    store.index_people()
    return [hit.attendee_id for hit in find(store.search_index(EVENT), text, 20)]


def audit(store: MergedStore) -> str:
    return verify(store.engine.connection, head_key(KEY)).reason


def test_a_batch_is_taken_once(store: MergedStore) -> None:
    laptop = Laptop()
    laptop.register("Asha")
    (batch,) = laptop.batches()
    assert store.known_files([batch.sha256, "f" * 64]) == set()
    assert (store.apply(batch, "stick", NOW_MS).new, store.apply(batch, "s", NOW_MS).new) == (1, 0)
    assert store.known_files([batch.sha256, "f" * 64]) == {batch.sha256}
    assert [(one.code, one.spans[0][:2]) for one in store.held()] == [("", (1, 1))]


def test_what_is_missing_shows_and_closes(store: MergedStore) -> None:
    laptop = Laptop()
    for name in ("Asha", "Balu", "Chitra", "Devi"):
        laptop.register(name)
    first, second, third, fourth = laptop.batches(most=1)
    for batch in (first, third):
        store.apply(batch, "stick", NOW_MS)
    place = (laptop.event, laptop.device, "")
    assert store.gaps() == [Gap(*place, 2, 2), Gap(*place, 4, 4)]
    assert audit(store) == ""
    for batch in (fourth, second):
        store.apply(batch, "stick", NOW_MS)
    assert store.gaps() == []
    assert [one.spans[0][:2] for one in store.held()] == [(1, 4)]
    assert audit(store) == ""


def test_a_clone_is_a_fork_and_loses_nobody(store: MergedStore) -> None:
    laptop = Laptop()
    laptop.register("Asha")
    clone = laptop.clone()
    here, there = laptop.register("Balu"), clone.register("Chitra")
    laptop.register("Devi")
    take(store, laptop, clone)
    assert store.forks() == [Fork(laptop.event, laptop.device, "", 2)]
    assert names(store).keys() >= {here, there}
    assert len(names(store)) == 4
    assert audit(store) == ""


def test_two_laptops_under_one_code_are_told_apart(store: MergedStore) -> None:
    one, other = Laptop(1), Laptop(2)
    first = one.register("Asha", number="KA1-0001", receipt_hash="a" * 64)
    second = other.register("Balu", number="KA1-0001", receipt_hash="b" * 64)
    one.certify(first)
    take(store, one, other)
    (clash,) = store.conflicts()
    assert (clash.kind, clash.entity_id) == ("number", "KA1-0001")
    assert {side["value"] for side in clash.sides} == {
        f"KA1-0001/{person[30:36].upper()}" for person in (first, second)
    }
    other.erase(second)
    take(store, other)
    assert store.conflicts() == []


def test_one_person_met_at_two_kiosks_is_no_clash(store: MergedStore) -> None:
    one, other = Laptop(1), Laptop(2)
    one.register("Asha", number="KA1-0001", receipt_hash="a" * 64)
    other.register("Asha", number="KA1-0001", receipt_hash="a" * 64, met="code")
    take(store, one, other)
    assert store.conflicts() == []


def test_two_serials_alike_are_a_clash(store: MergedStore) -> None:
    laptop = Laptop()
    person = laptop.register("Asha")
    clone = laptop.clone()
    laptop.certify(person)
    clone.certify(person)
    take(store, laptop, clone)
    assert [one.kind for one in store.conflicts()] == ["serial"]


def _contradiction(store: MergedStore) -> tuple[Laptop, str, Conflict]:
    one, other = Laptop(1), Laptop(2)
    person = one.register("Rma")
    one.correct("attendee", person, person, name="Rama", needs="a stall")
    other.correct("attendee", person, person, name="Ram", mobile="+919812345678")
    take(store, other, one)
    (conflict,) = store.conflicts()
    return one, person, conflict


def test_corrections_that_contradict_each_other_wait_for_a_person(store: MergedStore) -> None:
    laptop, person, conflict = _contradiction(store)
    assert (conflict.kind, conflict.field, conflict.entity_id) == ("correction", "name", person)
    assert [side["value"] for side in conflict.sides] == ["Ram", "Rama"]
    ops = [side["op"] for side in conflict.sides]
    laptop.correct("attendee", person, person, name="Rama", settles=ops)
    take(store, laptop)
    assert store.conflicts() == []
    assert names(store)[person] == "Rama"


def test_what_waits_for_a_person_is_told_in_one_order(
    store: MergedStore, make_merged: MakeMerged
) -> None:
    laptops = [Laptop(number) for number in (1, 2, 3)]
    person = laptops[0].register("Rma")
    for laptop, name in zip(laptops, ("Rama", "Ram", "Rāma"), strict=True):
        laptop.correct("attendee", person, person, needs=f"a stall for {name}")
        laptop.correct("attendee", person, person, name=name)
        laptop.correct("attendee", person, person, offers=name)
    batches = [batch for laptop in laptops for batch in laptop.batches(most=1)]
    elsewhere = make_merged()
    for batch in batches:
        store.apply(batch, "stick", NOW_MS)
    for batch in reversed(batches):
        elsewhere.apply(batch, "cloud", NOW_MS)
    assert [one.field for one in store.conflicts()] == ["name", "needs", "offers"]
    assert store.conflicts() == elsewhere.conflicts()
    elsewhere.close()


def test_corrections_that_agree_are_no_conflict(store: MergedStore) -> None:
    one, other = Laptop(1), Laptop(2)
    person = one.register("Rma")
    for laptop in (one, other):
        laptop.correct("attendee", person, person, name="Rama")
    take(store, one, other)
    assert store.conflicts() == []


def test_a_correction_of_a_fact_names_nobody(store: MergedStore) -> None:
    one, other = Laptop(1), Laptop(2)
    person = one.register("Asha")
    one.agree(person, "contact")
    consent = one.log[-1].entity_id
    one.correct("consent", consent, person, given=False)
    other.correct("consent", consent, person, given=True)
    take(store, one, other)
    assert [(c.entity, c.name, c.field) for c in store.conflicts()] == [("consent", "", "given")]


def test_a_correction_from_the_future_waits(store: MergedStore) -> None:
    one, ahead = Laptop(1), Laptop(2)
    person = one.register("Rma")
    ahead.jump(30)
    ahead.correct("attendee", person, person, name="Ramaswamy")
    take(store, one, ahead)
    (conflict,) = store.conflicts()
    assert (conflict.kind, conflict.sides[0]["value"]) == ("clock", "Ramaswamy")
    assert names(store)[person] == "Rma"
    assert audit(store) == ""
    op = conflict.sides[0]["op"]
    one.correct("attendee", person, person, name="Ramaswamy", settles=[op])
    take(store, one)
    assert store.conflicts() == []
    assert names(store)[person] == "Ramaswamy"
    assert audit(store) == ""


def test_nobody_erased_comes_back(store: MergedStore, make_merged: MakeMerged) -> None:
    laptop, other = Laptop(1), Laptop(2)
    person = laptop.register("Asha Patil")
    laptop.agree(person, "contact")
    stays = laptop.register("Balu")
    old = laptop.anew().batches()
    other.correct("attendee", person, person, name="Aasha Patil")
    laptop.erase(person)
    take(store, other, laptop)
    for batch in old:
        store.apply(batch, "an older stick", NOW_MS)
    assert names(store) == {stays: "Balu"}
    assert found(store, "Asha") == []
    connection = store.engine.connection
    for table in ("payload", "salt"):
        assert connection.execute(
            f"SELECT count(*) FROM {table} WHERE person_id = ?", (person,)
        ).fetchone() == (0,)
    assert audit(store) == ""
    elsewhere = make_merged()
    for batch in (*old, *laptop.anew().batches(), *other.anew().batches()):
        elsewhere.apply(batch, "cloud", NOW_MS)
    assert elsewhere.digest() == store.digest()
    elsewhere.close()


def test_a_fact_may_arrive_before_what_it_speaks_of(store: MergedStore) -> None:
    one, other = Laptop(1), Laptop(2)
    person = one.register("Rma")
    other.correct("attendee", person, person, name="Rama")
    take(store, other)
    assert names(store) == {}
    take(store, one)
    assert names(store) == {person: "Rama"}


def test_anonymous_answers_are_united_by_key(store: MergedStore) -> None:
    box = [
        AnonymousResponse(
            secrets.token_bytes(16), FormId("feedback"), "1", {"rating": 4}, "", "", ""
        )
        for _ in range(10)
    ]
    laptop = Laptop()
    laptop.register("Asha")
    for laptop_batch in (*laptop.seal(anonymous=box), *laptop.anew().seal(anonymous=box[5:])):
        store.apply(laptop_batch, "stick", NOW_MS)
    rows = store.engine.connection.execute("SELECT key FROM anonymous_response").fetchall()
    assert [key for (key,) in rows] == sorted(one.key for one in box)


@pytest.mark.parametrize("order", [(0, 1), (1, 0)])
def test_an_anonymous_answer_is_told_no_closer_than_its_coarsest_copy(
    store: MergedStore, order: tuple[int, int]
) -> None:
    key = secrets.token_bytes(16)
    answers = {"rating": 4}
    copies = [
        AnonymousResponse(key, FormId("feedback"), "1", answers, does, "kn", state)
        for does, state in (("seller", "IN-KA"), ("", "IN-KA"))
    ]
    laptop = Laptop()
    laptop.register("Asha")
    for at in order:
        for batch in laptop.anew().seal(anonymous=[copies[at]]):
            arrived = dataclasses.replace(batch, sha256=f"{at:064x}")
            store.apply(arrived, "stick", NOW_MS)
    rows = store.engine.connection.execute(
        "SELECT does, language, state FROM anonymous_response"
    ).fetchall()
    assert rows == [("", "kn", "IN-KA")]


def test_people_are_found_once_they_are_made_findable(store: MergedStore) -> None:
    laptop = Laptop()
    people = [laptop.register(name) for name in ("Asha Patil", "ಅನಿತಾ ಗೌಡ")]
    take(store, laptop)
    told: list[tuple[int, int]] = []
    assert store.index_people(lambda done, of: told.append((done, of))) == 2
    assert told == [(2, 2)]
    assert found(store, "anita") == [people[1]]
    laptop.erase(people[1])
    take(store, laptop)
    assert found(store, "anita") == []


def test_whoever_is_gone_before_they_are_made_findable_is_passed_over(store: MergedStore) -> None:
    laptop = Laptop()
    laptop.correct("attendee", "nobody", "nobody", name="Nobody")
    take(store, laptop)
    assert store.index_people() == 1
    assert found(store, "nobody") == []


def test_what_cannot_be_taken_is_kept_with_its_reason(store: MergedStore) -> None:
    aside = Aside("stick", "a/1-b.ekb", "c" * 64, "batch_signature", NOW_MS)
    store.set_aside(aside, b"content")
    store.set_aside(aside, b"content")
    assert store.set_aside_files() == [aside]
    assert store.content_aside("c" * 64) == b"content"
    large = Aside("stick", "a/2-d.ekb", "d" * 64, "batch_bomb", NOW_MS)
    store.set_aside(large, bytes(MOST_FILE_BYTES + 1))
    assert store.content_aside("d" * 64) is None
    store.release_aside("c" * 64)
    assert store.set_aside_files() == [large]
    assert store.content_aside("c" * 64) is None


@pytest.mark.parametrize(
    ("sql", "reason"),
    [
        ("UPDATE saying SET actor = 'someone'", "the entry was altered"),
        ("UPDATE log SET event_id = 'another'", "the entry was altered"),
        ("UPDATE told SET entity_id = 'another' WHERE seq = 2", "the entry was altered"),
        (
            "UPDATE told SET body = CAST('{}' AS BLOB) WHERE seq = 2",
            "what the entry says was altered",
        ),
        ("DELETE FROM told WHERE seq = 1", "the entry was altered"),
        ("DELETE FROM told WHERE seq = 2", "the entry was altered"),
        ("DELETE FROM told WHERE seq = 3", "the last entries were cut off"),
        ("DELETE FROM told", "the whole log of 00000000000000000000000000000001 is gone"),
    ],
)
def test_the_audit_notices_what_was_altered(store: MergedStore, sql: str, reason: str) -> None:
    laptop = Laptop()
    for name in ("Asha", "Balu", "Chitra"):
        laptop.register(name)
    take(store, laptop)
    connection = store.engine.connection
    for trigger in ("change_never_altered", "change_never_deleted"):
        connection.execute(f"DROP TRIGGER {trigger}")
    connection.execute(sql)
    assert audit(store) == reason


def test_the_audit_misses_an_entry_between_batches(store: MergedStore) -> None:
    laptop = Laptop()
    for name in ("Asha", "Balu", "Chitra"):
        laptop.register(name)
    for batch in laptop.batches(most=1):
        store.apply(batch, "stick", NOW_MS)
    store.engine.connection.execute("DROP TRIGGER change_never_deleted")
    store.engine.connection.execute("DELETE FROM told WHERE seq = 2")
    assert audit(store) == "an entry is missing"


def test_a_batch_may_be_made_ready_in_another_process(
    store: MergedStore, make_merged: MakeMerged
) -> None:
    """All that is to be known of it goes along, what has to be looked at twice as well."""
    first, second = Laptop(1), Laptop(2)
    people = [first.register(name) for name in ("Asha", "Balu", "Chitra")]
    first.certify(people[0])
    second.register_as(people[0], "Aasha", number="K1-0001", met="slip", receipt_hash="f" * 64)
    second.correct("attendee", people[1], people[1], name="Baalu")
    early = [*first.batches(), *second.batches()]
    first.correct("attendee", people[2], people[2], name="Chithra")
    second.erase(people[0])
    batches = [*early, *first.batches(), *second.batches(), *early]
    there = make_merged()
    for batch in batches:
        here = store.apply(batch, "stick", NOW_MS)
        travelled = pickle.loads(pickle.dumps(there.readying()(batch)))  # noqa: S301 - ours
        assert there.apply(travelled, "stick", NOW_MS) == here
    assert there.digest() == store.digest()
    assert rows_of(there.engine.connection) == rows_of(store.engine.connection)


def test_nothing_of_a_batch_is_kept_when_it_fails(store: MergedStore) -> None:
    laptop = Laptop()
    laptop.register("Asha")
    (batch,) = laptop.batches()
    store.engine.connection.execute("DROP TABLE unindexed")
    with pytest.raises(Exception, match="unindexed"):
        store.apply(batch, "stick", NOW_MS)
    assert rows_of(store.engine.connection) == {}


def test_two_merges_at_once_take_turns(store: MergedStore, tmp_path: Path) -> None:
    other = open_merged(next(tmp_path.glob("merged-*.db")), KEY)
    other.engine.connection.execute("PRAGMA busy_timeout = 10")
    laptop = Laptop()
    laptop.register("Asha")
    (batch,) = laptop.batches()
    with store.engine.writing(EVENT), pytest.raises(EnvironmentFault, match="database_locked"):
        other.apply(batch, "stick", NOW_MS)
    assert other.apply(batch, "stick", NOW_MS).new == 1
    other.close()


def test_batches_may_go_to_the_disk_together(store: MergedStore, tmp_path: Path) -> None:
    other = open_merged(next(tmp_path.glob("merged-*.db")), KEY)
    laptop = Laptop()
    for name in ("Asha", "Balu", "Chitra"):
        laptop.register(name)
    first, second, third = laptop.batches(most=1)
    store.engine.breathe()  # there is nothing to be said yet
    with store.together():
        store.apply(first, "stick", NOW_MS)
        assert other.known_files([first.sha256]) == set()
        store._since = 1_000_000
        store.apply(second, "stick", NOW_MS)
        assert other.known_files([first.sha256, second.sha256]) == {first.sha256}
        store.engine.connection.execute("ALTER TABLE unindexed RENAME TO elsewhere")
        with pytest.raises(Exception, match="unindexed"):
            store.apply(third, "stick", NOW_MS)  # and all is as when the disk was told last
        assert store.known_files([second.sha256, third.sha256]) == set()
        store.apply(third, "stick", NOW_MS)
        assert other.known_files([third.sha256]) == set()
    assert other.known_files([first.sha256, second.sha256, third.sha256]) == {
        first.sha256, third.sha256,
    }  # fmt: skip
    assert store.apply(second, "stick", NOW_MS).new == 1
    assert store.gaps() == []
    other.close()


def test_a_transaction_that_sqlite_itself_gave_up_is_not_given_up_again(
    store: MergedStore,
) -> None:
    def broken_off(begun: AbstractContextManager[None]) -> None:
        with begun:
            store.engine.connection.execute("ROLLBACK")  # as on a full disk
            raise ZeroDivisionError

    for begun in (store.engine.writing(EVENT), store.together()):
        with pytest.raises(ZeroDivisionError):
            broken_off(begun)


def test_spans_side_by_side_are_no_fork(store: MergedStore) -> None:
    laptop = Laptop()
    for name in ("Asha", "Balu", "Chitra"):
        laptop.register(name)
    first, _, third = laptop.batches(most=1)
    for batch in (first, third):
        store.apply(batch, "stick", NOW_MS)
    assert store.forks() == []
