"""Among many: however many bear a name, little is asked of the index, and nobody is missed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

import pytest

from kiosk.domain.change import ChangeDraft
from kiosk.storage.driver import Connection
from kiosk.storage.full_text import FullText
from kiosk.storage.indexing import index_attendee, room_of, unindex_attendee
from kiosk.storage.migrations import STEPS, Runs
from kiosk.storage.search import CANDIDATES, find
from kiosk.storage.store import Store
from tests.storage.records import attendee_body, open_store, register

MANY = CANDIDATES + 60
FTS5 = " MATCH "


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """Two common names, more often than anybody reads, and then some that few bear."""
    store = open_store(Path(tmp_path_factory.mktemp("many")), bytes(range(32)), create=True)
    names = ["Ram Kumar", "Venkatesh Rao"] * MANY
    names += ["Zubin Kumar", "वेंकटरमण राव", "Venkataramana Rao", "Rao Kumar", "Ram Zubin Kumari"]
    with store.writing() as writing:
        for at, name in enumerate(names):
            body = attendee_body(name, f"KA1-{at:04d}")
            writing.write(ChangeDraft("attendee", f"a{at}", "create", "visitor", body, f"a{at}"))
    store.make_findable()
    return store


@contextmanager
def asking(connection: Connection, about: str) -> Iterator[list[str]]:
    """The statements meanwhile in which these words are."""
    trace: Callable[[Any], None] = cast("Any", connection).set_trace_callback
    asked: list[str] = []
    trace(lambda sql: asked.append(sql) if about in sql else None)
    try:
        yield asked
    finally:
        trace(None)


def found(store: Store, text: str, limit: int = 20) -> list[str]:
    return [one.attendee.name for one in store.find(text, limit)]


@pytest.mark.parametrize(
    ("typed", "meant", "questions"),
    [
        ("Ram Kumar", ["Ram Kumar"] * 20, 1),  # enough bear just this name
        ("kumar ram", ["Ram Kumar"] * 20, 1),
        ("ram ku", ["Ram Kumar"] * 20, 2),
        ("ram kumar kumar", ["Ram Kumar"] * 20, 2),
        ("venkate", ["Venkatesh Rao"] * 20, 2),  # enough of those with six letters are meant
        ("venkatesh ra", ["Venkatesh Rao"] * 20, 2),
        ("Zubin Kumar", ["Zubin Kumar"], 2),
        ("zub", ["Zubin Kumar", "Ram Zubin Kumari"], 2),
        ("कुमार ज़ुबिन", ["Zubin Kumar"], 2),
        ("ram kumari zubin", ["Ram Zubin Kumari"], 2),
        ("rao kumar", ["Rao Kumar"], 2),
        ("venkatara", ["वेंकटरमण राव", "Venkataramana Rao"], 3),  # hidden behind Venkatesh
        ("venkatara rao", ["Venkataramana Rao"], 3),
        ("Zubim Kumar", ["Zubin Kumar"], 4),
    ],
)
def test_a_name_is_found_among_many_with_few_questions(
    many: Store, typed: str, meant: list[str], questions: int
) -> None:
    with asking(many.connection, FTS5) as asked:
        names = found(many, typed)
    assert set(names[: len(meant)]) == set(meant)
    assert len(asked) <= questions, asked


def test_no_question_has_fts5_put_a_common_beginning_together(many: Store) -> None:
    """It does so for beginnings of more than six letters, which it keeps no list of."""
    with asking(many.connection, FTS5) as asked:
        found(many, "venkates")
        found(many, "venkatesh ra")
        found(many, "ram kumarr")
    assert asked
    beginnings = [word.split('"')[-1] for sql in asked for word in sql.split('"*')[:-1]]
    assert beginnings
    assert max(map(len, beginnings)) == 6


def test_what_one_key_says_is_asked_for_once(many: Store) -> None:
    """Whoever bears "suresh" has its key "sures", and so who begins like it begins like both."""
    with asking(many.connection, FTS5) as asked:
        found(many, "suresh ram")
    questions = [re.findall(r'"[a-z]+"\*?', sql) for sql in asked[:2]]
    assert questions == [['"sures"', '"ram"'], ['"sures"*', '"ram"*']]


def at_event(store: Store, event_id: str, people: dict[str, str]) -> None:
    """Makes people of an event findable, as in a store where several come together."""
    for row_id, name in people.items():
        index_attendee(store.connection, event_id, row_id, attendee_body(name, row_id))


def ids(index: FullText, text: str) -> list[str]:
    return [hit.attendee_id for hit in find(index, text, 20)]


def test_who_looks_for_an_events_people_passes_nobody_elses(store: Store) -> None:
    for round_ in range(3):
        for event in "ABC":
            at_event(store, event, {f"{event}-{round_}": "Asha Rao"})
    docs = "SELECT doc FROM finding WHERE event_id = ? ORDER BY doc"
    rooms = {}
    for event in "ABC":
        rooms[event] = [doc for (doc,) in store.connection.execute(docs, event).fetchall()]
        first, last = room_of(store.connection, event)
        assert rooms[event] == [first + 1, first + 2, first + 3]
        assert rooms[event][-1] < last
    assert rooms["A"][-1] < rooms["B"][0] < rooms["C"][0]
    everybody = FullText(store.connection)
    assert ids(everybody.of("B"), "Asha") == ["B-0", "B-1", "B-2"]
    assert ids(everybody.of("C"), "2") == ["C-2"]
    assert ids(everybody.of("D"), "Asha") == ids(everybody.of("D"), "2") == []
    assert len(ids(everybody, "Asha")) == 9


@pytest.mark.parametrize("typed", ["98765", "asha@example.in", "57"])
def test_what_many_share_is_looked_at_last(store: Store, typed: str) -> None:
    """Neither all of an event nor all of its room is gone through for a phone."""
    at_event(store, "A", {"A-1": "Asha"})
    with asking(store.connection, "FROM finding WHERE") as asked:
        ids(FullText(store.connection).of("A"), typed)
    hits = [sql for sql in asked if "LIMIT 200" in sql]
    assert hits
    for sql in hits:
        [plan] = store.connection.execute(f"EXPLAIN QUERY PLAN {sql}").fetchall()
        assert re.search(r"USING INDEX finding_by_(number|mobile|last_digits|email) ", plan[3])


def test_events_that_shared_a_room_before_go_on_sharing_it(store: Store) -> None:
    at_event(store, "A", {"A-1": "Asha Rao", "B-1": "Asha Nair"})
    store.connection.execute("UPDATE finding SET event_id = 'B' WHERE attendee_id = 'B-1'")
    at_event(store, "A", {"A-2": "Asha Kaur"})
    at_event(store, "B", {"B-2": "Asha Das"})
    index = FullText(store.connection)
    assert ids(index.of("A"), "asha") == ["A-1", "A-2"]
    assert ids(index.of("B"), "asha") == ["B-1", "B-2"]
    assert ids(index.of("B"), "2") == ["B-2"]


def test_near_spellings_are_those_of_the_event(store: Store) -> None:
    alike = [f"Farhun{letter}" for letter in "bdfgjklmprstvz"]  # nearer than Farjun to Farhun
    at_event(store, "A", {f"A-{name}": name for name in alike})
    at_event(store, "B", {"B-1": "Farjun Ali"})
    index = FullText(store.connection)
    assert ids(index.of("B"), "Farhun") == ["B-1"]
    at_event(store, "B", {f"B-{name}": name for name in alike})
    assert ids(index.of("B"), "Farhon")[0] == "B-Farhunb"  # the words are read now
    for name in alike:
        unindex_attendee(store.connection, "B", f"B-{name}")
    assert ids(index.of("B"), "Farhun") == ["B-1"]  # no word of theirs stands in the way


def test_a_store_of_before_is_indexed_anew_from_what_is_known(store: Store) -> None:
    ram = register(store, "राम कुमार", organisation="Ganga Weavers")
    kamala = register(store, "కమల")
    store.make_findable()
    store.connection.execute("INSERT INTO search_index (search_index) VALUES ('delete-all')")
    assert store.find("ram") == store.find("weavers") == []
    dict(STEPS)["0011_beginnings"](cast("Runs", store.connection))
    for typed in ("ram", "kumar", "राम", "ganga", "weav", "رام"):
        assert [one.attendee.id for one in store.find(typed)] == [ram], typed
    assert [one.attendee.id for one in store.find("Kamala")] == [kamala]
    register(store, "Asha")
    assert len(store.find("asha")) == 1
