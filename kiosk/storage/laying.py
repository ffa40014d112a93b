"""How a new merged store lies in its file: the same tables as a kiosk's, for much at once.

A registration touches the last pages of few trees, so that a kiosk's rows lie in the tree of their
key. Where fifty kiosks come together, keys come in no order, and trees whose inner pages hold
whole rows are deep: there rows lie as they came, and their key is a tree of its own. What nobody
shall know the order of, the anonymous answers, lies by its random key in either.

A store that was made another way stays as it is; statements are the same.
"""

from __future__ import annotations

from kiosk.storage.driver import Connection

AS_THEY_CAME = (
    "change", "payload", "attendee", "consent", "check_in", "response", "certificate",
)  # fmt: skip
_BY_KEY = "STRICT, WITHOUT ROWID"


def lay_out(connection: Connection) -> None:
    """Lays a store out in which nothing is yet, in one transaction."""
    connection.execute("BEGIN IMMEDIATE")
    for table in AS_THEY_CAME:
        _lay(connection, table)
    connection.execute("ANALYZE sqlite_schema")  # reads what is known of the trees
    connection.execute("COMMIT")


def _lay(connection: Connection, table: str) -> None:
    (made,) = connection.execute(
        "SELECT sql FROM sqlite_master WHERE type = 'table' AND name = ?", (table,)
    ).fetchone()
    beside = connection.execute(
        "SELECT sql FROM sqlite_master WHERE type <> 'table' AND tbl_name = ? AND sql IS NOT NULL",
        (table,),
    ).fetchall()
    shapes = connection.execute(
        "SELECT tbl, replace(idx, ?, ?), stat FROM sqlite_stat1 WHERE tbl = ? AND idx = ?"
        " UNION ALL SELECT tbl, idx, stat FROM sqlite_stat1 WHERE tbl = ? AND idx <> ?",
        (table, f"sqlite_autoindex_{table}_1", table, table, table, table),
    ).fetchall()
    connection.execute(f"DROP TABLE {table}")
    connection.execute(made.replace(_BY_KEY, "STRICT"))
    for (sql,) in beside:
        connection.execute(sql)
    connection.executemany("INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES (?, ?, ?)", shapes)
