"""One event's record in a store on PostgreSQL: found, corrected, re-issued, erased, audited."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from kiosk.domain.change import ChangeDraft
from kiosk.domain.ids import AttendeeId, DeviceId, FormId, Number, Serial
from kiosk.domain.language import Tag
from kiosk.errors import EnvironmentFault
from kiosk.services.ports import Draft, InstalledForm, Record, StaffMember, Tick
from kiosk.storage.anonymous import digest_of
from kiosk.storage.merging import MergedStore
from kiosk.storage.postgres.store import PostgresMergedStore, PostgresRecord
from kiosk.storage.reading import Reading
from kiosk.storage.tables import RecordTables
from tests.storage.merged import NOW_MS, Laptop, MakeMerged
from tests.storage.records import (
    EVENT,
    MORNING_MS,
    ZONE,
    FakeClock,
    certify,
    change,
    nobody,
)


@contextmanager
def fault(key: str) -> Iterator[None]:
    with pytest.raises(EnvironmentFault) as raised:
        yield
    assert raised.value.key == key


@pytest.fixture
def people(merged: PostgresMergedStore) -> dict[str, AttendeeId]:
    """Ten visitors of two kiosks, as they arrived."""
    found = {}
    for number in (1, 2):
        laptop = Laptop(number)
        for name in ("सुनीता शर्मा", "राम कुमार वर्मा", "Lakshmi Reddy", "محمد فاروق", "Ram Prasad"):
            person = AttendeeId(laptop.register(f"{name} {number}", organisation="Asha Traders"))
            laptop.agree(person, "registration")
            laptop.respond(person, rating="5", sentence="बढ़िया")
            found[f"{name} {number}"] = person
        laptop.certify(person)
        for batch in laptop.batches():
            merged.apply(batch, "stick", NOW_MS)
    return found


def names(record: PostgresRecord, text: str) -> list[str]:
    return [one.attendee.name for one in record.find(text)]


def test_it_is_a_record(record: PostgresRecord) -> None:
    as_record: Record = record
    assert list(as_record.attendees()) == []
    assert as_record.forms() == []
    assert as_record.closed_at() is None


def test_people_are_found_by_whatever_is_known_of_them(
    record: PostgresRecord, people: dict[str, AttendeeId]
) -> None:
    assert set(names(record, "सुनीता")[:2]) == {"सुनीता शर्मा 1", "सुनीता शर्मा 2"}
    assert {"राम कुमार वर्मा 1", "Ram Prasad 1"} <= set(names(record, "ram"))
    assert "محمد فاروق 1" in names(record, "farooq")
    assert names(record, "lakshmi 2")[0] == "Lakshmi Reddy 2"
    assert "Lakshmi Reddy 1" in names(record, "laxmee")
    assert "Lakshmi Reddy 1" in names(record, "Lakshni Redy")
    assert len(names(record, "asha traders")) == 10
    first = record.attendee(people["Ram Prasad 2"])
    assert first is not None
    assert "Ram Prasad 2" in names(record, first.number)[:2]  # both kiosks gave this number
    assert "Ram Prasad 2" in names(record, first.mobile)
    assert "Ram Prasad 2" in names(record, first.mobile[-5:])
    assert names(record, "!!") == []
    assert record.find("zzzzqq") == []


def test_a_correction_is_a_change_of_the_store(
    merged: PostgresMergedStore, record: PostgresRecord, people: dict[str, AttendeeId]
) -> None:
    person = people["Ram Prasad 1"]
    assert record.find("Prasad")
    before = merged.digest()
    change(record, "attendee", person, "correct", name="Rama Prasad Rao", person=person)
    assert merged.digest() != before
    assert [one.code for one in merged.held()].count("") == len(merged.held())
    assert names(record, "prasad rao")[0] == "Rama Prasad Rao"
    assert "Ram Prasad 1" not in names(record, "Ram Prasad")
    change(record, "attendee", person, "correct", name="Rama Prasad", person=person)
    assert record.attendee(person).name == "Rama Prasad"  # type: ignore[union-attr]
    assert record.verify().ok


def test_a_certificate_is_issued_again_under_a_new_serial(
    merged: PostgresMergedStore, record: PostgresRecord, people: dict[str, AttendeeId]
) -> None:
    person = people["Ram Prasad 1"]
    (held,) = record.certificates(person)
    assert record.peek_count("certificate") == 1
    with record.writing() as writing:
        assert writing.take_count("certificate") == 1
    assert record.peek_count("certificate") == 2
    certify(record, person, "C0-C-0001")
    change(record, "certificate", held.id, "replace", person=person, replaced_by="C0-C-0001")
    assert {one.serial: one.status for one in record.certificates(person)} == {
        held.serial: "replaced", "C0-C-0001": "valid",
    }  # fmt: skip
    assert record.certificate(Serial("C0-C-0001")) is not None
    assert merged.conflicts() == []


def test_two_who_share_a_number_are_told_apart(
    merged: PostgresMergedStore, record: PostgresRecord
) -> None:
    for number in (1, 2):
        laptop = Laptop(number)
        laptop.register(f"Visitor {number}", number="KA1-0001", receipt_hash=f"{number:064x}")
        for batch in laptop.batches():
            merged.apply(batch, "stick", NOW_MS)
    (clash,) = merged.conflicts()
    assert clash.kind == "number"
    shown = {side["value"] for side in clash.sides}
    assert len(shown) == 2
    assert {record.attendee_by_number(Number(one)).name for one in shown} == {  # type: ignore[union-attr]
        "Visitor 1", "Visitor 2",
    }  # fmt: skip


def test_who_withdrew_is_found_by_nobody(
    merged: PostgresMergedStore, record: PostgresRecord, people: dict[str, AttendeeId]
) -> None:
    assert names(record, "Lakshmi")
    person = people["Lakshmi Reddy 1"]
    held = record.attendee(person)
    assert held is not None
    laptop = Laptop(9)
    away = "016f2191-c940-7000-8000-000000000001"
    laptop.register_as(
        away, "", number=held.number, receipt_hash=held.receipt_hash, met="code"
    )  # the same person, met elsewhere by number and code
    laptop.withdraw(away)
    for batch in laptop.batches():
        merged.apply(batch, "stick", NOW_MS)
    assert "Lakshmi Reddy 1" not in names(record, "Lakshmi")
    assert "Lakshmi Reddy 2" in names(record, "Lakshmi")
    told = record.attendee(person)
    assert told is not None
    assert (told.name, told.masked) == ("", True)


def test_who_is_erased_leaves_nothing_but_a_tombstone(
    merged: PostgresMergedStore, record: PostgresRecord, people: dict[str, AttendeeId]
) -> None:
    assert names(record, "सुनीता")
    person = people["सुनीता शर्मा 1"]
    record.erase_person(person, "staff:Asha")
    assert "सुनीता शर्मा 1" not in names(record, "सुनीता")
    for table, column in (
        ("payload", "person_id"), ("salt", "person_id"), ("search_key", "attendee_id"),
        ("finding", "attendee_id"), ("attendee", "id"), ("response", "attendee_id"),
    ):  # fmt: skip
        (count,) = record.connection.execute(
            f"SELECT count(*) FROM {table} WHERE {column} = ?", (person,)
        ).fetchone()
        assert count == 0, table
    assert record.connection.execute("SELECT person_id FROM erased").fetchall() == [(person,)]
    assert record.verify().ok


def test_two_coordinators_write_in_one_store_and_each_finds_it_whole(
    record: PostgresRecord, people: dict[str, AttendeeId], postgres_url: str
) -> None:
    """Each seals the head of their own chain with a key that the other does not have."""
    other = PostgresRecord(
        postgres_url, bytes(32), event_id=EVENT, device_id=DeviceId("c1" * 16), zone=ZONE,
        clock=FakeClock(),
    )  # fmt: skip
    for one, number in ((record, 1), (other, 2)):
        person = people[f"Ram Prasad {number}"]
        for name in ("Ram Rao", "Ram Roy"):
            change(one, "attendee", person, "correct", person=person, name=name)
    assert record.verify().ok
    assert other.verify().ok
    record.connection.execute("UPDATE payload SET seq = seq + 100 WHERE seq = 1")
    assert record.verify().reason == "what is said there belongs to no entry"
    record.connection.execute("UPDATE payload SET seq = seq - 100 WHERE seq = 101")
    record.connection.execute("UPDATE head SET seq = seq - 1 WHERE device_id = ?", ("c1" * 16,))
    assert record.verify().reason == "the last entries were cut off"
    record.connection.execute("UPDATE head SET mac = ?", (bytes(32),))
    assert record.verify().reason == "the head of the log was altered"
    other.close()


def test_nothing_is_kept_of_a_writing_that_fails(
    record: PostgresRecord, people: dict[str, AttendeeId]
) -> None:
    broken = ChangeDraft("attendee", "x", "create", "staff", {})
    with pytest.raises(ValueError, match="whose payload"), record.writing() as writing:
        writing.write(replace(broken, kind=f"create{writing.take_count('certificate')}"[:6]))
    assert record.peek_count("certificate") == 1


def test_the_desk_of_a_store_is_a_desk(record: PostgresRecord) -> None:
    draft = Draft("d1", "name", Tag("hi"), {"name": "राम"}, 5)
    form = InstalledForm(FormId("feedback"), "1", "ab", "<h/>")
    with record.writing() as writing:
        for _ in range(2):
            writing.save_draft(draft)
            writing.install_form(form)
            writing.save_tick(Tick("power", "staff:Asha", 1))
            writing.save_staff(StaffMember("Asha", "hash", coordinator=True))
    assert record.drafts() == [draft]
    assert record.forms() == [form]
    assert [one.item for one in record.ticks()] == ["power"]
    assert [one.name for one in record.staff()] == ["Asha"]
    assert record.print_jobs() == []


def test_an_export_and_figures_are_those_of_a_file(
    merged: PostgresMergedStore, record: PostgresRecord, tmp_path: Path
) -> None:
    box = sorted((nobody() for _ in range(11)), key=lambda one: one.key)
    laptop = Laptop(1)
    for at in range(12):
        person = laptop.register()
        laptop.agree(person, "registration", "quotation")
        laptop.respond(person, rating=str(at % 5 + 1), sentence="अच्छा")
        if at % 3 == 0:
            laptop.certify(person)
        if at % 4 == 0:
            laptop.withdraw(person)
    laptop.say("day", EVENT, "close", None, at=MORNING_MS)
    file = MakeMerged(tmp_path)()
    for batch in laptop.seal(anonymous=box):
        for store in (merged, file):
            store.apply(batch, "stick", NOW_MS)
    assert exported(record) == exported(_Beside(file))
    with record.reading() as reading:
        figures = reading.figures()
        assert reading.connection.execute("SELECT 1").rowcount == -1  # nobody knows yet
    assert (figures.registered, figures.anonymous, figures.responses) == (12, 11, 20)
    assert [one.number for one in record.attendees()] == sorted(
        (one.number for one in record.attendees()), key=lambda one: (len(one), one)
    )
    assert {one.id for one in record.without_certificate(attended=False)} <= {
        one.id for one in record.attendees() if not one.masked
    }
    assert record.seal_anonymous() == (0, digest_of([]))
    file.close()


class _Beside:
    """The same event's record in a file."""

    def __init__(self, store: MergedStore) -> None:
        self._store = store

    @contextmanager
    def reading(self) -> Iterator[Reading]:
        yield Reading(self._store.engine.connection, EVENT, ZONE)


def exported(record: PostgresRecord | _Beside) -> dict[str, list[dict[str, object]]]:
    with record.reading() as reading:
        tables = RecordTables(reading)
        return {
            name: [dict(row) for row in tables.export_rows(name)[1]]
            for name in (
                "attendee", "consent", "response", "certificate", "check_in", "device",
                "anonymous_response",
            )
        }  # fmt: skip
