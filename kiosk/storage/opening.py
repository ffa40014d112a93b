"""Opening the encrypted database: the key, the pragmas, and what is refused.

Plain SQLite ignores ``PRAGMA key`` without a word and would write people's names in clear, so
that every opening asserts that SQLCipher answers, and looks at the first bytes of the file.
"""

from __future__ import annotations

import contextlib
import sys
from collections.abc import Sequence
from pathlib import Path

from sqlcipher3 import dbapi2

from kiosk.errors import EnvironmentFault
from kiosk.storage.driver import Connection
from kiosk.storage.faults import blamed, key_of
from kiosk.storage.migrations import STEPS, Step, migrate

KEY_BYTES = 32
BUSY_TIMEOUT_MS = 5_000
PAGE_BYTES = 4_096  # a registration touches few pages, and each is sealed and written
LARGE_PAGE_BYTES = 16_384  # where much is written at once, fewer are the cheaper
_SIZES = (PAGE_BYTES, LARGE_PAGE_BYTES, 8_192)  # of records, of stores, of the first stores
_PLAIN_HEADER = b"SQLite format 3\x00"

# Of every other kind of value the driver asks at each statement how it wants to be bound, and has
# an exception made for the answer: five times as long as binding takes, for 40 values of a visitor.
dbapi2.register_adapter(bytes, bytes)
dbapi2.register_adapter(type(None), lambda nothing: nothing)


def open_database(
    path: Path,
    key: bytes,
    *,
    create: bool = False,
    steps: tuple[Step, ...] = STEPS,
    page_bytes: int = PAGE_BYTES,
) -> Connection:
    """The database at ``path`` for reading and writing, brought up to date if need be.

    ``page_bytes``: of its pages, if it is to be created; one that is there keeps what it has.
    May be used on any one thread at a time. Raises EnvironmentFault: database_missing (unless it
    is to be created), database_exists (if it is), database_newer (the file stays byte for byte as
    it is), database_corrupt, database_plain, database_locked, folder_read_only, disk_full.
    """
    if path.exists() == create:
        raise EnvironmentFault("database_exists" if create else "database_missing", path=str(path))
    with blamed(path):
        if not create:
            page_bytes = _refuse_unfit(path, key, steps)
        connection = _connect(path, key, "rwc" if create else "rw", page_bytes)
        try:
            _prepare(connection)
            migrate(connection, steps)
        except BaseException:
            connection.close()
            if create:  # a first half would stand in the way of the next attempt
                _remove(path)
            raise
        return connection


def open_for_reading(path: Path, key: bytes) -> Connection:
    """A second connection that cannot write, for what takes long."""
    with blamed(path):
        return _look(path, key)[0]


def applied_steps(connection: Connection) -> list[str]:
    """The names of the migrations that this database has been through."""
    if not connection.execute(
        "SELECT 1 FROM sqlite_master WHERE name = '_sqlite_migrations'"
    ).fetchone():
        return []
    return [
        name
        for (name,) in connection.execute(
            "SELECT name FROM _sqlite_migrations WHERE migration_set = 'kiosk' ORDER BY id"
        )
    ]


def _look(path: Path, key: bytes, sizes: Sequence[int] = _SIZES) -> tuple[Connection, int]:
    """A connection that cannot write, and the size of the pages, which nothing says in clear."""
    page_bytes, *others = sizes
    try:
        return _connect(path, key, "ro", page_bytes), page_bytes
    except dbapi2.DatabaseError as error:
        if key_of(error) != "database_corrupt" or not others:
            raise
        try:
            return _look(path, key, others)
        except dbapi2.DatabaseError:
            raise error from None


def _connect(path: Path, key: bytes, mode: str, page_bytes: int) -> Connection:
    if len(key) != KEY_BYTES:
        raise ValueError("a raw key has 32 bytes")
    connection: Connection = dbapi2.connect(
        f"{path.absolute().as_uri()}?mode={mode}",
        uri=True,
        isolation_level=None,  # transactions begin where the code says BEGIN
        check_same_thread=False,  # Store holds a lock; the window opens on one thread, works on one
        cached_statements=256,
    )
    try:
        connection.execute("PRAGMA cipher_log_level = NONE")  # it speaks to standard error
        connection.execute(f"PRAGMA key = \"x'{key.hex()}'\"")
        assert_cipher(connection)
        connection.execute(f"PRAGMA cipher_page_size = {page_bytes}")
        connection.execute(f"PRAGMA busy_timeout = {BUSY_TIMEOUT_MS}")
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()  # the key fits
    except BaseException:
        connection.close()
        raise
    return connection


def _remove(path: Path) -> None:
    for end in ("-wal", "-shm", ""):
        with contextlib.suppress(OSError):
            path.with_name(path.name + end).unlink(missing_ok=True)


def assert_cipher(connection: Connection) -> None:
    """Raises EnvironmentFault ``cipher_missing`` for a driver that would write in clear."""
    if not connection.execute("PRAGMA cipher_version").fetchone():
        raise EnvironmentFault("cipher_missing")


def _prepare(connection: Connection) -> None:
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA secure_delete = ON")
    connection.execute("PRAGMA temp_store = MEMORY")
    connection.execute("PRAGMA cache_size = -65536")  # KiB; a page costs 40 µs to decrypt again
    if sys.platform == "darwin":  # pragma: no cover - macOS alone acknowledges before the platter
        connection.execute("PRAGMA fullfsync = ON")


def _refuse_unfit(path: Path, key: bytes, steps: tuple[Step, ...]) -> int:
    """Looks before touching: a connection that cannot write leaves even the log where it is.

    Gives the size of its pages.
    """
    with path.open("rb") as file:
        header = file.read(len(_PLAIN_HEADER))
    if header == _PLAIN_HEADER:
        raise EnvironmentFault("database_plain", path=str(path))
    if len(header) < len(_PLAIN_HEADER):
        raise EnvironmentFault("database_corrupt", path=str(path))
    connection, page_bytes = _look(path, key)
    try:
        applied = applied_steps(connection)
        (version,) = connection.execute("PRAGMA user_version").fetchone()
    finally:
        connection.close()
    if version > len(steps) or not set(applied) <= {name for name, _ in steps}:
        raise EnvironmentFault("database_newer", path=str(path))
    return page_bytes
