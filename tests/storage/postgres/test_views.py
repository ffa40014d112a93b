"""What analysts see, and what they do not."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from kiosk.domain.ids import EventId
from kiosk.storage.postgres.store import PostgresMergedStore
from tests.storage.joins import DAY, DAY_MS, decide, record_of
from tests.storage.merged import NOW_MS, Laptop
from tests.storage.records import EVENT, MORNING_MS, nobody

VIEWS = {
    "visitor", "visitor_contact", "consent", "check_in", "response", "answer", "certificate",
    "anonymous_response", "anonymous_answer", "same_visitor", "device", "day",
}  # fmt: skip


@pytest.fixture
def store(merged: PostgresMergedStore) -> PostgresMergedStore:
    """Asha agreed to be contacted and quoted, Ravi to nothing, and Sita withdrew."""
    laptop = Laptop(1)
    for name, agreed in (("Asha", ("contact", "quotation")), ("Ravi", ()), ("Sita", ("contact",))):
        person = laptop.register(name, email=f"{name}@example.in".lower())
        laptop.agree(person, "registration", *agreed)
        laptop.respond(person, rating="4", sentence=f"said {name}", odd="a\x00b" * (name == "Ravi"))
        laptop.certify(person, name)
        laptop.say(
            "check_in", f"c-{len(laptop.log)}", "create", person, attendee_id=person,
            session_id="", at=MORNING_MS, device_id=laptop.device,
        )  # fmt: skip
        if name == "Sita":
            laptop.withdraw(person)
    laptop.say("device", laptop.device, "create", None, code="K1", public_key="", certificate="")
    laptop.say("day", EVENT, "close", None, at=MORNING_MS)
    for batch in laptop.seal(anonymous=[nobody(answers={"rating": "5"})]):
        merged.apply(batch, "stick", NOW_MS)
    merged.note_zones({EventId(EVENT): ("Asia/Kolkata", *DAY)})
    return merged


def asked(store: PostgresMergedStore, sql: str) -> list[tuple[object, ...]]:
    return store.engine.connection.execute(sql).fetchall()


def test_every_view_has_a_word_on_it(store: PostgresMergedStore) -> None:
    told: dict[object, object] = dict(
        asked(
            store,
            "SELECT c.relname, obj_description(c.oid) FROM pg_class c JOIN pg_namespace n"
            " ON n.oid = c.relnamespace WHERE n.nspname = 'analyst'",
        )  # type: ignore[arg-type]
    )
    assert told.keys() == VIEWS
    assert all(told.values())
    (column,) = asked(store, "SELECT col_description('analyst.visitor'::regclass, 3)")
    assert "slip" in str(column[0])


def test_the_manual_names_every_view_and_no_other() -> None:
    manual = (Path(__file__).parents[3] / "resources" / "README.md").read_text("utf-8")
    table = manual.partition("| view of `analyst` |")[2].partition("\n\n")[0]
    named = [line.split("|")[1] for line in table.splitlines()[2:]]
    assert {name for cell in named for name in re.findall(r"`(\w+)`", cell)} == VIEWS


def test_who_withdrew_is_in_no_view_and_names_are_of_those_who_agreed(
    store: PostgresMergedStore,
) -> None:
    for view in VIEWS:
        rows = asked(store, f"SELECT * FROM analyst.{view}")
        assert "Sita" not in str(rows), view
        assert ("Asha" in str(rows)) == (view in {"visitor_contact", "response", "answer"}), view
    assert asked(store, "SELECT name, email FROM analyst.visitor_contact") == [
        ("Asha", "asha@example.in")
    ]
    assert len(asked(store, "SELECT 1 FROM analyst.visitor")) == 2
    assert len(asked(store, "SELECT 1 FROM analyst.certificate WHERE status = 'valid'")) == 2
    assert len(asked(store, "SELECT 1 FROM analyst.check_in")) == 2
    assert len(asked(store, "SELECT 1 FROM analyst.consent WHERE given")) == 4


def test_what_analysts_ask_is_asked_of_nobody_who_is_left_out(store: PostgresMergedStore) -> None:
    raw, seen = store.engine.connection.raw, list[str | None]()
    raw.add_notice_handler(lambda said: seen.append(said.message_primary))
    raw.execute(
        "CREATE FUNCTION pg_temp.told(text) RETURNS boolean LANGUAGE plpgsql COST 0.0001 AS"
        " $$ BEGIN RAISE NOTICE '%', $1; RETURN true; END $$"
    )
    raw.execute("SELECT 1 FROM analyst.visitor_contact WHERE pg_temp.told(name)")
    assert seen == ["Asha"]


def test_answers_come_one_by_one_and_say_whether_they_may_be_quoted(
    store: PostgresMergedStore,
) -> None:
    rows = asked(
        store, "SELECT answer, may_be_quoted FROM analyst.answer WHERE question = 'sentence'"
    )
    assert rows == [("said Asha", True)]  # Ravi's hold what PostgreSQL keeps in no text
    assert len(asked(store, "SELECT 1 FROM analyst.response")) == 2
    nobodys = "SELECT question, answer FROM analyst.anonymous_answer"
    assert asked(store, nobodys) == [("rating", "5")]


def test_the_order_of_anonymous_answers_leads_to_no_kiosk(store: PostgresMergedStore) -> None:
    for number in (2, 3):
        laptop = Laptop(number)
        laptop.say("day", EVENT, "close", None, at=MORNING_MS)
        box = [
            nobody(key=bytes([at, number] * 8), answers={"of": f"{at:02d}{number}"})
            for at in range(12)
        ]
        for batch in laptop.seal(anonymous=box):
            store.apply(batch, "stick", NOW_MS)
    for sql in (
        "SELECT answers->>'of' FROM analyst.anonymous_response WHERE answers ? 'of'",
        "SELECT answer FROM analyst.anonymous_answer WHERE question = 'of'",
    ):
        told = [one for (one,) in store.engine.connection.raw.execute(sql).fetchall()]
        assert told == sorted(told)
        assert len(told) == 24


def test_times_are_those_of_the_events_walls(store: PostgresMergedStore) -> None:
    ((at, wall),) = asked(store, "SELECT closed_at, closed_local FROM analyst.day")
    assert at == datetime(2019, 12, 20, 4, 30, tzinfo=UTC)
    assert wall == datetime(2019, 12, 20, 10, 0)  # noqa: DTZ001 - a wall has no zone


def test_a_number_that_two_people_share_is_told_apart(store: PostgresMergedStore) -> None:
    other = Laptop(2)
    other.register("Meera", number="K1-0001", receipt_hash="cd" * 32)
    for batch in other.batches():
        store.apply(batch, "stick", NOW_MS)
    numbers = {str(number) for (number,) in asked(store, "SELECT number FROM analyst.visitor")}
    shared = {number for number in numbers if number.startswith("K1-0001")}
    assert len(shared) == 2
    assert all("/" in number for number in shared)


def test_whoever_was_decided_to_be_one_is_there_once(store: PostgresMergedStore) -> None:
    other = Laptop(2)
    again = other.register("Asha Rao", email="rao@example.in", registered_at=MORNING_MS + 1)
    other.agree(again, "contact")
    other.respond(again, rating="2", sentence="said twice")
    for batch in other.batches():
        store.apply(batch, "stick", NOW_MS)
    ((first,),) = asked(store, "SELECT id FROM attendee WHERE name = 'Asha'")
    record = record_of(store)
    decide(record, str(first), again)
    assert len(asked(store, "SELECT 1 FROM analyst.visitor")) == 2
    contacts = asked(store, "SELECT id, name FROM analyst.visitor_contact ORDER BY name")
    assert contacts == [(first, "Asha"), (first, "Asha Rao")]
    assert len(asked(store, f"SELECT 1 FROM analyst.response WHERE attendee_id = '{first}'")) == 2
    assert asked(store, "SELECT same FROM analyst.same_visitor") == [(True,)]
    other.withdraw(again)
    for batch in other.batches():
        store.apply(batch, "stick", NOW_MS)
    for view in VIEWS:
        assert "Asha" not in str(asked(store, f"SELECT * FROM analyst.{view}")), view
    assert len(asked(store, "SELECT 1 FROM analyst.visitor")) == 1
    assert asked(store, "SELECT same FROM analyst.same_visitor") == []


def test_times_of_a_wrong_clock_are_told_as_a_person_put_them_right(
    store: PostgresMergedStore,
) -> None:
    other = Laptop(2)
    other.register("Meera", registered_at=MORNING_MS - 30 * DAY_MS)
    other.say(
        "device", other.device, "create", None, code="K2", public_key="", certificate="",
        more={"shift_ms": 10**13},  # as no honest laptop's: no calendar tells such a time
    )  # fmt: skip
    for batch in other.batches():
        store.apply(batch, "stick", NOW_MS)
    wall = (
        "SELECT min(registered_local), min(registered_at) FROM analyst.visitor"
        f" WHERE device_id = '{other.device}'"
    )
    ((before, _),) = asked(store, wall)
    assert str(before) == "2019-11-20 10:00:00"
    other.say("device", other.device, "correct", None, more={"shift_ms": 30 * DAY_MS + 60_000})
    for batch in other.batches():
        store.apply(batch, "stick", NOW_MS)
    ((after, at),) = asked(store, wall)
    assert str(after) == "2019-12-20 10:01:00"
    assert at == datetime(2019, 12, 20, 4, 31, tzinfo=UTC)
