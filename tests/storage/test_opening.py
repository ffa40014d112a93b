"""What is opened, what is refused, and what is never touched."""

from __future__ import annotations

import os
import resource
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import cast

import pytest
from sqlcipher3 import dbapi2

from kiosk.errors import EnvironmentFault
from kiosk.storage.anonymous import kept
from kiosk.storage.ballast import lay_in, let_go
from kiosk.storage.driver import Runs
from kiosk.storage.faults import blamed
from kiosk.storage.migrations import STEPS
from kiosk.storage.opening import applied_steps, assert_cipher, open_database
from kiosk.storage.store import DATABASE, Store
from tests.storage.records import EVENT, change, close_day, keep, nobody, open_store, register


def refused(folder: Path, key: bytes) -> str:
    with pytest.raises(EnvironmentFault) as caught:
        open_store(folder, key)
    return caught.value.key


def test_the_file_is_not_for_plain_sqlite(store: Store, tmp_path: Path) -> None:
    register(store, "Asha")
    header = (tmp_path / DATABASE).read_bytes()[:16]
    assert header != b"SQLite format 3\x00"
    with (
        closing(sqlite3.connect(tmp_path / DATABASE)) as plain,
        pytest.raises(sqlite3.DatabaseError, match="not a database"),
    ):
        plain.execute("SELECT * FROM attendee")


def test_the_safeguards_are_on(store: Store) -> None:
    def pragma(name: str) -> object:
        return store.connection.execute(f"PRAGMA {name}").fetchone()[0]

    assert pragma("cipher_version")
    assert pragma("journal_mode") == "wal"
    assert pragma("synchronous") == 2
    assert pragma("foreign_keys") == 1
    assert pragma("secure_delete") == 1
    assert pragma("busy_timeout") == 5_000


def test_a_record_opens_again_without_sqlite_utils(tmp_path: Path, key: bytes) -> None:
    open_store(tmp_path, key, create=True).close()
    code = (
        "import sys; from pathlib import Path; from kiosk.storage.opening import open_database;"
        f"open_database(Path({str(tmp_path / DATABASE)!r}), bytes(range(32))).close();"
        "print('sqlite_utils' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    assert done.stdout == "False\n"


def test_a_newer_record_is_left_byte_for_byte(tmp_path: Path, key: bytes) -> None:
    path = tmp_path / DATABASE

    def third_millennium(db: Runs) -> None:
        db.execute("CREATE TABLE wonder (id TEXT)")

    newer = (*STEPS, ("9999_wonder", third_millennium))
    connection = open_database(path, key, create=True, steps=newer)
    connection.execute("INSERT INTO wonder VALUES ('in the log, not yet in the file')")
    copy = tmp_path / "copy"
    copy.mkdir()
    for name in (DATABASE, f"{DATABASE}-wal"):
        shutil.copy(tmp_path / name, copy / name)
    connection.close()
    before = {name: (copy / name).read_bytes() for name in (DATABASE, f"{DATABASE}-wal")}
    assert refused(copy, key) == "database_newer"
    assert {name: (copy / name).read_bytes() for name in before} == before
    assert len(before[f"{DATABASE}-wal"]) > 0


def test_an_unknown_step_is_newer_too(store: Store, tmp_path: Path, key: bytes) -> None:
    store.connection.execute(
        "INSERT INTO _sqlite_migrations (migration_set, name, applied_at)"
        " VALUES ('kiosk', '0001_of_a_fork', '')"
    )
    assert refused(tmp_path, key) == "database_newer"


@pytest.mark.parametrize("version", range(len(STEPS)))
def test_every_step_is_taken_from_every_earlier_version_with_data(
    tmp_path: Path, key: bytes, version: int
) -> None:
    """Version 0 is a file with a key and nothing else; later ones are filled before going on."""
    path = tmp_path / DATABASE
    connection = open_database(path, key, create=True, steps=STEPS[:version])
    connection.execute("CREATE TABLE of_this_version (word TEXT)")
    connection.execute("INSERT INTO of_this_version VALUES ('kept')")
    connection.close()
    upgraded = open_database(path, key)
    assert applied_steps(upgraded) == [name for name, _ in STEPS]
    assert upgraded.execute("PRAGMA user_version").fetchone()[0] == len(STEPS)
    assert upgraded.execute("SELECT word FROM of_this_version").fetchone()[0] == "kept"
    upgraded.close()
    with closing(open_store(tmp_path, key)) as store:
        person = register(store, "Asha")
        assert store.attendee(person) is not None


@pytest.mark.parametrize("closed", [True, False])
def test_an_older_box_is_taken_over_without_what_might_tell(
    tmp_path: Path, key: bytes, closed: bool
) -> None:
    connection = open_database(tmp_path / DATABASE, key, create=True, steps=STEPS[:1])
    row = "INSERT INTO anonymous_box VALUES (?, ?, 'feedback', '1', ?, 'seller', 'hi', 'IN-KA')"
    for at in (2, 1, 3):
        connection.execute(row, (EVENT, bytes([at]) * 16, f'{{"sentence":"अच्छा {at}"}}'))
    if closed:
        connection.execute("INSERT INTO day VALUES (?, ?, 1, '{}', x'00', '')", (EVENT, EVENT))
    connection.close()
    with closing(open_store(tmp_path, key)) as store:
        box = kept(store.connection, EVENT)
        assert [one.response.answers["sentence"][-1] for one in box] == ["1", "2", "3"]
        assert {one.response.does for one in box} == ({"seller"} if closed else {""})
        assert {one.sealed for one in box} == {closed}
        keep(store, nobody())
        assert len(list(store.anonymous_responses())) == 4


def test_since_when_somebody_has_withdrawn_is_taken_from_the_log(store: Store) -> None:
    person = register(store, "Asha")
    register(store, "Bina")
    for _ in range(2):
        change(store, "attendee", person, "withdraw", person=person)
    before = list(store.attendees())
    for sql in (
        "DROP INDEX attendee_by_receipt",
        "DROP INDEX attendee_withdrawn",
        "ALTER TABLE attendee DROP COLUMN withdrawn_at",
    ):
        store.connection.execute(sql)
    dict(STEPS)["0004_withdrawals"](cast("Runs", store.connection))
    assert list(store.attendees()) == before
    assert [one.withdrawn_at is None for one in before] == [False, True]
    assert store.verify().ok


def test_a_failing_step_changes_nothing(tmp_path: Path, key: bytes) -> None:
    path = tmp_path / DATABASE
    open_database(path, key, create=True).close()
    before = path.read_bytes()

    def half(db: Runs) -> None:
        db.execute("CREATE TABLE half (id TEXT)")
        db.execute("CREATE TABLE half (id TEXT)")

    with pytest.raises(dbapi2.OperationalError, match="already exists"):
        open_database(path, key, steps=(*STEPS, ("9999_half", half)))
    connection = open_database(path, key)
    assert applied_steps(connection) == [name for name, _ in STEPS]
    assert not connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'half'").fetchall()
    connection.close()
    assert len(before) == path.stat().st_size


def test_no_record_is_begun_in_place_of_a_lost_one(tmp_path: Path, key: bytes) -> None:
    assert refused(tmp_path, key) == "database_missing"
    assert list(tmp_path.iterdir()) == []


def test_a_record_is_not_made_over_another(store: Store, tmp_path: Path, key: bytes) -> None:
    with pytest.raises(EnvironmentFault, match="database_exists"):
        open_store(tmp_path, key, create=True)


@pytest.mark.parametrize("content", [b"", b"short", os.urandom(8_192)])
def test_a_damaged_record_is_left_as_it_is(tmp_path: Path, key: bytes, content: bytes) -> None:
    (tmp_path / DATABASE).write_bytes(content)
    assert refused(tmp_path, key) == "database_corrupt"
    assert (tmp_path / DATABASE).read_bytes() == content
    assert [path.name for path in tmp_path.iterdir()] == [DATABASE]


def damage(path: Path, *, first: int, step: int = 1) -> None:
    """Flips one bit in every page from ``first`` on."""
    raw = bytearray(path.read_bytes())
    for page in range(first, len(raw) // 4096, step):
        raw[page * 4096 + 100] ^= 1
    path.write_bytes(raw)


def test_damage_inside_is_found_when_it_is_read(tmp_path: Path, key: bytes) -> None:
    with closing(open_store(tmp_path, key, create=True)) as store:
        for at in range(30):
            register(store, f"Visitor {at}")
    damage(tmp_path / DATABASE, first=2)
    with (
        pytest.raises(EnvironmentFault, match="database_corrupt"),
        closing(open_store(tmp_path, key)) as store,
    ):
        list(store.attendees())


def test_a_file_in_clear_is_not_a_record(tmp_path: Path, key: bytes) -> None:
    with closing(sqlite3.connect(tmp_path / DATABASE)) as plain:
        plain.execute("CREATE TABLE attendee (id)")
    assert refused(tmp_path, key) == "database_plain"


def test_another_key_does_not_open_it(store: Store, tmp_path: Path) -> None:
    assert refused(tmp_path, bytes(32)) == "database_corrupt"
    with pytest.raises(ValueError, match="32 bytes"):
        open_store(tmp_path, b"short")


def test_a_locked_record_says_so(store: Store, tmp_path: Path, key: bytes) -> None:
    with closing(open_database(tmp_path / DATABASE, key)) as other:
        other.execute("BEGIN IMMEDIATE")
        store.connection.execute("PRAGMA busy_timeout = 0")
        with pytest.raises(EnvironmentFault, match="database_locked"):
            register(store, "Asha")
        other.execute("ROLLBACK")
    register(store, "Asha")


def fill(store: Store) -> None:
    for at in range(100):
        register(store, "B" * 900, organisation=f"{at}" * 900)


def test_a_full_disk_keeps_what_was_saved_and_lets_the_ballast_go(
    store: Store, tmp_path: Path
) -> None:
    person = register(store, "Asha")
    assert (tmp_path / "ballast").stat().st_size == 8 * 1024 * 1024
    (pages,) = store.connection.execute("PRAGMA page_count").fetchone()
    store.connection.execute(f"PRAGMA max_page_count = {pages}")  # SQLite's own "disk full"
    with pytest.raises(EnvironmentFault, match="disk_full") as caught:
        fill(store)
    assert caught.value.key == "disk_full_released"
    assert caught.value.values["released"] is True
    assert not (tmp_path / "ballast").exists()
    with pytest.raises(EnvironmentFault, match="disk_full") as again:
        fill(store)
    assert again.value.key == "disk_full"
    assert again.value.values["released"] is False
    assert store.attendee(person) is not None
    assert store.verify().ok
    store.connection.execute("PRAGMA max_page_count = 100000")
    register(store, "Bina")
    assert store.verify().ok
    assert (tmp_path / "ballast").stat().st_size == 8 * 1024 * 1024  # there is room again


def test_sealing_that_fails_changes_nothing(store: Store) -> None:
    keep(store, nobody())
    store.connection.execute(
        "CREATE TEMP TRIGGER full BEFORE INSERT ON main.anonymous_bucket"
        " BEGIN SELECT RAISE(ABORT, 'no room'); END"
    )
    with pytest.raises(dbapi2.IntegrityError, match="no room"):
        close_day(store)
    assert store.closed_at() is None
    assert len(list(store.anonymous_responses())) == 1
    assert not store.connection.in_transaction


def test_the_ballast_is_laid_in_where_there_is_plenty(tmp_path: Path) -> None:
    free = shutil.disk_usage(tmp_path).free
    assert lay_in(tmp_path, free) is False
    assert lay_in(tmp_path, 1_000) is True
    assert lay_in(tmp_path, 1_000) is True
    assert let_go(tmp_path) is True
    assert let_go(tmp_path) is False


def test_a_ballast_for_which_the_room_ran_out_is_not_left_half(tmp_path: Path) -> None:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000, before[1]))
    try:
        assert lay_in(tmp_path, 100_000) is False
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert list(tmp_path.iterdir()) == []


def test_a_record_that_could_not_be_made_does_not_stand_in_the_way(
    tmp_path: Path, key: bytes
) -> None:
    def no_room(db: Runs) -> None:
        db.execute("PRAGMA max_page_count = 20")
        db.execute("CREATE TABLE huge AS SELECT zeroblob(400000)")

    with pytest.raises(EnvironmentFault, match="disk_full"):
        open_database(tmp_path / DATABASE, key, create=True, steps=(*STEPS, ("no_room", no_room)))
    assert list(tmp_path.iterdir()) == []
    open_store(tmp_path, key, create=True).close()


@contextmanager
def nobody_s_rights() -> Iterator[None]:
    """Root may write anywhere; the kiosk's user may not."""
    mine = os.geteuid()
    if mine == 0:
        os.seteuid(65_534)
    try:
        yield
    finally:
        os.seteuid(mine)


def test_a_folder_that_cannot_be_written_to(key: bytes) -> None:
    folder = Path(tempfile.mkdtemp(dir="/tmp"))  # every folder above may be entered by anyone
    try:
        open_store(folder, key, create=True).close()
        let_go(folder)
        (folder / DATABASE).chmod(0o444)
        folder.chmod(0o555)
        with nobody_s_rights():
            assert refused(folder, key) == "folder_read_only"
            with pytest.raises(EnvironmentFault, match="folder_read_only"):
                lay_in(folder, 1_000)
    finally:
        folder.chmod(0o755)
        shutil.rmtree(folder)


def test_our_own_mistakes_are_not_the_machine_s(store: Store, tmp_path: Path) -> None:
    with pytest.raises(dbapi2.OperationalError, match="no such table"), blamed(tmp_path):
        store.connection.execute("SELECT * FROM ghost")


def test_a_driver_without_the_cipher_is_refused() -> None:
    with (
        closing(sqlite3.connect(":memory:")) as plain,
        pytest.raises(EnvironmentFault, match="cipher_missing"),
    ):
        assert_cipher(plain)


def test_the_cipher_does_not_speak_over_our_sentence(tmp_path: Path, key: bytes) -> None:
    """A wrong key and damaged pages: the fault, and nothing on standard error."""
    with closing(open_store(tmp_path, key, create=True)) as store:
        for at in range(30):
            register(store, f"Visitor {at}")
    damage(tmp_path / DATABASE, first=2)
    code = (
        "import sys; from pathlib import Path; from kiosk.errors import EnvironmentFault\n"
        "from tests.storage.records import open_store\n"
        "for key in (bytes(32), bytes(range(32))):\n"
        "    try: print(len(list(open_store(Path(sys.argv[1]), key).attendees())))\n"
        "    except EnvironmentFault as fault: print(fault.key)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)], capture_output=True, check=True, text=True
    )
    assert done.stdout == "database_corrupt\ndatabase_corrupt\n"
    assert done.stderr == ""


def test_a_draft_of_an_earlier_version_is_offered_again_without_consents(
    tmp_path: Path, key: bytes
) -> None:
    connection = open_database(tmp_path / DATABASE, key, create=True, steps=STEPS[:4])
    connection.execute(
        "INSERT INTO draft (id, screen, language, answers, saved_at) VALUES (?,?,?,?,?)",
        ("d1", "register", "kn", '{"name":"Asha"}', 5),
    )
    connection.close()
    with closing(open_store(tmp_path, key)) as store:
        [draft] = store.drafts()
        assert (draft.answers, draft.consents, draft.question) == ({"name": "Asha"}, {}, "")
