"""How a merged store lies in its file, and that it takes what lies in another way."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path
from typing import Any, cast

import pytest
from sqlcipher3 import dbapi2

from kiosk.domain.batch import Opened
from kiosk.errors import EnvironmentFault
from kiosk.storage.driver import Connection, Runs
from kiosk.storage.laying import AS_THEY_CAME, _lay, lay_out
from kiosk.storage.merging import MergedStore, open_merged
from kiosk.storage.migrations import STEPS
from kiosk.storage.opening import LARGE_PAGE_BYTES, PAGE_BYTES, open_database, open_for_reading
from tests.storage.merged import KEY, NOW_MS, Laptop, rows_of

CARRYING = [name for name, _ in STEPS].index("0003_carrying") + 1  # nothing merged before it


LAID_OUT = [name for name, _ in STEPS].index("0014_laid_out")  # the last step before it


def shape(connection: Connection) -> set[tuple[Any, ...]]:
    """Columns, keys, indexes, views and triggers, and what SQLite knows of their shapes."""
    tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    columns = {
        (table, *column)
        for (table,) in tables
        for column in connection.execute(f"PRAGMA table_info({table})").fetchall()
    }
    beside = connection.execute(
        "SELECT tbl_name, name, sql FROM sqlite_master WHERE type <> 'table' AND sql IS NOT NULL"
    )
    known = connection.execute("SELECT tbl, idx, stat FROM sqlite_stat1")
    return columns | set(beside) | set(known)


def found_by(connection: Connection, sql: str, *values: object) -> str:
    """How SQLite goes about it."""
    plan = connection.execute(f"EXPLAIN QUERY PLAN {sql}", values).fetchall()
    return "; ".join(row[3] for row in plan)


def lies_as_it_came(connection: Connection, table: str) -> bool:
    try:
        connection.execute(f"SELECT max(rowid) FROM {table}")
    except dbapi2.OperationalError:
        return False
    return True


def page_bytes(connection: Connection) -> int:
    return int(connection.execute("PRAGMA page_size").fetchone()[0])


def two_days() -> tuple[list[Opened], list[Opened]]:
    """What two kiosks say first, and what they say of the same people later."""
    first, second = Laptop(1), Laptop(2)
    people = [first.register() for _ in range(12)]
    for person in people:
        first.agree(person, "contact")
        first.respond(person, rating="5")
        first.certify(person)
    second.register_as(people[0], "Asha", number="K1-0001", met="slip", receipt_hash="f" * 64)
    first.withdraw(people[1])
    early = [*first.batches(), *second.batches()]
    first.correct("attendee", people[2], people[2], name="Usha")
    second.correct("attendee", people[2], people[2], name="Ushas")
    second.erase(people[3])
    return early, [*first.batches(), *second.batches()]


def take(store: MergedStore, batches: list[Opened]) -> None:
    with store.together():
        for batch in batches:
            store.apply(batch, "stick", NOW_MS)


def copy_rows(source: Connection, target: Connection) -> None:
    """What an earlier version knows already, as it would have written it."""
    for (table,) in target.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '%sqlite%'"
        " AND name NOT LIKE 'search%'"
    ).fetchall():
        here = [row[1] for row in target.execute(f"PRAGMA table_info({table})").fetchall()]
        there = {row[1] for row in source.execute(f"PRAGMA table_info({table})").fetchall()}
        names = ", ".join(name for name in here if name in there)
        marks = ", ".join("?" for name in here if name in there)
        rows = source.execute(f"SELECT {names} FROM {table}").fetchall() if names else []
        target.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", rows)


def test_a_store_and_a_kiosk_s_record_lie_alike_as_they_came(tmp_path: Path) -> None:
    with (
        closing(open_merged(tmp_path / "new.db", KEY, create=True)) as store,
        closing(open_database(tmp_path / "kiosk.db", KEY, create=True)) as kiosk,
    ):
        merged = store.engine.connection
        assert shape(merged) == shape(kiosk)
        assert page_bytes(merged) == LARGE_PAGE_BYTES
        assert page_bytes(kiosk) == PAGE_BYTES
        for table in AS_THEY_CAME:
            assert lies_as_it_came(kiosk, table)
        assert not lies_as_it_came(merged, "anonymous_response")
        take(store, two_days()[0])
        for sql in ("DELETE FROM told", "UPDATE told SET hash = x''", "UPDATE told SET id = -id"):
            with pytest.raises(dbapi2.IntegrityError, match="append-only"):
                merged.execute(sql)


@pytest.mark.parametrize(
    ("sql", "index"),
    [
        (
            "SELECT * FROM said WHERE event_id = ? AND entity = ? AND entity_id = ?",
            "told_by_entity",
        ),
        ("SELECT * FROM said WHERE event_id = ? AND person_id = ?", "told_by_person"),
        ("DELETE FROM payload WHERE event_id = ? AND person_id = ?", "told_by_person"),
        ("SELECT * FROM change WHERE event_id = ? AND device_id = ? AND seq = ?", "told_once"),
        (
            (
                "SELECT number FROM attendee WHERE event_id = ? AND number BETWEEN ? AND ?"
                " GROUP BY number HAVING count(*) > 1"
            ),
            "COVERING INDEX attendee_by_number",
        ),
        (
            "SELECT * FROM certificate WHERE event_id = ? AND attendee_id = ?",
            "certificate_by_attendee",
        ),
    ],
)
def test_what_is_looked_for_in_a_store_is_found_by_an_index(
    tmp_path: Path, sql: str, index: str
) -> None:
    with closing(open_merged(tmp_path / "new.db", KEY, create=True)) as store:
        plan = found_by(store.engine.connection, sql, *("x" for _ in range(sql.count("?"))))
        assert index in plan
        assert "SCAN t" not in plan


def test_a_change_says_what_it_follows_though_it_is_not_kept(tmp_path: Path) -> None:
    """Whether it stands in the row above, or came before it did."""
    laptop = Laptop(1)
    for name in ("Asha", "Balu", "Chitra", "Devi"):
        laptop.register(name)
    told = [(one.seq, one.prev_hash, one.hash) for one in laptop.log]
    first, second = laptop.batches(most=2)
    with closing(open_merged(tmp_path / "new.db", KEY, create=True)) as store:
        take(store, [second, first])
        connection = store.engine.connection
        sql = "SELECT seq, prev_hash, hash FROM change ORDER BY seq"
        assert connection.execute(sql).fetchall() == told
        sql = "SELECT seq FROM told WHERE before = x'' ORDER BY seq"
        assert connection.execute(sql).fetchall() == [(2,), (4,)]


def test_a_store_that_cannot_be_laid_out_stands_in_nobody_s_way(tmp_path: Path) -> None:
    def no_room(connection: Runs) -> None:
        connection.execute("PRAGMA max_page_count = 1")
        connection.execute("CREATE TABLE much (word TEXT)")
        connection.execute("INSERT INTO much VALUES (zeroblob(1000000))")

    path = tmp_path / "merged.db"
    full = (*STEPS, ("9999_no_room", no_room))
    with pytest.raises(EnvironmentFault, match="disk_full"):
        open_database(path, KEY, create=True, steps=full)
    assert list(tmp_path.iterdir()) == []
    open_merged(path, KEY, create=True).close()
    before = path.read_bytes()
    with pytest.raises(EnvironmentFault, match="disk_full"):
        open_database(path, KEY, steps=full)
    assert path.read_bytes() == before


@pytest.mark.parametrize("version", range(CARRYING, len(STEPS) + 1))
def test_a_store_of_every_earlier_version_goes_on_with_its_data(
    tmp_path: Path, version: int
) -> None:
    """As they were made before: small pages, rows in the tree of their key, a log of tables."""
    early, late = two_days()
    old = tmp_path / "old.db"
    with closing(open_merged(tmp_path / "new.db", KEY, create=True)) as new:
        take(new, early)
        with closing(open_database(old, KEY, create=True, steps=STEPS[:version])) as connection:
            connection.execute("PRAGMA foreign_keys = OFF")
            copy_rows(new.engine.connection, connection)
        take(new, late)
        with closing(open_merged(old, KEY)) as store:
            assert page_bytes(store.engine.connection) == PAGE_BYTES
            take(store, late)
            assert store.digest() == new.digest()
            assert rows_of(store.engine.connection) == rows_of(new.engine.connection)
            assert store.conflicts() == new.conflicts() != []
            assert store.index_people() == new.index_people() > 0


def test_a_store_with_pages_as_the_first_stores_had_them_is_taken(tmp_path: Path) -> None:
    early, late = two_days()
    path = tmp_path / "merged.db"
    open_database(path, KEY, create=True, page_bytes=8_192).close()
    with closing(open_merged(path, KEY)) as store:
        assert page_bytes(store.engine.connection) == 8_192
        take(store, early + late)
    with closing(open_for_reading(path, KEY)) as reading:
        assert reading.execute("SELECT count(*) FROM attendee").fetchone() == (11,)


def test_a_log_that_was_not_folded_away_is_read_with_pages_of_either_size(tmp_path: Path) -> None:
    """As a kill leaves it: the file as it was made, all else in the write-ahead log."""
    left = tmp_path / "left"
    left.mkdir()
    with closing(open_merged(tmp_path / "merged.db", KEY, create=True)) as store:
        take(store, two_days()[0])
        told = store.digest()
        for end in ("", "-wal"):
            content = (tmp_path / f"merged.db{end}").read_bytes()
            (left / f"merged.db{end}").write_bytes(content)
    assert (left / "merged.db-wal").stat().st_size > 0
    with closing(open_for_reading(left / "merged.db", KEY)) as reading:
        assert reading.execute("SELECT count(*) FROM attendee").fetchone() == (12,)
    with closing(open_merged(left / "merged.db", KEY)) as again:
        assert again.digest() == told


def test_a_wrong_key_is_told_for_pages_of_either_size(tmp_path: Path) -> None:
    path = tmp_path / "merged.db"
    open_merged(path, KEY, create=True).close()
    before = path.read_bytes()
    for opened in (open_merged, open_for_reading):
        with pytest.raises(EnvironmentFault, match="database_corrupt"):
            opened(path, bytes(32))
    assert path.read_bytes() == before


def test_a_store_that_was_laid_out_by_an_earlier_version_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "merged.db"
    early, late = two_days()
    before = STEPS[: [name for name, _ in STEPS].index("0012_fewer_pages")]
    with closing(open_database(path, KEY, create=True, steps=before)) as connection:
        lay_out(cast("Runs", connection))  # which was no step then, and a store's alone
    with (
        closing(open_merged(path, KEY)) as store,
        closing(open_merged(tmp_path / "new.db", KEY, create=True)) as new,
    ):
        take(store, early + late)
        take(new, early + late)
        assert store.digest() == new.digest()
        assert shape(store.engine.connection) >= shape(new.engine.connection)


def test_a_store_that_cannot_be_laid_out_anew_stays_as_it_is(tmp_path: Path) -> None:
    path = tmp_path / "old.db"
    with closing(open_database(path, KEY, create=True, steps=STEPS[:LAID_OUT])) as connection:
        connection.execute("CREATE TABLE saying (word TEXT)")  # somebody else's
    with pytest.raises(dbapi2.OperationalError, match="saying already exists"):
        open_merged(path, KEY)
    with closing(open_for_reading(path, KEY)) as reading:
        assert reading.execute("SELECT count(*) FROM change").fetchone() == (0,)
        assert not lies_as_it_came(reading, "attendee")


def test_a_store_whose_rows_lay_as_they_came_before_its_log_did(tmp_path: Path) -> None:
    path = tmp_path / "old.db"
    early, late = two_days()
    with closing(open_database(path, KEY, create=True, steps=STEPS[:LAID_OUT])) as connection:
        for table in AS_THEY_CAME:
            _lay(cast("Runs", connection), table)
    with closing(open_merged(path, KEY)) as store:
        take(store, early + late)
        assert lies_as_it_came(store.engine.connection, "attendee")
        assert rows_of(store.engine.connection)
