"""One event's record in an encrypted merged store: read, found, corrected, told for exports."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from kiosk.domain.batch import Span
from kiosk.domain.change import ChangeDraft
from kiosk.domain.clock import Hlc
from kiosk.domain.ids import AttendeeId, EventId, FormId, Number, Serial
from kiosk.services.ports import InstalledForm, Record
from kiosk.storage.merged_record import MergedRecord, Writer
from kiosk.storage.merged_tables import MergedTables
from kiosk.storage.merging import MergedStore
from tests.storage.merged import KEY, NOW_MS, Laptop, MakeMerged
from tests.storage.postgres.batches import STORE
from tests.storage.records import EVENT, MORNING_MS, ZONE, FakeClock

OTHER = EventId("elsewhere")
DAY_MS = 86_400_000
DAY = (MORNING_MS - DAY_MS, MORNING_MS + DAY_MS)
WHO = ChangeDraft("device", STORE, "create", "device", {"code": "CO1"})


@pytest.fixture
def store(tmp_path: Path) -> Iterator[MergedStore]:
    opened = MakeMerged(tmp_path)()
    yield opened
    opened.close()


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


def record_of(store: MergedStore, clock: FakeClock, event: EventId = EVENT) -> MergedRecord:
    return MergedRecord(store, Writer(KEY, STORE, clock, WHO), event_id=event, zone=ZONE)


@pytest.fixture
def record(store: MergedStore, clock: FakeClock) -> MergedRecord:
    return record_of(store, clock)


def take(store: MergedStore, *laptops: Laptop) -> None:
    for laptop in laptops:
        for batch in laptop.batches():
            store.apply(batch, "stick", NOW_MS)


def correct(record: MergedRecord, person: str, **fields: object) -> None:
    with record.writing() as writing:
        writing.write(ChangeDraft("attendee", person, "correct", "coordinator", fields, person))


def rows(record: MergedRecord, table: str, day: tuple[int, int] = DAY) -> list[dict[str, object]]:
    with record.reading() as reading:
        return [dict(row) for row in MergedTables(reading, day).export_rows(table)[1]]


def test_it_is_a_record_of_one_event_of_several(
    store: MergedStore, record: MergedRecord, clock: FakeClock
) -> None:
    as_record: Record = record
    here, there = Laptop(1), Laptop(2, event=OTHER)
    person, stranger = here.register("Asha Rao"), there.register("Asha Rawat")
    take(store, here, there)
    assert store.events() == sorted([EVENT, OTHER])
    assert [one.id for one in as_record.attendees()] == [person]
    assert [one.attendee.id for one in record.find("asha")] == [person]
    assert [one.attendee.id for one in record.find("ashaa raao")] == [person]
    other = record_of(store, clock, OTHER)
    assert [one.attendee.id for one in other.find("asha")] == [stranger]
    assert [one.attendee.name for one in other.find(there.log[-1].entity_id)] == []
    assert record.attendee(AttendeeId(stranger)) is None
    assert record.seal_anonymous()[0] == 0
    record.close()
    assert record.verify().ok  # the store is open still


def test_the_device_says_who_it_is_before_the_first_thing_it_writes(
    store: MergedStore, record: MergedRecord
) -> None:
    laptop = Laptop(1)
    person = laptop.register("Asha")
    take(store, laptop)
    correct(record, person, name="Usha")
    correct(record, person, district="Mysuru")
    told = store.engine.connection.execute(
        "SELECT seq, entity, kind FROM change WHERE device_id = ? ORDER BY seq", (STORE,)
    ).fetchall()
    assert told == [(1, "device", "create"), (2, "attendee", "correct"), (3, "attendee", "correct")]
    assert rows(record, "device")[-1]["code"] in {"CO1", ""}
    assert record.outgoing.to_seal() == [Span(EVENT, STORE, 1, 3)]
    assert [one.spans[0][1] for one in store.held() if one.device_id == STORE] == [3]
    with pytest.raises(ValueError, match="whose payload"), record.writing() as writing:
        writing.write(ChangeDraft("attendee", person, "correct", "x", {"name": "Never"}))
    held = record.attendee(AttendeeId(person))
    assert held is not None
    assert (held.name, held.district) == ("Usha", "Mysuru")
    assert record.verify().ok


def test_what_is_written_here_leaves_the_other_events_alone(
    store: MergedStore, record: MergedRecord, clock: FakeClock
) -> None:
    here, there = Laptop(1), Laptop(2, event=OTHER)
    people = here.register("Asha"), there.register("Usha")
    take(store, here, there)
    other = record_of(store, clock, OTHER)
    correct(record, people[0], name="Asha Rao")
    for name in ("Usha R", "Usha Ra", "Usha Rao"):
        correct(other, people[1], name=name)
    assert record.outgoing.to_seal() == [Span(EVENT, STORE, 1, 2)]
    assert other.outgoing.to_seal() == [Span(OTHER, STORE, 1, 4)]
    assert other.outgoing.leaving(Span(OTHER, STORE, 1, 4)).top == 4
    assert record.verify().ok


def test_a_clock_of_the_future_does_not_carry_the_store_along(
    store: MergedStore, record: MergedRecord, clock: FakeClock
) -> None:
    laptop = Laptop(1)
    laptop.jump(60)
    person = laptop.register("Asha")
    take(store, laptop)
    correct(record, person, name="Usha")
    (hlc,) = store.engine.connection.execute(
        "SELECT max(hlc) FROM change WHERE device_id = ?", (STORE,)
    ).fetchone()
    assert Hlc.from_bytes(hlc).ms < clock.now + DAY_MS
    held = record.attendee(AttendeeId(person))
    assert held is not None
    assert held.name == "Usha"


def test_numbers_and_serials_told_apart_lead_to_their_rows(
    store: MergedStore, record: MergedRecord
) -> None:
    people, serials = {}, {}
    for number in (1, 2):
        laptop = Laptop(number)
        person = laptop.register(f"V {number}", number="KA1-0001", receipt_hash=f"{number:064x}")
        people[person] = laptop
        laptop.code = "KA1"
        serials[laptop.certify(person)] = person
        take(store, laptop)
    shown = record.attendees_by_number(Number("KA1-0001"))
    assert {one.id for one in shown} == set(people)
    for one in shown:
        assert record.attendees_by_number(one.number) == [one]
    for certificate, person in serials.items():
        serial = f"KA1-C-0001/{certificate[30:].upper()}"
        found = record.certificate(Serial(serial))
        assert found is not None
        assert (found.attendee_id, found.serial) == (person, serial)


def test_who_is_erased_is_found_no_more(store: MergedStore, record: MergedRecord) -> None:
    laptop = Laptop(1)
    person = laptop.register("Lakshmi Reddy")
    take(store, laptop)
    assert record.find("laxmi redi")
    record.erase_person(AttendeeId(person), "coordinator")
    assert record.find("laxmi redi") == []
    assert record.verify().ok


def test_forms_are_kept_for_checking_corrections(store: MergedStore, record: MergedRecord) -> None:
    for version in ("1", "2"):
        form = InstalledForm(FormId("registration"), version, "ab", "<h/>")
        store.install_form(form)
        assert record.forms() == [form]


def test_times_of_a_wrong_clock_are_told_as_a_person_decided(
    store: MergedStore, record: MergedRecord
) -> None:
    right, wrong = Laptop(1), Laptop(2)
    for laptop, at in ((right, MORNING_MS), (wrong, 60_000)):
        laptop.say("device", laptop.device, "create", None, code=laptop.code)
        person = laptop.register("Asha", registered_at=at)
        laptop.say(
            "consent", f"{laptop.code}-c", "create", person, attendee_id=person,
            purpose="registration", given=True, notice_version="1", language="hi", how="self",
            at=at,
        )  # fmt: skip
    take(store, right, wrong)
    days = {EVENT: DAY, OTHER: DAY}
    [clock] = store.wrong_clocks(days)
    assert (clock.device_id, clock.code, clock.rows) == (wrong.device, wrong.code, 1)
    assert (clock.first, clock.last, clock.shift_ms) == (60_000, 60_000, None)
    assert store.wrong_clocks({OTHER: DAY}) == []
    assert store.wrong_clocks(days, NOW_MS + 1) == [clock]  # remembered
    shift = MORNING_MS - 60_000
    with record.writing() as writing:
        more = {"more": {"shift_ms": shift}}
        writing.write(ChangeDraft("device", wrong.device, "correct", "coordinator", more))
    assert {row["registered_at"] for row in rows(record, "attendee")} == {MORNING_MS}
    assert {row["at"] for row in rows(record, "consent")} == {MORNING_MS}
    assert {row["event_id"] for row in rows(record, "device")} == {EVENT}
    assert store.wrong_clocks(days, NOW_MS + 1) == [clock]
    [told] = store.wrong_clocks(days, NOW_MS)
    assert told.shift_ms == shift
    assert {row["registered_at"] for row in rows(record, "attendee", (0, MORNING_MS + 1))} == {
        MORNING_MS, 60_000,
    }  # fmt: skip
    with record.writing() as writing:  # a laptop that lies: no calendar tells such a time
        more = {"more": {"shift_ms": 10**13}}
        writing.write(ChangeDraft("device", wrong.device, "correct", "coordinator", more))
    assert 60_000 in {row["registered_at"] for row in rows(record, "attendee")}


def test_figures_are_told_whatever_a_laptop_calls_a_theme(
    store: MergedStore, record: MergedRecord
) -> None:
    laptop = Laptop(1)
    person = laptop.register("Asha")
    for themes in (5, {"a": 1}, ["price", ["b"]], None, "price"):
        laptop.respond(person, themes=themes)
    take(store, laptop)
    assert record.figures().themes["price"] == 2


def test_a_device_that_never_said_who_it_is_is_flagged_by_its_id(store: MergedStore) -> None:
    laptop = Laptop(1)
    laptop.register("Asha", registered_at=5)
    take(store, laptop)
    [clock] = store.wrong_clocks({EVENT: DAY})
    assert (clock.device_id, clock.code, clock.shift_ms) == (laptop.device, "", None)
