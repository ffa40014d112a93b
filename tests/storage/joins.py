"""What it must mean that a person decided two rows to be one visitor's, on whichever database."""

from __future__ import annotations

from kiosk.domain.change import ChangeDraft
from kiosk.domain.ids import AttendeeId, new_id
from kiosk.storage.merged_record import MergedRecord, Writer
from kiosk.storage.merged_tables import MergedTables
from kiosk.storage.merging import MergedStore
from kiosk.storage.purging import purging_of
from tests.storage.merged import KEY, NOW_MS, Laptop
from tests.storage.postgres.batches import STORE
from tests.storage.records import EVENT, MORNING_MS, ZONE, FakeClock

DAY_MS = 86_400_000
HOUR_MS = 3_600_000
DAY = (MORNING_MS - DAY_MS, MORNING_MS + DAY_MS)


def record_of(store: MergedStore) -> MergedRecord:
    writer = Writer(KEY, STORE, FakeClock(MORNING_MS + HOUR_MS))
    return MergedRecord(store, writer, event_id=EVENT, zone=ZONE, day=DAY)


def take(store: MergedStore, *laptops: Laptop) -> None:
    for laptop in laptops:
        for batch in laptop.batches():
            store.apply(batch, "stick", NOW_MS)


def decide(record: MergedRecord, one: str, other: str, *, same: bool = True) -> None:
    body = {"attendee_id": one, "other_id": other, "same": same, "at": 1, "device_id": STORE}
    with record.writing() as writing:
        writing.write(ChangeDraft("same_as", new_id(1), "create", "coordinator", body, one))


def check_in(laptop: Laptop, person: str) -> None:
    laptop.say(
        "check_in", new_id(MORNING_MS), "create", person, attendee_id=person, session_id="",
        at=MORNING_MS, device_id=laptop.device,
    )  # fmt: skip


def people_count_once(store: MergedStore) -> None:
    one, other = Laptop(1), Laptop(2)
    first = one.register("Asha", language="hi", does="seller")
    second = other.register("Asha R", language="en", does="officer", registered_at=MORNING_MS + 9)
    third = other.register("Bina", language="kn", does="seller", registered_at=MORNING_MS + 10)
    for laptop, person in ((one, first), (other, second), (other, third)):
        check_in(laptop, person)
    take(store, one, other)
    record = record_of(store)
    assert (record.figures().registered, record.figures().checked_in) == (3, 3)
    assert record.registered() == 3
    decide(record, second, first)
    figures = record.figures()
    assert (figures.registered, figures.checked_in) == (2, 2)
    assert (figures.by_language, figures.by_does) == ({"hi": 1, "kn": 1}, {"seller": 2})
    assert sum(figures.by_hour.values()) == 2
    decide(record, first, third)
    assert record.figures().registered == record.registered() == 1
    decide(record, first, second, same=False)
    decide(record, first, third, same=False)
    assert record.figures().registered == 3


def withdrawing_one_withdraws_all(store: MergedStore) -> None:
    """Whichever way rows are tied: by decisions, and by number and code to one of them."""
    one, other, third = Laptop(1), Laptop(2), Laptop(3)
    first = one.register("Asha")
    second = other.register("Asha R", number="K2-0001", receipt_hash="ab" * 32)
    other.respond(second, rating="4", sentence="Good")
    far = other.register("Asha Rao")
    take(store, one, other)
    record = record_of(store)
    decide(record, first, far)
    decide(record, far, second)
    assert [one.attendee.id for one in record.find("Asha R")]
    assert record.figures().ratings == {4: 1}
    third.register_as("note-1", "", number="K2-0001", receipt_hash="ab" * 32, met="code")
    third.withdraw("note-1")
    take(store, third)
    for person in (first, second, far):
        held = record.attendee(AttendeeId(person))
        assert held is not None
        assert (held.masked, held.name) == (True, "")
    assert record.find("Asha R") == []
    assert record.figures().ratings == {}
    columns, rows = MergedTables(record, DAY).export_rows("attendee")
    assert "masked" in columns
    assert all(row["masked"] for row in rows)
    decide(record, first, far, same=False)
    held = record.attendee(AttendeeId(first))
    assert held is not None
    assert (held.masked, held.name) == (False, "Asha")


def all_of_who_withdrew_is_due_together(store: MergedStore) -> None:
    one, other = Laptop(1), Laptop(2)
    first = one.register("Asha")
    second = other.register("Asha R", registered_at=MORNING_MS + 1)
    other.offset_ms = HOUR_MS
    other.respond(second, rating="4")
    one.withdraw(first)
    take(store, one, other)
    record = record_of(store)
    decide(record, first, second)
    purging = purging_of(record)
    held = {str(one.person): one for one in purging.held()}
    assert held[first].withdrawn
    assert held[second].withdrawn
    assert held[first].processed_ms == held[second].processed_ms >= MORNING_MS + HOUR_MS
    purging.erase([AttendeeId(first)], "coordinator")
    rows = store.engine.connection.execute("SELECT 1 FROM joined").fetchall()
    assert rows == []  # nobody is one with somebody who is gone


def a_decision_may_come_before_those_it_speaks_of(store: MergedStore) -> None:
    one, other = Laptop(1), Laptop(2)
    first, second = one.register("Asha"), other.register("Asha R")
    take(store, one)
    record = record_of(store)
    decide(record, first, second)
    assert store.engine.connection.execute("SELECT 1 FROM joined").fetchall() == []
    take(store, other)
    assert record.figures().registered == record.registered() == 1


def a_consent_taken_back_holds_nowhere_and_given_anew_it_does(store: MergedStore) -> None:
    one, other = Laptop(1), Laptop(2)
    first, second = one.register("Asha"), other.register("Asha R")
    one.agree(first, "quotation", "contact")
    other.agree(second, "quotation")
    one.respond(first, sentence="Good")
    back = other.log[-1].entity_id
    other.say("consent", back, "withdraw", second, withdrawn_at=MORNING_MS + 5)
    take(store, one, other)
    record = record_of(store)
    assert record.figures().sentences == [("hi", "Good")]
    decide(record, first, second)
    assert record.figures().sentences == []
    held = {one.purpose: one.withdrawn_at for one in record.consents(AttendeeId(first))}
    assert held == {"quotation": MORNING_MS + 5, "contact": None}
    one.say(
        "consent", new_id(MORNING_MS), "create", first, attendee_id=first, purpose="quotation",
        given=True, notice_version="1", language="hi", how="self", at=MORNING_MS + 6,
        withdrawn_at=None,
    )  # fmt: skip
    take(store, one)
    assert record.figures().sentences == [("hi", "Good")]


def hours_are_as_the_clock_was_found_to_have_been(store: MergedStore) -> None:
    """Only what lies outside the event's days is moved: a clock may have been put right at noon."""
    laptop = Laptop(1)
    wrong = MORNING_MS - 3 * DAY_MS - 2 * HOUR_MS
    laptop.register("Asha", registered_at=wrong)
    laptop.register("Bina", registered_at=MORNING_MS)
    laptop.say("device", laptop.device, "create", None, code="K1", public_key="", certificate="")
    take(store, laptop)
    record = record_of(store)
    assert record.figures().by_hour == {8: 1, 10: 1}
    shift = {"more": {"shift_ms": 3 * DAY_MS + HOUR_MS}}
    with record.writing() as writing:
        writing.write(ChangeDraft("device", laptop.device, "correct", "coordinator", shift, None))
    assert record.figures().by_hour == {9: 1, 10: 1}
    with record.reading() as reading:
        assert reading.figures().by_hour == {9: 1, 10: 1}


PROMISES = (
    people_count_once, withdrawing_one_withdraws_all, all_of_who_withdrew_is_due_together,
    a_decision_may_come_before_those_it_speaks_of,
    a_consent_taken_back_holds_nowhere_and_given_anew_it_does,
    hours_are_as_the_clock_was_found_to_have_been,
)  # fmt: skip
