"""How a merged store lies in its file: what a kiosk's record tells, laid out for much at once.

A registration touches the last pages of few trees, so that a kiosk's rows lie in the tree of their
key. Where fifty kiosks come together, keys come in no order, and trees whose inner pages hold
whole rows are deep: there rows lie as they came, and their key is a tree of its own. What nobody
shall know the order of, the anonymous answers, lies by its random key in either.

A change and what it says are one row of ``told``; whose log it is of and what all changes of its
kind share stand once in ``log`` and ``saying``. ``change``, ``payload`` and ``said`` are views of
it that take the same statements as the tables of a kiosk. A change whose ``before`` is empty
follows the row above it: nothing is ever deleted there, so that it stays above.
"""

from __future__ import annotations

from kiosk.storage.driver import Connection

AS_THEY_CAME = ("attendee", "consent", "check_in", "response", "certificate")
_BY_KEY = "STRICT, WITHOUT ROWID"
_TOLD = (
    """CREATE TABLE log (
  id INTEGER PRIMARY KEY, event_id TEXT NOT NULL, device_id TEXT NOT NULL,
  UNIQUE (event_id, device_id)) STRICT""",
    """CREATE TABLE saying (
  id INTEGER PRIMARY KEY, actor TEXT NOT NULL, entity TEXT NOT NULL, kind TEXT NOT NULL,
  schema INTEGER NOT NULL, UNIQUE (actor, entity, kind, schema)) STRICT""",
    """CREATE TABLE told (
  id INTEGER PRIMARY KEY, log INTEGER NOT NULL, seq INTEGER NOT NULL, hlc BLOB NOT NULL,
  saying INTEGER NOT NULL, entity_id TEXT NOT NULL, commitment BLOB NOT NULL, before BLOB NOT NULL,
  hash BLOB NOT NULL, person_id TEXT, body BLOB) STRICT""",
    """INSERT INTO log (event_id, device_id)
  SELECT DISTINCT event_id, device_id FROM change ORDER BY event_id, device_id""",
    """INSERT INTO saying (actor, entity, kind, schema)
  SELECT DISTINCT actor, entity, kind, schema FROM change ORDER BY entity, kind, actor, schema""",
    """INSERT INTO told
    (log, seq, hlc, saying, entity_id, commitment, before, hash, person_id, body)
  SELECT l.id, t.seq, t.hlc, s.id, t.entity_id, t.commitment, t.prev_hash, t.hash, t.person_id,
    t.body
  FROM said t JOIN log l ON l.event_id = t.event_id AND l.device_id = t.device_id
    JOIN saying s ON s.actor = t.actor AND s.entity = t.entity AND s.kind = t.kind
      AND s.schema = t.schema
  ORDER BY t.event_id, t.device_id, t.seq, t.op_id""",
    "DROP VIEW said",
    "DROP TABLE payload",
    "DROP TABLE change",
    "CREATE UNIQUE INDEX told_once ON told (log, seq, hash)",
    "CREATE INDEX told_by_entity ON told (entity_id)",
    "CREATE INDEX told_by_person ON told (person_id) WHERE person_id IS NOT NULL",
)
_VIEWS = (
    """CREATE VIEW said AS
  SELECT l.event_id, substr(t.hash, 1, 16) AS op_id, t.hlc, l.device_id, t.seq, s.actor, s.entity,
    t.entity_id, s.kind, s.schema, t.commitment,
    coalesce(nullif(t.before, x''), (SELECT a.hash FROM told a WHERE a.id = t.id - 1), x'')
      AS prev_hash, t.hash, t.person_id, t.body
  FROM told t JOIN log l ON l.id = t.log JOIN saying s ON s.id = t.saying""",
    """CREATE VIEW change AS
  SELECT event_id, op_id, hlc, device_id, seq, actor, entity, entity_id, kind, schema, commitment,
    prev_hash, hash FROM said""",
    """CREATE VIEW payload AS
  SELECT event_id, device_id, seq, op_id, person_id, body FROM said WHERE body IS NOT NULL""",
)
_THIS = """log = (SELECT id FROM log WHERE event_id = {0}.event_id AND device_id = {0}.device_id)
    AND seq = {0}.seq AND substr(hash, 1, 16) = {0}.op_id"""
_TRIGGERS = (
    """CREATE TRIGGER change_never_altered
  BEFORE UPDATE OF id, log, seq, hlc, saying, entity_id, commitment, before, hash ON told
  BEGIN SELECT RAISE(ABORT, 'the log of changes is append-only'); END""",
    """CREATE TRIGGER change_never_deleted BEFORE DELETE ON told
  BEGIN SELECT RAISE(ABORT, 'the log of changes is append-only'); END""",
    """CREATE TRIGGER change_added INSTEAD OF INSERT ON change BEGIN
  INSERT INTO log (event_id, device_id) VALUES (new.event_id, new.device_id)
    ON CONFLICT DO NOTHING;
  INSERT INTO saying (actor, entity, kind, schema)
    VALUES (new.actor, new.entity, new.kind, new.schema) ON CONFLICT DO NOTHING;
  INSERT INTO told (log, seq, hlc, saying, entity_id, commitment, before, hash)
    SELECT l.id, new.seq, new.hlc, s.id, new.entity_id, new.commitment, new.prev_hash, new.hash
    FROM log l, saying s WHERE l.event_id = new.event_id AND l.device_id = new.device_id
      AND s.actor = new.actor AND s.entity = new.entity AND s.kind = new.kind
      AND s.schema = new.schema;
END""",
    f"""CREATE TRIGGER payload_added INSTEAD OF INSERT ON payload BEGIN
  UPDATE told SET person_id = new.person_id, body = new.body WHERE {_THIS.format("new")};
END""",
    f"""CREATE TRIGGER payload_forgotten INSTEAD OF DELETE ON payload BEGIN
  UPDATE told SET person_id = NULL, body = NULL WHERE {_THIS.format("old")};
END""",
)
# What a store finds by alone: an event in it is one of few, and need not lead every key.
_INDEXES = {
    "attendee_by_number": "attendee (number, event_id)",
    "attendee_by_receipt": "attendee (receipt_hash)",
    "response_by_attendee": "response (attendee_id)",
    "certificate_by_attendee": "certificate (attendee_id)",
    "certificate_by_serial": "certificate (serial, event_id)",
    "consent_by_attendee": "consent (attendee_id)",
    "check_in_by_attendee": "check_in (attendee_id)",
}
_SHAPES = {
    ("told", "told_once"): "800000 16000 1 1",
    ("told", "told_by_entity"): "800000 2",
    ("told", "told_by_person"): "800000 8",
    ("attendee", "attendee_by_number"): "100000 2 1",
    ("attendee", "attendee_by_receipt"): "100000 1",
    ("response", "response_by_attendee"): "100000 2",
    ("certificate", "certificate_by_attendee"): "100000 2",
    ("certificate", "certificate_by_serial"): "100000 2 1",
    ("consent", "consent_by_attendee"): "400000 4",
    ("check_in", "check_in_by_attendee"): "100000 2",
    ("log", "sqlite_autoindex_log_1"): "1000 50 1",
    ("saying", "sqlite_autoindex_saying_1"): "40 10 5 2 1",
}


def lay_out(connection: Connection) -> None:
    """Lays a store out that is new or lies as a kiosk's record does, in one transaction.

    One that is laid out already stays as it is.
    """
    if connection.execute("SELECT 1 FROM sqlite_master WHERE name = 'told'").fetchone():
        return
    connection.execute("BEGIN IMMEDIATE")  # whoever opened it closes it where this fails
    for table in AS_THEY_CAME:
        _lay(connection, table)
    for statement in (*_TOLD, *_VIEWS, *_TRIGGERS):
        connection.execute(statement)
    _index(connection)
    connection.execute("ANALYZE sqlite_schema")  # reads what is known of the trees
    connection.execute("COMMIT")


def _lay(connection: Connection, table: str) -> None:
    (made,) = connection.execute(
        "SELECT sql FROM sqlite_master WHERE type = 'table' AND name = ?", (table,)
    ).fetchone()
    if _BY_KEY not in made:
        return
    beside = connection.execute(
        "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = ?"
        " AND sql IS NOT NULL",
        (table,),
    ).fetchall()
    shapes = connection.execute(
        "SELECT tbl, CASE idx WHEN tbl THEN ? ELSE idx END, stat FROM sqlite_stat1 WHERE tbl = ?",
        (f"sqlite_autoindex_{table}_1", table),
    ).fetchall()
    for name, _ in beside:
        connection.execute(f"DROP INDEX {name}")
    connection.execute(f"ALTER TABLE {table} RENAME TO {table}_by_key")
    connection.execute(made.replace(_BY_KEY, "STRICT"))
    connection.execute(f"INSERT INTO {table} SELECT * FROM {table}_by_key")
    connection.execute(f"DROP TABLE {table}_by_key")
    for _, sql in beside:
        connection.execute(sql)
    connection.execute("DELETE FROM sqlite_stat1 WHERE tbl = ?", (table,))
    connection.executemany("INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES (?, ?, ?)", shapes)


def _index(connection: Connection) -> None:
    for name, of in _INDEXES.items():
        connection.execute(f"DROP INDEX {name}")
        connection.execute(f"CREATE INDEX {name} ON {of}")
    known = [(index,) for _, index in _SHAPES]
    connection.executemany("DELETE FROM sqlite_stat1 WHERE idx = ?", known)
    connection.executemany(
        "INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES (?, ?, ?)",
        [(*of, stat) for of, stat in _SHAPES.items()],
    )
