"""Opening the merged store on a server: what is refused, and what is brought up to date.

The version stands in a table of its own. Its first row is locked while steps are applied, so that
two who open an empty database at once do not both make it.
"""

from __future__ import annotations

from collections.abc import Sequence

from psycopg import errors

from kiosk.errors import EnvironmentFault
from kiosk.storage.postgres.connection import PostgresConnection, again, connect
from kiosk.storage.postgres.faults import Contended
from kiosk.storage.postgres.schema import PARTITIONS, STEPS, Partitions, Step, plain
from kiosk.storage.postgres.views import GRANTS, GROUP, NEW_GROUP, SCHEMA

OLDEST = 150_000  # PostgreSQL 15; those who speak for it (CockroachDB) give lower numbers
_VERSIONS = (
    "CREATE TABLE schema_version ("
    'version BIGINT NOT NULL, name TEXT COLLATE "C" NOT NULL, PRIMARY KEY (version))'
)


def open_database(
    url: str,
    *,
    create: bool = False,
    partitions: Partitions = PARTITIONS,
    steps: Sequence[Step] = STEPS,
    oldest: int = OLDEST,
    cockroach: str = "CockroachDB",
) -> PostgresConnection:
    """The merged store at ``url``, brought up to date if need be; made if ``create``.

    ``partitions``: of what grows, where the store is made; None for what spreads tables itself.
    ``cockroach``: how a server names itself that is given plain statements.
    Raises EnvironmentFault: what ``connect`` raises, server_too_old, server_encoding,
    server_store_missing (there is none, and none is to be made), server_foreign (the database
    holds something else), database_newer (it is left as it is), server_denied, server_read_only.
    """
    connection = connect(url)
    try:
        _look_at(connection, oldest, cockroach)
        _refuse_unfit(connection, steps, create=create)
        again(lambda: _migrate(connection, steps, partitions))
    except BaseException:
        connection.close()
        raise
    return connection


def let_analysts_read(connection: PostgresConnection) -> bool:
    """Gives the group ``samvad_analyst`` the right to read the views, and makes it if need be.

    False, and nothing done, where whoever is connected may not: then an administrator of the
    server has to (the statements are ``NEW_GROUP`` and ``GRANTS``). Nor where views are no
    barrier: there an analyst's own function sees whom they leave out.
    """
    if connection.plain:
        return False
    return again(lambda: _let(connection))


def _let(connection: PostgresConnection) -> bool:
    (may,) = connection.execute(
        "SELECT bool_or(has_schema_privilege(oid, ?, 'USAGE')) FROM pg_roles WHERE rolname = ?",
        (SCHEMA, GROUP),
    ).fetchone()
    if may:
        return True
    connection.execute("BEGIN")
    try:
        for statement in (*((NEW_GROUP,) if may is None else ()), *GRANTS):
            connection.execute(statement)
        connection.execute("COMMIT")
    except (errors.DuplicateObject, errors.UniqueViolation, errors.InternalError_) as error:
        # another one made the group, or gave it the same right, at this moment
        raise Contended("server_busy", server=connection.server) from error
    except EnvironmentFault as fault:
        if fault.key != "server_denied":
            raise
        return False
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")
    return True


def _look_at(connection: PostgresConnection, oldest: int, cockroach: str) -> None:
    """What kind of server it is."""
    server = connection.server
    said, encoding = connection.execute(
        "SELECT version(), current_setting('server_encoding')"
    ).fetchone()
    connection.plain = cockroach in said
    if not connection.plain and connection.raw.info.server_version < oldest:
        raise EnvironmentFault("server_too_old", server=server)
    if encoding != "UTF8":
        raise EnvironmentFault("server_encoding", server=server, encoding=encoding)


def _refuse_unfit(connection: PostgresConnection, steps: Sequence[Step], *, create: bool) -> None:
    """Looks before touching."""
    server = connection.server
    if not create and not _is_there(connection):
        raise EnvironmentFault("server_store_missing", server=server)
    applied = _applied(connection)
    if applied != [name for name, _ in steps[: len(applied)]]:
        raise EnvironmentFault("database_newer", path=server)


def _migrate(connection: PostgresConnection, steps: Sequence[Step], partitions: Partitions) -> None:
    """Applies the steps that are still to do, all in one transaction."""
    if len(_applied(connection)) == len(steps):
        return
    connection.execute("BEGIN")
    try:
        _begin_versions(connection)
        todo = list(enumerate(steps, start=1))[len(_applied(connection)) :]
        for version, (name, step) in todo:
            partitions = _kept_partitions(connection, version, partitions)
            made = step(partitions)
            for statement in plain(made) if connection.plain else made:
                connection.execute(statement)
            connection.execute("INSERT INTO schema_version VALUES (?, ?)", (version, name))
        _keep_partitions(connection, partitions)
        connection.execute("COMMIT")
    except (errors.DuplicateTable, errors.DuplicateSchema) as error:
        raise EnvironmentFault("server_foreign", server=connection.server) from error
    finally:
        if connection.in_transaction:
            connection.execute("ROLLBACK")


def _begin_versions(connection: PostgresConnection) -> None:
    """Locks the first version; of two who make the table at once, the other one tries again."""
    if not _is_there(connection):
        try:
            (made,) = plain([_VERSIONS]) if connection.plain else [_VERSIONS]
            connection.execute(made)
        except (errors.DuplicateTable, errors.UniqueViolation) as error:
            raise Contended("server_busy", server=connection.server) from error
        connection.execute("INSERT INTO schema_version VALUES (0, '')")
    connection.execute("SELECT version FROM schema_version WHERE version = 0 FOR UPDATE")


def _is_there(connection: PostgresConnection) -> bool:
    (there,) = connection.execute("SELECT to_regclass('schema_version')").fetchone()
    return there is not None


def _applied(connection: PostgresConnection) -> list[str]:
    if not _is_there(connection):
        return []
    rows = connection.execute(
        "SELECT name FROM schema_version WHERE version > 0 ORDER BY version"
    ).fetchall()
    return [name for (name,) in rows]


def _kept_partitions(
    connection: PostgresConnection, version: int, partitions: Partitions
) -> Partitions:
    """As many as the store was made with: asked of it once there is one."""
    if version == 1:
        return partitions
    kept = connection.execute("SELECT value FROM meta WHERE key = 'partitions'").fetchone()
    return partitions if kept is None else int(kept[0]) or None


def _keep_partitions(connection: PostgresConnection, partitions: Partitions) -> None:
    connection.execute(
        "INSERT INTO meta (key, value) VALUES ('partitions', ?) ON CONFLICT DO NOTHING",
        (str(partitions or 0),),
    )
