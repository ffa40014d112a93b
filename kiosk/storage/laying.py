"""How a record lies in its file, a kiosk's and a merged store's: so that few pages are written.

Rows lie as they came, and their key is a tree of its own. Pages that rows are added to at their
end are written full; in the tree of a key they break in two. Where fifty kiosks come together,
keys come in no order besides. What nobody shall know the order of, the anonymous answers, lies
by its random key.

A change and what it says are one row of ``told``; whose log it is of and what all changes of its
kind share stand once in ``log`` and ``saying``. ``change``, ``payload`` and ``said`` are views of
it that take the same statements as the tables of PostgreSQL. A change whose ``before`` is empty
follows the row above it: nothing is ever deleted there, so that it stays above.
"""

from __future__ import annotations

from kiosk.storage.driver import Runs

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
# An event in a store is one of few, and need not lead every key.
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
_KNOWN = "INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES (?, ?, ?)"


def lay_out(db: Runs) -> None:
    """Lays a record out that is new or of an earlier version, in the transaction that is open.

    A store that lies so already stays as it is.
    """
    if db.execute("SELECT 1 FROM sqlite_master WHERE name = 'told'").fetchall():
        return
    for table in AS_THEY_CAME:
        _lay(db, table)
    for statement in (*_TOLD, *_VIEWS, *_TRIGGERS):
        db.execute(statement)
    _index(db)
    db.execute("ANALYZE sqlite_schema")  # reads what is known of the trees


def _lay(db: Runs, table: str) -> None:
    ((made,),) = db.execute(
        "SELECT sql FROM sqlite_master WHERE type = 'table' AND name = ?", (table,)
    ).fetchall()
    if _BY_KEY not in made:
        return  # a store of an earlier version
    beside = db.execute(
        "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND tbl_name = ?"
        " AND sql IS NOT NULL",
        (table,),
    ).fetchall()
    shapes = db.execute(
        "SELECT tbl, CASE idx WHEN tbl THEN ? ELSE idx END, stat FROM sqlite_stat1 WHERE tbl = ?",
        (f"sqlite_autoindex_{table}_1", table),
    ).fetchall()
    for name, _ in beside:
        db.execute(f"DROP INDEX {name}")
    db.execute(f"ALTER TABLE {table} RENAME TO {table}_by_key")
    db.execute(made.replace(_BY_KEY, "STRICT"))
    db.execute(f"INSERT INTO {table} SELECT * FROM {table}_by_key")
    db.execute(f"DROP TABLE {table}_by_key")
    for _, sql in beside:
        db.execute(sql)
    db.execute("DELETE FROM sqlite_stat1 WHERE tbl = ?", (table,))
    for shape in shapes:
        db.execute(_KNOWN, shape)


def _index(db: Runs) -> None:
    for name, of in _INDEXES.items():
        db.execute(f"DROP INDEX {name}")
        db.execute(f"CREATE INDEX {name} ON {of}")
    for (table, index), shape in _SHAPES.items():
        db.execute("DELETE FROM sqlite_stat1 WHERE idx = ?", (index,))
        db.execute(_KNOWN, (table, index, shape))
