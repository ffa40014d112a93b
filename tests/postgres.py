"""A PostgreSQL server of the tests' own: in a temporary folder, on a socket, gone at the end.

Use the fixtures by importing them into a ``conftest.py``: ``postgres_server`` (one a session) and
``postgres_url`` (an empty database of a test's own).
"""

from __future__ import annotations

import itertools
import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

MISSING = "PostgreSQL is needed: run `sh resources/setup.sh --test` (Debian's package postgresql)"
GUARDED = "guarded"  # the one account that has to give a password
_START_SECONDS = 300
_FAST = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")
_numbers = itertools.count(1)


class Server:
    """A private cluster. It never runs as root: PostgreSQL refuses to."""

    def __init__(self, *, durable: bool = False) -> None:
        programs = _programs()
        self.folder = Path(tempfile.mkdtemp(prefix="samvad-pg-"))
        self._account = _account()
        if self._account:
            os.chown(self.folder, *self._account)
        self._pg_ctl = programs / "pg_ctl"
        self._run(
            programs / "initdb", "--no-sync", "--auth=trust", "--username=postgres",
            "--encoding=UTF8", "--locale=C.UTF-8", "--pgdata", self.folder / "data",
        )  # fmt: skip
        settings = [
            "listen_addresses=", f"unix_socket_directories={self.folder}", "max_connections=60",
            "max_locks_per_transaction=512", "shared_buffers=256MB", "max_wal_size=4GB",
            *([] if durable else _FAST),
        ]  # fmt: skip
        lines = (f"{name} = '{value}'\n" for name, _, value in (s.partition("=") for s in settings))
        with (self.folder / "data/postgresql.conf").open("a", encoding="utf-8") as file:
            file.writelines(lines)
        access = self.folder / "data/pg_hba.conf"  # the first line that fits counts
        guarded = f"local all {GUARDED} scram-sha-256\n"
        access.write_text(guarded + access.read_text("utf-8"), "utf-8")
        self.start()

    def start(self) -> None:
        self._run(
            self._pg_ctl, "start", "--wait", f"--timeout={_START_SECONDS}", "--silent",
            "--pgdata", self.folder / "data", "--log", self.folder / "log",
        )  # fmt: skip

    def stop(self, mode: str = "immediate") -> None:
        self._run(self._pg_ctl, "stop", "--silent", "-m", mode, "--pgdata", self.folder / "data")

    def remove(self) -> None:
        self.stop()
        shutil.rmtree(self.folder)

    def url(self, database: str, user: str = "postgres") -> str:
        return f"postgresql://{user}@/{database}?host={self.folder}"

    def new_database(self, template: str = "template0") -> str:
        """The address of a database that nobody else uses."""
        name = f"samvad_{next(_numbers)}"
        self.ask(f"CREATE DATABASE {name} TEMPLATE {template}")
        return self.url(name)

    def drop(self, url: str) -> None:
        name = url.split("?", maxsplit=1)[0].rpartition("/")[2]
        self.ask(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def ask(self, statement: str) -> None:
        """Has something done as the administrator."""
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(statement)

    def _run(self, *command: str | Path) -> None:
        user, group = self._account or (None, None)
        result = subprocess.run(
            [str(part) for part in command], user=user, group=group,
            extra_groups=[] if user else None, cwd=self.folder,
            stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE,
            check=False,
        )  # fmt: skip
        if result.returncode:
            log = self.folder / "log"
            said = log.read_text("utf-8", "replace")[-2000:] if log.exists() else ""
            pytest.fail(f"{command[0]}: {result.stderr.decode()}{said}", pytrace=False)


def _programs() -> Path:
    """Where the server's programs are: Debian keeps them off the PATH."""
    found = sorted(
        Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda one: int(one.parts[-3])
    )
    beside = shutil.which("initdb")
    if not found and beside is None:
        pytest.fail(MISSING, pytrace=False)
    return found[-1].parent if found else Path(str(beside)).resolve().parent


def _account() -> tuple[int, int] | None:
    """Whom the server runs as: whoever runs the tests; in root's place an account without power."""
    if os.geteuid() != 0:
        return None
    accounts = {one.pw_name: (one.pw_uid, one.pw_gid) for one in pwd.getpwall()}
    return accounts.get("postgres") or accounts["nobody"]


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[Server]:
    server = Server()
    yield server
    server.remove()


@pytest.fixture
def postgres_url(postgres_server: Server) -> Iterator[str]:
    """The address of an empty database of one's own."""
    url = postgres_server.new_database()
    yield url
    postgres_server.drop(url)
