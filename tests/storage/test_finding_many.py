"""Among many: however many bear a name, little is asked of the index, and nobody is missed."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any, cast

import pytest

from kiosk.domain.change import ChangeDraft
from kiosk.domain.ids import AttendeeId
from kiosk.storage.applying import store_row
from kiosk.storage.bearing import ROOM, index, room_of, unindex
from kiosk.storage.doc_sets import BLOCK
from kiosk.storage.driver import Connection
from kiosk.storage.found_by import finding_of
from kiosk.storage.indexing import index_attendee, unindex_attendee
from kiosk.storage.key_rows import KeyRows
from kiosk.storage.migrations import STEPS
from kiosk.storage.opening import open_database
from kiosk.storage.rows import ENTITIES
from kiosk.storage.search import CANDIDATES, Candidate, Index, Key, find
from kiosk.storage.store import DATABASE, Store
from tests.storage.records import EVENT, attendee_body, open_store, register

MANY = CANDIDATES + 60


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


class Noting:
    """An index that notes what it is asked for."""

    def __init__(self, index: Index) -> None:
        self._index = index
        self.asked: list[Sequence[Sequence[Key]]] = []

    def hits(self, where: str, values: Sequence[Any]) -> list[str]:
        return self._index.hits(where, values)

    def candidates(self, choices: Sequence[Sequence[Key]], most: int) -> list[Candidate]:
        self.asked.append(choices)
        return self._index.candidates(choices, most)

    def near(self, key: str) -> list[str]:
        return self._index.near(key)


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
    noting = Noting(KeyRows(many.connection, EVENT))
    people = many.attendees_of([AttendeeId(row_id) for row_id in ids(noting, typed)])
    names = [one.name for one in people.values()]
    assert set(names[: len(meant)]) == set(meant)
    assert len(noting.asked) <= questions, noting.asked


def test_what_one_key_says_is_asked_for_once(many: Store) -> None:
    """Whoever bears "suresh" has its key "sures", and so who begins like it begins like both."""
    noting = Noting(KeyRows(many.connection, EVENT))
    find(noting, "suresh ram", 20)
    assert noting.asked[:2] == [
        [[("sures", False)], [("ram", False)]], [[("sures", True)], [("ram", True)]],
    ]  # fmt: skip


def test_a_beginning_is_one_key_or_those_of_few(many: Store) -> None:
    """Of six letters at the most there is a row for all who bear it; a longer one is rarer."""
    with asking(many.connection, "FROM bearing WHERE") as asked:
        found(many, "venkates")
        found(many, "ram kuma")
    spans = [re.findall(r"'([^']*)'", sql) for sql in asked]
    beginnings = [(first, last) for first, last in spans if first != last]
    assert beginnings
    assert all(len(first) > 6 and last == first + "\U0010ffff" for first, last in beginnings)
    assert ["\ue000kum", "\ue000kum"] in spans


def at_event(store: Store, event_id: str, people: dict[str, str]) -> None:
    """Makes people of an event findable, as in a store where several come together."""
    for row_id, name in people.items():
        index_attendee(store.connection, event_id, row_id, attendee_body(name, row_id))


def ids(index: Index, text: str) -> list[str]:
    return [hit.attendee_id for hit in find(index, text, 20)]


def test_who_looks_for_an_events_people_passes_nobody_elses(store: Store) -> None:
    for round_ in range(3):
        for event in "ABC":
            at_event(store, event, {f"{event}-{round_}": "Asha Rao"})
    docs = "SELECT doc FROM finding WHERE event_id = ? ORDER BY doc"
    rooms = {}
    for event in "ABC":
        rooms[event] = [doc for (doc,) in store.connection.execute(docs, event).fetchall()]
        first = room_of(store.connection, event) * ROOM
        assert rooms[event] == [first + 1, first + 2, first + 3]
    assert rooms["A"][-1] // ROOM < rooms["B"][0] // ROOM < rooms["C"][0] // ROOM
    for event, people in {"A": 3, "B": 3, "C": 3, "D": 0}.items():
        index = KeyRows(store.connection, event)
        assert ids(index, "Asha") == [f"{event}-{at}" for at in range(people)]
        assert ids(index, "2") == [f"{event}-{at}" for at in range(people) if at == 2]


def test_more_than_a_block_has_room_for_are_found(store: Store) -> None:
    at_event(store, "A", {"A-1": "Asha Rao"})
    put = "UPDATE finding SET doc = ? WHERE attendee_id = 'A-1'"
    store.connection.execute(put, (BLOCK - 3,))
    people = {f"A-{at}": attendee_body("Asha Das", f"KA1-{at}") for at in range(2, 8)}
    index(store.connection, "A", people)
    there = KeyRows(store.connection, "A")
    assert sorted(ids(there, "Asha Das")) == sorted(people)
    unindex(store.connection, "A", ["A-2", "A-7"])
    assert sorted(ids(there, "Asha Das")) == ["A-3", "A-4", "A-5", "A-6"]
    blocks = "SELECT DISTINCT block FROM bearing WHERE key = 'das' ORDER BY block"
    assert store.connection.execute(blocks).fetchall() == [(0,), (1,)]


def test_many_go_and_none_of_their_words_stays(store: Store) -> None:
    people = {f"A-{at}": attendee_body("Asha Das", f"KA1-{at}") for at in range(300)}
    index(store.connection, "A", people)
    unindex(store.connection, "A", list(people)[1:])
    assert ids(KeyRows(store.connection, "A"), "asha das") == ["A-0"]
    unindex(store.connection, "A", ["A-0"])
    for table in ("finding", "bearing", "spelling"):
        assert store.connection.execute(f"SELECT * FROM {table}").fetchall() == []


@pytest.mark.parametrize("typed", ["98765", "asha@example.in", "57"])
def test_what_many_share_is_looked_at_last(store: Store, typed: str) -> None:
    """Neither all of an event nor all of its room is gone through for a phone."""
    at_event(store, "A", {"A-1": "Asha"})
    with asking(store.connection, "FROM finding WHERE") as asked:
        ids(KeyRows(store.connection, "A"), typed)
    hits = [sql for sql in asked if "LIMIT 200" in sql]
    assert hits
    for sql in hits:
        [plan] = store.connection.execute(f"EXPLAIN QUERY PLAN {sql}").fetchall()
        assert re.search(r"USING INDEX finding_by_(number|mobile|last_digits|email) ", plan[3])


def test_near_spellings_are_those_of_the_event(store: Store) -> None:
    alike = [f"Farhun{letter}" for letter in "bdfgjklmprstvz"]  # nearer than Farjun to Farhun
    at_event(store, "A", {f"A-{name}": name for name in alike})
    at_event(store, "B", {"B-1": "Farjun Ali"})
    of_b = KeyRows(store.connection, "B")
    assert ids(of_b, "Farhun") == ["B-1"]
    at_event(store, "B", {f"B-{name}": name for name in alike})
    assert ids(of_b, "Farhon")[0] == "B-Farhunb"  # the words are read now
    for name in alike:
        unindex_attendee(store.connection, "B", f"B-{name}")
    assert ids(of_b, "Farhun") == ["B-1"]  # no word of theirs stands in the way


def test_of_what_is_spelt_alike_what_many_bear_is_nearest(store: Store) -> None:
    at_event(store, "A", {f"A-{letter}": f"Tar{letter}n" for letter in "bdfgklmpstv"})
    at_event(store, "A", {"B-1": "Tarun", "B-2": "Tarun"})
    assert KeyRows(store.connection, "A").near("taron")[0] == "tarun"


@pytest.mark.parametrize("version", [10, 12])
def test_a_store_of_before_is_indexed_anew_from_what_is_known(
    tmp_path: Path, key: bytes, version: int
) -> None:
    people = {"a1": "राम कुमार", "a2": "కమల"}
    path = tmp_path / DATABASE
    with closing(open_database(path, key, create=True, steps=STEPS[:version])) as before:
        for row_id, name in people.items():
            row = attendee_body(
                name,
                "KA1-0001",
                organisation="Ganga Weavers",
                receipt_hash=row_id,
                withdrawn_at=None,
            )
            store_row(before, ENTITIES["attendee"], (EVENT, row_id), row, (bytes(9), "d"))
            before.execute(
                "INSERT INTO finding (event_id, attendee_id, name_keys, other_keys, number_order,"
                " mobile, mobile_reversed, email) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (EVENT, *finding_of(row_id, row)),
            )
    with closing(open_store(tmp_path, key)) as store:
        for typed in ("ram", "kumar", "राम", "ram weav", "رام"):
            assert [one.attendee.id for one in store.find(typed)] == ["a1"], typed
        assert [one.attendee.id for one in store.find("Kamala")] == ["a2"]
        assert {one.attendee.id for one in store.find("ganga")} == {"a1", "a2"}
        register(store, "Asha")
        assert len(store.find("asha")) == 1
