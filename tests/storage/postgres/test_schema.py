"""The schema, as PostgreSQL's own parser reads it: nothing in it that distributed ones refuse."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pglast import parse_sql
from pglast.enums import ConstrType
from pglast.visitors import Visitor

from kiosk.storage.migrations import STEPS
from kiosk.storage.opening import open_database
from kiosk.storage.postgres.schema import (
    OF_NO_EVENT,
    PARTITIONS,
    _tables,
    plain,
    statements,
    tables_of_events,
)
from kiosk.storage.postgres.store import PostgresMergedStore
from kiosk.storage.postgres.views import GRANTS, NEW_GROUP

ROOT = Path(__file__).parents[3]
KEY = bytes(range(32))
VARIANTS = pytest.mark.parametrize("partitions", [PARTITIONS, None])
ALLOWED = {
    "CreateStmt", "IndexStmt", "ViewStmt", "CommentStmt", "CreateSchemaStmt", "GrantStmt",
    "CreateRoleStmt", "AlterTableStmt",
}  # fmt: skip
FINDING = ("finding", "bearing", "spelling")  # each has its own
OWN = {"event_lock", "event_zone", "finding", "search_key"}  # what a file needs none of
NUMBERED = {
    ("anonymous_bucket", "id"),
    ("print_job", "id"),
    ("print_job", "rowid"),
}  # by SQLite itself, or in its own way


def is_a(node: Any, kind: str) -> bool:
    return type(node).__name__ == kind


def parsed(partitions: int | None) -> Iterator[Any]:
    for statement in (*statements(partitions), NEW_GROUP, *GRANTS):
        yield from (raw.stmt for raw in parse_sql(statement))


def tables(partitions: int | None) -> Iterator[Any]:
    return (one for one in parsed(partitions) if is_a(one, "CreateStmt") and one.partbound is None)


def constraints(table: Any) -> list[Any]:
    columns = [one for one in table.tableElts if is_a(one, "ColumnDef")]
    of_columns = [one for column in columns for one in column.constraints or ()]
    return of_columns + [one for one in table.tableElts if is_a(one, "Constraint")]


def primary_key(table: Any) -> list[str]:
    keys = [one for one in constraints(table) if one.contype == ConstrType.CONSTR_PRIMARY]
    return [name.sval for one in keys for name in one.keys]


class Calls(Visitor):
    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()

    def visit_FuncCall(self, _ancestors: Any, node: Any) -> None:  # noqa: N802 - pglast's name
        self.names.add(node.funcname[-1].sval)


@VARIANTS
def test_only_tables_indexes_views_and_rights_are_made(partitions: int | None) -> None:
    kinds = {type(one).__name__ for one in parsed(partitions)}
    assert kinds <= ALLOWED  # no extension, sequence, trigger, function, type, DO block


@VARIANTS
def test_tables_have_primary_keys_and_checks_and_nothing_that_reaches_elsewhere(
    partitions: int | None,
) -> None:
    wanted = {ConstrType.CONSTR_PRIMARY, ConstrType.CONSTR_NOTNULL, ConstrType.CONSTR_CHECK}
    for table in tables(partitions):
        assert {one.contype for one in constraints(table)} <= wanted, table.relation.relname
        assert not any(one.deferrable for one in constraints(table))
        assert table.relation.relpersistence == "p"
        assert not table.inhRelations


@VARIANTS
def test_the_event_leads_every_key_and_index_of_what_is_spread(partitions: int | None) -> None:
    spread = set(tables_of_events())
    keys = {one.relation.relname: primary_key(one) for one in tables(partitions)}
    assert spread < set(keys)
    assert {name for name in spread if keys[name][0] != "event_id"} == set()
    assert set(keys) - spread == {name for name, _ in _tables(OF_NO_EVENT)}
    indexes = [one for one in parsed(partitions) if is_a(one, "IndexStmt")]
    astray = {one.idxname for one in indexes if one.indexParams[0].name != "event_id"}
    assert astray == {"received_by_sha256"}  # files are asked for before their event is known
    assert not any(one.unique for one in indexes)


@VARIANTS
def test_every_text_sorts_by_its_bytes(partitions: int | None) -> None:
    for table in tables(partitions):
        for column in (one for one in table.tableElts if is_a(one, "ColumnDef")):
            kind = column.typeName.names[-1].sval
            assert kind in {"text", "int8", "bytea"}
            if kind == "text":
                assert column.collClause is not None, (table.relation.relname, column.colname)
                assert column.collClause.collname[-1].sval == "C"


def test_partitions_are_of_the_event_and_absent_where_they_are_not_wanted() -> None:
    parts = [
        one for one in parsed(PARTITIONS)
        if is_a(one, "CreateStmt") and one.partspec is not None
    ]  # fmt: skip
    assert {one.partspec.partParams[0].name for one in parts} == {"event_id"}
    assert "attendee" in {one.relation.relname for one in parts}
    assert "PARTITION" not in " ".join(statements(None))


def test_plain_statements_have_nothing_that_cockroachdb_refuses() -> None:
    """By its grammar; columns sorted as "C": cockroachdb/cockroach issue 108657."""
    made: list[Any] = [raw.stmt for one in plain(statements(None)) for raw in parse_sql(one)]
    assert {type(one).__name__ for one in made} == ALLOWED - {"CommentStmt", "CreateRoleStmt"}
    text = " ".join(plain(statements(None)))
    assert not re.search(r"COLLATE|TRUNCATE|security_barrier", text)
    assert not any(one.options for one in made if is_a(one, "ViewStmt"))
    full = [one for one in parsed(None) if is_a(one, "ViewStmt") and one.view.schemaname]
    assert {option.defname for one in full for option in one.options} == {"security_barrier"}
    assert all(one.options for one in full)


def test_nothing_calls_for_advisory_locks_or_random_values() -> None:
    calls = Calls()
    for statement in statements(None):
        calls(parse_sql(statement))
    assert calls.names <= {
        "octet_length", "to_timestamp", "timezone", "upper", "substr", "strpos",
        "jsonb_each_text", "min", "substring",
    }  # fmt: skip


def test_the_tables_are_those_of_a_kiosk(merged: PostgresMergedStore, tmp_path: Path) -> None:
    """As they were before a file's log was laid out in one tree."""
    steps = STEPS[: [name for name, _ in STEPS].index("0014_laid_out")]
    sqlite = open_database(tmp_path / "kiosk.db", KEY, create=True, steps=steps)
    kinds = {"TEXT": "text", "INTEGER": "bigint", "BLOB": "bytea"}
    names = [
        name
        for name, sql in sqlite.execute("SELECT name, sql FROM sqlite_master WHERE type = 'table'")
        if "VIRTUAL" not in sql and not name.startswith(("search_", "sqlite_", "_sqlite", *FINDING))
    ]
    there = {name for name, _ in _tables(OF_NO_EVENT)} | set(tables_of_events())
    assert set(names) == there - OWN
    for name in sorted(names):
        columns = sqlite.execute(f"PRAGMA table_info({name})").fetchall()
        expected = {
            (column, kinds[kind], bool(required or key))
            for _, column, kind, required, _, key in columns
            if (name, column) not in NUMBERED
        }
        found = {one for one in described(merged, name) if (name, one[0]) not in NUMBERED}
        assert found == expected, name
    sqlite.close()


def described(merged: PostgresMergedStore, table: str) -> set[tuple[str, str, bool]]:
    return {
        (name, kind, nullable == "NO")
        for name, kind, nullable in merged.engine.connection.execute(
            "SELECT column_name, data_type, is_nullable FROM information_schema.columns"
            " WHERE table_name = ? AND table_schema = 'public'",
            (table,),
        )
    }


def test_the_decision_names_every_table_that_is_to_be_spread() -> None:
    decision = (ROOT / "resources/decisions/008-postgresql-without-extensions.md").read_text(
        "utf-8"
    )
    spread = decision.partition("create_distributed_table('change'")[2].partition("]) AS name")[0]
    assert {"change", *re.findall(r"'([a-z_]+)'", spread.partition("ARRAY[")[2])} == set(
        tables_of_events()
    )
    kept = decision.partition("Tables of no event (")[2].partition(")")[0]
    assert set(re.findall(r"`([a-z_]+)`", kept)) == {
        "schema_version", *(name for name, _ in _tables(OF_NO_EVENT)),
    }  # fmt: skip
