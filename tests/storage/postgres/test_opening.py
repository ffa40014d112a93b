"""Opening a store on a server: made, brought up to date, refused; nothing half done."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from typing import Any

import psycopg
import pytest

from kiosk.errors import EnvironmentFault
from kiosk.storage.postgres.connection import PostgresConnection, again, connect
from kiosk.storage.postgres.opening import _migrate, let_analysts_read, open_database
from kiosk.storage.postgres.schema import STEPS
from kiosk.storage.postgres.store import open_merged
from kiosk.storage.postgres.views import NEW_GROUP
from tests.postgres import GUARDED, Server

READ_ONLY = "&options=-cdefault_transaction_read_only%3Don"


@contextmanager
def fault(key: str) -> Iterator[None]:
    with pytest.raises(EnvironmentFault) as raised:
        yield
    assert raised.value.key == key


def names(url: str) -> set[str]:
    with psycopg.connect(url) as connection:
        rows = connection.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
        return {name for (name,) in rows}


def name_of(url: str) -> str:
    return url.split("?", maxsplit=1)[0].rpartition("/")[2]


def asked(url: str, *statements: str) -> None:
    with psycopg.connect(url, autocommit=True) as connection:
        for statement in statements:
            connection.execute(statement)


def test_a_store_is_made_once_and_opened_again(postgres_url: str) -> None:
    with fault("server_store_missing"):
        open_database(postgres_url)
    assert names(postgres_url) == set()
    open_database(postgres_url, create=True, partitions=2).close()
    made = names(postgres_url)
    assert {"change_0", "change_1", "schema_version"} < made
    open_database(postgres_url, create=True, partitions=7).close()
    assert names(postgres_url) == made


def test_a_store_for_what_spreads_tables_itself_has_no_partitions(postgres_url: str) -> None:
    open_database(postgres_url, create=True, partitions=None).close()
    assert not any(name.endswith("_0") for name in names(postgres_url))


def test_an_older_store_is_brought_up_to_date_with_as_many_partitions(postgres_url: str) -> None:
    open_database(postgres_url, create=True, partitions=3, steps=STEPS[:1]).close()
    seen: list[int | None] = []

    def note(partitions: int | None) -> list[str]:
        seen.append(partitions)
        return ["CREATE TABLE later (event_id TEXT NOT NULL, PRIMARY KEY (event_id))"]

    steps = (*STEPS, ("0003_later", note))
    open_database(postgres_url, partitions=16, steps=steps).close()
    assert seen == [3]
    assert "later" in names(postgres_url)


def test_what_is_refused_elsewhere_is_left_out_there(postgres_url: str) -> None:
    connection = open_database(postgres_url, create=True, partitions=None, cockroach="PostgreSQL")
    sorted_by = "SELECT count(*) FROM information_schema.columns WHERE collation_name = 'C'"
    noted = "SELECT count(*) FROM pg_description d JOIN pg_class c ON c.oid = d.objoid"
    barred = "SELECT count(*) FROM pg_class c WHERE c.reloptions IS NOT NULL"
    asked_of = (
        f"{sorted_by} AND table_schema = 'public'",
        f"{noted} WHERE c.relnamespace = 'analyst'::regnamespace",
        f"{barred} AND c.relnamespace = 'analyst'::regnamespace",
    )
    assert [connection.execute(sql).fetchone() for sql in asked_of] == [(0,)] * 3
    assert let_analysts_read(connection) is False  # its views leave nobody out for certain
    connection.close()


def test_plans_are_run_and_not_compiled(postgres_url: str) -> None:
    connection = connect(postgres_url)
    assert connection.execute("SHOW jit").fetchone() == ("off",)
    connection.close()


def test_a_newer_store_is_refused_and_left_alone(postgres_url: str) -> None:
    newer = (*STEPS, ("0099_of_tomorrow", lambda _: ["CREATE TABLE tomorrow (id BIGINT)"]))
    open_database(postgres_url, create=True, partitions=None, steps=newer).close()
    before = names(postgres_url)
    with fault("database_newer"):
        open_database(postgres_url, create=True)
    assert names(postgres_url) == before


def test_a_step_that_fails_leaves_nothing(postgres_url: str) -> None:
    broken = (*STEPS, ("0099_broken", lambda _: ["CREATE TABLE half (id BIGINT)", "SELECT 1/0"]))
    with pytest.raises(psycopg.errors.DivisionByZero):
        open_database(postgres_url, create=True, partitions=None, steps=broken)
    assert names(postgres_url) == set()


def test_two_who_open_an_empty_database_at_once_make_it_once(postgres_url: str) -> None:
    together = threading.Barrier(4)

    def make(_: int) -> int:
        together.wait()
        connection = open_database(postgres_url, create=True, partitions=None)
        (count,) = connection.execute("SELECT count(*) FROM schema_version").fetchone()
        connection.close()
        return int(count)

    with ThreadPoolExecutor(4) as threads:
        assert set(threads.map(make, range(4))) == {len(STEPS) + 1}


class _Overtaken(PostgresConnection):
    """Somebody else does the same just before the first statement that begins so."""

    def __init__(self, url: str, beginning: str, other: Callable[[], object]) -> None:
        connected = connect(url)
        super().__init__(connected.raw, connected.place)
        self._beginning, self._other = beginning, [other]

    def execute(self, sql: str, parameters: Sequence[Any] = (), /) -> Any:
        if sql.startswith(self._beginning) and self._other:
            self._other.pop()()
        return super().execute(sql, parameters)


def test_who_is_overtaken_while_making_the_tables_finds_them_made(postgres_url: str) -> None:
    def other() -> None:
        open_database(postgres_url, create=True, partitions=None).close()

    with closing(_Overtaken(postgres_url, "CREATE TABLE schema_version", other)) as late:
        again(lambda: _migrate(late, STEPS, None))
        (count,) = late.execute("SELECT count(*) FROM schema_version").fetchone()
    assert count == len(STEPS) + 1


def test_who_is_overtaken_while_letting_analysts_in_finds_them_in(postgres_url: str) -> None:
    open_database(postgres_url, create=True, partitions=None).close()
    asked(postgres_url, "DROP ROLE IF EXISTS samvad_analyst")

    def other() -> None:
        with closing(open_database(postgres_url)) as connection:
            assert let_analysts_read(connection)

    with closing(_Overtaken(postgres_url, NEW_GROUP, other)) as late:
        assert let_analysts_read(late)


def test_a_database_with_something_else_in_it_is_left_alone(postgres_url: str) -> None:
    asked(postgres_url, "CREATE TABLE attendee (id BIGINT)")
    with fault("server_foreign"):
        open_database(postgres_url, create=True, partitions=None)
    assert names(postgres_url) == {"attendee"}


def test_a_server_that_is_too_old_or_knows_no_unicode_is_refused(
    postgres_server: Server, postgres_url: str
) -> None:
    with fault("server_too_old"):
        open_database(postgres_url, create=True, oldest=990_000)
    asked(
        postgres_server.url("postgres"),
        "CREATE DATABASE bytes TEMPLATE template0 ENCODING 'SQL_ASCII' LOCALE 'C'",
    )
    with fault("server_encoding"):
        open_database(postgres_server.url("bytes"), create=True)
    postgres_server.drop(postgres_server.url("bytes"))


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("postgresql://[broken", "server_address"),
        ("postgresql://localhost:1/samvad?connect_timeout=3", "server_unreachable"),
        ("postgresql://nobody@/samvad?host=/no/such/folder", "server_unreachable"),
        ("postgresql://x@no-such-host.invalid/samvad", "server_unreachable"),
    ],
)
def test_a_server_that_is_not_there(url: str, key: str) -> None:
    with fault(key):
        connect(url)


def test_what_a_server_refuses_is_said(postgres_server: Server, postgres_url: str) -> None:
    asked(
        postgres_url, f"DROP ROLE IF EXISTS {GUARDED}", "DROP ROLE IF EXISTS shut",
        f"CREATE ROLE {GUARDED} LOGIN PASSWORD 'right'", "CREATE ROLE shut NOLOGIN",
    )  # fmt: skip
    guarded = postgres_url.replace("postgres@", f"{GUARDED}@")
    connect(guarded.replace("@", ":right@")).close()
    for url, key in (
        (guarded.replace("@", ":wrong@"), "server_password"),
        (guarded, "server_password"),
        (postgres_url.replace("postgres@", "nobody_at_all@"), "server_password"),
        (postgres_server.url("no_such_database"), "server_database_missing"),
        (postgres_url.replace("postgres@", "shut@"), "server_refused"),
    ):
        with fault(key):
            connect(url)
    asked(postgres_url, f"REVOKE CONNECT ON DATABASE {name_of(postgres_url)} FROM PUBLIC")
    with fault("server_denied"):
        connect(guarded.replace("@", ":right@"))
    asked(postgres_url, f"DROP ROLE {GUARDED}", "DROP ROLE shut")


def test_a_fault_never_tells_the_password() -> None:
    with pytest.raises(EnvironmentFault) as raised:
        connect("postgresql://x:hush-hush@localhost:1/samvad?connect_timeout=3")
    assert "hush-hush" not in f"{raised.value} {raised.value.values}"
    assert raised.value.values["server"] == "samvad@localhost"


def test_an_account_that_may_not_make_tables_is_told(
    postgres_server: Server, postgres_url: str
) -> None:
    asked(postgres_url, "CREATE ROLE reader LOGIN")
    reader = postgres_url.replace("postgres@", "reader@")
    with fault("server_denied"):
        open_database(reader, create=True)
    assert names(postgres_url) == set()
    asked(postgres_url, "DROP ROLE reader")


def test_a_server_that_takes_no_writing_is_told_but_can_be_read(postgres_url: str) -> None:
    fixed = postgres_url + READ_ONLY
    with fault("server_read_only"):
        open_database(fixed, create=True)
    open_database(postgres_url, create=True, partitions=None).close()
    open_database(fixed).close()


def test_analysts_read_views_and_nothing_else(postgres_url: str) -> None:
    asked(postgres_url, "DROP ROLE IF EXISTS owner", "CREATE ROLE owner LOGIN")
    database = name_of(postgres_url)
    asked(postgres_url, f"ALTER DATABASE {database} OWNER TO owner",
          "DROP ROLE IF EXISTS samvad_analyst")  # fmt: skip
    connection = open_database(
        postgres_url.replace("postgres@", "owner@"), create=True, partitions=None
    )
    assert let_analysts_read(connection) is False  # it may not make roles: an administrator has to
    store = open_merged(postgres_url.replace("postgres@", "owner@"), create=True)
    assert store.unread_at == connection.server
    store.close()
    asked(postgres_url, "CREATE ROLE samvad_analyst NOLOGIN")
    assert let_analysts_read(connection) is True
    assert let_analysts_read(connection) is True
    asked(postgres_url, "CREATE ROLE asha LOGIN IN ROLE samvad_analyst")
    analyst = connect(postgres_url.replace("postgres@", "asha@"))
    assert analyst.execute("SELECT * FROM analyst.visitor").fetchall() == []
    for statement in (
        "SELECT * FROM attendee",
        "DELETE FROM analyst.device",
        "SELECT body FROM payload",
    ):
        with fault("server_denied"):
            analyst.execute(statement)
    analyst.close()
    with fault("server_denied"):  # the log is append-only, for its owner as well
        connection.execute("DELETE FROM change")
    connection.close()
    asked(
        postgres_url, "DROP ROLE asha", "REASSIGN OWNED BY owner TO postgres",
        "DROP OWNED BY owner", "DROP OWNED BY samvad_analyst", "DROP ROLE samvad_analyst",
        f"ALTER DATABASE {database} OWNER TO postgres", "DROP ROLE owner",
    )  # fmt: skip


def test_analysts_are_let_in_once_by_many(postgres_url: str) -> None:
    together = threading.Barrier(4)
    open_database(postgres_url, create=True, partitions=None).close()
    asked(postgres_url, "DROP ROLE IF EXISTS samvad_analyst")

    def let(_: int) -> bool:
        connection = open_database(postgres_url)
        together.wait()
        may = let_analysts_read(connection)
        connection.close()
        return may

    with ThreadPoolExecutor(4) as threads:
        assert all(threads.map(let, range(4)))


def test_a_store_says_whether_analysts_were_let_in(postgres_url: str) -> None:
    store = open_merged(postgres_url, create=True, partitions=None)
    assert store.unread_at == ""
    store.close()
    asked(postgres_url, "REVOKE USAGE ON SCHEMA analyst FROM samvad_analyst")
    with fault("server_read_only"):
        open_merged(postgres_url + READ_ONLY, create=True)


def test_what_goes_wrong_with_rights_is_not_hidden(postgres_url: str) -> None:
    open_database(postgres_url, create=True, partitions=None).close()
    connection = open_database(postgres_url + READ_ONLY)
    with fault("server_read_only"):
        let_analysts_read(connection)
    connection.raw.close()
    with fault("server_gone"):
        let_analysts_read(connection)
