"""What erasing many must mean in a merged store, on whichever database it is."""

from __future__ import annotations

from kiosk.domain.ids import AttendeeId
from kiosk.domain.retention import DAY_MS
from kiosk.storage.merged_record import MergedRecord, Writer
from kiosk.storage.merging import MergedStore
from kiosk.storage.purging import PurgingRecord, purging_of
from tests.storage.merged import KEY, NOW_MS, Laptop, rows_of
from tests.storage.postgres.batches import STORE
from tests.storage.records import EVENT, MORNING_MS, ZONE, FakeClock

NAME = "Zanzibarwala"
KEYS = ("search_key", "bearing", "spelling")  # on PostgreSQL the first, in a file the others


def record_of(store: MergedStore) -> MergedRecord:
    """The event in the hands of the coordinator's laptop, a year later."""
    writer = Writer(KEY, STORE, FakeClock(NOW_MS + 365 * DAY_MS))
    return MergedRecord(store, writer, event_id=EVENT, zone=ZONE)


def take(store: MergedStore, *laptops: Laptop) -> None:
    for laptop in laptops:
        for batch in laptop.batches():
            store.apply(batch, "stick", NOW_MS)


def people(store: MergedStore) -> set[str]:
    rows = rows_of(store.engine.connection)
    return {row_id for entity, _, row_id in rows if entity == "attendee"}


def words(store: MergedStore) -> bytes:
    """Every cell that people's words may stand in."""
    connection = store.engine.connection
    said = b""
    for table in ("attendee", "response", "certificate", "payload", "finding", *KEYS):
        there = (table == "search_key") == hasattr(connection, "raw") or table not in KEYS
        for row in connection.execute(f"SELECT * FROM {table}").fetchall() if there else ():
            said += b" ".join(str(cell).encode() for cell in row)
            said += b" ".join(bytes(cell) for cell in row if isinstance(cell, bytes | memoryview))
    return said


def nobody_comes_back(store: MergedStore) -> None:
    """Not by the batch that brought them, nor sealed anew, nor by another kiosk's correction."""
    first, second = Laptop(1), Laptop(2)
    person = first.register(NAME)
    stays = first.register("Lakshmi")
    first.respond(person, sentence=f"{NAME} says so")
    take(store, first)
    record = record_of(store)
    assert record.find(NAME)
    purging = purging_of(record)
    purging.erase([purging.held()[0].person], "coordinator")
    purging.settle()
    assert people(store) == {stays}
    assert record.find(NAME) == []
    content = words(store)
    assert b"Lakshmi" in content
    assert NAME.encode() not in content
    assert NAME.casefold().encode() not in content
    second.register_as(person, NAME, number="K1-0001")
    second.correct("attendee", person, person, organisation=NAME)
    take(store, second, first.anew())
    store.index_people()
    assert people(store) == {stays}
    assert NAME.encode() not in words(store)
    assert [one.person for one in purging.held()] == [stays]
    assert record.verify().ok, record.verify().reason


def clocks_are_judged_by_the_arrival(store: MergedStore) -> None:
    """A laptop of 2099 neither forbids every purge nor keeps its visitors until then."""
    late = Laptop(1)
    late.jump(80)
    late.register(NAME)
    take(store, late)
    purging = purging_of(record_of(store))
    assert purging.newest_ms() == NOW_MS
    assert [one.processed_ms for one in purging.held()] == [NOW_MS]


def withdrawn_rows_are_due_together(store: MergedStore) -> None:
    """Else erasing the note of a withdrawal would unmask whom it masks."""
    first, second, third = Laptop(1), Laptop(2), Laptop(3)
    person = first.register(NAME, number="K1-0001", receipt_hash="ab" * 32)
    second.offset_ms = 3_600_000
    other = "note-0000"
    second.register_as(other, "", number="K1-0001", receipt_hash="ab" * 32, met="code")
    second.withdraw(other)
    lone = "note-0001"
    third.register_as(lone, "", number="K9-0009", receipt_hash="cd" * 32, met="code")
    third.withdraw(lone)
    take(store, first, second, third)
    held = {one.person: one for one in purging_of(record_of(store)).held()}
    assert {person, other, lone} == set(held)
    assert held[AttendeeId(person)].withdrawn
    assert (
        held[AttendeeId(person)].processed_ms
        == held[AttendeeId(other)].processed_ms
        >= MORNING_MS + 3_600_000
    )
    assert [held[AttendeeId(one)].note for one in (person, other, lone)] == [False, False, True]


def what_was_set_aside_goes_in_time(store: MergedStore) -> None:
    from kiosk.services.merging import Aside

    for name, at in (("old", 1), ("new", NOW_MS)):
        store.set_aside(Aside("stick", name, name, "batch_unknown_device", at), b"sealed")
    purging: PurgingRecord = purging_of(record_of(store))
    purging.drop_leftovers(NOW_MS)
    assert store.content_aside("old") is None
    assert store.content_aside("new") == b"sealed"
    assert [one.name for one in store.set_aside_files()] == ["old", "new"]


def an_empty_store_holds_nobody(store: MergedStore) -> None:
    purging = purging_of(record_of(store))
    assert (purging.newest_ms(), purging.held()) == (0, [])


PROMISES = (
    nobody_comes_back, clocks_are_judged_by_the_arrival, withdrawn_rows_are_due_together,
    what_was_set_aside_goes_in_time, an_empty_store_holds_nobody,
)  # fmt: skip
