"""What exports read, and the plain SQLite files that are written for them."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.errors import EnvironmentFault
from kiosk.storage.plain import count_plain_sqlite, write_plain_sqlite
from kiosk.storage.store import Store
from kiosk.storage.tables import RecordTables
from tests.storage.records import (
    DEVICE,
    certify,
    change,
    check_in,
    keep,
    nobody,
    register,
    respond,
)

TABLES = ("attendee", "consent", "check_in", "response", "certificate", "device")


def test_every_table_comes_by_name(store: Store) -> None:
    person = register(store, "राम", kinds=["msme", "shg"])
    respond(store, person, rating=5, sentence="तेज़")
    check_in(store, person)
    certify(store, person, "KA1-C-10000")
    certify(store, person, "KA1-C-0002")
    change(store, "device", DEVICE, "create", code="KA1")
    with store.reading() as reading:
        tables = RecordTables(reading)
        rows = {}
        for name in TABLES:
            columns, found = tables.export_rows(name)
            rows[name] = list(found)
            assert all(tuple(row) == columns for row in rows[name])
    attendee = rows["attendee"][0]
    assert (attendee["name"], json.loads(attendee["kinds"])) == ("राम", ["msme", "shg"])
    assert len(rows["consent"]) == 4
    assert json.loads(rows["response"][0]["answers"]) == {"rating": 5, "sentence": "तेज़"}
    assert [row["serial"] for row in rows["certificate"]] == ["KA1-C-0002", "KA1-C-10000"]
    assert rows["device"][0]["code"] == "KA1"


def test_anonymous_rows_come_by_key_and_coarse(store: Store) -> None:
    for _ in range(5):
        register(store, "Asha", state="IN-KA")
    keep(store, *(nobody(key=bytes([9 - at]) * 16) for at in range(5)), nobody(state="IN-AP"))
    columns, found = RecordTables(store).export_rows("anonymous_response")
    rows = list(found)
    assert [row["key"] for row in rows] == sorted(row["key"] for row in rows)
    assert {row["state"] for row in rows} == {"IN-KA", ""}
    assert columns == ("key", "form_id", "form_version", "answers", "does", "language", "state")


def test_other_tables_are_not_exported(store: Store) -> None:
    for name in ("change", "salt", "staff", "draft"):
        with pytest.raises(KeyError):
            RecordTables(store).export_rows(name)


cells = st.none() | st.integers(-(2**63), 2**63 - 1) | st.floats(allow_nan=False) | st.text()


@given(st.lists(st.tuples(cells, cells, cells), max_size=20))
def test_what_is_written_is_read_back(
    rooms: Iterator[Path], rows: list[tuple[str | int | float | None, ...]]
) -> None:
    path = next(rooms)
    clean = [
        tuple(cell.encode("utf-8", "ignore").decode() if isinstance(cell, str) else cell
              for cell in row)
        for row in rows
    ]  # fmt: skip
    write_plain_sqlite(path, [("answers", ("a", 'b "quoted"', "A"), clean)])
    assert count_plain_sqlite(path) == {"answers": len(rows)}
    with closing(sqlite3.connect(path)) as plain:
        assert plain.execute("SELECT * FROM answers").fetchall() == clean
        names = [row[1] for row in plain.execute("PRAGMA table_info(answers)")]
    assert names == ["a", 'b "quoted"', "A_2"]


@pytest.fixture(scope="module")
def rooms(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("plain")
    return (folder / f"{at}.sqlite" for at in range(10_000))


def test_a_key_is_the_primary_key(tmp_path: Path) -> None:
    path = tmp_path / "day.sqlite"
    write_plain_sqlite(path, [("attendee", ("id", "name"), [("b", "B"), ("a", "A")])])
    with closing(sqlite3.connect(path)) as plain:
        assert [row[5] for row in plain.execute("PRAGMA table_info(attendee)")] == [1, 0]
        assert plain.execute("PRAGMA application_id").fetchone() == (0x53414D56,)


def test_a_file_that_is_there_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "day.sqlite"
    path.write_bytes(b"somebody's")
    with pytest.raises(FileExistsError):
        write_plain_sqlite(path, [])
    assert path.read_bytes() == b"somebody's"


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(EnvironmentFault, match="folder_read_only"):
        write_plain_sqlite(tmp_path / "gone" / "day.sqlite", [])


def test_damage_is_found(tmp_path: Path) -> None:
    path = tmp_path / "day.sqlite"
    rows = [(f"{at:05d}", "x" * 50) for at in range(2_000)]
    write_plain_sqlite(path, [("t", ("id", "x"), rows)])
    raw = bytearray(path.read_bytes())
    raw[4096 * 3 : 4096 * 3 + 200] = bytes(200)
    path.write_bytes(raw)
    with pytest.raises(EnvironmentFault, match="database_corrupt"):
        count_plain_sqlite(path)
    path.unlink()
    write_plain_sqlite(path, [("t", ("id", "x"), rows)])
    path.write_bytes(path.read_bytes().replace(b"00007", b"90007"))  # sound, but out of order
    with pytest.raises(EnvironmentFault, match="database_corrupt"):
        count_plain_sqlite(path)
    path.write_bytes(b"no database at all, but long enough to be looked at")
    with pytest.raises(EnvironmentFault, match="database_corrupt"):
        count_plain_sqlite(path)
