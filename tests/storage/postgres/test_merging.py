"""Merging into PostgreSQL: the same as into a file, when many do it, and when it breaks off."""

from __future__ import annotations

import pickle
import random
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from kiosk.errors import EnvironmentFault
from kiosk.services.merging import Applied, Aside
from kiosk.storage.merging import MergedStore
from kiosk.storage.postgres.connection import again, connect
from kiosk.storage.postgres.engine import PostgresEngine
from kiosk.storage.postgres.faults import Contended
from kiosk.storage.postgres.opening import open_database
from kiosk.storage.postgres.packing import Block
from kiosk.storage.postgres.store import PostgresMergedStore, open_merged
from tests.postgres import Server
from tests.storage.merged import NOW_MS, Laptop, MakeMerged, rows_of
from tests.storage.postgres.batches import kiosk_day
from tests.storage.records import nobody


def days(kiosks: int = 3, visitors: int = 30, event: str = "ka-2020-01-10") -> list[Any]:
    return [
        batch
        for number in range(1, kiosks + 1)
        for batch in kiosk_day(number, visitors, event).seal(most=40)
    ]


@contextmanager
def fault(key: str) -> Iterator[None]:
    with pytest.raises(EnvironmentFault) as raised:
        yield
    assert raised.value.key == key


def told(store: MergedStore) -> object:
    return (store.digest(), rows_of(store.engine.connection), store.gaps(), store.forks(),
            store.held(), store.conflicts())  # fmt: skip


def test_a_file_and_a_server_come_to_the_same(merged: PostgresMergedStore, tmp_path: Path) -> None:
    first, second = Laptop(1), Laptop(2)
    person = first.register("सुनीता")
    second.register_as(person, "Sunita", number="K1-0001", met="slip")
    first.correct("attendee", person, person, name="सुनीता देवी")
    second.correct("attendee", person, person, name="Sunita Devi")
    gone = second.register("Nobody's business")
    second.erase(gone)
    lost = [*first.batches(1), *second.batches(2)]
    batches = [*days(), *lost[1:]]
    file = MakeMerged(tmp_path)()
    for batch in batches:
        file.apply(batch, "stick", NOW_MS)
    random.Random(3).shuffle(batches)
    for batch in [*batches, *batches[:5]]:
        merged.apply(batch, "stick", NOW_MS)
    assert told(merged) == told(file)
    assert merged.conflicts()
    assert merged.gaps()
    shas = {batch.sha256 for batch in batches}
    assert merged.known_files([*shas, "f" * 64]) == shas
    file.close()


def test_nothing_new_brings_nothing(merged: PostgresMergedStore) -> None:
    (batch,) = kiosk_day(1, 200).seal()
    assert merged.apply(batch, "stick", NOW_MS) == Applied(600, 0)
    assert merged.apply(batch, "stick", NOW_MS) == Applied(0, 600)


def test_rows_that_come_again_are_left_alone_however_many(merged: PostgresMergedStore) -> None:
    """A visitor known from a slip arrives before and after the kiosk that registered them."""
    home, other = Laptop(1), Laptop(2)
    people = [home.register(f"Visitor {at}") for at in range(120)]
    for at, person in enumerate(people):
        other.register_as(person, "", number=f"K1-{at + 1:04d}", met="slip")
    people.append(other.register("only there"))
    for batch in (*other.batches(), *home.batches()):
        merged.apply(batch, "stick", NOW_MS)
    rows = rows_of(merged.engine.connection)
    assert {key[2] for key in rows} == set(people)
    assert {row["name"] for row in rows.values()} == {
        *(f"Visitor {at}" for at in range(120)), "only there",
    }  # fmt: skip


def test_anonymous_answers_and_files_set_aside_are_kept(merged: PostgresMergedStore) -> None:
    laptop = Laptop(1)
    laptop.register()
    box = sorted((nobody() for _ in range(12)), key=lambda one: one.key)
    for batch in laptop.seal(anonymous=box):
        merged.apply(batch, "stick", NOW_MS)
    (count,) = merged.engine.connection.execute(
        "SELECT count(*) FROM anonymous_response"
    ).fetchone()
    assert count == 12
    aside = Aside("stick", "x.ekb", "a" * 64, "batch_damaged", 1)
    merged.set_aside(aside, b"\x00bytes")
    merged.set_aside(aside, b"\x00bytes")
    assert merged.set_aside_files() == [aside]
    assert merged.content_aside("a" * 64) == b"\x00bytes"
    merged.release_aside("a" * 64)
    assert merged.set_aside_files() == []


def test_many_merge_at_once_into_one_event_and_several(
    merged: PostgresMergedStore, postgres_url: str
) -> None:
    batches = [*days(4, 25, "ka-2020-01-10"), *days(4, 25, "up-2020-01-11")]
    random.Random(5).shuffle(batches)
    halves = [batches, batches[::-1], batches[::2] + batches[1::2]]
    together = threading.Barrier(len(halves))

    def merge(mine: list[Any]) -> int:
        store = open_merged(postgres_url)
        together.wait()
        new = sum(store.apply(batch, "stick", NOW_MS).new for batch in mine)
        store.close()
        return new

    with ThreadPoolExecutor(len(halves)) as threads:
        brought = list(threads.map(merge, halves))
    assert sum(brought) == sum(len(batch.told) for batch in batches)
    (count,) = merged.engine.connection.execute("SELECT count(*) FROM change").fetchone()
    assert count == sum(brought)
    assert merged.gaps() == []
    assert merged.forks() == []


def test_a_server_that_goes_away_in_the_middle_keeps_nothing_half(
    merged: PostgresMergedStore, postgres_url: str
) -> None:
    (batch,) = kiosk_day(1, 200).seal()
    before = told(merged)
    broken = PostgresMergedStore(_Dying(open_database(postgres_url)))
    with fault("server_gone"):
        broken.apply(batch, "stick", NOW_MS)
    with fault("server_gone"):
        broken.digest()
    broken.close()
    assert told(merged) == before
    assert merged.apply(batch, "stick", NOW_MS).new == 600


class _Dying(PostgresEngine):
    """A server that ends the session when a payload is brought."""

    def add(self, event_id: str, device_id: str, packed: Sequence[Block]) -> int:
        if packed and packed[0].table == "response":
            self.connection.execute("SELECT pg_terminate_backend(pg_backend_pid())")
        return super().add(event_id, device_id, packed)


def test_a_server_that_is_stopped_is_missed(tmp_path: Path) -> None:
    server = Server()
    try:
        store = open_merged(server.new_database(), create=True, partitions=None)
        server.stop()
        with fault("server_gone"):
            store.digest()
        with fault("server_gone"):
            store.apply(next(kiosk_day(1, 2).seal()), "stick", NOW_MS)
        store.close()
        server.start()
    finally:
        server.remove()


class _Contending(PostgresEngine):
    """Somebody else writes the same row just before, a few times."""

    times = 3

    def load(self, table: str, *given: Any) -> int:
        if table == "change" and self.times:
            self.times -= 1
            self.connection.execute(
                "DO $$ BEGIN RAISE EXCEPTION 'could not serialize' USING ERRCODE = '40001'; END $$"
            )
        return super().load(table, *given)


def test_what_others_write_at_the_same_moment_is_waited_for(
    merged: PostgresMergedStore, postgres_url: str
) -> None:
    (batch,) = kiosk_day(1, 3).seal()
    store = PostgresMergedStore(_Contending(open_database(postgres_url)))
    assert store.apply(batch, "stick", NOW_MS).new == 9
    store.close()
    assert merged.digest() != ""


def test_in_the_end_it_is_told_that_others_are_writing() -> None:
    tried: list[int] = []

    def contend() -> None:
        tried.append(1)
        raise Contended("server_busy", server="x")

    with fault("server_busy"):
        again(contend)
    assert len(tried) == 8


def test_rows_of_somebody_who_took_no_lock_are_noticed(
    merged: PostgresMergedStore, postgres_url: str
) -> None:
    """Between looking and copying somebody writes past the lock: it is tried again, not lost."""
    engine = PostgresEngine(open_database(postgres_url))
    rows = [("ka", f"{at:036d}") for at in range(60)]
    engine.load("unindexed", ("event_id", "attendee_id"), rows[:1])
    unseeing = _Unseeing(engine)
    with pytest.raises(Contended), engine.writing("ka"):
        unseeing.load("unindexed", ("event_id", "attendee_id"), rows)
    engine.close()


class _Unseeing(PostgresEngine):
    def __init__(self, engine: PostgresEngine) -> None:
        super().__init__(engine.connection)

    def _known(self, *_: Any) -> list[tuple[Any, ...]]:
        return []


def test_a_server_that_goes_away_while_it_is_read(postgres_url: str) -> None:
    engine = PostgresEngine(connect(postgres_url))
    with fault("server_gone"), engine.reading():
        engine.connection.execute("SELECT pg_terminate_backend(pg_backend_pid())")
    engine.close()


def test_batches_that_go_together_are_each_kept_at_once(
    merged: PostgresMergedStore, postgres_url: str
) -> None:
    other = open_merged(postgres_url)
    with merged.together():
        for batch in days(2, 3):
            merged.apply(batch, "stick", NOW_MS)
            assert merged.digest() == other.digest()
        merged.engine.breathe()
    other.close()


def test_people_are_made_findable_once(merged: PostgresMergedStore) -> None:
    for batch in [*days(1, 20), *days(1, 5, "up-2020-01-11")]:
        merged.apply(batch, "stick", NOW_MS)
    seen: list[tuple[int, int]] = []
    assert merged.index_people(lambda done, of: seen.append((done, of))) == 25
    assert seen == [(20, 25), (25, 25)]
    assert merged.index_people() == 0


def test_reading_shows_one_moment(merged: PostgresMergedStore, postgres_url: str) -> None:
    engine = PostgresEngine(connect(postgres_url))
    (batch,) = kiosk_day(1, 3).seal()
    with engine.reading():
        counted = "SELECT count(*) FROM change"
        assert engine.connection.execute(counted).fetchone() == (0,)
        merged.apply(batch, "stick", NOW_MS)
        assert engine.connection.execute(counted).fetchone() == (0,)
        with fault("server_read_only"):
            engine.connection.execute("DELETE FROM clash")
    engine.close()


@pytest.mark.parametrize(
    ("state", "key"),
    [
        ("53100", "server_full"), ("53300", "server_busy"), ("58030", "server_disk"),
        ("XX001", "server_damaged"), ("57P01", "server_gone"), ("42501", "server_denied"),
        ("25006", "server_read_only"), ("40P01", "server_busy"), ("55P03", "server_busy"),
    ],
)  # fmt: skip
def test_what_the_server_says_in_codes_is_said_in_words(
    merged: PostgresMergedStore, state: str, key: str
) -> None:
    connection = merged.engine.connection
    with fault(key), merged.engine.writing("ka"):
        connection.execute("INSERT INTO clash VALUES ('ka', 'number', 'K1-0001')")
        connection.execute(
            f"DO $$ BEGIN RAISE EXCEPTION 'as it happens' USING ERRCODE = '{state}'; END $$"
        )
    assert connection.execute("SELECT count(*) FROM clash").fetchone() == (0,)


def test_numbers_come_as_sqlite_gives_them(merged: PostgresMergedStore) -> None:
    connection = merged.engine.connection
    row = connection.execute(
        "SELECT sum(n)::numeric, avg(n), -sum(n), ?, ?, '100 % ? sure', ? LIKE 'a%'"
        " FROM (VALUES (1), (2)) AS v (n)",
        (True, 7, "abc"),
    ).fetchone()
    assert row == (3, 1.5, -3, 1, 7, "100 % ? sure", True)
    assert type(row[0]) is int
    assert connection.execute("SET application_name = 'x'").fetchone() is None
    assert connection.execute("SET application_name = 'x'").fetchall() == []
    assert list(connection.execute("SELECT 1 UNION SELECT 2 ORDER BY 1")) == [(1,), (2,)]
    assert (
        connection.executemany("INSERT INTO tick VALUES (?, 'a', 1)", [("x",), ("y",)]).rowcount
        == 2
    )
    assert not connection.in_transaction


def test_rows_that_a_table_met_before_are_left_alone(merged: PostgresMergedStore) -> None:
    columns = ("event_id", "attendee_id")
    rows = [("ka-2020-01-01", f"{at:036d}") for at in range(200)]
    with merged.engine.writing("ka-2020-01-01"):
        assert merged.engine.load("unindexed", columns, rows[:100]) == 100
        assert merged.engine.load("unindexed", columns, rows[50:150]) == 50
        assert merged.engine.load("unindexed", columns, rows) == 50
        assert merged.engine.load("unindexed", columns, rows) == 0
        assert merged.engine.load("unindexed", columns, []) == 0


def test_a_batch_may_be_made_ready_in_another_process(
    merged: PostgresMergedStore, tmp_path: Path
) -> None:
    first, second = Laptop(1), Laptop(2)
    people = [first.register(f"Visitor {at}") for at in range(60)]
    second.register_as(people[0], "Aasha", number="K1-0001", met="slip", receipt_hash="f" * 64)
    early = [*first.batches(), *second.batches()]
    second.erase(people[0])
    file = MakeMerged(tmp_path)()
    for batch in [*early, *second.batches(), *early]:
        travelled = pickle.loads(pickle.dumps(merged.readying()(batch)))  # noqa: S301 - ours
        assert merged.apply(travelled, "stick", NOW_MS) == file.apply(batch, "stick", NOW_MS)
    assert merged.digest() == file.digest()
    assert rows_of(merged.engine.connection) == rows_of(file.engine.connection)
