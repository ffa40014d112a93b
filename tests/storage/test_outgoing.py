"""What is to leave the record, what left it, and what arrived elsewhere."""

from __future__ import annotations

import secrets
from dataclasses import replace
from pathlib import Path

import pytest

from kiosk.domain.batch import MOST_CHANGES, SealedBatch, Span, Told
from kiosk.domain.change import GENESIS, ChangeDraft, commit_to
from kiosk.domain.ids import DeviceId, new_id
from kiosk.errors import EnvironmentFault
from kiosk.services.carrying import Outgoing, Receipt, Sent
from kiosk.storage.store import Store
from tests.storage.records import (
    DEVICE,
    EVENT,
    FakeClock,
    certify,
    change,
    close_day,
    keep,
    nobody,
    open_store,
    register,
    respond,
)

LATER = DeviceId("0" * 32)


def batch(span: Span, number: int = 1) -> SealedBatch:
    return SealedBatch(span, number, secrets.token_hex(32), 1_000, 1_578_630_600_000)


def note_all(store: Store) -> list[SealedBatch]:
    """All that is to be sealed, as if it were."""
    noted = []
    for span in store.outgoing.to_seal():
        store.outgoing.leaving(span)
        noted.append(batch(span, store.outgoing.next_batch(span.device_id)[0]))
        store.outgoing.note_sealed(noted[-1])
    return noted


def numbers(store: Store) -> list[tuple[int, int]]:
    return [(span.first, span.last) for span in store.outgoing.to_seal()]


def test_the_port_is_kept(store: Store) -> None:
    outgoing: Outgoing = store.outgoing
    assert outgoing.to_seal() == []


def test_what_is_in_no_batch_is_to_be_sealed(store: Store) -> None:
    register(store, "Asha")
    assert store.outgoing.to_seal() == [Span(EVENT, DEVICE, 1, 5)]
    (first,) = note_all(store)
    assert numbers(store) == []
    register(store, "Ravi")
    assert numbers(store) == [(6, 10)]
    note_all(store)
    store.outgoing.forget_batch(first)
    assert numbers(store) == [(1, 5)]
    register(store, "Meena")
    assert numbers(store) == [(1, 5), (11, 15)]


def test_a_batch_takes_so_many_changes_and_no_more(store: Store) -> None:
    with store.writing() as writing:
        for _ in range(MOST_CHANGES + 3):
            writing.write(ChangeDraft("export", new_id(0), "create", "device", {}))
    assert numbers(store) == [(1, MOST_CHANGES), (MOST_CHANGES + 1, MOST_CHANGES + 3)]
    note_all(store)
    assert numbers(store) == []


def test_what_leaves_is_the_chain_with_what_it_says(store: Store) -> None:
    person = register(store, "Asha")
    leaving = store.outgoing.leaving(Span(EVENT, DEVICE, 1, 5))
    told = leaving.told
    assert (leaving.before, leaving.head, leaving.top) == (GENESIS, told[-1].hash, 5)
    assert [one.seq for one in told] == [1, 2, 3, 4, 5]
    assert [one.entity for one in told] == ["attendee"] + ["consent"] * 4
    assert {one.person_id for one in told} == {person}
    (salt,) = leaving.salts[person]
    assert list(leaving.salts) == [person]
    assert all(commit_to(salt, one.body or b"") == one.commitment for one in told)
    register(store, "Ravi")
    later = store.outgoing.leaving(Span(EVENT, DEVICE, 4, 7))
    assert (later.before, later.head, later.top) == (told[2].hash, later.told[-1].hash, 10)
    assert later.told[0] == told[3]
    assert len(later.salts) == 2


def test_a_person_s_salts_leave_all_together(store: Store) -> None:
    person = register(store, "Asha")
    store.connection.execute("INSERT INTO salt VALUES (?, ?, ?)", (EVENT, person, bytes(32)))
    leaving = store.outgoing.leaving(Span(EVENT, DEVICE, 1, 5))
    assert len(leaving.salts[person]) == 2


def test_who_was_erased_leaves_as_commitments_and_a_tombstone(store: Store) -> None:
    person = register(store, "Asha")
    register(store, "Ravi")
    store.erase_person(person, "coordinator")
    (span,) = store.outgoing.to_seal()
    leaving = store.outgoing.leaving(span)
    assert leaving.erased == [person]
    assert person not in leaving.salts
    gone = [one for one in leaving.told if one.body is None]
    assert [one.seq for one in gone] == [1, 2, 3, 4, 5, 11]
    assert {one.person_id for one in gone} == {None}


def test_an_empty_stretch_is_nothing_between_two_changes(store: Store) -> None:
    register(store, "Asha")
    told = store.outgoing.leaving(Span(EVENT, DEVICE, 1, 5)).told
    nothing = store.outgoing.leaving(Span(EVENT, DEVICE, 4, 3))
    assert (nothing.told, nothing.before, nothing.head) == ([], told[2].hash, told[2].hash)
    never = store.outgoing.leaving(Span(EVENT, LATER, 1, 0))
    assert (never.told, never.head, never.top) == ([], GENESIS, 0)


@pytest.mark.parametrize("span", [Span(EVENT, DEVICE, 3, 6), Span(EVENT, DEVICE, 6, 9)])
def test_what_is_not_there_does_not_leave(store: Store, span: Span) -> None:
    register(store, "Asha")
    with pytest.raises(EnvironmentFault, match="database_corrupt"):
        store.outgoing.leaving(span)


def test_a_log_that_is_no_chain_does_not_leave(store: Store) -> None:
    register(store, "Asha")
    store.connection.execute("DROP TRIGGER change_never_altered")
    store.connection.execute("UPDATE told SET before = ? WHERE seq = 3", (bytes(32),))
    with pytest.raises(EnvironmentFault, match="database_corrupt"):
        store.outgoing.leaving(Span(EVENT, DEVICE, 1, 5))
    with store.writing():
        pass  # nothing was left open


def test_a_number_is_used_once(store: Store) -> None:
    register(store, "Asha")
    assert store.outgoing.next_batch(DEVICE) == (1, "")
    (first,) = note_all(store)
    assert store.outgoing.next_batch(DEVICE) == (2, first.sha256)
    assert store.outgoing.next_batch(LATER) == (1, "")
    store.outgoing.forget_batch(first)
    assert store.outgoing.next_batch(DEVICE) == (2, first.sha256)
    (again,) = note_all(store)
    assert again.batch_no == 2
    assert store.outgoing.batches() == [again]
    assert again.name == f"{DEVICE}/2-{again.sha256}.ekb"


def test_two_programs_do_not_seal_the_same(store: Store) -> None:
    register(store, "Asha")
    (first,) = note_all(store)
    for other in (
        batch(first.span, 2),
        batch(replace(first.span, first=5, last=9), 2),
        batch(replace(first.span, first=6, last=9), 1),
    ):
        with pytest.raises(EnvironmentFault, match="outbox_busy"):
            store.outgoing.note_sealed(other)
    store.outgoing.forget_batch(batch(first.span))  # of other bytes: not this one
    assert store.outgoing.batches() == [first]


def test_nobody_is_sealed_who_was_erased_meanwhile(store: Store) -> None:
    person = register(store, "Asha")
    (span,) = store.outgoing.to_seal()
    store.outgoing.leaving(span)
    store.erase_person(person, "coordinator")
    with pytest.raises(EnvironmentFault, match="outbox_busy"):
        store.outgoing.note_sealed(batch(span))
    assert numbers(store) == [(1, 6)]


def test_the_log_knows_its_own_hashes(store: Store) -> None:
    register(store, "Asha")
    span = Span(EVENT, DEVICE, 1, 5)
    head = store.outgoing.leaving(span).head
    assert store.outgoing.holds(span, head)
    assert not store.outgoing.holds(span, bytes(range(32)))
    assert not store.outgoing.holds(replace(span, last=6), head)


def test_what_a_laptop_wrote_before_it_was_renewed_leaves_too(
    tmp_path: Path, store: Store, key: bytes, clock: FakeClock
) -> None:
    register(store, "Asha")
    store.close()
    renewed = open_store(tmp_path, key, device=LATER, clock=clock)
    register(renewed, "Ravi")
    assert renewed.outgoing.to_seal() == [Span(EVENT, DEVICE, 1, 5), Span(EVENT, LATER, 1, 5)]
    (first, second) = note_all(renewed)
    assert (first.batch_no, second.batch_no) == (1, 1)
    assert renewed.outgoing.batches() == [second, first]
    assert renewed.outgoing.leaving(second.span).top == 5
    renewed.close()


def said(told: Told) -> tuple[str, str]:
    return (told.entity, told.kind)


def anonymous_keys(store: Store, span: Span) -> list[bytes]:
    return [one.key for one in store.outgoing.leaving(span).anonymous]


def test_anonymous_responses_leave_with_the_closing_ten_together(store: Store) -> None:
    box = [nobody() for _ in range(9)]
    keep(store, *box)
    register(store, "Asha")
    close_day(store)
    (span,) = store.outgoing.to_seal()
    assert anonymous_keys(store, span) == []  # nine wait
    note_all(store)
    box.append(nobody())
    keep(store, box[-1])
    register(store, "Ravi")
    (span,) = store.outgoing.to_seal()
    assert anonymous_keys(store, span) == []  # no closing
    close_day(store)
    (span,) = store.outgoing.to_seal()
    assert said(store.outgoing.leaving(span).told[-1]) == ("day", "close")
    assert anonymous_keys(store, span) == sorted(one.key for one in box)
    note_all(store)
    close_day(store)
    (span,) = store.outgoing.to_seal()
    assert anonymous_keys(store, span) == []  # they have left


def test_what_came_after_the_closing_is_not_taken_for_sent(store: Store) -> None:
    keep(store, *[nobody() for _ in range(10)])
    close_day(store)
    (span,) = store.outgoing.to_seal()
    store.outgoing.leaving(span)
    late = [nobody() for _ in range(12)]
    keep(store, *late)
    close_day(store)
    store.outgoing.note_sealed(batch(span))
    (rest,) = store.outgoing.to_seal()
    assert anonymous_keys(store, rest) == sorted(one.key for one in late)


def test_anonymous_responses_of_a_forgotten_batch_go_again(store: Store) -> None:
    keep(store, *[nobody() for _ in range(10)])
    close_day(store)
    (first,) = note_all(store)
    register(store, "Asha")
    (second,) = note_all(store)
    store.outgoing.forget_batch(second)
    close_day(store)
    assert all(anonymous_keys(store, span) == [] for span in store.outgoing.to_seal())
    store.outgoing.forget_batch(first)
    assert len(anonymous_keys(store, first.span)) == 10


def test_having_left_changes_neither_the_box_nor_what_the_audit_finds(store: Store) -> None:
    keep(store, *[nobody() for _ in range(25)])
    close_day(store)
    pages = buckets(store)
    before = (list(store.anonymous_responses()), store.figures(), store.seal_anonymous())
    note_all(store)
    assert (list(store.anonymous_responses()), store.figures(), store.seal_anonymous()) == before
    assert store.verify().ok
    marked = [(row, body.replace(b",2]", b",1]")) for row, body in buckets(store)]
    assert marked == pages  # one digit each, where it stood


def buckets(store: Store) -> list[tuple[int, bytes]]:
    found = store.connection.execute("SELECT id, body FROM anonymous_bucket ORDER BY id")
    return [(row, body) for row, body in found.fetchall()]


def test_one_forgets_nothing_that_was_sent(store: Store) -> None:
    register(store, "Asha")
    (one,) = note_all(store)
    sent = Sent("stick", 1, one.sha256, 5)
    store.outgoing.note_sent(sent)
    store.outgoing.note_sent(replace(sent, target="share", at=4))
    store.outgoing.note_sent(replace(sent, at=6))
    assert store.outgoing.sent() == [replace(sent, target="share", at=4), replace(sent, at=6)]


def test_the_latest_receipt_of_a_store_counts(store: Store) -> None:
    new = Receipt(LATER, "HQ1", 9, ((1, 5, "ab" * 32), (8, 9, "cd" * 32)))
    store.outgoing.note_receipt(new)
    store.outgoing.note_receipt(replace(new, at=8, spans=()))
    assert store.outgoing.receipts() == [new]
    newer = replace(new, at=10, spans=())
    store.outgoing.note_receipt(newer)
    assert store.outgoing.receipts() == [newer]


def test_a_damaged_receipt_is_a_damaged_record(store: Store) -> None:
    store.outgoing.note_receipt(Receipt(LATER, "HQ1", 9, ()))
    store.connection.execute("UPDATE receipt SET spans = '{'")
    with pytest.raises(EnvironmentFault, match="database_corrupt"):
        store.outgoing.receipts()


def test_answers_and_certificates_leave_as_they_were_written(store: Store) -> None:
    person = register(store, "Asha")
    respond(store, person, rating="4")
    certify(store, person)
    change(store, "attendee", person, "correct", person=person, name="आशा")
    (span,) = store.outgoing.to_seal()
    told = store.outgoing.leaving(span).told
    stored = store.connection.execute("SELECT body FROM payload ORDER BY seq").fetchall()
    assert [one.body for one in told] == [body for (body,) in stored]
